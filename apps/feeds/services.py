"""The use cases of calendars."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Client
from apps.care.rules.lexicon import telling_words
from apps.feeds.models import CalendarFeed
from apps.feeds.selectors import barred, body_of, token_digest
from apps.feeds.writing import one_line
from apps.sessions.selectors import own_enrollment

TOKEN_BYTES = 32
LASTS = timedelta(days=180)
MOST = 3


class NotForThem(Exception):
    """Somebody else may read this phone, or the program forbids it."""


class TooMany(Exception):
    """A few calendars are enough for one person; more are somebody else's."""


class TellingWords(Exception):
    """These words say what it is about to whoever sees the calendar."""


@dataclass(frozen=True)
class NewFeed:
    feed: CalendarFeed
    # Told once.
    token: str


@dataclass(frozen=True)
class Reading:
    body: bytes
    etag: str
    changed_at: datetime


@transaction.atomic
def make_feed(
    *,
    client: Client,
    title_kind: str,
    with_place: bool,
    language: str,
    at: datetime,
    by: Actor,
    title: str = "",
) -> NewFeed:
    """One more address for a calendar. ``title`` counts with the client's own words only.

    :raises NotForThem: on a phone that somebody else may read, or where it is forbidden.
    :raises TooMany: when as many are in use as one person has calendars.
    :raises TellingWords: when the client's own words tell.
    """
    # Two pages at once must not pass the limit together.
    client = Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
    if CalendarFeed.objects.open(at).filter(client=client).count() >= MOST:
        raise TooMany
    own = one_line(title) if title_kind == CalendarFeed.Title.OWN else ""
    if telling_words(own):
        raise TellingWords
    made = _make(
        client,
        at,
        title_kind=title_kind,
        title=own or None,
        with_place=with_place,
        language=language,
    )
    _note("feeds.made", made.feed, at, by)
    return made


@transaction.atomic
def renew(*, feed: CalendarFeed, at: datetime, by: Actor) -> NewFeed | None:
    """Another address in place of this one, which stops; None when it is over already.

    :raises NotForThem: on a phone that somebody else may read, or where it is forbidden.
    """
    if not CalendarFeed.objects.open(at).filter(pk=feed.pk).update(revoked_at=at):
        return None
    made = _make(
        feed.client,
        at,
        title_kind=feed.title_kind,
        title=feed.title,
        with_place=feed.with_place,
        language=feed.language,
    )
    _note("feeds.renewed", made.feed, at, by)
    return made


def _make(client: Client, at: datetime, **chosen: Any) -> NewFeed:
    if barred(client, at):
        raise NotForThem
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed = CalendarFeed.objects.create(
        organization_id=client.organization_id,
        client=client,
        token_hash=token_digest(token),
        created_at=at,
        expires_at=at + LASTS,
        body_changed_at=at,
        **chosen,
    )
    return NewFeed(feed, token)


@transaction.atomic
def revoke_feed(*, feed: CalendarFeed, at: datetime, by: Actor) -> None:
    """Whoever asks at this address from now on finds nothing."""
    if CalendarFeed.objects.open(at).filter(pk=feed.pk).update(revoked_at=at):
        _note("feeds.stopped", feed, at, by)


@transaction.atomic
def end_feeds(*, user: User, at: datetime, by: Actor) -> int:
    """All of somebody who signs out everywhere, or lost a phone. How many there were."""
    ended = 0
    for feed in CalendarFeed.objects.visible_to(user).open(at):
        revoke_feed(feed=feed, at=at, by=by)
        ended += 1
    return ended


def read_feed(*, feed: CalendarFeed, at: datetime) -> Reading:
    """What a calendar gets. Notes the day, and when what it gets is something new."""
    enrollment = own_enrollment(feed.client.user)
    body = body_of(feed, enrollment, at)
    digest = hashlib.sha256(body).hexdigest()
    today = enrollment.program.site.local_date(at) if enrollment else at.date()
    noted: dict[str, Any] = {}
    if feed.last_read_on != today:
        noted["last_read_on"] = today
    if not compare_digest(feed.body_digest, digest):
        # A header counts whole seconds.
        noted |= {"body_digest": digest, "body_changed_at": at.replace(microsecond=0)}
    if noted:
        CalendarFeed.objects.filter(pk=feed.pk).update(**noted)
    changed_at = noted.get("body_changed_at", feed.body_changed_at)
    return Reading(body, f'"{digest[:32]}"', changed_at)


def _note(action: str, feed: CalendarFeed, at: datetime, by: Actor) -> None:
    record(action=action, at=at, by=by, subject=feed, client_id=feed.client_id)
