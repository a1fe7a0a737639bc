"""What can be tapped: the client's own words first, then what they choose most."""

from collections import Counter
from dataclasses import dataclass, field

from apps.care import vocabulary
from apps.care.models import Enrollment, OwnItem

Pairs = list[tuple[str, str]]

# Days in which a client's choices decide the order of the chips.
USAGE_DAYS = 30
# Chips before "More", with room for a few common ones however long the own list is.
AT_HAND, COMMON_AT_LEAST = 8, 3
CHIP_KINDS = {"triggers": OwnItem.Kind.TRIGGER, "coping": OwnItem.Kind.COPING}
ANSWER_KEYS = {"triggers": "triggers", "coping": "coping_used"}
# What most people choose, until it is known what this one does.
USUAL = (
    "trg.feel.stress",
    "trg.feel.bored",
    "trg.people.using_friends",
    "trg.time.payday",
    "trg.time.night",
    "trg.feel.lonely",
    "trg.body.tired",
    "trg.none",
    "cop.con.call",
    "cop.urge.delay15",
    "cop.move.walk",
    "cop.dbt.breath",
    "cop.urge.surf",
    "cop.move.leave",
    "cop.con.meeting",
    "cop.care.eat",
)
# A hard moment shows fewer, so that nothing has to be read through.
TRIGGERS_IN_A_MOMENT = 6
SIGNS_IN_A_MOMENT = 2
SKILLS_IN_A_MOMENT = 3
RIDE_IT_OUT = "cop.urge.surf"


@dataclass(frozen=True)
class Chips:
    """Codes and labels: at hand, behind "More", and those that send the page at once."""

    first: Pairs
    more: Pairs = field(default_factory=list)
    at_once: Pairs = field(default_factory=list)


def chips_for(enrollment: Enrollment, name: str, language: str) -> Chips:
    """The client's own first, then what they choose most, the rest behind "More"."""
    own = pinned(enrollment, CHIP_KINDS[name], language)
    return _arranged(own, most_used(enrollment, ANSWER_KEYS[name]), name, language)


def standard_chips(name: str, language: str) -> Chips:
    """What most people choose, the rest behind "More"."""
    return _arranged([], [], name, language)


def _arranged(own: Pairs, used: list[str], name: str, language: str) -> Chips:
    codes = {code for code, _ in own}
    common = [
        (item.code, item.label(language))
        for item in vocabulary.ordered(vocabulary.chips(name), [*used, *USUAL])
        if item.code not in codes
    ]
    nothing = [pair for pair in common if pair[0] == vocabulary.NOTHING_YET]
    rest = [pair for pair in common if pair not in nothing]
    room = max(AT_HAND - len(own), COMMON_AT_LEAST)
    return Chips(first=own + rest[:room], more=rest[room:], at_once=nothing)


def most_used(enrollment: Enrollment, key: str) -> list[str]:
    days = enrollment.checkin_days.order_by("-local_on")[:USAGE_DAYS]
    counted = Counter(code for day in days for code in day.answers.get(key) or ())
    return [code for code, _ in counted.most_common()]


def pinned(enrollment: Enrollment, kind: str, language: str) -> Pairs:
    """What the client's plan puts first, in their own order."""
    own = OwnItem.objects.filter(
        client=enrollment.client_id, kind=kind, pinned=True
    ).order_by("position", "pk")
    return [
        (item.code, item.label or vocabulary.label(item.code, language)) for item in own
    ]


def moment_triggers(enrollment: Enrollment, language: str) -> Chips:
    """What set it off: six to tap, the client's own early signs, the rest on demand."""
    chips = chips_for(enrollment, "triggers", language)
    signs = pinned(enrollment, OwnItem.Kind.WARNING, language)[:SIGNS_IN_A_MOMENT]
    everything = chips.first + chips.more
    return Chips(
        first=everything[:TRIGGERS_IN_A_MOMENT] + signs,
        more=everything[TRIGGERS_IN_A_MOMENT:],
    )


def moment_skills(enrollment: Enrollment, language: str) -> Pairs:
    """Three of the client's own, or what helps many; riding it out is the view's."""
    own = pinned(enrollment, OwnItem.Kind.COPING, language)
    codes = {code for code, _ in own}
    usual = chips_for(enrollment, "coping", language).first
    some = own + [pair for pair in usual if pair[0] not in codes]
    return [pair for pair in some if pair[0] != RIDE_IT_OUT][:SKILLS_IN_A_MOMENT]


def own_labels(enrollment: Enrollment) -> dict[str, str]:
    own = OwnItem.objects.filter(client=enrollment.client_id, label__isnull=False)
    return {item.code: item.label for item in own}
