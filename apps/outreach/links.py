"""Links in messages: what they open is public, so the token is all the proof there is."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from apps.outreach.models import AnswerLink, Episode

# 128 random bits: a link must also fit into one text message.
TOKEN_BYTES = 16
LASTS = timedelta(days=30)


def answer_link(*, episode: Episode, channel: str, at: datetime) -> str:
    """A new address where this episode can be answered once."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    AnswerLink.objects.create(
        token_hash=_hash(token),
        episode=episode,
        channel=channel,
        created_at=at,
        expires_at=at + LASTS,
    )
    return settings.PUBLIC_BASE_URL + reverse("outreach:answer", args=[token])


def find_link(token: str, at: datetime) -> AnswerLink | None:
    return (
        AnswerLink.objects.filter(token_hash=_hash(token), expires_at__gt=at)
        .select_related(
            "episode__enrollment__client", "episode__enrollment__program__site"
        )
        .first()
    )


def help_link() -> str:
    return settings.PUBLIC_BASE_URL + reverse("home:help")


def checkin_link() -> str:
    return settings.PUBLIC_BASE_URL + reverse("checkins:start")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
