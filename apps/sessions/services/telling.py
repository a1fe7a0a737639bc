"""Word to the phone: a seat that is kept, and what changed. It never says what it is about."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from apps.audit.actors import SYSTEM, Actor
from apps.care import message_library
from apps.care.models import Enrollment, Task
from apps.care.services.tasks import create_task, primary_counselor
from apps.notifications.gate import (
    MAY_HAVE_ARRIVED,
    first_moment,
    history,
    open_channel,
)
from apps.notifications.models import OutboxMessage, Purpose
from apps.notifications.services import cancel_message, plan_message
from apps.sessions import wording
from apps.sessions.models import Absence, GroupSession, Wait
from apps.sessions.selectors import expected_people

OFFER, CHANGE = "SEAT-01", "CHG-01"
# Somebody may still be at it: several edits within minutes are one change.
SETTLED = timedelta(minutes=5)
NEXT_DAYS = timedelta(days=3)
TELL = "TELL"


def tell_offer(wait: Wait, *, at: datetime, by: Actor) -> OutboxMessage | None:
    """Once; it makes no sense any more when the seat is not kept any longer."""
    return _tell(
        wait.enrollment,
        OFFER,
        once_key=f"offer:{wait.pk}",
        expires_at=wait.offer_until,
        room=wait.group_session,
        at=at,
        by=by,
    )


def _tell(
    enrollment: Enrollment,
    template: str,
    *,
    once_key: str,
    expires_at: datetime,
    room: GroupSession,
    at: datetime,
    by: Actor,
) -> OutboxMessage | None:
    client = enrollment.client
    channel, _reason = open_channel(client, Purpose.REMINDER)
    if channel is None:
        return None
    send_after = first_moment(
        Purpose.REMINDER,
        enrollment,
        at,
        sent=history(client, at, planned=True),
    )
    if send_after >= expires_at:
        return None
    return plan_message(
        client=client,
        enrollment=enrollment,
        channel=channel,
        purpose=Purpose.REMINDER,
        template=template,
        variables={
            "first": client.preferred_name,
            "sender": primary_counselor(enrollment, at).name,
            "day": message_library.day_word(room.local_on, client.language),
            "link": settings.PUBLIC_BASE_URL + reverse("home:today"),
        },
        once_key=once_key,
        send_after=send_after,
        expires_at=expires_at,
        at=at,
        by=by,
    )


def tell_changes(at: datetime, by: Actor = SYSTEM) -> int:
    """Tell of what changed in the next days and nobody was told of yet; once a revision."""
    changed = (
        GroupSession.objects.exclude(told=F("sequence"))
        .filter(
            starts_at__gt=at,
            starts_at__lte=at + NEXT_DAYS,
            changed_at__lte=at - SETTLED,
        )
        .order_by("starts_at", "pk")
    )
    return sum(_tell_of(pk, at, by) for pk in changed.values_list("pk", flat=True))


@transaction.atomic
def _tell_of(pk, at: datetime, by: Actor) -> int:
    room = (
        GroupSession.objects.select_for_update(of=("self",))
        .select_related("series", "site", "facilitator")
        .get(pk=pk)
    )
    if room.told == room.sequence:
        return 0
    about_it = OutboxMessage.objects.filter(once_key__startswith=f"change:{room.pk}:")
    # What was planned of an earlier revision and did not go yet is old news.
    waiting = (OutboxMessage.State.PLANNED, OutboxMessage.State.CLAIMED)
    for message in about_it.filter(state__in=waiting):
        cancel_message(message=message, reason="CHANGED_AGAIN", at=at, by=by)
    # As usual, which is another usual since an edit of the series; or again, after people
    # were told something else. Changed back before that, it is as everybody knows it.
    is_news = (
        bool(wording.changes(room))
        or (room.series is not None and room.series.follows_id is not None)
        or about_it.filter(state__in=MAY_HAVE_ARRIVED).exists()
    )
    told = 0
    if is_news:
        for person in _people(room):
            told += _tell_one(person, room, at, by)
    GroupSession.objects.filter(pk=pk).update(told=room.sequence)
    return told


def _people(room: GroupSession) -> list[Enrollment]:
    away = Absence.objects.standing().filter(group_session=room).values("enrollment")
    return list(
        expected_people(room)
        .exclude(pk__in=away)
        .select_related("client", "program__site", "organization")
        .order_by("pk")
    )


def _tell_one(person: Enrollment, room: GroupSession, at: datetime, by: Actor) -> bool:
    client = person.client
    if client.monitored_phone or client.no_phone:
        create_task(
            kind=Task.Kind.ANSWER,
            organization_id=person.organization_id,
            enrollment=person,
            assignee=primary_counselor(person, at),
            details={"choice": "tell_change", "for_on": room.local_on.isoformat()},
            source=TELL,
            source_key=f"{room.pk.hex[:20]}{person.pk.hex}{room.sequence % 1000}",
            due_at=max(at, room.starts_at - timedelta(hours=12)),
            at=at,
            by=by,
        )
        return True
    return (
        _tell(
            person,
            CHANGE,
            once_key=f"change:{room.pk}:{person.pk.hex}:{room.sequence}",
            expires_at=room.starts_at,
            room=room,
            at=at,
            by=by,
        )
        is not None
    )
