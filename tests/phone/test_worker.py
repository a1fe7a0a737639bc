"""What /sw.js says, and how little the browser's asking for it costs."""

import datetime as dt
import json
import re

import pytest
from django.test import Client

from apps.care.models import SiteLine
from apps.phone import pages, worker
from tests.conftest import NOON
from tests.factories.care import EnrollmentFactory, SiteFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]


@pytest.fixture(autouse=True)
def nothing_made_yet(monkeypatch):
    monkeypatch.setattr(worker, "_script", None)


@pytest.fixture
def site_line():
    return SiteLine.objects.create(
        site=SiteFactory(),
        kind="PROGRAM",
        label="Front desk",
        number="617-555-0100",
        last_checked_on=NOON.date(),
        position=1,
    )


def listed(response) -> dict[str, str | None]:
    found = re.match(r"self\.__PRECACHE=(\[.*?\]);\n", response.text)[1]
    return {entry["url"]: entry["revision"] for entry in json.loads(found)}


def test_it_stands_at_the_root_and_is_asked_for_every_time(client):
    response = client.get("/sw.js")

    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Cache-Control"] == "no-cache"
    assert "Set-Cookie" not in response.headers
    assert response.text.count("self.__PRECACHE") == 2


def test_it_lists_static_files_and_the_public_pages_and_nothing_else(client):
    urls = listed(client.get("/sw.js"))

    public = {
        pages.url_of(p, code) for p in pages.TEMPLATES for code in pages.LANGUAGES
    }
    assert {url for url in urls if not url.startswith("/static/")} == public
    assert {url for url in urls if re.search(r"/(app\.css|app\.js|phone\.js)$", url)}
    # Whoever opens them while signed in, and whoever does not, gets what is kept.
    assert {url: Client().get(url).status_code for url in public} == dict.fromkeys(
        public, 200
    )


def test_who_is_signed_in_gets_the_same_script(client):
    visitor = client.get("/sw.js")
    worker._script = None
    client.force_login(EnrollmentFactory().client.user)

    signed_in = client.get("/sw.js")

    assert signed_in.text == visitor.text
    assert dict(signed_in.headers) == dict(visitor.headers)


def test_a_browser_that_has_it_gets_no_body(client, django_assert_num_queries):
    first = client.get("/sw.js")

    with django_assert_num_queries(0):
        again = client.get("/sw.js", headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")


def test_a_number_that_changes_reaches_phones(client, site_line, frozen_noon):
    """Fault: the kept help keeps the number of a phone that nobody answers any more."""
    before = client.get("/sw.js")
    site_line.number = "617-555-0199"
    site_line.save()
    frozen_noon.shift(dt.timedelta(seconds=61))

    after = client.get("/sw.js", headers={"If-None-Match": before["ETag"]})

    changed = {
        url for url, said in listed(after).items() if said != listed(before)[url]
    }
    assert after.status_code == 200
    assert changed == {"/offline/en/help/", "/offline/es/help/"}


def test_files_with_a_fingerprint_in_their_name_need_no_revision(client, monkeypatch):
    monkeypatch.setattr(worker, "static", lambda name: f"/static/{name}.0123456789ab.x")

    urls = listed(client.get("/sw.js"))

    said = {url: said for url, said in urls.items() if url.startswith("/static/")}
    assert set(said.values()) == {None}
