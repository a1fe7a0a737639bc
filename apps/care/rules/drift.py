"""Drift: two clocks, both in local days, that tell when somebody is slipping away.

Clock A runs on sessions: how many in a row nobody came to, and days since the last one
attended. Clock C runs on contact of any kind. Only closed rosters count: from the first
session whose outcome is not known yet, no clock advances.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from apps.care.rules.drift_facts import (
    NO_SHOW,
    DriftDecision,
    DriftFacts,
    State,
    Subtype,
    Thresholds,
    Visit,
)
from apps.care.rules.drift_reading import Reading
from apps.common.days import day_bounds, local_day

__all__ = [
    "DriftDecision",
    "DriftFacts",
    "Spell",
    "State",
    "Subtype",
    "Thresholds",
    "Visit",
    "evaluate",
    "next_check_at",
    "replay",
]

# Nothing changes later than this without something new.
HORIZON = 70


def evaluate(facts: DriftFacts, thresholds: Thresholds) -> DriftDecision:
    """Where somebody stands by what is known at ``facts.now``."""
    decision = Reading(facts, thresholds).decision()
    due = _next_change(facts, thresholds, decision)
    return replace(decision, next_due=due)


def next_check_at(facts: DriftFacts, thresholds: Thresholds) -> datetime | None:
    """When, with nothing new, the answer could first be another; None for never."""
    decision = Reading(facts, thresholds).decision()
    return _next_change(facts, thresholds, decision)


def _next_change(
    facts: DriftFacts, thresholds: Thresholds, decision: DriftDecision
) -> datetime | None:
    # Clocks count days, so an answer can only change when a day begins.
    today = local_day(facts.now, facts.tz)
    stored = _once_stored(facts, decision)
    for ahead in range(1, HORIZON + 1):
        begins, _ = day_bounds(today + timedelta(days=ahead), facts.tz)
        later = Reading(replace(stored, now=begins), thresholds).decision()
        if _answer(later) != _answer(decision):
            return begins
    return None


def _answer(decision: DriftDecision) -> tuple[State, str, Subtype | None]:
    return decision.state, decision.rule, decision.subtype


def _once_stored(facts: DriftFacts, decision: DriftDecision) -> DriftFacts:
    """The facts as the next reading finds them."""
    if decision.opens:
        return replace(
            facts,
            state=decision.state,
            opened_at=facts.now,
            opened_by=decision.rule,
            returned_on=None,
        )
    if decision.returns:
        returned_on = date.fromisoformat(decision.evidence["on"])
        return replace(facts, state=decision.state, returned_on=returned_on)
    return replace(facts, state=decision.state)


@dataclass(frozen=True)
class Spell:
    """One episode of a replay, in days of the record."""

    opened: int
    closed: int | None = None


def replay(
    visits: Iterable[tuple[int, bool]], thresholds: Thresholds, until: int
) -> list[Spell]:
    """The episodes that a record of day numbers would have had, day by day to ``until``.

    A visit of a day is known before the clocks of that day are read.
    """
    epoch, tz = date(2027, 1, 4), ZoneInfo("UTC")
    record = [
        (day, _visit_of(epoch + timedelta(days=day), attended, tz))
        for day, attended in visits
    ]
    spells: list[Spell] = []
    facts = DriftFacts(now=datetime.min.replace(tzinfo=UTC), tz=tz, started_on=epoch)
    for day in range(until + 1):
        facts = replace(
            facts,
            now=datetime.combine(epoch + timedelta(days=day), time(12), tzinfo=tz),
            visits=[visit for on, visit in record if on <= day],
        )
        decision = Reading(facts, thresholds).decision()
        if decision.opens:
            spells.append(Spell(day))
        if decision.returns:
            spells[-1] = replace(spells[-1], closed=day)
        facts = _once_stored(facts, decision)
    return spells


def _visit_of(day: date, attended: bool, tz: ZoneInfo) -> Visit:
    start = datetime.combine(day, time(9), tzinfo=tz)
    status = "PRESENT" if attended else NO_SHOW
    return Visit(start, start + timedelta(hours=1), status)
