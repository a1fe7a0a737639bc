"""The pages a phone keeps: there for everybody, and the same for everybody."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from apps.care.models import SiteLine
from apps.phone import pages
from tests.conftest import NOON
from tests.factories.care import EnrollmentFactory, SiteFactory

pytestmark = pytest.mark.django_db
ALL = [(page, language) for page in pages.TEMPLATES for language in pages.LANGUAGES]
MARK = "Rosamark"


def main_of(text: str) -> str:
    """What stands in a page, without the way in of a visitor."""
    main = re.search(r"<main.*?>(.*)</main>", text, re.DOTALL)[1]
    main = re.sub(r"<p><a href=\"/sign-in/\">.*?</p>", "", main)
    return " ".join(main.split())


@pytest.fixture
def rosa():
    """Somebody with a name, a house and a language that must not show."""
    user = EnrollmentFactory(client__preferred_name=MARK).client.user
    user.language = "es"
    user.save()
    return user


@pytest.mark.parametrize(("page", "language"), ALL)
def test_a_page_is_the_same_whoever_asks(rosa, page, language):
    """Fault: what is written for one person is kept for everybody on that phone."""
    url = pages.url_of(page, language)
    hers, nobodys = Client(), Client()
    hers.force_login(rosa)
    hers.cookies[settings.LANGUAGE_COOKIE_NAME] = "es"

    signed_in = hers.get(url, headers={"Accept-Language": "es"})
    visitor = nobodys.get(url, headers={"Accept-Language": "en"})

    assert signed_in.status_code == 200
    assert signed_in.content == visitor.content
    assert dict(signed_in.headers) == dict(visitor.headers)


@pytest.mark.parametrize(("page", "language"), ALL)
def test_a_page_may_be_kept_and_carries_nothing_of_a_visit(rosa, page, language):
    browser = Client()
    browser.force_login(rosa)

    response = browser.get(pages.url_of(page, language))

    assert response["Cache-Control"] == "no-cache"
    assert response["Content-Language"] == language
    assert (response["Vary"], dict(response.cookies)) == ("Accept-Encoding", {})
    carried = ("csrf", MARK, "nonce")
    assert [each for each in carried if each in response.text] == []
    assert f'<html lang="{language}"' in response.text


@pytest.mark.parametrize("language", pages.LANGUAGES)
def test_the_kept_help_says_what_help_says(client, rosa, language):
    SiteLine.objects.create(
        site=SiteFactory(organization_id=rosa.organization_id),
        kind="PROGRAM",
        label="Front desk",
        number="617-555-0100",
        last_checked_on=NOON.date(),
        position=1,
    )
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language

    kept = client.get(pages.url_of("help", language))

    with translation.override(language):
        assert main_of(kept.text) == main_of(client.get(reverse("home:help")).text)
    assert ("617-555-0100" in kept.text, "tel:911" in kept.text) == (True, True)


def led_to(client, page, language) -> set[str]:
    text = client.get(pages.url_of(page, language)).text
    return set(re.findall(r'href="(/[^"#?]*)"', text))


@pytest.mark.parametrize("language", pages.LANGUAGES)
def test_the_first_page_leads_to_every_other(client, language):
    others = set(pages.TEMPLATES) - {pages.HOME, pages.AWAY}

    wanted = {pages.url_of(page, language) for page in others}
    assert wanted - led_to(client, pages.HOME, language) == set()


@pytest.mark.parametrize(
    ("page", "language"), [each for each in ALL if each[0] != pages.AWAY]
)
def test_every_page_leads_back_to_help_and_to_its_other_language(
    client, page, language
):
    found = led_to(client, page, language)

    wanted = {pages.url_of(page, code) for code in pages.LANGUAGES if code != language}
    assert (
        wanted | {pages.url_of(pages.HOME, language), reverse("home:away")}
    ) <= found
    assert {reverse("home:help"), pages.url_of("help", language)} & found


@pytest.mark.parametrize("page", sorted(set(pages.TEMPLATES) - {"help", pages.AWAY}))
def test_without_a_script_there_are_numbers_to_call(client, page):
    text = client.get(pages.url_of(page, "en")).text

    without = re.search(r"<noscript>(.*?)</noscript>", text, re.DOTALL)[1]
    assert ("tel:911" in without, "tel:988" in without) == (True, True)


@pytest.mark.parametrize("path", ["/offline/fr/", "/offline/en/nowhere/"])
def test_what_is_not_kept_is_not_there(client, path):
    assert client.get(path).status_code == 404
