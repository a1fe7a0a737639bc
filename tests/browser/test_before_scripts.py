"""Every page is whole before a script arrives, and stays so when none ever does."""

import pytest
from django.urls import reverse

from tests.browser.conftest import DESK, PHONE, Visit
from tests.browser.full_house import FullHouse

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("wednesday_noon"),
]
# In a row what can be read and pressed, as somebody sees it.
WHOLE = """
() => [document.querySelector("main").innerText,
       ...[...document.querySelectorAll("main a, main button, .dock a")]
         .filter((one) => one.checkVisibility()).map((one) => one.innerText)]"""


@pytest.mark.parametrize(
    ("page", "who"),
    [
        ("home:today", "rosa"),
        ("checkins:start", "andre"),
        ("sessions:schedule", "rosa"),
        ("plans:plan", "rosa"),
        ("home:help", "rosa"),
        ("desk:board", "ana"),
    ],
)
def test_page_is_whole_while_its_scripts_are_on_the_way(chromium, site, page, who):
    person = getattr(FullHouse(), who)
    user, width = (person, DESK) if who == "ana" else (person.client.user, PHONE)
    seen, stopped = [], []

    for scripts_arrive in (True, False):
        visit = Visit(chromium, site, user=user, width=width)
        if not scripts_arrive:
            visit.page.route(
                "**/*.js", lambda route: (stopped.append(1), route.abort())
            )
        visit.page.goto(reverse(page))
        seen.append(visit.page.evaluate(WHOLE))
        visit.context.close()

    assert stopped
    assert seen[0] == seen[1]
