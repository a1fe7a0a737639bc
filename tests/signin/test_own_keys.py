"""A client signs in with the lock of their phone, beside codes and not instead of them."""

import datetime as dt
import json

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from apps.audit.models import AuditEvent
from apps.care.rules.lexicon import telling_words
from apps.signin import locks
from apps.signin.models import Lock
from tests.conftest import NOON
from tests.factories.care import EnrollmentFactory
from tests.signin.keys import SoftKey

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
ELSEWHERE = "http://companion.example"


@pytest.fixture
def browser(rosa):
    browser = _browser()
    browser.force_login(rosa.user)
    return browser


@pytest.fixture
def key(browser):
    return _add(browser)


def _browser() -> Client:
    # Passkeys are for one place: this one.
    return Client(headers={"host": "localhost"})


def _add(browser, key=None) -> SoftKey:
    key = key or SoftKey()
    made = key.make(browser.post("/own-keys/new/").json())
    browser.post("/own-keys/", {"credential": made})
    return key


def _sign_in(browser, key, **how):
    asked = browser.post("/sign-in/passkey/ask/").json()
    return browser.post("/sign-in/passkey/", {"credential": key.sign(asked, **how)})


def _is_in(browser) -> bool:
    return browser.get("/this-phone/").status_code == 200


def test_a_client_signs_in_with_the_key_alone(key, rosa):
    other = _browser()

    response = _sign_in(other, key)

    assert response.url == "/"
    assert _is_in(other)
    assert other.session["_auth_user_id"] == str(rosa.user_id)
    written = AuditEvent.objects.filter(object_id=rosa.user_id)
    assert [row.action for row in written.order_by("seq")] == [
        "accounts.factor_added",
        "accounts.factor_used",
        "accounts.signed_in",
    ]


def test_codes_go_on_working(key, client, ask, mailed_code):
    ask("rosa@example.org")
    client.post("/sign-in/code/", {"code": mailed_code()})

    assert _is_in(client)


@pytest.mark.parametrize(
    "how", [{"origin": ELSEWHERE}, {"verified": False}], ids=["origin", "not verified"]
)
def test_what_was_signed_elsewhere_or_without_asking_who_is_there(key, how):
    """Fault: a look-alike page hands on what the phone signed for it."""
    other = _browser()

    response = _sign_in(other, key, **how)

    assert response.url == "/sign-in/"
    assert not _is_in(other)


def test_an_answer_works_once(key):
    """Fault: what was signed is read on the way and sent again."""
    other, thief = _browser(), _browser()
    asked = other.post("/sign-in/passkey/ask/").json()
    signed = key.sign(asked)
    other.post("/sign-in/passkey/", {"credential": signed})
    other.logout()

    for browser in (thief, other):
        browser.post("/sign-in/passkey/ask/")
        browser.post("/sign-in/passkey/", {"credential": signed})

    assert [_is_in(browser) for browser in (thief, other)] == [False, False]


def test_a_key_made_for_a_page_elsewhere_is_not_taken(browser):
    key = SoftKey()
    made = key.make(browser.post("/own-keys/new/").json(), origin=ELSEWHERE)

    page = browser.post("/own-keys/", {"credential": made})

    assert "That did not work." in page.text
    assert not Authenticator.objects.exists()


def test_somebody_elses_key_opens_no_lock(key, browser, rosa, actor):
    """Fault: at a closed lock, whoever has a passkey of ours is let into this record."""
    dev = EnrollmentFactory().client
    his = _browser()
    his.force_login(dev.user)
    his_key = _add(his)
    locks.switch_on(user=rosa.user, pin="271828", at=NOON, by=actor)
    browser.post("/lock/now/")

    _sign_in(browser, his_key)

    assert not _is_in(browser)
    assert browser.session["_auth_user_id"] == str(rosa.user_id)


def test_ones_own_key_opens_the_lock(key, browser, rosa, actor):
    locks.switch_on(user=rosa.user, pin="", at=NOON, by=actor)
    browser.post("/lock/now/")
    closed = browser.get("/locked/").text

    _sign_in(browser, key)

    assert 'name="pin"' not in closed
    assert _is_in(browser)


def test_a_key_is_more_than_a_pin(key, rosa, actor):
    locks.switch_on(user=rosa.user, pin="271828", at=NOON, by=actor)
    other = _browser()

    _sign_in(other, key)

    assert _is_in(other)


def test_a_key_is_taken_away_and_opens_nothing(key, browser, rosa):
    row = Authenticator.objects.get()
    browser.post(f"/own-keys/{row.pk}/away/")
    other = _browser()
    _sign_in(other, key)

    assert not Authenticator.objects.exists()
    assert not _is_in(other)


def test_without_its_last_key_a_lock_without_a_pin_is_off(key, browser, rosa, actor):
    """Fault: nothing is left that opens it, and the person is out for good."""
    locks.switch_on(user=rosa.user, pin="", at=NOON, by=actor)

    browser.post(f"/own-keys/{Authenticator.objects.get().pk}/away/")

    assert not Lock.objects.exists()


def test_nobody_takes_away_what_is_somebody_elses(key):
    his = _browser()
    his.force_login(EnrollmentFactory().client.user)

    his.post(f"/own-keys/{Authenticator.objects.get().pk}/away/")

    assert Authenticator.objects.exists()


def test_the_phone_lists_it_under_a_name_that_tells_nothing(browser, rosa):
    """Fault: the list of passkeys in the phone's settings names the person or the house."""
    asked = browser.post("/own-keys/new/").json()
    shown = json.dumps(
        [asked["rp"], asked["user"]["name"], asked["user"]["displayName"]]
    )

    assert [asked["user"][name] for name in ("name", "displayName")] == [
        "Companion"
    ] * 2
    assert "Rosa" not in shown
    assert telling_words(shown) == []


def test_a_phone_that_somebody_reads_gets_no_key(browser, rosa):
    rosa.monitored_phone = True
    rosa.save()

    assert browser.post("/own-keys/new/").status_code == 404
    assert "nothing of yours stays on it" in browser.get("/own-keys/").text


def test_an_open_page_adds_no_key(browser, frozen_noon):
    """Fault: a partner with the open phone adds their own finger to it for good."""
    frozen_noon.shift(dt.timedelta(minutes=10, seconds=1))
    asked = [
        browser.get("/own-keys/"),
        browser.post("/own-keys/new/"),
        browser.post("/own-keys/", {"credential": "{}"}),
    ]

    assert {r.url.partition("?")[0] for r in asked} == {"/still-you/"}


def test_a_key_shows_that_it_is_still_the_person(key, browser, frozen_noon):
    frozen_noon.shift(dt.timedelta(minutes=10, seconds=1))
    asked = browser.post("/sign-in/passkey/ask/").json()

    response = browser.post(
        "/sign-in/passkey/?next=/own-keys/", {"credential": key.sign(asked)}
    )

    assert response.url == "/own-keys/"
    assert browser.get("/own-keys/").status_code == 200
