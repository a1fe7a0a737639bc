from django import forms
from django.utils.translation import gettext_lazy as _

from apps.disclosures.models import Category, Purpose, RecipientKind, RecordRequest
from apps.disclosures.rules import COUNSELING_NOTES, NOTES, PROCEEDINGS, RECORDS, TPO

TOO_LONG = _("Keep it to %(limit_value)s letters or fewer.")


def _words(label, *, most=500, rows=2, required=True, help_text="", missing=""):
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={
            "required": missing or _("Write a few words first."),
            "max_length": TOO_LONG,
        },
    )


class ProposeForm(forms.Form):
    """One consent for a client to sign. Each kind is a form of its own."""

    # How each kind stands in the path of its page.
    KINDS = {"some": RECORDS, "care": TPO, "notes": NOTES, "legal": PROCEEDINGS}

    recipient = forms.CharField(
        label=_("To whom"),
        max_length=120,
        help_text=_("The name of the person or the place."),
        error_messages={"required": _("Write to whom."), "max_length": TOO_LONG},
    )
    recipient_kind = forms.ChoiceField(
        label=_("Who that is"),
        choices=RecipientKind,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who that is.")},
    )
    categories = forms.MultipleChoiceField(
        label=_("What"),
        choices=[pair for pair in Category.choices if pair[0] != COUNSELING_NOTES],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose what may be shared.")},
    )
    description = _words(
        _("What exactly"),
        help_text=_("So that the person knows what goes out: which days, which part."),
        missing=_("Write what exactly."),
    )
    purpose = forms.ChoiceField(
        label=_("What for"),
        choices=[pair for pair in Purpose.choices if pair[0] != PROCEEDINGS],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what for.")},
    )
    expires_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("Choose a day.")},
    )
    expires_event = forms.CharField(
        label=_("Or: ends when this happens"), max_length=200, required=False
    )
    holds_until = forms.CharField(
        label=_("Cannot be taken back until"),
        max_length=200,
        required=False,
        help_text=_(
            "Only for court, probation or parole, and only if a rule asks for it."
        ),
    )

    def __init__(self, *args, kind: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind = kind
        if kind == NOTES:
            del self.fields["categories"]
        if kind == PROCEEDINGS:
            del self.fields["purpose"]

    @property
    def is_combined(self) -> bool:
        """Somebody sent what this kind must not be mixed with."""
        sent = set(self.data.getlist("categories"))
        for_case = self.data.get("purpose") == PROCEEDINGS
        if self.kind == NOTES:
            return bool(sent - {COUNSELING_NOTES}) or for_case
        if self.kind == PROCEEDINGS:
            return COUNSELING_NOTES in sent or self.data.get("purpose") not in (
                None,
                "",
                PROCEEDINGS,
            )
        return COUNSELING_NOTES in sent or for_case

    def clean(self):
        data = super().clean()
        if not data.get("expires_on") and not data.get("expires_event", "").strip():
            self.add_error("expires_on", _("Choose a last day, or say what ends it."))
        if (
            data.get("holds_until", "").strip()
            and data.get("recipient_kind") != "COURT"
        ):
            self.add_error(
                "holds_until", _("Only one for court, probation or parole may stay.")
            )
        return data


class SignForm(forms.Form):
    signature = forms.CharField(
        label=_("Type your name to sign"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Type your name."), "max_length": TOO_LONG},
    )


class EventForm(forms.Form):
    on = forms.DateField(
        label=_("It happened on"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages=dict.fromkeys(("required", "invalid"), _("Choose a day.")),
    )


class SharedForm(forms.Form):
    """Something was told, shown or sent outside the app."""

    category = forms.ChoiceField(
        label=_("What"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what was shared.")},
    )
    what = _words(_("What exactly"))

    def __init__(self, *args, categories, **kwargs):
        super().__init__(*args, **kwargs)
        names = dict(Category.choices)
        self.fields["category"].choices = [(code, names[code]) for code in categories]


class LetterForm(forms.Form):
    from_on = forms.DateField(
        label=_("First day"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages=dict.fromkeys(("required", "invalid"), _("Choose a day.")),
    )
    to_on = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages=dict.fromkeys(("required", "invalid"), _("Choose a day.")),
    )

    def clean(self):
        data = super().clean()
        first, last = data.get("from_on"), data.get("to_on")
        if first and last and last < first:
            self.add_error("to_on", _("The last day comes after the first."))
        return data


class ObjectionForm(forms.Form):
    words = _words(_("What should be different?"), required=False)


class AskForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What do you want?"),
        choices=[
            (kind.value, kind.label)
            for kind in (RecordRequest.Kind.LIMIT, RecordRequest.Kind.CORRECT)
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )
    words = _words(_("In your own words"), most=1000, rows=4)


class AnswerForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            (RecordRequest.State.AGREED, _("Yes, we do that")),
            (RecordRequest.State.REFUSED, _("No")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no.")},
    )
    answer = _words(
        _("Why, in words for them"), most=1000, rows=3, missing=_("Say why.")
    )


class EraseForm(forms.Form):
    words = _words(
        _("Anything they should know? You need not write a reason."),
        most=1000,
        rows=3,
        required=False,
    )


class EraseNowForm(forms.Form):
    """Nobody erases a record by one tap."""

    reason = _words(
        _("Who decided it, and why"), most=200, rows=2, missing=_("Say who and why.")
    )
    is_sure = forms.BooleanField(
        label=_("I know that nobody can bring it back."),
        error_messages={"required": _("Tick that you know it.")},
    )
