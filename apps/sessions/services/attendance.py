"""Who came: one tap for most, and every later word about it."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Concern, Enrollment, Task
from apps.care.services.concerns import REACHED
from apps.care.services.enrollments import begin_care
from apps.care.services.status import lock_status, note_attendance, note_contact
from apps.sessions.marks import standings
from apps.sessions.minutes import is_early, is_late, minutes_by_block
from apps.sessions.models import Attendance, AttendanceChange, GroupSession
from apps.sessions.selectors import expected_people, seated_people
from apps.sessions.services.rooms import lock_room

DOORS_OPEN = timedelta(minutes=30)
Status = Attendance.Status
FIELDS = (
    "status",
    "reason",
    "telehealth",
    "arrived_at",
    "left_at",
    "minutes",
    "block_minutes",
)
# "Everybody here" can be taken back as long as nobody relied on it.
UNDO_FOR = timedelta(minutes=10)


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
    missed: Collection[int] = (),
) -> Attendance:
    """Write down whether somebody is here; said again, it corrects what stood before.

    Here is stamped now unless told otherwise, or marked after the end, which means all of
    the time. Late and left early follow from the times. ``missed`` are blocks they were not
    in, by the minute each begins at. What stood before a correction is kept.

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
    came_before = _contact_of(mark, group_session)
    if status in Attendance.ATTENDED:
        blocks = _counted_blocks(group_session)
        _set_here(
            mark,
            group_session,
            blocks,
            status,
            arrived_at,
            left_at,
            telehealth,
            missed,
            at,
        )
    else:
        mark.status, mark.reason = status, reason if status == Status.EXCUSED else ""
        mark.arrived_at = mark.left_at = None
        mark.telehealth, mark.minutes, mark.block_minutes = False, 0, {}
    is_new = mark._state.adding
    changed = [key for key in FIELDS if getattr(mark, key) != before[key]]
    if not changed:
        return mark
    mark.marked_at, mark.marked_by_id = at, by.user_id
    mark.save()
    if not is_new:
        _keep_change(mark, before, at, by)
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
    if is_here and came_before is None:
        _note_here(mark, group_session, at, by)
    elif came_before is not None and not is_here:
        _take_back_contact(enrollment, came_before, at)
    if is_here or came_before is not None or group_session.roster_closed_at:
        note_attendance(standings=standings([enrollment.pk]), at=at)
    return mark


@transaction.atomic
def mark_everybody(
    *, group_session: GroupSession, at: datetime, by: Actor
) -> list[Attendance]:
    """The room is full: everybody expected and not marked is here, stamped now.

    Who has never been here, or is away, is greeted by name: one tap of their own.

    :raises SessionCancelled: when the session is not held.
    :raises RosterClosed: when somebody closed it before.
    :raises NotOpenYet: long before it begins.
    """
    group_session = lock_room(group_session, roster_open=True)
    if at < group_session.starts_at - DOORS_OPEN:
        raise NotOpenYet
    marked = set(group_session.attendance.values_list("enrollment", flat=True))
    blocks = _counted_blocks(group_session)
    made = []
    for person in expected_people(group_session):
        if person.pk in marked:
            continue
        mark = Attendance(
            group_session=group_session,
            enrollment=person,
            marked_at=at,
            marked_by_id=by.user_id,
        )
        _set_here(
            mark, group_session, blocks, Status.PRESENT, None, None, False, (), at
        )
        made.append(mark)
    if not made:
        return []
    Attendance.objects.bulk_create(made)
    record(
        action="sessions.everybody_marked",
        at=at,
        by=by,
        subject=group_session,
        client_ids=[mark.enrollment.client_id for mark in made],
    )
    for mark in made:
        _note_here(mark, group_session, at, by)
    note_attendance(standings=standings([m.enrollment_id for m in made]), at=at)
    return made


@transaction.atomic
def take_back_everybody(
    *, group_session: GroupSession, made_at: datetime, at: datetime, by: Actor
) -> int:
    """Undo "everybody here" of a moment ago; who was marked anew since then stays so.

    The rows go: nobody had said anything about these people. The audit log keeps both.

    :raises SessionCancelled: when the session is not held.
    :raises RosterClosed: a closed roster is corrected person by person.
    """
    group_session = lock_room(group_session, roster_open=True)
    if not made_at <= at < made_at + UNDO_FOR:
        return 0
    marks = list(
        group_session.attendance.filter(
            marked_at=made_at, marked_by=by.user_id
        ).select_related("enrollment")
    )
    if not marks:
        return 0
    contacts = [(m.enrollment, _contact_of(m, group_session)) for m in marks]
    Attendance.objects.filter(pk__in=[mark.pk for mark in marks]).delete()
    record(
        action="sessions.everybody_taken_back",
        at=at,
        by=by,
        subject=group_session,
        client_ids=[mark.enrollment.client_id for mark in marks],
    )
    for enrollment, came_at in contacts:
        _take_back_contact(enrollment, came_at, at)
    note_attendance(standings=standings([m.enrollment_id for m in marks]), at=at)
    return len(marks)


def _set_here(
    mark: Attendance,
    group_session: GroupSession,
    blocks: list[tuple[int, int]],
    status: str,
    arrived_at: datetime | None,
    left_at: datetime | None,
    telehealth: bool,
    missed: Collection[int],
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
    counted = minutes_by_block(
        starts_at=group_session.starts_at,
        ends_at=group_session.ends_at,
        blocks=blocks,
        arrived_at=mark.arrived_at,
        left_at=mark.left_at,
        missed=missed,
    )
    mark.minutes = sum(counted.values())
    in_full = all(counted[offset] == length for offset, length in blocks)
    mark.block_minutes = (
        {} if in_full else {str(offset): n for offset, n in counted.items()}
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


def _keep_change(mark: Attendance, before: dict, at: datetime, by: Actor) -> None:
    columns = {f"{key}_before": value for key, value in before.items()}
    columns |= {f"{key}_after": getattr(mark, key) for key in FIELDS}
    AttendanceChange.objects.create(attendance=mark, at=at, by_id=by.user_id, **columns)


def _contact_of(mark: Attendance, group_session: GroupSession) -> datetime | None:
    """When this mark says that a person of the team had them in the room."""
    if mark.status not in Attendance.ATTENDED:
        return None
    return min(mark.arrived_at or group_session.starts_at, mark.marked_at)


def _note_here(
    mark: Attendance, group_session: GroupSession, at: datetime, by: Actor
) -> None:
    begin_care(enrollment=mark.enrollment, at=at, by=by)
    note_contact(
        enrollment=mark.enrollment,
        at=at,
        occurred_at=_contact_of(mark, group_session),
        human=True,
    )


def _take_back_contact(enrollment: Enrollment, came_at: datetime, at: datetime) -> None:
    """They were not in the room after all, so that was no contact: read it again.

    What they did by themselves is known here by their last check-in only. Where that leaves
    out a hard moment, the clock says less contact than there was, never more.
    """
    status = lock_status(enrollment=enrollment, at=at)
    if status.last_human_contact_at == came_at:
        marks = Attendance.objects.filter(
            enrollment=enrollment, status__in=Attendance.ATTENDED
        ).select_related("group_session")
        own = {"enrollment": enrollment, "outcome__in": REACHED}
        known = [
            *(_contact_of(mark, mark.group_session) for mark in marks),
            *Concern.objects.filter(**own).values_list("resolved_at", flat=True),
            *Task.objects.filter(**own).values_list("done_at", flat=True),
        ]
        status.last_human_contact_at = max(known, default=None)
    if status.last_contact_at == came_at:
        left = (status.last_human_contact_at, status.last_checkin_at)
        status.last_contact_at = max(filter(None, left), default=None)
    status.changed_at = at
    status.save()
