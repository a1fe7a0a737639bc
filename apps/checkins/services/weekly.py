"""A weekly review arrives: kept as sent, read by its rule at once."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Enrollment
from apps.care.rules import weekly_review as rules
from apps.care.services.checkin_gate import CheckinsOff
from apps.care.services.status import lock_status, note_contact, wake_at
from apps.checkins.models import WeeklyReview, WeeklyWording
from apps.checkins.selectors import site_of
from apps.checkins.services.drafts import clear_drafts
from apps.checkins.services.flags import read_review
from apps.checkins.services.submissions import NotInCare, believed
from apps.checkins.weekly_selectors import due_beside, latest_review


class NotDue(Exception):
    """No review is open on that day."""


@transaction.atomic
def submit_review(
    *,
    enrollment: Enrollment,
    uuid: UUID,
    answers: dict,
    occurred_at: datetime,
    at: datetime,
    by: Actor,
    language: str = "en",
    question_set: str = rules.VERSION,
    wording: WeeklyWording | None = None,
    with_staff: User | None = None,
) -> tuple[WeeklyReview, bool]:
    """Take a review once; sent again under its UUID, the first sending stands.

    Another sending for a week that is still open is a change: both are kept, the one that
    was said last counts. ``wording`` is what it was asked in; None is our own.

    :raises NotInCare: before the first day of care, or after the last.
    :raises CheckinsOff: where nobody reads them, unless staff fill it in with the client.
    :raises NotDue: when none is open on the day it was answered.
    :raises UnknownQuestionSet: for questions that were never asked.
    :raises AnswerProblem: for an answer that cannot be taken.
    """
    # Of two arrivals at once the second sees the row of the first.
    lock_status(enrollment=enrollment, at=at)
    clear_drafts(client_id=enrollment.client_id, uuid=uuid, at=at)
    known = WeeklyReview.objects.filter(client=enrollment.client_id, uuid=uuid).first()
    if known is not None:
        return known, False
    if enrollment.state != Enrollment.State.ACTIVE:
        raise NotInCare
    if with_staff is None and not site_of(enrollment, at).checkins_on:
        raise CheckinsOff
    occurred_at = believed(enrollment, occurred_at, at)
    today = enrollment.client_day(occurred_at)
    due = due_beside(enrollment, today, latest_review(enrollment.client_id, today))
    if due is None:
        raise NotDue
    review = WeeklyReview.objects.create(
        organization_id=enrollment.organization_id,
        client_id=enrollment.client_id,
        enrollment=enrollment,
        uuid=uuid,
        due_on=due.on,
        question_set=question_set,
        wording=wording,
        language=language,
        occurred_at=occurred_at,
        received_at=at,
        answers=rules.clean(answers, question_set),
        with_staff=with_staff,
    )
    note_contact(enrollment=enrollment, at=at, occurred_at=occurred_at)
    record(
        action="checkins.review_sent",
        at=at,
        by=by,
        subject=review,
        client_id=enrollment.client_id,
        field_names=sorted(review.answers),
    )
    newest = WeeklyReview.objects.filter(client=enrollment.client_id)
    # What was said of an older week, or before what stands, says nothing about now.
    if newest.newest_first().values_list("pk", flat=True).first() == review.pk:
        earlier = newest.filter(due_on__lt=review.due_on).newest_first().first()
        read_review(review=review, before=earlier, at=at, by=by)
    wake_at(enrollment=enrollment, moment=at)
    return review, True
