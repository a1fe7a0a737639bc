from django import forms
from django.utils.translation import gettext_lazy as _

from apps.feeds.models import CalendarFeed

LONGEST_TITLE = 40


class FeedForm(forms.Form):
    """What others may see in the calendar."""

    title_kind = forms.ChoiceField(
        label=_("What should each time say?"),
        choices=CalendarFeed.Title,
        initial=CalendarFeed.Title.BUSY,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it should say.")},
    )
    title = forms.CharField(
        label=_("Your own words"),
        help_text=_("Only if you chose them above. Such as: Class, Gym, Errands."),
        required=False,
        max_length=LONGEST_TITLE,
        error_messages={
            "max_length": _("Keep it to %(limit_value)s letters or fewer.")
        },
    )
    with_place = forms.TypedChoiceField(
        label=_("Should it say where?"),
        choices=[("no", _("No")), ("yes", _("Yes, the place too"))],
        coerce=lambda value: value == "yes",
        initial="no",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose if it should say where.")},
    )

    def __init__(self, *args, alias: str, **kwargs):
        super().__init__(*args, **kwargs)
        # The name itself says more than what it is called.
        self.fields["title_kind"].choices = [
            (value, alias if value == CalendarFeed.Title.ALIAS else label)
            for value, label in CalendarFeed.Title.choices
        ]

    def clean(self):
        said = super().clean()
        chose_own = said.get("title_kind") == CalendarFeed.Title.OWN
        if chose_own and not said.get("title") and "title" not in self.errors:
            self.add_error("title", _("Write your own words, or choose another."))
        return said
