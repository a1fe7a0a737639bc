"""Somebody new, at the desk, in two minutes."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.care.models import LevelOfCare, Program
from apps.care.services.enrollments import NotANumber, normalized_phone
from apps.setup.forms import TOO_LONG, StaffField, day_field, name_field
from apps.setup.people_table import NONE, OTHERS, THEM
from apps.setup.selectors import levels_of, programs_of, staff_of
from apps.setup.services.people import NewPerson
from apps.setup.weekdays import WEEKDAYS

SEEN_BY = [
    (THEM, _("Only they do")),
    (OTHERS, _("Somebody else may read it")),
    (NONE, _("They have no phone")),
]


class PersonForm(forms.Form):
    first_name = name_field(
        _("First name"),
        60,
        needed=_("Write the name they go by."),
        help_text=_("The one they go by."),
    )
    last_name = name_field(_("Last name"), 80, needed=_("Write their last name."))
    birth_date = day_field(_("Date of birth"))
    phone = forms.CharField(
        label=_("Phone"),
        max_length=30,
        required=False,
        widget=forms.TextInput({"type": "tel", "autocomplete": "off"}),
        error_messages={"max_length": TOO_LONG},
    )
    seen_by = forms.ChoiceField(
        label=_("Who might see this phone?"),
        help_text=_("Ask them. If somebody else may read it, nothing is sent there."),
        choices=SEEN_BY,
        widget=forms.RadioSelect,
        error_messages={"required": _("Ask who might see this phone.")},
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        widget=forms.EmailInput({"autocomplete": "off"}),
        error_messages={"invalid": _("This is no e-mail address.")},
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=lambda: settings.LANGUAGES
    )
    program = forms.ModelChoiceField(
        label=_("Where"),
        queryset=Program.objects.none(),
        empty_label=_("Choose"),
        error_messages={"required": _("Choose where they come.")},
    )
    level = forms.ModelChoiceField(
        label=_("Level of care"),
        queryset=LevelOfCare.objects.none(),
        empty_label=_("Choose"),
        error_messages={"required": _("Choose the level of care.")},
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days of the week"),
        choices=WEEKDAYS,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose the days they come.")},
    )
    started_on = day_field(_("First day"))
    primary = StaffField(
        label=_("Counselor"),
        empty_label=_("Choose"),
        error_messages={"required": _("Choose their counselor.")},
    )

    def __init__(self, data=None, *, user: User, today, **kwargs):
        super().__init__(data, **kwargs)
        programs, levels = programs_of(user), levels_of(user)
        counselors = staff_of(user, ["COUNSELOR"])
        self.fields["program"].queryset = programs
        self.fields["level"].queryset = levels
        self.fields["level"].label_from_instance = _level_words
        self.fields["primary"].queryset = counselors
        self.today = today
        only = list(programs[:2])
        self.initial = {
            "language": settings.LANGUAGE_CODE,
            "started_on": today,
            "program": only[0].pk if len(only) == 1 else None,
            "primary": user.pk,
            **self.initial,
        }

    def clean_phone(self):
        said = self.cleaned_data["phone"]
        try:
            return normalized_phone(said) if said else ""
        except NotANumber:
            raise forms.ValidationError(_("This number cannot be dialled.")) from None

    def clean_birth_date(self):
        born = self.cleaned_data["birth_date"]
        if born > self.today or born.year < self.today.year - 110:
            raise forms.ValidationError(
                _("Nobody was born on this day. Look at the year.")
            )
        return born

    def clean_started_on(self):
        first = self.cleaned_data["started_on"]
        if abs((first - self.today).days) > 366:
            raise forms.ValidationError(
                _("This is more than a year away. Look at the year.")
            )
        return first

    def clean(self):
        data = super().clean()
        if data.get("phone") and data.get("seen_by") == NONE:
            self.add_error(
                "seen_by", _("There is a number, and no phone. One of them is wrong.")
            )
        level, days = data.get("level"), data.get("weekdays")
        if level and days and not level.days_min <= len(days) <= level.days_max:
            words = _("%(level)s takes %(least)s to %(most)s days a week.") % {
                "level": level.code,
                "least": level.days_min,
                "most": level.days_max,
            }
            self.add_error("weekdays", words)
        return data

    @property
    def person(self) -> NewPerson:
        data = self.cleaned_data
        return NewPerson(
            name=data["first_name"],
            surname=data["last_name"],
            birth_date=data["birth_date"],
            phone=data["phone"],
            email=data["email"].strip().lower(),
            language=data["language"],
            program=data["program"],
            level=data["level"],
            weekdays=data["weekdays"],
            started_on=data["started_on"],
            primary=data["primary"],
            monitored_phone=data["seen_by"] == OTHERS,
            no_phone=data["seen_by"] == NONE,
        )


def _level_words(level: LevelOfCare) -> str:
    days = f"{level.days_min}–{level.days_max}"
    if level.days_min == level.days_max:
        days = str(level.days_min)
    return _("%(code)s · %(name)s, %(days)s days a week") % {
        "code": level.code,
        "name": level.name,
        "days": days,
    }
