"""What arrives late, or corrects a day, changes what stands about it and the days after.

A phone without a network keeps answers and sends them in any order. What stands in the end
must not depend on that order, so the days are read again as if each had come on its day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from apps.care.rules.triage_answers import WEEK, at_once, trends
from apps.care.rules.triage_facts import RULES, ClientFacts, DayAnswers, Flag

TRENDS = ("R06", "R07", "R08", "R09")
# What an earlier answer can bring about a later day: two days without medicine, or sick in
# the week after drinking. Use twice in a week says less than the first time did.
FROM_EARLIER = ("R02", "R04", "R10", "R21")
CALM, CALM_ANSWERS = 5, 3
WHEN = ("at", "said_at", "late_hours", "received", "limits")


def standing(facts: ClientFacts) -> dict[str, Flag]:
    """The trends that stand by all days known now: of each rule the latest, keyed by its day.

    Each day is judged by the days before it; one that was filled in after a later day was
    answered says nothing about how things go.
    """
    found: dict[str, Flag] = {}
    days = sorted(facts.days, key=lambda day: day.day, reverse=True)
    for day in days:
        if len(found) == len(TRENDS):
            break
        if _filled_in(day, days):
            continue
        for flag in trends(facts, day):
            if flag.rule not in found:
                found[flag.rule] = replace(flag, key=day.day.isoformat())
    return {
        rule: flag
        for rule, flag in found.items()
        if not answered_since(rule, flag.evidence, said_at(flag.evidence), facts)
    }


def _filled_in(day: DayAnswers, days: Sequence[DayAnswers]) -> bool:
    first = day.first_at or day.at
    return any(
        other.day > day.day and (other.first_at or other.at) < first for other in days
    )


def same_finding(one: Flag | None, other: Flag | None) -> bool:
    """Whether both say the same of the same answers, whenever a day was touched again."""
    if one is None or other is None:
        return one is other
    return one.key == other.key and _numbers(one) == _numbers(other)


def _numbers(flag: Flag) -> dict[str, Any]:
    return {name: value for name, value in flag.evidence.items() if name not in WHEN}


def brought_about(
    before: ClientFacts, after: ClientFacts, arrived: DayAnswers
) -> list[tuple[DayAnswers, Flag]]:
    """What days after the one that arrived say now, and did not say without it."""
    found = []
    for day in after.days:
        if not 0 < (day.day - arrived.day).days <= WEEK:
            continue
        known = {flag.rule for flag in at_once(before, day)}
        found += [
            (day, flag)
            for flag in at_once(after, day)
            if flag.rule in FROM_EARLIER and flag.rule not in known
        ]
    return found


def said_at(evidence: Mapping[str, Any]) -> datetime | None:
    """When the answer behind a finding was given, where that was kept."""
    said = evidence.get("said_at")
    return datetime.fromisoformat(said) if said else None


def is_older(evidence: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    """Whether a finding is about an earlier answer than the one known already."""
    then, now = said_at(evidence), said_at(known)
    return then is not None and now is not None and then < now


def answered_since(
    rule: str, evidence: Mapping[str, Any], since: datetime | None, facts: ClientFacts
) -> bool:
    """Whether later answers, or a week gone by, leave a finding nothing to say."""
    since = since or datetime.min.replace(tzinfo=UTC)
    life = RULES[rule].expires_after
    if life and facts.now >= since + life:
        return True
    later = [
        day.craving
        for day in sorted(facts.days, key=lambda day: day.at)
        if day.at > since and day.craving is not None
    ]
    match rule:
        case "R05":
            runs = zip(later, later[1:], later[2:], strict=False)
            return any(max(run) <= CALM for run in runs)
        case "R07":
            return any(craving < evidence["cravings"][-1] for craving in later)
    return False
