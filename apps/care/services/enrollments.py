"""People come into care, change level, are looked after, and leave with the door open."""

from datetime import date, datetime

import phonenumbers
from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import Q

from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import (
    CareAssignment,
    Client,
    ContactPoint,
    Enrollment,
    LevelOfCare,
    Organization,
    Placement,
    Program,
)
from apps.care.services.status import lock_status, wake_at
from apps.common.crypto import blind_index

ADULT_AGE = 18


class TooYoung(Exception):
    """Companion is for adults."""


class NotANumber(Exception):
    """The phone number cannot be dialled."""


class AddressTaken(Exception):
    """Another client uses this number or address."""


class WeekdaysDoNotFit(Exception):
    """The level of care asks for more or fewer days."""


class AlreadyEnded(Exception):
    """The episode of care is over."""


def normalized_phone(raw: str, region: str = "US") -> str:
    """E.164. :raises NotANumber: when it cannot be dialled."""
    try:
        parsed = phonenumbers.parse(raw, region)
    except phonenumbers.NumberParseException:
        raise NotANumber from None
    if not phonenumbers.is_possible_number(parsed):
        raise NotANumber
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def contact_index(kind: str, value: str) -> str:
    return blind_index(value, purpose=f"contact-{kind}")


def find_contact_point(*, kind: str, value: str) -> ContactPoint | None:
    """``value`` normalized: E.164, or lower-case e-mail."""
    return (
        ContactPoint.objects.filter(
            kind=kind, value_index=contact_index(kind, value), stopped_at=None
        )
        .select_related("client__user")
        .first()
    )


@transaction.atomic
def register_client(
    *,
    organization: Organization,
    preferred_name: str,
    surname: str,
    birth_date: date,
    at: datetime,
    by: Actor,
    language: str = "en",
    timezone: str = "",
    profile: dict | None = None,
    **flags,
) -> Client:
    """Open the person's record; ``flags`` are the boolean and text columns of Client.

    :raises TooYoung: under 18 on the day of ``at``.
    """
    if relativedelta(at.date(), birth_date).years < ADULT_AGE:
        raise TooYoung
    client = Client.objects.create(
        organization=organization,
        preferred_name=preferred_name,
        surname=surname,
        surname_index=blind_index(surname.casefold(), purpose="surname"),
        birth_date=birth_date.isoformat(),
        language=language,
        timezone=timezone,
        profile=profile or {},
        created_at=at,
        **flags,
    )
    record(
        action="care.client_registered",
        at=at,
        by=by,
        subject=client,
        client_id=client.pk,
    )
    return client


@transaction.atomic
def add_contact_point(
    *,
    client: Client,
    kind: str,
    value: str,
    at: datetime,
    by: Actor,
    verified_at: datetime | None = None,
) -> ContactPoint:
    """
    :raises NotANumber: a phone number that cannot be dialled.
    :raises AddressTaken: when another client uses it.
    """
    value = (
        normalized_phone(value)
        if kind == ContactPoint.Kind.PHONE
        else value.strip().lower()
    )
    known = find_contact_point(kind=kind, value=value)
    if known is not None:
        if known.client_id != client.pk:
            raise AddressTaken
        return known
    point = ContactPoint.objects.create(
        client=client,
        kind=kind,
        value=value,
        value_index=contact_index(kind, value),
        verified_at=verified_at,
    )
    record(
        action="care.contact_added", at=at, by=by, subject=point, client_id=client.pk
    )
    return point


@transaction.atomic
def enroll(
    *,
    client: Client,
    program: Program,
    level: LevelOfCare,
    weekdays: list[int],
    started_on: date,
    primary: User,
    at: datetime,
    by: Actor,
    planned_weeks: int | None = None,
    supervisor: User | None = None,
    state: str = Enrollment.State.ACTIVE,
) -> Enrollment:
    """Begin an episode of care with its first placement and its own counselor.

    :raises WeekdaysDoNotFit: outside the days of the level.
    """
    check_weekdays(level, weekdays)
    enrollment = Enrollment.objects.create(
        organization_id=client.organization_id,
        client=client,
        program=program,
        state=state,
        started_on=started_on,
        planned_weeks=planned_weeks or level.usual_weeks,
    )
    Placement.objects.create(
        enrollment=enrollment,
        level=level,
        program=program,
        weekdays=sorted(weekdays),
        from_on=started_on,
        decided_by_id=by.user_id,
        decided_at=at,
    )
    assign(enrollment=enrollment, staff=primary, role="PRIMARY", at=at, by=by)
    if supervisor is not None:
        assign(
            enrollment=enrollment, staff=supervisor, role="SUPERVISING", at=at, by=by
        )
    lock_status(enrollment=enrollment, at=at)
    wake_at(enrollment=enrollment, moment=at)
    record(
        action="care.enrolled", at=at, by=by, subject=enrollment, client_id=client.pk
    )
    return enrollment


@transaction.atomic
def begin_care(*, enrollment: Enrollment, at: datetime, by: Actor) -> None:
    """The invited person came: they are in care from now on."""
    if enrollment.state != Enrollment.State.INVITED:
        return
    enrollment.state = Enrollment.State.ACTIVE
    enrollment.save(update_fields=["state"])
    record(
        action="care.begun",
        at=at,
        by=by,
        subject=enrollment,
        client_id=enrollment.client_id,
    )


def check_weekdays(level: LevelOfCare, weekdays: list[int]) -> None:
    fits = level.days_min <= len(set(weekdays)) <= level.days_max
    if not fits or not set(weekdays) <= set(range(7)):
        raise WeekdaysDoNotFit


@transaction.atomic
def assign(
    *,
    enrollment: Enrollment,
    staff: User,
    role: str,
    at: datetime,
    by: Actor,
    until: datetime | None = None,
) -> CareAssignment:
    assignment, created = CareAssignment.objects.get_or_create(
        enrollment=enrollment,
        staff=staff,
        role=role,
        until=until,
        defaults={"since": at},
    )
    if created:
        record(
            action="care.assigned",
            at=at,
            by=by,
            subject=assignment,
            client_id=enrollment.client_id,
        )
    return assignment


@transaction.atomic
def end_enrollment(
    *, enrollment: Enrollment, on: date, reason: str, at: datetime, by: Actor
) -> None:
    """Close the episode of care. Sign-in, plan and Help stay with the client.

    Placements and pauses reach no further than it does; what was planned for later goes,
    and so does who would have looked after them from then on.

    :raises AlreadyEnded: when somebody closed it before.
    """
    lock_status(enrollment=enrollment, at=at)
    enrollment.refresh_from_db(fields=["state"])
    if enrollment.state == Enrollment.State.ENDED:
        raise AlreadyEnded
    enrollment.placements.filter(from_on__gt=on).delete()
    enrollment.pauses.filter(from_on__gt=on).delete()
    for rows in (enrollment.placements, enrollment.pauses):
        rows.filter(Q(to_on=None) | Q(to_on__gt=on)).update(to_on=on)
    take_back_hand_over(enrollment, at)
    enrollment.state = Enrollment.State.ENDED
    enrollment.ended_on = on
    enrollment.end_reason = reason
    enrollment.save()
    wake_at(enrollment=enrollment, moment=at)
    record(
        action="care.enrollment_ended",
        at=at,
        by=by,
        subject=enrollment,
        client_id=enrollment.client_id,
    )


def take_back_hand_over(enrollment: Enrollment, at: datetime) -> None:
    """Who would become their own counselor does not; who is goes on."""
    own = enrollment.assignments.filter(role=CareAssignment.Role.PRIMARY)
    for coming in own.filter(since__gt=at):
        coming.delete()
        own.filter(until=coming.since).update(until=None)
