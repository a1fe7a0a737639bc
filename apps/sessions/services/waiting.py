"""Waiting for a seat: one offer for each free seat, kept for a while, then for the next."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from apps.audit.actors import SYSTEM, Actor
from apps.audit.services import record
from apps.care.models import Enrollment
from apps.care.rules.quiet import next_allowed
from apps.care.services.status import wake_at
from apps.sessions.models import GroupSession, Override, Wait
from apps.sessions.open_seats import NOTICE
from apps.sessions.services.rooms import lock_room
from apps.sessions.services.seats import NoSeatLeft, release_seat, take_seat
from apps.sessions.services.telling import tell_offer

State = Wait.State
KEPT_FOR = timedelta(hours=12)
# For less than this a seat is kept for nobody: who is quick takes it.
AT_LEAST = timedelta(hours=1)


class AlreadyWaiting(Exception):
    """They wait for this one already."""


@transaction.atomic
def wait_for_seat(
    *,
    enrollment: Enrollment,
    group_session: GroupSession,
    makes_up: GroupSession | None,
    uuid: UUID,
    at: datetime,
    by: Actor,
) -> Wait:
    """Stand in line for a full room; sent twice, it is one place in the line.

    :raises SessionCancelled: when it is not held.
    """
    room = lock_room(group_session)
    mine = Wait.objects.filter(enrollment=enrollment)
    known = (
        mine.filter(uuid=uuid).first() or mine.open().filter(group_session=room).first()
    )
    if known:
        return known
    made = Wait.objects.create(
        enrollment=enrollment,
        group_session=room,
        makes_up=makes_up,
        uuid=uuid,
        asked_at=at,
    )
    record(
        action="sessions.wait_begun",
        at=at,
        by=by,
        subject=made,
        client_id=enrollment.client_id,
    )
    offer_next(group_session=room, at=at, by=by)
    made.refresh_from_db()
    return made


@transaction.atomic
def offer_next(*, group_session: GroupSession, at: datetime, by: Actor) -> int:
    """Keep free seats for who waits longest, and tell them. The room is locked."""
    waiting = list(
        Wait.objects.filter(
            group_session=group_session,
            state=State.WAITING,
            enrollment__ended_on=None,
            enrollment__client__died_on=None,
        )
        .select_related("enrollment__client", "enrollment__program__site")
        .order_by("asked_at", "pk")
    )
    offered = 0
    for wait in waiting:
        until = _kept_until(wait, group_session, at)
        if until is None:
            continue
        try:
            take_seat(group_session=group_session)
        except NoSeatLeft:
            break
        wait.state, wait.offer_until = State.OFFERED, until
        wait.save(update_fields=["state", "offer_until"])
        record(
            action="sessions.seat_offered",
            at=at,
            by=by,
            subject=wait,
            client_id=wait.enrollment.client_id,
        )
        tell_offer(wait, at=at, by=by)
        wake_at(enrollment=wait.enrollment, moment=at)
        offered += 1
    return offered


def _kept_until(wait: Wait, room: GroupSession, at: datetime) -> datetime | None:
    """Nobody is woken to answer: the time runs from the next hour that is not quiet."""
    heard = next_allowed(at, wait.enrollment.zone, ())
    until = min(heard + KEPT_FOR, room.starts_at - NOTICE)
    return until if until >= heard + AT_LEAST else None


@transaction.atomic
def take_offer(*, wait: Wait, at: datetime, by: Actor) -> Override:
    """The seat that was kept is theirs.

    :raises NoSeatLeft: when the time for it ran out.
    :raises SessionCancelled: when it is not held.
    """
    room = lock_room(wait.group_session)
    wait = Wait.objects.select_related("enrollment").get(pk=wait.pk)
    known = Override.objects.filter(
        enrollment=wait.enrollment, group_session=room, kind=Override.Kind.ADDED
    ).first()
    if wait.state == State.TAKEN and known:
        return known
    if wait.state != State.OFFERED or wait.offer_until <= at:
        raise NoSeatLeft
    _end(wait, State.TAKEN, at)
    made = Override.objects.create(
        enrollment=wait.enrollment,
        group_session=room,
        kind=Override.Kind.ADDED,
        makes_up=wait.makes_up,
    )
    # Who has another time needs no third.
    if wait.makes_up_id:
        for other in _others(wait):
            _let_go(other, State.LET_GO, at, by)
    wake_at(enrollment=wait.enrollment, moment=at)
    record(
        action="sessions.offer_taken",
        at=at,
        by=by,
        subject=wait,
        client_id=wait.enrollment.client_id,
    )
    return made


def _others(wait: Wait) -> list[Wait]:
    return list(
        Wait.objects.open()
        .filter(enrollment=wait.enrollment, makes_up=wait.makes_up_id)
        .select_related("group_session", "enrollment")
        .order_by("group_session", "pk")
    )


@transaction.atomic
def let_go(*, wait: Wait, at: datetime, by: Actor) -> None:
    """They need it no more: the next in line is asked."""
    _let_go(wait, State.LET_GO, at, by)


def _let_go(wait: Wait, state: str, at: datetime, by: Actor) -> bool:
    room = (
        GroupSession.objects.select_for_update(of=("self",))
        .select_related("series", "site")
        .get(pk=wait.group_session_id)
    )
    wait = Wait.objects.select_related("enrollment").get(pk=wait.pk)
    if wait.ended_at is not None:
        return False
    had_seat = wait.state == State.OFFERED
    _end(wait, state, at)
    record(
        action="sessions.wait_ended",
        at=at,
        by=by,
        subject=wait,
        client_id=wait.enrollment.client_id,
        reason=state,
    )
    if had_seat:
        release_seat(group_session=room)
        if not room.is_cancelled:
            offer_next(group_session=room, at=at, by=by)
    return True


def _end(wait: Wait, state: str, at: datetime) -> None:
    wait.state, wait.ended_at = state, at
    wait.save(update_fields=["state", "ended_at"])


def run_waits(at: datetime, by: Actor = SYSTEM) -> int:
    """End what ran out, offer what became free. Run twice, the second does nothing."""
    done = 0
    over = Wait.objects.filter(state=State.OFFERED, offer_until__lte=at)
    begun = Wait.objects.open().filter(group_session__starts_at__lte=at)
    off = Wait.objects.open().filter(group_session__state="CANCELLED")
    for wait in [*over, *begun, *off]:
        with transaction.atomic():
            done += _let_go(wait, State.RAN_OUT, at, by)
    free = (
        GroupSession.objects.held()
        .filter(
            starts_at__gt=at,
            seats_taken__lt=F("capacity"),
            waits__state=State.WAITING,
        )
        .distinct()
        .order_by("pk")
    )
    for group_session in free:
        with transaction.atomic():
            room = lock_room(group_session)
            done += offer_next(group_session=room, at=at, by=by)
    return done
