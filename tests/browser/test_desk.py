"""The desk under a counselor's hands: one tap a person, and keys."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from apps.audit.actors import SYSTEM
from apps.care.models import Concern
from apps.sessions.models import Attendance
from apps.sessions.services import keep_ahead
from tests.browser.conftest import DESK, PHONE
from tests.browser.house import DAY
from tests.conftest import NOON

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("wednesday_noon"),
]


@pytest.mark.parametrize("width", [PHONE, DESK], ids=["phone", "desk"])
def test_one_tap_a_person_and_the_roster_is_closed(visit, house, script, width):
    keep_ahead(NOON - dt.timedelta(hours=6), SYSTEM)
    for name in ("Dev", "Imani"):
        house.client(name, placement__weekdays=(2,))
    page = visit(house.ana, width=width, java_script_enabled=script)

    page.goto("/desk/rosters/")
    page.get_by_role("main").get_by_role("link", name="Day morning").click()
    page.get_by_role("button", name="Imani").click()
    expect(page.get_by_role("main")).to_contain_text("1 of 2 here")
    page.get_by_role("link", name="Close the roster").click()
    expect(page.get_by_role("listitem")).to_have_text("Dev")
    page.get_by_role("button", name="Close the roster").click()

    expect(page.get_by_role("main")).to_contain_text("Closed")
    assert set(
        Attendance.objects.values_list("enrollment__client__preferred_name", "status")
    ) == {("Imani", "LATE"), ("Dev", "NO_SHOW")}


def test_keys_walk_the_cards_and_press_their_buttons(visit, house):
    for name, ago in (("Dev", 1), ("Imani", 2)):
        house.checked_in(house.client(name), NOON - ago * DAY, contact_request="today")
    page = visit(house.ana, width=DESK)
    page.goto("/desk/")
    first, second = (page.locator("[data-card]").nth(n) for n in (0, 1))

    page.get_by_role("main").focus()
    page.keyboard.press("j")
    expect(first).to_be_focused()
    page.keyboard.press("j")
    expect(second).to_be_focused()
    page.keyboard.press("k")
    expect(first).to_be_focused()

    page.keyboard.press(".")
    first.get_by_text("Talked with them").click()
    first.get_by_label("A few words for the team").fill(
        "Fine. Coming tomorrow, j and k."
    )
    first.get_by_role("button", name="Save").click()
    expect(first).to_contain_text("Talked with them · Ana")
    expect(first).to_be_focused()
    assert Concern.objects.open().count() == 1
    first.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-card]")).to_have_count(2)
    assert Concern.objects.open().count() == 2


def test_the_key_c_calls(visit, house):
    house.checked_in(house.rosa, NOON, contact_request="today")
    page = visit(house.ana, width=DESK)
    page.goto("/desk/")
    called = []
    page.expose_function("called", lambda href: called.append(href))
    page.evaluate(
        """document.addEventListener("click", (event) => {
             event.preventDefault();
             called(event.target.closest("a").href);
           })"""
    )

    page.get_by_role("main").focus()
    page.keyboard.press("j")
    page.keyboard.press("c")

    expect(page.locator("[data-card]")).to_be_focused()
    number = house.rosa.client.contact_points.get().value
    assert called == [f"tel:{number}"]


def test_the_poll_waits_while_somebody_writes(visit, house):
    """Fault: a new card arrives and takes the half-written words away."""
    dev, imani = house.client("Dev"), house.client("Imani")
    house.checked_in(dev, NOON - DAY, contact_request="today")
    page = visit(house.ana, width=DESK)
    page.clock.install()
    page.goto("/desk/")
    card = page.locator("[data-card]")
    card.get_by_role("link", name="Done").click()
    words = card.get_by_label("A few words for the team")
    words.fill("Left word with her sister")

    just_now = NOON + dt.timedelta(minutes=1)
    house.checked_in(imani, just_now, contact_request="today")
    page.clock.run_for(60_000)
    expect(card).to_have_count(1)
    expect(words).to_have_value("Left word with her sister")

    card.locator("summary").click()
    page.clock.run_for(60_000)
    expect(card).to_have_count(2)
