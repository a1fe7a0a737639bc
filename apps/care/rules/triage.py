"""Which answers and silences need somebody: rules with numbers, never a score."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from apps.care.rules.hours import StaffedHours
from apps.care.rules.triage_answers import (
    after_checkin,
    after_moment,
    at_once,
    trends,
)
from apps.care.rules.triage_facts import (
    RULES,
    ClientFacts,
    DayAnswers,
    DriftStanding,
    DueRule,
    Flag,
    MomentLog,
    Path,
    PlanFacts,
    Profile,
)
from apps.care.rules.triage_late import (
    TRENDS,
    answered_since,
    brought_about,
    is_older,
    said_at,
    same_finding,
    standing,
)
from apps.care.rules.triage_limits import Limits
from apps.care.rules.triage_sentences import sentence
from apps.care.rules.triage_time import over_time
from apps.common.days import wall_to_utc

__all__ = [
    "CLEARED_BY_ANSWERS",
    "ESCALATE_AFTER",
    "LATE_AFTER_WORK_DAYS",
    "RULES",
    "TRENDS",
    "ClientFacts",
    "DayAnswers",
    "DriftStanding",
    "DueRule",
    "Flag",
    "Limits",
    "MomentLog",
    "Path",
    "PlanFacts",
    "Profile",
    "after_checkin",
    "after_moment",
    "at_once",
    "brought_about",
    "clears_itself",
    "due_at",
    "is_older",
    "order_key",
    "over_time",
    "said_at",
    "same_finding",
    "sentence",
    "silence_of",
    "silenced",
    "standing",
    "trends",
    "worsened",
]

# For what goes to the on-call path: asked again, then the supervisor.
ESCALATE_AFTER = (timedelta(minutes=15), timedelta(minutes=30))
# For what is due within a work day and nobody looked at.
LATE_AFTER_WORK_DAYS = 1
# Asked anew, they are told anew who calls and by when: somebody has to know of it.
NEVER_STILL = frozenset({"R03"})
# What answers alone can clear; the others need to know about rosters, plans and silences.
CLEARED_BY_ANSWERS = frozenset({"R05", "R06", "R07", "R08", "R11"})

LAST_CALL = time(21)


def due_at(
    due: DueRule,
    raised_at: datetime,
    hours: StaffedHours,
    next_session_at: datetime | None = None,
) -> datetime:
    """When somebody has to have looked, by the site's own clock and hours."""
    match due:
        case DueRule.NOW:
            return raised_at
        case DueRule.SAME_DAY:
            return _end_of_day(raised_at, hours)
        case DueRule.SAME_WORK_DAY:
            return hours.call_by(raised_at)
        case DueRule.ONE_WORK_DAY:
            return hours.after_work_days(raised_at, 1)
        case DueRule.TWO_WORK_DAYS:
            return hours.after_work_days(raised_at, 2)
        case DueRule.NEXT_SESSION:
            within_a_week = hours.after_work_days(raised_at, 5)
            if next_session_at is None or next_session_at <= raised_at:
                return within_a_week
            return min(next_session_at, within_a_week)


def _end_of_day(raised_at: datetime, hours: StaffedHours) -> datetime:
    """Closing time while there is one ahead today, else 21:00, else within the hour."""
    today = raised_at.astimezone(hours.tz).date()
    staffed = hours.bounds(today)
    an_hour = raised_at + timedelta(hours=1)
    if staffed and an_hour <= staffed[1]:
        return staffed[1]
    return max(wall_to_utc(today, LAST_CALL, hours.tz), an_hour.astimezone(UTC))


def order_key(
    priority: int,
    due: datetime,
    raised_at: datetime,
    last_human_contact_at: datetime | None,
) -> tuple[int, datetime, datetime, datetime]:
    """Priority, what is due first, what was first, who waits longest for a person."""
    never = datetime.min.replace(tzinfo=UTC)
    return priority, due, raised_at, last_human_contact_at or never


def _weight(rule: str, evidence: Mapping[str, Any]) -> float:
    """How bad the value is; comparable only within one rule."""
    match rule:
        case "R05" | "R06":
            return evidence["craving"]
        case "R07":
            return evidence["cravings"][-1]
        case "R08":
            return 10 - evidence["confidence"]
        case "R09":
            return evidence.get("low", 0)
        case "R10":
            return evidence["days"]
        case "R15":
            return evidence["risk"] or 0
        case "R18":
            return evidence.get("logs", 0)
    return 0


def worsened(
    rule: str, evidence: Mapping[str, Any], earlier: Mapping[str, Any]
) -> bool:
    """Whether the value is worse by two than when somebody last looked."""
    return _weight(rule, evidence) - _weight(rule, earlier) >= 2


def silenced(
    rule: str,
    evidence: Mapping[str, Any],
    *,
    ack_at: datetime,
    ack_evidence: Mapping[str, Any],
    at: datetime,
) -> bool:
    """Whether somebody looked so lately that the rule keeps still.

    What only a clinician may close, and what cannot wait, never keeps still.
    """
    quiet = silence_of(rule, RULES[rule].priority)
    if quiet is None or worsened(rule, evidence, ack_evidence):
        return False
    return at < ack_at + quiet


def silence_of(rule: str, priority: int) -> timedelta | None:
    """How long a rule keeps still once somebody looked; None: it does not."""
    if priority == 1 or rule in NEVER_STILL:
        return None
    return timedelta(hours=24) if priority == 2 else timedelta(days=7)


def clears_itself(
    rule: str, evidence: Mapping[str, Any], raised_at: datetime, facts: ClientFacts
) -> bool:
    """Whether an open concern has nothing left to say. The others wait for a person."""
    if answered_since(rule, evidence, said_at(evidence) or raised_at, facts):
        return True
    match rule:
        case "R11" | "R12" | "R13" | "R14" | "R16" | "R17" | "R22":
            return all(flag.rule != rule for flag in over_time(facts))
    return False
