"""One meeting or helping hand outside, as somebody of the staff writes it down."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.care.models import OutsidePlace
from apps.care.services.enrollments import NotANumber, normalized_phone
from apps.care.services.outside import OutsideDetails
from apps.setup.forms import TOO_LONG, WEEKDAYS, clock_field, day_field, name_field

# What is spoken around here; how each calls itself.
LANGUAGES = [*settings.LANGUAGES, ("pt", "Português"), ("ht", "Kreyòl ayisyen")]


def _line(label, most, **kwargs) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=most,
        error_messages={"max_length": TOO_LONG},
        **kwargs,
    )


class NearbyForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=OutsidePlace.Kind,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    name = name_field(_("Name"), 60)
    about = _line(_("What people should know"), 200)
    about_es = _line(_("The same in Spanish"), 200)
    address = _line(_("Address"), 200)
    phone = _line(
        _("Phone number"),
        30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    days = forms.TypedMultipleChoiceField(
        label=_("Days"),
        choices=WEEKDAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    starts_at = clock_field(_("Begins at"), required=False)
    languages = forms.MultipleChoiceField(
        label=_("Languages spoken"),
        choices=LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    last_checked_on = day_field(_("Last checked on"))

    def __init__(self, *args, today, place: OutsidePlace | None = None, **kwargs):
        self.today = today
        initial = {"last_checked_on": today}
        if place is not None:
            names = [name for name in self.base_fields if name != "last_checked_on"]
            initial |= {name: getattr(place, name) for name in names}
        super().__init__(*args, initial=initial, **kwargs)

    def clean_phone(self):
        said = self.cleaned_data["phone"].strip()
        if said:
            try:
                normalized_phone(said)
            except NotANumber:
                raise forms.ValidationError(
                    _("This number cannot be dialled.")
                ) from None
        return said

    def clean_last_checked_on(self):
        checked = self.cleaned_data["last_checked_on"]
        if checked > self.today:
            raise forms.ValidationError(_("This day is still to come."))
        return checked

    def clean(self):
        data = super().clean()
        if not data.get("address") and not data.get("phone") and not self.errors:
            self.add_error("address", _("Write an address or a number."))
        return data

    @property
    def details(self) -> OutsideDetails:
        return OutsideDetails(**self.cleaned_data)
