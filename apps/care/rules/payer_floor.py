"""What a payer asks of a week: so many days of so many minutes. Warns, never blocks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Floor:
    days: int
    minutes: int


@dataclass(frozen=True)
class Short:
    """A week below the floor, with its numbers."""

    floor: Floor
    days_enough: int
    # Days with something on them that are too short, and how long they are.
    too_short: Mapping[date, int]


def short_of(floor: Floor | None, minutes_by_day: Mapping[date, int]) -> Short | None:
    """None where nothing is asked, or the week has it. Breaks are not in the minutes."""
    if floor is None:
        return None
    enough = [
        day for day, minutes in minutes_by_day.items() if minutes >= floor.minutes
    ]
    if len(enough) >= floor.days:
        return None
    too_short = {
        day: minutes
        for day, minutes in sorted(minutes_by_day.items())
        if 0 < minutes < floor.minutes
    }
    return Short(floor, len(enough), too_short)
