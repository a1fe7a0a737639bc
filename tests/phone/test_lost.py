"""A phone is lost or stolen: one step of the counselor, and it opens nothing any more."""

import datetime as dt

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.care.services.enrollments import add_contact_point
from apps.care.services.invitations import invite_client
from apps.phone.models import Device
from apps.phone.services import lose_phone, make_device
from apps.signin.models import CodeMessage, Notice, SignIn
from apps.signin.tasks import send_codes
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
EMAIL = "rosa@example.org"


@pytest.fixture
def hers(actor):
    hers = AssignmentFactory(enrollment__client__preferred_name="Rosa")
    add_contact_point(
        client=hers.enrollment.client, kind="EMAIL", value=EMAIL, at=NOON, by=actor
    )
    return hers


@pytest.fixture
def rosa(hers):
    return hers.enrollment.client


@pytest.fixture
def desk(hers):
    browser = Client()
    browser.force_login(hers.staff)
    return browser


@pytest.fixture
def phone(rosa, actor):
    """Rosa's: signed in, with a key of its own and a passkey."""
    phone = Client()
    phone.force_login(rosa.user)
    make_device(client=rosa, at=NOON, by=actor)
    Authenticator.objects.create(
        user=rosa.user, type="webauthn", data={"name": "PHONE"}, created_at=NOON
    )
    return phone


def _path(rosa) -> str:
    return reverse("phone:lost", args=[rosa.pk])


def _ask(browser):
    browser.post("/sign-in/", {"address": EMAIL})
    send_codes()


def test_one_step_ends_everything_the_phone_could_open(desk, phone, rosa):
    browsers = [phone, Client()]
    browsers[1].force_login(rosa.user)

    response = desk.post(_path(rosa))

    assert response.url == reverse("desk:invite", args=[rosa.pk])
    assert [b.get("/plan/").url[:9] for b in browsers] == ["/sign-in/"] * 2
    assert not SignIn.objects.filter(user=rosa.user).exists()
    assert not Authenticator.objects.filter(user=rosa.user).exists()
    assert not Device.objects.in_use().exists()
    written = AuditEvent.objects.exclude(action__startswith="care.")
    rows = written.filter(source="WEB").exclude(action="accounts.signed_in")
    assert list(rows.values_list("action", "client_id")) == [("phone.lost", rosa.pk)]


def test_what_the_phone_asks_for_next_wipes_it_and_keeps_what_waits(desk, phone, rosa):
    desk.post(_path(rosa))

    kept = phone.get("/api/v1/kept/")

    assert kept.status_code in (401, 403)
    assert "Clear-Site-Data" not in kept


def test_no_code_comes_to_the_phone_until_paper_was_used(desk, phone, rosa, actor):
    """Fault: whoever found it asks for a code, and reads it on the screen."""
    desk.post(_path(rosa))
    _ask(Client())
    before = len(mail.outbox)
    handout = invite_client(client=rosa, at=NOON, by=actor)
    new = Client()
    new.post(f"/i/{handout.token}/", {"code": handout.code})
    _ask(Client())

    assert before == 0
    assert len(mail.outbox) == 1
    assert new.get("/plan/").status_code == 200


def test_a_code_that_was_on_its_way_opens_nothing(phone, rosa, hers, actor):
    """Fault: asked for a minute before, and typed a minute after."""
    thief = Client()
    thief.post("/sign-in/", {"address": EMAIL})
    send_codes()
    code = next(w for w in mail.outbox[-1].body.split() if w.strip(".").isdecimal())
    lose_phone(client=rosa, at=NOON, by=actor)

    thief.post("/sign-in/code/", {"code": code.strip(".")})

    assert thief.get("/plan/").url.startswith("/sign-in/")
    assert not CodeMessage.objects.exists()


def test_the_client_is_told_at_the_next_sign_in_in_neutral_words(
    desk, phone, rosa, actor
):
    desk.post(_path(rosa))
    handout = invite_client(client=rosa, at=NOON, by=actor)
    new = Client()
    new.post(f"/i/{handout.token}/", {"code": handout.code})

    assert "There is news about your sign-ins." in new.get("/plan/").text
    told = new.get("/signed-in/").text
    assert "because a phone was lost" in told
    new.post(f"/signed-in/seen/{Notice.objects.get(kind='ENDED').pk}/")
    assert "There is news" not in new.get("/plan/").text


def test_it_takes_a_fresh_proof(desk, phone, rosa, frozen_noon):
    frozen_noon.shift(dt.timedelta(minutes=10, seconds=1))

    response = desk.post(_path(rosa))

    assert response.url.startswith("/still-you/")
    assert Device.objects.in_use().exists()


def test_looking_at_the_page_ends_nothing(desk, phone, rosa):
    page = desk.get(_path(rosa))

    assert page.status_code == 200
    assert phone.get("/plan/").status_code == 200


def test_a_colleague_without_the_record_finds_no_page(phone, rosa):
    other = Client()
    other.force_login(AssignmentFactory().staff)

    assert other.post(_path(rosa)).status_code == 404
    assert Device.objects.in_use().exists()
