import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from apps.care.rules.hours import StaffedHours

BOSTON = ZoneInfo("America/New_York")
# Monday to Friday, with a short Friday. Monday the 12th is a holiday.
HOURS = StaffedHours.of(
    BOSTON,
    {
        "0": ["09:00", "17:00"],
        "1": ["09:00", "17:00"],
        "2": ["09:00", "17:00"],
        "3": ["09:00", "17:00"],
        "4": ["09:00", "13:00"],
    },
    ["2026-10-12"],
)


def october(day, hour, minute=0):
    return dt.datetime(2026, 10, day, hour, minute, tzinfo=BOSTON)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        pytest.param(october(14, 8, 59), False, id="before opening"),
        pytest.param(october(14, 9), True, id="opening"),
        pytest.param(october(14, 16, 59), True, id="the last minute"),
        pytest.param(october(14, 17), False, id="closing"),
        pytest.param(october(16, 13), False, id="short Friday"),
        pytest.param(october(17, 12), False, id="Saturday"),
        pytest.param(october(12, 12), False, id="holiday"),
    ],
)
def test_is_open(at, is_open):
    assert HOURS.is_open(at) is is_open


@pytest.mark.parametrize(
    ("at", "count", "expected"),
    [
        pytest.param(october(14, 10), 1, october(15, 10), id="Wednesday at ten"),
        pytest.param(october(14, 19, 4), 1, october(15, 17), id="after closing"),
        pytest.param(october(14, 7), 1, october(14, 17), id="before opening"),
        pytest.param(
            october(15, 15), 1, october(16, 13), id="into the short Friday: its closing"
        ),
        pytest.param(october(16, 12), 1, october(19, 12), id="over the weekend"),
        pytest.param(october(17, 12), 1, october(19, 17), id="on a Saturday"),
        pytest.param(october(9, 10), 1, october(13, 10), id="over the holiday"),
        pytest.param(october(14, 10), 2, october(16, 10), id="two work days"),
        pytest.param(october(17, 12), 2, october(20, 17), id="two from a Saturday"),
        pytest.param(
            october(30, 14),
            1,
            dt.datetime(2026, 11, 2, 17, tzinfo=BOSTON),
            id="over the night the clocks change",
        ),
    ],
)
def test_after_work_days(at, count, expected):
    assert HOURS.after_work_days(at, count) == expected


@pytest.mark.parametrize(
    ("at", "promise"),
    [
        pytest.param(october(14, 11), "today by 5 pm", id="in the morning"),
        pytest.param(october(14, 6), "today by 5 pm", id="before opening"),
        pytest.param(october(14, 15, 59), "today by 5 pm", id="just before four"),
        pytest.param(october(14, 16), "Thursday by 10 am", id="from four on"),
        pytest.param(october(14, 21), "Thursday by 10 am", id="Thursday in UTC"),
        pytest.param(october(16, 12), "Monday by 10 am", id="an hour before closing"),
        pytest.param(october(16, 11, 59), "today by 1 pm", id="in time on Friday"),
        pytest.param(october(10, 15), "Tuesday by 10 am", id="before the holiday"),
    ],
)
def test_a_call_is_promised_only_when_somebody_is_there(at, promise):
    assert HOURS.call_window(at, "en") == promise


def test_the_promise_is_made_in_their_language():
    assert HOURS.call_window(october(17, 12), "es") == "el lunes antes de las 10:00"
    assert HOURS.call_window(october(14, 9), "es") == "hoy antes de las 17:00"


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        pytest.param(dt.date(2026, 10, 14), dt.date(2026, 10, 14), 0, id="same day"),
        pytest.param(dt.date(2026, 10, 14), dt.date(2026, 10, 15), 1, id="next day"),
        pytest.param(dt.date(2026, 10, 9), dt.date(2026, 10, 13), 1, id="holiday"),
        pytest.param(dt.date(2026, 10, 14), dt.date(2026, 10, 21), 5, id="a week"),
    ],
)
def test_work_days_between(start, end, days):
    assert HOURS.work_days_between(start, end) == days


def test_a_site_without_hours_cannot_promise_anything():
    nobody = StaffedHours.of(BOSTON, {})

    with pytest.raises(ValueError, match="staffed hours"):
        nobody.call_window(october(14, 9), "en")
