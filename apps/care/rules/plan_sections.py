"""The sections of the plan: what each asks, in which shape it is kept, in client words.

A section is kept as one object by the keys of its fields: lines as a list of texts, items
as a list of objects with an ``id`` and the keys of their fields, a code of the client's own
with its ``label``. The people, the refill and the order of the kit live beside the plan,
because they change at once; the emergency card is the same for everybody of a site.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.care.rules.wording import Text

Words = str | Promise

LINE = 140
NAME = 60


class FieldKind(StrEnum):
    LINES = "LINES"
    # A list of chips with what belongs to each.
    ITEMS = "ITEMS"
    CODE = "CODE"
    CHOICE = "CHOICE"
    TEXT = "TEXT"
    NUMBER = "NUMBER"
    FLAG = "FLAG"


@dataclass(frozen=True)
class Field:
    key: str
    kind: FieldKind
    label: Words = ""
    # Lists of the vocabulary a code may come from; the client's own are beside them.
    vocabulary: tuple[str, ...] = ()
    choices: tuple[tuple[str, Words], ...] = ()
    # Of the list, of its items, of the text.
    max_items: int = 0
    max_length: int = LINE
    highest: int = 0
    fields: tuple["Field", ...] = ()

    @property
    def label_key(self) -> str:
        """Where own words for this code stand: ``when_code`` has its ``when_label``."""
        return self.key.replace("code", "label")


@dataclass(frozen=True)
class Section:
    key: str
    label: Words
    hint: Words
    fields: tuple[Field, ...]
    # Not part of what a whole plan has.
    optional: bool = False
    for_medication: bool = False

    @property
    def items(self) -> Field | None:
        """The list of chips at the heart of the section, if it has one."""
        return next((f for f in self.fields if f.kind == FieldKind.ITEMS), None)

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """The lists its chips come from, each once, in order."""
        return tuple(dict.fromkeys(_lists(self.fields)))


def _lists(fields: tuple[Field, ...]) -> Iterator[str]:
    for field in fields:
        yield from field.vocabulary
        yield from _lists(field.fields)


def _items(most: int, *fields: Field) -> Field:
    return Field("items", FieldKind.ITEMS, max_items=most, fields=fields)


def _code(*vocabulary: str, key: str = "code", label: Words = "") -> Field:
    return Field(key, FieldKind.CODE, label, vocabulary=vocabulary)


def _text(key: str, label: Words, max_length: int = LINE) -> Field:
    return Field(key, FieldKind.TEXT, label, max_length=max_length)


SECTIONS = (
    Section(
        "why",
        _("Why this matters to me"),
        _("One to five short lines."),
        (Field("lines", FieldKind.LINES, _("My reasons"), max_items=5),),
    ),
    Section(
        "goal",
        _("My goal"),
        _("“Still deciding” is a choice too."),
        (
            Field(
                "choice",
                FieldKind.CHOICE,
                _("What I want"),
                choices=(
                    ("not_any", _("Not use anything")),
                    ("not_some", _("Not use some things")),
                    ("less", _("Use less")),
                    ("deciding", _("Still deciding")),
                ),
            ),
            _text("which", _("Which ones")),
            _text("words", _("In my own words"), 300),
        ),
    ),
    Section(
        "triggers",
        _("What sets me off"),
        _("Three or more, and what you do about each."),
        (
            _items(
                12,
                _code("triggers"),
                Field("strength", FieldKind.NUMBER, _("How strong"), highest=3),
                Field(
                    "plan",
                    FieldKind.CHOICE,
                    _("What I do"),
                    choices=(
                        ("avoid", _("Avoid it")),
                        ("change", _("Change it")),
                        ("face", _("Face it with help")),
                    ),
                ),
            ),
        ),
    ),
    Section(
        "signs",
        _("My early signs"),
        _("Two to five signs that things are getting harder."),
        (
            _items(5, _code("warning_signs")),
            _text("who", _("Who else may notice")),
        ),
    ),
    Section(
        "if_then",
        _("If – then"),
        _("Pick what happens, then what you will do."),
        (
            _items(
                10,
                _code("triggers", "warning_signs", key="when_code", label=_("If")),
                _code("skills", key="then_code", label=_("Then I will")),
                _text("where", _("When and where"), 80),
                _text("words", _("In my own words")),
            ),
        ),
    ),
    Section(
        "kit",
        _("My kit"),
        _("Three to eight skills. Pin the three you reach for first."),
        (
            _items(
                8,
                _code("skills"),
                Field("pinned", FieldKind.FLAG, _("Pinned")),
            ),
        ),
    ),
    Section(
        "people",
        _("My people"),
        _("People you can call. Your team calls them only if you agree in writing."),
        (Field("none_yet", FieldKind.FLAG, _("I don't have one yet")),),
    ),
    Section(
        "good_things",
        _("Good things instead"),
        _("Two or more, with a day and time if you like."),
        (_items(12, _code("protective"), _text("when", _("Day and time"), 80)),),
    ),
    Section(
        "medicine",
        _("My medicine"),
        _("How you take it, and who to call about a dose."),
        (
            _text("name", _("What I take")),
            _text("how", _("How I take it")),
            _text("prescriber", _("Who prescribes it, or “ask me”")),
            _text("call", _("If I skip a dose, I call")),
        ),
        for_medication=True,
    ),
    Section(
        "space",
        _("Safer space"),
        _("What to lock up or let go of, money, numbers to block."),
        (
            Field("lines", FieldKind.LINES, _("What I do at home"), max_items=8),
            Field(
                "naloxone",
                FieldKind.CHOICE,
                _("Naloxone"),
                choices=(
                    ("have", _("I have it")),
                    ("not_yet", _("Not yet")),
                    ("unsure", _("Not sure")),
                ),
            ),
            _text("naloxone_where", _("Where it is, and who knows")),
        ),
    ),
    Section(
        "slip",
        _("If I slip"),
        _("The first hour, what you will tell yourself, who you call first."),
        (
            Field("lines", FieldKind.LINES, _("The first hour"), max_items=6),
            _text("tell_myself", _("What I tell myself"), 300),
            _text("call_first", _("Who I call first"), NAME),
        ),
    ),
    Section(
        "emergency",
        _("Emergency card"),
        _("Numbers for a bad moment. Always there, also without a signal."),
        (Field("opened", FieldKind.FLAG),),
    ),
    Section(
        "week",
        _("Next 7 days"),
        _("Hard moments you can see coming, each with one of your steps."),
        (
            _items(
                7,
                _text("moment", _("When")),
                _text("if_then_id", _("My step"), 40),
            ),
        ),
        optional=True,
    ),
)
SECTION = {section.key: section for section in SECTIONS}

# Offered for the first hour, in the client's language; the client keeps or changes them.
FIRST_HOUR = (
    Text("Get to a safe place.", "Ir a un lugar seguro."),
    Text("Tell one person.", "Decirle a una persona."),
    Text("Come to my next session.", "Venir a mi próxima sesión."),
)
