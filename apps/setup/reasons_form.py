"""The numbers of a program's rules, in the words of who reads the list."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.care.rules.triage_limits import MAY_BE_OFF, OFF, RANGES, TUNED, Limits

RULE_NAMES = {
    "R05": _("Strong craving"),
    "R06": _("Craving jumps"),
    "R07": _("Craving rises"),
    "R08": _("Low confidence"),
    "R09": _("Low mood"),
    "R10": _("Medicine missed"),
    "R11": _("Check-ins stop"),
    "R18": _("Many hard moments"),
}
LABELS = {
    "craving_high": _("Craving of this much or more, of 10"),
    "craving_jump": _("Points above what is usual for them"),
    "usual_needs": _("Answers in the 7 days before, to know what is usual"),
    "craving_rise": _("Points up over three answers in a row"),
    "craving_floor": _("A jump or a rise counts from this craving on"),
    "confidence_low": _("Confidence of this much or less, of 10"),
    "confidence_drop": _("Or points below what is usual for them"),
    "mood_days": _("Low on this many of the last 5 answers"),
    "medicine_days": _("Not taken on this many of 3 days"),
    "silent_days": _("Whole days without one, from people who usually check in"),
    "logs_a_day": _("Hard moments within 24 hours"),
}


@dataclass(frozen=True)
class RulePart:
    """The fields of one rule."""

    rule: str
    name: str
    numbers: list[forms.BoundField]
    on: forms.BoundField | None


class ReasonsForm(forms.Form):
    def __init__(self, data=None, *, limits: Limits, **kwargs):
        super().__init__(data, **kwargs)
        for name, allowed in RANGES.items():
            self.fields[name] = _number(name, allowed)
            self.initial.setdefault(name, getattr(limits, name))
        for rule in MAY_BE_OFF:
            self.fields[f"on_{rule}"] = forms.BooleanField(
                label=_("Comes to the list"), required=False
            )
            self.initial.setdefault(f"on_{rule}", rule not in limits.off)

    @property
    def parts(self) -> Iterable[RulePart]:
        for rule in TUNED:
            yield RulePart(
                rule=rule,
                name=RULE_NAMES[rule],
                numbers=[self[name] for name in RANGES if RANGES[name].rule == rule],
                on=self[f"on_{rule}"] if rule in MAY_BE_OFF else None,
            )

    @property
    def chosen(self) -> dict[str, Any]:
        data = self.cleaned_data
        off = [rule for rule in MAY_BE_OFF if not data[f"on_{rule}"]]
        return {name: data[name] for name in RANGES} | {OFF: off}


def _number(name, allowed) -> forms.IntegerField:
    words = _("Write a number from %(least)s to %(most)s.")
    ends = {"least": allowed.least, "most": allowed.most}
    usual = {"usual": getattr(Limits(), name)}
    wrong = _filled(words, ends)
    return forms.IntegerField(
        label=LABELS[name],
        help_text=_filled(
            _("From %(least)s to %(most)s, usually %(usual)s."), ends | usual
        ),
        min_value=allowed.least,
        max_value=allowed.most,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), wrong
        ),
    )


def _filled(words, values: dict) -> str:
    return str(words) % values


def limits_in_words(limits: Limits) -> list[str]:
    """What differs from the usual numbers, for the history."""
    said = [
        _now("%(what)s: %(number)s (usually %(usual)s)")
        % {
            "what": LABELS[name],
            "number": getattr(limits, name),
            "usual": getattr(Limits(), name),
        }
        for name in RANGES
        if name in limits.overrides
    ]
    return said + [
        _now("%(what)s does not come to the list") % {"what": RULE_NAMES[rule]}
        for rule in sorted(limits.off)
    ]
