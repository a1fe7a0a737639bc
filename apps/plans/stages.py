"""The plan cut for use: what to do at early signs, when it gets stronger, after a slip."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.plans.sentences import lines_of, own_labels

Content = Mapping[str, Any]

SIGN = "wrn."


@dataclass(frozen=True)
class Stages:
    # Early: what I notice, what I do then, what else is good.
    signs: list[str]
    early_steps: list[str]
    good_things: list[str]
    # Rising: steps for what sets me off, the kit with what is pinned first, why.
    rising_steps: list[str]
    kit: list[str]
    why: list[str]
    # After a slip.
    first_hour: list[str]
    tell_myself: str
    call_first: str
    naloxone_where: str

    @property
    def pinned_steps(self) -> list[str]:
        """What stands on top of the plan."""
        return [*self.rising_steps, *self.early_steps][:3]


def stages_of(content: Content, language: str) -> Stages:
    own = own_labels(content)

    def said(section: str, some: Content) -> list[str]:
        return [line.text for line in lines_of(section, some, language, own)]

    steps = content.get("if_then", {}).get("items", [])
    kit = content.get("kit", {}).get("items", [])
    slip = content.get("slip", {})
    early = [step for step in steps if step["when_code"].startswith(SIGN)]
    rising = [step for step in steps if step not in early]
    pinned_first = sorted(kit, key=lambda item: not item["pinned"])
    # Pinned is shown by standing first.
    unmarked = [{**item, "pinned": False} for item in pinned_first]
    return Stages(
        signs=said("signs", {"signs": {**content.get("signs", {}), "who": ""}}),
        early_steps=said("if_then", {"if_then": {"items": early}}),
        good_things=said("good_things", content),
        rising_steps=said("if_then", {"if_then": {"items": rising}}),
        kit=said("kit", {"kit": {"items": unmarked}}),
        why=said("why", content),
        first_hour=slip.get("lines", []),
        tell_myself=slip.get("tell_myself", ""),
        call_first=slip.get("call_first", ""),
        naloxone_where=content.get("space", {}).get("naloxone_where", ""),
    )
