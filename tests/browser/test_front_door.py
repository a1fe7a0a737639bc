"""What somebody can do without being signed in, and how a demonstration begins."""

import re

import pytest
from playwright.sync_api import expect

from tests.factories.care import EnrollmentFactory

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("wednesday_noon"),
]


def test_help_is_there_without_signing_in(visit, house, script):
    page = visit(java_script_enabled=script)

    page.goto("/help/")

    for name, href in (
        ("Call 911", "tel:911"),
        ("Call 988", "tel:988"),
        ("Text 988", "sms:988"),
    ):
        row = page.get_by_role("main").get_by_role("link", name=name).first
        expect(row).to_have_attribute("href", href)
        expect(row).to_be_in_viewport()
    page.get_by_text("Slow breathing").click()
    expect(page.get_by_text("Breathe out slowly.")).to_be_visible()


def test_leave_now_leaves_no_way_back(visit, house):
    page = visit(house.rosa.client.user)
    page.goto("/help/")
    page.goto("/schedule/")

    page.get_by_role("link", name="Leave now").click()

    expect(page).to_have_title("Notes")
    page.go_back()
    expect(page).to_have_url(re.compile("/help/$"))


def test_leave_now_is_a_plain_link_without_scripts(visit):
    page = visit(java_script_enabled=False)
    page.goto("/help/")

    page.get_by_role("link", name="Leave now").click()

    expect(page).to_have_title("Notes")


def test_one_button_begins_the_demonstration(visit, script):
    EnrollmentFactory(client__user__handle="demo-rosa", client__preferred_name="Rosa")
    page = visit(java_script_enabled=script)

    page.goto("/demo/")
    page.get_by_role("button", name="Rosa").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Rosa")
    expect(page.get_by_role("link", name="Hard moment")).to_be_visible()
