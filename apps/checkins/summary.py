"""What a day says so far, in short lines that can each be changed."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from apps.care import vocabulary
from apps.care.models import Enrollment
from apps.care.rules import checkin_flow
from apps.checkins.chips import own_labels
from apps.checkins.sitting import SLUGS, Sitting
from apps.common.days import backfill_days


@dataclass(frozen=True)
class Line:
    label: str
    answer: str
    slug: str


def summary_of(sitting: Sitting, language: str) -> list[Line]:
    """The answers sent for that day, in the order they are asked."""
    day = sitting.day
    if day is None or not day.is_whole:
        return []
    own = own_labels(sitting.enrollment, language)
    asked = checkin_flow.visible_questions(day.answers, sitting.asking)
    return [
        Line(_labels()[key], _words(key, day.answers[key], language, own), SLUGS[key])
        for key in asked
        if key in day.answers
    ]


def _labels() -> dict[str, str]:
    return {
        "craving_peak": _("Strongest urge"),
        "triggers": _("What set it off"),
        "coping_used": _("What helped"),
        "mood": _("Mood"),
        "sleep": _("How you slept"),
        "body": _("How you were"),
        "confidence": _("How sure about your goal"),
        "use_reported": _("Drank or used"),
        "use_what": _("What it was"),
        "contact_request": _("Hearing from us"),
        "feels_safe": _("Feeling safe"),
        "unsafe_because": _("What felt unsafe"),
    }


def label_of(question: checkin_flow.Question, language: str) -> str:
    """A question in two or three words; one of an older set in its own."""
    return _labels().get(question.key) or question.text.in_language(language)


def _words(key: str, value, language: str, own: vocabulary.Own) -> str:
    return answer_words(checkin_flow.QUESTIONS[key], value, language, own)


def answer_words(
    question: checkin_flow.Question, value, language: str, own: vocabulary.Own
) -> str:
    """An answer as it was tapped; one that is not offered any more shows as itself."""
    if value is None or value == []:
        return _("Skipped")
    if question.kind is checkin_flow.Kind.SCALE:
        return _("%(number)s of 10") % {"number": value}
    values = value if isinstance(value, list) else [value]
    if question.vocabulary:
        return ", ".join(vocabulary.label(code, language, own) for code in values)
    texts = {option.value: option.text for option in question.options}
    return ", ".join(
        texts[str(each)].in_language(language) if str(each) in texts else str(each)
        for each in values
    )


@dataclass(frozen=True)
class OpenDay:
    """A day that can still be filled in. ``done`` when it has a whole check-in."""

    on: date
    is_today: bool
    is_yesterday: bool
    done: bool


def days_to_fill(enrollment: Enrollment, on: date, at: datetime) -> list[OpenDay]:
    """The other days that are open: today and the two before it."""
    today = enrollment.client_day(at)
    days = [day for day in backfill_days(today) if day >= enrollment.started_on]
    done = {
        day.local_on
        for day in enrollment.checkin_days.filter(
            local_on__in=days, craving__isnull=False
        ).only("local_on")
    }
    return [
        OpenDay(day, day == today, (today - day).days == 1, day in done)
        for day in days
        if day != on
    ]
