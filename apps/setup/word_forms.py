"""Forms about check-ins: who reads them, what is asked, and what can be chosen."""

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.care import vocabulary
from apps.care.models import Program, ProgramItem, Site
from apps.care.rules.checkin_questions import ONE_STAYS, OPTIONAL, QUESTIONS
from apps.plans.chips import GROUPS
from apps.setup.forms import TOO_LONG, WRITE_A_NAME, name_field

# The list of the address, and its kind.
LISTS = {
    "sets-off": "triggers",
    "helps": "skills",
    "early-signs": "warning_signs",
    "good-things": "protective",
}
LIST_NAMES = {
    "sets-off": _("What sets it off"),
    "helps": _("What helps"),
    "early-signs": _("Early signs"),
    "good-things": _("Good things instead"),
}
# What is heard nowhere else when a question is left out.
WITHOUT = {
    "triggers": _("Without it, nobody sees what sets it off."),
    "coping_used": _("Without it, nobody sees what helped."),
    "mood": _("A very low mood leads to the question about safety."),
    "sleep": _("One more tap. Off unless you choose it."),
    "body": _(
        "Who takes a medicine is asked all the same: a missed one is heard here."
    ),
    "confidence": _("Very little of it leads to the question about safety."),
}


class PeopleField(forms.ModelMultipleChoiceField):
    def __init__(self, **kwargs):
        super().__init__(
            queryset=User.objects.none(),
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "invalid_choice": _("Choose from the list."),
                "invalid_pk_value": _("Choose from the list."),
            },
            **kwargs,
        )

    def label_from_instance(self, obj):
        return obj.name


def _sentence(label, help_text) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": TOO_LONG},
    )


class CoverForm(forms.Form):
    """Who reads what comes in, and what happens when they are not there."""

    readers = PeopleField(label=_("Who reads what comes in"), required=False)
    after_hours = _sentence(
        _("What happens with an answer outside these hours"),
        _("Such as: whoever is on call is told at once, and calls back."),
    )
    holiday_cover = _sentence(
        _("Who takes over on days the site is closed"),
        _("Holidays, and days you close for snow."),
    )

    def __init__(self, data=None, *, staff, site: Site, **kwargs):
        initial = {
            "readers": [one.pk for one in site.checkin_readers.all()],
            "after_hours": site.after_hours,
            "holiday_cover": site.holiday_cover,
        }
        super().__init__(data, initial=initial, **kwargs)
        self.fields["readers"].queryset = staff


class QuestionsForm(forms.Form):
    """The questions that need not be asked, each with what follows from it."""

    def __init__(self, data=None, *, program: Program, **kwargs):
        super().__init__(data, **kwargs)
        for key in OPTIONAL:
            self.fields[key] = forms.BooleanField(
                label=QUESTIONS[key].text.in_language(get_language()),
                help_text=WITHOUT[key],
                required=False,
                initial=key in program.optional_questions,
            )

    @property
    def optional(self) -> list[str]:
        return [key for key in OPTIONAL if self.cleaned_data[key]]

    def clean(self):
        data = super().clean()
        if not any(data.get(key) for key in ONE_STAYS):
            self.add_error(
                ONE_STAYS[0],
                _(
                    "Keep this one or how sure they are of their goal: the question about "
                    "safety follows from these."
                ),
            )
        return data


class OfferForm(forms.Form):
    """One of the common lists, by group: what is ticked is offered."""

    def __init__(self, data=None, *, program: Program, which: str, **kwargs):
        super().__init__(data, **kwargs)
        self.which, language = which, get_language()
        items = [
            item
            for item in vocabulary.chips(which)
            if item.code not in vocabulary.ALWAYS_OFFERED
        ]
        for group in dict.fromkeys(item.group for item in items):
            of_group = [item for item in items if item.group == group]
            self.fields[group] = forms.MultipleChoiceField(
                label=GROUPS[group],
                choices=[(item.code, item.label(language)) for item in of_group],
                required=False,
                initial=[
                    item.code
                    for item in of_group
                    if item.code not in program.hidden_codes
                ],
                widget=forms.CheckboxSelectMultiple,
                error_messages={"invalid_choice": _("Choose from the list.")},
            )

    @property
    def codes(self) -> set[str]:
        return {code for chosen in self.cleaned_data.values() for code in chosen}


class WordForm(forms.Form):
    """Something of the program's own, as it is called in both languages."""

    label_en = name_field(_("In English"), 60, needed=WRITE_A_NAME)
    label_es = name_field(
        _("In Spanish"),
        60,
        help_text=_(
            "Short, and without a word that is only for men or only for women."
        ),
    )
    group = forms.ChoiceField(
        label=_("Where it belongs"),
        error_messages={"invalid_choice": _("Choose from the list.")},
    )
    is_offered = forms.BooleanField(
        label=_("People can choose it"),
        help_text=_("Without the tick it is offered no more. Old answers keep it."),
        required=False,
    )

    def __init__(self, data=None, *, kind: str, item: ProgramItem | None = None, **kw):
        if item is not None:
            kw["initial"] = {
                name: getattr(item, name)
                for name in ("label_en", "label_es", "group", "is_offered")
            }
        super().__init__(data, **kw)
        self.fields["group"].choices = [
            (group, GROUPS[group])
            for group in vocabulary.groups_of(kind)
            if group != "other"
        ]
        if item is None:
            del self.fields["is_offered"]
