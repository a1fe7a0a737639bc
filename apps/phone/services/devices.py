"""Phones that may hand in what was sealed on them."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Client
from apps.common.crypto import blind_index
from apps.feeds.services import end_feeds
from apps.phone.models import Device
from apps.signin.services import end_phone

KEY_BYTES = 32
TAG_LETTERS = 32


class PhoneIsMonitored(Exception):
    """Somebody else may read this phone: nothing is kept on it."""


@dataclass(frozen=True)
class NewDevice:
    device: Device
    # Told to the phone once.
    key: str


def owner_tag(client: Client) -> str:
    """How a phone knows its owner again. Opaque, and the same on every phone of theirs."""
    return blind_index(str(client.pk), purpose="phone owner")[:TAG_LETTERS]


@transaction.atomic
def make_device(*, client: Client, at: datetime, by: Actor) -> NewDevice:
    """Let one more browser hand in what it sealed.

    :raises PhoneIsMonitored: for a client whose phone somebody else may read.
    """
    if client.monitored_phone:
        raise PhoneIsMonitored
    key = secrets.token_urlsafe(KEY_BYTES)
    device = Device.objects.create(
        organization_id=client.organization_id,
        client=client,
        key_digest=_digest(key),
        made_at=at,
        last_seen_at=at,
    )
    record(
        action="phone.device_made",
        at=at,
        by=by,
        subject=device,
        client_id=client.pk,
    )
    return NewDevice(device, key)


def find_device(pk: UUID, key: str) -> Device | None:
    """The device of this key, while it is in use."""
    device = (
        Device.objects.in_use().filter(pk=pk).select_related("client__user").first()
    )
    if device is None or not hmac.compare_digest(device.key_digest, _digest(key)):
        return None
    return device


@transaction.atomic
def end_devices(*, client_id: UUID, at: datetime, by: Actor) -> int:
    """A phone was lost: no phone of this client may hand anything in. How many ended."""
    ended = Device.objects.in_use().filter(client=client_id).update(ended_at=at)
    if ended:
        record(action="phone.devices_ended", at=at, by=by, client_id=client_id)
    return ended


def _digest(key: str) -> str:
    # The key is 32 random bytes: a slow digest would protect nothing more.
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()


@transaction.atomic
def lose_phone(*, client: Client, at: datetime, by: Actor) -> None:
    """Lost or stolen: every sign-in, key and calendar of this client is over at once.

    What lies sealed on it stays sealed; it is not taken from that phone any more.
    """
    Device.objects.in_use().filter(client=client).update(ended_at=at)
    if client.user is not None:
        end_phone(user=client.user, at=at)
        end_feeds(user=client.user, at=at, by=by)
    record(action="phone.lost", at=at, by=by, subject=client, client_id=client.pk)
