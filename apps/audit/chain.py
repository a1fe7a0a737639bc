"""What a link of the chain is made of. Knows the key and no database."""

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


def _mac(*parts: Any) -> str:
    key = base64.b64decode(settings.AUDIT_KEY)
    text = json.dumps([_plain(part) for part in parts], separators=(",", ":"))
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def mac_of(
    previous: str, *, position: int, sealed_at: datetime, row: Sequence[Any]
) -> str:
    """``row`` holds the values of ``FIELDS``."""
    return _mac("seal", previous, position, sealed_at, *row)


def stamp_of(position: int, mac: str, last_at: datetime, cut_at: datetime) -> str:
    return _mac("cut", position, mac, last_at, cut_at)
