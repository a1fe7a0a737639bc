"""How each skill of the vocabulary is done, in a few short sentences on one screen.

A clinical lead approves every change. Nothing here says how much of a medicine to take.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from apps.care import vocabulary
from apps.care.rules.wording import Text

SOURCE = Path(__file__).parent / "data" / "how_to.json"
MOST_WORDS = 60


@dataclass(frozen=True)
class HowTo:
    code: str
    label: str
    steps: tuple[str, ...]


@cache
def _written() -> dict[str, tuple[Text, ...]]:
    source = json.loads(SOURCE.read_text(encoding="utf-8"))
    return {
        code: tuple(Text(row["en"], row["es"]) for row in rows)
        for code, rows in source.items()
    }


def how_to(code: str, language: str) -> HowTo | None:
    """None for a client's own words, and for a code that is no skill."""
    said = _written().get(code)
    if said is None:
        return None
    return HowTo(
        code=code,
        label=vocabulary.label(code, language),
        steps=tuple(step.in_language(language) for step in said),
    )


def every_how_to(language: str) -> list[HowTo]:
    """In the order of the vocabulary."""
    found = (how_to(item.code, language) for item in vocabulary.skills())
    return [each for each in found if each is not None]
