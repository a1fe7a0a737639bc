"""A client's own words: numbered once, kept for good, offered first in the check-in."""

import uuid
from collections.abc import Sequence

from apps.care import vocabulary
from apps.care.models import Client, OwnItem
from apps.care.services.own_words import name_own_word, own_words_of
from apps.care.services.vocabulary import program_labels
from apps.plans.sentences import in_order

Kind = OwnItem.Kind
# Where an item of a section keeps a code and, for own words, the label.
SLOTS: dict[str, tuple[tuple[str, str, OwnItem.Kind], ...]] = {
    "triggers": (("code", "label", Kind.TRIGGER),),
    "signs": (("code", "label", Kind.WARNING),),
    "kit": (("code", "label", Kind.COPING),),
    "good_things": (("code", "label", Kind.PROTECTIVE),),
    "if_then": (
        ("when_code", "when_label", Kind.TRIGGER),
        ("then_code", "then_label", Kind.COPING),
    ),
}
PUBLISHED = ("triggers", "signs", "kit", "good_things")
# What only a step names comes behind what its own section names.
AFTER_THE_SECTION = 100


def is_own(code: str) -> bool:
    return ".own." in code


def name_own_words(*, client: Client, section: str, data: dict) -> dict:
    """``data`` with an id for each item, and a code and label for words that were added.

    The same words get the same code again; a code is never given to other words. What a
    program added stands in the plan as it was called when this was written: whatever is
    agreed stays readable word for word.
    """
    if "items" not in data:
        return data
    labels = _labels(client, section, data["items"])
    items = []
    for item in data["items"]:
        named = {**item, "id": item.get("id") or uuid.uuid4().hex[:12]}
        for code, label, kind in SLOTS.get(section, ()):
            if vocabulary.is_added(named.get(code, "")):
                named[label] = labels.get(named[code], "")
            elif not named.get(code) and (words := (named.get(label) or "").strip()):
                word, _ = name_own_word(client=client, kind=kind, words=words)
                named[code], named[label] = word.code, word.label
        items.append(named)
    return {**data, "items": items}


def _labels(client: Client, section: str, items: Sequence[dict]) -> dict[str, str]:
    """What the words that were added are called, read as far as these items name any."""
    codes = {
        item.get(code) or "" for item in items for code, _, _ in SLOTS.get(section, ())
    }
    labels = {}
    if any(vocabulary.PROGRAM_CODE.fullmatch(code) for code in codes):
        labels = program_labels(client.organization_id, client.language)
    if any(is_own(code) for code in codes):
        labels |= {item.code: item.label for item in own_words_of(client)}
    return labels


def publish(*, client: Client, content: dict, kit_order: Sequence[str]) -> None:
    """Make ``care.OwnItem`` say what the plan says, in the plan's order.

    Own words that left the plan keep their row, unpinned: old check-ins name them.
    """
    wanted = {}
    for section in PUBLISHED:
        items = content.get(section, {}).get("items", [])
        if section == "kit":
            items = in_order(items, kit_order)
        [(_, _, kind)] = SLOTS[section]
        for position, item in enumerate(items):
            wanted[item["code"]] = (kind, item.get("pinned", True), position)
    for position, step in enumerate(content.get("if_then", {}).get("items", [])):
        code = step["when_code"]
        kind = Kind.WARNING if code.startswith("wrn.") else Kind.TRIGGER
        wanted.setdefault(code, (kind, True, AFTER_THE_SECTION + position))
    for row in client.own_items.all():
        if row.code not in wanted:
            _take_out(row)
            continue
        _kind, pinned, position = wanted.pop(row.code)
        if (row.pinned, row.position) != (pinned, position):
            row.pinned, row.position = pinned, position
            row.save(update_fields=["pinned", "position"])
    OwnItem.objects.bulk_create(
        OwnItem(client=client, kind=kind, code=code, pinned=pinned, position=position)
        for code, (kind, pinned, position) in wanted.items()
    )


def _take_out(row):
    if not is_own(row.code):
        row.delete()
    elif row.pinned:
        row.pinned = False
        row.save(update_fields=["pinned"])
