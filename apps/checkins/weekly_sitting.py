"""One weekly review being filled in: what is answered, what is asked next, in which words."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from apps.care.models import Enrollment
from apps.care.rules import weekly_review as rules
from apps.care.rules.weekly_questions import ITEMS, VERSION, Answer
from apps.checkins.models import Draft, WeeklyReview, WeeklyWording
from apps.checkins.weekly_selectors import (
    Asked,
    Due,
    asked_in,
    due_of,
    wording_for,
)


@dataclass(frozen=True)
class Sitting:
    enrollment: Enrollment
    due: Due
    uuid: UUID
    language: str
    # The words it was begun in; they stay, whatever is loaded meanwhile.
    wording: WeeklyWording | None
    # What was sent already, and what was answered since and not sent yet.
    said: dict
    given: dict

    @property
    def answers(self) -> dict:
        return rules.kept(self.said | self.given)

    @property
    def next(self) -> str | None:
        return rules.next_question(self.answers)

    @property
    def doubts(self) -> list[tuple[str, str]]:
        return rules.doubts(self.answers)

    @property
    def asked(self) -> dict[str, Asked]:
        return asked_in(self.wording, VERSION, self.language)

    def answered(self, key: str, value) -> "Sitting":
        return replace(self, given=self.given | {key: value})


@dataclass(frozen=True)
class Screen:
    """One question as the page shows it."""

    text: str
    hint: str
    options: list[tuple[str, str]]
    given: str
    columns: int
    now: int
    of: int
    back: str | None


def sit_down(
    enrollment: Enrollment, at: datetime, language: str, uuid: UUID | None = None
) -> Sitting | None:
    """The review that is open now as it stands: sent, begun or untouched."""
    due = due_of(enrollment, at)
    if due is None:
        return None
    draft = Draft.objects.filter(
        client=enrollment.client_id, kind=Draft.Kind.WEEKLY, local_on=due.on
    ).first()
    kept = draft.answers if draft else {}
    return Sitting(
        enrollment=enrollment,
        due=due,
        uuid=draft.uuid if draft else uuid or uuid4(),
        language=language,
        wording=_wording(enrollment, due, kept, language),
        said=due.answered.answers if due.answered else {},
        given=kept.get("answers", {}),
    )


def _wording(
    enrollment: Enrollment, due: Due, kept: dict, language: str
) -> WeeklyWording | None:
    if due.answered is not None:
        begun = due.answered.wording
    elif kept:
        begun = WeeklyWording.objects.filter(pk=kept.get("wording")).first()
    else:
        return wording_for(enrollment, due.on, language)
    # Somebody changed the language meanwhile: half of it is not in the official words.
    return begun if begun and language in begun.texts else None


def draft_of(sitting: Sitting) -> dict:
    """What is kept while it is being filled in."""
    wording = sitting.wording
    return {"answers": sitting.given, "wording": str(wording.pk) if wording else None}


def screen_of(sitting: Sitting, key: str) -> Screen:
    asked = sitting.asked[key]
    now, of = rules.progress(sitting.answers, key)
    given = sitting.answers.get(key)
    return Screen(
        text=asked.text,
        hint=asked.hint,
        options=asked.options,
        given="" if given is None else str(given),
        columns=2 if asked.item.answer is not Answer.STEPS else 1,
        now=now,
        of=of,
        back=rules.previous_question(sitting.answers, key),
    )


@dataclass(frozen=True)
class Line:
    """A question and what was said to it."""

    slug: str
    text: str
    answer: str


def lines_of(review: WeeklyReview) -> list[Line]:
    """In the words it was asked in."""
    asked = asked_in(review.wording, review.question_set, review.language)
    answers = review.answers
    return [
        Line(ITEMS[key].slug if key in ITEMS else "", one.text, one.said(answers[key]))
        for key, one in asked.items()
        if key in answers
    ]
