"""What holds at a moment without anything new having been said."""

from datetime import date, timedelta
from typing import Any

from apps.care.rules.drift import State
from apps.care.rules.drift_facts import ATTENDED, CANCELLED
from apps.care.rules.triage_answers import USUAL_NEEDS, WEEK, usual_of
from apps.care.rules.triage_facts import ClientFacts, DriftStanding, Flag, fire
from apps.common.days import local_day

CRAVING_DOWN = 3
SILENT_DAYS = 14
PLAN_WAITS, PLAN_WAITS_LONG = 4, 5


def over_time(facts: ClientFacts) -> list[Flag]:
    """What holds at ``facts.now`` without anything new having been said."""
    flags = [_plan_waits(facts), _plan_review(facts)]
    if not facts.paused:
        flags += [
            _silent(facts),
            *_drift(facts.drift),
            _checkins_stopped(facts),
            *_good_news(facts),
        ]
    return [flag for flag in flags if flag]


def _today(facts: ClientFacts) -> date:
    return local_day(facts.now, facts.tz)


def _checkins_stopped(facts: ClientFacts) -> Flag | None:
    days = {day.day for day in facts.days if day.day <= _today(facts)}
    if not days or facts.profile.in_person:
        return None
    last = max(days)
    usual = sum((last - day).days < WEEK for day in days)
    # Whole days; today may still bring one.
    is_silent = (_today(facts) - last).days > facts.limits.silent_days
    if not is_silent or usual < USUAL_NEEDS or "R11" in facts.limits.off:
        return None
    key = last.isoformat()
    used = facts.limits.used("silent_days")
    return fire("R11", key, last=key, usual=usual, **used)


def _drift(drift: DriftStanding) -> list[Flag]:
    found = {"rule": drift.rule, **drift.evidence}
    if drift.state == State.SLIPPING and drift.rule == "no_show":
        return [fire("R12", drift.evidence["on"][-1], **found)]
    if drift.state in (State.DRIFTING, State.AWAY) and drift.opened_on:
        key = drift.opened_on.isoformat()
        return [fire("R13", key, quiet=drift.subtype == "QUIET", **found)]
    if drift.state == State.RETURNED and drift.returned_on:
        back = drift.returned_on.isoformat()
        return [fire("R14", back, returned_on=back, watch_days=drift.watch_days)]
    return []


def _plan_waits(facts: ClientFacts) -> Flag | None:
    if facts.plan.submitted_at is None:
        return None
    since = facts.plan.submitted_at.astimezone(facts.hours.tz).date()
    today = facts.now.astimezone(facts.hours.tz).date()
    waited = facts.hours.work_days_between(since, today)
    if waited < PLAN_WAITS:
        return None
    # The same wait becomes more urgent once, so its key changes once.
    is_long = waited >= PLAN_WAITS_LONG
    return fire(
        "R16",
        f"{since.isoformat()}:{'long' if is_long else 'waits'}",
        priority=3 if is_long else None,
        since=since.isoformat(),
        work_days=waited,
    )


def _plan_review(facts: ClientFacts) -> Flag | None:
    plan, today = facts.plan, _today(facts)
    if plan.agreed_on is None:
        return None
    agreed: dict[str, Any] = {
        "agreed_on": plan.agreed_on.isoformat(),
        "seen_on": today.isoformat(),
    }
    used = [day.day for day in facts.days if day.use == "yes"]
    last_use = max(used, default=None)
    if last_use and last_use > plan.agreed_on:
        return fire("R17", f"use:{last_use.isoformat()}", because="use", **agreed)
    back = facts.drift.returned_on
    if back and back > plan.agreed_on:
        return fire("R17", f"return:{back.isoformat()}", because="return", **agreed)
    if plan.review_due_on and plan.review_due_on <= today:
        return fire("R17", plan.review_due_on.isoformat(), because="date", **agreed)
    return None


def _silent(facts: ClientFacts) -> Flag | None:
    silent, until = facts.drift.days_silent, facts.standing_decision_until
    if not facts.profile.opioid_history or silent is None or silent < SILENT_DAYS:
        return None
    if until is not None and _today(facts) <= until:
        return None
    last = facts.last_contact_on.isoformat() if facts.last_contact_on else None
    key = f"{last}:{until.isoformat() if until else ''}"
    return fire("R22", key, days=silent, seen_on=_today(facts).isoformat())


def _good_news(facts: ClientFacts) -> list[Flag]:
    return [
        flag
        for flag in (
            _first_full_week(facts),
            _craving_down(facts),
            _first_day_back(facts),
        )
        if flag
    ]


def _first_full_week(facts: ClientFacts) -> Flag | None:
    """Last week, Monday to Sunday, when it is the first one attended in full."""
    weeks: dict[date, list[tuple[date, bool]]] = {}
    for visit in facts.visits:
        if visit.status == CANCELLED:
            continue
        day = visit.starts_at.astimezone(facts.tz).date()
        monday = day - timedelta(days=day.weekday())
        weeks.setdefault(monday, []).append((day, visit.status in ATTENDED))
    today = _today(facts)
    last = today - timedelta(days=today.weekday() + WEEK)
    full = sorted(
        monday for monday, days in weeks.items() if all(came for _, came in days)
    )
    if not full or full[0] != last:
        return None
    days = len({day for day, _ in weeks[last]})
    return fire("R20", f"full_week:{last.isoformat()}", kind="full_week", days=days)


def _craving_down(facts: ClientFacts) -> Flag | None:
    today = _today(facts)
    now, before = (
        usual_of(
            [
                day.craving
                for day in facts.days
                if first <= (today - day.day).days < first + WEEK
            ]
        )
        for first in (0, 30)
    )
    if now is None or before is None or before - now < CRAVING_DOWN:
        return None
    month = _today(facts).strftime("%Y-%m")
    return fire("R20", f"craving:{month}", kind="craving_down", before=before, now=now)


def _first_day_back(facts: ClientFacts) -> Flag | None:
    back = facts.drift.returned_on
    if back is None or back != _today(facts):
        return None
    return fire("R20", f"back:{back.isoformat()}", kind="first_day_back")
