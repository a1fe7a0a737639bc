"""After a breach: who saw or received what, and whose records were within reach."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Max, Min, Q

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.care.models import Client
from apps.notifications.models import OutboxMessage

WHO_SAW = ("how", "what", "who", "name", "role", "from", "times", "first", "last")
AFFECTED = ("client_id", "times", "first", "last")


def who_saw(client: Client, *, since: datetime, until: datetime) -> Iterator[tuple]:
    """Everybody who did or saw something of this client, and every message that left."""
    seen = (
        AuditEvent.objects.about(client.pk)
        .filter(at__gte=since, at__lt=until)
        .values_list("source", "action", "actor_id", "actor_role", "address")
        .annotate(times=Count("seq"), first=Min("at"), last=Max("at"))
        .order_by("first", "action")
    )
    names = dict(
        User.objects.filter(pk__in={row[2] for row in seen} - {None}).values_list(
            "pk", "name"
        )
    )
    for source, action, who, role, address, times, first, last in seen:
        yield (
            source,
            action,
            who,
            # A client's name is not needed to know that it was the client.
            "" if who == client.user_id else names.get(who, ""),
            role,
            address,
            times,
            first.isoformat(),
            last.isoformat(),
        )
    # From the moment of handing over it may have arrived, whatever was heard since.
    messages = OutboxMessage.objects.filter(
        Q(client=client) | Q(enrollment__client=client),
        submitted_at__gte=since,
        submitted_at__lt=until,
    ).select_related("staff")
    for message in messages.order_by("submitted_at", "pk"):
        moment = message.submitted_at.isoformat()
        yield (
            message.channel,
            message.template,
            message.client_id or message.staff_id,
            message.staff.name if message.staff else "",
            "STAFF" if message.staff_id else "CLIENT",
            message.state,
            1,
            moment,
            moment,
        )


def affected(
    *, since: datetime, until: datetime, staff: User | None, address: str
) -> list[tuple]:
    """The clients named in what somebody did, or what was done from some network."""
    events = AuditEvent.objects.filter(at__gte=since, at__lt=until)
    if staff is not None:
        events = events.filter(actor_id=staff.pk)
    if address:
        events = events.filter(address=address)
    # Text, not UUIDs: over a year of lists, making those takes longer than reading them.
    found = {
        str(row["client_id"]): [row["times"], row["first"], row["last"]]
        for row in events.filter(client_ids=[])
        .exclude(client_id=None)
        .values("client_id")
        .annotate(times=Count("seq"), first=Min("at"), last=Max("at"))
    }
    lists = events.exclude(client_ids=[]).values_list("at", "client_id", "client_ids")
    for at, one, several in lists.iterator():
        for client in {*several, str(one)} if one else several:
            known = found.setdefault(client, [0, at, at])
            known[0] += 1
            known[1], known[2] = min(known[1], at), max(known[2], at)
    return [
        (client, times, first.isoformat(), last.isoformat())
        for client, (times, first, last) in sorted(found.items())
    ]
