"""Where somebody lives, and places outside: each followed up until something came of it."""

from datetime import date, datetime, timedelta

from django.db import transaction

from apps.accounts.models import User
from apps.audit.actors import SYSTEM, Actor
from apps.audit.services import record
from apps.care.models import Enrollment, LivingSituation, Referral, Task
from apps.care.rules.hours import StaffedHours
from apps.care.services.tasks import complete_task, create_task, primary_counselor


class OutcomeNeeded(Exception):
    """It is over, and nobody said what came of it."""


class FollowUpInThePast(Exception):
    """A follow-up is today or later, and only while something may still come of it."""


@transaction.atomic
def note_living(
    *,
    enrollment: Enrollment,
    kind: str,
    from_on: date,
    at: datetime,
    by: Actor,
    place: str = "",
    feels_safe: str = "",
) -> LivingSituation:
    """Where they live from that day on. What was said before stays."""
    situation = LivingSituation.objects.create(
        enrollment=enrollment,
        kind=kind,
        place=place.strip() or None,
        feels_safe=feels_safe or None,
        from_on=from_on,
        said_at=at,
        said_to_id=by.user_id,
    )
    record(
        action="care.living_noted",
        at=at,
        by=by,
        subject=situation,
        client_id=enrollment.client_id,
    )
    return situation


def lives_now(enrollment: Enrollment, today: date) -> LivingSituation | None:
    """The newest there is; what was said in an earlier episode counts until it is said anew."""
    return (
        LivingSituation.objects.filter(
            enrollment__client=enrollment.client_id, from_on__lte=today
        )
        .select_related("said_to")
        .order_by("-from_on", "-said_at", "-pk")
        .first()
    )


@transaction.atomic
def refer(
    *,
    enrollment: Enrollment,
    kind: str,
    place: str,
    made_on: date,
    at: datetime,
    by: Actor,
    state: str = Referral.State.PLANNED,
    follow_up_on: date | None = None,
) -> Referral:
    """:raises FollowUpInThePast: the follow-up lies before the day it was made."""
    if follow_up_on is not None and follow_up_on < made_on:
        raise FollowUpInThePast
    referral = Referral.objects.create(
        enrollment=enrollment,
        kind=kind,
        place=place.strip(),
        state=state,
        made_on=made_on,
        made_by_id=by.user_id,
        follow_up_on=follow_up_on,
        changed_at=at,
    )
    _tell("care.referral_made", referral, at, by)
    return referral


@transaction.atomic
def note_referral(
    *,
    referral: Referral,
    state: str,
    outcome: str,
    follow_up_on: date | None,
    at: datetime,
    by: Actor,
) -> None:
    """How it stands. Another follow-up, or none, ends what was asked of somebody before.

    :raises OutcomeNeeded: it is over, without a word of what came of it.
    :raises FollowUpInThePast: the follow-up is over, or so is the referral.
    """
    # As it is now: somebody may have been asked since it was read.
    referral = (
        Referral.objects.select_for_update(of=("self",))
        .select_related("enrollment__program__site")
        .get(pk=referral.pk)
    )
    is_over = state not in Referral.OPEN
    if is_over and not outcome.strip():
        raise OutcomeNeeded
    today = referral.enrollment.program.site.local_date(at)
    if follow_up_on is not None and (is_over or follow_up_on < today):
        raise FollowUpInThePast
    asked = referral.task_id and Task.objects.get(pk=referral.task_id)
    if asked and asked.done_at is None:
        complete_task(task=asked, outcome="", at=at, by=by)
    referral.state = state
    referral.outcome = outcome.strip() or None
    referral.follow_up_on = follow_up_on
    referral.task = None
    referral.changed_at = at
    referral.save()
    _tell("care.referral_changed", referral, at, by)


def referral_tasks(at: datetime, by: Actor = SYSTEM) -> int:
    """Ask somebody about each place whose follow-up day has come; once for each day."""
    # No zone is more than a day ahead of UTC; whose day has not come yet is left alone below.
    due = Referral.objects.filter(
        task=None,
        follow_up_on__lte=at.date() + timedelta(days=1),
        enrollment__client__died_on=None,
    )
    return sum(_ask(referral, at, by) for referral in due)


@transaction.atomic
def _ask(found: Referral, at: datetime, by: Actor) -> int:
    # Two ticks at once, or a word about it meanwhile.
    rows = Referral.objects.select_for_update(of=("self",)).filter(
        pk=found.pk, task=None, follow_up_on=found.follow_up_on
    )
    referral = rows.select_related("enrollment__program__site").first()
    if referral is None:
        return 0
    enrollment = referral.enrollment
    site = enrollment.program.site
    if site.local_date(at) < referral.follow_up_on:
        return 0
    now_at = enrollment.site_at(at)
    hours = StaffedHours.of(now_at.zone, now_at.staffed_hours, now_at.holidays)
    try:
        due_at = hours.call_by(at)
    except ValueError:
        due_at = at
    referral.task = create_task(
        kind=Task.Kind.REFERRAL,
        organization_id=enrollment.organization_id,
        enrollment=enrollment,
        assignee=_who_asks(referral, at),
        details={"kind": referral.kind, "place": referral.place},
        source="referral",
        source_key=f"{referral.pk}:{referral.changed_at.timestamp():.0f}",
        priority=3,
        due_at=due_at,
        at=at,
        by=by,
    )
    referral.save(update_fields=["task"])
    return 1


def _who_asks(referral: Referral, at: datetime) -> User:
    """Who made it, while they look after this person; else whose counselor it is."""
    maker = referral.made_by
    if maker is not None and maker.is_active:
        mine = Enrollment.objects.on_caseload_of(maker, at)
        if mine.filter(pk=referral.enrollment_id).exists():
            return maker
    return primary_counselor(referral.enrollment, at)


def _tell(action: str, referral: Referral, at: datetime, by: Actor) -> None:
    record(
        action=action,
        at=at,
        by=by,
        subject=referral,
        client_id=referral.enrollment.client_id,
    )
