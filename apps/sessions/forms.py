from django import forms

from apps.sessions.models import Attendance, Barrier


class BarrierForm(forms.Form):
    """Buttons: whatever does not fit was made by nobody's thumb."""

    uuid = forms.UUIDField()
    about = forms.ChoiceField(choices=Barrier.About)
    on = forms.DateField()
    answer = forms.ChoiceField(choices=Barrier.Answer)

    def as_answered(self) -> dict:
        """What ``answer_barrier`` is told."""
        return self.cleaned_data


class AbsenceForm(forms.Form):
    """ "I can't make it", and why for whoever wants to say it."""

    uuid = forms.UUIDField()
    reason = forms.ChoiceField(choices=Attendance.Reason, required=False)


class InsteadForm(forms.Form):
    """Which room, and for which time of theirs."""

    room = forms.UUIDField()
    uuid = forms.UUIDField()
