import re

from django import forms
from django.utils.translation import gettext_lazy as _

ORDER = "012345678909876543210"
PIN = {
    "inputmode": "numeric",
    "autocomplete": "off",
    "spellcheck": "false",
    "class": "pin",
}
SIX = _("Type six digits or more.")


class PinForm(forms.Form):
    pin = forms.CharField(
        label=_("Your PIN"),
        max_length=32,
        widget=forms.TextInput(attrs=PIN | {"autofocus": True}),
        error_messages=dict.fromkeys(("required", "max_length"), _("Type your PIN.")),
    )


class SpareForm(forms.Form):
    spare = forms.CharField(
        label=_("The ten letters you wrote down"),
        max_length=32,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
        error_messages=dict.fromkeys(
            ("required", "max_length"), _("Type the ten letters.")
        ),
    )


class NewPinForm(forms.Form):
    pin = forms.CharField(
        label=_("Choose a PIN"),
        help_text=_("Six digits or more. Not the one that opens this phone."),
        max_length=32,
        widget=forms.TextInput(attrs=PIN),
        error_messages=dict.fromkeys(("required", "max_length"), SIX),
    )
    again = forms.CharField(
        label=_("The same PIN again"),
        max_length=32,
        widget=forms.TextInput(attrs=PIN),
        error_messages=dict.fromkeys(("required", "max_length"), SIX),
    )

    def clean_pin(self) -> str:
        """As frontend/phone/this_phone.js asks of the PIN of a plan."""
        pin = self.cleaned_data["pin"]
        if not re.fullmatch(r"[0-9]{6,}", pin):
            raise forms.ValidationError(SIX)
        if len(set(pin)) == 1 or pin in ORDER:
            raise forms.ValidationError(_("That one is easy to guess. Choose another."))
        return pin

    def clean(self):
        data = super().clean()
        if "pin" in data and data.get("again") not in (None, data["pin"]):
            self.add_error("again", _("The two are not the same. Type it again."))
        return data
