"""The last weeks of one person in hours, in three reads however many they are."""

from datetime import date, datetime, timedelta
from itertools import groupby

from apps.care.models import Enrollment, LevelOfCare, Pause, Placement
from apps.sessions import hours
from apps.sessions.hours import WEEK, monday_of
from apps.sessions.marks import slot_of
from apps.sessions.selectors import own_sessions

SUNDAY = timedelta(days=6)


def last_weeks(enrollment: Enrollment, at: datetime, count: int) -> list[hours.Week]:
    """This week and those before it, newest first, as far back as the stay goes."""
    today = enrollment.program.site.local_date(at)
    this = monday_of(today)
    first = max(monday_of(enrollment.started_on), this - (count - 1) * WEEK)
    mondays = [this - n * WEEK for n in range((this - first) // WEEK + 1)]
    rows = own_sessions(enrollment, first, this + SUNDAY).order_by("local_on", "pk")
    by_week = {
        monday: [slot_of(row) for row in group]
        for monday, group in groupby(rows, key=lambda row: monday_of(row.local_on))
    }
    placements = list(enrollment.placements.select_related("level").order_by("from_on"))
    pauses = list(enrollment.pauses.all())
    return [
        hours.week_of(
            monday,
            by_week.get(monday, ()),
            today=today,
            prescribed=_prescribed(placements, monday),
            is_steady=_is_steady(enrollment, placements, pauses, monday),
        )
        for monday in mondays
    ]


def prescribed_of(level: LevelOfCare) -> hours.Prescribed:
    return hours.Prescribed(
        int(level.weekly_hours_min * 60), int(level.weekly_hours_max * 60)
    )


def _prescribed(placements: list[Placement], monday: date) -> hours.Prescribed | None:
    """Of the level somebody was at when the week ended."""
    begun = [p for p in placements if p.from_on <= monday + SUNDAY]
    return prescribed_of(begun[-1].level) if begun else None


def _is_steady(
    enrollment: Enrollment,
    placements: list[Placement],
    pauses: list[Pause],
    monday: date,
) -> bool:
    """One level on all seven days, and no pause on any of them."""
    sunday = monday + SUNDAY
    whole = (p for p in placements if p.from_on <= monday and _lasts(p.to_on, sunday))
    paused = (p for p in pauses if p.from_on <= sunday and _lasts(p.to_on, monday))
    ended = enrollment.ended_on is not None and enrollment.ended_on < sunday
    return any(whole) and not any(paused) and not ended


def _lasts(until: date | None, day: date) -> bool:
    return until is None or until >= day
