""" "Leave now": from then on every page is the neutral one, until somebody comes back."""

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse

from tests.factories.care import EnrollmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
AWAY = reverse("home:away")
A_PAGE = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def rosa():
    return EnrollmentFactory(client__preferred_name="Rosa").client.user


@pytest.fixture
def browser(client, rosa):
    client.force_login(rosa)
    return client


@pytest.mark.parametrize("path", ["/", "/help/", "/plan/", "/nowhere/"])
def test_after_leaving_every_page_is_the_neutral_one(browser, path):
    """Fault: the back button shows what was there before."""
    neutral = browser.get(AWAY).text

    page = browser.get(path, headers=A_PAGE)

    assert page.text == neutral
    assert page["Cache-Control"] == "no-store, private"


def test_opening_it_again_shows_the_app(browser):
    browser.get(AWAY)

    response = browser.get(AWAY, {"open": "yes"}, headers=A_PAGE, follow=True)

    assert response.redirect_chain == [("/", 302)]
    assert "Rosa" in response.text


def test_the_neutral_page_offers_the_way_back_and_tells_nothing(browser):
    page = browser.get(AWAY).text

    assert f"{AWAY}?open=yes" in page
    assert [
        word for word in (settings.APP_NAME, "Rosa", "<script") if word in page
    ] == []


def test_it_says_nothing_about_anybody_and_ends_with_the_browser(browser):
    browser.get(AWAY)

    cookie = browser.cookies[settings.AWAY_COOKIE_NAME]
    assert (cookie.value, cookie["max-age"], cookie["expires"]) == ("1", "", "")


def test_over_tls_the_cookie_is_bound_to_the_host():
    over_tls = {"AWAY_COOKIE_NAME": "__Host-away", "SESSION_COOKIE_SECURE": True}
    with override_settings(**over_tls):
        browser = Client()
        browser.get(AWAY, secure=True)
        cookie = dict(browser.cookies["__Host-away"])
        browser.get(AWAY, {"open": "yes"}, secure=True)
        taken_back = browser.cookies["__Host-away"]

    bound = ("path", "domain", "secure", "samesite")
    assert [cookie[name] for name in bound] == ["/", "", True, "Lax"]
    assert [taken_back[name] for name in bound] == ["/", "", True, "Lax"]
    assert taken_back["max-age"] == 0


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        pytest.param("/sw.js", {"Accept": "*/*"}, id="worker"),
        pytest.param("/offline/en/help/", {"Accept": "*/*"}, id="what it keeps"),
        pytest.param("/api/v1/phone/", {"Accept": "*/*"}, id="script"),
    ],
)
def test_what_the_phone_asks_by_itself_goes_on(browser, path, headers):
    before = browser.get(path, headers=headers)
    browser.get(AWAY)

    assert browser.get(path, headers=headers).content == before.content


def test_the_neutral_page_speaks_the_language_of_the_browser(browser):
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "es"
    browser.get(AWAY)

    assert '<html lang="es"' in browser.get("/", headers=A_PAGE).text
