"""What nobody should send never breaks a page. ``make scan`` does it at length, over the wire."""

from itertools import islice
from random import Random

import pytest
from django.test import Client

from scripts.scan import forms, nasty
from tests.test_access import WALKED, path_of
from tests.world import World

pytestmark = pytest.mark.django_db
EACH = 3


@pytest.fixture
def world(frozen_noon):
    return World().make_everything()


def _browser(user) -> Client:
    browser = Client(raise_request_exception=False)
    if user is not None:
        browser.force_login(user)
    return browser


def _ask(browser, path, case):
    return browser.generic(
        "POST", path, case.body, case.content_type, headers=case.headers
    )


def test_the_bodies_are_of_every_kind():
    made = list(islice(nasty.bodies([("a", "1")], Random(1)), 300))

    assert any(b"%00" in case.body for case in made)
    assert any(b"%ED%A0%80" in case.body for case in made)
    assert any(len(case.body) > 1_000_000 for case in made)
    assert any(case.chunked for case in made)
    assert any(case.body.count(b"a=") > 1 for case in made)
    assert any(b"a%5B%5D=" in case.body for case in made)
    assert len({case.content_type for case in made}) > 10


def test_no_form_breaks_whatever_is_sent(world):
    """Fault: a NUL, half a surrogate, a list or a number too large ends as an error of ours."""
    broken, sent = {}, 0
    for route in WALKED:
        if "POST" not in route.methods:
            continue
        user = world.whose(route.audience)
        path, rng = path_of(route, world), Random(route.name)
        page = _browser(user).get(path) if "GET" in route.methods else None
        text = page.text if page is not None and page.status_code == 200 else ""
        found = [form for form in forms.read(path, text)[0] if form.path == path]
        for case in islice(nasty.bodies(found[0].fields if found else [], rng), EACH):
            # Anew each time: what was sent before may have signed them out.
            response = _ask(_browser(user), path, case)
            sent += 1
            if response.status_code >= 500:
                broken[f"{route.name}: {case.body[:150]}"] = response.status_code

    assert broken == {}
    assert sent > 150


def test_no_page_breaks_whatever_its_address_says(world):
    broken, asked = {}, 0
    for route in WALKED:
        browser = _browser(
            None if route.audience in ("public", "api") else world.whose(route.audience)
        )
        path = path_of(route, world)
        for query in islice(nasty.queries(Random(route.name), []), EACH):
            asked += 1
            response = browser.get(f"{path}?{query}")
            if response.streaming:
                b"".join(response)
            status = response.status_code
            # Before its beat ran, the one page for whoever watches over it says so.
            if status >= 500 and route.name != "readyz":
                broken[f"{path}?{query[:100]}"] = status

    assert broken == {}
    assert asked > 250


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/x-www-form-urlencoded; charset=utf-7", b"a=1", 400),
        ("multipart/form-data", b"a=1", 400),
        ("multipart/form-data; boundary=" + "x" * 500, b"a=1", 400),
        ("application/x-www-form-urlencoded", b"&a=1" * 400, 400),
        ("application/x-www-form-urlencoded", b"a=" + b"1" * 70_000, 413),
    ],
    ids=["charset", "no boundary", "long boundary", "many fields", "over 64 KB"],
)
def test_a_form_that_cannot_be_read_is_refused_once(client, content_type, body, status):
    """Fault: Django's page for the error reads the form again, and that fails as ours."""
    response = client.generic("POST", "/sign-in/", body, content_type)

    assert (response.status_code, response.content) == (status, b"")
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_a_long_address_is_not_carried_along_as_the_way_back(client):
    """Fault: quoted twice it is longer than a header may be, and the proxy says 502."""
    short, long = client.get("/plan/?a=b"), client.get("/plan/?a=" + "é" * 500)

    assert short["Location"] == "/sign-in/?next=/plan/%3Fa%3Db"
    assert long["Location"] == "/sign-in/"
