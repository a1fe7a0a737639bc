"""A week is looked back at on the phone, left half-way, corrected, and seen at the desk."""

import re

import pytest
from playwright.sync_api import expect

from apps.checkins.models import WeeklyReview
from tests.browser.conftest import DESK

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("wednesday_noon"),
]


def title(page):
    return page.get_by_role("heading", level=1)


def answer(page, question: str, button: str):
    expect(title(page)).to_contain_text(question)
    page.get_by_role("button", name=button, exact=True).click()


def test_a_week_from_today_to_the_desk(visit, house):
    phone = visit(house.rosa.client.user)
    phone.goto("/")
    phone.get_by_role("main").get_by_role("link", name="Look back at your week").click()
    phone.get_by_role("link", name="Begin").click()
    answer(phone, "how has your body felt", "Good")
    answer(phone, "did you sleep badly", "3")
    # Back, and away: nothing is lost.
    expect(title(phone)).to_contain_text("very sad, tense or mad")
    phone.get_by_role("link", name="Back", exact=True).click()
    expect(phone.get_by_role("button", name="3", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    phone.goto("/check-in/")
    phone.get_by_role("link", name="Look back at your week").click()
    phone.get_by_role("link", name="Go on").click()
    answer(phone, "very sad, tense or mad", "Skip")
    answer(phone, "drink any alcohol", "1")
    answer(phone, "did you drink a lot", "4")
    answer(phone, "street drug", "0")
    for question, said in (
        ("urges to drink or use bother you", "A little"),
        ("stick to your goal", "A lot"),
        ("peer support meeting", "2"),
        ("places that make your goal hard", "1"),
        ("faith", "Skip"),
        ("work or go to school", "4"),
        ("legal income", "Yes"),
        ("trouble with family", "A little"),
        ("back your goal", "5"),
        ("things are going", "A lot"),
    ):
        answer(phone, question, said)
    expect(title(phone)).to_have_text("Did we get this right?")
    phone.get_by_role("link", name=re.compile("Change.*drink a lot")).click()
    answer(phone, "did you drink a lot", "1")
    expect(title(phone)).to_have_text("Thank you for looking back.")
    phone.get_by_role("link", name="Look at my answers").click()
    expect(phone.get_by_role("main")).to_contain_text("Left out")
    assert WeeklyReview.objects.get().answers["alcohol_heavy"] == 1

    desk = visit(house.ana, width=DESK)
    desk.goto(f"/desk/clients/{house.rosa.client_id}/")
    card = desk.get_by_role("region", name="Weekly review")
    expect(card).to_contain_text("No sum: 1 answer left out.")
    card.get_by_text("Every answer").click()
    expect(card.get_by_role("row", name=re.compile("heavy drinking"))).to_contain_text(
        "1"
    )
