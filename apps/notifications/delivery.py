"""From a planned row to its known end: claim, hand over, and what to do after a crash.

PLANNED → CLAIMED → SUBMITTING is committed before the provider is called, and nothing
leaves SUBMITTING for PLANNED without the provider's clear no. So a crash at any point
means either that nothing was sent, or that a person is asked: never two messages.
"""

import logging
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from apps.audit.actors import SYSTEM, Actor
from apps.audit.services import record
from apps.care.models import Enrollment, Task
from apps.care.models.work import Outcome as TaskOutcome
from apps.care.rules.hours import StaffedHours
from apps.care.services.concerns import AlreadyResolved
from apps.care.services.status import lock_status
from apps.care.services.tasks import complete_task, create_task, primary_counselor
from apps.notifications import channels
from apps.notifications.channels import Accepted, NotAccepted, Outcome, Refused
from apps.notifications.gate import Go, Never, Wait, judge
from apps.notifications.models import OutboxMessage
from apps.notifications.moves import IN_HAND, move

logger = logging.getLogger(__name__)

State = OutboxMessage.State
Clock = Callable[[], datetime]
Transmit = Callable[[OutboxMessage, str], Outcome]

BATCH = 20
# Longer than a batch takes when every call runs into its time limit.
CLAIM_LEASE = timedelta(minutes=5)
# Longer than one call, and far inside the 15 minutes after which a person must know.
SUBMIT_LEASE = timedelta(minutes=1)
# Waits after a clear no; after the last one a person takes over.
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))

NOT_OVER = (
    State.PLANNED,
    State.CLAIMED,
    State.SUBMITTING,
    State.UNCONFIRMED,
)
# What a provider calls its own steps.
ACCEPTED_WORDS = frozenset({"accepted", "queued", "sending", "sent"})
NOT_ARRIVED_WORDS = frozenset({"undelivered", "failed"})


def deliver_due(*, clock: Clock, transmit: Transmit = channels.transmit) -> int:
    """Hand over everything that is due. Safe in any number of workers at once."""
    handled = 0
    worker = uuid.uuid4().hex
    while claimed := claim_due(at=clock(), worker=worker, limit=BATCH):
        for message_id in claimed:
            try:
                deliver(
                    message_id=message_id, worker=worker, clock=clock, transmit=transmit
                )
            except Exception:
                # One bad row must not keep the others waiting. Its lease ends, and
                # recover_leases counts the try.
                logger.exception("Message %s could not be handled", message_id)
        handled += len(claimed)
        worker = uuid.uuid4().hex
    return handled


@transaction.atomic
def claim_due(*, at: datetime, worker: str, limit: int) -> list[uuid.UUID]:
    """Take rows for this worker. ``worker`` is new for each claim, so that an old claim
    of the same process holds nothing."""
    due = OutboxMessage.objects.due(at).order_by("send_after", "pk")
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True)
    return [
        message_id
        for message_id in due.values_list("pk", flat=True)[:limit]
        if move(
            message_id,
            out_of=[State.PLANNED],
            to=State.CLAIMED,
            at=at,
            claimed_by=worker,
            lease_until=at + CLAIM_LEASE,
        )
    ]


def deliver(
    *,
    message_id: uuid.UUID,
    worker: str,
    clock: Clock,
    transmit: Transmit = channels.transmit,
) -> None:
    """Hand over one claimed message. No transaction is open while the provider is asked."""
    ready = _submit(message_id, worker, clock())
    if ready is None:
        return
    message, address = ready
    outcome = transmit(message, address)
    _finish(message, worker, outcome, clock())


@transaction.atomic(durable=True)
def _submit(message_id, worker, at) -> tuple[OutboxMessage, str] | None:
    message = (
        OutboxMessage.objects.select_related(
            "client", "staff", "enrollment__client", "enrollment__program__site"
        )
        .filter(
            pk=message_id, state=State.CLAIMED, claimed_by=worker, lease_until__gt=at
        )
        .first()
    )
    if message is None:
        return None
    _one_at_a_time(message, at)
    claim = {"out_of": [State.CLAIMED], "held_by": worker, "at": at}
    match judge(message, at):
        case Never(reason):
            move(message.pk, **claim, to=State.CANCELLED, reason=reason)
        case Wait(until):
            move(message.pk, **claim, to=State.PLANNED, send_after=until)
        case Go(address) if move(
            message.pk,
            **claim,
            to=State.SUBMITTING,
            claimed_by=worker,
            submitted_at=at,
            lease_until=at + SUBMIT_LEASE,
        ):
            _record("notifications.message_submitted", message, at, SYSTEM)
            return message, address
    return None


@transaction.atomic(durable=True)
def _finish(message: OutboxMessage, worker: str, outcome: Outcome, at) -> None:
    _one_at_a_time(message, at)
    submitted = {"out_of": [State.SUBMITTING], "held_by": worker, "at": at}
    match outcome:
        case Accepted(provider_id):
            confirm(message=message, provider_id=provider_id, at=at)
        case NotAccepted(reason) if message.attempts < len(BACKOFF):
            move(
                message.pk,
                **submitted,
                to=State.PLANNED,
                reason=reason,
                send_after=at + BACKOFF[message.attempts],
                attempts=message.attempts + 1,
            )
        case NotAccepted(reason) | Refused(reason):
            if move(message.pk, **submitted, to=State.FAILED, reason=reason):
                _ask_a_person(message, "REFUSED", at, SYSTEM)
        case _:
            if move(
                message.pk, **submitted, to=State.UNCONFIRMED, reason=outcome.reason
            ):
                _ask_a_person(message, "UNCONFIRMED", at, SYSTEM)


@transaction.atomic
def confirm(
    *, message: OutboxMessage, provider_id: str, at: datetime, delivered: bool = False
) -> None:
    """Proof that the provider has it, from its answer or its later report.

    It counts in every state that is not an end, also after somebody was asked: proof
    that arrives late still keeps the message from going out again.
    """
    columns: dict[str, Any] = {"accepted_at": message.accepted_at or at}
    if provider_id:
        columns["provider_id"] = provider_id
    moved = move(message.pk, out_of=NOT_OVER, to=State.ACCEPTED, at=at, **columns)
    if delivered:
        moved |= move(message.pk, out_of=[State.ACCEPTED], to=State.DELIVERED, at=at)
    if not moved:
        return
    _record("notifications.message_accepted", message, at, SYSTEM)
    asked = Task.objects.open().filter(
        kind=Task.Kind.UNCONFIRMED, source="outbox", source_key=str(message.pk)
    )
    for task in asked:
        try:
            complete_task(
                task=task,
                outcome=TaskOutcome.NO_ACTION,
                note="It was handed over after all.",
                at=at,
                by=SYSTEM,
            )
        except AlreadyResolved:
            continue


def reported_messages() -> QuerySet[OutboxMessage]:
    """Whatever a signed report may be about: the provider knows of every message."""
    return OutboxMessage.objects.select_related("enrollment__program__site")


@transaction.atomic
def note_report(
    *, message: OutboxMessage, status: str, provider_id: str, at: datetime, by: Actor
) -> None:
    """What the provider reports later. Reports come twice and in any order."""
    _one_at_a_time(message, at)
    if status in ACCEPTED_WORDS:
        confirm(message=message, provider_id=provider_id, at=at)
    elif status == "delivered":
        confirm(message=message, provider_id=provider_id, at=at, delivered=True)
    elif status in NOT_ARRIVED_WORDS and move(
        message.pk,
        out_of=(*NOT_OVER, State.ACCEPTED),
        to=State.FAILED,
        at=at,
        reason="NOT_DELIVERED",
        provider_id=provider_id,
    ):
        _ask_a_person(message, "NOT_DELIVERED", at, by)


def recover_leases(*, at: datetime, by: Actor) -> int:
    """Look after rows whose worker is gone.

    Claimed and never submitted: planned again. Submitted: nobody knows, so a person is
    asked in the same transaction.
    """
    left = OutboxMessage.objects.filter(
        state__in=IN_HAND, lease_until__lte=at
    ).select_related("enrollment")
    recovered = 0
    for message in left:
        try:
            recovered += _recover(message, at, by)
        except Exception:
            logger.exception("Message %s could not be recovered", message.pk)
    return recovered


@transaction.atomic
def _recover(message: OutboxMessage, at: datetime, by: Actor) -> bool:
    _one_at_a_time(message, at)
    held: dict[str, Any] = {
        "out_of": [message.state],
        "held_by": message.claimed_by,
        "at": at,
    }
    if message.state == State.SUBMITTING:
        moved = move(message.pk, **held, to=State.UNCONFIRMED, reason="NO_ANSWER")
        if moved:
            _ask_a_person(message, "UNCONFIRMED", at, by)
        return moved
    if message.attempts < len(BACKOFF):
        return move(
            message.pk,
            **held,
            to=State.PLANNED,
            reason="WORKER_GONE",
            attempts=message.attempts + 1,
        )
    moved = move(message.pk, **held, to=State.FAILED, reason="WORKER_GONE")
    if moved:
        _ask_a_person(message, "REFUSED", at, by)
    return moved


def _one_at_a_time(message: OutboxMessage, at: datetime) -> None:
    """Everything about one client waits for the same row, always taken first."""
    if message.enrollment is not None:
        lock_status(enrollment=message.enrollment, at=at)


def _ask_a_person(message: OutboxMessage, why: str, at: datetime, by: Actor) -> None:
    enrollment = message.enrollment
    create_task(
        kind=Task.Kind.UNCONFIRMED,
        organization_id=message.organization_id,
        enrollment=enrollment,
        assignee=primary_counselor(enrollment, at),
        details={"template": message.template, "why": why, "channel": message.channel},
        source="outbox",
        source_key=str(message.pk),
        due_at=_due_at(enrollment, at),
        at=at,
        by=by,
    )
    _record(f"notifications.message_{why.lower()}", message, at, by)


def _due_at(enrollment: Enrollment, at: datetime) -> datetime:
    """By the hours of the site; a site that named none is late at once."""
    site = enrollment.site_at(at)
    try:
        return StaffedHours.of(site.zone, site.staffed_hours, site.holidays).call_by(at)
    except ValueError:
        return at


def _record(action: str, message: OutboxMessage, at: datetime, by: Actor) -> None:
    record(action=action, at=at, by=by, subject=message, client_id=message.client_id)
