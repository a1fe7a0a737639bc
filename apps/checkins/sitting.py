"""One check-in being filled in: what is answered, what is asked next, how it is shown."""

import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID, uuid4

from django.http import QueryDict

from apps.care.models import Enrollment, Program
from apps.care.rules import checkin_flow
from apps.care.rules.checkin_flow import Asking, Kind, Question
from apps.care.services.vocabulary import program_of
from apps.checkins.chips import Chips, Pairs, chips_for, with_chosen
from apps.checkins.models import CheckinDay, Draft
from apps.checkins.selectors import asking_of

# Paths stay in the history of a shared phone: they name the place, not the question.
SLUGS = {
    "craving_peak": "first",
    "triggers": "before",
    "coping_used": "helped",
    "mood": "mood",
    "sleep": "night",
    "body": "now",
    "confidence": "tomorrow",
    "use_reported": "since",
    "use_what": "which",
    "contact_request": "hear",
    "feels_safe": "safe",
    "unsafe_because": "because",
}
KEYS = {slug: key for key, slug in SLUGS.items()}
AFTER_ONE_TAP = ("feels_safe", "unsafe_because")


@dataclass(frozen=True)
class Sitting:
    enrollment: Enrollment
    on: date
    asking: Asking
    uuid: UUID
    # What that day says already, and what was answered since and not sent yet.
    said: dict
    given: dict
    day: CheckinDay | None
    # Where they are placed now: its words and its questions.
    program: Program | None = None

    @property
    def answers(self) -> dict:
        return self.said | self.given

    @property
    def next(self) -> str | None:
        return checkin_flow.next_question(self.answers, self.asking)

    @property
    def is_ready(self) -> bool:
        """Everything is answered, or something that must not wait for the rest."""
        if checkin_flow.missing_required(self.answers, self.asking):
            return False
        return self.next is None or self._cannot_wait

    @property
    def _cannot_wait(self) -> bool:
        # Somebody may well stop here: use, a call or danger must have reached the team.
        used = self.answers.get("use_reported") == "yes" and "use_what" in self.given
        return (
            used
            or self.given.get("contact_request") == "today"
            or self.given.get("feels_safe") in ("no", "not_sure")
        )

    @property
    def so_far(self) -> str:
        """For the phone, which goes on alone when an answer cannot be sent."""
        return json.dumps(
            {"said": self.said, "given": self.given, "past": self.asking.past_day}
        )

    def answered(self, key: str, value) -> "Sitting":
        return replace(self, given=self.given | {key: value})

    def is_asked(self, key: str) -> bool:
        return key in checkin_flow.visible_questions(self.answers, self.asking)


def sit_down(
    enrollment: Enrollment,
    on: date,
    at: datetime,
    *,
    key: str = "",
    uuid: UUID | None = None,
    program: Program | None = None,
) -> Sitting:
    """The check-in of a day as it stands: sent, begun, or untouched."""
    client = enrollment.client
    draft = client.drafts.filter(kind=Draft.Kind.CHECKIN, local_on=on).first()
    day = client.checkin_days.filter(local_on=on).select_related("seen_by").first()
    given = draft.answers if draft is not None else {}
    program = program or program_of(enrollment, at)
    said = _said(day, given, key)
    past_day = on < enrollment.client_day(at)
    asking = asking_of(client, past_day=past_day, program=program)
    return Sitting(
        enrollment=enrollment,
        on=on,
        # What a phone was told already can be read and changed, asked here or not.
        asking=replace(asking, optional=asking.optional | answered(said | given)),
        uuid=draft.uuid if draft is not None else uuid or uuid4(),
        said=said,
        given=given,
        day=day,
        program=program,
    )


def answered(answers: dict) -> set[str]:
    return {key for key, value in answers.items() if value is not None}


def _said(day: CheckinDay | None, given: dict, key: str) -> dict:
    """The one tap counts only for the questions that belong to it."""
    if day is None:
        return {}
    if day.is_whole:
        return day.answers
    after_tap = key in AFTER_ONE_TAP and "craving_peak" not in given
    return day.said if after_tap else {}


@dataclass(frozen=True)
class Screen:
    """One question as the page shows it."""

    key: str
    kind: Kind
    text: str
    hint: str
    low: str
    high: str
    required: bool
    choices: Pairs
    more: Pairs
    # Buttons that send the chips page at once: "Fine", "Nothing yet".
    at_once: Pairs
    limit: int | None
    given: object
    now: int
    of: int
    back: str | None
    # Whether words of their own can be added, and what was typed and not taken.
    takes_own: bool = False
    typed: str = ""


def screen_of(
    sitting: Sitting,
    key: str,
    language: str,
    tried: object = None,
    typed: str = "",
) -> Screen:
    """``tried`` is an answer that could not be taken, ``typed`` words that could not.

    Both are shown again as they were given.
    """
    question = checkin_flow.QUESTIONS[key]
    chips = _chips(question, sitting, language)
    now, of = checkin_flow.progress(sitting.answers, key, sitting.asking)
    return Screen(
        key=key,
        kind=question.kind,
        text=question.wording(sitting.asking, language),
        hint=words(question.hint, language),
        low=words(question.low, language),
        high=words(question.high, language),
        required=question.required,
        choices=chips.first,
        more=chips.more,
        at_once=chips.at_once,
        limit=question.max_choices,
        given=_given(question, tried or sitting.answers.get(key)),
        now=now,
        of=of,
        back=checkin_flow.previous_question(sitting.answers, key, sitting.asking),
        takes_own=bool(question.vocabulary),
        typed=typed,
    )


def _chips(question: Question, sitting: Sitting, language: str) -> Chips:
    if question.vocabulary:
        chips = chips_for(
            sitting.enrollment, question.vocabulary, language, sitting.program
        )
        chosen = sitting.answers.get(question.key) or []
        return with_chosen(chips, chosen, sitting.enrollment, language)
    return option_chips(question, sitting.asking, language)


def option_chips(question: Question, asking: Asking, language: str) -> Chips:
    options = question.choices(asking)
    pairs = [(o.value, o.text.in_language(language), o.submits) for o in options]
    return Chips(
        first=[(value, text) for value, text, submits in pairs if not submits],
        at_once=[(value, text) for value, text, submits in pairs if submits],
    )


def _given(question: Question, answer):
    """As the components compare it: text, or a list of codes."""
    if question.kind is Kind.CHIPS:
        return answer or []
    return "" if answer is None else str(answer)


def words(text, language: str) -> str:
    return text.in_language(language) if text else ""


def answer_from(data: QueryDict, key: str):
    """What the form says about one question, before it is cleaned."""
    if "skip" in data:
        return None
    if checkin_flow.QUESTIONS[key].kind is Kind.CHIPS:
        return data.getlist("answer") + data.getlist("only")
    return data.get("answer")


def own_words_from(data: QueryDict, key: str) -> str:
    """What was written in the client's own words; nothing where the question is skipped."""
    if "skip" in data or not checkin_flow.QUESTIONS[key].vocabulary:
        return ""
    return data.get("own", "").strip()
