"""What changed between two versions, line by line and word by word. Pure."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

WORDS = re.compile(r"\s+|\S+")
# Lines less alike than this are told as one taken out and one added.
ALIKE = 0.4


class Mark(StrEnum):
    SAME = "SAME"
    ADDED = "ADDED"
    REMOVED = "REMOVED"
    CHANGED = "CHANGED"


@dataclass(frozen=True)
class Line:
    """One sentence of a section; ``step`` is the id of the item it says, if it has one."""

    text: str
    step: str = ""


@dataclass(frozen=True)
class Part:
    mark: Mark
    text: str


@dataclass(frozen=True)
class ChangedLine:
    mark: Mark
    parts: tuple[Part, ...]


def changed_lines(old: list[Line], new: list[Line]) -> list[ChangedLine]:
    """The lines that differ, in the order of ``new``, each where it now stands."""
    # An item keeps its id while its words change; lines without one are matched by text.
    before = SequenceMatcher(
        a=[line.step or line.text for line in old],
        b=[line.step or line.text for line in new],
        autojunk=False,
    )
    changed: list[ChangedLine] = []
    for op, a1, a2, b1, b2 in before.get_opcodes():
        if op == "equal":
            pairs = zip(old[a1:a2], new[b1:b2], strict=True)
            changed += [_reworded(a, b) for a, b in pairs if a.text != b.text]
        else:
            changed += _replaced(old[a1:a2], new[b1:b2])
    return changed


def _replaced(old: list[Line], new: list[Line]) -> list[ChangedLine]:
    told = []
    left = list(old)
    for line in new:
        twin = next((a for a in left if _alike(a, line)), None)
        if twin is None:
            told.append(_whole(Mark.ADDED, line))
            continue
        left.remove(twin)
        if twin.text != line.text:
            told.append(_reworded(twin, line))
    return [*(_whole(Mark.REMOVED, line) for line in left), *told]


def _alike(a: Line, b: Line) -> bool:
    if a.step or b.step:
        return a.step == b.step
    matcher = SequenceMatcher(
        a=WORDS.findall(a.text), b=WORDS.findall(b.text), autojunk=False
    )
    return matcher.ratio() > ALIKE


def _whole(mark: Mark, line: Line) -> ChangedLine:
    return ChangedLine(mark, (Part(mark, line.text),))


def _reworded(old: Line, new: Line) -> ChangedLine:
    a, b = WORDS.findall(old.text), WORDS.findall(new.text)
    parts = []
    for op, a1, a2, b1, b2 in SequenceMatcher(a=a, b=b, autojunk=False).get_opcodes():
        if op == "equal":
            parts.append(Part(Mark.SAME, "".join(a[a1:a2])))
            continue
        if a2 > a1:
            parts.append(Part(Mark.REMOVED, "".join(a[a1:a2])))
        if b2 > b1:
            parts.append(Part(Mark.ADDED, "".join(b[b1:b2])))
    return ChangedLine(Mark.CHANGED, tuple(parts))
