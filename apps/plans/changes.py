"""What changed between two versions, line by line and word by word. Pure."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

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
    """Some words; a space stands between one part and the next."""

    mark: Mark
    text: str


@dataclass(frozen=True)
class ChangedLine:
    mark: Mark
    parts: tuple[Part, ...]


def changed_lines(old: list[Line], new: list[Line]) -> list[ChangedLine]:
    """What was taken out, then the lines that are new or say something else, in order."""
    left = list(old)
    twins: dict[int, Line] = {}
    # What is the same finds its twin first, wherever it stood; then what is much alike.
    for is_twin in (_is_same, _is_alike):
        for place, line in enumerate(new):
            twin = next((a for a in left if is_twin(a, line)), None)
            if twin is not None and place not in twins:
                twins[place] = twin
                left.remove(twin)
    told = [_whole(Mark.REMOVED, line) for line in left]
    for place, line in enumerate(new):
        if place not in twins:
            told.append(_whole(Mark.ADDED, line))
        elif twins[place].text != line.text:
            told.append(_reworded(twins[place], line))
    return told


def _is_same(a: Line, b: Line) -> bool:
    return a.step == b.step and (bool(a.step) or a.text == b.text)


def _is_alike(a: Line, b: Line) -> bool:
    if a.step or b.step:
        return False
    return _matcher(a, b).ratio() > ALIKE


def _matcher(a: Line, b: Line) -> SequenceMatcher:
    return SequenceMatcher(a=a.text.split(), b=b.text.split(), autojunk=False)


def _whole(mark: Mark, line: Line) -> ChangedLine:
    return ChangedLine(mark, (Part(mark, line.text),))


def _reworded(old: Line, new: Line) -> ChangedLine:
    matcher = _matcher(old, new)
    parts = []
    for op, a1, a2, b1, b2 in matcher.get_opcodes():
        if op == "equal":
            parts.append(Part(Mark.SAME, " ".join(matcher.a[a1:a2])))
            continue
        if a2 > a1:
            parts.append(Part(Mark.REMOVED, " ".join(matcher.a[a1:a2])))
        if b2 > b1:
            parts.append(Part(Mark.ADDED, " ".join(matcher.b[b1:b2])))
    return ChangedLine(Mark.CHANGED, tuple(parts))
