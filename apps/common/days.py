"""Days and wall-clock times as people mean them, in their own zone."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

# A late night still belongs to the day before.
DAY_BEGINS = time(4)
BACKFILL = 2

PartOfDay = Literal["morning", "afternoon", "evening"]


def wall_to_utc(day: date, at: time, tz: ZoneInfo) -> datetime:
    """The instant a wall clock shows ``at`` on ``day``.

    A time that spring skips is shown an hour later (02:30 becomes 03:30); of a time that
    autumn repeats, the first is meant.
    """
    return datetime.combine(day, at.replace(fold=0), tzinfo=tz).astimezone(UTC)


def local_day(at: datetime, tz: ZoneInfo) -> date:
    """The day ``at`` belongs to: 04:00 to 03:59 on the wall clock of ``tz``."""
    local = at.astimezone(tz)
    return local.date() - timedelta(days=local.time() < DAY_BEGINS)


def day_bounds(day: date, tz: ZoneInfo) -> tuple[datetime, datetime]:
    """Begin and end of a day in UTC; the end belongs to the next day."""
    return (
        wall_to_utc(day, DAY_BEGINS, tz),
        wall_to_utc(day + timedelta(days=1), DAY_BEGINS, tz),
    )


def backfill_days(today: date) -> list[date]:
    """Days that can still be filled in, today first."""
    return [today - timedelta(days=back) for back in range(BACKFILL + 1)]


def part_of_day(at: datetime, tz: ZoneInfo) -> PartOfDay:
    hour = at.astimezone(tz).hour
    if DAY_BEGINS.hour <= hour < 12:
        return "morning"
    return "afternoon" if 12 <= hour < 17 else "evening"
