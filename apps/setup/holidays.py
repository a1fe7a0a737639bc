"""The days on which programs are usually closed. Pure."""

from datetime import date, timedelta


def usual_holidays(year: int) -> list[date]:
    """New Year, Memorial Day, July 4, Labor Day, Thanksgiving, Christmas."""
    return [
        date(year, 1, 1),
        _last_monday_of_may(year),
        date(year, 7, 4),
        _nth(year, 9, weekday=0, n=1),
        _nth(year, 11, weekday=3, n=4),
        date(year, 12, 25),
    ]


def next_holidays(today: date) -> list[date]:
    """Those of this year and the next that are still to come."""
    years = (today.year, today.year + 1)
    return [day for year in years for day in usual_holidays(year) if day >= today]


def _nth(year: int, month: int, *, weekday: int, n: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))


def _last_monday_of_may(year: int) -> date:
    last = date(year, 5, 31)
    return last - timedelta(days=last.weekday())
