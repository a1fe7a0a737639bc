"""A client's own words: numbered once, kept for good, offered first in the check-in."""

import uuid
from collections.abc import Sequence

from apps.care.models import Client, OwnItem
from apps.plans.sentences import in_order

Kind = OwnItem.Kind
PREFIX = {
    Kind.TRIGGER: "trg.own.",
    Kind.WARNING: "wrn.own.",
    Kind.COPING: "cop.own.",
    Kind.PROTECTIVE: "prt.own.",
}
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
    """``data`` with an id for each item, and a code and label for the client's own words.

    The same words get the same code again; a code is never given to other words.
    """
    if "items" not in data:
        return data
    own = list(client.own_items.filter(code__contains=".own."))
    items = []
    for item in data["items"]:
        named = {**item, "id": item.get("id") or uuid.uuid4().hex[:12]}
        for code, label, kind in SLOTS.get(section, ()):
            if is_own(named.get(code, "")):
                named[label] = _label(own, named[code])
            elif not named.get(code) and named.get(label):
                word = _named(client, own, kind, named[label].strip())
                named[code], named[label] = word.code, word.label
        items.append(named)
    return {**data, "items": items}


def _label(own, code):
    return next((item.label for item in own if item.code == code), "")


def _named(client, own, kind, label) -> OwnItem:
    of_kind = [item for item in own if item.kind == kind]
    for item in of_kind:
        if item.label.casefold() == label.casefold():
            return item
    numbers = [int(item.code.removeprefix(PREFIX[kind])) for item in of_kind]
    item = OwnItem.objects.create(
        client=client,
        kind=kind,
        code=f"{PREFIX[kind]}{max(numbers, default=0) + 1}",
        label=label,
    )
    own.append(item)
    return item


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
