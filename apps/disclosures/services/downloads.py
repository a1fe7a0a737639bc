"""A client's download of everything: asked for, ready after a wait, made when fetched."""

from datetime import datetime

from django.db import transaction

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Client
from apps.disclosures.models import DataRequest, Disclosure
from apps.disclosures.notice import VERSION


class NotReady(Exception):
    """Too early, too late, or taken back."""


def open_request(client: Client, at: datetime) -> DataRequest | None:
    """The one that waits or can be fetched."""
    return (
        DataRequest.objects.filter(client=client, cancelled_at=None, expires_at__gt=at)
        .order_by("-asked_at", "-pk")
        .first()
    )


@transaction.atomic
def ask(*, client: Client, at: datetime, by: Actor) -> DataRequest:
    """Begin the wait. Asked twice, it does not begin again."""
    Client.objects.select_for_update().get(pk=client.pk)
    waiting = open_request(client, at)
    if waiting is not None:
        return waiting
    ready_at = at + DataRequest.WAIT
    request = DataRequest.objects.create(
        client=client,
        asked_at=at,
        ready_at=ready_at,
        expires_at=ready_at + DataRequest.OPEN_FOR,
    )
    record(
        action="disclosures.data_asked",
        at=at,
        by=by,
        subject=request,
        client_id=client.pk,
    )
    return request


@transaction.atomic
def cancel(*, client: Client, at: datetime, by: Actor) -> None:
    """Take it back: from this moment nothing can be fetched."""
    Client.objects.select_for_update().get(pk=client.pk)
    request = open_request(client, at)
    if request is None:
        return
    request.cancelled_at = at
    request.save(update_fields=["cancelled_at"])
    record(
        action="disclosures.data_cancelled",
        at=at,
        by=by,
        subject=request,
        client_id=client.pk,
    )


@transaction.atomic
def fetch(*, client: Client, what: str, at: datetime, by: Actor) -> DataRequest:
    """Note that it goes out now. The caller makes the file in the same transaction.

    :raises NotReady: before its time, after its time, or when it was taken back.
    """
    Client.objects.select_for_update().get(pk=client.pk)
    request = open_request(client, at)
    if request is None or not request.is_ready(at):
        raise NotReady
    request.fetched_at = at
    request.save(update_fields=["fetched_at"])
    Disclosure.objects.create(
        organization_id=client.organization_id,
        client=client,
        basis=Disclosure.Basis.OWN,
        at=at,
        recipient={"name": client.preferred_name, "kind": "SELF"},
        what=what,
        purpose="MY_REQUEST",
        notice=VERSION,
        by_id=by.user_id,
    )
    record(
        action="disclosures.data_fetched",
        at=at,
        by=by,
        subject=request,
        client_id=client.pk,
    )
    return request
