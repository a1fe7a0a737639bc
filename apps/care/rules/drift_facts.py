"""What drift is judged by and what comes out of it: facts, thresholds, decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

ATTENDED = frozenset({"PRESENT", "LATE", "LEFT_EARLY", "ONE_TO_ONE"})
NO_SHOW = "NO_SHOW"
EXCUSED = "EXCUSED"
CANCELLED = "CANCELLED"
LEFT_EARLY = "LEFT_EARLY"
UNKNOWN = ""

CONSECUTIVE = "consecutive"
NEW_MISSED = "new_missed"
WATCH_MISSED = "watch_missed"
IN_7D = "in_7d"
DAYS_SINCE_ATTENDED = "days_since_attended"
DAYS_NO_CONTACT = "days_no_contact"
STILL_OPEN = "still_open"


class State(StrEnum):
    ENGAGED = "ENGAGED"
    SLIPPING = "SLIPPING"
    DRIFTING = "DRIFTING"
    AWAY = "AWAY"
    RETURNED = "RETURNED"


class Subtype(StrEnum):
    # Still in touch, only not coming.
    QUIET = "QUIET"
    SILENT = "SILENT"


@dataclass(frozen=True)
class Thresholds:
    """When each rule fires; None switches it off."""

    slip_no_show: int | None = 1
    open_consecutive: int | None = 2
    open_in_7d: int | None = 3
    open_days_since_attended: int | None = 7
    open_days_no_contact: int | None = 7
    away_days: int | None = 14
    case_review_day: int | None = 30
    new_days: int = 14
    new_open_consecutive: int | None = 1
    watch_days: int = 28
    watch_open_consecutive: int | None = 1

    @classmethod
    def for_level(
        cls, code: str, overrides: Mapping[str, int | None] | None = None
    ) -> "Thresholds":
        """What the level asks for, with the program's own values over it."""
        known = {each.name for each in fields(cls)}
        own: dict[str, Any] = {
            key: value for key, value in (overrides or {}).items() if key in known
        }
        return replace(LEVELS.get(code, cls()), **own)


LEVELS = {
    "PHP": Thresholds(
        open_in_7d=2,
        open_days_since_attended=4,
        open_days_no_contact=3,
        away_days=8,
        case_review_day=14,
    ),
    "IOP": Thresholds(),
    "OP": Thresholds(
        open_in_7d=None,
        open_days_since_attended=15,
        open_days_no_contact=14,
        away_days=28,
        case_review_day=60,
    ),
}


@dataclass(frozen=True)
class Visit:
    """One expected session. The status is empty until its roster is closed."""

    starts_at: datetime
    ends_at: datetime
    status: str = UNKNOWN


@dataclass(frozen=True)
class DriftFacts:
    """What is known of one enrollment: sessions of about 60 days back and those to come."""

    now: datetime
    tz: ZoneInfo
    started_on: date
    visits: Sequence[Visit] = ()
    last_contact_at: datetime | None = None
    checkin_days: frozenset[date] = frozenset()
    # First and last day of each agreed pause; None while it lasts.
    pauses: Sequence[tuple[date, date | None]] = ()
    holidays: frozenset[date] = frozenset()
    state: State = State.ENGAGED
    # When the open episode became a drift.
    opened_at: datetime | None = None
    # The rule it was opened by.
    opened_by: str = ""
    returned_on: date | None = None
    # Keeps in touch in person: silence between visits means nothing.
    in_person: bool = False


@dataclass(frozen=True)
class DriftDecision:
    """Where somebody stands, why, and when to look again if nothing happens."""

    state: State
    # "" when there is nothing to say.
    rule: str = ""
    evidence: dict[str, Any] = field(default_factory=dict)
    subtype: Subtype | None = None
    opens: bool = False
    returns: bool = False
    missed_in_a_row: int = 0
    days_since_attended: int | None = None
    days_silent: int | None = None
    next_due: datetime | None = None
