"""A client cannot come to one time: their word for it, and another time instead."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Enrollment, Program, Task
from apps.care.services.status import wake_at
from apps.care.services.tasks import complete_task, create_task, primary_counselor
from apps.sessions.models import Absence, Attendance, GroupSession, Override
from apps.sessions.open_seats import could_come_to
from apps.sessions.selectors import seated_people
from apps.sessions.services.arriving import seen_by
from apps.sessions.services.attendance import NotExpected, mark_attendance
from apps.sessions.services.rooms import RosterClosed, lock_room
from apps.sessions.services.seats import holds_seat, release_seat, take_seat
from apps.sessions.services.waiting import offer_next

Status = Attendance.Status
Reason = Attendance.Reason
NEW_TIME, MAKEUP = "NEW_TIME", "MAKEUP"


class NotOffered(Exception):
    """That room is not one they could come to instead, or nothing is to be made up for."""


class AskedOfStaff(Exception):
    """Here the team finds another time; nobody takes a seat by themselves."""


class MadeUp(Exception):
    """They have another time for this one already."""


@transaction.atomic
def cannot_come(
    *,
    enrollment: Enrollment,
    group_session: GroupSession,
    uuid: UUID,
    at: datetime,
    by: Actor,
    reason: str = "",
) -> Absence:
    """Excuse somebody by their own word and give their seat to others.

    Said again it changes the reason at the most. A one-to-one makes a task instead of a
    free seat: the counselor looks for another time.

    :raises NotExpected: when they are not on the roster, or were there already.
    :raises RosterClosed: when it is over.
    :raises SessionCancelled: when it is not held.
    """
    room = lock_room(group_session, roster_open=True)
    absences = Absence.objects.filter(enrollment=enrollment, group_session=room)
    if sent := absences.filter(uuid=uuid).exclude(taken_back_at=None).first():
        return sent
    absence = absences.standing().first()
    if Absence.objects.filter(enrollment=enrollment, uuid=uuid).exclude(
        group_session=room
    ):
        # A number is of one word about one time.
        raise NotExpected
    if at >= room.ends_at:
        raise RosterClosed
    if absence is None:
        if not seated_people(room).filter(pk=enrollment.pk).exists() or _was_here(
            enrollment, room
        ):
            raise NotExpected
        absence = _begin(enrollment, room, uuid, at, by)
    elif not reason:
        return absence
    mark_attendance(
        group_session=room,
        enrollment=enrollment,
        status=Status.EXCUSED,
        reason=reason or Reason.NOT_SAID,
        at=at,
        by=by,
    )
    return absence


def _was_here(enrollment: Enrollment, room: GroupSession) -> bool:
    return room.attendance.filter(
        enrollment=enrollment, status__in=Attendance.ATTENDED
    ).exists()


def _begin(enrollment, room, uuid, at, by) -> Absence:
    gives_seat = room.series_id and holds_seat(enrollment, room)
    absence = Absence.objects.create(
        enrollment=enrollment, group_session=room, uuid=uuid, told_at=at
    )
    if gives_seat:
        release_seat(group_session=room)
        offer_next(group_session=room, at=at, by=by)
    else:
        _ask(enrollment, room, NEW_TIME, "new_time", at, by)
    wake_at(enrollment=enrollment, moment=at)
    record(
        action="sessions.cannot_come",
        at=at,
        by=by,
        subject=absence,
        client_id=enrollment.client_id,
    )
    return absence


def asked_key(enrollment: Enrollment, room: GroupSession) -> str:
    """Names the one task about somebody and one time."""
    return f"{room.pk.hex[:20]}{enrollment.pk.hex}"


def _ask(enrollment, room, source, choice, at, by) -> Task:
    return create_task(
        kind=Task.Kind.ANSWER,
        organization_id=enrollment.organization_id,
        enrollment=enrollment,
        assignee=primary_counselor(enrollment, at),
        details={"choice": choice, "for_on": room.local_on.isoformat()},
        source=source,
        source_key=asked_key(enrollment, room),
        due_at=seen_by(room.site, at) or at,
        at=at,
        by=by,
    )


@transaction.atomic
def come_after_all(
    *, enrollment: Enrollment, group_session: GroupSession, at: datetime, by: Actor
) -> None:
    """They can come: the seat is theirs again, and nothing is left of the excuse.

    :raises NoSeatLeft: when somebody has the seat meanwhile.
    :raises RosterClosed: when it is over.
    :raises SessionCancelled: when it is not held.
    """
    room = lock_room(group_session, roster_open=True)
    absence = (
        Absence.objects.standing()
        .filter(enrollment=enrollment, group_session=room)
        .first()
    )
    if absence is None:
        return
    if room.series_id:
        take_seat(group_session=room)
    absence.taken_back_at = at
    absence.save(update_fields=["taken_back_at"])
    # What staff wrote since stays theirs to change.
    room.attendance.filter(
        enrollment=enrollment, status=Status.EXCUSED, marked_by=by.user_id
    ).delete()
    asked = Task.objects.open().filter(
        source__in=(NEW_TIME, MAKEUP),
        source_key=asked_key(enrollment, room),
    )
    for task in asked:
        complete_task(task=task, outcome="", at=at, by=by)
    wake_at(enrollment=enrollment, moment=at)
    record(
        action="sessions.come_after_all",
        at=at,
        by=by,
        subject=absence,
        client_id=enrollment.client_id,
    )


def is_to_make_up(enrollment: Enrollment, instead_of: GroupSession) -> bool:
    """They cannot come, were not there, or it was not held."""
    if instead_of.is_cancelled:
        return seated_people(instead_of).filter(pk=enrollment.pk).exists()
    said = Absence.objects.standing().filter(
        enrollment=enrollment, group_session=instead_of
    )
    missed = instead_of.attendance.filter(
        enrollment=enrollment, status__in=(Status.NO_SHOW, Status.EXCUSED)
    )
    return said.exists() or missed.exists()


def takes_seats_themselves(enrollment: Enrollment, at: datetime) -> bool:
    """Whether the program they are in lets people take another seat by their own tap."""
    today = enrollment.program.site.local_date(at)
    placed = Program.objects.filter(
        placements__in=enrollment.placements.on(today)
    ).first()
    return (placed or enrollment.program).own_makeups


@transaction.atomic
def take_open_seat(
    *,
    enrollment: Enrollment,
    group_session: GroupSession,
    instead_of: GroupSession,
    at: datetime,
    by: Actor,
) -> Override:
    """Come to another room this once. Asked twice, the first seat is the answer.

    :raises NoSeatLeft: when somebody was quicker.
    :raises NotOffered: when it is none they could come to instead.
    :raises MadeUp: when they have another time for that one.
    :raises AskedOfStaff: when the program wants to find the time itself.
    """
    room = lock_room(group_session)
    coming = Override.objects.filter(
        enrollment=enrollment, group_session=room, kind=Override.Kind.ADDED
    ).first()
    if coming:
        return coming
    check_offered(enrollment, room, instead_of, at)
    if not takes_seats_themselves(enrollment, at):
        raise AskedOfStaff
    take_seat(group_session=room)
    return add_makeup(enrollment, room, instead_of, at, by)


def check_offered(
    enrollment: Enrollment, room: GroupSession, instead_of: GroupSession, at: datetime
) -> None:
    if Override.objects.filter(enrollment=enrollment, makes_up=instead_of).exists():
        raise MadeUp
    if not is_to_make_up(enrollment, instead_of):
        raise NotOffered
    if not could_come_to(enrollment, instead_of, at).filter(pk=room.pk).exists():
        raise NotOffered


def add_makeup(
    enrollment: Enrollment,
    room: GroupSession,
    instead_of: GroupSession | None,
    at: datetime,
    by: Actor,
) -> Override:
    """The seat is taken already."""
    made = Override.objects.create(
        enrollment=enrollment,
        group_session=room,
        kind=Override.Kind.ADDED,
        makes_up=instead_of,
    )
    wake_at(enrollment=enrollment, moment=at)
    record(
        action="sessions.makeup_taken",
        at=at,
        by=by,
        subject=made,
        client_id=enrollment.client_id,
    )
    return made


@transaction.atomic
def ask_for_makeup(
    *, enrollment: Enrollment, instead_of: GroupSession, at: datetime, by: Actor
) -> Task:
    """Ask the team for another time; asked twice it is one request.

    :raises NotOffered: when nothing is to be made up for.
    """
    if not is_to_make_up(enrollment, instead_of):
        raise NotOffered
    return _ask(enrollment, instead_of, MAKEUP, "makeup", at, by)
