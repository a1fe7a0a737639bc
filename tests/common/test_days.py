import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.common.days import (
    backfill_days,
    day_bounds,
    local_day,
    part_of_day,
    wall_to_utc,
)

BOSTON = ZoneInfo("America/New_York")
PHOENIX = ZoneInfo("America/Phoenix")
ZONES = [BOSTON, PHOENIX, ZoneInfo("America/Los_Angeles"), ZoneInfo("Pacific/Honolulu")]
SPRING = dt.date(2027, 3, 14)
AUTUMN = dt.date(2027, 11, 7)


def utc(*parts):
    return dt.datetime(*parts, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("at", "tz", "day"),
    [
        pytest.param(utc(2027, 1, 6, 8, 59), BOSTON, dt.date(2027, 1, 5), id="03:59"),
        pytest.param(utc(2027, 1, 6, 9, 0), BOSTON, dt.date(2027, 1, 6), id="04:00"),
        pytest.param(utc(2027, 1, 7, 4, 59), BOSTON, dt.date(2027, 1, 6), id="23:59"),
        pytest.param(
            utc(2027, 3, 14, 7, 59),
            BOSTON,
            dt.date(2027, 3, 13),
            id="spring, 03:59 EDT",
        ),
        pytest.param(utc(2027, 3, 14, 8, 0), BOSTON, SPRING, id="spring, 04:00 EDT"),
        pytest.param(
            utc(2027, 11, 7, 8, 59),
            BOSTON,
            dt.date(2027, 11, 6),
            id="autumn, 03:59 EST",
        ),
        pytest.param(utc(2027, 11, 7, 9, 0), BOSTON, AUTUMN, id="autumn, 04:00 EST"),
        pytest.param(
            utc(2027, 3, 14, 10, 59), PHOENIX, dt.date(2027, 3, 13), id="Phoenix, 03:59"
        ),
        pytest.param(utc(2027, 3, 14, 11, 0), PHOENIX, SPRING, id="Phoenix, 04:00"),
    ],
)
def test_local_day_begins_at_four_on_the_wall_clock(at, tz, day):
    assert local_day(at, tz) == day


@pytest.mark.parametrize(
    ("day", "tz", "hours"),
    [
        pytest.param(dt.date(2027, 3, 13), BOSTON, 23, id="the day that loses an hour"),
        pytest.param(dt.date(2027, 11, 6), BOSTON, 25, id="the day that gains an hour"),
        pytest.param(SPRING, BOSTON, 24, id="the day after the loss"),
        pytest.param(dt.date(2027, 3, 13), PHOENIX, 24, id="Phoenix in spring"),
        pytest.param(dt.date(2027, 11, 6), PHOENIX, 24, id="Phoenix in autumn"),
    ],
)
def test_day_bounds_are_as_long_as_the_day(day, tz, hours):
    start, end = day_bounds(day, tz)

    assert end - start == dt.timedelta(hours=hours)


@given(
    at=st.datetimes(
        min_value=dt.datetime(2027, 1, 1),
        max_value=dt.datetime(2028, 1, 1),
        timezones=st.just(dt.UTC),
    ),
    tz=st.sampled_from(ZONES),
)
def test_every_moment_lies_inside_its_own_day(at, tz):
    start, end = day_bounds(local_day(at, tz), tz)

    assert start <= at < end


@pytest.mark.parametrize(
    ("day", "at", "tz", "instant"),
    [
        pytest.param(
            SPRING, dt.time(1, 59), BOSTON, utc(2027, 3, 14, 6, 59), id="before the gap"
        ),
        pytest.param(
            SPRING,
            dt.time(2, 30),
            BOSTON,
            utc(2027, 3, 14, 7, 30),
            id="in the gap: shown as 03:30",
        ),
        pytest.param(
            SPRING, dt.time(9, 0), BOSTON, utc(2027, 3, 14, 13, 0), id="after the gap"
        ),
        pytest.param(
            AUTUMN,
            dt.time(1, 30),
            BOSTON,
            utc(2027, 11, 7, 5, 30),
            id="twice there: the first",
        ),
        pytest.param(
            AUTUMN,
            dt.time(1, 30, fold=1),
            BOSTON,
            utc(2027, 11, 7, 5, 30),
            id="twice there, asked for the second: still the first",
        ),
        pytest.param(
            AUTUMN, dt.time(9, 0), BOSTON, utc(2027, 11, 7, 14, 0), id="after autumn"
        ),
        pytest.param(
            SPRING, dt.time(2, 30), PHOENIX, utc(2027, 3, 14, 9, 30), id="Phoenix"
        ),
    ],
)
def test_wall_to_utc(day, at, tz, instant):
    assert wall_to_utc(day, at, tz) == instant


def test_a_time_in_the_gap_is_shown_an_hour_later():
    shown = wall_to_utc(SPRING, dt.time(2, 30), BOSTON).astimezone(BOSTON)

    assert shown.time() == dt.time(3, 30)


def test_today_and_the_two_days_before_can_be_filled_in():
    assert backfill_days(dt.date(2027, 3, 1)) == [
        dt.date(2027, 3, 1),
        dt.date(2027, 2, 28),
        dt.date(2027, 2, 27),
    ]


@pytest.mark.parametrize(
    ("at", "part"),
    [
        pytest.param(dt.time(3, 59), "evening", id="03:59"),
        pytest.param(dt.time(4, 0), "morning", id="04:00"),
        pytest.param(dt.time(11, 59), "morning", id="11:59"),
        pytest.param(dt.time(12, 0), "afternoon", id="12:00"),
        pytest.param(dt.time(16, 59), "afternoon", id="16:59"),
        pytest.param(dt.time(17, 0), "evening", id="17:00"),
        pytest.param(dt.time(0, 30), "evening", id="00:30"),
    ],
)
def test_part_of_day_follows_the_wall_clock(at, part):
    assert part_of_day(wall_to_utc(dt.date(2027, 6, 1), at, PHOENIX), PHOENIX) == part
