"""Every design piece on one page, with words to fill it. Nothing of the records."""

import re

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.http import require_GET

SPRITE = settings.BASE_DIR / "static/icons/sprite.svg"
MOODS = [("GOOD", "Good"), ("OKAY", "Okay"), ("LOW", "Low"), ("HARD", "Hard")]
PLACES = [
    ("PAYDAY", "Payday"),
    ("BORED", "Bored"),
    ("ARGUMENT", "An argument"),
    ("ALONE", "Being alone"),
    ("TIRED", "Tired"),
]


class SampleForm(forms.Form):
    email = forms.EmailField(
        label="Your e-mail",
        help_text="We send a code there. Nobody else sees it.",
        error_messages={"required": "Write your e-mail, like rosa@example.org."},
    )
    when = forms.ChoiceField(
        label="When is a good time to call?",
        choices=[("AM", "In the morning"), ("PM", "In the afternoon")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a time of day."},
    )
    topics = forms.MultipleChoiceField(
        label="What comes up most?",
        help_text="Up to three.",
        choices=PLACES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    language = forms.ChoiceField(
        label="Language", choices=[("en", "English")], required=False
    )
    note = forms.CharField(
        label="Anything else?", widget=forms.Textarea, required=False
    )


@login_not_required
@require_GET
def gallery(request):
    return render(
        request,
        "demo/gallery.html",
        {
            "icons": re.findall(r'id="([\w-]+)"', SPRITE.read_text("utf-8")),
            "moods": MOODS,
            "places": PLACES,
            "chosen": ["PAYDAY", "TIRED"],
            "form": SampleForm(initial={"topics": ["PAYDAY"]}, prefix="fresh"),
            "bound_form": SampleForm({"email": ""}),
            "table_head": ["Week", "Hours", "Check-ins"],
            "table_rows": [["Nov 9", 9, 6], ["Nov 16", 12, 7], ["Nov 23", 6, 4]],
        },
    )
