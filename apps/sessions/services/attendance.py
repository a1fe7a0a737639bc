"""Who came: one tap for most, and every later word about it."""

from datetime import datetime, timedelta

from django.db import transaction

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Enrollment
from apps.care.services.enrollments import begin_care
from apps.care.services.status import note_attendance, note_contact
from apps.sessions.minutes import is_early, is_late, minutes_there
from apps.sessions.models import Attendance, GroupSession
from apps.sessions.selectors import seated_people, standings
from apps.sessions.services.rooms import lock_room

DOORS_OPEN = timedelta(minutes=30)
Status = Attendance.Status
FIELDS = ("status", "reason", "telehealth", "arrived_at", "left_at", "minutes")


class NotExpected(Exception):
    """The person is not on this roster."""


class NotOpenYet(Exception):
    """Nobody can be here, or not here, so long before it begins."""


class ReasonNeeded(Exception):
    """Told us before: what was it?"""


@transaction.atomic
def mark_attendance(
    *,
    group_session: GroupSession,
    enrollment: Enrollment,
    status: str,
    at: datetime,
    by: Actor,
    reason: str = "",
    telehealth: bool = False,
    arrived_at: datetime | None = None,
    left_at: datetime | None = None,
) -> Attendance:
    """Write down whether somebody is here; said again, it corrects what stood before.

    Here is stamped now unless told otherwise, or marked after the end, which means all of
    the time. Late and left early follow from the times.

    :raises SessionCancelled: when the session is not held.
    :raises NotOpenYet: long before it begins, except for "told us before".
    :raises NotExpected: when the person is not on the roster.
    :raises ReasonNeeded: "told us before" without what it was.
    """
    group_session = lock_room(group_session)
    if status == Status.EXCUSED and not reason:
        raise ReasonNeeded
    if status != Status.EXCUSED and at < group_session.starts_at - DOORS_OPEN:
        raise NotOpenYet
    mark = Attendance.objects.filter(
        group_session=group_session, enrollment=enrollment
    ).first()
    if mark is None:
        if not seated_people(group_session).filter(pk=enrollment.pk).exists():
            raise NotExpected
        mark = Attendance(group_session=group_session, enrollment=enrollment)
    before = {key: getattr(mark, key) for key in FIELDS}
    was_here = mark.status in Attendance.ATTENDED
    if status in Attendance.ATTENDED:
        _set_here(mark, group_session, status, arrived_at, left_at, telehealth, at)
    else:
        mark.status, mark.reason = status, reason if status == Status.EXCUSED else ""
        mark.arrived_at = mark.left_at = None
        mark.telehealth, mark.minutes = False, 0
    is_new = mark._state.adding
    changed = [key for key in FIELDS if getattr(mark, key) != before[key]]
    if not changed:
        return mark
    mark.marked_at, mark.marked_by_id = at, by.user_id
    mark.save()
    record(
        action="sessions.attendance_marked"
        if is_new
        else "sessions.attendance_changed",
        at=at,
        by=by,
        subject=mark,
        client_id=enrollment.client_id,
        field_names=changed,
    )
    is_here = mark.status in Attendance.ATTENDED
    if is_here and not was_here:
        begin_care(enrollment=enrollment, at=at, by=by)
        came_at = mark.arrived_at or group_session.starts_at
        note_contact(
            enrollment=enrollment, at=at, occurred_at=min(came_at, at), human=True
        )
    if is_here or was_here or group_session.roster_closed_at:
        note_attendance(standings=standings([enrollment.pk]), at=at)
    return mark


def _set_here(
    mark: Attendance,
    group_session: GroupSession,
    status: str,
    arrived_at: datetime | None,
    left_at: datetime | None,
    telehealth: bool,
    at: datetime,
) -> None:
    now = None if at >= group_session.ends_at else at
    if status == Status.LEFT_EARLY:
        left_at = left_at or mark.left_at or now
    mark.arrived_at = arrived_at or mark.arrived_at or now
    mark.left_at = left_at
    mark.status = _status(status, mark, group_session)
    mark.reason = ""
    mark.telehealth = telehealth or group_session.telehealth
    mark.minutes = minutes_there(
        starts_at=group_session.starts_at,
        ends_at=group_session.ends_at,
        blocks=_counted_blocks(group_session),
        arrived_at=mark.arrived_at,
        left_at=mark.left_at,
    )


def _status(said: str, mark: Attendance, group_session: GroupSession) -> str:
    """What the times say; without a time, what was said."""
    if said == Status.ONE_TO_ONE:
        return said
    if is_early(mark.left_at, group_session.ends_at):
        return Status.LEFT_EARLY
    if is_late(mark.arrived_at, group_session.starts_at):
        return Status.LATE
    without_time = (said == Status.LATE and mark.arrived_at is None) or (
        said == Status.LEFT_EARLY and mark.left_at is None
    )
    return said if without_time else Status.PRESENT


def _counted_blocks(group_session: GroupSession) -> list[tuple[int, int]]:
    if group_session.series is None:
        return []
    blocks = group_session.series.blocks.filter(counts=True)
    return list(blocks.values_list("offset_minutes", "minutes"))
