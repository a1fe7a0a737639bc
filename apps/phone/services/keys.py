"""Pairs that phones seal to: one current, the retired ones kept for what still waits."""

from datetime import datetime, timedelta

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import IntegrityError, transaction

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.phone.models import SealingKey

# What waited on a phone for longer than this cannot be opened any more.
RETIRED_OPENS = timedelta(days=180)


def current_key() -> SealingKey | None:
    return SealingKey.objects.filter(retired_at=None).first()


def current_sealing_key(at: datetime) -> SealingKey:
    """The pair to seal to now; asked the first time, it is made."""
    key = current_key()
    if key is not None:
        return key
    try:
        with transaction.atomic():
            return _make_key(at)
    except IntegrityError:
        # Two phones came first at the same moment.
        return SealingKey.objects.get(retired_at=None)


@transaction.atomic
def rotate_drop_key(*, at: datetime, by: Actor) -> SealingKey:
    """Retire the current pair and make a new one. What waits to the old one still opens."""
    current = SealingKey.objects.select_for_update().filter(retired_at=None).first()
    if current is not None:
        current.retired_at = at
        current.save(update_fields=["retired_at"])
    key = _make_key(at)
    record(action="phone.key_rotated", at=at, by=by, subject=key)
    return key


@transaction.atomic
def forget_retired_keys(*, at: datetime, by: Actor) -> int:
    """Delete the private halves nobody needs any more. How many there were."""
    old = SealingKey.objects.filter(
        retired_at__lt=at - RETIRED_OPENS, private__isnull=False
    )
    forgotten = 0
    for key in old.select_for_update():
        key.private = None
        key.save(update_fields=["private"])
        record(action="phone.key_forgotten", at=at, by=by, subject=key)
        forgotten += 1
    return forgotten


def _make_key(at: datetime) -> SealingKey:
    private = ec.generate_private_key(ec.SECP256R1())
    return SealingKey.objects.create(
        public=private.public_key().public_bytes(
            serialization.Encoding.X962,
            serialization.PublicFormat.UncompressedPoint,
        ),
        private=private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode(),
        made_at=at,
    )
