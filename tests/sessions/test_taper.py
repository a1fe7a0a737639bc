import datetime as dt

import pytest

from apps.sessions.taper import Level, Stay, look_again_on, path

PHP = Level(position=0, days_min=4, days_max=6, usual_weeks=3)
IOP = Level(position=1, days_min=3, days_max=5, usual_weeks=10)
OP = Level(position=2, days_min=1, days_max=2, usual_weeks=12)
LEVELS = [PHP, IOP, OP]
START = dt.date(2026, 9, 7)


def stays(*pairs):
    return [
        Stay(level.position, days, START + dt.timedelta(weeks=4 * number))
        for number, (level, days) in enumerate(pairs)
    ]


def words(steps):
    marks = {(True, False): "", (False, True): "*", (False, False): "?"}
    return [
        f"{step.change}{step.days}{marks[step.is_past, step.is_current]}"
        for step in steps
    ]


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        pytest.param([(IOP, 5)], ["5*", "4?", "3?", "1?"], id="the beginning"),
        pytest.param([(IOP, 5), (IOP, 4)], ["5", "4*", "3?", "1?"], id="the own way"),
        pytest.param([(IOP, 3), (IOP, 4)], ["3", "4*", "3?", "1?"], id="a step up"),
        pytest.param([(IOP, 4), (IOP, 4)], ["4*", "3?", "1?"], id="a move is no step"),
        pytest.param([(IOP, 3), (OP, 1)], ["3", "1*"], id="the last step"),
        pytest.param([(OP, 2)], ["2*", "1?"], id="twice a week"),
        pytest.param(
            [(PHP, 5)], ["5*", "shorter5?", "4?", "3?", "1?"], id="shorter days first"
        ),
        pytest.param(
            [(IOP, 5), (PHP, 5)],
            ["5", "longer5*", "shorter5?", "4?", "3?", "1?"],
            id="longer days for a while",
        ),
        pytest.param([], [], id="nothing planned"),
    ],
)
def test_path(history, expected):
    today = START + dt.timedelta(weeks=20)

    assert words(path(stays(*history), LEVELS, today)) == expected


def test_a_step_that_is_only_planned_is_not_taken_yet():
    planned = stays((IOP, 5), (OP, 1))

    assert words(path(planned, LEVELS, START))[0] == "5*"


def test_who_begins_next_week_is_at_the_first_step():
    assert words(path(stays((IOP, 4)), LEVELS, START - dt.timedelta(days=6)))[0] == "4*"


@pytest.mark.parametrize(
    ("level", "weeks_in", "weeks"),
    [(IOP, -1, 3), (IOP, 0, 3), (IOP, 3, 6), (IOP, 7, 9), (PHP, 0, 1), (OP, 5, 6)],
)
def test_the_next_look_is_ahead_whatever_happened(level, weeks_in, weeks):
    stay = Stay(level.position, level.days_max, START)
    today = START + dt.timedelta(weeks=weeks_in)

    assert look_again_on(stay, level, today) == START + dt.timedelta(weeks=weeks)
