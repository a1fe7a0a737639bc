"""The texts that may leave this program, word for word, and how an answer to one is read.

A text is read by whoever holds the phone: it says nothing of attendance, absence, distress
or affection, and carries no help line that names a condition. Nothing but these goes out.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache
from pathlib import Path
from string import Formatter

from apps.care.replies import (
    MEANINGS,
    answer_sentence,
    is_help,
    is_opt_in,
    is_opt_out,
    is_wrong_number,
    meaning_in,
)
from apps.care.rules.wording import Text, long_day, said_clock

__all__ = [
    "ANSWER_WINDOW",
    "MEANINGS",
    "MissingVariable",
    "Template",
    "TooLong",
    "answer_sentence",
    "day_word",
    "get",
    "is_active",
    "is_gsm_7",
    "is_help",
    "is_opt_in",
    "is_opt_out",
    "is_wrong_number",
    "meaning_of",
    "render",
    "span_word",
    "templates",
    "time_word",
    "to_gsm_7",
]

SOURCE = Path(__file__).parent / "data" / "message_templates.json"
SEGMENT = 160
# Later than this an answer goes to a person as it was written.
ANSWER_WINDOW = timedelta(hours=72)
NAMES = ("first", "sender")
# A name is cut only when the text would not fit otherwise.
SHORTEST_NAME = 8

# The basic character set of GSM 03.38: one letter more, and a text holds 70 instead of 160.
_GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)


class MissingVariable(Exception):
    """The template needs a word that was not given."""


class TooLong(Exception):
    """The text does not fit one message."""


@dataclass(frozen=True)
class Template:
    code: str
    name: str
    # "auto", or "human" for what a counselor sends.
    sent_by: str
    when: str
    en: str
    es: str
    # The digit to answer with, and what it means.
    replies: Mapping[str, str]
    active: bool

    def text(self, language: str) -> str:
        return Text(self.en, self.es).in_language(language)

    def variables(self, language: str) -> set[str]:
        parts = Formatter().parse(self.text(language))
        return {name for _, name, _, _ in parts if name}


@cache
def templates() -> dict[str, Template]:
    rows = json.loads(SOURCE.read_text(encoding="utf-8"))
    return {row["code"]: Template(**row) for row in rows}


def get(code: str) -> Template:
    """:raises KeyError: if no template has this code."""
    return templates()[code]


def is_active(code: str) -> bool:
    return code in templates() and get(code).active


def render(code: str, language: str, variables: Mapping[str, str]) -> str:
    """The text of one message: 160 letters of the basic set at the most.

    :raises MissingVariable: if a word of the template is not given.
    :raises TooLong: if it does not fit even with short names.
    """
    template = get(code)
    words = {name: to_gsm_7(value) for name, value in variables.items()}
    # A greeting can do without a name; nothing else can be left out.
    missing = {
        name
        for name in template.variables(language)
        if not words.get(name) and (name != "first" or name not in words)
    }
    if missing:
        raise MissingVariable(f"{code}: {', '.join(sorted(missing))}")
    for name in NAMES:
        words[name] = words.get(name, "").split(" ")[0]
    longest = max(len(words[name]) for name in NAMES)
    for length in range(max(longest, SHORTEST_NAME), SHORTEST_NAME - 1, -1):
        short = words | {name: words[name][:length] for name in NAMES}
        text = _filled(template.text(language), short)
        if len(text) <= SEGMENT:
            return text
    raise TooLong(code)


def meaning_of(code: str | None, text: str) -> str | None:
    """What an answer means after the last message really sent.

    None when it fits nothing: then a person reads it as it was written.
    """
    return meaning_in(get(code).replies if code else {}, text)


def _filled(text: str, words: Mapping[str, str]) -> str:
    """A name that no phone can show leaves its greeting whole."""
    if not words["first"]:
        text = re.sub(r"^\{first\}[,:] |,? \{first\}", "", text)
        text = text[:1].upper() + text[1:]
    return text.format(**words)


def to_gsm_7(text: str) -> str:
    """The text in letters every phone shows; accents go where they must."""
    letters = []
    for letter in unicodedata.normalize("NFC", text):
        if letter in _GSM_7:
            letters.append(letter)
            continue
        plain = unicodedata.normalize("NFKD", _TYPED.get(letter, letter))
        letters += [part for part in plain if part in _GSM_7]
    return "".join(letters).strip()


_TYPED = {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "ç": "c"}


def is_gsm_7(text: str) -> bool:
    return _GSM_7.issuperset(text)


def day_word(day: date, language: str) -> str:
    """``Wednesday``, in letters that fit a text."""
    word = long_day(day, language)
    # "sábado" has a letter of the long set; without its accent it is only cut short.
    return "sab" if word == "sábado" else word


def time_word(at: time, language: str) -> str:
    """``9 am``, ``5:30 pm``: as people say it, in either language."""
    return said_clock(at, "en")


SPANS = {
    7: Text("a week", "una semana"),
    30: Text("a month", "un mes"),
}


def span_word(days: int, language: str) -> str:
    """How long it stays quiet: ``a week``."""
    return SPANS[days].in_language(language)
