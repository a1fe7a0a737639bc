"""Against the placement for a while: another day in place of the usual one, and back."""

from datetime import date, datetime, timedelta

from django.db import transaction

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Enrollment
from apps.sessions.models import GroupSession, Override
from apps.sessions.selectors import seats_of
from apps.sessions.services.levels import moving_seats


class NothingToMove(Exception):
    """They have nothing on the one day, or there is nothing on the other."""


@transaction.atomic
def use_other_day(
    *,
    enrollment: Enrollment,
    usual: int,
    instead: int,
    from_on: date,
    to_on: date,
    at: datetime,
    by: Actor,
) -> int:
    """Tuesday instead of Monday, from a day to a day; says for how many weeks.

    A week in which the other day is not held, or in which it has begun, stays as it is.

    :raises NothingToMove: in no week.
    :raises GroupFull: when one of the others has no seat; nothing is changed then.
    """
    own = {
        (room.series_id, _week(room.series_on)): room
        for room in seats_of(enrollment, from_on).filter(
            weekday=usual, local_on__lte=to_on, starts_at__gt=at
        )
    }
    others = GroupSession.objects.held().filter(
        series__in={series for series, _ in own},
        weekday=instead,
        local_on__range=(from_on - timedelta(days=6), to_on + timedelta(days=6)),
        starts_at__gt=at,
    )
    pairs = [
        (own[key], other)
        for other in others
        if (key := (other.series_id, _week(other.series_on))) in own
    ]
    if not pairs:
        raise NothingToMove

    def move() -> None:
        for room, other in pairs:
            _set(enrollment, room, Override.Kind.DROPPED)
            _set(enrollment, other, Override.Kind.ADDED)

    moving_seats(enrollment, from_on - timedelta(days=6), move, at=at)
    record(
        action="sessions.other_day_used",
        at=at,
        by=by,
        subject=enrollment,
        client_id=enrollment.client_id,
    )
    return len(pairs)


@transaction.atomic
def swap_sessions(
    *,
    enrollment: Enrollment,
    drop: GroupSession | None,
    add: GroupSession | None,
    at: datetime,
    by: Actor,
) -> None:
    """One session falls out, another is added, or both: together or not at all.

    :raises GroupFull: the one to add has no seat; nothing is changed then.
    """
    changes = [
        (room, kind)
        for room, kind in (
            (drop, Override.Kind.DROPPED),
            (add, Override.Kind.ADDED),
        )
        if room is not None
    ]

    def swap() -> None:
        for room, kind in changes:
            _set(enrollment, room, kind)

    first = min(room.local_on for room, _ in changes)
    moving_seats(enrollment, first, swap, at=at)
    record(
        action="sessions.sessions_swapped",
        at=at,
        by=by,
        subject=enrollment,
        client_id=enrollment.client_id,
    )


@transaction.atomic
def take_back_override(*, override: Override, at: datetime, by: Actor) -> None:
    """As the placement says again.

    :raises GroupFull: somebody else has the seat.
    """
    record(
        action="sessions.override_taken_back",
        at=at,
        by=by,
        subject=override,
        client_id=override.enrollment.client_id,
    )
    moving_seats(
        override.enrollment,
        override.group_session.local_on,
        override.delete,
        at=at,
    )


def _week(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _set(enrollment: Enrollment, group_session: GroupSession, kind: str) -> None:
    Override.objects.update_or_create(
        enrollment=enrollment, group_session=group_session, defaults={"kind": kind}
    )
