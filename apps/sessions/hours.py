"""The hours of a week, Monday to Sunday of the site: attended, planned, and what the level has.

What counts is group, one-to-one, family and nurse education; lunch and breaks are not among
the minutes that come in here (``GroupSession.service_minutes``, ``Attendance.minutes``).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Slot:
    """One time people met: its minutes of service, and how many of them somebody was there.

    ``attended`` is None while nobody said anything about it.
    """

    planned: int
    attended: int | None = None
    is_held: bool = True
    # Over, and the roster is not closed: what is missing may only not be written down yet.
    is_open: bool = False


@dataclass(frozen=True)
class Prescribed:
    """Minutes a week of a level, least and most."""

    least: int
    most: int


class Look(StrEnum):
    """What a colleague may want to look at in a week. Never a word for the client."""

    NOTHING = ""
    BELOW = "BELOW"
    # The schedule itself has less than the level: not a matter of who came.
    PLANNED_BELOW = "PLANNED_BELOW"


@dataclass(frozen=True)
class Week:
    monday: date
    attended: int
    planned: int
    # Of what was planned, cancelled by us.
    cancelled: int
    prescribed: Prescribed | None
    # Over, written down, and at one level from Monday to Sunday without a pause.
    is_whole: bool

    @property
    def look(self) -> Look:
        if not (self.is_whole and self.prescribed):
            return Look.NOTHING
        if self.attended >= self.prescribed.least:
            return Look.NOTHING
        if self.planned < self.prescribed.least:
            return Look.PLANNED_BELOW
        return Look.BELOW


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def minutes_of(slots: Iterable[Slot]) -> tuple[int, int]:
    """Minutes attended and planned. Who came to what was cancelled after all was there."""
    attended = planned = 0
    for slot in slots:
        attended += slot.attended or 0
        planned += slot.planned if slot.is_held else 0
    return attended, planned


def week_of(
    monday: date,
    slots: Iterable[Slot],
    *,
    today: date,
    prescribed: Prescribed | None = None,
    is_steady: bool = True,
) -> Week:
    """``is_steady``: one level and no pause on any of the seven days."""
    slots = list(slots)
    attended, planned = minutes_of(slots)
    return Week(
        monday=monday,
        attended=attended,
        planned=planned,
        cancelled=sum(slot.planned for slot in slots if not slot.is_held),
        prescribed=prescribed,
        is_whole=is_steady
        and monday + WEEK <= today
        and not any(slot.is_open for slot in slots),
    )
