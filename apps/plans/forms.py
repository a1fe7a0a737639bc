"""What the client writes, a form a section. The rules of a section are ``clean_section``."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.care import vocabulary
from apps.care.rules.plan_rules import (
    FIRST_HOUR,
    SECTION,
    Field,
    FieldKind,
    if_then_sentence,
)
from apps.care.services.enrollments import NotANumber, normalized_phone
from apps.plans.chips import NO_WORDS, Words, chips_for, step_chips
from apps.plans.sentences import STRENGTHS, own_labels

Content = Mapping[str, Any]

TOO_LONG = _("Keep it to %(limit_value)s letters or fewer.")
OWN_WORDS = 60


class LinesField(forms.CharField):
    """Some short sentences, one on each line."""

    widget = forms.Textarea

    def __init__(self, *, most: int, longest: int, **kwargs):
        self.most, self.longest = most, longest
        super().__init__(**kwargs)

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        lines = (line.strip() for line in super().to_python(value).splitlines())
        return [line for line in lines if line]

    def validate(self, value):
        if len(value) > self.most:
            raise forms.ValidationError(
                _("Up to %(most)s lines fit here.") % {"most": self.most}
            )
        if any(len(line) > self.longest for line in value):
            raise forms.ValidationError(TOO_LONG % {"limit_value": self.longest})

    def run_validators(self, value):
        """Lengths belong to each line; ``validate`` has looked at them."""


def form_field(field: Field) -> forms.Field:
    """The input for one field of a section."""
    named = {"label": field.label, "required": False}
    match field.kind:
        case FieldKind.LINES:
            return LinesField(
                **named,
                most=field.max_items,
                longest=field.max_length,
                help_text=_("One on each line."),
                widget=forms.Textarea(attrs={"rows": 4}),
            )
        case FieldKind.CHOICE:
            return forms.ChoiceField(
                **named, choices=field.choices, widget=forms.RadioSelect
            )
        case FieldKind.NUMBER:
            return forms.TypedChoiceField(
                **named,
                choices=STRENGTHS,
                coerce=int,
                empty_value=None,
                widget=forms.RadioSelect,
            )
        case FieldKind.FLAG:
            return forms.BooleanField(**named)
    long = field.max_length > OWN_WORDS * 3
    return forms.CharField(
        **named,
        max_length=field.max_length,
        error_messages={"max_length": TOO_LONG},
        widget=forms.Textarea(attrs={"rows": 2}) if long else forms.TextInput(),
    )


class EmptyForm(forms.Form):
    """A button alone. It can still be told why something cannot be done."""


class SectionForm(forms.Form):
    """A section of plain fields: lines, choices and short texts."""

    goes_on = False

    def __init__(
        self,
        *args,
        section: str,
        content: Content,
        language: str,
        **kwargs,
    ):
        self.section = section
        self.said = content.get(section, {})
        super().__init__(*args, initial=dict(self.said), **kwargs)
        for field in SECTION[section].fields:
            self.fields[field.key] = form_field(field)
        if section == "slip":
            first_hour = self.fields["lines"]
            first_hour.help_text = _("One on each line. Keep these, or write your own.")
            self.initial.setdefault(
                "lines", [text.in_language(language) for text in FIRST_HOUR]
            )

    def section_data(self) -> dict[str, Any]:
        return {key: self.cleaned_data[key] for key in self._keys()}

    def _keys(self):
        return (field.key for field in SECTION[self.section].fields)


class ItemsForm(forms.Form):
    """A section of chips: what is chosen already, with what belongs to it, and more."""

    add = forms.MultipleChoiceField(
        label=_("Tap what fits"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose from the list.")},
    )
    own = forms.CharField(
        label=_("Something else, in your own words"),
        required=False,
        max_length=OWN_WORDS,
        error_messages={"max_length": TOO_LONG},
    )

    def __init__(
        self,
        *args,
        section: str,
        content: Content,
        language: str,
        words: Words = NO_WORDS,
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        self.section, self.language = section, language
        self.own_labels = {**words.own, **own_labels(content)}
        self.spec = SECTION[section].items
        self.items = content.get(section, {}).get("items", [])
        self.chips = chips_for(
            SECTION[section].vocabulary,
            language,
            own=self.own_labels,
            offer=words.offer,
            without=[item["code"] for item in self.items],
        )
        self.fields["add"].choices = self.chips.pairs
        self.parts = [f for f in self.spec.fields if f.kind != FieldKind.CODE]
        for item in self.items:
            for part in self.parts:
                self._give(f"{part.key}_{item['id']}", form_field(part), item[part.key])
            # A button of its own, so that one tap takes it out.
            self._give(f"out_{item['id']}", forms.BooleanField(required=False), False)
        self.beside = [f for f in SECTION[section].fields if f is not self.spec]
        for field in self.beside:
            self._give(
                field.key, form_field(field), content.get(section, {}).get(field.key)
            )

    def _give(self, name: str, field: forms.Field, initial: Any) -> None:
        self.fields[name] = field
        self.initial[name] = initial

    @property
    def rows(self):
        """Each item with its label and bound fields, for the page."""
        return [
            {
                "item": item,
                "label": vocabulary.label(item["code"], self.language, self.own_labels),
                "parts": [self[f"{part.key}_{item['id']}"] for part in self.parts],
                "out": f"out_{item['id']}",
            }
            for item in self.items
        ]

    @property
    def beside_fields(self):
        return [self[field.key] for field in self.beside]

    @property
    def goes_on(self) -> bool:
        """Something came or went: the page is shown again to say more about it."""
        data = self.cleaned_data
        outs = [data[row["out"]] for row in self.rows]
        return any(outs) or bool(self.parts and (data["add"] or data["own"]))

    def section_data(self) -> dict[str, Any]:
        data = self.cleaned_data
        kept = [
            {
                **item,
                **{part.key: data[f"{part.key}_{item['id']}"] for part in self.parts},
            }
            for item in self.items
            if not data[f"out_{item['id']}"]
        ]
        added: list[dict[str, Any]] = [{"code": code} for code in data["add"]]
        if data["own"].strip():
            added.append({"code": "", "label": data["own"]})
        beside = {field.key: data[field.key] for field in self.beside}
        return {"items": kept + added, **beside}


class StepForm(forms.Form):
    """One if-then step. The sentence is built from what is picked."""

    when = forms.ChoiceField(
        label=_("If …"),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose from the list.")},
    )
    when_own = forms.CharField(
        label=_("Or in your own words"),
        required=False,
        max_length=OWN_WORDS,
        error_messages={"max_length": TOO_LONG},
    )
    then = forms.ChoiceField(
        label=_("then I will …"),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose from the list.")},
    )
    then_own = forms.CharField(
        label=_("Or in your own words"),
        required=False,
        max_length=OWN_WORDS,
        error_messages={"max_length": TOO_LONG},
    )

    def __init__(
        self,
        *args,
        content: Content,
        language: str,
        step: Mapping[str, str] | None = None,
        words: Words = NO_WORDS,
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        self.step = step
        own = {**words.own, **own_labels(content)}
        _when, _then, *self.texts = SECTION["if_then"].items.fields
        self.when_chips, self.then_chips = step_chips(
            content, language, Words(own, words.offer), step
        )
        self.fields["when"].choices = self.when_chips.pairs
        self.fields["then"].choices = self.then_chips.pairs
        for text in self.texts:
            self.fields[text.key] = form_field(text)
        if step:
            self.initial = {"when": step["when_code"], "then": step["then_code"]} | {
                text.key: step.get(text.key, "") for text in self.texts
            }

    @property
    def optional_fields(self):
        return [self[text.key] for text in self.texts]

    @property
    def opens_optional(self) -> bool:
        return any(field.value() or field.errors for field in self.optional_fields)

    def clean(self):
        data = super().clean()
        for name, words in (
            ("when", _("Pick what happens, or write it in your own words.")),
            ("then", _("Pick what you will do, or write it in your own words.")),
        ):
            has_own = data.get(f"{name}_own", "").strip()
            if name in data and not data[name] and not has_own:
                self.add_error(name, words)
        return data

    def step_data(self) -> dict[str, Any]:
        """The item as the section keeps it; own words win over a chip."""
        data = self.cleaned_data
        item: dict[str, Any] = {text.key: data[text.key] for text in self.texts}
        if self.step:
            item["id"] = self.step["id"]
        for name in ("when", "then"):
            own = data[f"{name}_own"].strip()
            item[f"{name}_code"] = "" if own else data[name]
            item[f"{name}_label"] = own
        return item


class MomentForm(forms.Form):
    """A hard moment that can be seen coming, and the step that is meant for it."""

    moment = forms.CharField(
        label=_("When"),
        max_length=140,
        help_text=_("For example: Friday, payday."),
        error_messages={
            "required": _("Write a day or a moment."),
            "max_length": TOO_LONG,
        },
    )
    if_then_id = forms.ChoiceField(
        label=_("My step for it"),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of your steps.")},
    )

    def __init__(self, *args, content: Content, language: str, **kwargs):
        super().__init__(*args, **kwargs)
        own = own_labels(content)
        steps = content.get("if_then", {}).get("items", [])
        self.fields["if_then_id"].choices = [
            (step["id"], if_then_sentence(step, language, own)) for step in steps
        ]
        if not steps:
            del self.fields["if_then_id"]

    def item(self) -> dict[str, Any]:
        return {"if_then_id": "", **self.cleaned_data}


class RefillForm(forms.Form):
    """When the medicine runs out. It changes at once, without a new version."""

    refill_on = forms.DateField(
        label=_("Next refill"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Choose a day from the calendar.")},
    )


class PersonForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        error_messages={"required": _("Write a name."), "max_length": TOO_LONG},
    )
    relation = forms.CharField(
        label=_("Who they are to me"),
        required=False,
        max_length=60,
        help_text=_("Sister, sponsor, friend."),
        error_messages={"max_length": TOO_LONG},
    )
    phone = forms.CharField(
        label=_("Phone number"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    best_time = forms.CharField(
        label=_("Best time to call"),
        required=False,
        max_length=60,
        error_messages={"max_length": TOO_LONG},
    )
    what_to_say = forms.CharField(
        label=_("What I want them to say"),
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": TOO_LONG},
    )
    knows = forms.BooleanField(label=_("They know about this plan"), required=False)

    def clean_phone(self):
        raw = self.cleaned_data["phone"].strip()
        if not raw:
            return ""
        try:
            return normalized_phone(raw)
        except NotANumber:
            raise forms.ValidationError(
                _("We couldn't read that number. Try it with the area code.")
            ) from None
