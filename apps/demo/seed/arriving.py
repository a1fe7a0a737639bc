"""One ride, one thing in the way, and one roster that was corrected: the last of the past."""

import uuid
from datetime import datetime, timedelta

from apps.care.services import enrollments
from apps.sessions import services as sessions
from apps.sessions.models import Attendance, Barrier
from apps.sessions.selectors import next_session

RIDES, BARRIER, CORRECTED = "Yesenia", "Dev", "Dev"
DAY = timedelta(days=1)


def arrange(simulation, at: datetime) -> None:
    """Of people who are there; a smaller cast has less to show."""
    known = simulation.enrollments
    if RIDES in known:
        _book(simulation, known[RIDES], at)
    if BARRIER in known:
        _answer(simulation, known[BARRIER], at)
    if CORRECTED in known:
        _correct(simulation, known[CORRECTED], at)


def _book(simulation, enrollment, at: datetime) -> None:
    pat = simulation.world.staff["Pat"]
    enrollments.assign(
        enrollment=enrollment,
        staff=pat,
        role="CARE_TEAM",
        at=at,
        by=simulation.program_actor,
    )
    coming = next_session(enrollment, at)
    if coming is not None:
        sessions.book_ride(
            enrollment=enrollment,
            group_session=coming,
            picks_up_at=coming.starts_at - timedelta(minutes=40),
            words="Blue van, at the side door.",
            booked_by=pat,
            at=at,
            by=simulation.staff_actor(pat),
        )


def _answer(simulation, enrollment, at: datetime) -> None:
    """About tomorrow, and on a day before a free one about nothing."""
    tomorrow = enrollment.program.site.local_date(at) + DAY
    try:
        sessions.answer_barrier(
            enrollment=enrollment,
            uuid=uuid.UUID(int=7, version=4),
            about=Barrier.About.DAY,
            on=tomorrow,
            answer=Barrier.Answer.DREAD,
            occurred_at=at,
            at=at,
            by=simulation.client_actor(enrollment),
        )
    except sessions.NothingToAsk:
        return


def _correct(simulation, enrollment, at: datetime) -> None:
    """Came late, as the counselor remembered the next day."""
    mark = (
        enrollment.attendance.filter(
            status=Attendance.Status.PRESENT,
            group_session__ends_at__lt=at - DAY,
        )
        .select_related("group_session__facilitator")
        .order_by("-group_session__starts_at")
        .first()
    )
    if mark is not None:
        room = mark.group_session
        sessions.mark_attendance(
            group_session=room,
            enrollment=enrollment,
            status=Attendance.Status.PRESENT,
            arrived_at=room.starts_at + timedelta(minutes=25),
            at=at,
            by=simulation.staff_actor(room.facilitator),
        )
