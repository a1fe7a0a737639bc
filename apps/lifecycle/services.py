"""Remove what is too old, unless somebody said to hold it."""

import logging
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet

from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Client, Enrollment
from apps.lifecycle.erasing import erase
from apps.lifecycle.kinds import KINDS, RECORDS, Kind
from apps.lifecycle.models import ExpiryDay, Hold

# When nobody of a house in America is up.
NIGHT = timedelta(hours=8)
AT_ONCE = 500


logger = logging.getLogger(__name__)


class NotAll(Exception):
    """Some kind was not removed; the others were."""


class StillInCare(Exception):
    """An episode of care is open: it ends before its record does."""


class AlreadyHeld(Exception):
    """One hold at a time."""


@dataclass(frozen=True)
class Expired:
    kind: Kind
    rows: int
    # Too old, and held.
    held: int


@transaction.atomic
def place_hold(
    *, client: Client, reason: str, user: User, at: datetime, by: Actor
) -> Hold:
    """From here on nothing of this client is deleted.

    :raises AlreadyHeld:
    """
    # A record that is being erased at this moment, or one that is held: never both.
    Client.objects.select_for_update().get(pk=client.pk)
    if Hold.objects.standing().filter(client=client).exists():
        raise AlreadyHeld
    hold = Hold.objects.create(client=client, reason=reason, placed_by=user, since=at)
    record(action="lifecycle.held", at=at, by=by, subject=hold, client_id=client.pk)
    return hold


@transaction.atomic
def lift_hold(*, hold: Hold, user: User, at: datetime, by: Actor) -> bool:
    """False when somebody else was faster."""
    lifted = Hold.objects.standing().filter(pk=hold.pk)
    if not lifted.update(lifted_by=user, lifted_at=at):
        return False
    record(
        action="lifecycle.hold_lifted",
        at=at,
        by=by,
        subject=hold,
        client_id=hold.client_id,
    )
    return True


@transaction.atomic
def erase_client(*, client: Client, reason: str, at: datetime, by: Actor) -> int:
    """Before its time, because somebody decided so. How many rows went.

    :raises StillInCare:
    :raises IsHeld: when somebody said to keep it.
    """
    # A record that is held at this moment, or one that is being erased: never both.
    Client.objects.select_for_update().get(pk=client.pk)
    if client.enrollments.exclude(state=Enrollment.State.ENDED).exists():
        raise StillInCare
    rows = erase(client.pk, at=at)
    record(
        action="lifecycle.erased",
        at=at,
        by=replace(by, organization_id=client.organization_id),
        client_id=client.pk,
        reason=reason,
    )
    return rows


def expire_once_a_day(*, at: datetime, by: Actor) -> None:
    """For the tick: the first of a night does it, in whichever process."""
    on: date = (at - NIGHT).date()
    if ExpiryDay.objects.filter(on=on).exists():
        return
    try:
        with transaction.atomic():
            ExpiryDay.objects.create(on=on, done_at=at)
    except IntegrityError:
        return
    expire(at=at, by=by)


def expire(*, at: datetime, by: Actor, dry_run: bool = False) -> list[Expired]:
    """Each kind by itself, so that one which fails does not keep the others.

    :raises NotAll: after everything else was done.
    """
    done, failed = [], []
    for kind in KINDS:
        if kind.too_old is None:
            continue
        try:
            done.append(_expire_kind(kind, kind.too_old(at), at, by, dry_run))
        except Exception:
            logger.exception("Expiry could not do %s", kind.name)
            failed.append(kind.name)
    if not dry_run and any(each.rows for each in done):
        _leave_no_trace()
    if failed:
        raise NotAll(", ".join(failed))
    return done


def _expire_kind(
    kind: Kind, rows: QuerySet, at: datetime, by: Actor, dry_run: bool
) -> Expired:
    free = _not_held(kind, rows)
    ids = list(free.values_list("pk", flat=True))
    held = rows.count() - len(ids)
    if dry_run:
        return Expired(kind, len(ids), held)
    with transaction.atomic():
        removed = 0
        for start in range(0, len(ids), AT_ONCE):
            removed += _remove(kind, free, ids[start : start + AT_ONCE], at)
        if removed:
            reason = f"{kind.name}: {removed}"
            record(action="lifecycle.expired", at=at, by=by, reason=reason)
    return Expired(kind, removed, held)


def _not_held(kind: Kind, rows: QuerySet) -> QuerySet:
    if not kind.client:
        return rows
    held = Hold.objects.standing().values("client")
    free = ~Q(**{f"{kind.client}__in": held})
    # A row of nobody is held by nobody; NOT IN would leave it out.
    return rows.filter(free | Q(**{f"{kind.client}__isnull": True}))


def _remove(kind: Kind, free: QuerySet, ids: list, at: datetime) -> int:
    if kind.name == RECORDS:
        # Placing a hold waits for the same row. What was held meanwhile stays.
        list(Client.objects.select_for_update().filter(pk__in=ids))
        ids = list(free.filter(pk__in=ids).values_list("pk", flat=True))
        for client_id in ids:
            erase(client_id, at=at)
        return len(ids)
    rows = free.model._base_manager.filter(pk__in=free.filter(pk__in=ids).values("pk"))
    if kind.emptied:
        return rows.update(**{kind.emptied: None})
    return rows.delete()[1].get(free.model._meta.label, 0)


def _leave_no_trace() -> None:
    # What SQLite removed stands in its log until that is folded into the file.
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
