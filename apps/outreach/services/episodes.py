"""Open, restage and close the one open episode of an enrollment."""

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Task
from apps.care.rules.drift import DriftDecision, State
from apps.care.rules.drift_facts import ATTENDED, STILL_OPEN
from apps.care.services.tasks import create_task, primary_counselor
from apps.notifications.models import Purpose
from apps.notifications.services import cancel_planned
from apps.outreach.facts import Case, call_by
from apps.outreach.models import Episode

Stage, Reason = Episode.Stage, Episode.CloseReason


def settle(case: Case, decision: DriftDecision, by: Actor) -> None:
    """Bring the episode to where the clocks say it is. ``case.episode`` follows."""
    episode = case.episode
    if not case.is_in_care:
        if episode is not None:
            _close(case, Reason.ENDED, by)
    elif decision.opens:
        _open(case, decision, by)
    elif decision.returns:
        _welcome_back(case, decision, by)
    elif decision.state == State.ENGAGED:
        if episode is not None:
            _close(case, Reason.PAUSED if case.is_paused else Reason.BACK, by)
    elif decision.state == State.SLIPPING:
        if episode is not None and episode.stage != Stage.SLIPPING:
            _close(case, Reason.BACK, by)
        if case.episode is None:
            _begin(case, decision, by)
        else:
            _restage(case, decision)
    elif decision.state in (State.DRIFTING, State.AWAY):
        _restage(case, decision)


def _begin(case: Case, decision: DriftDecision, by: Actor, **columns) -> None:
    earlier = case.enrollment.episodes.order_by("-started_at", "-pk").first()
    if earlier and earlier.quiet_until and earlier.quiet_until > case.at:
        # Who asked for quiet has it, whatever begins or ends meanwhile.
        columns["quiet_until"] = earlier.quiet_until
        columns["not_now_count"] = earlier.not_now_count
    case.episode = Episode.objects.create(
        organization_id=case.enrollment.organization_id,
        enrollment=case.enrollment,
        stage=decision.state,
        subtype=decision.subtype or Episode.Subtype.QUIET,
        finding=_finding(decision),
        started_at=case.at,
        **columns,
    )
    case.done = set()
    _record(f"outreach.episode_{decision.state.lower()}", case, by)


def _open(case: Case, decision: DriftDecision, by: Actor) -> None:
    """It became a drift: the ladder counts its days from today."""
    opened = {"opened_on": case.today, "opened_at": case.at}
    earlier = case.episode
    if earlier is None:
        _begin(case, decision, by, **opened)
    elif earlier.stage == Stage.SLIPPING:
        earlier.stage, earlier.subtype = decision.state, decision.subtype
        earlier.finding = _finding(decision)
        earlier.opened_on, earlier.opened_at = case.today, case.at
        earlier.save()
        _record(f"outreach.episode_{decision.state.lower()}", case, by)
    else:
        _close(case, Reason.BACK, by)
        _begin(case, decision, by, relapse_of=earlier, **opened)


def _restage(case: Case, decision: DriftDecision) -> None:
    """The same episode goes on; what opened it stays known."""
    episode = case.episode
    before = (episode.stage, episode.subtype, episode.finding)
    episode.stage = decision.state
    episode.subtype = decision.subtype or episode.subtype
    if decision.rule != STILL_OPEN:
        opened_by = episode.finding["opened_by"]
        episode.finding = _finding(decision) | {"opened_by": opened_by}
    if (episode.stage, episode.subtype, episode.finding) != before:
        episode.save()


def _welcome_back(case: Case, decision: DriftDecision, by: Actor) -> None:
    """They came: nothing that was planned goes out any more, and somebody says hello."""
    episode, returned_on = case.episode, decision.evidence["on"]
    episode.stage = Stage.RETURNED
    episode.returned_at = next(
        visit.starts_at
        for visit in case.visits
        if visit.status in ATTENDED
        and case.enrollment.client_day(visit.starts_at).isoformat() == returned_on
    )
    episode.save()
    _nothing_more(case, "CAME_BACK", by)
    create_task(
        kind=Task.Kind.WELCOME,
        organization_id=episode.organization_id,
        enrollment=case.enrollment,
        assignee=primary_counselor(case.enrollment, case.at),
        details={"returned_on": returned_on},
        source="episode",
        source_key=str(episode.pk),
        priority=3,
        due_at=call_by(case.hours, case.at),
        at=case.at,
        by=by,
    )
    _record("outreach.episode_returned", case, by)


def _close(case: Case, reason: str, by: Actor) -> None:
    episode = case.episode
    episode.stage, episode.closed_at = Stage.CLOSED, case.at
    episode.close_reason = reason
    episode.save()
    _nothing_more(case, f"EPISODE_{reason}", by)
    _record("outreach.episode_closed", case, by)
    case.episode, case.done = None, set()


def _nothing_more(case: Case, reason: str, by: Actor) -> None:
    cancel_planned(
        client=case.enrollment.client,
        purpose=Purpose.OUTREACH,
        reason=reason,
        at=case.at,
        by=by,
    )


def _finding(decision: DriftDecision) -> dict:
    return {
        "rule": decision.rule,
        "evidence": decision.evidence,
        "opened_by": decision.rule if decision.opens else "",
    }


def _record(action: str, case: Case, by: Actor) -> None:
    record(
        action=action,
        at=case.at,
        by=by,
        subject=case.episode,
        client_id=case.enrollment.client_id,
    )
