"""Permission, and messages planned once. Sending them is ``delivery``."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care import message_library
from apps.care.models import Client, Enrollment
from apps.care.rules.wording import Text
from apps.notifications.gate import closed_because
from apps.notifications.models import (
    Channel,
    Consent,
    OutboxMessage,
    Purpose,
    StateChange,
)
from apps.notifications.moves import move

State = OutboxMessage.State

EMAIL_BODY = Text(
    "{sender} left a note for you: {link}\n\nYou can answer there.\n",
    "{sender} te dejó una nota: {link}\n\nPuedes responder ahí.\n",
)
STAFF_ALERT_BODY = Text(
    "There is a note for you to look at: {link}\n",
    "Hay una nota para ti: {link}\n",
)


@transaction.atomic
def give_consent(
    *,
    client: Client,
    channel: str,
    purposes: Iterable[str],
    wording_version: str,
    at: datetime,
    by: Actor,
) -> None:
    """Write down what the client allowed and which words they were shown."""
    for purpose in purposes:
        consent, created = Consent.objects.get_or_create(
            client=client,
            channel=channel,
            purpose=purpose,
            revoked_at=None,
            defaults={"wording_version": wording_version, "given_at": at},
        )
        if created:
            record(
                action="notifications.consent_given",
                at=at,
                by=by,
                subject=consent,
                client_id=client.pk,
            )


@transaction.atomic
def stop_consents(
    *,
    client: Client,
    channel: str,
    because: str,
    at: datetime,
    by: Actor,
    purposes: Iterable[str] = tuple(Purpose.values),
) -> None:
    """Take back permission for a channel, and cancel what is planned on it."""
    Consent.objects.current().filter(
        client=client, channel=channel, purpose__in=list(purposes)
    ).update(revoked_at=at, revoked_because=because)
    for purpose in purposes:
        cancel_planned(
            client=client,
            purpose=purpose,
            channel=channel,
            reason=f"CONSENT_{because}",
            at=at,
            by=by,
        )
    record(
        action="notifications.consent_stopped",
        at=at,
        by=by,
        subject=client,
        client_id=client.pk,
        reason=because,
    )


@transaction.atomic
def restart_consents(*, client: Client, channel: str, at: datetime, by: Actor) -> None:
    """START brings back what the last STOP took, and nothing that was never given."""
    stopped = Consent.objects.filter(
        client=client, channel=channel, revoked_because=Consent.Because.STOP
    )
    last = stopped.order_by("-revoked_at").values_list("revoked_at", flat=True).first()
    for consent in stopped.filter(revoked_at=last):
        give_consent(
            client=client,
            channel=channel,
            purposes=[consent.purpose],
            wording_version=consent.wording_version,
            at=at,
            by=by,
        )


@transaction.atomic
def plan_message(
    *,
    client: Client,
    enrollment: Enrollment,
    channel: str,
    purpose: str,
    template: str,
    variables: Mapping[str, str],
    once_key: str,
    send_after: datetime,
    at: datetime,
    by: Actor,
    expires_at: datetime | None = None,
) -> OutboxMessage:
    """Write the message down once; the same key gives the first one.

    It is there as cancelled, with the reason, when the client may not be reached so.

    :raises MissingVariable: a word the template needs is not there.
    :raises TooLong: it would not fit one text message.
    """
    if channel == Channel.EMAIL:
        body = EMAIL_BODY.filled(client.language, **variables)
    else:
        body = message_library.render(template, client.language, variables)
    return _plan(
        once_key,
        by,
        at,
        reason=closed_because(client, channel, purpose),
        organization_id=client.organization_id,
        client=client,
        enrollment=enrollment,
        channel=channel,
        purpose=purpose,
        template=template,
        language=client.language,
        body=body,
        send_after=send_after,
        expires_at=expires_at,
    )


@transaction.atomic
def plan_staff_alert(
    *, staff: User, enrollment: Enrollment, once_key: str, at: datetime, by: Actor
) -> OutboxMessage:
    """Tell somebody of the staff, at any hour, that there is something to look at."""
    link = settings.PUBLIC_BASE_URL + reverse("desk:board")
    return _plan(
        once_key,
        by,
        at,
        organization_id=enrollment.organization_id,
        staff=staff,
        enrollment=enrollment,
        channel=Channel.EMAIL,
        purpose=Purpose.STAFF_ALERT,
        template="STAFF",
        language=staff.language,
        body=STAFF_ALERT_BODY.filled(staff.language, link=link),
        send_after=at,
    )


def _plan(once_key, by, at, *, reason="", **columns) -> OutboxMessage:
    state = State.CANCELLED if reason else State.PLANNED
    message, created = OutboxMessage.objects.get_or_create(
        once_key=once_key,
        defaults={
            "state": state,
            "reason": reason,
            "created_at": at,
            "ended_at": at if reason else None,
            **columns,
        },
    )
    if not created:
        return message
    StateChange.objects.create(message=message, state=state, at=at, reason=reason)
    record(
        action="notifications.message_planned",
        at=at,
        by=by,
        subject=message,
        client_id=message.client_id,
        reason=reason,
    )
    if not reason and message.send_after <= at:
        ring()
    return message


def ring() -> None:
    """Wake a worker once this is committed. Nobody hears it: the next tick finds the row."""
    # By name: the task calls the engine, so the engine must not import the task.
    deliver_due = current_app.tasks["notifications.deliver_due"]
    transaction.on_commit(partial(deliver_due.apply_async, retry=False), robust=True)


@transaction.atomic
def cancel_planned(
    *,
    client: Client,
    reason: str,
    at: datetime,
    by: Actor,
    purpose: str | None = None,
    channel: str | None = None,
) -> int:
    """Cancel what has not been handed over yet, also from the hand of a worker."""
    waiting = OutboxMessage.objects.filter(
        client=client, state__in=(State.PLANNED, State.CLAIMED)
    )
    if purpose is not None:
        waiting = waiting.filter(purpose=purpose)
    if channel is not None:
        waiting = waiting.filter(channel=channel)
    return sum(
        cancel_message(message=message, reason=reason, at=at, by=by)
        for message in waiting.order_by("pk")
    )


@transaction.atomic
def cancel_message(
    *, message: OutboxMessage, reason: str, at: datetime, by: Actor
) -> bool:
    """Cancel one that was not handed over yet; says whether it still could be."""
    moved = move(
        message.pk,
        out_of=(State.PLANNED, State.CLAIMED),
        to=State.CANCELLED,
        at=at,
        reason=reason,
    )
    if moved:
        record(
            action="notifications.message_cancelled",
            at=at,
            by=by,
            subject=message,
            client_id=message.client_id,
            reason=reason,
        )
    return bool(moved)
