"""When a talk about another level is worth having, and what a payer asks of a week."""

import datetime as dt

import pytest

from apps.care.rules.level_talk import Facts, Topic, step_down, step_up
from apps.care.rules.payer_floor import Floor, short_of

TODAY = dt.date(2026, 10, 14)
DAY = dt.timedelta(days=1)
FLOOR = Floor(days=3, minutes=180)


def week(*minutes):
    monday = TODAY - 2 * DAY
    return {monday + n * DAY: each for n, each in enumerate(minutes)}


@pytest.mark.parametrize(
    ("floor", "minutes", "enough"),
    [
        pytest.param(FLOOR, (210, 210, 210), None, id="three mornings"),
        pytest.param(FLOOR, (180, 180, 0, 180), None, id="evenings pass exactly"),
        pytest.param(FLOOR, (210, 210), 2, id="two days"),
        pytest.param(FLOOR, (210, 179, 210), 2, id="one evening a minute short"),
        pytest.param(FLOOR, (), 0, id="nothing at all"),
        pytest.param(None, (90,), None, id="a level nobody asks it of"),
    ],
)
def test_a_week_below_the_floor_is_said_with_its_numbers(floor, minutes, enough):
    short = short_of(floor, week(*minutes))

    assert (short and short.days_enough) == enough


def test_only_days_with_something_on_them_are_called_too_short():
    short = short_of(FLOOR, week(0, 179, 210))

    assert list(short.too_short.values()) == [179]


def answers(*used, ago=0):
    return [(TODAY - (ago + n) * DAY, use) for n, use in enumerate(used)]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        pytest.param({}, [], id="nothing known says nothing"),
        pytest.param(
            {"minutes_attended": 800, "minutes_planned": 1000},
            [(Topic.CAME, True)],
            id="80 percent",
        ),
        pytest.param(
            {"minutes_attended": 799, "minutes_planned": 1000},
            [(Topic.CAME, False)],
            id="below",
        ),
        pytest.param(
            {"use_answers": answers(False, False, False)}, [], id="too few answers"
        ),
        pytest.param(
            {"use_answers": answers(*[False] * 4)},
            [(Topic.NO_USE, True)],
            id="no use said",
        ),
        pytest.param(
            {"use_answers": answers(True)}, [(Topic.NO_USE, False)], id="use said"
        ),
        pytest.param(
            {"use_answers": [*answers(*[False] * 4), *answers(True, ago=14)]},
            [(Topic.NO_USE, True)],
            id="use longer ago",
        ),
        pytest.param(
            {"plan_agreed": True, "home_is_safe": False},
            [(Topic.PLAN, True), (Topic.HOME, False)],
            id="plan and home",
        ),
    ],
)
def test_what_speaks_for_fewer_days(facts, said):
    found = step_down(Facts(today=TODAY, **facts))

    assert [(prompt.topic, prompt.speaks_for) for prompt in found] == said


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        pytest.param({}, [], id="nothing"),
        pytest.param({"use_answers": answers(True)}, [], id="one day"),
        pytest.param(
            {"use_answers": answers(True, False, True)}, [Topic.USE], id="two in seven"
        ),
        pytest.param(
            {"use_answers": answers(True, True, ago=6)}, [], id="two in eight"
        ),
        pytest.param({"urgent": 1}, [Topic.SAFETY], id="R01 or R02 open"),
        pytest.param(
            {"minutes_attended": 499, "minutes_planned": 1000, "in_contact": True},
            [Topic.ABSENT],
            id="seldom here, in touch",
        ),
        pytest.param(
            {"minutes_attended": 499, "minutes_planned": 1000},
            [],
            id="seldom here and silent is a drift",
        ),
        pytest.param({"asked_for": "MORE"}, [Topic.ASKED], id="asks for more"),
        pytest.param({"asked_for": "LESS"}, [], id="asks for less"),
    ],
)
def test_what_speaks_for_more_support(facts, said):
    assert [p.topic for p in step_up(Facts(today=TODAY, **facts))] == said
