"""Make, wrap and destroy the keys of sealed columns."""

import os
from datetime import datetime
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction

from apps.common import crypto
from apps.keys.models import DataKey, Rotation

KEY_BYTES = 32


def make_key(subject: UUID, organization_id: UUID) -> DataKey:
    """The first key of a client."""
    key = new_key(subject, organization_id)
    key.save()
    return key


def new_key(subject: UUID, organization_id: UUID, rotation=None) -> DataKey:
    """Not yet saved. The caller has retired the one before."""
    key_id = uuid4()
    return DataKey(
        id=key_id,
        subject=subject,
        organization_id=organization_id,
        wrapped=wrap(os.urandom(KEY_BYTES), key_id=key_id, subject=subject),
        rotation=rotation,
    )


def wrap(key: bytes, *, key_id: UUID, subject: UUID) -> bytes:
    return crypto.seal(key, bound_to=_bound_to(key_id, subject))


def wrap_again(key: DataKey) -> None:
    """The same key under the first key of the environment."""
    bound_to = _bound_to(key.pk, key.subject)
    key.wrapped = crypto.seal(
        crypto.unseal(bytes(key.wrapped), bound_to=bound_to), bound_to=bound_to
    )


def unwrap(wrapped: bytes, *, key_id: UUID, subject: UUID) -> AESGCM:
    """:raises CannotOpen: when its wrapping key is unknown, or the row was changed."""
    return AESGCM(crypto.unseal(wrapped, bound_to=_bound_to(key_id, subject)))


def _bound_to(key_id: UUID, subject: UUID) -> str:
    return f"keys_datakey|{key_id}|{subject}"


@transaction.atomic
def destroy_keys(subject: UUID, *, at: datetime) -> int:
    """Make every value of this client unreadable, here and in every copy of the database.

    The rows stay as a mark. Returns how many keys there were.
    """
    keys = DataKey.objects.readable().filter(subject=subject)
    return keys.update(wrapped=b"", destroyed_at=at)


def forget_retired(*, before: datetime) -> int:
    """Remove keys that sealed nothing new since then; backups that old are gone too."""
    unfinished = Rotation.objects.filter(finished_at=None)
    retired = DataKey.objects.readable().filter(retired_at__lt=before)
    # A change of keys that stands still may have left values under them.
    return 0 if unfinished.exists() else retired.delete()[0]
