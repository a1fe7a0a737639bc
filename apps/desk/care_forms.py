"""Forms around the level of care. What each may choose from comes from the house."""

from datetime import date, timedelta

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.care.models import (
    Enrollment,
    LevelOfCare,
    LivingSituation,
    Pause,
    Program,
    Referral,
    StaffRole,
)
from apps.desk.forms import TOO_LONG

CHOOSE_DAY = dict.fromkeys(("required", "invalid"), _("Choose a day."))
CHOOSE = dict.fromkeys(
    ("required", "invalid_choice", "invalid_list"), _("Choose from the list.")
)
# Further ahead than this is a slip of the finger.
FURTHEST = timedelta(weeks=26)
# 2024 began on a Monday.
WEEKDAYS = [(str(day), date(2024, 1, 1 + day)) for day in range(7)]
# A death is noted by a supervisor and freezes every queue; it is not chosen here.
END_REASONS = [
    choice
    for choice in Enrollment.EndReason.choices
    if choice[0] != Enrollment.EndReason.DIED
]


def weekday_choices() -> list[tuple[str, str]]:
    return [(value, date_format(day, "l")) for value, day in WEEKDAYS]


def day_field(label, *, required=True, **kwargs) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=CHOOSE_DAY,
        **kwargs,
    )


def words_field(label, *, rows=3, required=False, **kwargs) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=500,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={
            "max_length": TOO_LONG,
            "required": _("Write a few words first."),
        },
        **kwargs,
    )


def counselors(organization_id):
    """Who may look after somebody as their own counselor."""
    roles = StaffRole.objects.filter(
        organization=organization_id,
        role__in=(StaffRole.Role.COUNSELOR, StaffRole.Role.SUPERVISOR),
    )
    return User.objects.filter(pk__in=roles.values("user"), is_active=True).order_by(
        "name", "pk"
    )


class PlacingForm(forms.Form):
    """Level, place and days, and who looks after them there."""

    level = forms.ModelChoiceField(
        label=_("Level"),
        queryset=LevelOfCare.objects.none(),
        empty_label=None,
        error_messages=CHOOSE,
    )
    program = forms.ModelChoiceField(
        label=_("Where"),
        queryset=Program.objects.none(),
        empty_label=None,
        error_messages=CHOOSE,
    )
    weekdays = forms.MultipleChoiceField(
        label=_("Days"),
        choices=weekday_choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages=CHOOSE | {"required": _("Choose the days.")},
    )
    from_on = day_field(_("From"))
    primary = forms.ModelChoiceField(
        label=_("Who looks after them"),
        queryset=User.objects.none(),
        empty_label=None,
        error_messages=CHOOSE,
    )

    def __init__(self, data=None, *, organization_id, today: date, initial=None):
        super().__init__(data, initial=initial)
        self.today = today
        self.fields["level"].queryset = LevelOfCare.objects.filter(
            organization=organization_id
        ).order_by("position", "code")
        self.fields["level"].label_from_instance = lambda level: level.name
        self.fields["program"].queryset = (
            Program.objects.filter(site__organization=organization_id)
            .select_related("site")
            .order_by("site__name", "name")
        )
        self.fields["primary"].queryset = counselors(organization_id)
        self.fields["primary"].label_from_instance = lambda user: user.name

    def clean_from_on(self):
        day = self.cleaned_data["from_on"]
        if day < self.today:
            raise forms.ValidationError(_("Choose today or a day to come."))
        if day > self.today + FURTHEST:
            raise forms.ValidationError(_("Choose a day within half a year."))
        return day

    def clean_weekdays(self):
        return sorted(int(day) for day in self.cleaned_data["weekdays"])

    def clean(self):
        data = super().clean()
        level, days = data.get("level"), data.get("weekdays")
        if level and days and not level.days_min <= len(days) <= level.days_max:
            self.add_error(
                "weekdays",
                _("%(level)s has %(low)s to %(high)s days a week.")
                % {"level": level.name, "low": level.days_min, "high": level.days_max},
            )
        return data


class LevelForm(PlacingForm):
    note = words_field(_("Why, for the team"), help_text=_("Only the team reads this."))


class EndForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("How it ends"),
        choices=END_REASONS,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    on = day_field(_("Last day"))

    def __init__(self, data=None, *, first: date, today: date):
        super().__init__(data, initial={"on": today})
        self.first, self.today = first, today

    def clean_on(self):
        day = self.cleaned_data["on"]
        if not self.first <= day <= self.today:
            raise forms.ValidationError(
                _("Choose a day from the beginning up to today.")
            )
        return day


class AwayForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Where they are"),
        choices=Pause.Kind,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    from_on = day_field(_("First day away"))
    to_on = day_field(
        _("Last day away"), required=False, help_text=_("Leave empty if nobody knows.")
    )
    note = words_field(
        _("A few words for the team"), help_text=_("Only the team reads this.")
    )

    def clean(self):
        data = super().clean()
        first, last = data.get("from_on"), data.get("to_on")
        if first and last and last < first:
            self.add_error("to_on", _("Choose a day that is not before the first."))
        return data


class BackForm(forms.Form):
    back_on = day_field(
        _("First day back"),
        help_text=_("The first day away itself takes it back as if it never was."),
    )

    def __init__(self, data=None, *, pause: Pause, today: date):
        super().__init__(data, initial={"back_on": max(today, pause.from_on)})
        self.pause = pause

    def clean_back_on(self):
        day = self.cleaned_data["back_on"]
        if day < self.pause.from_on:
            raise forms.ValidationError(_("Choose a day that is not before the first."))
        return day


class HomeForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Where they live"),
        choices=LivingSituation.Kind,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    place = forms.CharField(
        label=_("Name of the place, if it has one"),
        max_length=120,
        required=False,
        error_messages={"max_length": TOO_LONG},
    )
    feels_safe = forms.ChoiceField(
        label=_("Do they feel safe there?"),
        choices=[("", _("Not asked")), *LivingSituation.Safe.choices],
        required=False,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    from_on = day_field(_("Since"))

    def __init__(self, data=None, *, today: date):
        super().__init__(data, initial={"from_on": today, "feels_safe": ""})
        self.today = today

    def clean_from_on(self):
        day = self.cleaned_data["from_on"]
        if day > self.today:
            raise forms.ValidationError(_("Choose today or a day before."))
        return day


class PlaceForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What for"), choices=Referral.Kind, error_messages=CHOOSE
    )
    place = forms.CharField(
        label=_("Which place"),
        max_length=120,
        error_messages={
            "required": _("Write the name of the place."),
            "max_length": TOO_LONG,
        },
    )
    state = forms.ChoiceField(
        label=_("How it stands"),
        choices=[c for c in Referral.State.choices if c[0] in Referral.OPEN],
        error_messages=CHOOSE,
    )
    follow_up_on = day_field(
        _("Ask again on"),
        required=False,
        help_text=_("Somebody is asked to follow up that day."),
    )

    def __init__(self, data=None, *, today: date):
        super().__init__(data)
        self.today = today

    def clean_follow_up_on(self):
        return _not_before(self.cleaned_data["follow_up_on"], self.today)


class OutcomeForm(forms.Form):
    state = forms.ChoiceField(
        label=_("How it stands"),
        choices=Referral.State,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    outcome = words_field(_("What came of it"), rows=2)
    follow_up_on = day_field(
        _("Ask again on"),
        required=False,
        help_text=_("Somebody is asked to follow up that day."),
    )

    def __init__(self, data=None, *, referral: Referral, today: date):
        later = referral.follow_up_on
        initial = {
            "state": referral.state,
            "outcome": referral.outcome or "",
            "follow_up_on": later if later and later >= today else None,
        }
        super().__init__(data, initial=initial)
        self.today = today

    def clean(self):
        data = super().clean()
        is_over = data.get("state") and data["state"] not in Referral.OPEN
        if is_over:
            # Nothing is left to ask about.
            data["follow_up_on"] = None
            if not data.get("outcome", "").strip():
                self.add_error("outcome", _("Say in a few words what came of it."))
        elif data.get("follow_up_on"):
            try:
                _not_before(data["follow_up_on"], self.today)
            except forms.ValidationError as problem:
                self.add_error("follow_up_on", problem)
        return data


def _not_before(day: date | None, today: date) -> date | None:
    if day is not None and day < today:
        raise forms.ValidationError(_("Choose today or a day to come."))
    return day


class DayForm(forms.Form):
    """One session against the usual days: one of theirs that falls out, or one more."""

    drop = forms.ChoiceField(
        label=_("Not coming this once"), required=False, error_messages=CHOOSE
    )
    add = forms.ChoiceField(
        label=_("Also coming this once"), required=False, error_messages=CHOOSE
    )

    def __init__(self, data=None, *, own, others):
        super().__init__(data)
        self.fields["drop"].choices = [("", _("Nothing falls out")), *own]
        self.fields["add"].choices = [("", _("Nothing is added")), *others]

    def clean(self):
        data = super().clean()
        if not self.errors and not (data.get("drop") or data.get("add")):
            raise forms.ValidationError(
                _("Choose one to leave out, one to add, or both.")
            )
        return data


class InsteadForm(forms.Form):
    usual = forms.TypedChoiceField(
        label=_("Instead of"), coerce=int, error_messages=CHOOSE
    )
    instead = forms.TypedChoiceField(
        label=_("They come on"),
        coerce=int,
        choices=weekday_choices,
        error_messages=CHOOSE,
    )
    from_on = day_field(_("From"))
    to_on = day_field(_("Up to"), help_text=_("Twelve weeks ahead at most."))

    def __init__(self, data=None, *, weekdays, today: date, furthest: date):
        super().__init__(data, initial={"from_on": today})
        self.today, self.furthest = today, furthest
        self.fields["usual"].choices = [
            choice for choice in weekday_choices() if int(choice[0]) in weekdays
        ]

    def clean_from_on(self):
        return _not_before(self.cleaned_data["from_on"], self.today)

    def clean(self):
        data = super().clean()
        first, last = data.get("from_on"), data.get("to_on")
        if first and last and last < first:
            self.add_error("to_on", _("Choose a day that is not before the first."))
        elif last and last > self.furthest:
            self.add_error("to_on", _("Choose a day within twelve weeks."))
        if "usual" in data and data["usual"] == data.get("instead"):
            self.add_error("instead", _("Choose another day."))
        return data
