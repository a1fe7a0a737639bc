"""What a page may weigh on a phone, in bytes and requests: neither is a time."""

import gzip
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from scripts.bench.weight import FIRST_VISIT, FIRST_WINDOW, REQUESTS, Answer, weigh
from tests.browser.full_house import FullHouse

pytestmark = pytest.mark.django_db
PAGES = ["home:today", "checkins:start", "sessions:schedule", "plans:plan", "home:help"]
# About what nginx writes before a static file.
STATIC_HEADERS = 400


class Phone:
    """Asks as a browser does; static files are as brotli leaves them for a release."""

    def __init__(self, user=None):
        self.client = Client(headers={"accept-encoding": "gzip, br"})
        if user is not None:
            self.client.force_login(user)

    def get(self, path: str) -> Answer:
        if path.startswith(f"/{settings.STATIC_URL.strip('/')}/"):
            return self.static(path.split("/", 2)[2])
        response = self.client.get(path)
        assert response.status_code == 200, path
        lines = [f"{name}: {value}\r\n" for name, value in response.items()]
        lines += [f"{cookie}\r\n" for cookie in response.cookies.values()]
        is_packed = response.headers.get("Content-Encoding") == "gzip"
        body = gzip.decompress(response.content) if is_packed else response.content
        return Answer(len("".join(lines)), len(response.content), body.decode())

    def static(self, name: str) -> Answer:
        content = Path(finders.find(name)).read_bytes()
        return Answer(STATIC_HEADERS, len(brotli.compress(content)))


@pytest.mark.parametrize("page", PAGES)
def test_page_arrives_within_its_budget(page, frozen_noon):
    phone = Phone(FullHouse().rosa.client.user)

    weight = weigh(reverse(page), phone.get)

    assert weight.blocking <= FIRST_WINDOW
    assert weight.whole <= FIRST_VISIT
    assert weight.requests <= REQUESTS


def test_help_of_a_visitor_arrives_within_its_budget(frozen_noon):
    FullHouse()

    assert weigh(reverse("home:help"), Phone().get).is_within_budget


def test_the_next_visit_is_one_answer(frozen_noon):
    phone = Phone(FullHouse().rosa.client.user)

    weight = weigh(reverse("home:today"), phone.get)

    assert weight.again < weight.blocking
    assert weight.is_within_budget


HTML = """
<link rel="stylesheet" href="/a.css"><link rel="icon" href="/i.svg">
<script src="/now.js"></script><script src="/later.js" defer></script>
<script src="/module.js" type="module"></script>
<svg><use href="/sprite.svg#sun"></use></svg><svg><use href="/sprite.svg#map"/></svg>
"""


def test_what_a_page_asks_for_is_counted_once_and_what_blocks_it_apart():
    weight = weigh("/", lambda path: Answer(10, 100, HTML if path == "/" else ""))

    # The page, its stylesheet and the script in its way; icon, sprite and two scripts.
    assert weight.blocking == 3 * 110
    assert weight.whole == 7 * 110
    assert weight.requests == 7
