"""What the product says: in both languages, whole, plain and kind."""

import gettext
import re
from html.parser import HTMLParser

import pytest
from django.utils import translation

from apps.care.rules.lexicon import telling_words
from tests import strings

ENTRIES = strings.entries("es")
MARKED = strings.marked()
BILINGUAL = strings.bilingual()
SPANISH = [strings.Said("locale/es", text, "es") for e in ENTRIES for text in e.texts]
EVERYTHING = [*MARKED, *BILINGUAL, *SPANISH]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")

# The gallery shows components to who builds a page, in the demonstration only.
PAGES = [path for path in strings.templates() if path.name != "gallery.html"]
# Said as it is in every language.
NOT_WORDS = {"en", "es", "Español"}
READ_ALOUD = {"alt", "aria-label", "content", "placeholder", "title"}

NEVER = {
    "en": r"""
        why\ did\ you | why\ (?:didn.t|don.t|aren.t)\ you | (?:don.t|do\ not)\ you\ dare
        | \bfail(?:s|ed|ing|ure|ures)?\b | \binvalid\b | \boops\b | \berror\b
        | complian(?:t|ce) | \baddict | \bclean\b | \bdirty\b | \bmust\b
        | last\ chance | discharged\ for | you\ missed | \bstreaks?\b
        | you(?:\ have)?\ relapsed | your\ relapse | \bpatients?\b | \busers?\b | !
    """,
    "es": r"""
        por\ qué\ (?:no\ )?(?:viniste|faltaste|te\ fuiste|dejaste|bebiste|consumiste)
        | \bfall(?:aste|ó|ado|ido|ida)\b | fracas | inválid | \bups\b | \berror(?:es)?\b
        | incumpl | \badict | \blimpi[oa]s?\b | \bsuci[oa]s?\b
        | \bdebes\b | \bdeberás\b | (?<!no\ )\btienes\ que\b
        | última\ oportunidad | \bfaltaste\b | \brecaíste\b | tu\ recaída
        | \bpacientes?\b | \busuari[oa]s?\b | [¡!]
    """,
}
# The reader may be anybody, and is called tú.
GENDERED = r"""
    (?<!la\ )\bbienvenid[oa]s?\b | \bjunt[oa]s\b | \b(?:estás|eres|te\ sientes)\ \w+[oa]d[oa]\b
    | \bsegur[oa]\ de\b | \bpreparad[oa]\b | \bcansad[oa]\b | \binvitad[oa]\b
    | \borgullos[oa]\b | \bnosotr[oa]s\b | \bconsejer[oa]\b | @ | \w{3,}xs?\b
"""
FORMAL = r"\busted(?:es)?\b | \b(?:escriba|elija|espere|vuelva|venga|pulse|ingrese)\b"

GRADE = 6
# Sentences that read harder than they are, each with what makes them so.
HARDER = {
    "Always there, also without a signal.": "six words, each of them plain",
    "Another number or e-mail": "a link of five words, each of them plain",
    "Demonstration data — no real people.": "shown in the demonstration only",
    "Family time or a family fight": "a chip; the long word is family",
    "If someone may hurt you, the National Domestic Violence Hotline is there day and "
    "night:": "the name of the line, as it answers the phone",
    "Massachusetts law protects people who call for help in an overdose.": "the name "
    "of the state and of what happened",
    "Money handled safely (direct deposit, helper)": "a chip with its examples",
    "Nobody expects you here until Dee.": "six words, each of them plain",
    "You look for somebody together.": "five words, each of them plain",
}


def found(pattern: str, said: list) -> list[tuple[str, str]]:
    search = re.compile(pattern, re.IGNORECASE | re.VERBOSE).search
    return sorted({(one.path, one.text) for one in said if search(one.text)})


def test_every_string_of_the_sources_is_in_the_catalog():
    # A bare % is kept doubled.
    known = {entry.ids[0].replace("%%", "%") for entry in ENTRIES}

    assert sorted({one.text for one in MARKED} - known) == []


def test_nothing_is_left_untranslated_or_unsure():
    left = [e.ids[0] for e in ENTRIES if not all(e.texts) or "fuzzy" in e.flags]

    assert left == []


def test_both_sides_of_a_translation_fill_in_the_same():
    differing = [
        entry.ids[0]
        for entry in ENTRIES
        for text in entry.texts
        if set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(entry.ids[-1]))
    ]

    assert differing == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_compiled_catalog_says_what_the_written_one_says(language):
    compiled = strings.ROOT / f"locale/{language}/LC_MESSAGES/django.mo"
    written = {}
    for entry in strings.entries(language):
        if len(entry.ids) == 1:
            written[entry.ids[0]] = entry.texts[0]
        else:
            written |= {(entry.ids[0], n): text for n, text in enumerate(entry.texts)}

    with compiled.open("rb") as file:
        catalog = dict(gettext.GNUTranslations(file)._catalog)

    catalog.pop("")
    assert catalog == written


class Visible(HTMLParser):
    """Collects what a page shows or reads aloud."""

    def __init__(self):
        super().__init__()
        self.texts = []

    def handle_data(self, data):
        self.texts.append(data)

    def handle_starttag(self, tag, attributes):
        if tag == "meta":
            return
        self.texts += [value for name, value in attributes if name in READ_ALOUD]


def bare_words(source: str) -> list[str]:
    source = re.sub(r"\{#.*?#\}|<!--.*?-->", "", source, flags=re.DOTALL)
    translated = r"\{% blocktrans(?:late)?\b.*?%\}.*?\{% endblocktrans(?:late)? %\}"
    source = re.sub(translated, "", source, flags=re.DOTALL)
    # Words handed to a component are shown by it.
    includes = " ".join(re.findall(r"\{% include .*?%\}", source))
    handed = re.findall(r"\b(?:label|title|text|note|action|hint)=\"(.*?)\"", includes)
    # Attributes of the page itself, filled in by a block.
    source = re.sub(
        r"\{% block \w+_attributes %\}.*?\{% endblock", "{% endblock", source
    )
    source = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", source, flags=re.DOTALL)
    page = Visible()
    page.feed(source)
    texts = [*page.texts, *handed]
    words = [word for text in texts for word in re.findall(r"[^\W\d_]{2,}", text or "")]
    return [word for word in words if word not in NOT_WORDS]


def test_bare_words_are_found_wherever_a_page_shows_them():
    source = """
        <p title="Hello">{% translate "Fine" %} there {{ name }}</p>
        {% include "components/button.html" with label="Call" only %}
        {% blocktranslate %}Fine too{% endblocktranslate %}
    """

    assert sorted(bare_words(source)) == ["Call", "Hello", "there"]


@pytest.mark.parametrize(
    "path", PAGES, ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_a_template_shows_no_word_that_cannot_be_translated(path):
    assert bare_words(path.read_text("utf-8")) == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_nothing_blames_shouts_or_files_people_away(language):
    said = [one for one in EVERYTHING if one.language == language]

    assert found(NEVER[language], said) == []


def test_spanish_speaks_to_anybody_as_a_friend():
    said = [one for one in EVERYTHING if one.language == "es"]

    assert found(GENDERED, said) == []
    assert found(FORMAL, said) == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_title_of_a_page_tells_a_stranger_what_it_is_about(language):
    said = "".join(path.read_text("utf-8") for path in strings.templates())
    titles = re.findall(r"\{% block title %\}\{% translate \"(.+?)\" %\}", said)

    with translation.override(language):
        telling = [
            title for title in titles if telling_words(translation.gettext(title))
        ]

    assert telling == []


def syllables(word: str) -> int:
    """As a rule of thumb: groups of vowels, without a silent e."""
    word = re.sub(r"[^a-z]", "", word.lower())
    groups = len(re.findall(r"[aeiouy]+", word))
    silent = re.search(r"[^aeiouyl]e$|[^aeiouytd]ed$|[^aeiouyscxz]es$", word)
    return max(1, groups - bool(silent and groups > 1))


def grade(sentence: str) -> float:
    """Flesch-Kincaid: the school year that reads it."""
    words = re.findall(r"[A-Za-z][A-Za-z'’-]*|\d+", sentence)
    total = sum(syllables(word) for word in words)
    return 0.39 * len(words) + 11.8 * total / len(words) - 15.59


def sentences() -> set[str]:
    said = [
        one.text
        for one in [*MARKED, *BILINGUAL]
        if one.is_for_clients and one.language == "en"
    ]
    plain = [PLACEHOLDER.sub("Dee", text) for text in said]
    split = [s.strip() for text in plain for s in re.split(r"(?<=[.?:;])\s+|\n", text)]
    return {s for s in split if len(re.findall(r"[A-Za-z'’]+", s)) >= 5}


def test_the_grade_tells_plain_words_from_hard_ones():
    assert grade("You can come back here any time.") < GRADE
    assert grade("Participation necessitates authorization beforehand.") > 2 * GRADE


def test_clients_read_sentences_of_the_sixth_grade():
    harder = {s: round(grade(s), 1) for s in sentences() if grade(s) > GRADE}

    assert {s: g for s, g in harder.items() if s not in HARDER} == {}
    assert set(HARDER) <= set(harder)
