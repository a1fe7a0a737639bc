"""What a person's calendar shows: their agenda, and nothing that it does not hold."""

import hashlib
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

from django.utils import translation
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.care.models import Client, Enrollment
from apps.care.rules.lexicon import telling_words
from apps.feeds.models import CalendarFeed, placed_where_forbidden
from apps.feeds.writing import Entry, calendar_of
from apps.sessions.models import GroupSession
from apps.sessions.selectors import AHEAD, own_enrollment, own_sessions

BACK = timedelta(weeks=2)
# When a time was made is not kept. It was before this, and the same whenever it is asked.
MADE_BY_THEN = AHEAD + timedelta(weeks=1)


def token_digest(token: str) -> str:
    # The token is 32 random bytes: a slow digest would protect nothing more.
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def find_feed(token: str, at: datetime) -> CalendarFeed | None:
    """One query, whether it never was, was stopped, is over, or may not be."""
    return (
        CalendarFeed.objects.open(at)
        .allowed(at)
        .filter(token_hash=token_digest(token))
        .select_related("client__user", "organization")
        .first()
    )


class Barred(StrEnum):
    """Why somebody has no calendar here."""

    WATCHED = "watched"
    FORBIDDEN = "forbidden"


def barred(client: Client, at: datetime) -> Barred | None:
    if client.monitored_phone:
        return Barred.WATCHED
    if placed_where_forbidden(at).filter(enrollment__client=client).exists():
        return Barred.FORBIDDEN
    return None


def open_feeds(user: User, at: datetime) -> list[CalendarFeed]:
    """Those of a signed-in client that still work, the newest first."""
    rows = CalendarFeed.objects.visible_to(user).open(at)
    return list(rows.select_related("organization").order_by("-created_at", "-pk"))


def title_of(feed: CalendarFeed) -> str:
    """What each time is called. Reads ``organization``."""
    if feed.title_kind == CalendarFeed.Title.OWN and feed.title:
        return feed.title
    alias = feed.organization.alias
    if feed.title_kind == CalendarFeed.Title.ALIAS and not telling_words(alias):
        return alias
    with translation.override(feed.language):
        return _("Busy")


def days_of(enrollment: Enrollment, at: datetime) -> tuple[date, date]:
    """The first and the last day that a calendar holds."""
    today = enrollment.program.site.local_date(at)
    return today - BACK, today + AHEAD


def body_of(feed: CalendarFeed, enrollment: Enrollment | None, at: datetime) -> bytes:
    """The file. Empty when nobody expects them: what the calendar held goes from it."""
    entries = []
    if enrollment is not None:
        rows = own_sessions(enrollment, *days_of(enrollment, at)).select_related("site")
        with translation.override(feed.language):
            entries = [
                entry_of(row, enrollment, place_of(row) if feed.with_place else "")
                for row in rows
            ]
    return calendar_of(entries, title=title_of(feed))


def body_of_one(user: User, session_id: UUID, at: datetime) -> bytes | None:
    """One time of theirs for whoever is signed in, said as little as can be."""
    enrollment = own_enrollment(user)
    if enrollment is None or barred(enrollment.client, at):
        return None
    rows = own_sessions(enrollment, *days_of(enrollment, at))
    row = rows.filter(pk=session_id).select_related("site").first()
    if row is None:
        return None
    return calendar_of([entry_of(row, enrollment)], title=_("Busy"))


def entry_of(row: GroupSession, enrollment: Enrollment, place: str = "") -> Entry:
    """Reads ``site``."""
    return Entry(
        # Nobody else's calendar has it: who keeps the calendars of two people of one room
        # must not learn from the ids that it is one room.
        uid=uuid5(enrollment.client_id, str(row.pk)),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        zone=row.site.zone,
        revision=row.sequence,
        revised_at=row.changed_at or row.starts_at - MADE_BY_THEN,
        is_cancelled=row.is_cancelled,
        place=place,
    )


def place_of(row: GroupSession) -> str:
    """Where, without a part that tells what it is. Reads ``site``."""
    if row.telehealth:
        return _("By video")
    parts = (row.room, row.site.name, row.site.address)
    return ", ".join(part for part in parts if part and not telling_words(part))
