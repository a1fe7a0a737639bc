"""One week of one person as their page shows it, in a fixed number of reads."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.utils.formats import date_format
from django.utils.text import capfirst

from apps.care.models import Enrollment, Pause
from apps.sessions import wording
from apps.sessions.arriving import (
    Question,
    questions_of,
    rides_by_session,
    rides_of,
)
from apps.sessions.hours import WEEK, monday_of
from apps.sessions.marks import hours_of
from apps.sessions.models import Attendance, GroupSession
from apps.sessions.selectors import (
    AHEAD,
    is_coming,
    next_session,
    pauses_on,
    week_sessions,
)


@dataclass(frozen=True)
class Meeting:
    """One attendance, in words."""

    group_session: GroupSession
    span: str
    own_clock: str
    where: str
    site: str
    leader: str
    parts: list[tuple[str, str]]
    changes: list[str]
    came: str
    rides: list[str]
    until: str = ""
    # They may still say that they cannot come; or they said so, and may find another time.
    may_tell: bool = False
    may_change: bool = False

    @property
    def is_held(self) -> bool:
        return not self.group_session.is_cancelled


@dataclass(frozen=True)
class Day:
    on: date
    title: str
    is_today: bool
    is_over: bool
    meetings: list[Meeting]


@dataclass(frozen=True)
class Coming:
    """The next session when it is not on the page."""

    title: str
    monday: date


@dataclass(frozen=True)
class Week:
    monday: date
    title: str
    is_current: bool
    is_past: bool
    days: list[Day]
    attended: int
    planned: int
    previous: date | None
    following: date | None
    questions: list[Question]
    coming: Coming | None = None

    @property
    def folded(self) -> list[Day]:
        """Days of this week that are over, put away."""
        return [day for day in self.days if self.is_current and day.is_over]

    @property
    def open_days(self) -> list[Day]:
        return [day for day in self.days if not (self.is_current and day.is_over)]

    @property
    def attended_hours(self) -> str:
        return wording.hours(self.attended)

    @property
    def planned_hours(self) -> str:
        return wording.hours(self.planned)


def week_of(enrollment: Enrollment, asked: date | None, at: datetime) -> Week:
    """The week of a day, within the stay and what is made ahead; this one unless asked."""
    today = enrollment.program.site.local_date(at)
    this = monday_of(today)
    first = min(monday_of(enrollment.started_on), this)
    last = monday_of(today + AHEAD)
    monday = monday_of(min(max(asked or today, first), last + WEEK - timedelta(days=1)))
    rows = week_sessions(enrollment, monday)
    prefetch_related_objects(rows, "series__blocks")
    attended, planned = hours_of(rows)
    upcoming = None
    if monday == this:
        ahead = (row for row in rows if is_coming(row, at))
        upcoming = next(ahead, None) or next_session(enrollment, at)
    rides = rides_by_session(
        rides_of(enrollment, monday, monday + timedelta(days=6)),
        enrollment.program.site,
    )
    return Week(
        monday=monday,
        title=_title(monday),
        is_current=monday == this,
        is_past=monday < this,
        days=_days(rows, enrollment, upcoming, rides, at),
        attended=attended,
        planned=planned,
        previous=monday - WEEK if monday > first else None,
        following=monday + WEEK if monday < last else None,
        questions=questions_of(enrollment, [*rows, *filter(None, [upcoming])], at)
        if monday == this
        else [],
        coming=_coming(upcoming, rows, at),
    )


def _title(monday: date) -> str:
    ends = (monday, monday + WEEK - timedelta(days=1))
    # No line begins with the dash.
    return "\N{NO-BREAK SPACE}– ".join(
        date_format(day, "MONTH_DAY_FORMAT") for day in ends
    )


def _days(
    rows: list[GroupSession],
    enrollment: Enrollment,
    upcoming: GroupSession | None,
    rides: dict[UUID | None, list[str]],
    at: datetime,
) -> list[Day]:
    days = []
    rows.sort(key=lambda row: (row.local_on, row.starts_at))
    for on, group in groupby(rows, key=lambda row: row.local_on):
        meetings = [_meeting(row, enrollment, upcoming, rides, at) for row in group]
        today = enrollment.program.site.local_date(at)
        days.append(
            Day(
                on=on,
                # The month stands at the top of the page.
                title=capfirst(date_format(on, "l j")),
                is_today=on == today,
                is_over=on < today,
                meetings=meetings,
            )
        )
    return days


def _meeting(
    row: GroupSession,
    enrollment: Enrollment,
    upcoming: GroupSession | None,
    rides: dict[UUID | None, list[str]],
    at: datetime,
) -> Meeting:
    return Meeting(
        group_session=row,
        span=wording.span(row),
        own_clock=wording.own_clock(row, enrollment.zone),
        where=wording.place(row),
        site=row.site.name,
        leader=wording.leader(row),
        parts=wording.parts(row),
        changes=wording.changes(row),
        came=wording.came(row.mark, row.minutes),
        # What is over, or not held, needs no ride.
        rides=rides.get(row.pk, [])
        if row.ends_at > at and not row.is_cancelled
        else [],
        until=wording.until_words(row, at) if row == upcoming else "",
        may_tell=row.ends_at > at and not row.is_cancelled and row.mark is None,
        may_change=_may_change(row, at),
    )


def _may_change(row: GroupSession, at: datetime) -> bool:
    """It can be told that they cannot come, or another time be found for it."""
    if row.is_cancelled or row.mark == Attendance.Status.EXCUSED:
        return row.series_id is not None and at < row.starts_at + WEEK
    return row.ends_at > at and row.mark is None


def _coming(
    upcoming: GroupSession | None, rows: list[GroupSession], at: datetime
) -> Coming | None:
    if upcoming is None or upcoming in rows:
        return None
    words = wording.day_words(upcoming, at), wording.span(upcoming)
    return Coming(", ".join(words), monday_of(upcoming.local_on))


def pause_on(enrollment: Enrollment, at: datetime) -> Pause | None:
    today = enrollment.program.site.local_date(at)
    return pauses_on(today).filter(enrollment=enrollment).first()
