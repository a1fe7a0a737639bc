"""A client's lock is the server's: a phone that lay about is answered as nobody's."""

import datetime as dt

import pytest
from django.test import Client

from apps.audit.models import AuditEvent
from apps.care.services.invitations import invite_client
from apps.common.routes import all_routes
from apps.signin import locks, proof
from apps.signin.models import LateForm, Lock, SignIn
from tests.conftest import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
PIN, WRONG = "271828", "314159"
MINUTE, SECOND = dt.timedelta(minutes=1), dt.timedelta(seconds=1)
IDLE = 5 * MINUTE


@pytest.fixture
def hers(client, rosa, actor):
    """Rosa is signed in, and the lock is on and open."""
    client.force_login(rosa.user)
    locks.switch_on(user=rosa.user, pin=PIN, at=NOON, by=actor)
    return rosa


def _is_open(browser) -> bool:
    return browser.get("/this-phone/").status_code == 200


def _try(browser, pin, **kwargs):
    return browser.post("/locked/", {"pin": pin}, **kwargs)


@pytest.mark.parametrize(
    ("away", "stays_open"),
    [(IDLE - SECOND, True), (IDLE, False), (IDLE + SECOND, False)],
    ids=["4:59", "5:00", "5:01"],
)
def test_after_five_minutes_it_is_closed(client, hers, frozen_noon, away, stays_open):
    frozen_noon.shift(away)

    assert _is_open(client) is stays_open


def test_somebody_who_is_there_stays_in(client, hers, frozen_noon):
    for _ in range(3):
        frozen_noon.shift(4 * MINUTE)
        assert client.post("/api/v1/here/", {}, "application/json").status_code == 204

    assert _is_open(client)


def test_saying_that_somebody_is_there_makes_no_sign_in_longer(
    client, hers, frozen_noon
):
    """Fault: a page left open on a phone that somebody else reads never runs out."""
    hers.monitored_phone = True
    hers.save()
    for _ in range(4):
        frozen_noon.shift(4 * MINUTE)
        client.post("/api/v1/here/", {}, "application/json")

    assert client.get("/this-phone/").url.startswith("/sign-in/")


def test_closed_no_page_opens_and_none_shows_anything(client, hers, frozen_noon):
    """Fault: the lock is drawn over the page, and the page is there all the same."""
    frozen_noon.shift(IDLE)
    opened, shown = {}, {}
    for route in all_routes():
        if "<" in route.pattern or route.name.startswith("demo:"):
            continue
        for method in {"GET", "POST"} & set(route.methods):
            if route.name in ("signin:sign_out", "home:away"):
                continue
            response = getattr(client, method.lower())(route.pattern)
            text = b"".join(response).decode(errors="replace")
            if route.audience != "public":
                is_api = route.pattern.startswith("/api/")
                closed = response.status_code == 423 or (
                    not is_api and response.get("Location", "").startswith("/locked/")
                )
                if not closed:
                    opened[route.name] = response.status_code
            if "Rosa" in text or ("menu__sheet" in text and "/sign-out/" in text):
                shown[route.name] = response.status_code

    assert (opened, shown) == ({}, {})


def test_a_request_under_way_does_not_open_it_again(client, hers):
    """Fault: the mark is in the session, and a slower request writes the old one back."""
    slow = client.session
    client.post("/lock/now/")
    slow["anything"] = 1
    slow.save()

    assert not _is_open(client)
    locks.note(client.session, at=NOON)
    assert not _is_open(client)


def test_the_pin_opens_it_and_leads_where_they_were(client, hers, frozen_noon):
    frozen_noon.shift(IDLE)
    asked = client.get("/plan/")
    response = _try(client, PIN, query_params={"next": "/plan/"})

    assert asked.url == "/locked/?next=/plan/"
    assert response.url == "/plan/"
    assert _is_open(client)


def test_a_wrong_pin_opens_nothing_and_is_not_shown_again(client, hers):
    client.post("/lock/now/")

    response = _try(client, WRONG)

    assert "That is not the PIN." in response.text
    assert "4 tries are left." in response.text
    assert WRONG not in response.text
    assert not _is_open(client)


def test_five_wrong_tries_end_the_sign_in(client, hers):
    client.post("/lock/now/")
    for _ in range(4):
        _try(client, WRONG)
    response = _try(client, WRONG)

    assert response.url == "/sign-in/"
    assert not SignIn.objects.filter(user=hers.user).exists()
    assert "Clear-Site-Data" not in response
    assert client.get("/plan/").url.startswith("/sign-in/")
    refused = AuditEvent.objects.filter(action="accounts.pin_refused")
    assert refused.count() == 5


def test_the_right_pin_after_four_wrong_ones_begins_the_count_anew(client, hers):
    client.post("/lock/now/")
    for _ in range(4):
        _try(client, WRONG)
    _try(client, PIN)

    assert _is_open(client)
    assert SignIn.objects.get().tries == 0


def test_a_try_counts_before_it_is_known_how_it_ends(client, hers, monkeypatch):
    """Fault: many tries sent at once are compared before any of them is counted."""
    seen = []
    monkeypatch.setattr(
        locks, "check_password", lambda *_: seen.append(SignIn.objects.get().tries)
    )
    client.post("/lock/now/")

    _try(client, WRONG)

    assert seen == [1]


def test_a_code_does_not_open_the_pin(client, hers, ask, mailed_code):
    """Fault: codes come to the phone itself, so whoever has it signs in anew instead."""
    client.post("/lock/now/")
    ask("rosa@example.org")
    client.post("/sign-in/code/", {"code": mailed_code()})

    assert client.get("/plan/").url.startswith("/locked/")
    _try(client, PIN)
    assert _is_open(client)


def test_thirty_wrong_pins_are_the_most_of_a_day(client, hers):
    """Fault: five tries for each code, and a code every six minutes."""
    for _ in range(7):
        client.force_login(hers.user)
        for _ in range(5):
            response = _try(client, WRONG)
    client.force_login(hers.user)

    response = _try(client, PIN)

    assert "It works again tomorrow." in response.text
    assert not _is_open(client)


def test_paper_from_the_team_opens_it_and_switches_it_off(client, hers, actor):
    client.post("/lock/now/")
    handout = invite_client(client=hers, at=NOON, by=actor)

    client.post(f"/i/{handout.token}/", {"code": handout.code})

    assert _is_open(client)
    assert not Lock.objects.exists()


def test_what_was_typed_behind_the_lock_is_kept(client, hers, frozen_noon):
    frozen_noon.shift(IDLE)
    client.post("/plan/why/", {"lines": "Because of Mia."})
    locked = client.get("/locked/").text
    _try(client, PIN)

    assert "Because of Mia." not in locked
    assert "Because of Mia." in client.get("/plan/why/").text


def test_no_pin_is_kept_as_words(client, hers, frozen_noon):
    frozen_noon.shift(IDLE)
    client.post("/lock/", {"pin": PIN, "again": PIN})
    _try(client, PIN)
    session = client.session
    session[proof.PROVEN_AT] = 1
    session.save()
    client.post("/lock/", {"pin": PIN, "again": PIN})

    assert not LateForm.objects.exists()


def test_leaving_by_the_link_closes_it(client, hers):
    client.get("/away/")
    client.cookies.pop("away")

    assert not _is_open(client)


def _letters(client, hers, pin=PIN) -> str:
    """Chosen anew; the page says them once."""
    response = client.post("/lock/", {"pin": pin, "again": pin})
    letters = response.context["letters"]
    assert f"{letters[:5]} {letters[5:]}" in response.text
    assert letters not in str(Lock.objects.values().get())
    return letters


def test_the_letters_that_came_with_the_pin_take_the_lock_off(client, hers):
    """Fault: forgotten on a weekend, the PIN leaves nothing but Help until Monday."""
    before, letters = _letters(client, hers), _letters(client, hers, "998877")
    client.post("/lock/now/")

    refused = client.post("/locked/", {"spare": before})
    opened = client.post("/locked/", {"spare": f"{letters[:5]} {letters[5:]}".lower()})

    assert "Those are not the letters." in refused.text
    assert before not in refused.text
    assert opened.url == "/"
    assert _is_open(client)
    assert not Lock.objects.exists()
    assert AuditEvent.objects.filter(action="accounts.lock_off").count() == 1


def test_letters_are_tries_like_any_other(client, hers):
    """Fault: five tries for the PIN, and as many as one likes for the letters."""
    letters = _letters(client, hers)
    client.post("/lock/now/")
    for _ in range(3):
        client.post("/locked/", {"spare": "BCDFGHJKLM"})
    _try(client, WRONG)
    last = client.post("/locked/", {"spare": "BCDFGHJKLM"})

    assert last.url == "/sign-in/"
    assert not SignIn.objects.filter(user=hers.user).exists()
    for _ in range(5):
        client.force_login(hers.user)
        for _ in range(5):
            client.post("/locked/", {"spare": "BCDFGHJKLM"})
    client.force_login(hers.user)
    often = client.post("/locked/", {"spare": letters})
    assert "It works again tomorrow." in often.text


def test_a_lock_without_a_pin_has_no_letters(client, rosa, actor):
    client.force_login(rosa.user)
    locks.switch_on(user=rosa.user, pin="", at=NOON, by=actor)
    client.post("/lock/now/")

    client.post("/locked/", {"spare": " "})
    client.post("/locked/", {"spare": "-"})

    assert not _is_open(client)


@pytest.mark.parametrize(
    ("pin", "again", "said"),
    [
        ("27182", "27182", "Type six digits or more."),
        ("27182a", "27182a", "Type six digits or more."),
        ("٢٧١٨٢٨", "٢٧١٨٢٨", "Type six digits or more."),
        ("777777", "777777", "That one is easy to guess."),
        ("345678", "345678", "That one is easy to guess."),
        (PIN, "271829", "The two are not the same."),
    ],
)
def test_a_pin_that_will_not_do(client, rosa, pin, again, said):
    client.force_login(rosa.user)

    response = client.post("/lock/", {"pin": pin, "again": again})

    assert said in response.text
    assert not Lock.objects.exists()


def test_the_pin_is_kept_as_a_slow_hash(client, rosa, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    client.force_login(rosa.user)
    client.post("/lock/", {"pin": PIN, "again": PIN})

    assert Lock.objects.get().pin_hash.startswith("argon2$argon2id$")
    assert list(
        AuditEvent.objects.filter(action__startswith="accounts.lock").values_list(
            "action", "reason", "field_names"
        )
    ) == [("accounts.lock_on", "pin", [])]


def test_another_pin_takes_a_fresh_proof(client, hers, frozen_noon):
    """Fault: whoever holds the open phone chooses a PIN of their own, or none."""
    for _ in range(3):
        frozen_noon.shift(4 * MINUTE)
        client.post("/api/v1/here/", {}, "application/json")
    asked = [
        client.get("/lock/"),
        client.post("/lock/", {"pin": "998877", "again": "998877"}),
        client.post("/lock/off/"),
        client.post("/lock/key/"),
    ]

    assert {r.url.partition("?")[0] for r in asked} == {"/still-you/"}
    assert locks.check_password(PIN, Lock.objects.get().pin_hash)


def test_each_phone_has_its_own_lock_and_one_pin(client, hers):
    other = Client()
    other.force_login(hers.user)

    assert not _is_open(other)
    _try(other, PIN)
    assert (_is_open(client), _is_open(other)) == (True, True)


def test_a_closed_lock_speaks_the_persons_language(client, hers, frozen_noon):
    hers.user.language = "es"
    hers.user.save()
    frozen_noon.shift(IDLE)

    assert '<html lang="es"' in client.get("/locked/").text


def test_what_is_kept_on_the_phone_stays_while_it_is_closed(client, hers, frozen_noon):
    """Fault: the page of nobody takes the plan off the phone, and every lock is a loss."""
    tag = client.get("/this-phone/").context["owner_tag"]()
    frozen_noon.shift(IDLE)

    assert f'data-owner="{tag}"' in client.get("/locked/").text


def test_who_has_no_lock_pays_nothing(client, rosa, django_assert_num_queries):
    client.force_login(rosa.user)
    client.get("/lock/now/")
    with django_assert_num_queries(2):
        client.get("/locked/")
