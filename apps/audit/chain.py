"""What a link of the chain is made of. Knows the keys and no database."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

# Before the first.
BEGINNING = "0" * 64
# In this order, which is part of what is sealed.
FIELDS = (
    "seq",
    "at",
    "organization_id",
    "actor_id",
    "actor_role",
    "action",
    "object_type",
    "object_id",
    "client_id",
    "client_ids",
    "field_names",
    "reason",
    "source",
    "request_id",
    "address",
)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, int) else str(value)


def keys() -> list[bytes]:
    """Those of ``COMPANION_AUDIT_KEY``, the newest first."""
    parts = (part.strip() for part in settings.AUDIT_KEY.split(","))
    return [base64.b64decode(part) for part in parts if part]


def name_of(key: bytes) -> str:
    """Says which key it is, and nothing that helps to make it."""
    return hmac.new(key, b"companion audit key", hashlib.sha256).hexdigest()[:8]


def named(name: str) -> bytes | None:
    return next((key for key in keys() if name_of(key) == name), None)


def _mac(key: bytes, *parts: Any) -> str:
    text = json.dumps([_plain(part) for part in parts], separators=(",", ":"))
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def mac_of(
    key: bytes,
    previous: str,
    *,
    position: int,
    sealed_at: datetime,
    row: Sequence[Any],
) -> str:
    """``row`` holds the values of ``FIELDS``."""
    return _mac(key, "seal", previous, position, sealed_at, *row)


def stamp_of(
    key: bytes, position: int, mac: str, last_at: datetime, cut_at: datetime
) -> str:
    return _mac(key, "cut", position, mac, last_at, cut_at)


def turn_of(
    key: bytes, position: int, mac: str, cut_position: int, turned_at: datetime
) -> str:
    """By the new key: that the chain stood so when it took over."""
    return _mac(key, "turn", position, mac, cut_position, turned_at)
