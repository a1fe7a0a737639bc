"""Where a check-in ends: help first, then thanks."""

from dataclasses import dataclass

from apps.care.rules import checkin_flow, safety_words, screens
from apps.care.rules.wording import Text
from apps.checkins.models import CheckinDay
from apps.checkins.selectors import asking_of

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
