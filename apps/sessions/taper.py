"""Where somebody is on the way from many days a week to few. Pure: no clock, no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise


@dataclass(frozen=True)
class Level:
    """What a level of care says about its weeks; the most intense has the first position."""

    position: int
    days_min: int
    days_max: int
    usual_weeks: int
    # How often it is looked at together; a share of the usual weeks where nobody says.
    review_weeks: int | None = None


@dataclass(frozen=True)
class Stay:
    """One placement: a level and its days a week, from a day on."""

    position: int
    days: int
    from_on: date


@dataclass(frozen=True)
class Step:
    """Days a week. ``change`` tells a step with as many days from the one before.

    ``from_on`` is the day it began, or is agreed to begin; what only usually comes has none.
    """

    days: int
    is_past: bool
    is_current: bool
    change: str = ""
    from_on: date | None = None


def path(stays: Sequence[Stay], levels: Sequence[Level], today: date) -> list[Step]:
    """The own way so far, where it is now, and what usually comes after, in order."""
    if not stays:
        return []
    agreed, now = _agreed(stays, today)
    last = agreed[-1]
    after = _usually_after(last.position, last.days, levels)
    way = [
        *((stay.position, stay.days, stay.from_on) for stay in agreed),
        *((position, days, None) for position, days in after),
    ]
    return [
        Step(
            days=days,
            is_past=number < now,
            is_current=number == now,
            change=_change(way[number - 1][:2], (position, days)) if number else "",
            from_on=from_on,
        )
        for number, (position, days, from_on) in enumerate(way)
    ]


def _agreed(stays: Sequence[Stay], today: date) -> tuple[list[Stay], int]:
    """What was and what is planned, and which of it is now.

    Who begins in the future is at their first step.
    """
    # A move to another site is not a step.
    steps = [
        stay
        for before, stay in pairwise([None, *stays])
        if before is None
        or (before.position, before.days) != (stay.position, stay.days)
    ]
    begun = sum(step.from_on <= today for step in steps)
    return steps, max(begun, 1) - 1


def _usually_after(
    position: int, days: int, levels: Sequence[Level]
) -> list[tuple[int, int]]:
    """Fewer hours on as many days while there is such a level, else fewer days."""
    order = sorted(levels, key=lambda level: level.position)
    after = []
    for level in order:
        if level.position < position:
            continue
        if level.position > position:
            position = level.position
            days = days if days <= level.days_max else level.days_min
            after.append((position, days))
        following = [other for other in order if other.position > position]
        if following and days <= following[0].days_max:
            continue
        for fewer in range(days - 1, level.days_min - 1, -1):
            days = fewer
            after.append((position, days))
    return after


def _change(before: tuple[int, int], now: tuple[int, int]) -> str:
    if before[1] != now[1]:
        return ""
    return "shorter" if before[0] < now[0] else "longer"


def look_again_on(stay: Stay, level: Level, today: date) -> date:
    """About when the next step is looked at together: a share of the level's weeks.

    A day that goes by moves on by as much again; nothing is taken away by it.
    """
    steps = level.days_max - level.days_min + 1
    weeks = level.review_weeks or max(1, level.usual_weeks // steps)
    every = timedelta(weeks=weeks)
    passed = max(0, (today - stay.from_on) // every)
    return stay.from_on + every * (passed + 1)
