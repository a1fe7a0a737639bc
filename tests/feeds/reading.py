"""A calendar file read by a library that did not write it."""

import datetime as dt
import re
from dataclasses import dataclass

import vobject
from dateutil import tz


@dataclass(frozen=True)
class Event:
    uid: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    status: str
    sequence: int
    summary: str
    location: str = ""


def read(body: bytes) -> list[Event]:
    """Its times as the zones in the file itself say them, and no others."""
    known = vobject.icalendar.__dict__["__tzidMap"]
    known.clear()
    known["UTC"] = tz.tzutc()
    calendar = vobject.readOne(body.decode())
    asked = set(re.findall(r"TZID=([^:;]+)", unfolded(body)))
    assert asked <= known.keys(), "a zone is named and not in the file"
    return [
        Event(
            uid=event.uid.value,
            starts_at=event.dtstart.value.astimezone(dt.UTC),
            ends_at=event.dtend.value.astimezone(dt.UTC),
            status=event.status.value,
            sequence=int(event.sequence.value),
            summary=event.summary.value,
            location=event.location.value if hasattr(event, "location") else "",
        )
        for event in calendar.contents.get("vevent", [])
    ]


def unfolded(body: bytes) -> str:
    return re.sub(r"\r\n[ \t]", "", body.decode())


def said(body: bytes) -> str:
    """Everything in it but the ids, which are random and may hold any number."""
    lines = unfolded(body).split("\r\n")
    return "\n".join(line for line in lines if not line.startswith("UID:"))
