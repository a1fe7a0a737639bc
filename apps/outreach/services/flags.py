"""Concerns that time raises, and open ones that have nothing left to say."""

from collections.abc import Iterable
from datetime import datetime

from apps.audit.actors import Actor
from apps.care.models import Concern
from apps.care.rules import triage
from apps.care.rules.drift import DriftDecision
from apps.care.services.concerns import (
    expire_concern,
    fingerprint_of,
    raise_concern,
)
from apps.outreach.facts import Case

SOURCE = "outreach"

Judged = tuple[Case, DriftDecision]


def review(judged: Iterable[Judged], by: Actor) -> None:
    """Close what cleared and raise what holds now, for many people at once."""
    found = []
    for case, decision in judged:
        if not case.is_in_care:
            continue
        facts = case.client_facts(decision)
        _clear(case, facts, by)
        found += [(case, flag) for flag in triage.over_time(facts)]
    known = set(
        Concern.objects.filter(
            fingerprint__in=[_fingerprint(case, flag) for case, flag in found]
        ).values_list("fingerprint", flat=True)
    )
    for case, flag in found:
        if _fingerprint(case, flag) not in known and not _stands_already(case, flag):
            _raise(case, flag, by)


def _clear(case: Case, facts: triage.ClientFacts, by: Actor) -> None:
    still_open = []
    for concern in case.concerns:
        finding = concern.finding
        rule, evidence = finding["rule"], finding["evidence"]
        since = concern.last_raised_at or concern.raised_at
        if triage.clears_itself(rule, evidence, since, facts):
            expire_concern(concern=concern, at=case.at, by=by)
        else:
            still_open.append(concern)
    case.concerns = still_open


def _stands_already(case: Case, flag: triage.Flag) -> bool:
    return any(
        concern.finding["rule"] == flag.rule
        and concern.finding["evidence"] == flag.evidence
        and concern.priority <= flag.priority
        for concern in case.concerns
    )


def _raise(case: Case, flag: triage.Flag, by: Actor) -> None:
    expires_after = triage.RULES[flag.rule].expires_after
    concern = raise_concern(
        enrollment=case.enrollment,
        rule=flag.rule,
        version=flag.version,
        evidence=flag.evidence,
        priority=flag.priority,
        due_at=_due_at(case, flag),
        expires_at=case.at + expires_after if expires_after else None,
        source=SOURCE,
        source_key=flag.key,
        at=case.at,
        by=by,
    )
    if concern is not None:
        case.concerns.append(concern)


def _due_at(case: Case, flag: triage.Flag) -> datetime:
    """By the hours of the site; a site that named none is late at once."""
    visit = case.next_visit(case.at)
    try:
        return triage.due_at(
            flag.due, case.at, case.hours, visit.starts_at if visit else None
        )
    except ValueError:
        return case.at


def _fingerprint(case: Case, flag: triage.Flag) -> str:
    return fingerprint_of(case.enrollment.pk, flag.rule, SOURCE, flag.key)
