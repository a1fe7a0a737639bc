"""Somebody read the check-in, and perhaps wrote back."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.checkins.models import CheckinDay, Reply


@transaction.atomic
def mark_seen(*, days: Iterable[CheckinDay], at: datetime, by: Actor) -> None:
    """The client sees who read it. The first reader of these answers is named."""
    unseen = [day for day in days if day.seen_at is None]
    for day in unseen:
        day.seen_by_id = by.user_id
        day.seen_at = at
        day.save(update_fields=["seen_by", "seen_at"])
    if unseen:
        record(
            action="checkins.seen",
            at=at,
            by=by,
            subject=unseen[0] if len(unseen) == 1 else None,
            client_ids=[day.client_id for day in unseen],
        )


@transaction.atomic
def reply_to_checkin(*, day: CheckinDay, text: str, at: datetime, by: Actor) -> Reply:
    reply = Reply.objects.create(day=day, by_id=by.user_id, at=at, text=text.strip())
    record(
        action="checkins.replied", at=at, by=by, subject=reply, client_id=day.client_id
    )
    mark_seen(days=[day], at=at, by=by)
    return reply


@transaction.atomic
def mark_reply_read(*, reply: Reply, at: datetime, by: Actor) -> None:
    """The client has read these words, and with them what was written before."""
    client_id = reply.day.client_id
    read = Reply.objects.filter(
        day__client=client_id, at__lte=reply.at, read_at=None
    ).update(read_at=at)
    if read:
        record(
            action="checkins.reply_read",
            at=at,
            by=by,
            subject=reply,
            client_id=client_id,
        )
