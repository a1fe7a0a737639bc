"""Another level, place or episode, with the seats that go with it: all of it or nothing."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max

from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.care.models import (
    CareAssignment,
    Client,
    Enrollment,
    LevelOfCare,
    Placement,
    Program,
)
from apps.care.services.enrollments import assign, end_enrollment, enroll
from apps.care.services.placements import (
    change_placement,
    planned_change,
    take_back_placement,
)
from apps.care.services.status import lock_status
from apps.notifications.models import Purpose
from apps.notifications.services import cancel_planned
from apps.sessions.models import Attendance, GroupSession, Override, Wait
from apps.sessions.selectors import seats_of
from apps.sessions.services.seats import NoSeatLeft
from apps.sessions.services.waiting import let_go

# What names a counselor, a site or a time: planned anew by the clocks, in the new words.
SIGNED = (Purpose.OUTREACH, Purpose.REMINDER)


class GroupFull(NoSeatLeft):
    """Some of the sessions have no seat. ``rooms`` says which, by start."""

    def __init__(self, rooms: list[GroupSession]):
        super().__init__([room.pk for room in rooms])
        self.rooms = rooms

    @property
    def room_from(self) -> date:
        """From this day on there is a seat at all that is planned."""
        return self.rooms[-1].local_on + timedelta(days=1)


class WasHereLater(Exception):
    """They came after that day, so it was not the last."""

    def __init__(self, on: date):
        super().__init__(on)
        self.on = on


class StillInCare(Exception):
    """There is an open episode of care already."""


class StartsInThePast(Exception):
    """An episode begins today or later: nobody was expected before."""


@transaction.atomic
def change_level(
    *,
    enrollment: Enrollment,
    level: LevelOfCare,
    program: Program,
    weekdays: list[int],
    from_on: date,
    at: datetime,
    by: Actor,
    note: str = "",
    primary: User | None = None,
) -> Placement:
    """A step down, a step up, other days or another place from a day on.

    A seat they have is kept, a new one is taken and the others are given back. Queued texts
    that name the old place or counselor are cancelled; the clocks plan them anew.

    :raises GroupFull: when a new session has no seat; nothing is changed then.
    :raises: as ``care.services.placements.change_placement``.
    """
    before = enrollment.placement_on(from_on)

    def change() -> Placement:
        return change_placement(
            enrollment=enrollment,
            level=level,
            program=program,
            weekdays=weekdays,
            from_on=from_on,
            at=at,
            by=by,
            note=note,
            primary=primary,
        )

    placement = moving_seats(enrollment, from_on, change, at=at)
    moved = before is not None and before.program.site_id != program.site_id
    if moved or primary is not None:
        _unsign(enrollment, at, by)
    return placement


@transaction.atomic
def take_back_change(*, enrollment: Enrollment, at: datetime, by: Actor) -> None:
    """The planned change does not come; the seats are as they were.

    :raises GroupFull: somebody has taken a seat they would need again.
    :raises NothingPlanned: there is none, or it has begun.
    """
    today = enrollment.program.site.local_date(at)
    planned = planned_change(enrollment, today)
    since = planned.from_on if planned else today
    moving_seats(
        enrollment,
        since,
        lambda: take_back_placement(enrollment=enrollment, at=at, by=by),
        at=at,
    )
    _unsign(enrollment, at, by)


@transaction.atomic
def end_care(
    *, enrollment: Enrollment, on: date, reason: str, at: datetime, by: Actor
) -> None:
    """Completed, moved or closed with the door open. ``on`` is the last day.

    The seats go to others, queued messages are cancelled. Sign-in, plan, Help and the own
    data stay. What has not begun on the last day is not expected any more.

    :raises WasHereLater: they came after that day.
    :raises AlreadyEnded: when somebody closed it before.
    """
    came = Attendance.objects.filter(
        enrollment=enrollment,
        status__in=Attendance.ATTENDED,
        group_session__local_on__gt=on,
    ).aggregate(last=Max("group_session__local_on"))["last"]
    if came is not None:
        raise WasHereLater(came)

    def end() -> None:
        missed = seats_of(enrollment, on).filter(starts_at__gt=at, local_on=on)
        for room in list(missed):
            Override.objects.update_or_create(
                enrollment=enrollment,
                group_session=room,
                defaults={"kind": Override.Kind.DROPPED},
            )
        end_enrollment(enrollment=enrollment, on=on, reason=reason, at=at, by=by)

    moving_seats(enrollment, on, end, at=at)
    # A seat that is kept for them is the next one's.
    for wait in Wait.objects.open().filter(enrollment=enrollment).order_by("pk"):
        let_go(wait=wait, at=at, by=by)
    cancel_planned(client=enrollment.client, reason="CARE_ENDED", at=at, by=by)


def former_primary(client: Client) -> User | None:
    """Whose counselor they would come back to, when that person is still here."""
    last = (
        CareAssignment.objects.filter(
            enrollment__client=client,
            role=CareAssignment.Role.PRIMARY,
            staff__is_active=True,
            staff__staff_roles__organization=client.organization_id,
        )
        .select_related("staff")
        .order_by("-since", "-pk")
        .first()
    )
    return last.staff if last else None


@transaction.atomic
def begin_again(
    *,
    client: Client,
    program: Program,
    level: LevelOfCare,
    weekdays: list[int],
    started_on: date,
    primary: User,
    at: datetime,
    by: Actor,
) -> Enrollment:
    """Coming back is a new episode. Plan, triggers, own words and history are the client's.

    Whoever supervised before does so again.

    :raises StillInCare: an episode is open.
    :raises StartsInThePast: it would begin before today.
    :raises WeekdaysDoNotFit: outside the days of the level.
    :raises GroupFull: when a session has no seat; nothing is begun then.
    """
    # One at a time: of two who press at once, one finds it open.
    Client.objects.select_for_update().get(pk=client.pk)
    if started_on < program.site.local_date(at):
        raise StartsInThePast
    earlier = client.enrollments.order_by("-started_on", "-pk")
    if earlier.exclude(state=Enrollment.State.ENDED).exists():
        raise StillInCare
    enrollment = enroll(
        client=client,
        program=program,
        level=level,
        weekdays=weekdays,
        started_on=started_on,
        primary=primary,
        at=at,
        by=by,
    )
    supervising = CareAssignment.objects.filter(
        enrollment=earlier.exclude(pk=enrollment.pk).first(),
        role=CareAssignment.Role.SUPERVISING,
        until=None,
        staff__is_active=True,
    )
    for assignment in supervising:
        assign(
            enrollment=enrollment,
            staff=assignment.staff,
            role=assignment.role,
            at=at,
            by=by,
        )
    moving_seats(enrollment, started_on, lambda: None, at=at, had=())
    return enrollment


def moving_seats[T](
    enrollment: Enrollment,
    since: date,
    change: Callable[[], T],
    *,
    at: datetime,
    had: Iterable[UUID] | None = None,
) -> T:
    """Do ``change``, and move the seats from a day on to where it brings them.

    All rooms on either side are locked in one order, so two who move at once do not wait
    for each other, and a seat somebody keeps is never asked for anew.
    """
    # Two changes of one person come one by one.
    lock_status(enrollment=enrollment, at=at)
    before = set(_rooms(enrollment, since) if had is None else had)
    done = change()
    after = set(_rooms(enrollment, since))
    rooms = list(
        GroupSession.objects.select_for_update(of=("self",))
        .filter(pk__in=before ^ after)
        .order_by("pk")
    )
    full = [r for r in rooms if r.pk in after and r.seats_taken >= r.capacity]
    if held := [room for room in full if not room.is_cancelled]:
        raise GroupFull(sorted(held, key=lambda room: room.starts_at))
    # Nobody sits in what is not held, so it stands in nobody's way.
    not_held = GroupSession.objects.filter(pk__in=[room.pk for room in full])
    not_held.update(capacity=F("seats_taken") + 1)
    changed = GroupSession.objects.filter(pk__in=after - before)
    changed.update(seats_taken=F("seats_taken") + 1)
    left = GroupSession.objects.filter(pk__in=before - after, seats_taken__gt=0)
    left.update(seats_taken=F("seats_taken") - 1)
    return done


def _rooms(enrollment: Enrollment, since: date) -> list[UUID]:
    enrolled = Enrollment.objects.select_related("client").get(pk=enrollment.pk)
    rooms = seats_of(enrolled, since)
    if enrolled.ended_on is not None:
        rooms = rooms.filter(local_on__lte=enrolled.ended_on)
    return list(rooms.values_list("pk", flat=True))


def _unsign(enrollment: Enrollment, at: datetime, by: Actor) -> None:
    for purpose in SIGNED:
        cancel_planned(
            client=enrollment.client,
            purpose=purpose,
            reason="CARE_MOVED",
            at=at,
            by=by,
        )
