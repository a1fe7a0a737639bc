"""Passkeys and codes of staff in a real browser, with an authenticator that is pretended."""

import re
from contextlib import contextmanager

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from apps.audit.actors import SYSTEM
from apps.signin import factors
from tests.browser.conftest import DESK

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("wednesday_noon"),
]
HELD = "That was often."
# The page itself, and not one that leads there.
PEOPLE = re.compile(r"^[^?]*/desk/people/$")


@contextmanager
def authenticator(page, *, verifies=True):
    """A device with passkeys. It ``verifies`` who is there, or could not tell."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": verifies,
        "automaticPresenceSimulation": True,
    }
    added = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield devtools, added["authenticatorId"]


def give_code(page, address: str) -> None:
    page.goto("/desk/people/")
    page.get_by_label("Your phone number or e-mail").fill(address)
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Type your code.")
    code = re.search(r"\b\d{6}\b", mail.outbox[-1].body).group()
    page.get_by_label("Your code").fill(code)
    page.get_by_role("button", name="Sign in").click()


def sign_out(page) -> None:
    page.locator(".menu > summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile(r"/sign-in/$"))


def set_up_passkey(page, name="Laptop") -> None:
    page.get_by_role("link", name="Take a passkey").click()
    page.get_by_label("A name for it").fill(name)
    page.get_by_role("button", name="Make the passkey").click()


def test_staff_set_up_a_passkey_and_sign_in_with_it_alone(visit, house):
    page = visit(width=DESK)
    with authenticator(page):
        give_code(page, house.ana.email)
        set_up_passkey(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("Your spare codes")
        expect(page.locator(".spare li")).to_have_count(10)
        page.get_by_role("link", name="I have them").click()
        expect(page).to_have_url(PEOPLE)
        sign_out(page)

        page.goto("/desk/rosters/")
        page.get_by_role("button", name="Use a passkey").click()
        expect(page).to_have_url(re.compile(r"^[^?]*/desk/rosters/$"))


def test_a_passkey_is_the_second_step_after_the_code(visit, house):
    page = visit(width=DESK)
    with authenticator(page):
        give_code(page, house.ana.email)
        set_up_passkey(page)
        page.get_by_role("link", name="I have them").click()
        sign_out(page)
        give_code(page, house.ana.email)

        page.get_by_role("button", name="Use your passkey").click()

        expect(page).to_have_url(PEOPLE)


def test_a_device_that_does_not_ask_who_is_there_brings_nobody_in(visit, house):
    """Fault: a phone found unlocked is both factors at once."""
    page = visit(width=DESK)
    with authenticator(page) as (devtools, key):
        give_code(page, house.ana.email)
        set_up_passkey(page)
        page.get_by_role("link", name="I have them").click()
        sign_out(page)
        asks_nobody = {"authenticatorId": key, "isUserVerified": False}
        devtools.send("WebAuthn.setUserVerified", asks_nobody)

        page.get_by_role("button", name="Use a passkey").click()

        expect(page.locator("[data-passkey-trouble]")).to_be_visible()
        page.goto("/desk/")
        expect(page).to_have_url(re.compile(r"/sign-in/"))


def test_wrong_codes_do_not_lock_anybody_out_of_their_passkey(visit, house):
    """Fault: whoever reads the mailbox types codes, and the right person stays out."""
    page = visit(width=DESK)
    with authenticator(page):
        give_code(page, house.ana.email)
        set_up_passkey(page)
        page.get_by_role("link", name="I have them").click()
        sign_out(page)
        give_code(page, house.ana.email)
        for _ in range(6):
            page.get_by_label("Your code").fill("000000")
            page.get_by_role("button", name="Go on").click()
        expect(page.get_by_text(HELD)).to_be_visible()

        page.get_by_role("button", name="Use your passkey").click()

        expect(page).to_have_url(PEOPLE)


def test_a_passkey_opens_only_for_whom_it_was_made(visit, house):
    """Fault: a row copied to a counselor lets the other one in as them, or as before."""
    page = visit(width=DESK)
    kofi = house.counselor("Kofi")
    with authenticator(page):
        give_code(page, house.ana.email)
        set_up_passkey(page)
        page.get_by_role("link", name="I have them").click()
        sign_out(page)
        factors.add_passkey(
            user=kofi,
            name="Copied",
            credential=factors.factors_of(house.ana)[0].data["credential"],
            at=timezone.now(),
            by=SYSTEM,
        )
        factors.factors_of(house.ana)[0].delete()

        page.get_by_role("button", name="Use a passkey").click()

        expect(page.get_by_text("That passkey did not work.")).to_be_visible()


def test_an_app_and_then_a_spare_code_bring_staff_in(visit, house, script):
    page = visit(java_script_enabled=script, width=DESK)
    give_code(page, house.ana.email)
    page.get_by_role("link", name="Take an app").click()
    secret = page.locator(".paper code").inner_text().replace(" ", "")
    page.get_by_label("The code it shows now").fill("12")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_label("The code it shows now")).to_have_value("12")
    step = int(timezone.now().timestamp()) // 30
    page.get_by_label("The code it shows now").fill(
        format_hotp_value(hotp_value(secret, step))
    )
    page.get_by_role("button", name="Go on").click()
    spare = page.locator(".spare li").first.inner_text()
    page.get_by_role("link", name="I have them").click()
    expect(page).to_have_url(PEOPLE)
    sign_out(page)

    give_code(page, house.ana.email)
    page.get_by_label("Your code").fill(spare)
    page.get_by_role("button", name="Go on").click()

    expect(page).to_have_url(PEOPLE)
