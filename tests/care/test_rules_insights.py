"""What days and hard moments show, as plain rules."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.care.rules import insights as rules
from apps.care.rules.insight_sentences import peak_sentence, three_sentences
from apps.care.rules.insights import Band, DayFact, Heat, MomentFact, Often
from apps.common import pictures

TODAY = dt.date(2026, 10, 14)
NOON = dt.datetime(2026, 10, 14, 16, tzinfo=dt.UTC)
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
CODES = ("a", "b", "c")


def day_of(back, craving=None, causes=(), helped=()):
    until = NOON - back * DAY
    return DayFact(
        TODAY - back * DAY,
        until - DAY,
        until,
        craving,
        frozenset(causes),
        frozenset(helped),
    )


def moment_of(back, hour=12, **said):
    at = NOON - back * DAY
    return MomentFact(TODAY - back * DAY, at, hour, **{"before": 7, **said})


some = st.sets(st.sampled_from(CODES), max_size=2)
a_day = st.builds(
    day_of,
    st.integers(0, 100),
    st.none() | st.integers(0, 10),
    some,
    st.sets(st.sampled_from(("x", "y")), max_size=2),
)
day_lists = st.lists(a_day, max_size=30, unique_by=lambda day: day.on)
a_moment = st.builds(
    moment_of,
    st.integers(0, 100),
    st.integers(0, 23),
    before=st.integers(0, 10),
    after=st.none() | st.integers(0, 10),
    cause=st.sampled_from(("", *CODES)),
    tool=st.sampled_from(("x", "y")),
)
moment_lists = st.lists(a_moment, max_size=20)


# -- Days without an answer ----------------------------------------------------------------


@given(day_lists, st.sets(st.integers(0, 100)))
def test_a_day_without_a_number_changes_no_number(days, silent):
    """Fault: missing is read as zero and lowers the average."""
    known = {day.on for day in days}
    empty = [day_of(back) for back in silent if TODAY - back * DAY not in known]

    for length in (rules.SHORT, rules.LONG):
        assert rules.numbers(days + empty, TODAY, length) == rules.numbers(
            days, TODAY, length
        )
    assert rules.by_seven_days(days + empty, TODAY, 90) == rules.by_seven_days(
        days, TODAY, 90
    )


@given(day_lists)
def test_every_number_of_the_days_is_in_one_stretch_and_none_is_made_up(days):
    stretches = rules.by_seven_days(days, TODAY, rules.LONG)

    said = [
        d.craving for d in days if d.craving is not None and d.on > TODAY - 90 * DAY
    ]
    assert sum(each.numbers.count for each in stretches) == len(said)
    assert all(
        each.numbers.low <= each.numbers.mean <= each.numbers.high for each in stretches
    )
    assert all(each.first <= each.last for each in stretches)


# -- Claims --------------------------------------------------------------------------------


@given(day_lists, moment_lists)
def test_nothing_counted_fewer_than_three_times_is_said_to_stand_out(days, moments):
    week = rules.last_seven(days, moments, TODAY)
    told = rules.occasions(days, moments)
    heat = rules.heat(told)

    for counted in (week.causes, week.skills, rules.causes(told)):
        assert all(each.times >= rules.ENOUGH for each in rules.at_the_top(counted))
    for each in rules.causes(told):
        assert each.weekday is None or each.times >= rules.ENOUGH
    if heat.peak:
        weekday, band = heat.peak
        at_peak = (
            heat.by_weekday[weekday] if band is Band.THAT_DAY else heat.times[heat.peak]
        )
        assert at_peak >= rules.ENOUGH
        assert f"{at_peak} times" in peak_sentence(heat, "en")
    *_, how_strong, _ = three_sentences(week, str, "en")
    assert ("average" in how_strong) <= week.numbers.are_enough


@given(day_lists, moment_lists, st.randoms())
def test_the_order_in_which_things_come_says_nothing(days, moments, dice):
    def everything(days, moments):
        told = rules.occasions(days, moments)
        return (
            rules.causes(told),
            rules.skills(told),
            rules.helps(told, moments),
            rules.heat(told),
            three_sentences(rules.last_seven(days, moments, TODAY), str, "en"),
        )

    mixed, stirred = [*days], [*moments]
    dice.shuffle(mixed)
    dice.shuffle(stirred)

    assert everything(mixed, stirred) == everything(days, moments)


@given(day_lists, moment_lists, a_moment)
def test_one_more_hard_moment_takes_no_count_away(days, moments, more):
    """Fault: a hard day makes a count smaller that stood there before it."""

    def counts(moments):
        told = rules.occasions(days, moments)
        return {
            "causes": {each.code: each.times for each in rules.causes(told)},
            "skills": {each.code: each.times for each in rules.skills(told)},
            "helps": {
                (each.cause, each.skill): each.times
                for each in rules.helps(told, moments)
            },
        }

    # A check-in that already told of it is not counted beside it; nothing is lost.
    if any(day.on == more.on or day.since <= more.at <= day.until for day in days):
        return
    before, after = counts(moments), counts([*moments, more])

    for name, counted in before.items():
        assert all(after[name][key] >= times for key, times in counted.items())


def test_two_that_are_as_often_are_both_named_and_three_are_no_pattern():
    ties = [Often(code, 3) for code in CODES]

    assert [each.code for each in rules.at_the_top(ties[:2])] == ["a", "b"]
    assert rules.at_the_top(ties) == []
    assert rules.at_the_top([Often("a", 2)]) == []


@pytest.mark.parametrize(
    ("times", "peak"),
    [
        ({(4, Band.EVENING): 2}, None),
        ({(4, Band.EVENING): 3}, (4, Band.EVENING)),
        ({(4, Band.EVENING): 3, (5, Band.NIGHT): 3}, None),
        # Ten against nine is chance; nine against six is not.
        ({(4, Band.EVENING): 10, (5, Band.NIGHT): 9}, None),
        ({(4, Band.EVENING): 9, (5, Band.NIGHT): 6}, (4, Band.EVENING)),
        # Check-ins know no hour: they say which weekday, and never which part of it.
        ({(4, Band.THAT_DAY): 5}, (4, Band.THAT_DAY)),
        ({(4, Band.EVENING): 2, (4, Band.THAT_DAY): 1}, (4, Band.THAT_DAY)),
    ],
)
def test_what_stands_out_in_the_week(times, peak):
    assert Heat(times).peak == peak


@pytest.mark.parametrize(
    ("hour", "band"),
    [
        (3, Band.NIGHT),
        (4, Band.MORNING),
        (11, Band.MORNING),
        (12, Band.AFTERNOON),
        (17, Band.EVENING),
        (21, Band.EVENING),
        (22, Band.NIGHT),
        (0, Band.NIGHT),
    ],
)
def test_a_night_belongs_to_the_evening_before(hour, band):
    assert rules.band_of(hour) is band


def test_a_skill_helped_when_it_was_named_or_the_urge_was_lower_afterwards():
    named = moment_of(0, cause="a", tool="x", said_helped=frozenset({"y"}))
    lower = moment_of(1, cause="a", tool="x", after=3)
    same = moment_of(2, cause="a", tool="x", after=7)

    (y, x) = sorted(
        rules.helps(rules.occasions([], [named, lower, same]), [named, lower, same]),
        key=lambda each: each.skill,
        reverse=True,
    )

    assert (x.times, x.eased, x.rated, y.times) == (1, 1, 2, 1)


def test_a_check_in_about_a_day_gone_by_tells_of_that_day_alone():
    """Fault: what happened today is taken for what a check-in about yesterday told."""
    today = moment_of(0, cause="a")
    yesterday = replace(day_of(1, 5, "a"), since=NOON, until=NOON - HOUR)

    assert rules.causes(rules.occasions([yesterday], [today]))[0].times == 2


# -- Three sentences -----------------------------------------------------------------------


WEEK = rules.LastSeven(
    5, 2, rules.Numbers(4, 1, 6, 3.5), rules.Numbers(3, 4, 6, 5.2), (Often("pay", 3),)
)


@pytest.mark.parametrize(
    ("week", "said"),
    [
        (
            WEEK,
            [
                "You checked in on 5 days and logged 2 hard moments.",
                "On 4 days you gave a number: the strongest urge was 1 to 6, about 4 on "
                "average. The 7 days before, it was about 5.",
                "What came up most: “pay”, 3 times.",
            ],
        ),
        (
            replace(
                WEEK,
                days=1,
                moments=0,
                numbers=rules.Numbers(1, 9, 9, 9.0),
                causes=(Often("pay", 2),),
            ),
            [
                "You checked in on one day.",
                "With 3 days or more, this also says how strong the urge was.",
                "Nothing came up or helped 3 times or more.",
            ],
        ),
        (
            rules.LastSeven(0, 0, rules.Numbers(), rules.Numbers()),
            [
                "It has been quiet here these 7 days. You can begin again any time.",
                "With 3 days or more, this also says how strong the urge was.",
                "Nothing came up or helped 3 times or more.",
            ],
        ),
        (
            replace(
                WEEK,
                numbers=rules.Numbers(3, 0, 0, 0.0),
                before=rules.Numbers(2, 9, 9, 9.0),
                causes=(Often("pay", 3), Often("bar", 3)),
                skills=(Often("walk", 4),),
            ),
            [
                "You checked in on 5 days and logged 2 hard moments.",
                "On 3 days you gave a number, and each time it was no urge.",
                "What came up most: “bar” and “pay”, 3 times; what helped most: “walk”, 4 "
                "times.",
            ],
        ),
    ],
)
def test_three_sentences_say_what_was_counted(week, said):
    assert three_sentences(week, str, "en") == said


# -- Pictures ------------------------------------------------------------------------------


def test_a_day_without_an_answer_breaks_the_line():
    cravings = {TODAY - n * DAY: 4 for n in (0, 1, 3, 4, 5)}

    picture = pictures.draw(cravings, last=TODAY, days=14)

    assert [len(path.split("L")) for path in picture.paths] == [3, 2]


@given(st.integers(1, 120))
def test_names_of_weeks_have_room(days):
    weeks = pictures.draw({}, last=TODAY, days=days).weeks

    assert len(weeks) <= pictures.WEEKS_NAMED
    assert all(on.weekday() == 0 for on, _ in weeks)


def test_twice_as_often_is_twice_the_area_and_the_count_stands_in_it():
    squares = pictures.draw_heat(
        {(0, "A"): 8, (6, "B"): 4},
        columns=list("MTWTFSS"),
        rows=[("A", "a"), ("B", "b")],
    ).squares

    assert [square.times for square in squares] == [8, 4]
    assert squares[0].size ** 2 / squares[1].size ** 2 == pytest.approx(2, rel=0.02)
