"""A form that comes back: the summary or the field has the focus, each field says what is
wrong with it, and nothing that was typed is gone. With and without JavaScript.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.full_house import FullHouse

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("wednesday_noon"),
]
LONG = "so many words " * 200

# Of every field that is marked as wrong: what it points to says so.
UNTIED = """[...document.querySelectorAll("[aria-invalid=true], fieldset:has(.errorlist)")]
  .filter((one) => {
    const at = one.matches("[type=radio], [type=checkbox]") ? one.closest("fieldset") : one;
    const ids = (at.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);
    const said = ids.map((id) => document.getElementById(id)).filter(Boolean);
    return !said.some((words) => words.matches(".errorlist") && words.innerText.trim());
  })
  .map((one) => one.outerHTML.slice(0, 200))"""
# The summary, or the one field it would lead to.
FOCUSED = "[aria-labelledby=error-summary]:focus, [aria-invalid=true]:focus"
LEADS_NOWHERE = """[...document.querySelectorAll("[aria-labelledby=error-summary] a")]
  .filter((one) => !document.getElementById(one.hash.slice(1))).map((one) => one.hash)"""


@dataclass(frozen=True)
class Case:
    name: str
    who: str
    path: Callable
    typed: dict
    press: str
    open: str = ""
    # The form, where a page has several.
    form: str = "main"


def path(name, *args) -> Callable:
    return lambda house: reverse(name, args=[arg(house) for arg in args])


CASES = [
    Case("sign in", "", path("signin:sign_in"), {"address": "rosa"}, "Send me a code"),
    Case(
        "invitation",
        "",
        path("signin:invitation", lambda h: h.handout.token),
        {"code": "BBB"},
        "Come in",
    ),
    Case(
        "note",
        "noor",
        path("checkins:done"),
        {"text": LONG},
        "Send note",
        open="Add a note",
    ),
    Case("plan lines", "rosa", lambda h: "/plan/why/", {"lines": LONG}, "Save"),
    Case("plan chips", "rosa", lambda h: "/plan/kit/", {"own": LONG}, "Save"),
    Case("plan step", "rosa", path("plans:steps"), {"then_own": "call Dee"}, "Save"),
    Case("plan week", "rosa", path("plans:week"), {"moment": LONG}, "Save"),
    Case(
        "plan people",
        "rosa",
        path("plans:people"),
        {"name": "", "phone": "12", "best_time": "at night"},
        "Save",
    ),
    Case(
        "plan person",
        "rosa",
        path("plans:person", lambda h: h.dee.pk),
        {"name": "Dee", "phone": "12"},
        "Save",
    ),
    Case(
        "roster change",
        "ana",
        path("desk:roster_change", lambda h: h.moved.pk),
        {"room": LONG},
        "Save for this once",
    ),
    Case(
        "roster cancel",
        "ana",
        path("desk:roster_change", lambda h: h.moved.pk),
        {"note": LONG},
        "Cancel it for everybody",
        open="It is not held at all",
        form="form[action$='/cancel/']",
    ),
    Case(
        "roster times",
        "ana",
        path("desk:roster", lambda h: h.room.pk),
        {"came_at": "11:00", "left_at": "10:00"},
        "Save times",
        open="More",
        form=".roster > li:first-child form",
    ),
    Case(
        "reply",
        "ana",
        path("desk:client", lambda h: h.rosa.client_id),
        {"text": LONG},
        "Send",
        open="Write back",
        form="form[action$='/reply/'] >> nth=0",
    ),
    Case(
        "plan comment",
        "ana",
        path("desk:plan", lambda h: h.sent.pk),
        {"text": LONG},
        "Say it",
        open="Say something",
        form="form[action$='/comment/'] >> nth=0",
    ),
    Case(
        "plan ideas",
        "ana",
        path("desk:plan", lambda h: h.sent.pk),
        {"affirmation": LONG},
        "Send ideas back",
    ),
    Case(
        "outcome",
        "ana",
        path("desk:client", lambda h: h.rosa.client_id),
        {"note": LONG},
        "Save",
        open="Done",
        form="form[action$='/done/']",
    ),
    Case(
        "outcome on the board",
        "ana",
        path("desk:board"),
        {"note": LONG, "outcome": "NO_ACTION"},
        "Save",
        open="Done",
        form="form[action$='/done/'] >> nth=0",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_form_that_comes_back_says_why_and_keeps_what_was_typed(visit, script, case):
    house = FullHouse()
    person = getattr(house, case.who) if case.who else None
    user = person.client.user if hasattr(person, "client_id") else person
    page = visit(user, java_script_enabled=script)
    page.goto(case.path(house))
    if case.open:
        page.locator("main :is(summary, a)").filter(has_text=case.open).first.click()
    form = page.locator(case.form)
    for name, words in case.typed.items():
        field = form.locator(f"[name={name}]:not([type=hidden])")
        if field.first.get_attribute("type") == "radio":
            form.locator(f"label:has([name={name}][value={words}])").click()
        else:
            # More than the field lets in, as an old page or another program may send it.
            field.first.evaluate("one => one.removeAttribute('maxlength')")
            field.first.fill(words)

    form.get_by_role("button", name=case.press, exact=True).first.click()

    expect(page.locator(".errorlist").first).to_be_visible()
    assert page.evaluate(UNTIED) == []
    assert page.evaluate(LEADS_NOWHERE) == []
    # In our words, not the framework's.
    assert "Ensure" not in page.locator("main").inner_text()
    expect(page.locator(FOCUSED)).to_have_count(1)
    for name, words in case.typed.items():
        field = page.locator(f"[name={name}]:not([type=hidden])")
        if field.first.get_attribute("type") != "radio":
            kept = field.evaluate_all("all => all.map((one) => one.value)")
            assert words.strip() in [one.strip() for one in kept]


def test_a_wrong_code_keeps_the_focus_where_it_is_typed_again(visit, house, script):
    page = visit(java_script_enabled=script)
    page.goto("/sign-in/")
    page.get_by_role("textbox").fill("617-555-0199")
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Your code").fill("12")

    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.locator(".errorlist")).to_be_visible()
    assert page.evaluate(UNTIED) == []
    expect(page.locator(FOCUSED)).to_have_count(1)


def test_a_question_without_its_answer_says_so_where_it_is_read(visit, script):
    house = FullHouse()
    page = visit(house.walt.client.user, java_script_enabled=script)
    page.goto("/check-in/before/")
    if page.url.endswith("/before/"):
        page.get_by_role("button", name="Next").click()
        heading = page.get_by_role("heading", level=1)
        expect(heading).to_be_focused()
