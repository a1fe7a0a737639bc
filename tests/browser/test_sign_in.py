import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from apps.care.models import Enrollment
from apps.care.services.enrollments import add_contact_point
from apps.care.services.invitations import invite_client
from tests.conftest import NOON
from tests.factories.care import EnrollmentFactory

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("wednesday_noon"),
]


def test_a_link_and_six_letters_bring_a_client_in(visit, script, actor):
    """Fault: the page hides where it is from, and its own form is refused for that."""
    beth = EnrollmentFactory(
        client__preferred_name="Beth",
        client__user=None,
        state=Enrollment.State.INVITED,
    ).client
    handout = invite_client(client=beth, at=NOON, by=actor)
    page = visit(java_script_enabled=script)

    page.goto(f"/i/{handout.token}/")
    page.get_by_label("The code on your paper").fill(handout.code.lower())
    page.get_by_role("button", name="Come in").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Beth")


def test_a_code_brings_a_client_in(visit, script, actor):
    rosa = EnrollmentFactory(client__preferred_name="Rosa").client
    add_contact_point(
        client=rosa, kind="EMAIL", value="rosa@example.org", at=NOON, by=actor
    )
    page = visit(java_script_enabled=script)

    page.goto("/check-in/")
    page.get_by_label("Your phone number or e-mail").fill("rosa@example.org")
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Type your code.")
    code = re.search(r"\b\d{6}\b", mail.outbox[0].body).group()
    page.get_by_label("Your code").fill(f"{code[:3]} {code[3:]}")
    page.get_by_role("button", name="Sign in").click()

    expect(page).to_have_url(re.compile(r"/check-in/$"))
