"""Weekly reviews as pages and rules need them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import F, Q

from apps.accounts.models import User
from apps.care.models import Client, Enrollment, Placement
from apps.care.rules import weekly_review as rules
from apps.care.rules.weekly_questions import NO, YES, Answer, Item
from apps.checkins.models import WeeklyReview, WeeklyWording


@dataclass(frozen=True)
class Due:
    """The review that is open now: since when, and whether it is answered."""

    on: date
    until: date
    answered: WeeklyReview | None


def review_day(enrollment: Enrollment, on: date) -> int:
    """The fixed day of the program, or the first of the week that the client is here."""
    placement = _placement(enrollment, on)
    if placement is None:
        return enrollment.started_on.weekday()
    day = placement.program.weekly_review_day
    if day is not None:
        return day
    return min(placement.weekdays, default=enrollment.started_on.weekday())


def _placement(enrollment: Enrollment, on: date) -> Placement | None:
    begun = enrollment.placements.filter(from_on__lte=on).select_related("program")
    return begun.order_by("-from_on").first()


def is_open_on(
    enrollment: Enrollment, today: date, day: int, answered: date | None
) -> bool:
    """A review is open today and not answered. For pages that read all else at once."""
    if enrollment.state != Enrollment.State.ACTIVE:
        return False
    due = rules.due_on(today, day, enrollment.started_on, answered)
    return due is not None and due != answered


def latest_review(client_id: UUID, until: date) -> WeeklyReview | None:
    reviews = WeeklyReview.objects.filter(client=client_id, due_on__lte=until)
    return reviews.newest_first().first()


def due_of(enrollment: Enrollment, at: datetime) -> Due | None:
    """What is open at ``at`` by the client's own clock."""
    today = enrollment.client_day(at)
    latest = latest_review(enrollment.client_id, today)
    return due_beside(enrollment, today, latest)


def due_beside(
    enrollment: Enrollment, today: date, latest: WeeklyReview | None
) -> Due | None:
    if enrollment.state != Enrollment.State.ACTIVE:
        return None
    answered_on = latest.due_on if latest else None
    weekday = review_day(enrollment, today)
    on = rules.due_on(today, weekday, enrollment.started_on, answered_on)
    if on is None:
        return None
    answered = latest if on == answered_on else None
    return Due(on, date.fromordinal(on.toordinal() + rules.OPEN_DAYS - 1), answered)


def opens_next(enrollment: Enrollment, at: datetime) -> date:
    today = enrollment.client_day(at)
    latest = latest_review(enrollment.client_id, today)
    return rules.opens_next(
        today,
        review_day(enrollment, today),
        enrollment.started_on,
        latest.due_on if latest else None,
    )


def last_said(reviews: Iterable[WeeklyReview], weeks: int) -> list[WeeklyReview]:
    """One for each week, of rows that come newest first."""
    by_week: dict[date, WeeklyReview] = {}
    for review in reviews:
        by_week.setdefault(review.due_on, review)
        if len(by_week) > weeks:
            break
    return list(by_week.values())[:weeks]


def reviews_of(client: Client, weeks: int) -> list[WeeklyReview]:
    """The last said of each of the last weeks, newest first."""
    rows = WeeklyReview.objects.filter(client=client).select_related("wording")
    # Read as far as is looked at, however often one week was changed.
    return last_said(rows.newest_first().iterator(chunk_size=2 * weeks), weeks)


def earlier_sendings(review: WeeklyReview) -> list[WeeklyReview]:
    """What was said about the same week before, newest first."""
    same = WeeklyReview.objects.filter(client=review.client_id, due_on=review.due_on)
    rows = same.exclude(pk=review.pk).select_related("wording").newest_first()
    return [each for each in rows if each.occurred_at <= review.occurred_at]


def wording_for(
    enrollment: Enrollment, on: date, language: str
) -> WeeklyWording | None:
    """The official words in this language, of the client's program or the house.

    Words of another language would be somebody's own translation: then ours are asked.
    """
    placement = _placement(enrollment, on)
    program_id = placement.program_id if placement else enrollment.program_id
    found = (
        WeeklyWording.objects.in_force()
        .filter(
            Q(program=program_id) | Q(program=None),
            organization=enrollment.organization_id,
        )
        .order_by(F("program").asc(nulls_last=True))
    )
    return next((each for each in found if language in each.texts), None)


def loaded_wording(user: User, pk: UUID | None, language: str) -> WeeklyWording | None:
    """Words of somebody's own house that were loaded at some time, in this language."""
    loaded = WeeklyWording.objects.filter(pk=pk, organization=user.organization_id)
    return next((each for each in loaded if language in each.texts), None)


def was_sent(enrollment: Enrollment, uuid: UUID | None) -> bool:
    sent = WeeklyReview.objects.filter(client=enrollment.client_id, uuid=uuid)
    return uuid is not None and sent.exists()


@dataclass(frozen=True)
class Asked:
    """One question in the words it is, or was, asked in."""

    item: Item
    text: str
    hint: str
    # What is sent and what is read, in order.
    options: list[tuple[str, str]]

    def said(self, answer) -> str:
        return dict(self.options).get(str(answer), "")


def asked_in(
    wording: WeeklyWording | None, version: str, language: str
) -> dict[str, Asked]:
    official = wording.texts.get(language, {}) if wording else {}
    return {
        key: _asked(item, official.get(item.number), language)
        for key, item in rules.items_of(version).items()
    }


def _asked(item: Item, official: dict | None, language: str) -> Asked:
    if official is not None:
        text, hint = official["text"], official.get("hint", "")
    else:
        text = item.text.in_language(language)
        hint = item.hint.in_language(language) if item.hint else ""
    given = (official or {}).get("options")
    match item.answer:
        case Answer.DAYS:
            options = [(str(n), str(n)) for n in range(rules.DAYS + 1)]
        case Answer.YES_NO:
            labels = given or [NO.in_language(language), YES.in_language(language)]
            options = list(zip(("no", "yes"), labels, strict=True))
        case Answer.STEPS:
            labels = given or [step.in_language(language) for step in item.steps]
            options = [(str(n), label) for n, label in enumerate(labels)]
    return Asked(item, text, hint, options)
