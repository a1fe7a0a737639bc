"""What the craving rules would have said about answers somebody kept elsewhere.

A what-if for who decides about thresholds: nothing is written, and nobody has looked at
anything before, so that no rule keeps still.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from apps.care.rules.triage_facts import DayAnswers
from apps.care.rules.triage_limits import USUAL, Limits
from apps.care.rules.triage_replay import Person, by_day, noon

HEADER = ("person", "day", "craving", "use")
CRAVING_RULES = ("R05", "R06", "R07")
RULES = (*CRAVING_RULES, "R02", "R04")
USE = {"": None, "0": "no", "1": "yes"}
# A day that is a number counts from here; only what lies between days matters.
FIRST = date(2000, 1, 1)
FAR_AWAY = 100_000


class BadRow(Exception):
    """Says in words which line cannot be read, and why."""


@dataclass(frozen=True)
class Answer:
    """One answered day. ``craving`` is 0 to 10; None is no answer, and never zero."""

    person: str
    day: date
    craving: float | None
    use: str | None


def read_answers(lines: Iterable[str]) -> list[Answer]:
    """The answered days of a table with the columns person, day, craving and use.

    ``day`` is a whole number or an ISO date, ``craving`` 0 to 10 or empty, ``use`` 0, 1 or
    empty. A row with neither answer is a day nobody answered, and is left out.

    :raises BadRow: for the first line that cannot be read.
    """
    rows = csv.DictReader(lines, restkey="more")
    if not set(HEADER) <= set(rows.fieldnames or ()):
        raise BadRow(f"The first line has to be {','.join(HEADER)}.")
    answers: dict[tuple[str, date], Answer] = {}
    counted_in: dict[str, str] = {}
    for row in rows:
        try:
            answer, counted = _answer(row)
            if counted_in.setdefault(answer.person, counted) != counted:
                raise BadRow("days of one person are numbers or dates, not both")
            if (answer.person, answer.day) in answers:
                raise BadRow("this person has this day already")
        except BadRow as why:
            raise BadRow(f"Line {rows.line_num}: {why}.") from None
        answers[answer.person, answer.day] = answer
    return [
        answer
        for answer in answers.values()
        if answer.craving is not None or answer.use is not None
    ]


def _answer(row: Mapping[str, Any]) -> tuple[Answer, str]:
    if "more" in row or None in row.values():
        raise BadRow("it has more or fewer columns than the first line")
    person, said_day, craving, use = (row[name].strip() for name in HEADER)
    if not person:
        raise BadRow("the person is missing")
    if use not in USE:
        raise BadRow("use is 0, 1 or empty")
    day, counted = _day(said_day)
    return Answer(person, day, _craving(craving), USE[use]), counted


def _day(said: str) -> tuple[date, str]:
    try:
        return date.fromisoformat(said), "date"
    except ValueError:
        pass
    try:
        number = int(said)
    except ValueError:
        raise BadRow("the day is a whole number or a date like 2026-10-14") from None
    if abs(number) > FAR_AWAY:
        raise BadRow(f"the day is a number from -{FAR_AWAY} to {FAR_AWAY}")
    return FIRST + timedelta(days=number), "number"


def _craving(said: str) -> float | None:
    if not said:
        return None
    try:
        craving = float(said)
    except ValueError:
        craving = -1
    if not 0 <= craving <= 10:
        raise BadRow("craving is a number from 0 to 10, or empty")
    return craving


def replay(answers: Iterable[Answer], limits: Limits = USUAL) -> dict[str, Any]:
    """How often each rule fires, each day judged by what was known on it.

    ``days`` counts person-days, ``share`` is of the answered days; ``never_flagged_share``
    is of the people, by the craving rules.
    """
    people: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        people[answer.person].append(answer)
    days = sum(map(len, people.values()))
    fired: Counter[str] = Counter()
    any_craving_rule = never_flagged = 0
    for theirs in people.values():
        flagged = 0
        for _day, rules in by_day(_person(theirs), limits):
            fired.update(rules)
            flagged += not rules.isdisjoint(CRAVING_RULES)
        any_craving_rule += flagged
        never_flagged += not flagged
    return {
        "people": len(people),
        "answered_days": days,
        "rules": {
            rule: {"days": fired[rule], "share": _share(fired[rule], days)}
            for rule in RULES
        },
        "any_craving_rule_share": _share(any_craving_rule, days),
        "never_flagged_share": _share(never_flagged, len(people)),
    }


def _person(answers: list[Answer]) -> Person:
    return Person(
        [
            DayAnswers(
                day=answer.day,
                at=noon(answer.day),
                craving=answer.craving,  # type: ignore[arg-type]  # scales of others have halves
                use=answer.use,
            )
            for answer in answers
        ]
    )


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
