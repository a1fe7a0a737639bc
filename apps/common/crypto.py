"""Seal values with AES-256-GCM, and find them again by a keyed index.

Layout of a sealed value: version (1 byte), length of the key id (1), key id, nonce (12),
ciphertext with tag. The associated data binds a value to its table, column and row, so a
ciphertext copied to another row does not open.
"""

import base64
import hashlib
import hmac
import os
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

VERSION = 1
NONCE_BYTES = 12


class CannotOpen(Exception):
    """The key is unknown, or the value was changed or moved."""


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


def seal(plaintext: bytes, *, bound_to: str) -> bytes:
    keys = _keys(settings.FIELD_KEYS)
    key_id = next(iter(keys))
    nonce = os.urandom(NONCE_BYTES)
    sealed = keys[key_id].encrypt(nonce, plaintext, bound_to.encode())
    name = key_id.encode()
    return bytes([VERSION, len(name)]) + name + nonce + sealed


def unseal(token: bytes, *, bound_to: str) -> bytes:
    """:raises CannotOpen: when the key is unknown or the value was changed or moved."""
    if len(token) < 2 or token[0] != VERSION:
        raise CannotOpen("Unknown layout")
    start = 2 + token[1]
    key = _keys(settings.FIELD_KEYS).get(token[2:start].decode(errors="replace"))
    if key is None:
        raise CannotOpen("Unknown key")
    nonce, sealed = token[start : start + NONCE_BYTES], token[start + NONCE_BYTES :]
    try:
        return key.decrypt(nonce, sealed, bound_to.encode())
    except (InvalidTag, ValueError):
        raise CannotOpen("The value does not belong here") from None


def blind_index(value: str, *, purpose: str) -> str:
    """A keyed fingerprint for equality look-ups; ``purpose`` keeps columns apart."""
    key = base64.b64decode(settings.INDEX_KEY)
    return hmac.new(key, f"{purpose}|{value}".encode(), hashlib.sha256).hexdigest()
