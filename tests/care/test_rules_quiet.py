import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.care.rules.quiet import QuietHours, allowed_at, next_allowed
from apps.common.days import wall_to_utc

BOSTON = ZoneInfo("America/New_York")
ZONES = [
    BOSTON,
    ZoneInfo("America/Chicago"),
    ZoneInfo("America/Denver"),
    ZoneInfo("America/Phoenix"),
    ZoneInfo("America/Los_Angeles"),
    ZoneInfo("America/Anchorage"),
    ZoneInfo("Pacific/Honolulu"),
]
SATURDAY = dt.date(2027, 3, 13)
SPRING_SUNDAY = dt.date(2027, 3, 14)
AUTUMN_SUNDAY = dt.date(2027, 11, 7)
MONDAY = dt.date(2027, 3, 15)


def boston(day, hour, minute=0, second=0):
    return wall_to_utc(day, dt.time(hour, minute, second), BOSTON)


@pytest.mark.parametrize(
    ("at", "allowed"),
    [
        pytest.param(boston(MONDAY, 8, 59, 59), False, id="Monday 8:59:59"),
        pytest.param(boston(MONDAY, 9), True, id="Monday 9:00"),
        pytest.param(boston(MONDAY, 19, 59, 59), True, id="Monday 19:59:59"),
        pytest.param(boston(MONDAY, 20), False, id="Monday 20:00"),
        pytest.param(
            boston(dt.date(2027, 1, 12), 19, 30),
            True,
            id="a winter evening, next day UTC",
        ),
        pytest.param(boston(SATURDAY, 9), True, id="Saturday 9:00"),
        pytest.param(boston(SPRING_SUNDAY, 9), False, id="Sunday 9:00"),
        pytest.param(boston(SPRING_SUNDAY, 11, 59, 59), False, id="Sunday 11:59:59"),
        pytest.param(boston(SPRING_SUNDAY, 12), True, id="Sunday noon, clocks forward"),
        pytest.param(
            boston(AUTUMN_SUNDAY, 11, 59), False, id="Sunday 11:59, clocks back"
        ),
        pytest.param(boston(AUTUMN_SUNDAY, 12), True, id="Sunday noon, clocks back"),
    ],
)
def test_quiet_hours_follow_the_clock_of_the_recipient(at, allowed):
    assert allowed_at(at, BOSTON) is allowed


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        pytest.param(boston(MONDAY, 10), boston(MONDAY, 10), id="already allowed"),
        pytest.param(boston(MONDAY, 5), boston(MONDAY, 9), id="before breakfast"),
        pytest.param(
            boston(SATURDAY, 20), boston(SPRING_SUNDAY, 12), id="over the spring night"
        ),
        pytest.param(
            boston(dt.date(2027, 11, 6), 23),
            boston(AUTUMN_SUNDAY, 12),
            id="over the autumn night",
        ),
        pytest.param(boston(SPRING_SUNDAY, 22), boston(MONDAY, 9), id="Sunday night"),
    ],
)
def test_next_allowed_waits_for_the_morning(at, expected):
    assert next_allowed(at, BOSTON) == expected


def test_nothing_arrives_during_an_own_session():
    morning = (boston(MONDAY, 9), boston(MONDAY, 12, 30))

    assert not allowed_at(boston(MONDAY, 9), BOSTON, [morning])
    assert not allowed_at(boston(MONDAY, 12, 29), BOSTON, [morning])
    assert allowed_at(boston(MONDAY, 12, 30), BOSTON, [morning])


def test_sessions_one_after_another_are_waited_out_together():
    sessions = [
        (boston(MONDAY, 9), boston(MONDAY, 12, 30)),
        (boston(MONDAY, 12, 30), boston(MONDAY, 15, 15)),
    ]

    assert next_allowed(boston(MONDAY, 10), BOSTON, sessions) == boston(MONDAY, 15, 15)


def test_after_an_evening_session_the_next_morning_comes():
    evening = (boston(MONDAY, 17, 30), boston(MONDAY, 20, 40))

    reached = next_allowed(boston(MONDAY, 19, 30), BOSTON, [evening])

    assert reached == boston(dt.date(2027, 3, 16), 9)


@pytest.mark.parametrize(
    "hours",
    [
        pytest.param({"start": dt.time(21, 1)}, id="later than 21:00"),
        pytest.param({"end": dt.time(7, 59)}, id="earlier than 8:00"),
        pytest.param({"sunday_end": dt.time(7, 59)}, id="earlier than 8:00 on Sunday"),
        pytest.param({"start": dt.time(12)}, id="no time left on Sunday"),
    ],
)
def test_settings_may_not_be_looser_than_the_floor(hours):
    with pytest.raises(ValueError, match="Quiet hours"):
        QuietHours(**hours)


def test_settings_may_be_stricter_and_reach_the_floor():
    stricter = QuietHours(start=dt.time(18), end=dt.time(10))
    floor = QuietHours(start=dt.time(21), end=dt.time(8), sunday_end=dt.time(8))

    assert not allowed_at(boston(MONDAY, 9, 30), BOSTON, quiet=stricter)
    assert allowed_at(boston(MONDAY, 8), BOSTON, quiet=floor)
    assert not allowed_at(boston(MONDAY, 21), BOSTON, quiet=floor)


moments = st.one_of(
    st.datetimes(dt.datetime(2027, 1, 1), dt.datetime(2028, 1, 1)),
    st.datetimes(dt.datetime(2027, 3, 13), dt.datetime(2027, 3, 16)),
    st.datetimes(dt.datetime(2027, 11, 6), dt.datetime(2027, 11, 9)),
).map(lambda moment: moment.replace(tzinfo=dt.UTC))
lengths = st.integers(min_value=1, max_value=400).map(lambda m: dt.timedelta(minutes=m))


def is_day_time(at, tz, sessions):
    """The rule once more, read off the wall clock."""
    local = at.astimezone(tz)
    opens = dt.time(12) if local.weekday() == 6 else dt.time(9)
    in_session = any(start <= at < end for start, end in sessions)
    return opens <= local.time() < dt.time(20) and not in_session


@given(
    at=moments,
    tz=st.sampled_from(ZONES),
    offsets=st.lists(st.tuples(st.integers(-600, 2000), lengths), max_size=4),
)
def test_next_allowed_is_the_first_moment_that_is_allowed(at, tz, offsets):
    sessions = [
        (at + dt.timedelta(minutes=start), at + dt.timedelta(minutes=start) + length)
        for start, length in offsets
    ]

    reached = next_allowed(at, tz, sessions)

    assert is_day_time(reached, tz, sessions)
    moment = at
    while moment < reached:
        assert not is_day_time(moment, tz, sessions)
        assert not allowed_at(moment, tz, sessions)
        moment += dt.timedelta(minutes=7)
