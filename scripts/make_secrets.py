"""Print the four secrets that Companion cannot start without, as environment lines.

python scripts/make_secrets.py >> companion.env
"""

import base64
import secrets
from datetime import UTC, datetime


def key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


print(f"COMPANION_SECRET_KEY={secrets.token_urlsafe(50)}")
print(f"COMPANION_FIELD_KEYS={datetime.now(UTC):k%Y%m%d}:{key()}")
print(f"COMPANION_INDEX_KEY={key()}")
print(f"COMPANION_AUDIT_KEY={key()}")
