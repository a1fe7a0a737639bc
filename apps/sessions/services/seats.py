"""Seats: counted on the occurrence under its row lock, and never more than there are."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import F, QuerySet

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Enrollment
from apps.sessions.models import Absence, GroupSession, Override
from apps.sessions.selectors import count_of_seated, seated_people, seats_of


class NoSeatLeft(Exception):
    """The group is full."""


def take_seat(*, group_session: GroupSession) -> None:
    """:raises NoSeatLeft: when the group is full."""
    _take([group_session.pk])


def release_seat(*, group_session: GroupSession) -> None:
    _release([group_session.pk])


@transaction.atomic
def take_seats(*, enrollment: Enrollment, since: date) -> int:
    """Take a seat at all that the placements bring; call it after enrolling or moving.

    :raises NoSeatLeft: when one of them is full; none is taken then.
    """
    return _take(_locked(seats_of(enrollment, since)))


@transaction.atomic
def release_seats(*, enrollment: Enrollment, since: date) -> int:
    """Give the seats back; call it before the placement changes or the stay ends."""
    return _release(_locked(seats_of(enrollment, since)))


@transaction.atomic
def override_session(
    *,
    enrollment: Enrollment,
    group_session: GroupSession,
    kind: str,
    at: datetime,
    by: Actor,
) -> None:
    """One occurrence against the placement: also comes, or does not come.

    :raises NoSeatLeft: when the group is full.
    """
    _locked(GroupSession.objects.filter(pk=group_session.pk))
    had_seat = holds_seat(enrollment, group_session)
    override, _ = Override.objects.update_or_create(
        enrollment=enrollment, group_session=group_session, defaults={"kind": kind}
    )
    comes = kind == Override.Kind.ADDED
    if comes and not had_seat:
        take_seat(group_session=group_session)
    elif had_seat and not comes:
        release_seat(group_session=group_session)
    record(
        action="sessions.override_set",
        at=at,
        by=by,
        subject=override,
        client_id=enrollment.client_id,
    )


def holds_seat(enrollment: Enrollment, group_session: GroupSession) -> bool:
    """They are on the roster, and did not say that they cannot come."""
    return (
        seated_people(group_session)
        .filter(pk=enrollment.pk)
        .exclude(
            absences__in=Absence.objects.standing().filter(group_session=group_session)
        )
        .exists()
    )


@transaction.atomic
def count_seats(*, sessions: QuerySet[GroupSession]) -> int:
    """Count the seats of some occurrences anew; says how many were wrong."""
    pks = _locked(sessions)
    wrong = []
    for room in GroupSession.objects.filter(pk__in=pks).annotate(
        seated=count_of_seated()
    ):
        if room.seats_taken != room.seated:
            room.seats_taken = room.seated
            # Whoever is placed has a seat, also where more were placed than planned.
            room.capacity = max(room.capacity, room.seated)
            wrong.append(room)
    GroupSession.objects.bulk_update(wrong, ["seats_taken", "capacity"])
    return len(wrong)


def _locked(sessions: QuerySet[GroupSession]) -> list:
    # Always in the same order, so that two who lock several do not wait for each other.
    rows = sessions.select_for_update(of=("self",)).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def _take(pks: list) -> int:
    rooms = GroupSession.objects.filter(pk__in=pks, seats_taken__lt=F("capacity"))
    taken = rooms.update(seats_taken=F("seats_taken") + 1)
    if taken < len(pks):
        raise NoSeatLeft
    return taken


def _release(pks: list) -> int:
    rooms = GroupSession.objects.filter(pk__in=pks, seats_taken__gt=0)
    return rooms.update(seats_taken=F("seats_taken") - 1)
