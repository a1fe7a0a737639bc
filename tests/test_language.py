"""What the product says: in both languages, whole, plain and kind."""

import datetime as dt
import gettext
import re
from html.parser import HTMLParser

import pytest
from django.utils import translation
from django.utils.formats import date_format

from apps.care.rules.lexicon import telling_words
from tests import reading, strings

ENTRIES = strings.entries("es")
MARKED = strings.marked()
BILINGUAL = strings.bilingual()
SPANISH = [strings.Said("locale/es", text, "es") for e in ENTRIES for text in e.texts]
MARKED_SET = set(MARKED)
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

# The school year that reads it; and in Spanish the ease that is the same year, which one
# sentence alone may miss by a little.
GRADE = 6
EASE = 70
EASE_OF_ONE = 60
# Fewer words than this are buttons, not a page.
A_PAGE = 20
WORD = {"en": reading.EN_WORD, "es": reading.ES_WORD}
# Sentences that read harder than they are, each with what makes them so.
HARDER = {
    "Always there, also without a signal.": "six words, each of them plain",
    "Demonstration data — no real people.": "shown in the demonstration only",
    "Family time or a family fight": "a chip; the long word is family",
    "If someone may hurt you, the National Domestic Violence Hotline is there day and "
    "night:": "the name of the line, as it answers the phone",
    "Massachusetts law protects people who call for help in an overdose.": "the name "
    "of the state and of what happened",
    "Money handled safely (direct deposit, helper)": "a chip with its examples",
    "Nobody expects you here until Dee.": "six words, each of them plain",
    "You look for somebody together.": "five words, each of them plain",
    "We don't send check-ins to court or probation unless you sign or a judge orders it.": (
        "where it does not go, by name"
    ),
    "A court, probation or parole": "the names of the places",
    "Only for court, probation or parole, and only if a rule asks for it.": "the same",
    "Only one for court, probation or parole may stay.": "the same",
    "Who gets this for care, payment or running the program may share it again as the "
    "HIPAA rules allow.": "what a consent has to say (42 CFR 2.31)",
    "It may not be used against you in a civil, criminal, administrative or legislative "
    "proceeding, unless you consent to that or a court orders it.": "the same",
    "My treating providers, health plans, third-party payers, and people helping to "
    "operate this program": "the words of 42 CFR 2.31(a)(4)",
}
# The same in Spanish.
HARDER_ES = {
    "Ese día, ¿bebiste o consumiste algo que intentas evitar?": "the question as it was reviewed",
    "Dinero seguro (depósito directo, alguien que ayuda)": "a chip with its examples",
    "Si alguien puede hacerte daño, la Línea Nacional contra la Violencia Doméstica "
    "atiende día y noche:": "the name of the line, as it answers the phone",
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
        key = f"{entry.context}\x04{entry.ids[0]}" if entry.context else entry.ids[0]
        if len(entry.ids) == 1:
            written[key] = entry.texts[0]
        else:
            written |= {(key, n): text for n, text in enumerate(entry.texts)}

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


TITLE = re.compile(r"\{% block title %\}(.*?)\{% endblock", re.DOTALL)
SAID = re.compile(
    r"""\{% translate ["'](.+?)["'] %\}|\{% blocktranslate.*?%\}(.*?)\{% endblocktr""",
    re.DOTALL,
)


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_title_of_a_page_tells_a_stranger_what_it_is_about(language):
    sources = [path.read_text("utf-8") for path in strings.templates()]
    blocks = [block for source in sources for block in TITLE.findall(source)]
    titles = {one or other for block in blocks for one, other in SAID.findall(block)}

    with translation.override(language):
        telling = [
            title for title in titles if telling_words(translation.gettext(title))
        ]

    assert telling == []
    assert len(titles) > 20


# A script says nothing of its own: its words come with the page, translated.
LITERAL = re.compile(
    r"""//[^\n]*|/\*.*?\*/|Error\([^)]*\)
    |("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)""",
    re.DOTALL | re.VERBOSE,
)
SHOWS = re.compile(
    r"""(?:textContent|innerText|innerHTML|placeholder|title|ariaLabel)\s*=\s*["'`][^"'`]*\w
    |(?:alert|confirm|prompt|append|prepend|insertAdjacentText)\(\s*["'`][^"'`]*\w""",
    re.VERBOSE,
)


def words_of_its_own(script: str) -> list[str]:
    literals = [found[1:-1] for found in LITERAL.findall(script) if found]
    sentences = [
        text
        for text in literals
        if re.search(r"^[A-ZÁÉÍÓÚ¿]\w+ \w|\w [\w ]+[.?…]$", text)
    ]
    return [*sentences, *SHOWS.findall(script)]


def test_words_of_a_script_are_found_where_it_shows_them():
    script = """
        // Not a word of this.
        strip.textContent = "Sent"; alert('No'); note.title = `${n} left`;
        const text = "One is waiting"; throw new Error("Nobody is there.");
        box.querySelector("[data-one] .count").textContent = ""; event.key === "Escape";
    """

    assert len(words_of_its_own(script)) == 4


@pytest.mark.parametrize("path", strings.scripts(), ids=lambda path: path.name)
def test_a_script_shows_no_word_that_cannot_be_translated(path):
    script = path.read_text("utf-8")

    assert words_of_its_own(script) == []
    said = [strings.Said(path.name, text[1:-1]) for text in LITERAL.findall(script)]
    shown = [one for one in said if " " in one.text]
    assert found(NEVER["en"].replace("| !", ""), shown) == []


def sentences_of(texts) -> list[str]:
    plain = [PLACEHOLDER.sub("Dee", text) for text in texts]
    split = [s for text in plain for s in re.split(r"(?<=[.?:;])\s+|\n| · ", text)]
    return [s.strip() for s in split if re.search(r"[^\W\d_]{2}", s)]


def read_by_clients(language: str) -> dict[str, list[str]]:
    """The sentences of each page, module and data file that a client may come to see."""
    in_spanish = {e.ids[0].replace("%%", "%"): e.texts[0] for e in ENTRIES}
    found: dict[str, list[str]] = {}
    for one in [*MARKED, *BILINGUAL]:
        text = one.text
        if one in MARKED_SET and language == "es":
            text = in_spanish.get(one.text, "")
        elif one.language != language:
            continue
        if one.is_for_clients:
            found.setdefault(one.path, []).extend(sentences_of([text]))
    return found


def longer_than(words: int, language: str) -> set[str]:
    return {
        sentence
        for sentences in read_by_clients(language).values()
        for sentence in sentences
        if len(WORD[language].findall(sentence)) > words
    }


def test_the_grade_tells_plain_words_from_hard_ones():
    assert reading.school_year("The cat sat on the mat.") == pytest.approx(-1.45)
    assert reading.school_year("You can come back here any time.") < GRADE
    assert (
        reading.school_year("Participation necessitates authorization beforehand.")
        > 2 * GRADE
    )


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("ciudad", 2),
        ("recaída", 4),
        ("guía", 2),
        ("pingüino", 3),
        ("quieres", 2),
        ("muy", 1),
        ("leer", 2),
        ("buey", 1),
        ("registro", 3),
    ],
)
def test_spanish_syllables_are_counted_as_spoken(word, syllables):
    assert reading.spanish_syllables(word) == syllables


def test_the_ease_of_spanish_tells_plain_words_from_hard_ones():
    plain = "Aquí sigues teniendo tu lugar."
    hard = "La participación requiere autorización institucional anticipada."

    assert reading.ease("El gato come pan.") == pytest.approx(206.84 - 90 - 4.08)
    assert reading.ease(plain) > EASE > 0 > reading.ease(hard)


def test_clients_read_sentences_of_the_sixth_grade():
    grades = {s: round(reading.school_year(s), 1) for s in longer_than(4, "en")}
    harder = {s: grade for s, grade in grades.items() if grade > GRADE}

    assert {s: g for s, g in harder.items() if s not in HARDER} == {}
    assert set(HARDER) <= set(harder)


def test_clients_read_spanish_sentences_as_plain():
    eases = {s: round(reading.ease(s), 1) for s in longer_than(6, "es")}
    harder = {s: ease for s, ease in eases.items() if ease < EASE_OF_ONE}

    assert {s: e for s, e in harder.items() if s not in HARDER_ES} == {}
    assert set(HARDER_ES) <= set(harder)


def test_every_page_reads_at_the_sixth_grade_in_both_languages():
    english = {
        path: round(reading.school_year(*said), 1)
        for path, said in read_by_clients("en").items()
        if sum(len(reading.EN_WORD.findall(each)) for each in said) >= A_PAGE
    }
    spanish = {
        path: round(reading.ease(*said), 1)
        for path, said in read_by_clients("es").items()
        if sum(len(reading.ES_WORD.findall(each)) for each in said) >= A_PAGE
    }

    assert {path: grade for path, grade in english.items() if grade > GRADE} == {}
    assert {path: ease for path, ease in spanish.items() if ease < EASE} == {}
    assert min(len(english), len(spanish)) > 40


def test_days_are_called_as_the_language_calls_them():
    """Fault: a word of ours, such as the sun of an icon, stands in every date."""
    sunday = dt.date(2026, 11, 29)

    with translation.override("es"):
        said = [date_format(sunday, form) for form in ("l", "D", "F")]

    assert said == ["domingo", "dom", "noviembre"]
