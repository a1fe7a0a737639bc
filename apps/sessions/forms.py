from django import forms

from apps.sessions.models import Barrier


class BarrierForm(forms.Form):
    """Buttons: whatever does not fit was made by nobody's thumb."""

    uuid = forms.UUIDField()
    about = forms.ChoiceField(choices=Barrier.About)
    on = forms.DateField()
    answer = forms.ChoiceField(choices=Barrier.Answer)

    def as_answered(self) -> dict:
        """What ``answer_barrier`` is told."""
        return self.cleaned_data
