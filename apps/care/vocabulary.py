"""The common list of triggers, skills, signs and good things, with stable codes.

Codes are never changed or used again; labels may be. What a client adds is a row of
theirs (``trg.own.3``), what a program adds one of its house (``trg.prg.7``); both reach
these functions as ``own``: code to label. What a program offers is an ``Offer``.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from apps.care.rules.wording import Text

SOURCE = Path(__file__).parent / "data" / "vocab.json"
OWN_CODE = re.compile(r"(trg|cop|wrn|prt)\.own\.[0-9]{1,4}")
PROGRAM_CODE = re.compile(r"(trg|cop|wrn|prt)\.prg\.[0-9]{1,6}")
NOTHING_YET = "cop.none_yet"
# Ways out of a question: without them somebody would have to say what is not so.
ALWAYS_OFFERED = frozenset({"trg.none", "trg.other", NOTHING_YET})
PREFIXES = {"TRIGGER": "trg", "COPING": "cop", "WARNING": "wrn", "PROTECTIVE": "prt"}

COMES_UP = Text("{words} comes up", "llega «{words}»")

Own = Mapping[str, str]


@dataclass(frozen=True)
class Item:
    code: str
    # TRIGGER, COPING, WARNING or PROTECTIVE
    kind: str
    group: str
    text: Text
    # Hungry, angry, lonely, tired.
    halt: bool = False
    # How long a skill usually takes.
    seconds: int = 0
    # The label as a clause: "it's payday", "call someone safe".
    as_said: Text | None = None

    def label(self, language: str) -> str:
        return self.text.in_language(language)

    def clause(self, language: str) -> str:
        """The item inside an if-then sentence."""
        if self.as_said is None:
            return as_clause(self.label(language))
        return self.as_said.in_language(language)


def as_clause(label: str) -> str:
    """A label as it stands inside a sentence, whoever wrote it."""
    label = label.strip().rstrip(".")
    # "I" and names in capitals keep their first letter.
    if label[:2].isupper() or label.split(" ")[0] in ("I", "I'm", "I'll", "I've"):
        return label
    return label[:1].lower() + label[1:]


@cache
def _lists() -> dict[str, tuple[Item, ...]]:
    source = json.loads(SOURCE.read_text(encoding="utf-8"))
    return {
        kind: tuple(_item(kind, row) for row in source[name])
        for kind, name in (
            ("TRIGGER", "triggers"),
            ("COPING", "coping"),
            ("WARNING", "warning_signs"),
            ("PROTECTIVE", "protective"),
        )
    }


def _item(kind: str, row: dict) -> Item:
    clauses = [
        Text(row[f"{p}_en"], row[f"{p}_es"]) for p in ("if", "do") if f"{p}_en" in row
    ]
    return Item(
        code=row["code"],
        kind=kind,
        group=row.get("group") or row["family"],
        text=Text(row["en"], row["es"]),
        halt=row.get("halt", False),
        seconds=row.get("seconds", 0),
        as_said=clauses[0] if clauses else None,
    )


@cache
def _by_code() -> dict[str, Item]:
    return {item.code: item for items in _lists().values() for item in items}


def triggers() -> tuple[Item, ...]:
    return _lists()["TRIGGER"]


def coping() -> tuple[Item, ...]:
    return _lists()["COPING"]


def warning_signs() -> tuple[Item, ...]:
    return _lists()["WARNING"]


def protective() -> tuple[Item, ...]:
    return _lists()["PROTECTIVE"]


def skills() -> tuple[Item, ...]:
    """What can be done, without "nothing yet"."""
    return tuple(item for item in coping() if item.code != NOTHING_YET)


def chips(name: str) -> tuple[Item, ...]:
    """A list by the name that questions and plan sections call it."""
    return {
        "triggers": triggers,
        "coping": coping,
        "skills": skills,
        "warning_signs": warning_signs,
        "protective": protective,
    }[name]()


@dataclass(frozen=True)
class Offer:
    """What a program offers: the common list without what it hid, and its own beside it."""

    hidden: frozenset[str] = frozenset()
    added: tuple[Item, ...] = ()

    def chips(self, name: str) -> tuple[Item, ...]:
        """As ``chips``; the program's own stand at the end of their group."""
        common = [
            item
            for item in chips(name)
            if item.code not in self.hidden or item.code in ALWAYS_OFFERED
        ]
        prefix = PREFIXES[KINDS[name]] + "."
        for item in self.added:
            if item.code.startswith(prefix):
                common.insert(_behind_its_group(item, common), item)
        return tuple(common)

    def codes(self, name: str) -> set[str]:
        return {item.code for item in self.chips(name)}


EVERYTHING = Offer()
KINDS = {
    "triggers": "TRIGGER",
    "coping": "COPING",
    "skills": "COPING",
    "warning_signs": "WARNING",
    "protective": "PROTECTIVE",
}


def _behind_its_group(item: Item, items: Sequence[Item]) -> int:
    places = [place for place, other in enumerate(items) if other.group == item.group]
    return places[-1] + 1 if places else len(items)


def groups_of(kind: str) -> tuple[str, ...]:
    """The groups of one kind, in their order."""
    return tuple(dict.fromkeys(item.group for item in _lists()[kind]))


class Spoken(Mapping[str, str]):
    """Own words by code. Those of programs are read when the first of them is asked for."""

    def __init__(self, own: Own, read: Callable[[], Own]):
        self._own, self._read = own, read
        self._added: Own | None = None

    def __getitem__(self, code: str) -> str:
        if PROGRAM_CODE.fullmatch(code) is None or code in self._own:
            return self._own[code]
        if self._added is None:
            self._added = self._read()
        return self._added[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._own)

    def __len__(self) -> int:
        return len(self._own)

    def __bool__(self) -> bool:
        # There may be words in it that were not read yet.
        return True


def get(code: str) -> Item:
    """:raises KeyError: if no such code was ever in the list."""
    return _by_code()[code]


def is_known(code: str) -> bool:
    """Whether this is a code of the list, or shaped like one that was added to it."""
    return code in _by_code() or is_added(code)


def is_added(code: str) -> bool:
    """Whether this is shaped like the code of a client's or a program's own words."""
    return bool(OWN_CODE.fullmatch(code) or PROGRAM_CODE.fullmatch(code))


def label(code: str, language: str, own: Own | None = None) -> str:
    """What people call it. A code whose words are gone shows as itself."""
    if own and code in own:
        return own[code]
    item = _by_code().get(code)
    return item.label(language) if item else code


def clause(code: str, language: str, own: Own | None = None) -> str:
    """The item inside an if-then sentence."""
    if own and code in own:
        return own_clause(code, own[code], language)
    item = _by_code().get(code)
    return item.clause(language) if item else code


def own_clause(code: str, words: str, language: str) -> str:
    """Own words inside an if-then sentence: a skill is done, anything else comes up."""
    if code.startswith("cop."):
        return as_clause(words)
    return COMES_UP.filled(language, words=words.strip().rstrip("."))


def ordered(items: Iterable[Item], most_used: Sequence[str]) -> list[Item]:
    """The client's own use first, then the order of the list. Never the alphabet."""
    place = {code: index for index, code in enumerate(most_used)}
    return sorted(items, key=lambda item: place.get(item.code, len(place)))


HALT = tuple(item.code for item in triggers() if item.halt)
