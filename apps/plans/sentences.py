"""The plan as sentences a person would say: for reading, and for telling what changed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.care import vocabulary
from apps.care.rules.plan_rules import SECTION, Field, FieldKind, if_then_sentence
from apps.plans.changes import Line

Content = Mapping[str, Any]

STRENGTHS = (
    (1, gettext_lazy("A little")),
    (2, gettext_lazy("Strong")),
    (3, gettext_lazy("Very strong")),
)


def own_labels(content: Content) -> dict[str, str]:
    """Code to label of the client's own words, as the plan itself keeps them."""
    own = {}
    for section in SECTION.values():
        if section.items is None:
            continue
        codes = [f for f in section.items.fields if f.kind == FieldKind.CODE]
        for item in content.get(section.key, {}).get("items", []):
            for field in codes:
                if label := item.get(field.label_key):
                    own[item[field.key]] = label
    return own


def lines_of(
    section: str, content: Content, language: str, own: Mapping[str, str]
) -> list[Line]:
    """What a section says, a sentence a line; nothing for what is empty."""
    said = content.get(section, {})
    if section == "if_then":
        return [
            Line(if_then_sentence(item, language, own), item["id"])
            for item in said.get("items", [])
        ]
    if section == "week":
        return _week(said, content, language, own)
    if section == "goal":
        return _goal(said)
    if section == "emergency":
        return []
    return list(_lines(section, said, language, own))


def _lines(section, said, language, own) -> Iterator[Line]:
    for field in SECTION[section].fields:
        value = said.get(field.key)
        if not value:
            continue
        if field.kind == FieldKind.LINES:
            yield from (Line(text) for text in value)
        elif field.kind == FieldKind.ITEMS:
            yield from (_item(field, item, language, own) for item in value)
        elif field.kind == FieldKind.FLAG:
            yield Line(str(field.label))
        else:
            yield Line(f"{field.label}: {_value(field, value)}")


def _item(field: Field, item: Content, language, own) -> Line:
    said = []
    for part in field.fields:
        value = item.get(part.key)
        if not value:
            continue
        if part.kind == FieldKind.CODE:
            said.append(vocabulary.label(value, language, own))
        else:
            said.append(_value(part, value))
    return Line(" · ".join(said), item["id"])


def _value(field: Field, value: Any) -> str:
    if field.kind == FieldKind.FLAG:
        return str(field.label).lower()
    if field.kind == FieldKind.NUMBER:
        return str(dict(STRENGTHS)[value]).lower()
    if field.kind == FieldKind.CHOICE:
        return str(dict(field.choices)[value])
    return str(value)


def _goal(said: Content) -> list[Line]:
    choices = dict(SECTION["goal"].fields[0].choices)
    lines = []
    if choice := said.get("choice"):
        which = said.get("which")
        text = str(choices[choice])
        lines.append(Line(f"{text}: {which}" if which else text))
    if words := said.get("words"):
        lines.append(Line(words))
    return lines


def _week(said, content, language, own) -> list[Line]:
    steps = {step["id"]: step for step in content.get("if_then", {}).get("items", [])}
    lines = []
    for item in said.get("items", []):
        step = steps.get(item["if_then_id"])
        text = item["moment"]
        if step:
            text = _("%(moment)s: %(step)s") % {
                "moment": text,
                "step": if_then_sentence(step, language, own),
            }
        lines.append(Line(text, item["id"]))
    return lines


def in_order(items: Sequence[Content], codes: Sequence[str]) -> list[Content]:
    """Items as the client put them; what has no place yet comes last."""
    place = {code: position for position, code in enumerate(codes)}
    return sorted(items, key=lambda item: place.get(item["code"], len(place)))
