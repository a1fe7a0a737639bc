"""A zone as a calendar file says it (RFC 5545, 3.6.5). Pure: no clock, no database.

icalendar can make one from a zone, but puts the change of spring an hour late: it says the
first hour of the new time, and the rule asks for the last one of the old.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

STEP = timedelta(days=7)
# No zone changes at a finer instant than a second.
FINEST = timedelta(seconds=1)


@lru_cache(maxsize=64)
def timezone_of(key: str, first_year: int, last_year: int) -> Timezone:
    """Whole years, so that the same file comes out on every day of a year."""
    zone = ZoneInfo(key)
    start = datetime.combine(date(first_year, 1, 1), time.min, zone).astimezone(UTC)
    end = datetime.combine(date(last_year + 1, 1, 1), time.min, zone).astimezone(UTC)
    said = Timezone()
    said.add("tzid", key)
    said.add_component(_stretch(zone, start, start))
    for onset in _changes(zone, start, end):
        said.add_component(_stretch(zone, onset - FINEST, onset))
    return said


def _changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    """The first instant of each new offset or name."""
    while start < end:
        after = min(start + STEP, end)
        if _said(zone, start) != _said(zone, after):
            before = start
            while after - before > FINEST:
                middle = before + (after - before) // 2
                middle = middle.replace(microsecond=0)
                if _said(zone, middle) == _said(zone, start):
                    before = middle
                else:
                    after = middle
            yield after
        start = after


def _said(zone: ZoneInfo, moment: datetime) -> tuple[timedelta | None, str | None]:
    local = moment.astimezone(zone)
    return local.utcoffset(), local.tzname()


def _stretch(
    zone: ZoneInfo, before: datetime, onset: datetime
) -> TimezoneStandard | TimezoneDaylight:
    """From an instant on. Its start is said on the clock that was right until then."""
    old, new = before.astimezone(zone), onset.astimezone(zone)
    offset = old.utcoffset() or timedelta()
    part = TimezoneDaylight() if new.dst() else TimezoneStandard()
    part.add("dtstart", onset.replace(tzinfo=None) + offset)
    part.add("tzoffsetfrom", offset)
    part.add("tzoffsetto", new.utcoffset() or timedelta())
    part.add("tzname", new.tzname())
    return part
