from django import forms
from django.utils.translation import gettext_lazy as _

from apps.care.models import Site, StaffRole

TOO_LONG = _("Keep it to %(limit_value)s letters or fewer.")


class RoleForm(forms.Form):
    role = forms.ChoiceField(
        label=_("What they do"),
        choices=[("", _("Choose one")), *StaffRole.Role.choices],
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), _("Choose what they do.")
        ),
    )
    site = forms.ModelChoiceField(
        label=_("Where"),
        queryset=Site.objects.none(),
        required=False,
        empty_label=_("At every site"),
        error_messages={"invalid_choice": _("Choose a site from the list.")},
    )

    def __init__(self, *args, sites, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = sites
        self.fields["site"].label_from_instance = lambda site: site.name


class NewPersonForm(RoleForm):
    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("As people here call them."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Type their name."), "max_length": TOO_LONG},
    )
    email = forms.EmailField(
        label=_("E-mail at work"),
        max_length=254,
        help_text=_("Their codes go there each time they sign in."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages=dict.fromkeys(
            ("required", "invalid"), _("Type an e-mail address.")
        ),
    )
    field_order = ("name", "email", "role", "site")
