"""The lock on a phone: what can be seen, and what comes back, when somebody looks later."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from apps.audit.actors import SYSTEM
from apps.signin import locks
from apps.signin.models import SignIn
from tests.browser.test_second_step import authenticator

# The phone and what is on it, as where plans are kept there.
from tests.browser.test_this_phone import (  # noqa: F401
    CANARIES,
    STORED,
    asked,
    back_shows,
    hold_one,
    keep_plan,
    phone,
    record,
    rosa,
    wait_until,
)

# With the clock as it is: a phone's own browser keeps its cookies by it.
pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]
PIN, WRONG = "161803", "314159"
LOCKED = re.compile(r"/locked/")
TURN = """(state) => {
  Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
  Object.defineProperty(document, "hidden", { value: state === "hidden", configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def switch_on(user, pin=PIN):
    locks.switch_on(user=user, pin=pin, at=timezone.now(), by=SYSTEM)


def close(page):
    page.goto("/lock/")
    page.get_by_role("button", name="Lock now").click()
    expect(page).to_have_url(LOCKED)


def type_lock(page, pin):
    page.get_by_label("Your PIN").fill(pin)
    page.get_by_role("button", name="Open", exact=True).click()


def test_out_of_sight_it_is_blank_at_once_and_after_five_minutes_empty(
    visit,
    house,
    rosa,  # noqa: F811
):
    """Fault: the phone's picture of the app shows the plan, and so does coming back."""
    page = visit(rosa.user)
    switch_on(rosa.user)
    SignIn.objects.update(locked_at=None)
    page.clock.install()
    page.goto("/plan/why/")
    expect(page.get_by_role("textbox").first).to_have_value(re.compile("Whyquill"))

    page.evaluate(TURN, "hidden")
    blank = page.evaluate("document.body.checkVisibility()")
    page.clock.fast_forward(4 * 60_000)
    page.evaluate(TURN, "visible")
    expect(page.get_by_role("main")).to_be_visible()
    page.evaluate(TURN, "hidden")
    page.clock.fast_forward(5 * 60_000 + 1000)
    left = page.evaluate("document.body.children.length")
    page.evaluate(TURN, "visible")

    assert (blank, left) == (False, 0)
    expect(page).to_have_url(re.compile(r"/locked/\?next=%2Fplan%2Fwhy%2F"))
    assert [word for word in CANARIES if word in page.content()] == []
    assert page.request.get("/plan/").url.endswith("/locked/?next=/plan/")
    type_lock(page, PIN)
    expect(page).to_have_url(re.compile(r"/plan/why/$"))


def test_back_shows_nothing_of_what_is_locked(visit, house, rosa):  # noqa: F811
    page = visit(rosa.user)
    for path in ("/", "/plan/", "/plan/why/"):
        page.goto(path)
    switch_on(rosa.user)
    close(page)

    assert back_shows(page) == []
    page.goto("/plan/")
    expect(page).to_have_url(LOCKED)


def test_after_leave_now_it_is_closed(visit, house, rosa):  # noqa: F811
    page = visit(rosa.user)
    switch_on(rosa.user)
    page.goto("/plan/")

    page.get_by_role("link", name="Leave now").click()
    expect(page).to_have_url(re.compile(r"/away/$"))
    page.wait_for_timeout(300)
    page.goto("/away/?open")

    expect(page).to_have_url(LOCKED)


def test_without_a_script_the_server_locks_by_itself(visit, house, rosa):  # noqa: F811
    page = visit(rosa.user, java_script_enabled=False)
    page.goto("/lock/")
    page.get_by_label("Choose a PIN").fill(PIN)
    page.get_by_label("The same PIN again").fill(PIN)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The lock is on.")).to_be_visible()
    for row in SignIn.objects.all():
        row.open_at -= locks.AFTER
        row.save()

    page.goto("/plan/")

    expect(page).to_have_url(LOCKED)
    type_lock(page, WRONG)
    expect(page.get_by_text("4 tries are left.")).to_be_visible()
    type_lock(page, PIN)
    expect(page).to_have_url(re.compile(r"/plan/$"))


def test_five_wrong_tries_leave_nothing_to_read_and_what_waits_stays(
    phone,  # noqa: F811
    rosa,  # noqa: F811
):
    """Fault: signed out by the lock, and the plan stays on the phone; or the check-in goes."""
    one = phone(rosa.user)
    keep_plan(one.page)
    switch_on(rosa.user)
    hold_one(one)
    close(one.page)
    wait_until(lambda: record(one.page, "kept", "kept"), one.page)

    for _ in range(5):
        type_lock(one.page, WRONG)
        one.page.wait_for_load_state()

    expect(one.page).to_have_url(re.compile(r"/sign-in/$"))
    wait_until(lambda: record(one.page, "kept", "kept") is None, one.page)
    assert len(one.waiting) == 1
    assert [word for word in CANARIES if word in one.page.evaluate(STORED)] == []


def test_a_closed_lock_leaves_the_plan_on_the_phone(phone, rosa):  # noqa: F811
    """Fault: the server says no while it is closed, and the phone throws the plan away."""
    one = phone(rosa.user)
    keep_plan(one.page)
    switch_on(rosa.user)
    close(one.page)
    one.page.goto("/help/")
    one.page.wait_for_timeout(500)

    assert record(one.page, "kept", "kept")


def test_a_client_adds_a_key_signs_in_with_it_and_opens_the_lock(
    visit,
    house,
    rosa,  # noqa: F811
):
    page = visit(rosa.user)
    with authenticator(page):
        page.goto("/own-keys/")
        page.get_by_role("button", name="Use the lock of this phone").click()
        expect(page.get_by_text("You can sign in with it")).to_be_visible()
        page.locator(".top .menu > summary").click()
        page.locator(".top .menu").get_by_role("button", name="Sign out").click()
        expect(page).to_have_url(re.compile(r"/sign-in/$"))

        page.get_by_role("button", name="Use a passkey").click()
        expect(page).to_have_url(re.compile(r"^[^?]*//[^/]*/$"))

        page.goto("/lock/")
        page.get_by_role("button", name="Lock it so").click()
        close(page)
        page.get_by_role("button", name="Use this phone's lock").click()
        expect(page).to_have_url(re.compile(r"^[^?]*//[^/]*/$"))
