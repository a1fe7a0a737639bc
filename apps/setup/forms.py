"""Forms of a program admin: few fields, filled with what is usual."""

from datetime import date, datetime
from functools import cache
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.care.models import LevelOfCare, Program, Site, SiteLine
from apps.care.services.enrollments import NotANumber, normalized_phone
from apps.setup.holidays import next_holidays
from apps.setup.services.places import SiteDetails
from apps.setup.weekdays import WEEKDAYS

TOO_LONG = _("Keep it to %(limit_value)s letters or fewer.")
WRITE_A_NAME = _("Write a name.")
CHOOSE_DAY = dict.fromkeys(("required", "invalid"), _("Choose a day."))
CHOOSE_TIME = dict.fromkeys(("required", "invalid"), _("Choose a time."))
WORK_DAYS = [0, 1, 2, 3, 4]
US_ZONES = [
    ("America/New_York", _("Eastern (New York)")),
    ("America/Chicago", _("Central (Chicago)")),
    ("America/Denver", _("Mountain (Denver)")),
    ("America/Phoenix", _("Arizona (Phoenix)")),
    ("America/Los_Angeles", _("Pacific (Los Angeles)")),
    ("America/Anchorage", _("Alaska (Anchorage)")),
    ("Pacific/Honolulu", _("Hawaii (Honolulu)")),
    ("America/Puerto_Rico", _("Puerto Rico")),
]


@cache
def further_zones() -> list[tuple[str, str]]:
    usual = {name for name, _label in US_ZONES}
    found = sorted(
        name
        for name in available_timezones() - usual
        if "/" in name and not name.startswith(("posix/", "right/", "Etc/", "SystemV/"))
    )
    return [(name, name.replace("_", " ")) for name in found]


def zone_choices():
    return [
        (_("United States"), US_ZONES),
        (_("Everywhere else"), [*further_zones(), ("UTC", "UTC")]),
    ]


def day_field(label, **kwargs) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=CHOOSE_DAY,
        **kwargs,
    )


def clock_field(label, **kwargs) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages=CHOOSE_TIME,
        **kwargs,
    )


def name_field(label, most, needed=WRITE_A_NAME, **kwargs) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        error_messages={"required": needed, "max_length": TOO_LONG},
        **kwargs,
    )


class StaffField(forms.ModelChoiceField):
    """One of the staff, by the name they go by."""

    def __init__(self, **kwargs):
        super().__init__(queryset=User.objects.none(), **kwargs)

    def label_from_instance(self, obj):
        return obj.name


class SiteForm(forms.Form):
    """One address: where it is, who answers, when somebody is there."""

    name = name_field(_("Name"), 80, help_text=_("Such as the town: Needham."))
    address = name_field(_("Address"), 200, required=False)
    timezone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices)
    program_line = forms.CharField(
        label=_("Phone number people call"),
        max_length=30,
        required=False,
        widget=forms.TextInput({"type": "tel"}),
        error_messages={"max_length": TOO_LONG},
    )
    after_hours_line = forms.CharField(
        label=_("Phone number for evenings and weekends"),
        max_length=30,
        required=False,
        widget=forms.TextInput({"type": "tel"}),
        error_messages={"max_length": TOO_LONG},
    )
    checked_on = day_field(_("Somebody last called these numbers on"))
    opens = clock_field(_("Somebody is at the desk from"), required=False)
    closes = clock_field(_("until"), required=False)
    open_days = forms.TypedMultipleChoiceField(
        label=_("On these days"),
        choices=WEEKDAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    on_call = StaffField(
        label=_("Who is on call"),
        help_text=_("Told at once of an answer that cannot wait."),
        required=False,
        empty_label=_("Nobody yet"),
    )
    usual_holidays = forms.BooleanField(
        label=_(
            "Closed on New Year's Day, Memorial Day, July 4, Labor Day, Thanksgiving and "
            "Christmas"
        ),
        required=False,
    )

    def __init__(
        self, data=None, *, staff, today: date, site: Site | None = None, **kw
    ):
        super().__init__(data, **kw)
        self.today, self.site = today, site
        self.fields["on_call"].queryset = staff
        for day, label in WEEKDAYS:
            self.fields[f"opens_{day}"] = clock_field(label, required=False)
            self.fields[f"closes_{day}"] = clock_field(_("until"), required=False)
        hours = (
            site.staffed_hours
            if site
            else {str(d): ["09:00", "17:00"] for d in WORK_DAYS}
        )
        self.initial = {
            **_hours_initial(hours),
            **_site_initial(site, today),
            **self.initial,
        }

    def without_holidays(self):
        """Once there is a week, its days are changed there."""
        del self.fields["usual_holidays"]
        return self

    @property
    def own_days(self):
        """The two fields of each weekday, to say what differs."""
        return [
            (label, self[f"opens_{d}"], self[f"closes_{d}"]) for d, label in WEEKDAYS
        ]

    @property
    def differs(self) -> bool:
        """Whether a weekday has hours of its own, or said something wrong about them."""
        return any(
            field.value() or field.errors
            for _label, *pair in self.own_days
            for field in pair
        )

    def clean(self):
        data = super().clean()
        for kind in ("program_line", "after_hours_line"):
            self._check_number(kind)
        self._check_hours("opens", "closes")
        for day, _label in WEEKDAYS:
            self._check_hours(f"opens_{day}", f"closes_{day}")
        if data.get("opens") and data.get("closes") and not data.get("open_days"):
            self.add_error("open_days", _("Choose the days, or leave the hours empty."))
        checked = data.get("checked_on")
        if checked and checked > self.today:
            self.add_error("checked_on", _("This day is still to come."))
        return data

    def _check_number(self, name):
        if said := self.cleaned_data.get(name):
            try:
                normalized_phone(said)
            except NotANumber:
                self.add_error(name, _("This number cannot be dialled."))

    def _check_hours(self, opens, closes):
        first, last = self.cleaned_data.get(opens), self.cleaned_data.get(closes)
        if first and not last and closes not in self.errors:
            self.add_error(closes, _("Until when?"))
        elif last and not first and opens not in self.errors:
            self.add_error(opens, _("From when?"))
        elif first and last and last <= first:
            self.add_error(closes, _("This is before it opens."))

    @property
    def details(self) -> SiteDetails:
        data = self.cleaned_data
        hours = {}
        for day, _label in WEEKDAYS:
            own = data[f"opens_{day}"], data[f"closes_{day}"]
            usual = data["opens"], data["closes"]
            times = (
                own if all(own) else usual if day in data["open_days"] else (None, None)
            )
            if all(times):
                hours[str(day)] = [time.strftime("%H:%M") for time in times]
        closed = None
        if data.get("usual_holidays"):
            closed = {day.isoformat() for day in next_holidays(self.today)}
            closed |= set(self.site.holidays if self.site else [])
        return SiteDetails(
            name=data["name"],
            address=data["address"],
            timezone=data["timezone"],
            staffed_hours=hours,
            lines={
                SiteLine.Kind.PROGRAM: data["program_line"],
                SiteLine.Kind.AFTER_HOURS: data["after_hours_line"],
            },
            checked_on=data["checked_on"],
            on_call=data["on_call"],
            holidays=sorted(closed) if closed is not None else None,
        )


def _site_initial(site: Site | None, today: date) -> dict:
    if site is None:
        return {"checked_on": today, "usual_holidays": True}
    lines = {line.kind: line for line in site.lines.order_by("-position", "-pk")}
    program, after = (
        lines.get(kind) for kind in (SiteLine.Kind.PROGRAM, SiteLine.Kind.AFTER_HOURS)
    )
    checked = [line.last_checked_on for line in (program, after) if line]
    return {
        "name": site.name,
        "address": site.address,
        "timezone": site.timezone,
        "program_line": program.number if program else "",
        "after_hours_line": after.number if after else "",
        "checked_on": min(checked, default=today),
        "on_call": site.on_call_id,
    }


def _hours_initial(hours: dict) -> dict:
    """The hours most days share, their days, and what differs."""
    all_times = [tuple(times) for times in hours.values()]
    usual = max(all_times, key=all_times.count, default=None)
    said = {
        "open_days": [int(d) for d, times in hours.items() if tuple(times) == usual]
    }
    if usual:
        said |= {"opens": usual[0], "closes": usual[1]}
    for day, times in hours.items():
        if tuple(times) != usual:
            said |= {f"opens_{day}": times[0], f"closes_{day}": times[1]}
    return said


class ProgramForm(forms.Form):
    track = forms.ChoiceField(
        label=_("When it is"), choices=Program.Track, widget=forms.RadioSelect
    )
    name = name_field(
        _("Name"),
        80,
        required=False,
        help_text=_("Leave it empty to call it by the time of day."),
    )
    facilitators_see_checkins = forms.BooleanField(
        label=_("Who leads a room may read the check-ins of the people in it"),
        required=False,
    )
    weekly_review_day = forms.TypedChoiceField(
        label=_("Day to look back at the week"),
        choices=[("", _("Each person's own first day of the week")), *WEEKDAYS],
        coerce=int,
        empty_value=None,
        required=False,
    )

    def clean(self):
        data = super().clean()
        if not data.get("name") and data.get("track"):
            # As it is called in English: people of every language write it in a table.
            data["name"] = {"DAY": "Day", "EVENING": "Evening", "WEEKEND": "Weekend"}[
                data["track"]
            ]
        return data


class LevelForm(forms.ModelForm):
    """Ranges, because sources disagree: what holds here is what stands here."""

    class Meta:
        model = LevelOfCare
        fields = (
            "code",
            "name",
            "weekly_hours_min",
            "weekly_hours_max",
            "days_min",
            "days_max",
            "usual_weeks",
            "asam_edition",
            "asam_level",
        )
        labels = {
            "code": _("Short name"),
            "name": _("Name"),
            "weekly_hours_min": _("Hours a week, at least"),
            "weekly_hours_max": _("Hours a week, at most"),
            "days_min": _("Days a week, at least"),
            "days_max": _("Days a week, at most"),
            "usual_weeks": _("Usual number of weeks"),
            "asam_edition": _("Edition of the ASAM criteria"),
            "asam_level": _("Level in that edition"),
        }
        help_texts = {"code": _("Such as IOP. It stands in tables you bring in.")}
        error_messages = {
            name: {
                "required": _("Fill this in."),
                "invalid": _("Write a number."),
                "max_length": TOO_LONG,
                "max_digits": _("Write a smaller number."),
                "max_decimal_places": _("One place behind the point is enough."),
                "max_whole_digits": _("Write a smaller number."),
                "min_value": _("Write a number from 0 up."),
                "max_value": _("Write a smaller number."),
            }
            for name in fields
        }

    def clean(self):
        data = super().clean()
        pairs = (
            ("weekly_hours_min", "weekly_hours_max", 168),
            ("days_min", "days_max", 7),
        )
        for least, most, top in pairs:
            low, high = data.get(least), data.get(most)
            if low is not None and low < 0:
                self.add_error(least, _("Write a number from 0 up."))
            elif low is not None and high is not None and low > high:
                self.add_error(most, _("This is less than the least."))
            if high is not None and high > top:
                self.add_error(most, _("A week has not so many."))
        if data.get("usual_weeks") == 0:
            self.add_error("usual_weeks", _("Write a number from 1 up."))
        if data.get("days_min") == 0:
            self.add_error("days_min", _("Write a number from 1 up."))
        return data

    def validate_constraints(self):
        """The service looks whether the short name is taken."""


class ImportForm(forms.Form):
    """A pasted table. ``key`` comes with the page, so that it is made once."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    table = forms.CharField(
        label=_("Your rows"),
        strip=False,
        help_text=_(
            "Copy them from your spreadsheet, the first line too, and paste them."
        ),
        widget=forms.Textarea(
            {
                "rows": 10,
                "spellcheck": "false",
                "autocomplete": "off",
                "autocapitalize": "off",
                "class": "pasted",
            }
        ),
        error_messages={"required": _("Paste your rows first.")},
    )


def today_of(site: Site | None, zone, at: datetime) -> date:
    if site is not None:
        return site.local_date(at)
    return at.astimezone(zone).date() if zone else at.date()
