"""Take what phones sealed: once each, with nobody signed in, and never lost."""

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from apps.audit import actors
from apps.audit.actors import Actor
from apps.common.crypto import CannotOpen
from apps.common.limits import is_allowed
from apps.phone import limits
from apps.phone.envelopes import Envelope
from apps.phone.models import Device, SealingKey
from apps.phone.services.devices import find_device
from apps.phone.services.items import Item, NotNow
from apps.phone.services.taking import take_item

logger = logging.getLogger(__name__)


class ItemStatus(StrEnum):
    TAKEN = "taken"
    KNOWN = "known"
    # Not to be opened or trusted now: the phone keeps it.
    LATER = "later"


@dataclass(frozen=True)
class Dropped:
    uuid: UUID
    sealed: bytes


class _Keys:
    """Private halves and devices, each read once for a batch."""

    def __init__(self) -> None:
        self._private: dict[UUID, str | None] = {}
        self._devices: dict[tuple, Device | None] = {}

    def open(self, dropped: Dropped) -> dict:
        """:raises CannotOpen: without its key, or when it is no item of this UUID."""
        envelope = Envelope.read(dropped.sealed)
        private = self._private_of(envelope.key_id)
        if private is None:
            raise CannotOpen("No such key")
        plain = envelope.open(private, bound_to=str(dropped.uuid))
        try:
            item = json.loads(plain)
        except (ValueError, RecursionError):
            raise CannotOpen("Not what a phone writes") from None
        if not isinstance(item, dict):
            raise CannotOpen("Not what a phone writes")
        return item

    def _private_of(self, pk: UUID) -> str | None:
        if pk not in self._private:
            key = SealingKey.objects.filter(pk=pk).first()
            self._private[pk] = key.private if key is not None else None
        return self._private[pk]

    def device_of(self, item: dict, at: datetime) -> Device | None:
        """The phone that the item names, if the item also holds its key."""
        key = item.get("key")
        try:
            pk = UUID(item.get("device"))
        except (AttributeError, TypeError, ValueError):
            return None
        if not isinstance(key, str):
            return None
        if (pk, key) not in self._devices:
            self._devices[pk, key] = device = find_device(pk, key)
            if device is not None:
                Device.objects.filter(pk=device.pk, last_seen_at__lt=at).update(
                    last_seen_at=at
                )
        return self._devices[pk, key]


@dataclass(frozen=True)
class _Opened:
    item: Item
    device: Device


def take_dropped(
    *, dropped: Iterable[Dropped], clock: datetime | None, at: datetime, by: Actor
) -> dict[UUID, ItemStatus]:
    """What became of each. ``clock`` is what the phone's clock said when it sent them."""
    keys = _Keys()
    opened = [(each.uuid, _open(each, keys, clock, at)) for each in dropped]
    became = {uuid: ItemStatus.LATER for uuid, found in opened if found is None}
    # In the order it happened: an afterthought belongs to a check-in before it.
    trusted = [found for _, found in opened if found is not None]
    for found in sorted(trusted, key=lambda each: each.item.occurred_at):
        became.setdefault(found.item.uuid, _take(found, at, by))
    return became


def _open(
    dropped: Dropped, keys: _Keys, clock: datetime | None, at: datetime
) -> _Opened | None:
    """The item and the phone it is from; None for what is not to be trusted now."""
    try:
        said = keys.open(dropped)
        device = keys.device_of(said, at)
        if device is None or not is_allowed(
            "device", device.pk, limits.OF_A_DEVICE, at=at
        ):
            return None
        return _Opened(Item.read(said, uuid=dropped.uuid, clock=clock, at=at), device)
    except (CannotOpen, NotNow):
        return None


def _take(found: _Opened, at: datetime, by: Actor) -> ItemStatus:
    device = found.device
    try:
        client = device.client
        by = actors.phone(
            user_id=client.user_id, organization_id=client.organization_id, seen=by
        )
        with transaction.atomic():
            is_new = take_item(item=found.item, device=device, at=at, by=by)
    except NotNow:
        return ItemStatus.LATER
    except Exception as error:  # noqa: BLE001 - one item never holds up the others
        # Only the kind of the error: its text may hold what was said.
        logger.error("A sealed item was not taken: %s", type(error).__name__)
        return ItemStatus.LATER
    return ItemStatus.TAKEN if is_new else ItemStatus.KNOWN
