"""Which check-ins ask for a reader of their own, and may not be put away with others."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

STRONG = 8


class Alone(StrEnum):
    """Why, the gravest first."""

    SAFETY = "SAFETY"
    USE = "USE"
    CRAVING = "CRAVING"
    HARD = "HARD"
    CALL = "CALL"
    NOTE = "NOTE"


def why_alone(said: Iterable[Mapping[str, Any]]) -> Alone | None:
    """``said`` is everything sent about one day: what was corrected later was said too."""
    found = {why for answers in said for why in _reasons(answers)}
    return next((why for why in Alone if why in found), None)


def _reasons(answers: Mapping[str, Any]) -> list[Alone]:
    reasons = {
        Alone.SAFETY: answers.get("feels_safe") in ("no", "not_sure")
        or bool(answers.get("unsafe_because")),
        Alone.USE: answers.get("use_reported") == "yes",
        Alone.CRAVING: (answers.get("craving_peak") or 0) >= STRONG,
        Alone.HARD: answers.get("one_tap") == "HARD",
        Alone.CALL: answers.get("contact_request") == "today",
        Alone.NOTE: bool(answers.get("note")),
    }
    return [why for why, is_so in reasons.items() if is_so]
