from django import forms
from django.utils.translation import gettext_lazy as _

TYPE_CODE = _("Type the code.")


class StepForm(forms.Form):
    """A code of the app or a spare one: the person need not say which."""

    code = forms.CharField(
        label=_("Your code"),
        help_text=_("Six numbers from your app, or one of your spare codes."),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
        error_messages=dict.fromkeys(("required", "max_length"), TYPE_CODE),
    )

    def clean_code(self) -> str:
        return "".join(filter(str.isalnum, self.cleaned_data["code"])).upper()


class SpareForm(StepForm):
    code = forms.CharField(
        label=_("A spare code"),
        help_text=_("One of the ten on your paper."),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
        error_messages=dict.fromkeys(("required", "max_length"), TYPE_CODE),
    )


class AppForm(StepForm):
    code = forms.CharField(
        label=_("The code it shows now"),
        help_text=_("Six numbers. They change every half minute."),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}
        ),
        error_messages=dict.fromkeys(("required", "max_length"), TYPE_CODE),
    )


class CredentialForm(forms.Form):
    """What the browser made of a passkey. Nobody types it."""

    credential = forms.JSONField(
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid"), _("The passkey did not come through. Try again.")
        ),
    )


class NewPasskeyForm(CredentialForm):
    name = forms.CharField(
        label=_("A name for it"),
        help_text=_("So that you know it again: the laptop at work, my phone."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Give it a name."),
            "max_length": _("Keep the name to 40 letters."),
        },
    )
    field_order = ("name", "credential")
