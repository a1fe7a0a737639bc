"""What happened: who came, for how long, and what of it is known."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import (
    Max,
    QuerySet,
)

from apps.care.models import Enrollment
from apps.care.rules.drift import Visit
from apps.sessions import hours
from apps.sessions.models import (
    Attendance,
    GroupSession,
)
from apps.sessions.selectors import own_sessions

ROSTER_MAY_STAY_OPEN = timedelta(minutes=30)
# Sixty days back and a month to come, when somebody asks from sixty days ago.
MARKS = timedelta(days=90)


def attendance_marks(
    enrollment: Enrollment, since: date, until: date | None = None
) -> list[Visit]:
    """What is known of each session from ``since`` on, as the drift rules read it.

    Who came is known from the tap on; who did not, only when the roster is closed.
    """
    rows = own_sessions(enrollment, since, until or since + MARKS)
    visits = []
    for starts_at, ends_at, state, mark, closed_at in rows.values_list(
        "starts_at", "ends_at", "state", "mark", "roster_closed_at"
    ):
        mark = mark or ""
        if state == GroupSession.State.CANCELLED:
            mark = Attendance.Status.CANCELLED
        elif closed_at is None and mark not in Attendance.ATTENDED:
            mark = ""
        elif closed_at and not mark:
            # Nobody expected them when it closed, so it says nothing about them.
            continue
        visits.append(Visit(starts_at, ends_at, mark))
    return visits


def week_hours(enrollment: Enrollment, week_start: date) -> tuple[int, int]:
    """Minutes of service attended and planned in the week that begins on a Monday."""
    return hours_of(
        own_sessions(enrollment, week_start, week_start + timedelta(days=6))
    )


def hours_of(sessions: Iterable[GroupSession]) -> tuple[int, int]:
    """Minutes attended and planned of rows of ``own_sessions``."""
    return hours.minutes_of(map(slot_of, sessions))


def slot_of(group_session: GroupSession) -> hours.Slot:
    """Of a row of ``own_sessions``."""
    return hours.Slot(
        planned=group_session.service_minutes,
        attended=group_session.minutes,
        is_held=not group_session.is_cancelled,
        is_open=not group_session.is_cancelled
        and group_session.roster_closed_at is None,
    )


def standings(
    enrollment_ids: Collection[UUID],
) -> dict[UUID, tuple[datetime | None, int]]:
    """When each was last here, and how many closed rosters in a row they were not."""
    rows = Attendance.objects.filter(enrollment__in=enrollment_ids)
    last = dict(
        rows.filter(status__in=Attendance.ATTENDED)
        .values_list("enrollment")
        .annotate(Max("group_session__starts_at"))
    )
    missed = Counter(
        enrollment_id
        for enrollment_id, starts_at in rows.filter(
            status=Attendance.Status.NO_SHOW,
            group_session__roster_closed_at__isnull=False,
        ).values_list("enrollment", "group_session__starts_at")
        if enrollment_id not in last or starts_at > last[enrollment_id]
    )
    return {pk: (last.get(pk), missed[pk]) for pk in enrollment_ids}


def open_rosters(at: datetime) -> QuerySet[GroupSession]:
    """Rosters nobody closed, half an hour after the session was over."""
    return (
        GroupSession.objects.roster_open()
        .filter(ends_at__lte=at - ROSTER_MAY_STAY_OPEN)
        .select_related("series", "facilitator")
        .order_by("ends_at", "pk")
    )
