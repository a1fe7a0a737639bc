from django import forms
from django.utils.translation import gettext_lazy as _

MOST_LETTERS = 4000
STRENGTHS = [("", _("None to mark")), *((str(n), str(n)) for n in range(11))]


class PrivateNoteForm(forms.Form):
    """Words for oneself, with or without how strong it was."""

    text = forms.CharField(
        label=_("What is on your mind?"),
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": _("Write a few words first."),
            "max_length": _("Keep your note to %(limit_value)d letters or fewer."),
        },
    )
    craving = forms.TypedChoiceField(
        label=_("How strong was the urge, from 0 to 10? Only if you like."),
        choices=STRENGTHS,
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": _("Choose a number from 0 to 10.")},
    )
