from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.care.models import LevelAsk


class SupportForm(forms.Form):
    """Each wish is a button of its own. ``uuid`` makes a second tap the same question."""

    uuid = forms.UUIDField(widget=forms.HiddenInput)
    words = forms.CharField(
        label=_("In your own words, if you like"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "max_length": _("Keep it to %(limit_value)s letters or fewer.")
        },
    )
    wish = forms.ChoiceField(
        choices=LevelAsk.Wish,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), _("Choose more, less or not sure.")
        ),
    )

    def __init__(self, data=None):
        super().__init__(data, initial={"uuid": uuid4()})
