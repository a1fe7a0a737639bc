"""Chain what was committed, and carry the head of the chain to another disk."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from apps.audit import chain, turning
from apps.audit.actors import Actor
from apps.audit.models import AuditCut, AuditEvent, AuditSeal, AuditTurn

BATCH = 1000
# So that after a long rest the rest of a tick gets its turn too.
MOST_BATCHES = 50
# No transaction of ours is open for so long: what is older is looked for once an hour.
LATEST_COMMIT = timedelta(hours=1)
ANCHOR_EVERY = timedelta(hours=1)
LOCK = 0x61756469


@dataclass(frozen=True)
class Head:
    """The last link there is: of the chain, or as an anchor remembers it."""

    position: int
    seq: int
    mac: str
    at: datetime


def head() -> Head | None:
    last = AuditSeal.objects.order_by("-position").first()
    if last is None:
        return None
    return Head(last.position, last.seq, last.mac, last.sealed_at)


def seal_due(*, at: datetime) -> int:
    """Seal what was committed since; how many that were."""
    done = 0
    for _ in range(MOST_BATCHES):
        sealed = seal_batch(at=at)
        done += sealed
        if sealed < BATCH:
            break
    anchor_due(at=at)
    return done


@transaction.atomic
def seal_batch(*, at: datetime) -> int:
    _hold_the_chain()
    last = head()
    due = AuditEvent.objects.unsealed().order_by("seq")
    recent = due if last is None else due.filter(seq__gt=_surely_sealed(at))
    rows = list(recent.values_list(*chain.FIELDS)[:BATCH])
    if rows and last is not None and _hour(last.at) != _hour(at):
        # Numbers are given out before the commit. Whatever came later than anybody would
        # think is still sealed, though only once an hour: this reads the whole log.
        rows = list(due.values_list(*chain.FIELDS)[:BATCH])
    position, mac = _stands(last)
    # One that another process turned away from is not used again: see turning.NoKey.
    key = turning.current_key() if rows else b""
    seals = []
    for row in rows:
        position += 1
        mac = chain.mac_of(key, mac, position=position, sealed_at=at, row=row)
        seals.append(
            AuditSeal(
                position=position,
                seq=row[0],
                sealed_at=at,
                mac=mac,
                key=chain.name_of(key),
            )
        )
    AuditSeal.objects.bulk_create(seals)
    return len(seals)


def _stands(last: Head | None) -> tuple[int, str]:
    return _beginning() if last is None else (last.position, last.mac)


def turn_key(*, at: datetime, by: Actor) -> AuditTurn | None:
    """Seal what is due with the old key, and from there on with the newest one.

    :raises turning.NoKey: the old key is not there.
    :raises turning.UsedBefore: the newest one sealed an earlier part.
    """
    # By itself: an anchor of what is then taken back would look like a loss.
    seal_due(at=at)
    return _turn(at=at, by=by)


@transaction.atomic
def _turn(*, at: datetime, by: Actor) -> AuditTurn | None:
    _hold_the_chain()
    position, mac = _stands(head())
    return turning.turn(position=position, mac=mac, at=at, by=by)


def _hold_the_chain() -> None:
    """One sealer at a time. On SQLite a transaction of ours holds the whole database."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _surely_sealed(at: datetime) -> int:
    """A number at or below which nothing is open any more."""
    old = AuditSeal.objects.filter(sealed_at__lt=at - LATEST_COMMIT)
    newest = old.order_by("-sealed_at", "-position").first()
    return newest.seq if newest else 0


def _beginning() -> tuple[int, str]:
    cut = AuditCut.objects.order_by("-position").first()
    return (cut.position, cut.mac) if cut else (0, chain.BEGINNING)


def _hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def anchor_due(*, at: datetime) -> bool:
    """Once an hour, write where the chain stands to a file that the database cannot reach.

    :raises OSError: when the file cannot be written.
    """
    if not settings.AUDIT_ANCHOR:
        return False
    newest = head()
    if newest is None:
        return False
    anchored = last_anchor(Path(settings.AUDIT_ANCHOR))
    if anchored and (
        anchored.at > at - ANCHOR_EVERY or anchored.position == newest.position
    ):
        return False
    line = json.dumps(
        {
            "position": newest.position,
            "seq": newest.seq,
            "mac": newest.mac,
            "at": at.astimezone(UTC).isoformat(),
        }
    )
    with Path(settings.AUDIT_ANCHOR).open("a") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())
    return True


def last_anchor(path: Path) -> Head | None:
    last = None
    for anchored in anchors(path):
        last = anchored or last
    return last


def anchors(path: Path) -> Iterator[Head | None]:
    """Each line of the file; None for one that cannot be read."""
    if not path.exists():
        return
    with path.open() as file:
        for line in file:
            try:
                found = json.loads(line)
                yield Head(
                    int(found["position"]),
                    int(found["seq"]),
                    str(found["mac"]),
                    datetime.fromisoformat(found["at"]),
                )
            except (ValueError, KeyError, TypeError):
                yield None
