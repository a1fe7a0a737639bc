"""Tasks for named people: made once, closed with an outcome."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import DateTimeField, UUIDField

from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import CareAssignment, Enrollment, StaffRole, Task
from apps.care.models.work import Outcome
from apps.care.services.concerns import REACHED, AlreadyResolved, OutcomeNeedsWords
from apps.care.services.status import note_contact, refresh_open
from apps.common.prepared import prepared

ASKED_FIRST = {"COVERING": 0, "PRIMARY": 1, "CO": 2, "SUPERVISING": 3}


@prepared(enrollment=UUIDField(), at=DateTimeField())
def _assigned(enrollment, at):
    return CareAssignment.objects.filter(
        enrollment=enrollment, role__in=ASKED_FIRST, since__lte=at
    ).select_related("staff")


def primary_counselor(enrollment: Enrollment, at: datetime) -> User:
    """Who is asked: the covering colleague while there is one, else the own counselor.

    An enrollment whose counselor left falls to the supervisor assigned to it, and with
    nobody assigned to whoever leads the site: somebody must be asked.

    :raises ValueError: when nobody leads it either.
    """
    assigned = [
        assignment
        for assignment in _assigned(enrollment=enrollment.pk, at=at)
        if (assignment.until is None or assignment.until > at)
        and assignment.staff.is_active
    ]
    if assigned:
        return min(assigned, key=lambda a: (ASKED_FIRST[a.role], a.since)).staff
    leading = ("SUPERVISOR", "DIRECTOR", "ADMIN")
    roles = StaffRole.objects.filter(
        organization=enrollment.organization_id,
        role__in=leading,
        user__is_active=True,
    ).select_related("user")
    return min(roles, key=lambda role: (leading.index(role.role), role.pk)).user


def case_manager(enrollment_id: UUID, at: datetime) -> User | None:
    """Who of the team sees to rides and the like for them."""
    managers = StaffRole.objects.filter(role=StaffRole.Role.CASE_MANAGER)
    assignments = CareAssignment.objects.filter(
        enrollment=enrollment_id,
        role=CareAssignment.Role.CARE_TEAM,
        staff__in=managers.values("user"),
        staff__is_active=True,
        until=None,
        since__lte=at,
    ).select_related("staff")
    found = assignments.order_by("since", "pk").first()
    return found.staff if found else None


@transaction.atomic
def create_task(
    *,
    kind: str,
    organization_id,
    assignee: User,
    source: str,
    source_key: str,
    due_at: datetime,
    at: datetime,
    by: Actor,
    enrollment: Enrollment | None = None,
    details: dict | None = None,
    priority: int = 2,
) -> Task:
    """Make the task once for its source; asked again, the first one is returned."""
    # A savepoint of get_or_create keeps a lost race from breaking the transaction.
    task, created = Task.objects.get_or_create(
        kind=kind,
        source=source,
        source_key=source_key,
        defaults={
            "organization_id": organization_id,
            "enrollment": enrollment,
            "assignee": assignee,
            "details": details or {},
            "priority": priority,
            "created_at": at,
            "due_at": due_at,
        },
    )
    if created:
        record(
            action="care.task_created",
            at=at,
            by=by,
            subject=task,
            client_id=enrollment.client_id if enrollment else None,
        )
        if enrollment is not None:
            refresh_open(enrollment=enrollment, at=at)
    return task


@transaction.atomic
def complete_task(
    *, task: Task, outcome: str, note: str = "", at: datetime, by: Actor
) -> None:
    """Close a task with what was done.

    :raises AlreadyResolved: if somebody closed it before.
    :raises OutcomeNeedsWords: "no action" without saying why.
    """
    if outcome == Outcome.NO_ACTION and not note.strip():
        raise OutcomeNeedsWords
    task = Task.objects.select_for_update().get(pk=task.pk)
    if task.done_at is not None:
        raise AlreadyResolved
    task.done_at = at
    task.done_by_id = by.user_id
    task.outcome = outcome
    task.outcome_note = note.strip() or None
    task.save()
    record(
        action="care.task_done",
        at=at,
        by=by,
        subject=task,
        client_id=task.enrollment.client_id if task.enrollment else None,
    )
    if task.enrollment is not None:
        if outcome in REACHED:
            note_contact(enrollment=task.enrollment, at=at, human=True)
        refresh_open(enrollment=task.enrollment, at=at)


@transaction.atomic
def turn_task(
    *,
    task: Task,
    kind: str,
    assignee: User,
    details: dict,
    due_at: datetime,
    at: datetime,
    by: Actor,
) -> Task:
    """The same request says something else now: still one task, open, for who fits it."""
    task = Task.objects.select_for_update().get(pk=task.pk)
    task.kind, task.assignee, task.details, task.due_at = (
        kind,
        assignee,
        details,
        due_at,
    )
    task.done_at = task.done_by = task.outcome_note = None
    task.outcome = ""
    task.save()
    record(
        action="care.task_turned",
        at=at,
        by=by,
        subject=task,
        client_id=task.enrollment.client_id if task.enrollment else None,
    )
    if task.enrollment is not None:
        refresh_open(enrollment=task.enrollment, at=at)
    return task


@transaction.atomic
def reopen_task(*, task: Task, at: datetime, by: Actor) -> None:
    """Take back a closing made a moment ago."""
    task = Task.objects.select_for_update().get(pk=task.pk)
    if task.done_at is None or _asked_again(task):
        return
    task.done_at = task.done_by = task.outcome_note = None
    task.outcome = ""
    task.save()
    record(
        action="care.task_reopened",
        at=at,
        by=by,
        subject=task,
        client_id=task.enrollment.client_id if task.enrollment else None,
    )
    if task.enrollment is not None:
        refresh_open(enrollment=task.enrollment, at=at)


def _asked_again(task: Task) -> bool:
    """The question was put anew meanwhile, and that one is open."""
    same = Task.objects.open().filter(enrollment=task.enrollment_id, kind=task.kind)
    return task.kind == Task.Kind.LEVEL and same.exists()
