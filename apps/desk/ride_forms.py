from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.common.days import wall_to_utc
from apps.desk.forms import TOO_LONG
from apps.sessions import wording
from apps.sessions.models import GroupSession


class RideForm(forms.Form):
    """Which time it brings them to, when it picks them up, and a word to know it by."""

    to = forms.ChoiceField(
        label=_("To"), error_messages={"required": _("Choose the time it is for.")}
    )
    picks_up = forms.TimeField(
        label=_("Picks up at"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages=dict.fromkeys(("required", "invalid"), _("Choose a time.")),
    )
    words = forms.CharField(
        label=_("How to know it"),
        help_text=_("They read this, such as: Blue van, at the side door."),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": TOO_LONG},
    )

    def __init__(self, data=None, *, sessions: list[GroupSession], at: datetime):
        super().__init__(data)
        self.sessions = {str(session.pk): session for session in sessions}
        self.fields["to"].choices = [
            (pk, f"{wording.day_words(session, at)}, {wording.span(session)}")
            for pk, session in self.sessions.items()
        ]

    def clean(self):
        data = super().clean()
        if {"to", "picks_up"} <= data.keys():
            session = self.sessions[data["to"]]
            data["picks_up_at"] = wall_to_utc(
                session.local_on, data["picks_up"], session.site.zone
            )
            if data["picks_up_at"] >= session.ends_at:
                self.add_error("picks_up", _("That is after it ends. Look again."))
        return data

    def as_booked(self) -> dict:
        """What ``book_ride`` is told."""
        data = self.cleaned_data
        return {
            "group_session": self.sessions[data["to"]],
            "picks_up_at": data["picks_up_at"],
            "words": data["words"],
        }
