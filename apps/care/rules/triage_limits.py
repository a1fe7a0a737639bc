"""The numbers of the rules that a program may choose, with how far each may move.

What keeps people safe has no number here: R01, R02, R03, R04, R21 and R22 speak up for
everybody in the same way.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

OFF = "off"


@dataclass(frozen=True)
class Range:
    """How far a number may move. ``rule`` is the one it is shown with."""

    rule: str
    least: int
    most: int

    def holds(self, value: object) -> bool:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return is_number and self.least <= value <= self.most  # type: ignore[operator]


# A lower number speaks up sooner, but for low confidence, where a higher one does. R06 keeps
# still below four answers, whatever else.
RANGES = {
    "craving_high": Range("R05", 5, 9),
    "craving_jump": Range("R06", 2, 6),
    "usual_needs": Range("R06", 4, 7),
    "craving_rise": Range("R07", 2, 6),
    "craving_floor": Range("R07", 1, 7),
    "confidence_low": Range("R08", 1, 5),
    "confidence_drop": Range("R08", 2, 6),
    "mood_days": Range("R09", 2, 5),
    "medicine_days": Range("R10", 1, 3),
    "silent_days": Range("R11", 2, 7),
    "logs_a_day": Range("R18", 2, 6),
}
# These wait for a day or two of work anyway; a program may do without them. An own sign that
# somebody tapped, strong craving and missed medicine are heard everywhere.
MAY_BE_OFF = ("R06", "R07", "R08", "R09", "R11")
TUNED = tuple(sorted({each.rule for each in RANGES.values()}))


class OutOfRange(Exception):
    """A number beyond what it may be, or a rule that stays on. ``name`` says which."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True)
class Limits:
    """What each rule looks for. The defaults are those of the clinical specification."""

    craving_high: int = 8
    craving_jump: int = 3
    usual_needs: int = 4
    craving_rise: int = 2
    # Below it neither a jump nor a rise is worth a word.
    craving_floor: int = 4
    confidence_low: int = 3
    confidence_drop: int = 3
    # Of the last five answers.
    mood_days: int = 3
    # Of three.
    medicine_days: int = 2
    silent_days: int = 3
    # Hard moments within 24 hours.
    logs_a_day: int = 3
    # Rules that keep still.
    off: frozenset[str] = frozenset()

    @classmethod
    def of(cls, stored: Mapping[str, Any] | None) -> "Limits":
        """What a program has stored, over the defaults.

        Read with every answer: a number that cannot be is as if it was never stored, so that
        no answer is lost over it.
        """
        stored = stored or {}
        own = {
            name: stored[name]
            for name, allowed in RANGES.items()
            if allowed.holds(stored.get(name))
        }
        off = frozenset(stored.get(OFF) or ()) & frozenset(MAY_BE_OFF)
        return replace(cls(), **own, off=off)

    @classmethod
    def checked(cls, chosen: Mapping[str, Any]) -> "Limits":
        """What somebody chose.

        :raises OutOfRange: for a number that may not be, or a rule that may not be off.
        """
        for name, value in chosen.items():
            if name != OFF and not (name in RANGES and RANGES[name].holds(value)):
                raise OutOfRange(name)
        for rule in sorted(chosen.get(OFF) or ()):
            if rule not in MAY_BE_OFF:
                raise OutOfRange(rule)
        return cls.of(chosen)

    @property
    def overrides(self) -> dict[str, Any]:
        """What differs from the defaults, as it is stored."""
        usual, own = asdict(Limits()), asdict(self)
        changed = {name: own[name] for name in RANGES if own[name] != usual[name]}
        return changed | ({OFF: sorted(self.off)} if self.off else {})

    def used(self, *names: str) -> dict[str, Any]:
        """For the evidence: the numbers that held when the rule spoke up."""
        return {"limits": {name: getattr(self, name) for name in names}}


USUAL = Limits()
