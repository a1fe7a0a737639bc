"""What is typed to change the week of a site."""

import re
from datetime import date, datetime, time, timedelta

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.care.models import LevelOfCare, Program, Site
from apps.common.days import wall_to_utc
from apps.desk.forms import TOO_LONG
from apps.desk.roster_forms import CLOCK, leaders, leaders_of
from apps.sessions.models import Closure, GroupSession, Kind, Series

ONCE, LATER = "ONCE", "LATER"
CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# What the boxes can say; any other rule stays as it is.
PLAIN_RULE = re.compile(
    r"^FREQ=WEEKLY(;INTERVAL=(?P<every>[1-4]))?;BYDAY=(?P<days>[A-Z,]+)$"
)
EVERY = [
    (1, _("Every week")),
    (2, _("Every other week")),
    (3, _("Every third week")),
    (4, _("Every fourth week")),
]
DATE = {"invalid": _("Choose a day."), "required": _("Choose a day.")}
LEADER = {
    "required": _("Choose who leads it."),
    "invalid_choice": _("Choose who leads it."),
}


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    input_type = "time"

    def __init__(self):
        super().__init__(format="%H:%M")


def _day(label, **kwargs) -> forms.DateField:
    return forms.DateField(
        label=label, widget=DayInput(), error_messages=DATE, **kwargs
    )


def _clock(label) -> forms.TimeField:
    words = CLOCK | {"required": CLOCK["invalid"]}
    return forms.TimeField(label=label, widget=ClockInput(), error_messages=words)


def rule_of(days: list[str], every: int) -> str:
    apart = f";INTERVAL={every}" if every > 1 else ""
    return (
        f"FREQ=WEEKLY{apart};BYDAY={','.join(code for code in CODES if code in days)}"
    )


class PlaceForm(forms.Form):
    """Where, when and with whom: the same for one time and for a series."""

    begins = _clock(_("Begins at"))
    minutes = forms.IntegerField(
        label=_("How many minutes"),
        min_value=10,
        max_value=720,
        error_messages={
            "required": _("How long does it last?"),
            "invalid": _("How long does it last?"),
            "min_value": _("Between 10 and 720 minutes."),
            "max_value": _("Between 10 and 720 minutes."),
        },
    )
    room = forms.CharField(label=_("Room"), max_length=40, required=False)
    telehealth = forms.BooleanField(label=_("By video"), required=False)
    join_url = forms.URLField(
        label=_("Link for the video room"),
        required=False,
        assume_scheme="https",
        error_messages={"invalid": _("Paste the whole link.")},
    )
    facilitator = forms.ModelChoiceField(
        User.objects.none(), label=_("Leader"), error_messages=LEADER
    )
    days = forms.MultipleChoiceField(
        label=_("Days"),
        choices=[(code, WEEKDAYS[number]) for number, code in enumerate(CODES)],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose one day or more.")},
    )
    every = forms.TypedChoiceField(label=_("How often"), choices=EVERY, coerce=int)

    def _set_leaders(self, people) -> None:
        self.fields["facilitator"].queryset = people
        self.fields["facilitator"].label_from_instance = lambda user: user.name


class ChangeWeekForm(PlaceForm):
    """One form for this one, or for this one and all later ones."""

    reach = forms.ChoiceField(
        label=_("What do you want to change?"),
        choices=[(ONCE, _("This one only")), (LATER, _("This one and all later ones"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )
    on = _day(_("Day"))
    note = forms.CharField(
        label=_("What people read about it"),
        max_length=120,
        required=False,
        error_messages={"max_length": TOO_LONG},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, room: GroupSession, series: Series):
        self.group_session, self.series = room, series
        begins = room.starts_at.astimezone(room.site.zone)
        plain = PLAIN_RULE.match(series.rrule)
        initial = {
            "reach": ONCE,
            "on": begins.date(),
            "begins": begins.time(),
            "minutes": (room.ends_at - room.starts_at) // timedelta(minutes=1),
            "room": room.room,
            "telehealth": room.telehealth,
            "join_url": room.join_url,
            "facilitator": room.facilitator_id,
            "note": room.change_note,
            "days": plain["days"].split(",") if plain else [],
            "every": int(plain["every"] or 1) if plain else 1,
            "seen": room.sequence,
            "version": series.version,
        }
        super().__init__(data, initial=initial)
        self._set_leaders(leaders(room))
        if plain is None:
            del self.fields["days"], self.fields["every"]

    def clean(self):
        data = super().clean()
        if data.get("reach") == ONCE:
            for name in ("minutes", "days", "every"):
                if name in self.changed_data and name not in self.errors:
                    words = _("This can change for all later ones only.")
                    self.add_error(name, words)
        elif data.get("reach") == LATER:
            for name in ("on", "note"):
                if name in self.changed_data and name not in self.errors:
                    self.add_error(name, _("This can change for this one only."))
        return data

    def as_once(self) -> dict:
        """What ``change_session`` is told."""
        data, zone = self.cleaned_data, self.group_session.site.zone
        names = ("room", "telehealth", "join_url", "facilitator", "note", "seen")
        return {name: data[name] for name in names} | {
            "starts_at": wall_to_utc(data["on"], data["begins"], zone)
        }

    def as_later(self) -> dict:
        """What ``change_series`` is told: what was changed here, and nothing else.

        What is different for this day alone is not made the rule by being left as it is.
        """
        data, changed = self.cleaned_data, set(self.changed_data)
        names = {"begins": "starts_at_time"} | {
            name: name
            for name in ("minutes", "room", "telehealth", "join_url", "facilitator")
        }
        told = {key: data[name] for name, key in names.items() if name in changed}
        if {"days", "every"} & changed:
            told["rrule"] = rule_of(data["days"], data["every"])
        return told | {"seen": data["version"]}


class AddSeriesForm(PlaceForm):
    program = forms.ModelChoiceField(
        Program.objects.none(),
        label=_("For"),
        error_messages={"required": _("Choose whom it is for.")},
    )
    levels = forms.ModelMultipleChoiceField(
        LevelOfCare.objects.none(),
        label=_("Levels"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose one level or more.")},
    )
    title = forms.CharField(
        label=_("Name"),
        max_length=80,
        error_messages={"required": _("Give it a name.")},
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind)
    first = _day(_("First day"))
    last = _day(_("Last day, if there is one"), required=False)
    capacity = forms.IntegerField(
        label=_("Seats"),
        min_value=1,
        max_value=200,
        initial=12,
        error_messages={"required": _("How many people fit in?")},
    )
    field_order = (
        *("title", "kind", "program", "levels", "days", "every", "first", "last"),
        *("begins", "minutes", "room", "telehealth", "join_url", "facilitator"),
    )

    def __init__(self, data=None, *, site: Site, today: date):
        super().__init__(data, initial={"first": today, "every": 1, "begins": time(9)})
        self._set_leaders(leaders_of(site.organization_id))
        self.fields["program"].queryset = Program.objects.filter(site=site)
        self.fields["program"].label_from_instance = lambda program: program.name
        levels = LevelOfCare.objects.filter(organization=site.organization_id)
        self.fields["levels"].queryset = levels.order_by("position")
        self.fields["levels"].label_from_instance = lambda level: level.name

    def clean(self):
        data = super().clean()
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day comes before the first."))
        return data

    def as_series(self) -> dict:
        """What ``create_series`` is told."""
        data = self.cleaned_data
        names = ("program", "levels", "title", "kind", "minutes", "room", "telehealth")
        return {name: data[name] for name in names} | {
            "join_url": data["join_url"],
            "facilitator": data["facilitator"],
            "capacity": data["capacity"],
            "rrule": rule_of(data["days"], data["every"]),
            "starts_at_time": data["begins"],
            "valid_from": data["first"],
            "valid_until": data["last"],
        }


class DayForm(forms.Form):
    on = _day(_("Day"))


class CloseForm(forms.Form):
    """Whole days, or from an hour of the first to an hour of the last."""

    program = forms.ModelChoiceField(
        Program.objects.none(), label=_("What is closed"), required=False
    )
    kind = forms.ChoiceField(label=_("Why"), choices=Closure.Kind)
    first = _day(_("First day"))
    last = _day(_("Last day"))
    since = forms.TimeField(
        label=_("Not before, on the first day"),
        required=False,
        widget=ClockInput(),
        error_messages=CLOCK,
    )
    until = forms.TimeField(
        label=_("Until, on the last day"),
        required=False,
        widget=ClockInput(),
        error_messages=CLOCK,
    )
    note = forms.CharField(
        label=_("What people read"),
        max_length=120,
        help_text=_("One short sentence, such as: No heating today."),
        error_messages={
            "required": _("Write one sentence for them."),
            "max_length": TOO_LONG,
        },
    )

    def __init__(self, data=None, *, site: Site, on: date):
        self.site = site
        super().__init__(data, initial={"first": on, "last": on})
        self.fields["program"].queryset = Program.objects.filter(site=site)
        self.fields["program"].label_from_instance = lambda program: program.name
        self.fields["program"].empty_label = _("Everything here")

    def as_closure(self) -> dict:
        """What ``close_site`` is told."""
        data, zone = self.cleaned_data, self.site.zone
        starts_at = wall_to_utc(data["first"], data["since"] or time(), zone)
        return {
            "program": data["program"],
            "kind": data["kind"],
            "note": data["note"],
            "starts_at": starts_at,
            "ends_at": self._end(),
        }

    def _end(self) -> datetime:
        data, zone = self.cleaned_data, self.site.zone
        if data["until"]:
            return wall_to_utc(data["last"], data["until"], zone)
        return wall_to_utc(data["last"] + timedelta(days=1), time(), zone)
