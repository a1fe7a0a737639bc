"""What a program holds every week: filled from a preset, so that little is typed."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.care.models import LevelOfCare, Program
from apps.sessions.models import Kind
from apps.sessions.services import BlockSpec, DoubleBooked
from apps.sessions.wording import taken
from apps.setup.forms import (
    TOO_LONG,
    WEEKDAYS,
    StaffField,
    clock_field,
    day_field,
    name_field,
)
from apps.setup.presets import Preset
from apps.setup.week_table import MOST_MINUTES, MOST_SEATS, day_rule

MOST_PARTS = 8


def number_field(label, most, **kwargs) -> forms.IntegerField:
    words = _("Write a number from 1 to %(most)s.") % {"most": most}
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=most,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), words
        ),
        **kwargs,
    )


class SeriesForm(forms.Form):
    title = name_field(_("What people read"), 80, help_text=_("Such as: Day morning."))
    levels = forms.ModelMultipleChoiceField(
        label=_("For people of these levels"),
        queryset=LevelOfCare.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose who comes.")},
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On these days"),
        choices=WEEKDAYS,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose the days.")},
    )
    starts = clock_field(_("Begins at"))
    leader = StaffField(
        label=_("Who leads it"),
        empty_label=_("Choose"),
        error_messages={"required": _("Choose who leads it.")},
    )
    room = name_field(_("Room"), 40, required=False)
    seats = number_field(_("Seats"), MOST_SEATS)
    valid_from = day_field(_("First day"))

    def __init__(
        self, data=None, *, program: Program, leaders, levels, today: date, **kw
    ):
        super().__init__(data, **kw)
        self.program, self.today = program, today
        self.fields["levels"].queryset = levels
        self.fields["levels"].label_from_instance = lambda level: level.code
        self.fields["leader"].queryset = leaders
        for number in range(MOST_PARTS):
            self._add_part(number)
        self.initial = {"seats": 12, "valid_from": today, **self.initial}

    def _add_part(self, number: int) -> None:
        self.fields[f"part_{number}"] = forms.CharField(
            label=_("Name of the part"),
            max_length=80,
            required=False,
            error_messages={"max_length": TOO_LONG},
        )
        self.fields[f"kind_{number}"] = forms.ChoiceField(
            label=_("What it is"), choices=Kind, required=False, initial=Kind.GROUP
        )
        self.fields[f"minutes_{number}"] = number_field(
            _("Minutes"), MOST_MINUTES, required=False
        )
        self.fields[f"break_{number}"] = forms.BooleanField(
            label=_("A break: not counted"), required=False
        )

    @staticmethod
    def filled_from(preset: Preset, levels) -> dict:
        """What the form says at the beginning."""
        said = {
            "title": preset.title,
            "levels": [level.pk for level in levels if level.code == preset.level],
            "weekdays": list(preset.weekdays),
            "starts": preset.starts,
        }
        for number, part in enumerate(preset.parts):
            said |= {
                f"part_{number}": part.title,
                f"kind_{number}": part.kind,
                f"minutes_{number}": part.minutes,
                f"break_{number}": not part.counts,
            }
        return said

    @property
    def parts(self):
        """The fields of each part, and whether it has something in it."""
        return [
            {
                "number": number + 1,
                "fields": [
                    self[f"{name}_{number}"]
                    for name in ("part", "kind", "minutes", "break")
                ],
                "is_filled": bool(
                    self[f"part_{number}"].value()
                    or self[f"minutes_{number}"].value()
                    or self[f"minutes_{number}"].errors
                ),
            }
            for number in range(MOST_PARTS)
        ]

    def clean_valid_from(self):
        first = self.cleaned_data["valid_from"]
        if abs((first - self.today).days) > 366:
            raise forms.ValidationError(
                _("This is more than a year away. Look at the year.")
            )
        return first

    def clean(self):
        data = super().clean()
        for number in range(MOST_PARTS):
            title, minutes = data.get(f"part_{number}"), data.get(f"minutes_{number}")
            if title and minutes is None and f"minutes_{number}" not in self.errors:
                self.add_error(f"minutes_{number}", _("How long is it?"))
        if not any(f"minutes_{number}" in self.errors for number in range(MOST_PARTS)):
            if not self.blocks:
                self.add_error("minutes_0", _("How long is it?"))
            elif sum(block.minutes for block in self.blocks) > MOST_MINUTES:
                self.add_error(
                    "minutes_0", _("Together the parts are longer than 12 hours.")
                )
        return data

    @property
    def blocks(self) -> list[BlockSpec]:
        data, found, offset = self.cleaned_data, [], 0
        for number in range(MOST_PARTS):
            minutes = data.get(f"minutes_{number}")
            if not minutes:
                continue
            title = data.get(f"part_{number}") or data.get("title", "")
            kind = data.get(f"kind_{number}") or Kind.GROUP
            is_break = data.get(f"break_{number}", False)
            found.append(BlockSpec(title, kind, offset, minutes, not is_break))
            offset += minutes
        return found

    def as_made(self) -> dict:
        """What ``create_series`` is told."""
        data, blocks = self.cleaned_data, self.blocks
        leader: User = data["leader"]
        return {
            "program": self.program,
            "title": data["title"],
            "kind": blocks[0].kind,
            "rrule": day_rule(data["weekdays"]),
            "starts_at_time": data["starts"],
            "minutes": sum(block.minutes for block in blocks),
            "valid_from": data["valid_from"],
            "levels": data["levels"],
            "facilitator": leader,
            "room": data["room"],
            "capacity": data["seats"],
            "blocks": blocks,
        }

    def say_taken(self, error: DoubleBooked) -> None:
        self.add_error("leader" if error.what == "LEADER" else "room", taken(error))
