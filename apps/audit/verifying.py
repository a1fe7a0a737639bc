"""Compare the log with its chain, and the chain with the anchor."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from pathlib import Path

from apps.audit import chain
from apps.audit.models import AuditCut, AuditEvent, AuditSeal
from apps.audit.sealing import LATEST_COMMIT, Head, anchors, head
from apps.audit.turning import Keys

STEP = 2000
UNSEALED_FOR = timedelta(minutes=5)


@dataclass(frozen=True)
class Finding:
    seq: int | None
    what: str
    # No damage: a newer key is there, and rotate_audit_key was not run.
    waits_for_a_turn: bool = False

    def __str__(self) -> str:
        return f"seq {self.seq}: {self.what}" if self.seq else self.what


def verify(*, at: datetime, anchor: Path | None) -> Iterator[Finding]:
    """Everything that is not as it was written."""
    cut = AuditCut.objects.order_by("-position").first()
    keys = Keys()
    yield from _cut(cut, keys)
    yield from _turns(keys)
    start = (cut.position, cut.mac) if cut else (0, chain.BEGINNING)
    last = head()
    yield from _links(start, last, keys)
    yield from _without_a_link(at)
    if anchor:
        yield from _anchored(anchor, start, last)


def _cut(cut: AuditCut | None, keys: Keys) -> Iterator[Finding]:
    if cut is None:
        return
    key = chain.named(keys.name_for_cut(cut.position))
    stamp = key and chain.stamp_of(key, cut.position, cut.mac, cut.last_at, cut.cut_at)
    if cut.stamp != stamp:
        yield Finding(
            None, f"the cut at position {cut.position} was not made by expire_audit"
        )


def _turns(keys: Keys) -> Iterator[Finding]:
    """Whoever knows an old key cannot make the chain anew with it, nor take a turn out."""
    for turn in keys.turns:
        key = chain.named(turn.key)
        stamp = key and chain.turn_of(
            key, turn.position, turn.mac, turn.cut_position, turn.turned_at
        )
        if turn.stamp != stamp:
            yield Finding(
                None,
                f"the turn to key {turn.key} at position {turn.position} was not made by"
                " rotate_audit_key, or its key is not in COMPANION_AUDIT_KEY",
            )
        stood = AuditSeal.objects.filter(position=turn.position).first()
        if stood is not None and not compare_digest(stood.mac, turn.mac):
            yield Finding(
                stood.seq, f"another one stood there when key {turn.key} took over"
            )
    newest = chain.name_of(chain.keys()[0])
    if newest != keys.current():
        yield Finding(
            None,
            f"key {newest} is the newest and has not taken over: run rotate_audit_key;"
            " if it had, the turn to it was taken out",
            waits_for_a_turn=True,
        )


def _links(start: tuple[int, str], last: Head | None, keys: Keys) -> Iterator[Finding]:
    expected, previous = start[0] + 1, start[1]
    young: deque[tuple[datetime, int]] = deque()
    highest_of_old = 0
    for seal, row in _pairs(last.position if last else 0):
        if seal.position < expected:
            yield Finding(seal.seq, f"its seal {seal.position} is before the beginning")
            continue
        if seal.position > expected:
            yield Finding(
                None,
                f"seals {expected} to {seal.position - 1} are gone, before seq {seal.seq}",
            )
        # A link is checked against the one that stands before it, not against what that
        # one should be: so a changed row is named alone, and not all rows behind it too.
        elif row is None:
            yield Finding(seal.seq, "it was deleted")
        else:
            yield from _link(seal, row, previous, keys.name_at(seal.position))
        while young and young[0][0] <= seal.sealed_at - LATEST_COMMIT:
            highest_of_old = max(highest_of_old, young.popleft()[1])
        if seal.seq < highest_of_old:
            yield Finding(
                seal.seq, "it was put in long after rows with a higher number"
            )
        young.append((seal.sealed_at, seal.seq))
        expected, previous = seal.position + 1, seal.mac


def _link(seal: AuditSeal, row: tuple, previous: str, name: str) -> Iterator[Finding]:
    key = chain.named(name)
    if seal.key not in (None, name):
        yield Finding(
            seal.seq, f"it was sealed with key {seal.key}, where key {name} seals"
        )
    elif key is None:
        yield Finding(seal.seq, f"key {name} is not in COMPANION_AUDIT_KEY")
    elif not compare_digest(
        seal.mac,
        chain.mac_of(
            key, previous, position=seal.position, sealed_at=seal.sealed_at, row=row
        ),
    ):
        yield Finding(
            seal.seq, "it, or the seal before it, was changed, put in or moved"
        )


def _pairs(last: int):
    """Each seal in the chain's order, with the values of its event or None."""
    done = None
    while True:
        seals = AuditSeal.objects.filter(position__lte=last).order_by("position")
        if done is not None:
            seals = seals.filter(position__gt=done)
        step = list(seals[:STEP])
        if not step:
            return
        events = AuditEvent.objects.filter(seq__in=[seal.seq for seal in step])
        rows = {row[0]: row for row in events.values_list(*chain.FIELDS)}
        for seal in step:
            yield seal, rows.get(seal.seq)
        done = step[-1].position


def _without_a_link(at: datetime) -> Iterator[Finding]:
    for seq, happened in (
        AuditEvent.objects.unsealed()
        .filter(at__lt=at - UNSEALED_FOR)
        .order_by("seq")
        .values_list("seq", "at")
        .iterator()
    ):
        yield Finding(
            seq, f"it is not sealed, though written {happened:%Y-%m-%d %H:%M} UTC"
        )


def _anchored(
    path: Path, start: tuple[int, str], last: Head | None
) -> Iterator[Finding]:
    if not path.exists():
        yield Finding(None, f"there is no anchor file {path}")
        return
    reached = last.position if last else start[0]
    for number, anchored in enumerate(anchors(path), 1):
        if anchored is None:
            yield Finding(None, f"line {number} of the anchor file cannot be read")
            continue
        if anchored.position < start[0]:
            continue
        moment = f"{anchored.at:%Y-%m-%d %H:%M} UTC"
        if anchored.position > reached:
            yield Finding(
                anchored.seq,
                f"the end is gone: it stood at position {anchored.position} at {moment}, "
                f"and the log ends at position {reached}",
            )
            continue
        if anchored.position == start[0]:
            mac = start[1]
        else:
            seal = AuditSeal.objects.filter(position=anchored.position).first()
            mac = seal.mac if seal else ""
        if not compare_digest(mac, anchored.mac):
            yield Finding(
                anchored.seq,
                f"at {moment} it stood at position {anchored.position}; now another does",
            )
