"""A real Chromium in front of the real pages. What a page must never do fails any test."""

import os
import shutil
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings
from django.test import Client as DjangoClient
from playwright.sync_api import expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from apps.care.models import Enrollment
from tests.browser.full_house import FullHouse
from tests.browser.house import House
from tests.conftest import NOON

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A page that asks another machine gets no answer, wherever the tests run.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
]
expect.set_options(timeout=5000)
# Said wherever a visit has no worker, which is most: it would fetch its pages each time.
NO_WORKER = "Service Worker registration blocked by Playwright"
# What a script had under way when the lock closed is answered so, and says it to the console.
LOCKED = "423 (Locked)"


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(settings.BASE_DIR / "tests" / "browser"):
            item.add_marker(pytest.mark.browser)


def chromium_path() -> str | None:
    """An installed Chromium; None means Playwright's own."""
    named = (os.environ.get("COMPANION_CHROMIUM", ""), *NAMES)
    return next((found for name in named if (found := shutil.which(name))), None)


@pytest.fixture(scope="package")
def chromium():
    # Playwright keeps an event loop running in this thread; the ORM is used beside it.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium_path(), args=ARGUMENTS
            )
            yield browser
            browser.close()


@pytest.fixture(scope="package")
def site(django_db_setup):
    """The address of the app. Its threads open their own connections."""
    server = LiveServer("localhost")
    yield server.url
    server.stop()


@pytest.fixture
def wednesday_noon():
    """The clock runs on from a Wednesday noon in Boston."""
    with time_machine.travel(NOON) as traveller:
        yield traveller


class Visit:
    """One person at one screen, and everything their browser complained about."""

    def __init__(
        self, chromium, site, *, user=None, marks=None, width=PHONE, **options
    ):
        self.site = site
        self.troubles: list[str] = []
        options = {"service_workers": "block", "reduced_motion": "reduce"} | options
        self.context = chromium.new_context(base_url=site, viewport=width, **options)
        self.context.set_default_timeout(10_000)
        if user is not None:
            self.sign_in(user, marks=marks or {})
        self.page = self.context.new_page()
        self.page.on("request", self._asked)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))

    def sign_in(self, user, *, marks=None) -> None:
        """``marks`` of the session are set; one that is None is not there."""
        django = DjangoClient()
        django.force_login(user)
        if marks:
            session = django.session
            for name, said in marks.items():
                session[name] = said
                if said is None:
                    del session[name]
            session.save()
        name = settings.SESSION_COOKIE_NAME
        self.context.add_cookies(
            [{"name": name, "value": django.cookies[name].value, "url": self.site}]
        )

    def _asked(self, request) -> None:
        if request.url.startswith("data:"):
            return
        if (
            f"{urlsplit(request.url).scheme}://{urlsplit(request.url).netloc}"
            != self.site
        ):
            self.troubles.append(f"asked another origin: {request.url}")

    def _said(self, message) -> None:
        known = message.text == NO_WORKER or LOCKED in message.text
        if message.type in ("error", "warning") and not known:
            self.troubles.append(message.text)


@pytest.fixture
def visit(chromium, site):
    """Open screens; at the end none of them asked elsewhere, warned or broke."""
    visits = []

    def open_one(user=None, **options):
        visits.append(Visit(chromium, site, user=user, **options))
        return visits[-1].page

    yield open_one
    for one in visits:
        one.context.close()
    assert [trouble for one in visits for trouble in one.troubles] == []


@pytest.fixture
def house():
    return House()


@pytest.fixture
def full_house(transactional_db, wednesday_noon):
    return FullHouse()


@pytest.fixture
def screens(chromium, site, full_house):
    """A screen for each who looks, kept for the next page."""
    visits = {}

    def of(who: str, width: dict) -> Visit:
        if who not in visits:
            person = getattr(full_house, who) if who else None
            user = person.client.user if isinstance(person, Enrollment) else person
            marks = full_house.MARKS.get(who)
            visits[who] = Visit(chromium, site, user=user, marks=marks, width=width)
        return visits[who]

    yield of
    for visit in visits.values():
        visit.context.close()


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def script(request):
    """With and without JavaScript."""
    return request.param
