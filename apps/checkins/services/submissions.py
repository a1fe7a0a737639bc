"""A check-in arrives: kept as sent, merged into its day, read by the rules at once."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Client, Concern, Enrollment
from apps.care.rules import checkin_flow
from apps.care.services.checkin_gate import CheckinsOff
from apps.care.services.status import lock_status, note_checkin, wake_at
from apps.care.services.vocabulary import program_of
from apps.checkins.models import CheckinDay, Submission
from apps.checkins.selectors import (
    asking_of,
    day_answers,
    days_around,
    own_codes,
)
from apps.checkins.services.drafts import clear_drafts
from apps.checkins.services.flags import read_submission
from apps.common.days import backfill_days, day_bounds

# Said once, these stand until they are answered again, whatever else is corrected.
STAYS = ("feels_safe", "unsafe_because", "contact_request")


class NotInCare(Exception):
    """No episode of care is running that the check-in could belong to."""


class DayClosed(Exception):
    """The day lies ahead, or too far back to be filled in."""


@dataclass(frozen=True)
class Result:
    submission: Submission
    day: CheckinDay
    created: bool
    concerns: list[Concern]


@transaction.atomic
def submit_checkin(
    *,
    enrollment: Enrollment,
    uuid: UUID,
    answers: dict,
    occurred_at: datetime,
    at: datetime,
    by: Actor,
    kind: str = Submission.Kind.DAILY,
    question_set: str | None = None,
    language: str = "en",
    local_on: date | None = None,
    note: str = "",
) -> Result:
    """Take answers once; sent again under their UUID, the first sending stands.

    The first of a day is a whole check-in or the one tap. What follows may be single
    answers: a correction, a note, the wish for a call.

    :raises NotInCare: before the first day of care, or after the last.
    :raises CheckinsOff: where nobody reads them, unless they tell of danger or staff write
        down what they hear.
    :raises DayClosed: for a day ahead or before the two previous ones.
    :raises UnknownQuestionSet: for questions that were never asked.
    :raises AnswerProblem: for an answer that cannot be taken, or a needed one missing.
    """
    status = lock_status(enrollment=enrollment, at=at)
    known = _arrived_before(enrollment, uuid, at)
    if known is not None:
        return known
    answers = answers | ({"note": note} if note else {})
    # Danger goes to whoever is on call, also where nobody reads the rest.
    can_wait = kind != Submission.Kind.STAFF and not checkin_flow.cannot_wait(answers)
    program = program_of(enrollment, at)
    if can_wait and not program.site.checkins_on:
        raise CheckinsOff
    occurred_at = believed(enrollment, occurred_at, at)
    today = enrollment.client_day(occurred_at)
    local_on = local_on or today
    if local_on not in backfill_days(today):
        raise DayClosed
    days = days_around(enrollment, local_on)
    before = [day_answers(each) for each in days]
    day = _day(enrollment, days, local_on, occurred_at)
    asking = asking_of(enrollment.client, past_day=local_on < today)
    version = question_set or checkin_flow.VERSION
    submission = Submission.objects.create(
        organization_id=enrollment.organization_id,
        client_id=enrollment.client_id,
        enrollment=enrollment,
        uuid=uuid,
        kind=kind,
        question_set=version,
        language=language,
        local_on=local_on,
        occurred_at=occurred_at,
        received_at=at,
        answers=_clean(day, answers, asking, version),
    )
    clear_drafts(
        client_id=enrollment.client_id, uuid=uuid, at=at, sent=submission.answers
    )
    _merge(day, submission, by)
    status = note_checkin(
        enrollment=enrollment,
        local_on=local_on,
        occurred_at=day.last_at,
        craving=_last_craving(enrollment, days),
        at=at,
        status=status,
    )
    record(
        action="checkins.submitted",
        at=at,
        by=by,
        subject=submission,
        client_id=enrollment.client_id,
        field_names=sorted(submission.answers),
    )
    concerns = read_submission(
        submission=submission,
        day=day,
        program=program,
        before=before,
        has_open=status.open_priority is not None,
        at=at,
        by=by,
    )
    wake_at(enrollment=enrollment, moment=at)
    return Result(submission, day, created=True, concerns=concerns)


def _arrived_before(enrollment: Enrollment, uuid: UUID, at: datetime) -> Result | None:
    """What this UUID became, if it was taken before.

    The status row is locked before, so of several arrivals at once the later ones see
    the row of the first; the unique key stands behind that.

    :raises NotInCare: when it is new and no episode of care is running.
    """
    submission = Submission.objects.filter(
        client=enrollment.client_id, uuid=uuid
    ).first()
    if submission is not None:
        clear_drafts(
            client_id=enrollment.client_id, uuid=uuid, at=at, sent=submission.answers
        )
        day = CheckinDay.objects.get(
            client=enrollment.client_id, local_on=submission.local_on
        )
        return Result(submission, day, created=False, concerns=[])
    if enrollment.state != Enrollment.State.ACTIVE:
        raise NotInCare
    return None


def believed(enrollment: Enrollment, occurred_at: datetime, at: datetime) -> datetime:
    """A phone's clock ahead of ours, or from before the care began, is not believed."""
    began, _ = day_bounds(enrollment.started_on, enrollment.zone)
    return occurred_at if began <= occurred_at <= at else at


def _day(
    enrollment: Enrollment,
    days: list[CheckinDay],
    local_on: date,
    occurred_at: datetime,
) -> CheckinDay:
    """The check-in of that day, or an empty one that nothing was said on yet."""
    day = next((day for day in days if day.local_on == local_on), None)
    if day is None:
        day = CheckinDay(
            organization_id=enrollment.organization_id,
            client_id=enrollment.client_id,
            local_on=local_on,
            first_at=occurred_at,
            last_at=occurred_at,
            answers={},
        )
        days.append(day)
    day.enrollment = enrollment
    return day


def _clean(
    day: CheckinDay, answers: dict, asking: checkin_flow.Asking, version: str
) -> dict:
    """What was sent, checked beside what stands there already."""
    said = {} if "one_tap" in answers else day.said
    if "craving_peak" in answers:
        said.pop("one_tap", None)
    merged = said | answers
    own = own_codes(day.enrollment.client, merged)
    clean = checkin_flow.clean_answers(merged, asking, own, version)
    taken = {key: clean[key] for key in answers if key in clean}
    # Never refused because the flow would not have asked.
    return taken | {
        key: checkin_flow.clean_answer(key, answers[key], asking)
        for key in STAYS
        if key in answers
    }


def _last_craving(enrollment: Enrollment, days: list[CheckinDay]) -> int | None:
    said = {
        day.local_on: day.craving
        for day in days
        if day.enrollment_id == enrollment.pk and day.craving is not None
    }
    return said[max(said)] if said else None


def _merge(day: CheckinDay, submission: Submission, by: Actor) -> None:
    """The latest answer to each question, in the order it happened.

    What waited on a phone may come after answers that were given later: then the day is
    told anew from everything that was sent about it.
    """
    asking = asking_of(submission.enrollment.client)
    if submission.occurred_at >= day.last_at:
        said = _with(day.said | {"note": day.note}, submission.answers, asking)
    else:
        said = {}
        for each in _sent_about(day).order_by("occurred_at", "received_at", "pk"):
            said = _with(said, each.answers, asking)
    day.note = said.pop("note", None)
    day.one_tap = said.pop("one_tap", "")
    day.answers = said
    day.craving = said.get("craving_peak")
    day.mood = said.get("mood")
    day.confidence = said.get("confidence")
    day.first_at = min(day.first_at, submission.occurred_at)
    day.last_at = max(day.last_at, submission.occurred_at)
    day.seen_by = day.seen_at = None
    if submission.kind == Submission.Kind.STAFF and by.user_id is not None:
        # Who was told it in person has heard it.
        day.seen_by_id, day.seen_at = by.user_id, submission.received_at
    # A day that is new was not told of before.
    is_known = not day._state.adding and day.twice_at is None
    if is_known and _is_whole(submission) and _whole_before(submission):
        day.twice_at = submission.received_at
    day.save()


def _with(said: dict, answers: dict, asking: checkin_flow.Asking) -> dict:
    """What a day says once these answers were given too."""
    merged = said | answers
    if "craving_peak" in merged:
        merged.pop("one_tap", None)
    stays = {key: merged[key] for key in STAYS if key in merged}
    return checkin_flow.kept(merged, asking) | stays


def _sent_about(day: CheckinDay) -> QuerySet[Submission]:
    return Submission.objects.filter(client=day.client_id, local_on=day.local_on)


def _is_whole(submission: Submission) -> bool:
    """Answered from the beginning, not changed or added to in places."""
    return (
        submission.kind == Submission.Kind.DAILY
        and "craving_peak" in submission.answers
        and not checkin_flow.missing_required(submission.answers)
    )


def _whole_before(submission: Submission) -> bool:
    """Somebody on two pages, or without a network, checks in twice on one day."""
    others = Submission.objects.filter(
        client=submission.client_id, local_on=submission.local_on
    ).exclude(pk=submission.pk)
    return any(_is_whole(other) for other in others)


@transaction.atomic
def mark_twice_read(*, client: Client, at: datetime, by: Actor) -> None:
    """The client has read that two check-ins of a day are kept."""
    days = CheckinDay.objects.twice_unread().filter(client=client)
    told = days.update(twice_read_at=at)
    if told:
        record(action="checkins.twice_read", at=at, by=by, client_id=client.pk)
