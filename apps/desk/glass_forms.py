from django import forms
from django.utils.translation import gettext_lazy as _

from apps.care.services.glass import LONGEST_REASON, SHORTEST_REASON
from apps.desk.forms import TOO_LONG


class GlassForm(forms.Form):
    """Who, and why. There is no list to look through."""

    name = forms.CharField(
        label=_("The first name they go by"),
        max_length=60,
        error_messages={"required": _("Write their first name.")},
    )
    birth_date = forms.DateField(
        label=_("Date of birth"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Choose their date of birth."),
            "invalid": _("Choose their date of birth."),
        },
    )
    surname = forms.CharField(
        label=_("Last name, when two share the rest"),
        max_length=80,
        required=False,
    )
    reason = forms.CharField(
        label=_("Why you need to read it now"),
        help_text=_("A supervisor and the person themselves can read this."),
        min_length=SHORTEST_REASON,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": _("Say why you need to read it."),
            "min_length": _("Say why in %(limit_value)s letters or more."),
            "max_length": TOO_LONG,
        },
    )

    def clean_reason(self):
        """Blanks are no reason."""
        reason = " ".join(self.cleaned_data["reason"].split())
        if len(reason) < SHORTEST_REASON:
            raise forms.ValidationError(
                _("Say why in %(limit_value)s letters or more."),
                params={"limit_value": SHORTEST_REASON},
            )
        return reason
