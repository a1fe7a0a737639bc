"""The file itself: its zones, its lines, and what cannot break them."""

import datetime as dt
import re
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.feeds.writing import Entry, calendar_of
from apps.feeds.zones import timezone_of
from tests.conftest import BOSTON, NOON
from tests.feeds.reading import read, unfolded

PHOENIX = ZoneInfo("America/Phoenix")
HOUR = dt.timedelta(hours=1)
# What an ordinary calendar knows of a line, and the names it has for them.
LINE = re.compile(r"[A-Z-]+(?:;[A-Z]+=[^:;]+)*:.*")


def entry(starts_at=NOON, zone=BOSTON, **more) -> Entry:
    named = {"uid": UUID(int=1), "revision": 0, "revised_at": NOON - 24 * HOUR}
    return Entry(
        starts_at=starts_at, ends_at=starts_at + HOUR, zone=zone, **named | more
    )


def wall(year, month, day, hour, minute=0, zone=BOSTON, fold=0) -> dt.datetime:
    local = dt.datetime(year, month, day, hour, minute, tzinfo=zone, fold=fold)
    return local.astimezone(dt.UTC)


def _zone_lines(key, *years) -> list[str]:
    text = timezone_of(key, *years).to_ical().decode()
    return [line for line in text.split("\r\n") if line.startswith(("DT", "TZO"))]


def test_a_zone_says_both_changes_on_the_clock_that_was_right_until_then():
    """Fault: the change of spring stands an hour late, as the library writes it."""
    assert _zone_lines("America/New_York", 2026, 2026) == [
        "DTSTART:20260101T000000", "TZOFFSETFROM:-0500", "TZOFFSETTO:-0500",
        "DTSTART:20260308T020000", "TZOFFSETFROM:-0500", "TZOFFSETTO:-0400",
        "DTSTART:20261101T020000", "TZOFFSETFROM:-0400", "TZOFFSETTO:-0500",
    ]  # fmt: skip


def test_a_zone_without_changes_has_one_line_of_time():
    assert _zone_lines("America/Phoenix", 2026, 2027) == [
        "DTSTART:20260101T000000", "TZOFFSETFROM:-0700", "TZOFFSETTO:-0700",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "moment",
    [
        # R7 of docs/security: the same wall clock, another instant.
        pytest.param(wall(2027, 3, 9, 18), id="before spring"),
        pytest.param(wall(2027, 3, 14, 1, 59), id="the last minute before"),
        pytest.param(wall(2027, 3, 14, 3), id="the first minute after"),
        pytest.param(wall(2027, 3, 16, 18), id="after spring"),
        pytest.param(wall(2027, 11, 2, 18), id="before autumn"),
        pytest.param(wall(2027, 11, 7, 1, 30), id="the first half past one"),
        pytest.param(wall(2027, 11, 7, 1, 30, fold=1), id="the second half past one"),
        pytest.param(wall(2027, 11, 9, 18), id="after autumn"),
        pytest.param(wall(2026, 12, 31, 23, 30), id="over the end of a year"),
    ],
)
def test_an_instant_comes_back_as_it_went_in(moment):
    [event] = read(calendar_of([entry(moment)], title="Busy"))

    assert (event.starts_at, event.ends_at) == (moment, moment + HOUR)


def test_two_houses_in_two_zones_stand_in_one_file():
    here, there = wall(2026, 10, 31, 9), wall(2026, 11, 2, 8, zone=PHOENIX)
    body = calendar_of([entry(here), entry(there, PHOENIX)], title="Busy")

    assert [event.starts_at for event in read(body)] == [here, there]
    assert there.hour == 15
    assert body.count(b"BEGIN:VTIMEZONE") == 2


def test_the_whole_file_word_for_word():
    """Fault: a name, a place, a method or an organizer that nobody asked for."""
    text = calendar_of([entry(wall(2026, 10, 14, 9))], title="Busy").decode()
    zone = text[text.index("BEGIN:VTIMEZONE") : text.index("BEGIN:VEVENT")]

    assert text.replace(zone, "").split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Calendar//EN",
        "CALSCALE:GREGORIAN",
        "NAME:Busy",
        "X-WR-CALNAME:Busy",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "BEGIN:VEVENT",
        "SUMMARY:Busy",
        "DTSTART;TZID=America/New_York:20261014T090000",
        "DTEND;TZID=America/New_York:20261014T100000",
        "DTSTAMP:20261013T160000Z",
        "UID:00000000-0000-0000-0000-000000000001",
        "SEQUENCE:0",
        "CLASS:PRIVATE",
        "LAST-MODIFIED:20261013T160000Z",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_a_file_without_a_time_is_still_a_calendar():
    """Fault: a calendar refuses a file without any part, and keeps what it had."""
    body = calendar_of([], title="Busy")

    assert read(body) == []
    assert body.count(b"BEGIN:VTIMEZONE") == 1


NASTY = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("\r\n\t\0\x0b\x0c\x85\u2028\u2029\u202e\u200f;,:\\\"'=😀é"),
    ),
    max_size=120,
)


@given(title=NASTY, place=NASTY)
def test_nothing_typed_breaks_a_line_or_adds_one(title, place):
    """Fault: a line break in a name begins a property, an alarm or an event of its own."""
    injected = f"{title}\r\nATTENDEE:mailto:x@example.org\nBEGIN:VALARM{title}"
    body = calendar_of([entry(place=f"{place}\r\nEND:VEVENT")], title=injected)
    lines = unfolded(body).split("\r\n")

    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert all(LINE.fullmatch(line) for line in lines[:-1])
    assert not [line for line in lines if line.startswith(("ATTENDEE", "BEGIN:VALARM"))]
    assert sum(line.startswith("END:VEVENT") for line in lines) == 1
    [event] = read(body)
    assert "ATTENDEE:mailto:x@example.org BEGIN:VALARM" in event.summary
