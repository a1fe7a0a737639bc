"""What arrived is read by the rules at once; what cannot wait reaches somebody at once."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.care.models import Concern, Enrollment, Program, Site, Task
from apps.care.rules import triage
from apps.care.rules.weekly_review import after_review
from apps.care.services.concerns import (
    NEEDS_A_CLINICIAN,
    expire_concern,
    raise_concern,
)
from apps.care.services.enrollments import assign
from apps.care.services.tasks import create_task
from apps.care.services.vocabulary import program_of
from apps.checkins.models import CheckinDay, Moment, Submission, WeeklyReview
from apps.checkins.selectors import (
    client_facts,
    counselor_of,
    day_answers,
    days_around,
    hours_of,
    moment_facts,
    moment_log,
    nurse_of,
    on_call_of,
)
from apps.notifications.services import plan_staff_alert

SOURCE = "checkins"
# How long somebody on call, who is not of the care team, may open the record.
ON_CALL_READS = timedelta(days=2)
MOMENTS_REACH = timedelta(days=1)


# Answers that only say something together: one of them anew says all of them anew.
TOGETHER = (
    ("craving_peak", "triggers"),
    ("mood",),
    ("body",),
    ("confidence",),
    ("use_reported", "use_what"),
    ("contact_request",),
    ("feels_safe", "unsafe_because"),
    ("one_tap",),
    ("note",),
)


def read_submission(
    *,
    submission: Submission,
    day: CheckinDay,
    program: Program,
    before: list[triage.DayAnswers],
    has_open: bool,
    at: datetime,
    by: Actor,
) -> list[Concern]:
    """Raise what the answers just sent call for, and close what they leave nothing to say.

    ``program`` is where the client is placed now, ``before`` the days they compare with as
    they stood until now, ``has_open`` whether anything was open then.
    """
    enrollment = submission.enrollment
    site = program.site
    # An older item speaks for itself: what stands on the day was said after it.
    is_latest = submission.occurred_at == day.last_at
    now = day.said | {"note": day.note} if is_latest else submission.answers
    said = triage.DayAnswers.of(
        day.local_on,
        submission.occurred_at,
        {
            key: now.get(key)
            for keys in TOGETHER
            if not submission.answers.keys().isdisjoint(keys)
            for key in keys
        },
        source=str(submission.pk),
        received_at=submission.received_at,
    )
    others = [each for each in before if each.day != day.local_on]
    today = day_answers(day)
    if is_latest:
        today = replace(today, received_at=submission.received_at)
    facts = replace(client_facts(enrollment, program, at), days=[*others, today])
    flags = triage.at_once(facts, said)
    is_new_day = all(each.day < said.day for each in before)
    stood = {}
    if is_new_day:
        flags += triage.trends(facts, said)
    else:
        earlier = replace(facts, days=before)
        flags += _brought_about(earlier, facts, said)
        stood = triage.standing(earlier)
    raised = _raise_all(flags, enrollment, site, at, by)
    if not is_new_day:
        raised += _read_again(stood, facts, said, enrollment, site, at, by)
    if has_open or raised:
        _close_what_cleared(facts, enrollment, at, by)
    # The reason that follows a "no" says more about it; people were told already.
    if submission.answers.keys() != {"unsafe_because"}:
        _call_somebody(flags, enrollment, str(submission.pk), site, at, by)
    return raised


def _brought_about(
    before: triage.ClientFacts, after: triage.ClientFacts, said: triage.DayAnswers
) -> list[triage.Flag]:
    """What days that were answered before say now, each under a key of its own."""
    return [
        replace(flag, key=f"{said.source}:{day.day.isoformat()}")
        for day, flag in triage.brought_about(before, after, said)
    ]


def _read_again(
    stood: dict[str, triage.Flag],
    facts: triage.ClientFacts,
    said: triage.DayAnswers,
    enrollment: Enrollment,
    site: Site,
    at: datetime,
    by: Actor,
) -> list[Concern]:
    """What an answer from before, or a correction, changes in what is compared over days."""
    now = triage.standing(facts)
    raised = []
    for rule in triage.TRENDS:
        flag = now.get(rule)
        if triage.same_finding(stood.get(rule), flag):
            continue
        concern = _open_one(enrollment, rule)
        # Both were read and closed, or what is left was before this day.
        is_about_now = flag is not None and flag.key >= said.day.isoformat()
        if flag is not None and (concern is not None or is_about_now):
            flag = replace(flag, key=f"{said.source}:{flag.key}")
            raised += _raise_all([flag], enrollment, site, at, by, anew=True)
        elif flag is None and concern is not None:
            expire_concern(concern=concern, at=at, by=by)
    return raised


def _open_one(enrollment: Enrollment, rule: str) -> Concern | None:
    found = Concern.objects.open().filter(enrollment=enrollment)
    return next((each for each in found if each.finding["rule"] == rule), None)


def _close_what_cleared(
    facts: triage.ClientFacts, enrollment: Enrollment, at: datetime, by: Actor
) -> None:
    """In the transaction of the answer: nobody reads a reason that is over."""
    for concern in Concern.objects.open().filter(enrollment=enrollment):
        rule, evidence = concern.finding["rule"], concern.finding["evidence"]
        if rule in triage.CLEARED_BY_ANSWERS and triage.clears_itself(
            rule, evidence, concern.last_raised_at or concern.raised_at, facts
        ):
            expire_concern(concern=concern, at=at, by=by)


def read_unfiled(
    *,
    enrollment: Enrollment,
    answers: dict,
    occurred_at: datetime,
    source_key: str,
    at: datetime,
    by: Actor,
) -> list[Concern]:
    """Answers that no check-in could be made of still say what they say."""
    program = program_of(enrollment, at)
    said = triage.DayAnswers.of(
        enrollment.client_day(occurred_at),
        occurred_at,
        answers,
        source=source_key,
        received_at=at,
    )
    flags = triage.after_checkin(client_facts(enrollment, program, at), said)
    raised = _raise_all(flags, enrollment, program.site, at, by)
    _call_somebody(flags, enrollment, source_key, program.site, at, by)
    return raised


def read_moment(*, moment: Moment, at: datetime, by: Actor) -> list[Concern]:
    enrollment = moment.enrollment
    program = program_of(enrollment, at)
    facts = replace(
        client_facts(enrollment, program, at),
        moments=moment_facts(
            enrollment,
            moment.occurred_at - MOMENTS_REACH,
            moment.occurred_at + MOMENTS_REACH,
        ),
    )
    flags = triage.after_moment(facts, moment_log(moment))
    raised = _raise_all(flags, enrollment, program.site, at, by)
    is_of_another_day = moment.local_on < enrollment.client_day(at)
    if is_of_another_day and any(flag.rule == "R05" for flag in flags):
        days = [day_answers(day) for day in days_around(enrollment, moment.local_on)]
        _close_what_cleared(replace(facts, days=days), enrollment, at, by)
    return raised


def read_review(
    *,
    review: WeeklyReview,
    before: WeeklyReview | None,
    at: datetime,
    by: Actor,
) -> list[Concern]:
    """``before`` is the review of an earlier week."""
    enrollment = review.enrollment
    asked = ("question_set", "wording_id")
    same_words = before is not None and all(
        getattr(review, name) == getattr(before, name) for name in asked
    )
    flag = after_review(
        review.answers,
        before.answers if before is not None and same_words else None,
        is_official=review.wording_id is not None,
        key=str(review.pk),
    )
    site = program_of(enrollment, at).site
    return _raise_all([flag] if flag else [], enrollment, site, at, by)


def _raise_all(
    flags: Iterable[triage.Flag],
    enrollment: Enrollment,
    site: Site,
    at: datetime,
    by: Actor,
    anew: bool = False,
) -> list[Concern]:
    raised = []
    for flag in flags:
        expires_after = triage.RULES[flag.rule].expires_after
        concern = raise_concern(
            enrollment=enrollment,
            rule=flag.rule,
            version=flag.version,
            evidence=flag.evidence,
            priority=flag.priority,
            due_at=_due_at(flag, at, site),
            expires_at=_said_at(flag, at) + expires_after if expires_after else None,
            source=SOURCE,
            source_key=flag.key,
            at=at,
            by=by,
            anew=anew,
        )
        if concern is not None:
            raised.append(concern)
    return raised


def _call_somebody(
    flags: list[triage.Flag],
    enrollment: Enrollment,
    source_key: str,
    site: Site,
    at: datetime,
    by: Actor,
) -> None:
    """A task and a message for whoever answers for it now, if it cannot wait.

    What is about medicine is the nurse's while the site is open; all else, and everything
    outside the hours, goes to who is on call.
    """
    urgent = [flag for flag in flags if flag.rule in NEEDS_A_CLINICIAN]
    if not urgent:
        return
    on_call = on_call_of(site) or counselor_of(enrollment, at)
    nurse = nurse_of(site) if hours_of(site).is_open(at) else None
    calls: dict[User, tuple[triage.Flag, str]] = {}
    for flag in urgent:
        if nurse is not None and flag.path == triage.Path.NURSE:
            calls.setdefault(nurse, (flag, f"{source_key}:nurse"))
        elif on_call is not None:
            calls.setdefault(on_call, (flag, source_key))
    for staff, (flag, once) in calls.items():
        _call(staff, flag, enrollment, once, site, at, by)


def _call(
    staff: User,
    flag: triage.Flag,
    enrollment: Enrollment,
    once: str,
    site: Site,
    at: datetime,
    by: Actor,
) -> None:
    caseload = Enrollment.objects.on_caseload_of(staff, at)
    if not caseload.filter(pk=enrollment.pk).exists():
        assign(
            enrollment=enrollment,
            staff=staff,
            role="CARE_TEAM",
            at=at,
            by=by,
            until=at + ON_CALL_READS,
        )
    create_task(
        kind=Task.Kind.CALL,
        organization_id=enrollment.organization_id,
        enrollment=enrollment,
        assignee=staff,
        source=SOURCE,
        source_key=once,
        details={"rule": flag.rule, "evidence": flag.evidence},
        priority=flag.priority,
        due_at=_due_at(flag, at, site),
        at=at,
        by=by,
    )
    plan_staff_alert(
        staff=staff,
        enrollment=enrollment,
        once_key=f"alert-{once}",
        at=at,
        by=by,
    )


def _said_at(flag: triage.Flag, at: datetime) -> datetime:
    return triage.said_at(flag.evidence) or at


def _due_at(flag: triage.Flag, at: datetime, site: Site) -> datetime:
    """By the hours of the site; a site that named none is late at once."""
    try:
        return triage.due_at(flag.due, at, hours_of(site))
    except ValueError:
        return at
