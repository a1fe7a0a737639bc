from django import forms
from django.utils.translation import gettext_lazy as _

from apps.care.rules.plan_rules import SECTIONS
from apps.desk.forms import TOO_LONG

# Ways to begin. Those that end in "…" want to be finished.
STARTERS = (
    ("", _("Your own words")),
    ("like", _("I like how you …")),
    ("nights", _("Could we add one person for nights?")),
    ("late", _("What would make this one easier to do at 11 pm?")),
    ("harder", _("You know your week best; which of these two is harder?")),
)


class CommentForm(forms.Form):
    """Words about a section, or about one step of it. The client sees them there."""

    section = forms.ChoiceField(choices=[(s.key, s.label) for s in SECTIONS])
    step = forms.CharField(max_length=40, required=False)
    starter = forms.ChoiceField(choices=STARTERS, required=False)
    text = forms.CharField(
        max_length=500, required=False, error_messages={"max_length": TOO_LONG}
    )

    def clean(self):
        data = super().clean()
        starter = (
            str(dict(STARTERS)[data.get("starter", "")]) if data.get("starter") else ""
        )
        text = data.get("text", "").strip()
        if starter.endswith("…"):
            starter = starter.removesuffix("…").strip() if text else ""
        data["text"] = f"{starter} {text}".strip()
        if not data["text"]:
            self.add_error("text", _("Write a few words first."))
        return data


class IdeasForm(forms.Form):
    affirmation = forms.CharField(
        label=_("One thing you like about it"),
        help_text=_("They read this first."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": _("Write one thing you like about it first."),
            "max_length": TOO_LONG,
        },
    )


class ReviewForm(forms.Form):
    review_due_on = forms.DateField(
        label=_("Look at it again on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Choose a day to look at it again."),
            "invalid": _("Choose a day from the calendar."),
        },
    )
