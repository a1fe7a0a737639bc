"""Markup that somebody types is words on every page that shows it, and nothing else."""

from html import escape
from html.parser import HTMLParser

import pytest
from django.test import Client

from apps.common.routes import all_routes
from scripts.scan import forms
from tests import world as house
from tests.test_access import WALKED, path_of

pytestmark = pytest.mark.django_db
PACK = [
    "<script>hack()</script>",
    "<b hx-get=/zz hx-on:click=hack()>x</b>",
    '"><a href=javascript:hack()>x</a>',
    "' onfocus=hack() autofocus x='",
    "{{ hack }}{% hack %}",
]
# Attributes that hold words for people, or what a form sends.
WORDS = {"value", "content", "alt", "title", "placeholder", "data-name"}


class Markup(HTMLParser):
    """Everything in a page that the browser would act on because of what was typed."""

    def __init__(self):
        super().__init__()
        self.acts = []

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            named = name.startswith(("on", "hx-on")) or "hack" in name
            valued = "hack()" in (value or "") and not (
                name in WORDS or name.startswith("aria-")
            )
            scripted = (value or "").strip().lower().startswith("javascript:")
            if named or valued or scripted or value == "/zz":
                self.acts.append((tag, name, value))
        if tag == "script" and not dict(attrs).get("src"):
            self.acts.append((tag, "", ""))


def _acts(page: str) -> list:
    reader = Markup()
    reader.feed(page)
    return reader.acts


@pytest.mark.parametrize("typed", PACK[:4])
def test_the_reader_sees_markup_that_was_let_through(typed):
    """Or else the test below would pass on anything."""
    quoted = f"<p title='{typed}'>" if typed.startswith("'") else f"<p>{typed}</p>"
    quoted = f'<p title="{typed}">' if typed.startswith('"') else quoted

    assert _acts(quoted) != []
    assert _acts(f"<p title='{escape(typed)}'>{escape(typed)}</p>") == []


def test_what_somebody_typed_is_shown_as_words_everywhere(monkeypatch, frozen_noon):
    """Fault: a note of a client runs as script, or loads something, in the desk."""
    # No name is longer than sixty letters.
    called = f"{PACK[0]}<b hx-get=/zz onclick=hack()>"
    typed = called + "".join(PACK[1:])
    monkeypatch.setattr(house, "MARK", called)
    world = house.World().make_everything()
    filled = sum(_fill_in(world, who, typed) for who in ("client", "staff"))
    acting, shown = {}, 0
    for name, response in _every_page(world):
        if not _is_page(response):
            continue
        page = response.text
        shown += escape(called) in page or called in page
        if acts := _acts(page):
            acting[name] = acts

    assert acting == {}
    # Fields that were typed into, and pages that show what was typed.
    assert filled > 25
    assert shown > 12


def _is_page(response) -> bool:
    if response.streaming:
        # Read to its end, so that the file behind it is closed.
        b"".join(response)
    return response.get("Content-Type", "").startswith("text/html")


def _every_page(world):
    for route in WALKED:
        if "GET" not in route.methods or route.name.startswith("demo:"):
            continue
        browser = Client()
        browser.force_login(world.whose(route.audience))
        yield route.name, browser.get(path_of(route, world), follow=True)


def _fill_in(world, who: str, typed: str) -> int:
    """The words go into every field for words, of every form of every page."""
    filled = 0
    for route in all_routes():
        if route.audience not in (who, "everyone") or route not in WALKED:
            continue
        if "GET" not in route.methods:
            continue
        browser = Client(raise_request_exception=False)
        browser.force_login(world.whose(who))
        path = path_of(route, world)
        page = browser.get(path)
        if not _is_page(page) or page.status_code != 200:
            continue
        for form in forms.read(path, page.text)[0]:
            if form.method != "POST" or not form.texts:
                continue
            data = {name: value for name, value in form.fields if value}
            browser.post(form.path, data | dict.fromkeys(form.texts, typed))
            filled += len(form.texts)
    return filled
