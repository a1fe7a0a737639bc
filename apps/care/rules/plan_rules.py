"""The plan as rules: what is still to do together, sentences, changes, and clean content."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.care import vocabulary
from apps.care.rules.plan_sections import (
    FIRST_HOUR,
    SECTION,
    SECTIONS,
    Field,
    FieldKind,
    Section,
    Words,
)
from apps.care.rules.wording import Text

__all__ = [
    "FIRST_HOUR",
    "NALOXONE_SUBSTANCES",
    "SECTION",
    "SECTIONS",
    "Field",
    "FieldKind",
    "Gap",
    "PlanGapFacts",
    "PlanProblem",
    "Section",
    "changed_sections",
    "clean_section",
    "gaps",
    "if_then_sentence",
]

Content = Mapping[str, Any]

# Where naloxone belongs at hand: opioids, and what fentanyl turns up in.
NALOXONE_SUBSTANCES = frozenset({"opioid", "cocaine", "stimulant", "benzodiazepine"})
PINS = 3
QUICK_SECONDS = 120
# Skills that lead to a person.
WITH_A_PERSON = "cop.con."

IF_THEN = Text("If {when}, then I will {then}", "Si {when}, entonces voy a {then}")
CODE_PREFIX = {
    "triggers": "trg.",
    "warning_signs": "wrn.",
    "skills": "cop.",
    "protective": "prt.",
}


class PlanProblem(Exception):
    """Content that does not fit its section, with words for the person who wrote it."""

    def __init__(self, section: str, field: str, words: Words):
        super().__init__(f"{section}.{field}")
        self.section = section
        self.field = field
        self.words = words


@dataclass(frozen=True)
class PlanGapFacts:
    """What is known beside the plan's own words."""

    people: int = 0
    has_medication: bool = False
    opioids_near: bool = False


@dataclass(frozen=True)
class Gap:
    """Something still to do together. It never keeps a plan from being sent."""

    section: str
    words: Words


def gaps(content: Content, facts: PlanGapFacts) -> list[Gap]:
    """What a whole plan has and this one has not yet, in the order of its sections."""
    return [
        Gap(key, words)
        for section in SECTIONS
        if (key := section.key) in _GAPS
        for words in _GAPS[key](content.get(key) or {}, facts)
    ]


def if_then_sentence(
    item: Mapping[str, str], language: str, own: Mapping[str, str] | None = None
) -> str:
    """The sentence of one step: "If it's payday, then I will call someone safe."

    ``own`` are the labels of the client's own triggers, signs and skills.
    """
    sentence = IF_THEN.filled(
        language,
        when=vocabulary.clause(item["when_code"], language, own),
        then=vocabulary.clause(item["then_code"], language, own),
    )
    if where := item.get("where"):
        sentence += f" ({where.rstrip('.')})"
    if words := item.get("words"):
        sentence += f": {words.rstrip('.')}"
    return f"{sentence}."


def changed_sections(old: Content, new: Content) -> list[str]:
    """Keys of the sections that say something else, in their order."""
    return [
        section.key
        for section in SECTIONS
        if _said(old.get(section.key)) != _said(new.get(section.key))
    ]


def _said(value: Any) -> Any:
    """What is left when everything empty is taken out: a blank field says nothing."""
    if isinstance(value, Mapping):
        said = {key: _said(inner) for key, inner in value.items()}
        return {key: inner for key, inner in said.items() if inner} or None
    if isinstance(value, list):
        return [_said(inner) for inner in value] or None
    return value or None


# What is missing.


def _count(content: Content, key: str = "items") -> int:
    return len(content.get(key) or ())


def _why(content: Content, _facts: PlanGapFacts) -> list[Words]:
    return [] if _count(content, "lines") else [_("One reason that matters to you.")]


def _goal(content: Content, _facts: PlanGapFacts) -> list[Words]:
    if content.get("choice"):
        return []
    return [_("A goal. “Still deciding” is one too.")]


def _triggers(content: Content, _facts: PlanGapFacts) -> list[Words]:
    return [] if _count(content) >= 3 else [_("Three things that set you off.")]


def _signs(content: Content, _facts: PlanGapFacts) -> list[Words]:
    return [] if _count(content) >= 2 else [_("Two early signs.")]


def _if_then(content: Content, _facts: PlanGapFacts) -> list[Words]:
    return [] if _count(content) >= 2 else [_("Two if–then steps.")]


def _kit(content: Content, _facts: PlanGapFacts) -> list[Words]:
    codes = [item["code"] for item in content.get("items") or ()]
    if len(codes) < 3:
        return [_("Three skills for your kit.")]
    missing: list[Words] = []
    # How long an own skill takes, and with whom, only the client knows.
    if not any(_is_own(code) or _is_quick(code) for code in codes):
        missing.append(_("One skill that takes two minutes or less."))
    if not any(_is_own(code) or code.startswith(WITH_A_PERSON) for code in codes):
        missing.append(_("One skill with a person in it."))
    return missing


def _is_own(code: str) -> bool:
    return vocabulary.is_added(code)


def _is_quick(code: str) -> bool:
    return vocabulary.get(code).seconds <= QUICK_SECONDS


def _people(content: Content, facts: PlanGapFacts) -> list[Words]:
    if facts.people:
        return []
    if content.get("none_yet"):
        return [_("Somebody to call: your counselor looks for one with you.")]
    return [_("One person you can call.")]


def _good_things(content: Content, _facts: PlanGapFacts) -> list[Words]:
    return [] if _count(content) >= 2 else [_("Two good things to do instead.")]


def _medicine(content: Content, facts: PlanGapFacts) -> list[Words]:
    if not facts.has_medication or content.get("prescriber"):
        return []
    return [_("Who prescribes your medicine, or “ask me”.")]


def _space(content: Content, facts: PlanGapFacts) -> list[Words]:
    if not facts.opioids_near or content.get("naloxone"):
        return []
    return [_("Whether naloxone is at hand.")]


def _slip(content: Content, _facts: PlanGapFacts) -> list[Words]:
    return [] if _count(content, "lines") >= 2 else [_("Two steps for the first hour.")]


def _emergency(content: Content, _facts: PlanGapFacts) -> list[Words]:
    return [] if content.get("opened") else [_("A first look at the emergency card.")]


_GAPS: dict[str, Callable[[Content, PlanGapFacts], Sequence[Words]]] = {
    "why": _why,
    "goal": _goal,
    "triggers": _triggers,
    "signs": _signs,
    "if_then": _if_then,
    "kit": _kit,
    "people": _people,
    "good_things": _good_things,
    "medicine": _medicine,
    "space": _space,
    "slip": _slip,
    "emergency": _emergency,
}


# Clean content.


def clean_section(key: str, raw: Content) -> dict[str, Any]:
    """The content of a section as it is kept: trimmed, without blanks and strangers.

    :raises PlanProblem: when something does not fit; the words say what would.
    """
    content = _clean_fields(key, SECTION[key].fields, raw)
    if key == "kit" and sum(item["pinned"] for item in content["items"]) > PINS:
        raise PlanProblem(key, "pinned", _("Pin up to three skills."))
    return content


def _clean_fields(
    section: str, fields: Sequence[Field], raw: Content
) -> dict[str, Any]:
    clean: dict[str, Any] = {}
    for field in fields:
        value = _CLEAN[field.kind](section, field, raw.get(field.key))
        clean[field.key] = value
        if field.kind == FieldKind.CODE and _is_own(value):
            clean[field.label_key] = _clean_text(
                section, field, raw.get(field.label_key)
            )
    return clean


def _clean_text(section: str, field: Field, value: Any) -> str:
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if len(text) > field.max_length:
        words = _("Keep it to %(most)s letters or fewer.") % {"most": field.max_length}
        raise PlanProblem(section, field.key, words)
    return text


def _clean_lines(section: str, field: Field, value: Any) -> list[str]:
    lines = value if isinstance(value, list | tuple) else []
    clean = [text for line in lines if (text := _clean_text(section, field, line))]
    _check_number(section, field, clean)
    return clean


def _clean_items(section: str, field: Field, value: Any) -> list[dict[str, Any]]:
    items = value if isinstance(value, list | tuple) else []
    clean: list[dict[str, Any]] = []
    seen = set()
    for item in items:
        if not isinstance(item, Mapping) or not isinstance(item.get("id"), str):
            raise PlanProblem(section, field.key, _("Choose from the list."))
        entry = {"id": item["id"][:40], **_clean_fields(section, field.fields, item)}
        # The same chip tapped twice is one chip.
        twin = entry.get("code", entry["id"])
        if twin not in seen:
            seen.add(twin)
            clean.append(entry)
    _check_number(section, field, clean)
    return clean


def _check_number(section: str, field: Field, values: Sequence[Any]) -> None:
    if len(values) > field.max_items:
        words = _("Up to %(most)s fit here.") % {"most": field.max_items}
        raise PlanProblem(section, field.key, words)


def _clean_code(section: str, field: Field, value: Any) -> str:
    prefixes = tuple(CODE_PREFIX[name] for name in field.vocabulary)
    if (
        not isinstance(value, str)
        or not value.startswith(prefixes)
        or not vocabulary.is_known(value)
        or value == vocabulary.NOTHING_YET
    ):
        raise PlanProblem(section, field.key, _("Choose from the list."))
    return value


def _clean_choice(section: str, field: Field, value: Any) -> str:
    if not value:
        return ""
    if value not in {choice for choice, _label in field.choices}:
        raise PlanProblem(section, field.key, _("Choose one of the answers."))
    return str(value)


def _clean_number(section: str, field: Field, value: Any) -> int | None:
    if value in (None, ""):
        return None
    number = int(value) if isinstance(value, str) and value.isdecimal() else value
    if type(number) is not int or not 1 <= number <= field.highest:
        words = _("Choose from 1 to %(highest)s.") % {"highest": field.highest}
        raise PlanProblem(section, field.key, words)
    return number


def _clean_flag(_section: str, _field: Field, value: Any) -> bool:
    return value in (True, "1", "on", "true")


_CLEAN: dict[FieldKind, Callable[[str, Field, Any], Any]] = {
    FieldKind.LINES: _clean_lines,
    FieldKind.ITEMS: _clean_items,
    FieldKind.CODE: _clean_code,
    FieldKind.CHOICE: _clean_choice,
    FieldKind.TEXT: _clean_text,
    FieldKind.NUMBER: _clean_number,
    FieldKind.FLAG: _clean_flag,
}
