"""Break the glass: open the record of somebody who is not on one's caseload, with a reason.

For reading, for an hour, once for each reason. A supervisor is told in the same transaction
and the client sees it among those who looked.
"""

from datetime import date, datetime, timedelta

from django.db import transaction

from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import CareAssignment, Client, Enrollment, StaffRole, Task
from apps.care.services.tasks import create_task

STAYS_OPEN = timedelta(minutes=60)
SHORTEST_REASON = 15
# As long as a reason in the audit may be.
LONGEST_REASON = 200
BROKEN_GLASS = CareAssignment.Role.BROKEN_GLASS


class ReasonTooShort(Exception):
    """A reason somebody else can judge by takes a sentence."""


class NobodyFound(Exception):
    """No client of the house, or more than one, is called so and was born that day."""


@transaction.atomic
def find_for_glass(
    *, name: str, surname: str, birth_date: date, at: datetime, by: Actor
) -> Enrollment:
    """The latest episode of one client of the house. There is no list to look through.

    :raises NobodyFound: nobody is called so, or two are and the surname does not tell.
    """
    named = Client.objects.filter(
        organization=by.organization_id,
        preferred_name__iexact=name.strip(),
        died_on=None,
    )
    found = [row for row in named if row.birth_date == birth_date.isoformat()]
    if surname.strip():
        said = surname.strip().casefold()
        found = [row for row in found if (row.surname or "").casefold() == said]
    if len(found) != 1:
        raise NobodyFound
    newest = (
        found[0]
        .enrollments.select_related("client", "program__site")
        .order_by("-started_on", "-pk")
        .first()
    )
    if newest is None:
        raise NobodyFound
    return newest


@transaction.atomic
def note_nobody_found(*, at: datetime, by: Actor) -> None:
    """Somebody looked for a record they are not assigned to, and found none."""
    record(action="care.break_glass_missed", at=at, by=by)


@transaction.atomic
def break_glass(
    *, enrollment: Enrollment, staff: User, reason: str, at: datetime, by: Actor
) -> CareAssignment:
    """Open the record for an hour from ``at``.

    :raises ReasonTooShort: fewer than fifteen letters.
    """
    reason = " ".join(reason.split())
    if len(reason) < SHORTEST_REASON:
        raise ReasonTooShort
    glass = CareAssignment.objects.create(
        enrollment=enrollment,
        staff=staff,
        role=BROKEN_GLASS,
        since=at,
        until=at + STAYS_OPEN,
    )
    record(
        action="care.break_glass",
        at=at,
        by=by,
        subject=glass,
        client_id=enrollment.client_id,
        reason=reason[:LONGEST_REASON],
    )
    # Not about the enrollment: whoever is told need not look after it, and sees no card.
    create_task(
        kind=Task.Kind.GLASS,
        organization_id=enrollment.organization_id,
        assignee=who_supervises(enrollment, at, but=staff) or staff,
        details={
            "who": staff.name,
            "name": enrollment.client.preferred_name,
            "reason": reason,
        },
        source="GLASS",
        source_key=str(glass.pk),
        due_at=at,
        at=at,
        by=by,
    )
    return glass


def open_glass(*, enrollment: Enrollment, user: User, at: datetime) -> datetime | None:
    """Until when it is open to this person for a reason they gave."""
    return (
        CareAssignment.objects.filter(
            enrollment=enrollment,
            staff=user,
            role=BROKEN_GLASS,
            since__lte=at,
            until__gt=at,
        )
        .order_by("-until")
        .values_list("until", flat=True)
        .first()
    )


def who_supervises(
    enrollment: Enrollment, at: datetime, *, but: User | None = None
) -> User | None:
    """The supervisor of the client, else of the house; another person where there is one."""
    assigned = CareAssignment.objects.filter(
        enrollment=enrollment,
        role=CareAssignment.Role.SUPERVISING,
        since__lte=at,
        staff__is_active=True,
    ).select_related("staff")
    told = [each.staff for each in assigned if each.until is None or each.until > at]
    leading = ("SUPERVISOR", "DIRECTOR", "ADMIN")
    roles = StaffRole.objects.filter(
        organization=enrollment.organization_id,
        role__in=leading,
        user__is_active=True,
    ).select_related("user")
    site = enrollment.program.site_id
    ordered = sorted(
        roles,
        key=lambda r: (leading.index(r.role), r.site_id not in (site, None), r.pk),
    )
    told += [role.user for role in ordered]
    return next((user for user in told if but is None or user.pk != but.pk), but)
