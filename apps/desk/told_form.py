"""The check-in's own questions on one page, for what a person says face to face."""

from datetime import date, datetime
from uuid import uuid4

from django import forms
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.care.models import Enrollment
from apps.care.rules import checkin_flow
from apps.care.rules.checkin_flow import Asking, Kind, Question
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
        self.asking = asking_of(enrollment.client)
        self.days = [d for d in backfill_days(today) if d >= enrollment.started_on]
        self.fields["on"].choices = [
            (day.isoformat(), _day_words(day, today)) for day in self.days
        ]
        self.initial = {"uuid": uuid4(), "on": today.isoformat()}
        for key in checkin_flow.PATH:
            question = checkin_flow.QUESTIONS[key]
            self.fields[key] = _field(question, enrollment, self.asking, language)
        self.fields["note"] = forms.CharField(
            label=_("In their words, if they want you to write it down"),
            required=False,
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    def questions(self) -> list:
        """Bound fields, how many chips may be chosen, and whether the list is a long one."""
        asked = (checkin_flow.QUESTIONS[key] for key in checkin_flow.PATH)
        return [(self[q.key], q.max_choices, bool(q.vocabulary)) for q in asked]

    def answers(self) -> dict:
        """As a phone would send them: skipped is None, and what stands is not unsaid."""
        said = {key: self.cleaned_data[key] or None for key in checkin_flow.PATH}
        return {
            key: value
            for key, value in said.items()
            if value is not None or key not in STAYS
        }

    def refuse(self, problem: checkin_flow.AnswerProblem, language: str) -> None:
        self.add_error(problem.key, problem.words(language))


def _field(question: Question, enrollment, asking: Asking, language: str):
    several = question.kind is Kind.CHIPS
    choices = _choices(question, enrollment, asking, language)
    make = forms.MultipleChoiceField if several else forms.ChoiceField
    widget = forms.CheckboxSelectMultiple if several else forms.RadioSelect
    return make(
        label=question.wording(asking, language),
        choices=choices,
        # What is needed, and how many, is said by the rules of the check-in itself.
        required=False,
        widget=widget,
        help_text=" ".join(
            filter(
                None,
                [
                    str(HINTS.get(question.key, "")),
                    question.hint.in_language(language) if question.hint else "",
                ],
            )
        ),
    )


def _choices(question: Question, enrollment, asking: Asking, language: str) -> list:
    if question.kind is Kind.SCALE:
        return [(str(n), str(n)) for n in range(11)]
    if question.vocabulary:
        chips = chips_for(enrollment, question.vocabulary, language)
        return chips.first + chips.more + chips.at_once
    options = question.choices(asking)
    return [(o.value, o.text.in_language(language)) for o in options]


def _day_words(day: date, today: date) -> str:
    if day == today:
        return _("Today")
    return capfirst(date_format(day, "l"))
