"""A client asks to share less or to correct something; staff answer with a reason."""

from datetime import datetime

from django.db import transaction

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Client
from apps.disclosures.models import RecordRequest
from apps.disclosures.services.asking_staff import answered, ask_staff


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
