from django import forms
from django.utils.translation import gettext_lazy as _

from apps.care.models.work import Outcome

TOO_LONG = _("Keep it to %(limit_value)s letters or fewer.")


class OutcomeForm(forms.Form):
    """What was done about the open reasons of one client."""

    items = forms.CharField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=_("What happened?"),
        choices=Outcome,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what happened.")},
    )
    note = forms.CharField(
        label=_("A few words for the team"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": TOO_LONG},
    )
    decided_until = forms.DateField(
        label=_("A long silence: nothing more until after"),
        help_text=_("Only if you did not reach them. It comes back the day after."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Choose a day.")},
    )

    def __init__(self, data=None, *, asks_day: bool = False, **kwargs):
        super().__init__(data, **kwargs)
        if not asks_day:
            del self.fields["decided_until"]

    def clean(self):
        data = super().clean()
        if (
            data.get("outcome") == Outcome.NO_ACTION
            and not data.get("note", "").strip()
        ):
            self.add_error("note", _("Say in a few words why nothing is needed."))
        return data


class ReplyForm(forms.Form):
    """Words back to a check-in. The client sees them and who wrote them."""

    text = forms.CharField(
        label=_("Write back"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": _("Write a few words first."),
            "max_length": TOO_LONG,
        },
    )
