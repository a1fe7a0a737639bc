"""Where a check-in ends: help first, then thanks."""

from dataclasses import dataclass
from datetime import datetime

from apps.care import vocabulary
from apps.care.how_to import HowTo, how_to
from apps.care.models import Enrollment, OwnItem, SiteLine
from apps.care.rules import checkin_flow, safety_words, screens
from apps.care.rules.one_thing import is_good_day, one_thing
from apps.care.rules.wording import Text
from apps.checkins.chips import Pairs, own_labels, pinned
from apps.checkins.models import CheckinDay
from apps.checkins.selectors import asking_of, site_of

# Their first sentence is the heading of their screen.
HEADED = ("USE_THANKS", "SAFE_HEAVY", "RIDE")


def words_in(language: str) -> dict:
    """The approved texts of the last screens, by name, for a template."""
    words = {"NATIONAL_LINES": screens.NATIONAL_LINES} | {
        name: text.in_language(language)
        if isinstance(text, Text)
        else [each.in_language(language) for each in text]
        for name, text in vars(screens).items()
        if name.isupper() and isinstance(text, Text | tuple)
    }
    for name in HEADED:
        heading, _, rest = words[name].partition(". ")
        words[name] = {"heading": heading, "rest": rest}
    return words


@dataclass(frozen=True)
class Way:
    """The screens in order; the last one says thanks and holds the note."""

    screens: tuple[str, ...]
    overdose: bool
    stopping: bool
    violence: bool
    offer_full: bool

    def place(self, asked: str) -> int:
        """Which screen is meant by ``?step=``: its number, "last", or the first."""
        if asked == "last":
            return len(self.screens) - 1
        return min(int(asked), len(self.screens) - 1) if asked.isdecimal() else 0


def way_of(day: CheckinDay) -> Way:
    ending = checkin_flow.ending(day.said, asking_of(day.client))
    unsafe = day.answers.get("feels_safe") in ("no", "not_sure")
    path = [screen for screen in ending.screens if screen != "safe"]
    if unsafe or safety_words.mentions_danger(day.note or ""):
        path.insert(0, "safe")
    if path[-1] not in ("ride", "thanks"):
        path.append("thanks")
    return Way(
        screens=tuple(path),
        overdose=ending.overdose,
        stopping=ending.stopping,
        violence=unsafe and day.answers.get("unsafe_because") == "someone",
        offer_full=ending.offer_full,
    )


@dataclass(frozen=True)
class Skill:
    """Something to do: with how it is done, unless the words are the client's own."""

    code: str
    label: str
    how_to: HowTo | None


@dataclass(frozen=True)
class OneThing(Skill):
    """``keep`` instead of a skill: on a good day, what is good in their life."""

    keep: str = ""


def skill_of(code: str, label: str, language: str) -> Skill:
    return Skill(code, label, how_to(code, language))


def skills_in(pairs: Pairs, language: str) -> list[Skill]:
    return [skill_of(code, label, language) for code, label in pairs]


def one_thing_of(day: CheckinDay, way: Way, language: str) -> OneThing | None:
    """The one useful thing under the thanks; where a call or the plan is there, that is it."""
    if day.said.get("contact_request") == "today" or "use" in way.screens:
        return None
    enrollment = day.enrollment
    if is_good_day(day.said):
        good = pinned(enrollment, OwnItem.Kind.PROTECTIVE, language)
        if good:
            return OneThing(*good[0], how_to=None, keep=good[0][1])
    own = dict(pinned(enrollment, OwnItem.Kind.COPING, language))
    code = one_thing(day.said, list(own))
    label = own.get(code) or vocabulary.label(code, language, own_labels(enrollment))
    return OneThing(code, label, how_to(code, language))


def lines_of(enrollment: Enrollment, at: datetime) -> list[SiteLine]:
    """The numbers of the client's own site, for what can't wait."""
    lines = site_of(enrollment, at).lines.exclude(kind=SiteLine.Kind.LOCAL_HELP)
    return list(lines.order_by("position", "pk"))
