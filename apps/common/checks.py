"""What a deployment may not have: checked by ``manage.py check --deploy``."""

import base64
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, Tags, register

ENCRYPTED_SSLMODES = ("require", "verify-ca", "verify-full")
# A random key of 32 bytes practically never has so few different ones.
FEWEST_DIFFERENT_BYTES = 16


@register(Tags.security, deploy=True)
def no_demonstration(app_configs, **kwargs):
    if settings.DEMO and not settings.IS_LOOPBACK:
        return [
            Error(
                "COMPANION_DEMO=1 lets anybody sign in as anybody, and "
                f"{settings.PUBLIC_BASE_URL} is not this machine.",
                hint="Set COMPANION_DEMO=0.",
                id="companion.E001",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def keys_of_our_own(app_configs, **kwargs):
    keys = [pair.partition(":")[2] for pair in settings.FIELD_KEYS.split(",")]
    named = {
        "COMPANION_FIELD_KEYS": keys,
        "COMPANION_INDEX_KEY": [settings.INDEX_KEY],
        "COMPANION_AUDIT_KEY": settings.AUDIT_KEY.split(","),
    }
    return [
        Error(
            f"{name} holds a key that was not made at random.",
            hint="scripts/make_secrets.py prints good ones.",
            id="companion.E002",
        )
        for name, encoded in named.items()
        if any(_is_made_up(key) for key in encoded)
    ]


def _is_made_up(encoded: str) -> bool:
    return len(set(base64.b64decode(encoded))) < FEWEST_DIFFERENT_BYTES


@register(Tags.security, deploy=True)
def nothing_readable_on_the_wire(app_configs, **kwargs):
    """Database, broker and mail server: on this machine, or over TLS."""
    found = []
    database = settings.DATABASES["default"]
    if (
        database["ENGINE"].endswith("postgresql")
        and not _is_here(database.get("HOST"))
        and database.get("OPTIONS", {}).get("sslmode") not in ENCRYPTED_SSLMODES
    ):
        found.append(("companion.E003", "DATABASE_URL", "Add ?sslmode=verify-full."))
    broker = urlsplit(settings.BROKER_URL)
    if broker.scheme == "redis" and not _is_here(broker.hostname):
        found.append(("companion.E004", "BROKER_URL", "Begin it with rediss://."))
    mailer: Any = settings.MAILERS["default"].get("OPTIONS", {})
    if not _is_here(mailer.get("host")) and not mailer.get("use_tls"):
        found.append(("companion.E005", "SMTP_HOST", "Set SMTP_TLS=1."))
    return [
        Error(
            f"{name} leads to another machine without encryption.", hint=hint, id=number
        )
        for number, name, hint in found
    ]


def _is_here(host: str | None) -> bool:
    # A path is a socket of this machine; nothing is one too.
    return not host or host.startswith("/") or host in settings.LOOPBACK_HOSTS
