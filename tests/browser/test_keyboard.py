"""The ways people go most, with keys alone: nothing needs a pointer, nothing is lost."""

import datetime as dt
import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from apps.audit.actors import SYSTEM
from apps.care.models import Concern
from apps.care.services.enrollments import add_contact_point
from apps.checkins.models import CheckinDay, Moment
from apps.plans.models import PlanVersion
from apps.sessions.models import Attendance
from apps.sessions.services import keep_ahead
from tests.browser.conftest import DESK
from tests.browser.house import DAY
from tests.browser.keys import Keys
from tests.conftest import NOON
from tests.factories.plans import PlanVersionFactory

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("wednesday_noon"),
]


def test_the_first_tab_leads_past_the_bars(visit, house):
    page = visit(house.rosa.client.user)
    page.goto("/")
    keys = Keys(page)

    keys.press("Skip to the page", main=False)

    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("Boolean(document.activeElement.closest('main'))")


def test_sign_in(visit, house, actor):
    add_contact_point(
        client=house.rosa.client,
        kind="EMAIL",
        value="rosa@example.org",
        at=NOON,
        by=actor,
    )
    page = visit()
    page.goto("/schedule/")
    keys = Keys(page)

    keys.write("Your phone number or e-mail", "rosa@example.org")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Type your code.")
    keys.write("Your code", re.search(r"\b\d{6}\b", mail.outbox[0].body).group())
    keys.press("Sign in")

    expect(page).to_have_url(re.compile(r"/schedule/$"))


def test_check_in_from_today_to_the_end(visit, house):
    page = visit(house.rosa.client.user)
    page.goto("/")
    keys = Keys(page)

    keys.press("Check in")
    keys.press("Check in")
    keys.hears("how strong was your strongest urge")
    keys.press("8")
    keys.hears("What set it off?")
    keys.choose("Payday")
    keys.press("Next")
    keys.hears("What helped?")
    keys.press("Nothing yet")
    keys.hears("How is your mood")
    keys.press("Low")
    keys.hears("How are you right now?")
    keys.choose("Tired")
    keys.press("Next")
    keys.hears("How sure are you")
    keys.press("4")
    keys.hears("did you drink or use anything")
    keys.press("No")
    keys.hears("Would you like to hear from us?")
    keys.press("Call me today")
    keys.hears("Do you feel safe right now?")
    keys.press("Yes")
    expect(page.get_by_role("main")).to_contain_text("Ana will call you")
    keys.press("Done")

    expect(page).to_have_url(re.compile(r"/$"))
    assert CheckinDay.objects.get().answers["craving_peak"] == 8


def test_hard_moment(visit, house):
    page = visit(house.rosa.client.user)
    page.goto("/")
    keys = Keys(page)

    keys.press("Hard moment", main=False)
    keys.press("7")
    keys.press("Payday")
    keys.press("Just ride it out")
    expect(page.get_by_text("It rises, it crests, it passes.")).to_be_visible()
    keys.press("Done")

    expect(page).to_have_url(re.compile(r"/$"))
    assert Moment.objects.get().craving == 7


def test_writing_in_the_plan(visit, house):
    page = visit(house.rosa.client.user)
    page.goto("/plan/")
    keys = Keys(page)

    keys.press("Write: Why this matters to me")
    page.wait_for_url("**/plan/why/")
    keys.write("My reasons", "For my girls.")
    keys.press("Save")

    expect(page.get_by_text("Saved.")).to_be_visible()
    assert PlanVersion.objects.get().content["why"]["lines"] == ["For my girls."]


def test_an_if_then_step_from_chips(visit, house):
    page = visit(house.rosa.client.user)
    page.goto("/plan/if-then/")
    keys = Keys(page)

    # Tab reaches a set of radios once, arrows go on in it.
    first = page.get_by_role("group", name="If …").get_by_role("radio").first
    keys.to(first.evaluate("one => one.labels[0].innerText"))
    page.keyboard.press("ArrowDown")
    keys.write("Or in your own words", "")
    keys.write("Or in your own words", "call Dee")
    keys.press("Save")

    expect(page.get_by_text("Saved.")).to_be_visible()
    (step,) = PlanVersion.objects.get().content["if_then"]["items"]
    assert (bool(step["when_code"]), step["then_label"]) == (True, "call Dee")


def test_help_opens_and_closes(visit, house):
    page = visit(house.rosa.client.user)
    page.goto("/")
    keys = Keys(page)

    keys.press("Help", main=False)
    page.wait_for_url("**/help/")
    keys.press("Slow breathing")
    expect(page.get_by_text("Breathe out slowly.")).to_be_visible()
    page.keyboard.press("Enter")

    expect(page.get_by_text("Breathe out slowly.")).to_be_hidden()


def test_leave_now(visit, house):
    page = visit(house.rosa.client.user)
    page.goto("/help/")

    Keys(page).press("Leave now", main=False)

    expect(page).to_have_title("Notes")


@pytest.fixture
def board(visit, house):
    for name, ago in (("Dev", 1), ("Imani", 2)):
        house.checked_in(house.client(name), NOON - ago * DAY, contact_request="today")
    page = visit(house.ana, width=DESK)
    page.goto("/desk/")
    return page


def test_the_board_with_one_hand(board):
    """j and k walk, . opens, Tab and arrows choose, Enter saves; the focus stays there."""
    keys = Keys(board)
    first, second = (board.locator("[data-card]").nth(n) for n in (0, 1))

    keys.press("Skip to the page", main=False)
    board.keyboard.press("j")
    board.keyboard.press("j")
    expect(second).to_be_focused()
    board.keyboard.press("k")
    expect(first).to_be_focused()
    board.keyboard.press(".")
    keys.choose("Talked with them")
    keys.write("A few words for the team", "Fine, j and k.")
    keys.press("Save")

    expect(first).to_contain_text("Talked with them · Ana")
    expect(first).to_be_focused()
    assert Concern.objects.open().count() == 1
    board.keyboard.press("j")
    expect(second).to_be_focused()


def test_the_key_m_leads_to_where_words_are_written(board):
    keys = Keys(board)
    keys.press("Skip to the page", main=False)
    board.keyboard.press("j")
    board.keyboard.press("m")
    board.wait_for_url(re.compile("/desk/clients/.*#newest"))

    # The link opened what it leads to.
    expect(board.get_by_label("sees this and your name")).to_be_visible()
    keys.write("Imani sees this and your name", "I'll call at four.")
    keys.press("Send")

    expect(board.locator(".bubble")).to_contain_text("I'll call at four.")
    expect(board.locator(".timeline > li").first).to_be_focused()


def test_a_roster_by_space_alone(visit, house):
    keep_ahead(NOON - dt.timedelta(hours=6), SYSTEM)
    for name in ("Dev", "Imani"):
        house.client(name, placement__weekdays=(2,))
    page = visit(house.ana, width=DESK)
    page.goto("/desk/rosters/")
    keys = Keys(page)

    keys.press("Skip to the page", main=False)
    page.keyboard.press("j")
    page.keyboard.press("m")
    page.wait_for_url(re.compile("/desk/rosters/[0-9a-f-]+/"))
    keys.press("Skip to the page", main=False)
    for here in ("1 of 2 here", "2 of 2 here"):
        page.keyboard.press("j")
        page.keyboard.press("Space")
        expect(page.locator("#count")).to_contain_text(here)
        expect(page.locator("main [data-card]:focus")).to_have_count(1)
    keys.press("Close the roster")
    keys.press("Close the roster")

    expect(page.get_by_role("main")).to_contain_text("Closed")
    assert Attendance.objects.count() == 2


def test_the_count_of_a_roster_is_spoken(visit, house):
    """Fault: the region is replaced whole, and a screen reader says nothing."""
    keep_ahead(NOON - dt.timedelta(hours=6), SYSTEM)
    house.client("Dev", placement__weekdays=(2,))
    page = visit(house.ana)
    page.goto("/desk/rosters/")
    page.get_by_role("main").get_by_role("link", name="Day morning").click()
    # Before the roster is there, there is nothing to mark.
    expect(page.locator("#count")).to_be_attached()
    page.evaluate("document.getElementById('count').known = true")

    page.get_by_role("button", name="Dev").click()

    expect(page.locator("#count")).to_contain_text("1 of 1 here")
    expect(page.locator("#count")).to_have_attribute("role", "status")
    assert page.evaluate("document.getElementById('count').known")


def test_my_step_opens_where_the_focus_is(visit, house):
    PlanVersionFactory(client=house.rosa.client)
    page = visit(house.rosa.client.user)
    page.goto("/")

    Keys(page).press("Show my step")

    expect(page.get_by_role("region", name="My plan")).to_be_focused()


def test_a_trouble_is_spoken(visit, house):
    page = visit(house.rosa.client.user)
    page.goto("/")
    page.evaluate(
        """document.dispatchEvent(
             new CustomEvent("htmx:sendError", { detail: { elt: document.body } }))"""
    )

    expect(page.get_by_role("alert")).to_contain_text("did not work")


def test_a_plan_comment_leaves_the_focus_at_its_section(visit, house):
    version = PlanVersionFactory(client=house.rosa.client, state="SUBMITTED")
    page = visit(house.ana, width=DESK)
    page.goto(f"/desk/plans/{version.pk}/")
    keys = Keys(page)

    keys.press("Say something: Why this matters to me")
    keys.write("Rosa sees this and your name", "Who else?")
    keys.press("Say it")

    part = page.get_by_role("region", name="Why this matters to me")
    expect(part.get_by_role("article")).to_contain_text("Who else?")
    expect(part).to_be_focused()
