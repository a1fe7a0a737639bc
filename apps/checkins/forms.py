from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.care.rules.checkin_questions import NOTE_LENGTH, QUESTIONS


class NoteForm(forms.Form):
    """A few words beside the answers."""

    text = forms.CharField(
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "max_length": _("Keep your note to %(limit_value)d letters or fewer.")
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        question, language = QUESTIONS["note"], get_language()
        self.fields["text"].label = question.text.in_language(language)
        self.fields["text"].help_text = question.hint.in_language(language)
