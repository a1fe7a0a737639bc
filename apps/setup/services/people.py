"""Somebody new comes into care: registered, reachable, placed and seated, or not at all."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from apps.accounts import policy
from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.care.models import Client, Enrollment, LevelOfCare, Organization, Program
from apps.care.services.enrollments import (
    AddressTaken,
    add_contact_point,
    assign,
    enroll,
    register_client,
)
from apps.care.services.invitations import VALID_FOR
from apps.common.crypto import blind_index
from apps.sessions.models import GroupSession
from apps.sessions.selectors import LONGEST
from apps.sessions.services import NoSeatLeft, count_seats, take_seats


class AlreadyHere(Exception):
    """Somebody of this name and birth date has a record in this house."""


@dataclass(frozen=True)
class NewPerson:
    """As the form or a row of a table says it. ``phone`` is E.164, ``email`` lower-case."""

    name: str
    surname: str
    birth_date: date
    phone: str
    email: str
    language: str
    program: Program
    level: LevelOfCare
    weekdays: list[int]
    started_on: date
    primary: User
    monitored_phone: bool = False
    no_phone: bool = False

    @property
    def who(self) -> tuple[str, str, str]:
        """What tells two people apart, as far as a table can."""
        return (
            self.name.casefold(),
            surname_index(self.surname),
            self.birth_date.isoformat(),
        )

    @property
    def reached_at(self) -> list[tuple[str, str]]:
        """Kind and value of each way to reach them."""
        found = [("PHONE", self.phone), ("EMAIL", self.email)]
        return [(kind, value) for kind, value in found if value]


def surname_index(surname: str) -> str:
    return blind_index(surname.casefold(), purpose="surname")


@transaction.atomic
def take_in(
    *,
    organization: Organization,
    person: NewPerson,
    at: datetime,
    by: Actor,
    welcomed_by: User | None = None,
) -> Enrollment:
    """Open a record and begin an episode, invited until they come or open the app.

    ``welcomed_by`` is on the team for as long as the paper of an invitation works, so that
    they can hand it over.

    :raises AlreadyHere: when this house has a record of them.
    :raises TooYoung: under 18.
    :raises NotANumber: a phone number that cannot be dialled.
    :raises AddressTaken: with the kind, when somebody else uses the number or the address.
    :raises WeekdaysDoNotFit: outside the days of the level.
    :raises NoSeatLeft: when a group they would come to is full.
    """
    if known_people(organization.pk, [person]):
        raise AlreadyHere
    enrollment = begin_record(organization=organization, person=person, at=at, by=by)
    if (
        welcomed_by is not None
        and welcomed_by.pk != person.primary.pk
        and policy.is_one_of(welcomed_by, policy.CARE_TEAM)
    ):
        assign(
            enrollment=enrollment,
            staff=welcomed_by,
            role="CARE_TEAM",
            until=at + VALID_FOR,
            at=at,
            by=by,
        )
    today = person.program.site.local_date(at)
    take_seats(enrollment=enrollment, since=max(person.started_on, today))
    return enrollment


@transaction.atomic
def begin_record(
    *, organization: Organization, person: NewPerson, at: datetime, by: Actor
) -> Enrollment:
    """Registered, reachable and placed. Looking for an earlier record, and the seats, are the
    caller's.

    :raises TooYoung: under 18.
    :raises NotANumber: a phone number that cannot be dialled.
    :raises AddressTaken: with the kind, when somebody else uses the number or the address.
    :raises WeekdaysDoNotFit: outside the days of the level.
    """
    client = register_client(
        organization=organization,
        preferred_name=person.name,
        surname=person.surname,
        birth_date=person.birth_date,
        language=person.language,
        monitored_phone=person.monitored_phone,
        no_phone=person.no_phone,
        at=at,
        by=by,
    )
    for kind, value in person.reached_at:
        _reach(client, kind, value, at, by)
    return enroll(
        client=client,
        program=person.program,
        level=person.level,
        weekdays=person.weekdays,
        started_on=person.started_on,
        primary=person.primary,
        state=Enrollment.State.INVITED,
        at=at,
        by=by,
    )


@transaction.atomic
def seat_all(*, programs: Iterable[Program], at: datetime) -> None:
    """Count the seats of some programs anew after many came, instead of one by one.

    :raises NoSeatLeft: when there are more people in a group than seats.
    """
    rooms = GroupSession.objects.filter(
        series__program__in=programs, enrollment=None, starts_at__gt=at - LONGEST
    )
    seats = dict(
        rooms.select_for_update(of=("self",))
        .order_by("pk")
        .values_list("pk", "capacity")
    )
    count_seats(sessions=GroupSession.objects.filter(pk__in=seats))
    # Counting makes room for whoever is placed; here it is a reason to stop.
    if dict(rooms.values_list("pk", "capacity")) != seats:
        raise NoSeatLeft


def _reach(client: Client, kind: str, value: str, at: datetime, by: Actor) -> None:
    try:
        # A number of another house is not seen on PostgreSQL, and refused by the index.
        with transaction.atomic():
            add_contact_point(client=client, kind=kind, value=value, at=at, by=by)
    except (AddressTaken, IntegrityError):
        raise AddressTaken(kind) from None


def known_people(organization_id, people: list[NewPerson]) -> set[tuple[str, str, str]]:
    """Who of these has a record already, by ``NewPerson.who``. One query."""
    wanted = {person.who for person in people}
    indexes = {index for _, index, _ in wanted}
    rows = Client.objects.filter(
        organization=organization_id, surname_index__in=indexes
    ).only("pk", "preferred_name", "surname_index", "birth_date", "organization")
    found = set()
    for row in rows:
        name = row.preferred_name.casefold()
        # Opened only where the rest fits already.
        if any(who[:2] == (name, row.surname_index) for who in wanted):
            found.add((name, row.surname_index, row.birth_date))
    return wanted & found
