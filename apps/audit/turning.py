"""Which key seals which part of the chain, and going over to a new one."""

from datetime import datetime

from django.db import transaction

from apps.audit import chain
from apps.audit.actors import Actor
from apps.audit.models import AuditCut, AuditTurn
from apps.audit.services import record


class NoKey(Exception):
    """The key in force is not among ours: nothing is sealed rather than with another."""


class UsedBefore(Exception):
    """This key sealed an earlier part: somebody may know it."""


class Keys:
    """The turns as they stand, read once."""

    def __init__(self) -> None:
        self.turns = list(AuditTurn.objects.order_by("position"))

    def _before_all(self) -> str:
        """Before the first turn it was the oldest that we have."""
        return chain.name_of(chain.keys()[-1])

    def name_at(self, position: int) -> str:
        """What a link at this position is sealed with."""
        return self._last(turn.key for turn in self.turns if turn.position < position)

    def name_for_cut(self, position: int) -> str:
        return self._last(
            turn.key for turn in self.turns if turn.cut_position < position
        )

    def current(self) -> str:
        return self._last(turn.key for turn in self.turns)

    def _last(self, names) -> str:
        return next(iter(reversed(list(names))), None) or self._before_all()


def current_key() -> bytes:
    """:raises NoKey: as it says."""
    name = Keys().current()
    key = chain.named(name)
    if key is None:
        raise NoKey(name)
    return key


def is_due() -> bool:
    """``COMPANION_AUDIT_KEY`` names a newer key than the one that seals."""
    return chain.name_of(chain.keys()[0]) != Keys().current()


@transaction.atomic
def turn(*, position: int, mac: str, at: datetime, by: Actor) -> AuditTurn | None:
    """The newest key seals from here on. None when it does already.

    The caller holds the chain, so nobody seals meanwhile.

    :raises UsedBefore: as it says.
    """
    if not is_due():
        return None
    found, key = Keys(), chain.keys()[0]
    name = chain.name_of(key)
    if name in {one.key for one in found.turns}:
        raise UsedBefore(name)
    cut = AuditCut.objects.order_by("-position").first()
    cut_position = cut.position if cut else 0
    made = AuditTurn.objects.create(
        position=position,
        mac=mac,
        key=name,
        cut_position=cut_position,
        turned_at=at,
        stamp=chain.turn_of(key, position, mac, cut_position, at),
    )
    record(action="audit.key_turned", at=at, by=by, reason=name)
    return made
