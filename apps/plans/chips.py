"""What can be tapped while writing: the client's own first, a few common ones, the rest."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.care import vocabulary
from apps.care.rules.plan_rules import CODE_PREFIX, SECTION
from apps.care.vocabulary import EVERYTHING, Offer

AT_HAND = 8
# What is theirs comes first, as far as it can be taken in at a glance.
OWN_AT_HAND = 12
# What many people choose, in an order that starts easy. The rest stands behind "More",
# which is opened on purpose: nothing intimate is shown before.
USUAL = (
    "trg.feel.stress",
    "trg.time.payday",
    "trg.people.using_friends",
    "trg.people.alone",
    "trg.time.night",
    "trg.time.weekend",
    "trg.body.tired",
    "trg.feel.angry",
    "cop.con.call",
    "cop.dbt.breath",
    "cop.urge.surf",
    "cop.move.walk",
    "cop.urge.delay15",
    "cop.con.meeting",
    "cop.move.leave",
    "cop.urge.reasons",
    "wrn.body.sleep",
    "wrn.do.isolate",
    "wrn.feel.irritable",
    "wrn.think.just_one",
    "wrn.do.skip",
    "wrn.do.dodge",
    "wrn.feel.overwhelmed",
    "wrn.do.old_places",
    "prt.support.person",
    "prt.routine.sleep",
    "prt.health.exercise",
    "prt.fun.outside",
    "prt.fun.hobby",
    "prt.support.meeting",
    "prt.routine.meals",
    "prt.support.family",
)
# Answers of a check-in that say nothing in a plan.
NOT_IN_A_PLAN = frozenset({"trg.none", "trg.other"})
GROUPS = {
    "people": _("People"),
    "place": _("Places"),
    "thing": _("Things"),
    "time": _("Times"),
    "feel": _("Feelings"),
    "body": _("Body"),
    "do": _("What I do"),
    "think": _("What I think"),
    "urge": _("With the urge"),
    "calm": _("Calm down"),
    "connect": _("With somebody"),
    "move": _("Move"),
    "care": _("Take care of myself"),
    "mind": _("Something for my mind"),
    "support": _("People who back me"),
    "routine": _("My days"),
    "health": _("Health"),
    "meaning": _("What matters"),
    "fun": _("Fun"),
    "money": _("Money"),
    "other": _("Other"),
}


@dataclass(frozen=True)
class Words:
    """What somebody may choose from: their own words anywhere, and their program's list."""

    own: Mapping[str, str] = field(default_factory=dict)
    offer: Offer = EVERYTHING


NO_WORDS = Words()


@dataclass(frozen=True)
class Chip:
    code: str
    label: str


@dataclass(frozen=True)
class Chips:
    first: list[Chip]
    # By the name of their group.
    more: dict[str, list[Chip]]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        behind = [chip for chips in self.more.values() for chip in chips]
        return [(chip.code, chip.label) for chip in (*self.first, *behind)]


def chips_for(
    vocabularies: Iterable[str],
    language: str,
    *,
    own: Mapping[str, str],
    offer: Offer = EVERYTHING,
    in_plan: Iterable[str] = (),
    without: Iterable[str] = (),
) -> Chips:
    """Chips of some lists of the vocabulary, as the client's program offers them.

    ``own`` are the client's own words, ``in_plan`` the codes the plan uses elsewhere: they
    come first. ``without`` are those that stand in this section already.
    """
    taken = {*without, *NOT_IN_A_PLAN}
    prefixes = tuple(CODE_PREFIX[name] for name in vocabularies)
    labels = {code: own[code] for code in own if code.startswith(prefixes)}
    items = {item.code: item for name in vocabularies for item in offer.chips(name)}
    known = {**{code: item.label(language) for code, item in items.items()}, **labels}
    # Chosen before it was hidden, it can be chosen still.
    in_plan = [*in_plan]
    known |= {
        code: vocabulary.label(code, language)
        for code in in_plan
        if code not in known and vocabulary.is_known(code)
    }
    theirs = [code for code in dict.fromkeys([*labels, *in_plan]) if code in known]
    room = max(AT_HAND - len(theirs), 0)
    usual = [code for code in USUAL if code in items and code not in {*theirs, *taken}]
    theirs = [code for code in theirs if code not in taken]
    shown = theirs[:OWN_AT_HAND] + usual[:room]
    more: dict[str, list[Chip]] = {}
    if rest := [Chip(code, known[code]) for code in theirs[OWN_AT_HAND:]]:
        more[str(_("My own words"))] = rest
    for code, item in items.items():
        if code not in {*shown, *theirs, *taken}:
            chip = Chip(code, known[code])
            more.setdefault(str(GROUPS[item.group]), []).append(chip)
    return Chips([Chip(code, known[code]) for code in shown], more)


def step_chips(
    content: Mapping[str, Any],
    language: str,
    words: Words,
    step: Mapping[str, str] | None,
) -> list[Chips]:
    """For both halves of a step: what the plan holds, and what the step itself said."""
    halves = zip(
        SECTION["if_then"].items.fields,
        (("triggers", "signs"), ("kit",)),
        strict=False,
    )
    return [
        chips_for(
            field.vocabulary,
            language,
            own=words.own,
            offer=words.offer,
            in_plan=codes_in(content, *sections) + ([step[field.key]] if step else []),
        )
        for field, sections in halves
    ]


def codes_in(content: Mapping[str, Any], *sections: str) -> list[str]:
    """Codes that some sections hold, in their order."""
    return [
        item["code"]
        for key in sections
        for item in content.get(key, {}).get("items", [])
    ]
