"""The weekly review: when it is due, what is asked, what the answers come to.

Days are kept as days; the 0 to 4 of an item and the three scales are worked out when
somebody reads them, so that a corrected table needs no change of what is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from apps.care.rules.checkin_flow import AnswerProblem, UnknownQuestionSet
from apps.care.rules.triage_facts import Flag, fire
from apps.care.rules.weekly_questions import (
    DAYS,
    DRUG_CLASSES,
    ITEMS,
    MOST,
    QUESTION_SETS,
    VERSION,
    Answer,
    Item,
    Scale,
)
from apps.care.rules.wording import Text

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Cut:
    """The published cut-off of a scale: beyond it somebody talks about it."""

    most: int
    above: int | None = None
    below: int | None = None

    def speaks(self, score: int) -> bool:
        if self.above is not None:
            return score > self.above
        return self.below is not None and score < self.below


# The most days that still count 0, 1, 2, 3 and 4 points. The 30-day table is published;
# this one of 7 days is recalled, and stands here alone so that it can be mended.
BANDS = (0, 1, 3, 5, 7)
# Ranges: the published scoring, each item 0 to 4. Cut-offs: the VA's VistA Mental Health
# patch YS*5.01*202. They are of the 7-day form with 0 to 4 an item, and of no other.
SCALES = {
    Scale.USE: Cut(most=12, above=0),
    Scale.RISK: Cut(most=24, above=11),
    Scale.PROTECTIVE: Cut(most=24, below=13),
}
# More risk than last time by this much is said also without a cut-off.
RISK_ROSE = 4
ITEM_ROSE = 2
ITEMS_NAMED = 3

# An answer that can only be as large as another one: of these days, some of those.
WITHIN = {
    "alcohol_heavy": "alcohol",
    **dict.fromkeys(DRUG_CLASSES, "drugs"),
}

EVERY = 7
OPEN_DAYS = 3
# When days of coming change, the next one is not asked for within the same week.
APART = 5

CHOOSE_DAYS = Text("Choose a number from 0 to 7.", "Elige un número del 0 al 7.")
CHOOSE_ONE = Text("Choose one of the answers.", "Elige una de las respuestas.")


# -- When it is due -----------------------------------------------------------------------


def due_on(
    today: date, weekday: int, started_on: date, answered: date | None
) -> date | None:
    """The day of the review that is open on ``today``, or None.

    ``weekday`` is the fixed day, Monday 0. ``answered`` is the last day a review was
    answered for: that one stays open for changes as long as it was open for answers.
    """
    if answered is not None and 0 <= (today - answered).days < OPEN_DAYS:
        return answered
    day = today - timedelta(days=(today.weekday() - weekday) % EVERY)
    if (today - day).days >= OPEN_DAYS or day <= started_on:
        return None
    if answered is not None and (day - answered).days < APART:
        return None
    return day


def opens_next(
    today: date, weekday: int, started_on: date, answered: date | None
) -> date:
    """The next day a review opens, after today."""
    day = today
    while True:
        day += timedelta(days=1)
        if due_on(day, weekday, started_on, answered) == day:
            return day


# -- What is asked ------------------------------------------------------------------------


def items_of(version: str = VERSION) -> dict[str, Item]:
    """:raises UnknownQuestionSet: for questions that were never asked."""
    try:
        return QUESTION_SETS[version]
    except KeyError:
        raise UnknownQuestionSet(version) from None


def visible(answers: Answers) -> list[str]:
    """The questions that belong to the answers given so far, in order."""
    return [key for key in ITEMS if _is_asked(key, answers)]


def _is_asked(key: str, answers: Answers) -> bool:
    if key == "alcohol_heavy":
        return answers.get("alcohol", "not yet") != 0
    if key in DRUG_CLASSES:
        # Who would rather not say whether is not asked which.
        return bool(answers.get("drugs"))
    return True


def next_question(answers: Answers) -> str | None:
    return next((key for key in visible(answers) if key not in answers), None)


def previous_question(answers: Answers, key: str) -> str | None:
    path = visible(answers)
    place = path.index(key)
    return path[place - 1] if place else None


def progress(answers: Answers, key: str) -> tuple[int, int]:
    path = visible(answers)
    return path.index(key) + 1, len(path)


def doubts(answers: Answers) -> list[tuple[str, str]]:
    """Pairs that do not go together: the larger answer where only a smaller one could be.

    People are asked whether it is right, and are never held up by it.
    """
    seen = kept(answers)
    return [
        (key, whole)
        for key, whole in WITHIN.items()
        if seen.get(key) is not None
        and seen.get(whole) is not None
        and seen[key] > seen[whole]
    ]


def clean_answer(key: str, raw: Any, version: str = VERSION) -> Any:
    """As it is kept: a number, ``yes`` or ``no``; None for an answer left out.

    :raises AnswerProblem: for what is no answer to it.
    """
    item = items_of(version).get(key)
    if item is None:
        raise AnswerProblem(key, CHOOSE_ONE)
    if raw is None:
        return None
    if item.answer is Answer.YES_NO:
        if raw in ("yes", "no"):
            return raw
        raise AnswerProblem(key, CHOOSE_ONE)
    most, words = (
        (DAYS, CHOOSE_DAYS) if item.answer is Answer.DAYS else (MOST, CHOOSE_ONE)
    )
    number = int(raw) if raw in tuple("01234567") else raw
    if isinstance(number, bool) or not isinstance(number, int):
        raise AnswerProblem(key, words)
    if not 0 <= number <= most:
        raise AnswerProblem(key, words)
    return number


def clean(answers: Answers, version: str = VERSION) -> dict[str, Any]:
    """All of them, without those that the others take away.

    :raises AnswerProblem: for an answer that cannot be taken.
    :raises UnknownQuestionSet: for questions that were never asked.
    """
    items_of(version)
    return kept({key: clean_answer(key, raw, version) for key, raw in answers.items()})


def kept(answers: Answers) -> dict[str, Any]:
    path = visible(answers)
    return {key: answers[key] for key in path if key in answers}


# -- What it comes to ---------------------------------------------------------------------


def points(key: str, answers: Answers) -> int | None:
    """0 to 4 for one item; None where it was not answered, which is never zero."""
    item = ITEMS[key]
    if key == "alcohol_heavy" and answers.get("alcohol") == 0:
        return 0
    said = answers.get(key)
    if said is None:
        return None
    if item.answer is Answer.YES_NO:
        return MOST if said == "yes" else 0
    if item.answer is Answer.STEPS:
        return said
    return next(step for step, days in enumerate(BANDS) if said <= days)


def scored(scale: Scale) -> list[str]:
    return [key for key, item in ITEMS.items() if item.scale is scale]


def missing(scale: Scale, answers: Answers) -> list[str]:
    return [key for key in scored(scale) if points(key, answers) is None]


def score(scale: Scale, answers: Answers) -> int | None:
    """The sum of its items; None with one missing: half a sum says something false."""
    each = [points(key, answers) for key in scored(scale)]
    known = [value for value in each if value is not None]
    return sum(known) if len(known) == len(each) else None


def scores(answers: Answers) -> dict[Scale, int | None]:
    return {scale: score(scale, answers) for scale in SCALES}


# -- Whom it concerns ---------------------------------------------------------------------


def after_review(
    answers: Answers, before: Answers | None, *, is_official: bool, key: str
) -> Flag | None:
    """R15. ``before`` is the review before, where it was asked in the same words.

    Cut-offs were found for the official wording: in ours, only change speaks.
    """
    now = scores(answers)
    use, risk, protective = (now[scale] for scale in SCALES)
    because = []
    if is_official:
        because += [
            scale.value.lower()
            for scale, cut in SCALES.items()
            if (said := now[scale]) is not None and cut.speaks(said)
        ]
        if risk is not None and protective is not None and risk > protective:
            because.append("crossed")
    then = scores(before) if before is not None else dict.fromkeys(SCALES)
    if _rose(then[Scale.RISK], risk) >= RISK_ROSE:
        because.append("risk_rose")
    if _rose(then[Scale.USE], use) > 0:
        because.append("use_rose")
    if not because:
        return None
    return fire(
        "R15",
        key,
        because=because,
        use=use,
        risk=risk,
        protective=protective,
        use_before=then[Scale.USE],
        risk_before=then[Scale.RISK],
        rises=_rises(answers, before),
        official=is_official,
    )


def _rose(before: int | None, now: int | None) -> int:
    return 0 if before is None or now is None else now - before


def _rises(answers: Answers, before: Answers | None) -> list[list[Any]]:
    """Items of use and risk that went up most, with what they were and are."""
    if before is None:
        return []
    each = [
        (_rose(points(key, before), points(key, answers)), key)
        for key in (*scored(Scale.USE), *scored(Scale.RISK))
    ]
    most = sorted((pair for pair in each if pair[0] >= ITEM_ROSE), reverse=True)
    return [
        [key, points(key, before), points(key, answers)]
        for _, key in most[:ITEMS_NAMED]
    ]
