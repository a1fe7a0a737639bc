from django import forms
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from apps.care.services.enrollments import NotANumber
from apps.signin.addresses import Address

ADDRESS_HELP = _("Type your phone number with its area code, or your e-mail address.")


class AddressForm(forms.Form):
    """Where to send a code. Whether anybody is there, the form does not know."""

    address = forms.CharField(
        label=_("Your phone number or e-mail"),
        max_length=254,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
        error_messages=dict.fromkeys(("required", "max_length"), ADDRESS_HELP),
    )

    def clean_address(self) -> Address:
        try:
            address = Address.typed(self.cleaned_data["address"])
        except NotANumber:
            raise forms.ValidationError(ADDRESS_HELP) from None
        if "@" in address.value:
            EmailValidator(message=ADDRESS_HELP)(address.value)
        return address


class NewAddressForm(AddressForm):
    address = forms.CharField(
        label=_("Your new phone number or e-mail"),
        max_length=254,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
        error_messages=dict.fromkeys(("required", "max_length"), ADDRESS_HELP),
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Your code"),
        help_text=_("Six numbers."),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}
        ),
        error_messages=dict.fromkeys(
            ("required", "max_length"), _("Type the six numbers of your code.")
        ),
    )

    def clean_code(self) -> str:
        return "".join(filter(str.isdecimal, self.cleaned_data["code"]))


class InvitationForm(forms.Form):
    code = forms.CharField(
        label=_("The code on your paper"),
        help_text=_("Six letters. Big or small does not matter."),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
        error_messages={"required": _("Type the six letters on your paper.")},
    )
