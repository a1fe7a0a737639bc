"""The check-in's own questions on one page, for what a person says face to face."""

from datetime import date, datetime
from uuid import uuid4

from django import forms
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.care.models import Enrollment, Program
from apps.care.rules import checkin_flow
from apps.care.rules.checkin_flow import Asking, Kind, Question
from apps.care.rules.checkin_questions import OPTIONAL
from apps.care.services.vocabulary import program_of
from apps.checkins.chips import chips_for
from apps.checkins.selectors import asking_of
from apps.checkins.services.submissions import STAYS
from apps.common.days import backfill_days

# What nobody can leave out, and what is asked only of some.
HINTS = {
    "craving_peak": gettext_lazy("Needed."),
    "use_reported": gettext_lazy("Needed."),
    "triggers": gettext_lazy("Only with a craving of 1 or more."),
    "coping_used": gettext_lazy("Only with a craving of 1 or more."),
    "confidence": gettext_lazy("Only about today."),
    "use_what": gettext_lazy("Only after a yes."),
    "unsafe_because": gettext_lazy("Only after a no or not sure."),
}


class ToldForm(forms.Form):
    """Fields are made from the question set in force, so that both ask the same."""

    uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    on = forms.TypedChoiceField(
        label=gettext_lazy("Which day is it about?"),
        coerce=date.fromisoformat,
        widget=forms.RadioSelect,
    )

    def __init__(self, data=None, *, enrollment: Enrollment, at: datetime, language):
        super().__init__(data)
        today = enrollment.client_day(at)
        program = program_of(enrollment, at)
        self.asking = asking_of(enrollment.client, program=program)
        self.asked = [
            checkin_flow.QUESTIONS[key]
            for key in checkin_flow.PATH
            if _is_asked(key, self.asking)
        ]
        self.days = [d for d in backfill_days(today) if d >= enrollment.started_on]
        self.fields["on"].choices = [
            (day.isoformat(), _day_words(day, today)) for day in self.days
        ]
        self.initial = {"uuid": uuid4(), "on": today.isoformat()}
        for question in self.asked:
            self.fields[question.key] = _field(
                question, _choices(question, enrollment, program, self.asking, language)
            )
            self.fields[question.key].label = question.wording(self.asking, language)
            self.fields[question.key].help_text = _hints(question, language)
        self.fields["note"] = forms.CharField(
            label=_("In their words, if they want you to write it down"),
            required=False,
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    def questions(self) -> list:
        """Bound fields, how many chips may be chosen, and whether the list is a long one."""
        return [(self[q.key], q.max_choices, bool(q.vocabulary)) for q in self.asked]

    def answers(self) -> dict:
        """As a phone would send them: skipped is None, and what stands is not unsaid."""
        said = {q.key: self.cleaned_data[q.key] or None for q in self.asked}
        return {
            key: value
            for key, value in said.items()
            if value is not None or key not in STAYS
        }

    def refuse(self, problem: checkin_flow.AnswerProblem, language: str) -> None:
        self.add_error(problem.key, problem.words(language))


def _is_asked(key: str, asking: Asking) -> bool:
    """Of anybody here: what a program leaves out is on no page of theirs either."""
    if key not in OPTIONAL or key in asking.optional:
        return True
    # A missed medicine is heard nowhere else.
    return key == "body" and asking.has_medication


def _field(question: Question, choices: list) -> forms.ChoiceField:
    several = question.kind is Kind.CHIPS
    make = forms.MultipleChoiceField if several else forms.ChoiceField
    # What is needed, and how many, is said by the rules of the check-in itself.
    return make(
        choices=choices,
        required=False,
        widget=forms.CheckboxSelectMultiple if several else forms.RadioSelect,
    )


def _hints(question: Question, language: str) -> str:
    own = question.hint.in_language(language) if question.hint else ""
    return " ".join(filter(None, [str(HINTS.get(question.key, "")), own]))


def _choices(
    question: Question,
    enrollment: Enrollment,
    program: Program,
    asking: Asking,
    language: str,
) -> list:
    if question.kind is Kind.SCALE:
        return [(str(n), str(n)) for n in range(11)]
    if question.vocabulary:
        chips = chips_for(enrollment, question.vocabulary, language, program)
        return chips.first + chips.more + chips.at_once
    options = question.choices(asking)
    return [(o.value, o.text.in_language(language)) for o in options]


def _day_words(day: date, today: date) -> str:
    if day == today:
        return _("Today")
    return capfirst(date_format(day, "l"))
