"""A language more: ready to translate, offered when complete, and spoken everywhere then."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from django.conf import settings as configured
from django.utils import translation
from django.utils.translation import to_locale

from apps.care import message_library, vocabulary
from apps.care.rules import catalogs, wording
from scripts import rules_catalog
from tests import strings
from tests.catalogs import write_catalog
from tests.conftest import NOON
from tests.factories.care import EnrollmentFactory

OFFERED = [to_locale(code) for code, _ in configured.LANGUAGES]
WRITTEN = sorted(
    path.parent.parent.name
    for path in (strings.ROOT / "locale").glob("*/LC_MESSAGES/django.po")
)
FURTHER = [language for language in WRITTEN if language not in ("en", "es")]
MARKED = {one.text for one in strings.marked()}
PAIRS = {(pair.about, pair.en) for pair in rules_catalog.pairs()}


def left_to_say(language: str) -> list[str]:
    """What keeps a language from being offered. The rules carry their own Spanish."""
    domains = ["django"] if language == "es" else ["django", "rules"]
    return [
        f"{domain}: {entry.ids[0]}"
        for domain in domains
        for entry in strings.entries(language, domain)
        if not all(entry.texts) or "fuzzy" in entry.flags
    ]


def test_there_are_languages_in_the_works():
    assert {"pt_BR", "ht"} <= set(FURTHER)


@pytest.mark.parametrize("language", [code for code in OFFERED if code != "en"])
def test_a_language_is_offered_only_when_nothing_is_left_to_say(language):
    assert left_to_say(language) == []


@pytest.mark.parametrize("language", FURTHER)
def test_a_translator_finds_every_word_of_the_pages(language):
    known = {entry.ids[0].replace("%%", "%") for entry in strings.entries(language)}

    assert sorted(MARKED - known) == []


@pytest.mark.parametrize("language", FURTHER)
def test_a_translator_finds_every_word_of_the_rules(language):
    known = {(e.context, e.ids[0]) for e in strings.entries(language, "rules")}

    assert known == PAIRS


@pytest.mark.parametrize("language", FURTHER)
@pytest.mark.parametrize("domain", ["django", "rules"])
def test_a_catalog_knows_how_its_language_counts(language, domain):
    header = strings.catalog(language, domain).read_text("utf-8").split("\n\n")[0]

    assert re.search(r"Plural-Forms: nplurals=\d; plural=\(n", header)
    assert f"Language: {language}\\n" in header


def test_where_django_has_no_days_and_months_a_catalog_of_ours_asks_for_them():
    known = {(entry.context, entry.ids[0]) for entry in strings.entries("ht")}

    assert {
        ("", "Wednesday"),
        ("", "December"),
        ("alt. month", "December"),
        ("abbrev. month", "Dec."),
        ("", "p.m."),
        ("", "This field is required."),
    } <= known


def pretend(entry: strings.Entry) -> strings.Entry:
    return replace(entry, texts=tuple(f"⟦{text}⟧" for text in entry.ids) * 2)


@pytest.fixture
def portuguese(tmp_path, settings, monkeypatch):
    """Complete all at once: every word in brackets."""
    for domain in ("django", "rules"):
        entries = [
            replace(each, texts=pretend(each).texts[-len(each.texts) :])
            for each in strings.entries("pt_BR", domain)
        ]
        write_catalog(tmp_path / f"pt_BR/LC_MESSAGES/{domain}.mo", entries)
    monkeypatch.setattr(catalogs, "FOLDER", tmp_path)
    catalogs._catalog.cache_clear()
    settings.LOCALE_PATHS = [tmp_path]
    settings.LANGUAGES = [*settings.LANGUAGES, ("pt-br", "Português")]
    yield "pt-br"
    catalogs._catalog.cache_clear()


VOID = ("meta", "link", "input", "use", "path", "br", "img", "hr")


class Shown(HTMLParser):
    """The words of a page, each with the language it says it is in."""

    def __init__(self, page: str):
        super().__init__()
        self.texts: list[str] = []
        self.inside: list[tuple[str, bool]] = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        if tag in VOID:
            return
        elsewhere = tag in ("script", "style", "title") or "lang" in dict(attributes)
        self.inside.append((tag, elsewhere and tag != "html"))

    def handle_endtag(self, tag):
        if tag not in VOID:
            while self.inside.pop()[0] != tag:
                pass

    def handle_data(self, data):
        if re.search(r"[^\W\d_]{2}", data) and not any(skip for _, skip in self.inside):
            self.texts.append(data.strip())


# The app's own name, and days and dates as Django says them.
KNOWN = re.compile(
    r"Companion|(?:: )?(?:segunda|terça)-feira|\d+ de outubro\s– \d+ de outubro", re.I
).fullmatch


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/check-in/",
        "/check-in/first/",
        "/check-in/before/",
        "/moment/",
        "/",
        "/plan/",
        "/schedule/",
        "/help/",
        "/plan/now/",
        "/plan/signs/",
        "/plan/if-then/",
        "/this-phone/",
        "/install/",
    ],
)
def test_a_new_language_needs_no_change_of_any_rule_to_be_spoken_on_a_page(
    client, portuguese, path, frozen_noon
):
    person = EnrollmentFactory().client.user
    person.language = portuguese
    person.save()
    client.force_login(person)

    page = client.get(path, follow=True)

    assert page.status_code == 200
    assert '<html lang="pt-br"' in page.text
    said = Shown(page.text).texts
    assert [text for text in said if "⟦" not in text and not KNOWN(text)] == []
    assert len(said) > 8


@pytest.mark.django_db
def test_a_new_language_is_among_the_choices_of_a_visitor(client, portuguese):
    page = client.get("/sign-in/", headers={"Accept-Language": "pt-BR"})

    assert page.headers["Content-Language"] == "pt-br"
    assert 'value="pt-br" lang="pt-br"' in page.text


def test_the_words_of_rules_and_data_are_spoken_in_a_new_language(portuguese):
    texts = [
        vocabulary.label("trg.time.payday", portuguese),
        vocabulary.clause("trg.time.payday", portuguese),
        vocabulary.own_clause("trg.own.1", "rain", portuguese),
        message_library.span_word(7, portuguese),
        message_library.get("OUT-01").text(portuguese),
        wording.short_day(NOON.date(), portuguese),
        wording.said_clock(NOON, portuguese),
    ]

    assert [text for text in texts if "⟦" not in text] == []


def test_one_english_word_with_two_meanings_stays_two(tmp_path, monkeypatch):
    entries = [
        strings.Entry(("Good",), ("Bom",), "", "mood"),
        strings.Entry(("Good",), ("Bem",), "", "the day"),
    ]
    write_catalog(tmp_path / "pt_BR/LC_MESSAGES/rules.mo", entries)
    monkeypatch.setattr(catalogs, "FOLDER", tmp_path)
    catalogs._catalog.cache_clear()

    said = [
        wording.Text("Good", es, about).in_language("pt-br")
        for es, about in (("Bueno", "mood"), ("Bien", "the day"))
    ]

    catalogs._catalog.cache_clear()
    assert said == ["Bom", "Bem"]


@pytest.mark.parametrize("language", ["pt-br", "ht", "fr", "xx"])
def test_what_is_not_translated_yet_is_said_in_english(language):
    assert wording.Text("Fine", "Bien").in_language(language) == "Fine"


def test_a_language_that_is_not_offered_is_never_a_page_s(rf):
    with translation.override("en"):
        request = rf.get("/", headers={"Accept-Language": "ht"})

        assert translation.get_language_from_request(request) == "en"
