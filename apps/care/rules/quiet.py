"""When nothing automatic may arrive: at night, on Sunday morning, and in own sessions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from apps.common.days import wall_to_utc

LATEST_START = time(21)
EARLIEST_END = time(8)
SUNDAY = 6


@dataclass(frozen=True)
class QuietHours:
    """A program may be stricter than these, never looser than 21:00 to 08:00.

    :raises ValueError: if it would be looser.
    """

    start: time = time(20)
    end: time = time(9)
    sunday_end: time = time(12)

    def __post_init__(self) -> None:
        ends = (self.end, self.sunday_end)
        if self.start > LATEST_START or min(ends) < EARLIEST_END:
            raise ValueError("Quiet hours may not be looser than 21:00 to 08:00.")
        if max(ends) >= self.start:
            raise ValueError("Quiet hours must leave some of every day.")

    def opens(self, day: date, tz: ZoneInfo) -> datetime:
        end = self.sunday_end if day.weekday() == SUNDAY else self.end
        return wall_to_utc(day, end, tz)

    def closes(self, day: date, tz: ZoneInfo) -> datetime:
        return wall_to_utc(day, self.start, tz)


USUAL = QuietHours()
Sessions = Sequence[tuple[datetime, datetime]]


def allowed_at(
    at: datetime, tz: ZoneInfo, sessions: Sessions = (), quiet: QuietHours = USUAL
) -> bool:
    """Whether something automatic may arrive at this moment of the recipient's day."""
    day = at.astimezone(tz).date()
    in_session = any(start <= at < end for start, end in sessions)
    return not in_session and quiet.opens(day, tz) <= at < quiet.closes(day, tz)


def next_allowed(
    at: datetime, tz: ZoneInfo, sessions: Sessions = (), quiet: QuietHours = USUAL
) -> datetime:
    """The first moment from ``at`` on at which it may arrive; ``at`` itself if it may."""
    while not allowed_at(at, tz, sessions, quiet):
        ends = [end for start, end in sessions if start <= at < end]
        if ends:
            at = max(ends)
            continue
        day = at.astimezone(tz).date()
        opens = quiet.opens(day, tz)
        at = opens if at < opens else quiet.opens(day + timedelta(days=1), tz)
    return at
