"""Rungs of the ladder: each becomes one message or one task, or says why not."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q

from apps.audit.actors import Actor
from apps.care import message_library
from apps.care.models import CareAssignment, Task
from apps.care.rules import ladder
from apps.care.rules.drift import DriftDecision, State, Subtype, Visit
from apps.care.rules.drift_facts import NO_SHOW
from apps.care.services.tasks import create_task, primary_counselor
from apps.notifications.gate import first_moment, history, open_channel
from apps.notifications.models import Channel, OutboxMessage, Purpose
from apps.notifications.services import plan_message
from apps.outreach import links
from apps.outreach.facts import Case, call_by
from apps.outreach.models import Episode, Step


def climb(case: Case, decision: DriftDecision, by: Actor) -> datetime | None:
    """Make every rung that is due; returns when the next one could be."""
    if case.episode is None or case.episode.stage == Episode.Stage.RETURNED:
        return None
    standing = _standing(case, decision)
    held: dict[str, datetime | None] = {}
    for rung in ladder.steps_for(standing):
        is_over = rung.expires_at is not None and rung.expires_at <= case.at
        if rung.code in case.done or rung.not_before > case.at or is_over:
            continue
        if rung.kind == ladder.StepKind.AUTO_MESSAGE and _is_held(case):
            held[rung.code] = case.episode.quiet_until
            continue
        _make(case, rung, by)
        case.done.add(rung.code)
    coming = ladder.next_step_at(standing, case.done | held.keys(), case.at)
    moments = (coming, *held.values())
    return min((at for at in moments if at is not None and at > case.at), default=None)


def _is_held(case: Case) -> bool:
    """People only, or nothing at all, until something changes."""
    quiet_until = case.episode.quiet_until
    is_quiet = quiet_until is not None and quiet_until > case.at
    return is_quiet or case.people_only or case.episode.wants_no_more


def _standing(case: Case, decision: DriftDecision) -> ladder.Standing:
    episode = case.episode
    missed = [
        visit.starts_at
        for visit in case.visits
        if visit.status == NO_SHOW and visit.starts_at <= case.at
    ]
    return ladder.Standing(
        level=case.level.code if case.level else "",
        stage=State(episode.stage),
        subtype=Subtype(episode.subtype),
        rule=episode.finding["rule"],
        tz=case.tz,
        started_at=episode.started_at,
        opened_on=episode.opened_on,
        opened_at=episode.opened_at,
        missed_start=missed[-1] if missed else None,
        missed_in_a_row=decision.missed_in_a_row,
    )


def _make(case: Case, rung: ladder.PlannedStep, by: Actor) -> None:
    """The step is written beside what it became: one transaction, one unique key."""
    ends: dict = {}
    match rung.kind:
        case ladder.StepKind.AUTO_MESSAGE:
            made = _message(case, rung, by)
            ends["skipped_because" if isinstance(made, str) else "message"] = made
        case ladder.StepKind.CALL_TASK:
            ends["task"] = _task(
                case,
                rung,
                Task.Kind.CALL,
                primary_counselor(case.enrollment, case.at),
                by,
            )
        case ladder.StepKind.STAFF_TASK:
            ends["task"] = _task(case, rung, Task.Kind.HUDDLE, _supervisor(case), by)
    Step.objects.create(
        episode=case.episode, code=rung.code, planned_at=case.at, **ends
    )


def _message(case: Case, rung, by: Actor) -> OutboxMessage | str:
    """The planned message, or why there is none."""
    template = message_library.get(rung.template)
    client = case.enrollment.client
    if not template.active:
        return "SWITCHED_OFF"
    channel, closed_because = open_channel(client, Purpose.OUTREACH)
    if channel is None:
        return closed_because
    send_after = first_moment(
        Purpose.OUTREACH,
        case.enrollment,
        max(rung.not_before, case.at),
        sent=history(client, case.at, planned=True),
    )
    words = {
        "first": client.preferred_name,
        "sender": primary_counselor(case.enrollment, case.at).name,
        "alias": case.enrollment.organization.alias,
    }
    needed = template.variables(client.language)
    expires = [rung.expires_at] if rung.expires_at else []
    if "day" in needed:
        visit = case.next_visit(send_after)
        if visit is None:
            return "NO_SESSION"
        words |= when_words(visit, case.tz, client.language)
        # An invitation to what has begun is no invitation.
        expires.append(visit.starts_at)
    expires_at = min(expires, default=None)
    if expires_at is not None and expires_at <= send_after:
        return "TOO_LATE"
    if "link" in needed:
        words["link"] = links.checkin_link()
    elif channel == Channel.EMAIL:
        words["link"] = links.answer_link(
            episode=case.episode, channel=channel, at=case.at
        )
    try:
        return plan_message(
            client=client,
            enrollment=case.enrollment,
            channel=channel,
            purpose=Purpose.OUTREACH,
            template=rung.template,
            variables=words,
            once_key=f"step:{case.episode.pk}:{rung.code}",
            send_after=send_after,
            expires_at=expires_at,
            at=case.at,
            by=by,
        )
    except message_library.TooLong:
        return "TOO_LONG"


def when_words(visit: Visit, tz: ZoneInfo, language: str) -> dict[str, str]:
    local = visit.starts_at.astimezone(tz)
    return {
        "day": message_library.day_word(local.date(), language),
        "time": message_library.time_word(local.time(), language),
    }


def _task(case: Case, rung, kind: str, assignee, by: Actor) -> Task:
    finding = case.episode.finding
    return create_task(
        kind=kind,
        organization_id=case.enrollment.organization_id,
        enrollment=case.enrollment,
        assignee=assignee,
        details={
            "step": rung.code,
            "rule": finding["rule"],
            "evidence": finding["evidence"],
        },
        source="ladder",
        source_key=f"{case.episode.pk}:{rung.code}",
        due_at=call_by(case.hours, case.at),
        at=case.at,
        by=by,
    )


def _supervisor(case: Case):
    """Who looks at it together with the counselor."""
    running = Q(until=None) | Q(until__gt=case.at)
    assignment = (
        CareAssignment.objects.filter(
            running,
            enrollment=case.enrollment,
            role=CareAssignment.Role.SUPERVISING,
            since__lte=case.at,
            staff__is_active=True,
        )
        .select_related("staff")
        .order_by("since", "pk")
        .first()
    )
    return (
        assignment.staff if assignment else primary_counselor(case.enrollment, case.at)
    )
