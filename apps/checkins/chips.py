"""What can be tapped: the client's own words first, then what they choose most."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from django.utils.translation import get_language

from apps.care import vocabulary
from apps.care.models import Enrollment, OwnItem, Program
from apps.care.services.vocabulary import offer_of, spoken, spoken_by
from apps.care.vocabulary import EVERYTHING, Offer

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


def chips_for(
    enrollment: Enrollment, name: str, language: str, program: Program | None = None
) -> Chips:
    """The client's own first, then what they choose most, the rest behind "More".

    ``program`` is where they are placed now; what it hid is not among them.
    """
    used = most_used(enrollment, ANSWER_KEYS[name])
    items = list(
        OwnItem.objects.filter(
            client=enrollment.client_id, kind=CHIP_KINDS[name]
        ).order_by("position", "pk")
    )
    plan = _called([item for item in items if item.pinned], enrollment, language)
    own = _unpinned(items, used)
    offer = offer_of(program or enrollment.program)
    return _arranged(plan, used, name, language, own=own, offer=offer)


def standard_chips(name: str, language: str) -> Chips:
    """What most people choose, the rest behind "More"."""
    return _arranged([], [], name, language)


def _unpinned(items: list[OwnItem], used: list[str]) -> Pairs:
    """Own words that the plan does not pin: used lately first, then the newest."""
    place = {code: index for index, code in enumerate(used)}
    rest = [item for item in items if item.label and not item.pinned]
    rest.sort(key=lambda item: (place.get(item.code, len(place)), -_number(item.code)))
    return [(item.code, item.label) for item in rest]


def _called(items: Iterable[OwnItem], enrollment: Enrollment, language: str) -> Pairs:
    added = spoken({}, enrollment.organization_id, language)
    return [
        (item.code, item.label or vocabulary.label(item.code, language, added))
        for item in items
    ]


def _number(code: str) -> int:
    return int(code.rsplit(".", 1)[1])


def _arranged(
    plan: Pairs,
    used: list[str],
    name: str,
    language: str,
    *,
    own: Pairs = [],  # noqa: B006 - never changed
    offer: Offer = EVERYTHING,
) -> Chips:
    mine = plan + own
    codes = {code for code, _ in mine}
    common = [
        (item.code, item.label(language))
        for item in vocabulary.ordered(offer.chips(name), [*used, *USUAL])
        if item.code not in codes
    ]
    nothing = [pair for pair in common if pair[0] == vocabulary.NOTHING_YET]
    rest = [pair for pair in common if pair not in nothing]
    # However long the own list is, a few common ones stay in sight.
    at_hand = max(AT_HAND - COMMON_AT_LEAST, len(plan))
    room = max(AT_HAND - min(len(mine), at_hand), COMMON_AT_LEAST)
    return Chips(
        first=mine[:at_hand] + rest[:room],
        more=mine[at_hand:] + rest[room:],
        at_once=nothing,
    )


def with_chosen(
    chips: Chips, chosen: Collection[str], enrollment: Enrollment, language: str
) -> Chips:
    """What was chosen is always there, also when it is offered no more."""
    there = dict(chips.first + chips.more + chips.at_once)
    gone = [code for code in chosen if code not in there]
    if not gone:
        return chips
    own = own_labels(enrollment, language)
    shown = [(code, vocabulary.label(code, language, own)) for code in gone]
    return replace(chips, first=shown + chips.first)


def most_used(enrollment: Enrollment, key: str) -> list[str]:
    days = enrollment.checkin_days.order_by("-local_on")[:USAGE_DAYS]
    counted = Counter(code for day in days for code in day.answers.get(key) or ())
    return [code for code, _ in counted.most_common()]


def pinned(enrollment: Enrollment, kind: str, language: str) -> Pairs:
    """What the client's plan puts first, in their own order."""
    own = OwnItem.objects.filter(
        client=enrollment.client_id, kind=kind, pinned=True
    ).order_by("position", "pk")
    return _called(own, enrollment, language)


def moment_triggers(
    enrollment: Enrollment, language: str, program: Program | None = None
) -> Chips:
    """What set it off: six to tap, the client's own early signs, the rest on demand."""
    chips = chips_for(enrollment, "triggers", language, program)
    signs = pinned(enrollment, OwnItem.Kind.WARNING, language)[:SIGNS_IN_A_MOMENT]
    everything = chips.first + chips.more
    return Chips(
        first=everything[:TRIGGERS_IN_A_MOMENT] + signs,
        more=everything[TRIGGERS_IN_A_MOMENT:],
    )


def moment_skills(
    enrollment: Enrollment, language: str, program: Program | None = None
) -> Pairs:
    """Three of the client's own, or what helps many; riding it out is the view's."""
    own = pinned(enrollment, OwnItem.Kind.COPING, language)
    codes = {code for code, _ in own}
    usual = chips_for(enrollment, "coping", language, program).first
    some = own + [pair for pair in usual if pair[0] not in codes]
    return [pair for pair in some if pair[0] != RIDE_IT_OUT][:SKILLS_IN_A_MOMENT]


def helpers_in_a_moment(
    enrollment: Enrollment,
    chosen: tuple[str, str],
    language: str,
    program: Program | None = None,
) -> Pairs:
    """What was tried, the client's own, riding it out; and nothing yet, which is fine."""
    ride = (RIDE_IT_OUT, vocabulary.label(RIDE_IT_OUT, language))
    nothing = (
        vocabulary.NOTHING_YET,
        vocabulary.label(vocabulary.NOTHING_YET, language),
    )
    skills = moment_skills(enrollment, language, program)
    return list(dict([chosen, *skills, ride, nothing]).items())


def own_labels(enrollment: Enrollment, language: str = "") -> vocabulary.Own:
    """What the client and their house call what is not in the common list."""
    language = language or get_language()
    return spoken_by(enrollment.client_id, enrollment.organization_id, language)
