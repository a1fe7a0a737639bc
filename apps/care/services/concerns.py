"""Raise, take and close concerns: the closed loop from an answer to a person."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Concern, Enrollment, StaffRole, Task
from apps.care.models.work import Outcome
from apps.care.rules import triage
from apps.care.services.status import note_contact, refresh_open
from apps.common.crypto import blind_index

REACHED = (Outcome.REACHED, Outcome.IN_PERSON, Outcome.PLAN_CHANGED)
NEEDS_A_CLINICIAN = frozenset(
    rule.id for rule in triage.RULES.values() if rule.clinician_only
)
# A silence is not over because somebody pressed a button: they were reached, or there is a
# decision with a day to look again.
NEEDS_A_DECISION = frozenset({"R22"})


class AlreadyClaimed(Exception):
    """A colleague has it."""


class AlreadyResolved(Exception):
    """Somebody closed it before."""


class OutcomeNeedsWords(Exception):
    """This outcome is only understood with a sentence beside it."""


class NeedsClinician(Exception):
    """A safety concern is closed by a named clinician only."""


class NeedsDecision(Exception):
    """A long silence ends when they are reached, or with a day to look again."""


CLINICIANS = (StaffRole.Role.COUNSELOR, StaffRole.Role.SUPERVISOR, StaffRole.Role.NURSE)


def _rule_index(enrollment: Enrollment, rule: str) -> str:
    return blind_index(f"{enrollment.pk}|{rule}", purpose="concern-rule")


def fingerprint_of(enrollment_id, rule: str, source: str, source_key: str) -> str:
    """The same finding of the same source, found again by the database."""
    return blind_index(
        f"{enrollment_id}|{rule}|{source}|{source_key}", purpose="concern"
    )


def _is_clinician(by: Actor) -> bool:
    roles = StaffRole.objects.filter(user=by.user_id, organization=by.organization_id)
    return roles.filter(role__in=CLINICIANS).exists()


def _keeps_still(index: str, rule: str, evidence: dict, at: datetime) -> bool:
    """Somebody looked a short while ago, and it has not become worse since."""
    if triage.silence_of(rule, triage.RULES[rule].priority) is None:
        return False
    seen = (
        Concern.objects.filter(rule_index=index, silenced_until__gt=at)
        .order_by("-resolved_at")
        .first()
    )
    return seen is not None and not triage.worsened(
        rule, evidence, seen.finding["evidence"]
    )


@transaction.atomic
def raise_concern(
    *,
    enrollment: Enrollment,
    rule: str,
    version: int,
    evidence: dict,
    priority: int,
    due_at: datetime,
    source: str,
    source_key: str,
    at: datetime,
    by: Actor,
    expires_at: datetime | None = None,
    anew: bool = False,
) -> Concern | None:
    """Raise a concern once for its source; None when the rule is silenced just now.

    An open concern of the same rule takes the new evidence instead of a second card, unless
    it is about an earlier answer that arrived late. ``anew``: what the open one says holds no
    more, and this does.
    """
    fingerprint = fingerprint_of(enrollment.pk, rule, source, source_key)
    known = Concern.objects.filter(fingerprint=fingerprint).first()
    if known is not None:
        return known
    index = _rule_index(enrollment, rule)
    finding = {"rule": rule, "version": version, "evidence": evidence}
    concern = (
        Concern.objects.select_for_update().open().filter(rule_index=index).first()
    )
    if concern is None:
        if _keeps_still(index, rule, evidence, at):
            return None
        concern = Concern(
            organization_id=enrollment.organization_id,
            enrollment=enrollment,
            rule_index=index,
            fingerprint=fingerprint,
            raised_at=at,
            due_at=due_at,
            priority=priority,
            source=source,
            source_key=source_key,
        )
        is_news = True
    else:
        is_news = anew or not triage.is_older(evidence, concern.finding["evidence"])
        concern.last_raised_at = at
        if priority == 1:
            # Said again, it is told again in steps, whoever was told the first time.
            concern.escalation = 0
    if is_news:
        concern.finding = finding
        concern.expires_at = expires_at
    concern.priority = min(concern.priority, priority)
    concern.due_at = min(concern.due_at, due_at)
    concern.save()
    record(
        action="care.concern_raised",
        at=at,
        by=by,
        subject=concern,
        client_id=enrollment.client_id,
    )
    refresh_open(enrollment=enrollment, at=at)
    return concern


@transaction.atomic
def claim_concern(*, concern: Concern, at: datetime, by: Actor) -> None:
    """Give the concern to one person.

    :raises AlreadyClaimed: if a colleague has it.
    """
    # Compare-and-set in one statement: two counselors pressing at the same moment must
    # not both believe they have it.
    claimed = (
        Concern.objects.open()
        .filter(pk=concern.pk, claimed_by=None)
        .update(claimed_by=by.user_id, claimed_at=at)
    )
    concern.refresh_from_db()
    if not claimed and concern.claimed_by_id != by.user_id:
        raise AlreadyClaimed
    record(
        action="care.concern_claimed",
        at=at,
        by=by,
        subject=concern,
        client_id=concern.enrollment.client_id,
    )


@transaction.atomic
def resolve_concern(
    *,
    concern: Concern,
    outcome: str,
    note: str = "",
    decided_until: date | None = None,
    at: datetime,
    by: Actor,
) -> None:
    """Close a concern with what was done.

    ``decided_until`` is the last day on which a long silence is known and accepted.

    :raises AlreadyResolved: if somebody closed it before.
    :raises OutcomeNeedsWords: "no action" without saying why.
    :raises NeedsClinician: a safety concern, or a decision about a silence, by somebody else.
    :raises NeedsDecision: a long silence closed without reaching them and without a day.
    """
    if outcome == Outcome.NO_ACTION and not note.strip():
        raise OutcomeNeedsWords
    concern = Concern.objects.select_for_update().get(pk=concern.pk)
    if concern.resolved_at is not None:
        raise AlreadyResolved
    rule = concern.finding["rule"]
    if rule in NEEDS_A_CLINICIAN and not _is_clinician(by):
        raise NeedsClinician
    if rule in NEEDS_A_DECISION and outcome not in REACHED:
        today = concern.enrollment.client_day(at)
        if decided_until is None or decided_until < today:
            raise NeedsDecision
        if not _is_clinician(by):
            raise NeedsClinician
        concern.decided_until = decided_until
    silence = triage.silence_of(rule, concern.priority)
    concern.resolved_at = at
    concern.resolved_by_id = by.user_id
    concern.outcome = outcome
    concern.outcome_note = note.strip() or None
    concern.silenced_until = at + silence if silence else None
    concern.save()
    record(
        action="care.concern_resolved",
        at=at,
        by=by,
        subject=concern,
        client_id=concern.enrollment.client_id,
    )
    _nobody_waits(concern, at, by)
    if outcome in REACHED:
        note_contact(enrollment=concern.enrollment, at=at, human=True)
    refresh_open(enrollment=concern.enrollment, at=at)


@transaction.atomic
def expire_concern(*, concern: Concern, at: datetime, by: Actor) -> None:
    """What it said holds no more, and nobody had to do anything: it closes by itself."""
    expired = (
        Concern.objects.open()
        .filter(pk=concern.pk)
        .update(resolved_at=at, expires_at=at)
    )
    if not expired:
        return
    record(
        action="care.concern_expired",
        at=at,
        by=by,
        subject=concern,
        client_id=concern.enrollment.client_id,
    )
    _nobody_waits(concern, at, by)
    refresh_open(enrollment=concern.enrollment, at=at)


def _who_waits(concern: Concern) -> QuerySet[Task]:
    """What supervisors were asked because nobody had looked at this."""
    return Task.objects.filter(
        kind=Task.Kind.HUDDLE,
        source="concern",
        source_key__startswith=f"{concern.pk.hex}:",
    )


def _nobody_waits(concern: Concern, at: datetime, by: Actor) -> None:
    if not concern.escalation:
        return
    for task in _who_waits(concern).filter(done_at=None).select_for_update():
        task.done_at, task.done_by_id = at, by.user_id
        task.save()
        record(
            action="care.task_done",
            at=at,
            by=by,
            subject=task,
            client_id=concern.enrollment.client_id,
        )


def _somebody_waits_again(
    concern: Concern, closed_at: datetime, at: datetime, by: Actor
) -> None:
    for task in _who_waits(concern).filter(done_at=closed_at).select_for_update():
        task.done_at = task.done_by = None
        task.save()
        record(
            action="care.task_reopened",
            at=at,
            by=by,
            subject=task,
            client_id=concern.enrollment.client_id,
        )


@transaction.atomic
def reopen_concern(*, concern: Concern, at: datetime, by: Actor) -> None:
    """Take back a closing made a moment ago."""
    concern = Concern.objects.select_for_update().get(pk=concern.pk)
    if concern.resolved_at is None:
        return
    _somebody_waits_again(concern, concern.resolved_at, at, by)
    concern.resolved_at = concern.resolved_by = concern.silenced_until = None
    concern.outcome, concern.outcome_note = "", None
    concern.decided_until = None
    concern.save()
    record(
        action="care.concern_reopened",
        at=at,
        by=by,
        subject=concern,
        client_id=concern.enrollment.client_id,
    )
    refresh_open(enrollment=concern.enrollment, at=at)
