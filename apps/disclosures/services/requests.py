"""A client asks to share less or to correct something; staff answer with a reason."""

from datetime import datetime

from django.db import transaction

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Client
from apps.disclosures.models import RecordRequest
from apps.disclosures.services.asking_staff import (
    answered,
    ask_staff,
    ask_supervisor,
)


class NoReason(Exception):
    """Yes or no is said with the reason for it."""


class AlreadyAnswered(Exception):
    """A colleague was faster."""


@transaction.atomic
def ask(
    *, client: Client, kind: str, words: str, at: datetime, by: Actor
) -> RecordRequest:
    asked = RecordRequest.objects.create(
        organization_id=client.organization_id,
        client=client,
        kind=kind,
        words=words.strip(),
        asked_at=at,
    )
    _record("asked", asked, at, by)
    ask_staff(client=client, about=kind, key=asked.pk, at=at, by=by)
    return asked


@transaction.atomic
def ask_to_erase(
    *, client: Client, words: str, at: datetime, by: Actor
) -> RecordRequest:
    """Of who answers for the house. Asked again while it is open, it is the first one."""
    Client.objects.select_for_update().get(pk=client.pk)
    open_one = open_erasure(client)
    if open_one is not None:
        return open_one
    asked = RecordRequest.objects.create(
        organization_id=client.organization_id,
        client=client,
        kind=RecordRequest.Kind.ERASE,
        words=words.strip(),
        asked_at=at,
    )
    _record("asked", asked, at, by)
    ask_supervisor(client=client, about=asked.kind, key=asked.pk, at=at, by=by)
    return asked


def open_erasure(client: Client) -> RecordRequest | None:
    """Asked or agreed, and neither done nor taken back."""
    state = RecordRequest.State
    return RecordRequest.objects.filter(
        client=client,
        kind=RecordRequest.Kind.ERASE,
        state__in=(state.ASKED, state.AGREED),
    ).first()


@transaction.atomic
def take_back_erasure(*, client: Client, at: datetime, by: Actor) -> bool:
    """By the client, until it is done. False when there is nothing to take back."""
    Client.objects.select_for_update().get(pk=client.pk)
    asked = open_erasure(client)
    if asked is None:
        return False
    asked.state, asked.answer = RecordRequest.State.TAKEN_BACK, ""
    asked.decided_by_id, asked.decided_at = by.user_id, at
    asked.save()
    _record("taken_back", asked, at, by)
    answered(key=asked.pk, at=at, by=by)
    return True


@transaction.atomic
def answer(
    *, request: RecordRequest, agreed: bool, words: str, at: datetime, by: Actor
) -> None:
    """Say yes or no, and why. The client reads it.

    :raises NoReason: without words.
    :raises AlreadyAnswered: when it was.
    """
    if not words.strip():
        raise NoReason
    request = RecordRequest.objects.select_for_update().get(pk=request.pk)
    if request.state != RecordRequest.State.ASKED:
        raise AlreadyAnswered
    state = RecordRequest.State
    request.state = state.AGREED if agreed else state.REFUSED
    request.answer = words.strip()
    request.decided_by_id, request.decided_at = by.user_id, at
    request.save()
    _record("answered", request, at, by)
    answered(key=request.pk, at=at, by=by)


def _record(what: str, request: RecordRequest, at: datetime, by: Actor) -> None:
    record(
        action=f"disclosures.request_{what}",
        at=at,
        by=by,
        subject=request,
        client_id=request.client_id,
    )
