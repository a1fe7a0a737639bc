"""When a talk about another level is worth having. Numbers for people, never a decision.

What nobody knows says nothing: there is no line for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

COMES_OFTEN, COMES_SELDOM = 80, 50
TWO_WEEKS, ONE_WEEK = timedelta(days=14), timedelta(days=7)
USE_DAYS = 2
# Fewer answers than this in two weeks are not "no use reported".
ANSWERS_NEEDED = 4


class Topic(StrEnum):
    CAME = "CAME"
    NO_USE = "NO_USE"
    PLAN = "PLAN"
    HOME = "HOME"
    USE = "USE"
    SAFETY = "SAFETY"
    ABSENT = "ABSENT"
    ASKED = "ASKED"


@dataclass(frozen=True)
class Facts:
    """``None`` where nobody said or nothing was held."""

    today: date
    minutes_attended: int = 0
    minutes_planned: int = 0
    # Days of the last two weeks on which use was answered, and what: yes or no.
    use_answers: Sequence[tuple[date, bool]] = ()
    plan_agreed: bool | None = None
    home_is_safe: bool | None = None
    # Rules R01 and R02 that fired and are open.
    urgent: int = 0
    in_contact: bool = False
    asked_for: str = ""


@dataclass(frozen=True)
class Prompt:
    topic: Topic
    # Speaks for the talk; the others are shown as not there yet.
    speaks_for: bool
    numbers: tuple[int, ...] = ()


def step_down(facts: Facts) -> list[Prompt]:
    """What speaks for fewer days, and what is not there yet."""
    found = []
    if facts.minutes_planned:
        share = _share(facts)
        found.append(
            Prompt(
                Topic.CAME,
                share >= COMES_OFTEN,
                (facts.minutes_attended, facts.minutes_planned, share),
            )
        )
    answers = _answers(facts, TWO_WEEKS)
    used = sum(used for _, used in answers)
    if used or len(answers) >= ANSWERS_NEEDED:
        found.append(Prompt(Topic.NO_USE, not used, (used, len(answers))))
    if facts.plan_agreed is not None:
        found.append(Prompt(Topic.PLAN, facts.plan_agreed))
    if facts.home_is_safe is not None:
        found.append(Prompt(Topic.HOME, facts.home_is_safe))
    return found


def step_up(facts: Facts) -> list[Prompt]:
    """What speaks for more support. Nothing speaks for it by not being there."""
    found = []
    used = sum(used for _, used in _answers(facts, ONE_WEEK))
    if used >= USE_DAYS:
        found.append(Prompt(Topic.USE, True, (used,)))
    if facts.urgent:
        found.append(Prompt(Topic.SAFETY, True, (facts.urgent,)))
    if facts.minutes_planned and facts.in_contact and _share(facts) < COMES_SELDOM:
        numbers = (facts.minutes_attended, facts.minutes_planned, _share(facts))
        found.append(Prompt(Topic.ABSENT, True, numbers))
    if facts.asked_for == "MORE":
        found.append(Prompt(Topic.ASKED, True))
    return found


def _share(facts: Facts) -> int:
    return 100 * facts.minutes_attended // facts.minutes_planned


def _answers(facts: Facts, span: timedelta) -> list[tuple[date, bool]]:
    return [pair for pair in facts.use_answers if pair[0] > facts.today - span]
