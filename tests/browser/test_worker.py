"""The worker: pages without a network, nothing of anybody in it, and a newer one."""

import json
from contextlib import contextmanager
from dataclasses import replace
from threading import Event
from time import monotonic

import pytest
from django.core.signals import request_started
from django.urls import reverse
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from apps.phone import worker
from tests.browser.conftest import ARGUMENTS, Visit, chromium_path
from tests.browser.full_house import FullHouse
from tests.browser.states import CLIENTS, OPEN_ALL

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("wednesday_noon"),
]
IN_CHARGE = """
  navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller ||
    new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", done)))
  .then(() => true)"""
KEPT = """
  (async () => {
    const kept = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const response = await cache.match(request);
        kept.push({
          path: new URL(request.url).pathname,
          headers: Object.fromEntries(response.headers),
          text: await response.text(),
        });
      }
    }
    return kept;
  })()"""
GONE = """
  (async () => {
    const { serviceWorker } = navigator;
    while ((await serviceWorker.getRegistrations()).length || (await caches.keys()).length)
      await new Promise((done) => setTimeout(done, 50));
  })()"""
# As frontend/phone/leave.js leaves it when there is no network.
SIGN_OUT_HERE = """
  new Promise((done, failed) => {
    const opening = indexedDB.open("companion");
    opening.onerror = failed;
    opening.onsuccess = () => {
      const step = opening.result.transaction("state", "readwrite");
      step.objectStore("state").put({ at: Date.now() }, "signing_out");
      step.oncomplete = () => (opening.result.close(), done());
    };
  })"""


class Phone(Visit):
    """A visit with the worker. Being cut off is no trouble."""

    CUT_OFF = ("net::ERR_", "status of 50")

    def __init__(self, chromium, site, **options):
        super().__init__(chromium, site, service_workers="allow", **options)

    def _said(self, message) -> None:
        if not any(words in message.text for words in self.CUT_OFF):
            super()._said(message)

    def take_up(self, path="/help/"):
        """Open a page, and wait until the worker is in charge of it."""
        self.page.goto(path)
        assert self.page.evaluate(IN_CHARGE)
        return self.page


@pytest.fixture(autouse=True)
def nothing_made_yet(monkeypatch):
    """Each test begins with the script of its own people and hour."""
    monkeypatch.setattr(worker, "_script", None)


@pytest.fixture
def own_site(db):
    """A server of this test alone, which may be stopped."""
    server = LiveServer("localhost")
    yield server
    server.stop()


@pytest.fixture
def phone(chromium, site):
    phones = []

    def take(user=None, at=site, **options):
        phones.append(Phone(chromium, at, user=user, **options))
        return phones[-1]

    yield take
    for one in phones:
        one.context.close()
    assert [trouble for one in phones for trouble in one.troubles] == []


def cut_off(one, server, how) -> None:
    if how == "network cut":
        one.context.set_offline(True)
    else:
        server.stop()


@contextmanager
def stand_in(server, status):
    """Something else answers at the address of the app. Without a status: nothing ever."""
    over = Event()

    def answer(environ, start_response):
        if not status:
            over.wait(20)
        start_response(status or "503 Too late", [("Content-Type", "text/html")])
        return [b"<title>Broken</title><h1>Broken</h1>"]

    server.thread.httpd.set_app(answer)
    yield
    over.set()


def heading(page):
    return page.get_by_role("heading", level=1)


# -- Without a network ------------------------------------------------------------------


@pytest.mark.parametrize("how", ["network cut", "server killed"])
def test_help_and_its_tools_open_without_a_network(phone, own_site, house, how):
    one = phone(house.rosa.client.user, at=own_site.url)
    page = one.take_up("/")
    cut_off(one, own_site, how)

    page.goto("/help/")

    expect(heading(page)).to_have_text("Help is here")
    expect(page.get_by_role("link", name="Call 911").first).to_be_visible()
    for tool, words in (
        ("Slow breathing", "Breathe out slowly."),
        ("Five, four, three, two, one", "5 things you see"),
        ("Ride it out", "It rises, it crests, it passes."),
    ):
        page.get_by_text(tool).click()
        expect(page.get_by_text(words).first).to_be_visible()


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/", "Start"),
        ("/check-in/", "Check in"),
        ("/check-in/mood/", "Check in"),
        ("/moment/", "Hard moment"),
        ("/plan/people/", "My plan"),
        ("/schedule/", "My plan"),
        ("/sign-in/", "Start"),
    ],
)
def test_the_page_that_fits_stands_in(phone, house, path, title):
    one = phone(house.rosa.client.user)
    page = one.take_up()
    one.context.set_offline(True)

    page.goto(path)

    expect(page).to_have_title(f"{title} · Companion")
    expect(page.locator("body")).to_have_attribute("data-offline", "page")


def test_the_first_page_leads_on_and_back(phone, house):
    one = phone(house.rosa.client.user)
    page = one.take_up("/")
    one.context.set_offline(True)
    page.goto("/")

    page.get_by_role("main").get_by_role("link", name="Hard moment").click()
    expect(page).to_have_title("Hard moment · Companion")
    page.get_by_role("link", name="Companion").click()
    one.context.set_offline(False)
    page.get_by_role("link", name="Look for the network again").click()

    expect(heading(page)).to_contain_text("Rosa")


def test_the_pages_speak_the_language_seen_last(phone, house):
    user = house.rosa.client.user
    user.language = "es"
    user.save()
    one = phone(user)
    page = one.take_up("/")
    one.context.set_offline(True)

    page.goto("/schedule/")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    page.goto("/")
    page.get_by_role("link", name="English").click()

    expect(heading(page)).to_have_text("No network right now")


@pytest.mark.parametrize(
    "status", ["502 Bad Gateway", "503 Service Unavailable", "504 Gateway Timeout"]
)
def test_a_proxy_that_says_the_app_is_down_is_no_page(phone, own_site, status):
    page = phone(at=own_site.url).take_up()

    with stand_in(own_site, status):
        page.goto("/")

        expect(heading(page)).to_have_text("No network right now")


def test_a_fault_of_ours_is_not_hidden_but_help_is_there(phone, own_site):
    page = phone(at=own_site.url).take_up()

    with stand_in(own_site, "500 Internal Server Error"):
        page.goto("/")
        expect(heading(page)).to_have_text("Broken")
        page.goto("/help/")
        expect(heading(page)).to_have_text("Help is here")


def test_help_waits_three_seconds_for_a_network_that_says_nothing(phone, own_site):
    page = phone(at=own_site.url).take_up("/sign-in/")

    with stand_in(own_site, None):
        began = monotonic()
        page.goto("/help/")

        expect(heading(page)).to_have_text("Help is here")
        assert 2.5 < monotonic() - began < 6


# -- Nothing of anybody -----------------------------------------------------------------


def listed() -> set[str]:
    """What /sw.js said last."""
    return {
        entry["url"]
        for entry in json.loads(
            worker._script.text.partition("=")[2].partition(";\n")[0]
        )
    }


def tour(page, house, who) -> None:
    """Every page of a client in every state it has, with all that folds unfolded."""
    for state in CLIENTS:
        if state.who == who:
            path = reverse(state.route, args=state.args(house))
            page.goto(f"{path}?{state.query}" if state.query else path)
            state.act(page)
            page.wait_for_load_state()
            page.evaluate(OPEN_ALL)


def test_what_is_kept_after_a_whole_tour_is_public(phone):
    """Fault: a page of somebody who is signed in comes into the cache."""
    house = FullHouse()
    one = phone(house.rosa.client.user)
    page = one.take_up("/")

    tour(page, house, "rosa")

    kept = page.evaluate(KEPT)
    names = ("Rosa", "Dee", "Ana")
    assert {each["path"] for each in kept} == listed()
    assert [
        each["path"] for each in kept if any(n in each["text"] for n in names)
    ] == []
    told = [each["path"] for each in kept if "csrf" in each["text"]]
    assert [path for path in told if path.startswith("/offline/")] == []
    for each in kept:
        assert "set-cookie" not in each["headers"]
        assert "no-store" not in each["headers"].get("cache-control", "")


def test_nothing_of_the_first_person_is_shown_to_the_second(phone):
    """Fault: the worker serves Alice's page to Bob."""
    house = FullHouse()
    one = phone(house.rosa.client.user)
    page = one.take_up("/")
    tour(page, house, "rosa")
    one.context.clear_cookies()
    one.sign_in(house.dev.client.user)

    seen = {}
    for offline in (False, True):
        one.context.set_offline(offline)
        for path in ("/", "/schedule/", "/check-in/", "/plan/", "/moment/", "/help/"):
            page.goto(path)
            page.evaluate(OPEN_ALL)
            seen[path, offline] = page.content()

    assert "Dev" in seen["/", False]
    assert [where for where, text in seen.items() if "Rosa" in text] == []


def test_what_is_kept_is_asked_for_without_cookies(phone, house):
    """Fault: the page of whoever is signed in is asked for, and kept for everybody."""
    asked = []

    def note(sender, environ, **kwargs):
        asked.append((environ["PATH_INFO"], "HTTP_COOKIE" in environ))

    request_started.connect(note)
    try:
        phone(house.rosa.client.user).take_up("/")
    finally:
        request_started.disconnect(note)

    public = {path for path in listed() if path.startswith("/offline/")}
    assert {path for path, _ in asked} >= public
    assert [path for path, with_cookie in asked if with_cookie and path in public] == []
    assert ("/", True) in asked


def test_a_monitored_phone_keeps_nothing_also_when_the_flag_comes_later(phone, house):
    client = house.rosa.client
    one = phone(client.user)
    page = one.take_up("/")
    client.monitored_phone = True
    client.save()

    page.goto("/")

    page.evaluate(GONE)
    assert page.evaluate(KEPT) == []


def test_signed_out_on_the_phone_nothing_of_theirs_is_asked_for(phone, own_site, house):
    """Fault: a phone that signed out without a network shows the next page signed in."""
    one = phone(house.rosa.client.user, at=own_site.url)
    page = one.take_up("/")
    page.evaluate(SIGN_OUT_HERE)
    page.goto("/")

    expect(page).to_have_title("Sign in · Companion")


# -- A newer one ------------------------------------------------------------------------


def newer(page) -> None:
    script = worker._script
    worker._script = replace(script, text=f"{script.text}// newer", etag='"newer"')
    page.evaluate("navigator.serviceWorker.getRegistration().then((r) => r.update())")


def test_a_newer_version_waits_to_be_asked_for(phone, house):
    page = phone(house.rosa.client.user).take_up("/")
    strip = page.locator("[data-update]")
    expect(strip).to_be_hidden()
    newer(page)
    expect(strip).to_contain_text("A newer version is ready.")

    with page.expect_navigation():
        page.get_by_role("button", name="Use it now").click()

    expect(heading(page)).to_contain_text("Rosa")
    expect(strip).to_be_hidden()


def test_a_newer_version_takes_nothing_that_was_typed(phone):
    """Fault: the page loads again, and what somebody wrote is gone."""
    page = phone().take_up("/sign-in/")
    page.get_by_role("textbox").fill("rosa@example.org")
    newer(page)

    page.get_by_role("button", name="Use it now").click()

    expect(page.locator("[data-update]")).to_contain_text("It shows on the next page.")
    page.wait_for_timeout(500)
    expect(page.get_by_role("textbox")).to_have_value("rosa@example.org")


def test_a_first_visit_is_told_of_no_newer_version(phone):
    page = phone().take_up()

    expect(page.locator("[data-update]")).to_be_hidden()


# -- On the home screen ----------------------------------------------------------------


def test_the_browser_would_install_it(chromium, site, tmp_path):
    """Only a context that stays, with a folder of its own, may install."""
    context = chromium.browser_type.launch_persistent_context(
        tmp_path, base_url=site, executable_path=chromium_path(), args=ARGUMENTS
    )
    page = context.new_page()
    page.goto("/help/")
    assert page.evaluate(IN_CHARGE)
    devtools = context.new_cdp_session(page)

    errors = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    manifest = devtools.send("Page.getAppManifest")
    context.close()

    assert errors == []
    assert (manifest["errors"], manifest["url"]) == ([], f"{site}/manifest.webmanifest")
