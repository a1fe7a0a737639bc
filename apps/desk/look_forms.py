from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.audit.wording import THEIRS

# Whoever needs what is further back narrows the search.
MOST_PAGES = 200


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


class SearchForm(forms.Form):
    """Sent by POST, because a name has no place in an address."""

    name = forms.CharField(
        label=_("Client"),
        help_text=_("First name or surname, as it is written in the record."),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    staff = forms.ModelChoiceField(
        label=_("Who looked"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Anybody"),
    )
    deed = forms.ChoiceField(
        label=_("What they did"),
        choices=[("", _("Anything")), *THEIRS.items()],
        required=False,
    )
    since = forms.DateField(label=_("From the day"), required=False, widget=DayInput)
    until = forms.DateField(label=_("To"), required=False, widget=DayInput)

    def __init__(self, *args, house, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["staff"].queryset = User.objects.filter(
            kind=User.Kind.STAFF, organization_id=house
        ).order_by("name", "pk")
        self.fields["staff"].label_from_instance = lambda user: user.name

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())

    def clean(self):
        data = super().clean()
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", _("Choose a day that is not before the first."))
        return data

    def page(self) -> int:
        asked = self.data.get("page", "1")
        number = int(asked) if asked.isascii() and asked.isdigit() else 1
        return min(max(1, number), MOST_PAGES)
