"""Seal values with AES-256-GCM, and find them again by a keyed index.

A value of a client is sealed with that client's own data key, which is a row: destroying
the row makes the value unreadable in every copy. What belongs to no client is sealed with
a key of the environment, and so are the data keys themselves.

Layout 1: version (1 byte), length of the key's name (1), name, nonce (12), ciphertext with
tag. Layout 2: version (1), id of the data key (16), nonce (12), ciphertext with tag. The
associated data binds a value to its table, column and row, so a ciphertext copied to
another row does not open.
"""

import base64
import hashlib
import hmac
import os
from functools import cache
from typing import Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

BY_NAME, BY_DATA_KEY = 1, 2
NONCE_BYTES = 12
DATA_KEY_HEADER = 1 + 16


class CannotOpen(Exception):
    """The key is unknown, or the value was changed or moved."""


class KeyDestroyed(CannotOpen):
    """The data key of this client is gone, for good."""


class DataKeys(Protocol):
    """Where the keys of clients come from."""

    def get(self, key_id: UUID) -> AESGCM: ...

    def current(self, subject: UUID) -> tuple[UUID, AESGCM]: ...

    def make(self, subject: UUID, organization_id: UUID) -> None: ...

    def forget(self) -> None: ...


# Handed in by apps.keys, before anything is read.
data_keys: DataKeys


def use_data_keys(source: DataKeys) -> None:
    global data_keys
    data_keys = source


@cache
def _keys(spec: str) -> dict[str, AESGCM]:
    keys = {}
    for part in filter(None, (part.strip() for part in spec.split(","))):
        key_id, _, encoded = part.partition(":")
        try:
            keys[key_id] = AESGCM(base64.b64decode(encoded, validate=True))
        except ValueError:
            raise ImproperlyConfigured(
                "COMPANION_FIELD_KEYS must be id:base64 pairs of 32-byte keys."
            ) from None
    if not keys:
        raise ImproperlyConfigured("COMPANION_FIELD_KEYS holds no key.")
    return keys


def first_name() -> str:
    """The name of the key that new values are sealed with."""
    return next(iter(_keys(settings.FIELD_KEYS)))


def seal(plaintext: bytes, *, bound_to: str, subject: UUID | None = None) -> bytes:
    """Seal for a client, or for nobody in particular.

    :raises KeyDestroyed: when the client has no key.
    """
    nonce = os.urandom(NONCE_BYTES)
    if subject is not None:
        key_id, key = data_keys.current(subject)
        header = bytes([BY_DATA_KEY]) + key_id.bytes
    else:
        name = first_name()
        key = _keys(settings.FIELD_KEYS)[name]
        header = bytes([BY_NAME, len(name.encode())]) + name.encode()
    return header + nonce + key.encrypt(nonce, plaintext, bound_to.encode())


def unseal(token: bytes, *, bound_to: str) -> bytes:
    """:raises CannotOpen: when the key is unknown or the value was changed or moved."""
    key, start = _key_of(token)
    nonce, sealed = token[start : start + NONCE_BYTES], token[start + NONCE_BYTES :]
    try:
        return key.decrypt(nonce, sealed, bound_to.encode())
    except (InvalidTag, ValueError):
        raise CannotOpen("The value does not belong here") from None


def _key_of(token: bytes) -> tuple[AESGCM, int]:
    name = key_name(token)
    if isinstance(name, UUID):
        return data_keys.get(name), DATA_KEY_HEADER
    key = _keys(settings.FIELD_KEYS).get(name)
    if key is None:
        raise CannotOpen("Unknown key")
    return key, 2 + token[1]


def key_name(token: bytes) -> str | UUID:
    """The id of a data key, or the name of a key of the environment.

    :raises CannotOpen: when the value has none of our layouts.
    """
    if token[:1] == bytes([BY_DATA_KEY]) and len(token) > DATA_KEY_HEADER:
        return UUID(bytes=token[1:DATA_KEY_HEADER])
    if token[:1] == bytes([BY_NAME]) and len(token) > 2 + token[1]:
        return token[2 : 2 + token[1]].decode(errors="replace")
    raise CannotOpen("Unknown layout")


def blind_index(value: str, *, purpose: str) -> str:
    """A keyed fingerprint for equality look-ups; ``purpose`` keeps columns apart."""
    key = base64.b64decode(settings.INDEX_KEY)
    return hmac.new(key, f"{purpose}|{value}".encode(), hashlib.sha256).hexdigest()
