"""The calendar file. Pure: what happens when, in words that tell nothing, as bytes."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vDuration

from apps.feeds.zones import timezone_of

# Names no maker: a neighbor who opens the file learns nothing from it.
PRODUCT = "-//Calendar//EN"
ASK_AGAIN = timedelta(hours=1)


@dataclass(frozen=True)
class Entry:
    """One time. ``uid`` stays the same when it is moved."""

    uid: UUID
    starts_at: datetime
    ends_at: datetime
    zone: ZoneInfo
    revision: int
    revised_at: datetime
    is_cancelled: bool = False
    place: str = ""


def calendar_of(entries: Collection[Entry], *, title: str) -> bytes:
    """No METHOD: with one, an ORGANIZER would have to be named (RFC 5546, 3.2.1)."""
    title = one_line(title)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", title)
    calendar.add("x-wr-calname", title)
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(ASK_AGAIN))
    for key in sorted({entry.zone.key for entry in entries}):
        moments = [entry.starts_at for entry in entries if entry.zone.key == key]
        calendar.add_component(
            timezone_of(key, min(moments).year, (max(moments) + ASK_AGAIN).year)
        )
    if not entries:
        # A calendar without any part is none (RFC 5545, 3.6), and would be refused.
        calendar.add_component(timezone_of("Etc/UTC", 1970, 1970))
    for entry in entries:
        calendar.add_component(_event(entry, title))
    return calendar.to_ical()


def _event(entry: Entry, title: str) -> Event:
    event = Event()
    event.add("uid", str(entry.uid))
    # Without a METHOD both say when it was last revised (RFC 5545, 3.8.7.2).
    event.add("dtstamp", entry.revised_at)
    event.add("last-modified", entry.revised_at)
    event.add("sequence", entry.revision)
    event.add("dtstart", _said(entry.starts_at, entry.zone))
    event.add("dtend", _said(entry.ends_at, entry.zone))
    event.add("summary", title)
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.is_cancelled else "OPAQUE")
    if entry.place:
        event.add("location", one_line(entry.place))
    return event


def _said(moment: datetime, zone: ZoneInfo) -> datetime:
    """On the wall clock, but not in an hour that comes twice.

    There it would mean the first (3.3.5), and calendars that are in use take the second.
    """
    local = moment.astimezone(zone)
    again = local.replace(fold=1 - local.fold)
    return local if local.utcoffset() == again.utcoffset() else moment


def one_line(text: str) -> str:
    """Without breaks and control characters; the library escapes and folds the rest."""
    spaced = " ".join(text.split())
    return "".join(c for c in spaced if unicodedata.category(c) not in ("Cc", "Cs"))
