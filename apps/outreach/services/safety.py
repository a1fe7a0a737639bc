"""What cannot wait: words about danger in a text, and concerns nobody has taken."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import CareAssignment, Concern, Enrollment, StaffRole, Task
from apps.care.rules import triage
from apps.care.services.concerns import raise_concern
from apps.care.services.enrollments import assign
from apps.care.services.tasks import create_task, primary_counselor
from apps.care.services.vocabulary import program_of
from apps.checkins.selectors import (
    client_facts,
    hours_of,
    site_of,
)
from apps.notifications.models import Inbound
from apps.notifications.services import plan_staff_alert

SOURCE = "sms"
# How long somebody who was called in, and is not of the care team, may open the record.
MAY_READ = timedelta(days=2)
A_DAY = timedelta(days=1)
# A drift has its own steps, with somebody asked at each.
HAS_STEPS = frozenset({"R13"})


@transaction.atomic
def raise_safety(
    *, enrollment: Enrollment, inbound: Inbound, at: datetime, by: Actor
) -> None:
    """A concern, a task and an alert, at once. Words only ever add a flag."""
    program = program_of(enrollment, at)
    site = program.site
    said = triage.DayAnswers(
        enrollment.client_day(at), at, source=str(inbound.pk), note_danger=True
    )
    flags = triage.after_checkin(client_facts(enrollment, program, at), said)
    flag = next(flag for flag in flags if flag.rule == "R01")
    due_at = triage.due_at(flag.due, at, hours_of(site))
    raise_concern(
        enrollment=enrollment,
        rule=flag.rule,
        version=flag.version,
        evidence=flag.evidence,
        priority=flag.priority,
        due_at=due_at,
        source=SOURCE,
        source_key=flag.key,
        at=at,
        by=by,
    )
    staff = site.on_call or primary_counselor(enrollment, at)
    create_task(
        kind=Task.Kind.CALL,
        organization_id=enrollment.organization_id,
        enrollment=enrollment,
        assignee=staff,
        details={"rule": flag.rule, "evidence": flag.evidence},
        source=SOURCE,
        source_key=str(inbound.pk),
        priority=flag.priority,
        due_at=due_at,
        at=at,
        by=by,
    )
    _alert(staff, enrollment, f"sms-{inbound.pk}", at, by)


def escalate(*, at: datetime, by: Actor) -> int:
    """Tell more people about what nobody has taken: after 15 and after 30 minutes what
    cannot wait, and after a work day what was due within one.
    """
    first, second = triage.ESCALATE_AFTER
    said = Coalesce("last_raised_at", "raised_at")
    waiting = (
        Concern.objects.open()
        .annotate(said=said)
        .filter(
            Q(escalation=0, said__lte=at - first)
            | Q(escalation=1, said__lte=at - second),
            # Taken before it was said again is not taken.
            Q(claimed_by=None) | Q(claimed_at__lt=said),
            priority=1,
        )
        .select_related("enrollment__client", "enrollment__program__site")
        .order_by("raised_at", "pk")
    )
    told = sum(
        _escalate(concern, 2 if at - _said_at(concern) >= second else 1, at, by)
        for concern in waiting
        if triage.RULES[concern.finding["rule"]].path == triage.Path.ON_CALL
    )
    return told + _pass_on_what_waits(at, by)


def _said_at(concern: Concern) -> datetime:
    return concern.last_raised_at or concern.raised_at


@transaction.atomic
def _escalate(concern: Concern, level: int, at: datetime, by: Actor) -> bool:
    # Compare-and-set: of two workers at once, one tells people.
    moved = (
        Concern.objects.open()
        .filter(
            pk=concern.pk,
            claimed_at=concern.claimed_at,
            escalation=concern.escalation,
        )
        .update(escalation=level)
    )
    if not moved:
        return False
    enrollment = concern.enrollment
    site = site_of(enrollment, at)
    people = {*_supervisors(enrollment, site, at)}
    if site.on_call is not None:
        people.add(site.on_call)
    said = f"{concern.pk}-{_said_at(concern).timestamp():.0f}"
    for staff in people:
        _alert(staff, enrollment, f"escalation-{said}-{level}", at, by)
    record(
        action="care.concern_escalated",
        at=at,
        by=by,
        subject=concern,
        client_id=enrollment.client_id,
    )
    return True


def _pass_on_what_waits(at: datetime, by: Actor) -> int:
    """What was due within a work day and nobody acknowledged goes to the supervisor."""
    waiting = (
        Concern.objects.open()
        .filter(
            priority=2,
            escalation=0,
            claimed_by=None,
            # Late is never sooner than due.
            due_at__lte=at,
            enrollment__client__died_on=None,
        )
        .select_related("enrollment__client", "enrollment__program__site")
        .order_by("raised_at", "pk")
    )
    return sum(
        _pass_on(concern, at, by)
        for concern in waiting
        if concern.finding["rule"] not in HAS_STEPS
    )


@transaction.atomic
def _pass_on(concern: Concern, at: datetime, by: Actor) -> bool:
    enrollment = concern.enrollment
    site = site_of(enrollment, at)
    try:
        late_from = hours_of(site).after_work_days(
            concern.raised_at, triage.LATE_AFTER_WORK_DAYS
        )
    except ValueError:
        # A site that named no hours has no work days to wait for.
        late_from = concern.raised_at + A_DAY
    if at < late_from:
        return False
    moved = (
        Concern.objects.open()
        .filter(pk=concern.pk, claimed_by=None, escalation=0)
        .update(escalation=2)
    )
    if not moved:
        return False
    for staff in _supervisors(enrollment, site, at):
        _may_open(staff, enrollment, at, by)
        create_task(
            kind=Task.Kind.HUDDLE,
            organization_id=enrollment.organization_id,
            enrollment=enrollment,
            assignee=staff,
            details={"waits": concern.finding["rule"]},
            source="concern",
            source_key=f"{concern.pk.hex}:{staff.pk.hex[:20]}",
            priority=2,
            due_at=at,
            at=at,
            by=by,
        )
    record(
        action="care.concern_escalated",
        at=at,
        by=by,
        subject=concern,
        client_id=enrollment.client_id,
    )
    return True


def _alert(
    staff: User, enrollment: Enrollment, key: str, at: datetime, by: Actor
) -> None:
    """They are told, and can open what they are told about."""
    _may_open(staff, enrollment, at, by)
    plan_staff_alert(
        staff=staff, enrollment=enrollment, once_key=f"{key}-{staff.pk}", at=at, by=by
    )


def _may_open(staff: User, enrollment: Enrollment, at: datetime, by: Actor) -> None:
    if (
        not Enrollment.objects.on_caseload_of(staff, at)
        .filter(pk=enrollment.pk)
        .exists()
    ):
        assign(
            enrollment=enrollment,
            staff=staff,
            role=CareAssignment.Role.CARE_TEAM,
            at=at,
            by=by,
            until=at + MAY_READ,
        )


def _supervisors(enrollment: Enrollment, site, at: datetime) -> list[User]:
    """The supervisor of this record; without one, everybody who supervises the site."""
    own = User.objects.filter(
        assignments__in=CareAssignment.objects.filter(
            Q(until=None) | Q(until__gt=at),
            enrollment=enrollment,
            role=CareAssignment.Role.SUPERVISING,
            since__lte=at,
        ),
        is_active=True,
    )
    found = list(own)
    if found:
        return found
    of_site = StaffRole.objects.filter(
        Q(site=site) | Q(site=None),
        organization=enrollment.organization_id,
        role=StaffRole.Role.SUPERVISOR,
        user__is_active=True,
    ).select_related("user")
    return [role.user for role in of_site]
