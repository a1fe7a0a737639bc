"""Drop what is past its time from the beginning of the chain, and nothing else."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.db import connection, transaction
from django.db.models import Q

from apps.audit import chain, door, turning
from apps.audit.actors import Actor
from apps.audit.models import AuditCut, AuditEvent, AuditSeal
from apps.audit.services import record

KEPT = relativedelta(years=6)
# Who is held is known above: handed in from there.
held_elsewhere: list[Callable[[], list[UUID]]] = []


@transaction.atomic
def expire(*, at: datetime, by: Actor, held: list[UUID]) -> int:
    """How many events went.

    The chain is cut before the first event that is younger than six years, or that names
    whom a legal hold is about, so what is left is one chain still.
    """
    held = held + [pk for ask in held_elsewhere for pk in ask()]
    stops = AuditEvent.objects.filter(at__gte=at - KEPT)
    if held:
        stops |= AuditEvent.objects.about(*held)
        stops |= AuditEvent.objects.filter(
            Q(actor_id__in=held) | Q(organization_id__in=held) | Q(object_id__in=held)
        )
    seals = AuditSeal.objects.order_by("position")
    first_kept = seals.filter(seq__in=stops.values("seq")).first()
    going = seals.filter(position__lt=first_kept.position) if first_kept else seals
    last = going.order_by("-position").first()
    if last is None:
        return 0
    numbers = AuditEvent.objects.filter(seq__in=going.values("seq"))
    newest = numbers.order_by("-at").first()
    if newest is None:
        return 0
    count = going.count()
    AuditCut.objects.create(
        position=last.position,
        mac=last.mac,
        last_at=newest.at,
        cut_at=at,
        stamp=chain.stamp_of(
            turning.current_key(), last.position, last.mac, newest.at, at
        ),
    )
    with door.opened(), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM audit_auditevent WHERE seq IN"
            " (SELECT seq FROM audit_auditseal WHERE position <= %s)",
            [last.position],
        )
        cursor.execute(
            "DELETE FROM audit_auditseal WHERE position <= %s", [last.position]
        )
    record(action="audit.expired", at=at, by=by, reason=f"{count} events")
    return count
