"""A client makes an address for their calendar, on a phone."""

import httpx
import pytest

from tests.browser.conftest import PHONE

pytestmark = pytest.mark.once


def test_one_tap_copies_the_address_that_a_calendar_can_read(screens, full_house, site):
    visit = screens("walt", PHONE)
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit.page
    page.goto(f"{site}/schedule/")
    page.get_by_role("link", name="Add to my calendar").click()
    page.get_by_role("link", name="Add to my calendar").click()
    page.get_by_role("button", name="Make the address").click()

    page.get_by_role("button", name="Copy").click()
    page.get_by_text("Copied.").wait_for()

    copied = page.evaluate("navigator.clipboard.readText()")
    path = copied.partition("/calendar/")[2]
    answer = httpx.get(f"{site}/calendar/{path}")
    assert answer.text.startswith("BEGIN:VCALENDAR")
    assert "set-cookie" not in answer.headers
    assert page.url.endswith("/my-calendar/new/")
    assert not visit.troubles
