"""Somebody read the check-in, and perhaps wrote back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.rules.reading import Alone, why_alone
from apps.checkins.models import CheckinDay, Reply
from apps.checkins.selectors import sent_about


@dataclass
class Together:
    """What became of several check-ins: seen, or left, each with why."""

    seen: list[CheckinDay] = field(default_factory=list)
    alone: list[tuple[CheckinDay, Alone]] = field(default_factory=list)
    # Something came after they were shown, or they never were.
    unread: list[CheckinDay] = field(default_factory=list)


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
def mark_seen_together(
    *,
    days: Iterable[CheckinDay],
    shown: Mapping[UUID, str],
    at: datetime,
    by: Actor,
) -> Together:
    """Several at once, each as it was shown in full; what asks for a reader alone is left.

    ``shown`` is what the reader had before them: the state of each day, by its id.
    """
    found = Together()
    wanted = CheckinDay.objects.filter(pk__in=[day.pk for day in days], seen_at=None)
    # Who reads waits for what is arriving, and what arrives afterwards is unread again.
    locked = list(
        wanted.select_related("client").select_for_update(of=("self",)).order_by("pk")
    )
    sent = sent_about(locked)
    for day in locked:
        about = sent[day.client_id, day.local_on]
        said = [day.said | {"note": day.note}, *(each.answers for each in about)]
        if shown.get(day.pk) != day.state_with(len(about)):
            found.unread.append(day)
        elif why := why_alone(said):
            found.alone.append((day, why))
        else:
            found.seen.append(day)
    mark_seen(days=found.seen, at=at, by=by)
    return found


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
