"""What is dear opens only to somebody who showed within ten minutes that it is them."""

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.urls import resolve
from django.utils.html import escape

from apps.audit.models import AuditEvent
from apps.care.models import ContactPoint
from apps.care.services.enrollments import add_contact_point
from apps.checkins.api import CheckinsView
from apps.signin import factors, proof
from apps.signin.models import LateForm
from apps.signin.tasks import send_codes
from tests.conftest import NOON
from tests.factories.care import EnrollmentFactory, StaffFactory
from tests.signin.test_second_step import SECRET, code_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
MINUTE = dt.timedelta(minutes=1)
STALE = 10 * MINUTE + dt.timedelta(seconds=1)
WHY = "/plan/why/"
WORDS = "Because of Mia, and the dog."
ASKED = "/still-you/"


@pytest.fixture
def ana(client, actor):
    """Staff with an app, at the desk."""
    ana = StaffFactory(email="ana@example.org")
    at = NOON - dt.timedelta(hours=1)
    factors.add_app(user=ana, secret=SECRET, code=code_at(at), at=at, by=actor)
    client.force_login(ana)
    return ana


@pytest.fixture
def guarded(client, rosa, monkeypatch):
    """Rosa is signed in, and her page asks for a fresh proof."""
    monkeypatch.setattr(resolve(WHY).func, "fresh_sign_in", True, raising=False)
    client.force_login(rosa.user)
    return rosa


@pytest.fixture
def send(client, django_capture_on_commit_callbacks):
    def send(to):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(f"{ASKED}?next={WHY}", {"to": to})

    return send


def _mail(rosa) -> str:
    return str(ContactPoint.objects.get(client=rosa, kind="EMAIL").pk)


@pytest.mark.parametrize(
    ("later", "passes"),
    [(dt.timedelta(minutes=9, seconds=59), True), (STALE, False)],
    ids=["9:59", "10:01"],
)
def test_ten_minutes_after_the_second_factor_staff_are_asked_again(
    client, ana, frozen_noon, later, passes
):
    frozen_noon.shift(later)

    response = client.get("/second-step/set-up/app/")

    asked = response.get("Location") == f"{ASKED}?next=/second-step/set-up/app/"
    assert (response.status_code == 200, asked) == (passes, not passes)


@pytest.mark.parametrize(
    ("later", "passes"),
    [(dt.timedelta(minutes=9, seconds=59), True), (STALE, False)],
    ids=["9:59", "10:01"],
)
def test_ten_minutes_after_signing_in_a_client_is_asked_again(
    client, guarded, frozen_noon, later, passes
):
    frozen_noon.shift(later)

    response = client.get(WHY)

    assert (response.status_code == 200) is passes
    assert passes or response.url == f"{ASKED}?next={WHY}"


def test_a_page_that_stood_open_changes_no_factor(client, ana, frozen_noon):
    """Fault: an empty chair, and whoever sits down adds an app of their own."""
    frozen_noon.shift(STALE)
    pk = factors.factors_of(ana)[0].pk
    said = [
        client.post(path)
        for path in (
            f"/ways-in/{pk}/away/",
            "/ways-in/spare-codes/",
            "/second-step/set-up/app/",
            "/second-step/set-up/passkey/",
            "/second-step/set-up/passkey/new/",
        )
    ]

    assert {r.url.partition("?")[0] for r in said} == {ASKED}
    assert not factors.spare_codes_left(ana)


def test_staff_show_it_by_their_app_and_go_on_where_they_were(client, ana, frozen_noon):
    before = client.session.session_key
    frozen_noon.shift(STALE)
    page = client.get("/second-step/set-up/app/", follow=True)
    response = client.post(
        f"{ASKED}?next=/second-step/set-up/app/", {"code": code_at(NOON + STALE)}
    )

    assert "Is it still you?" in page.text
    assert response.url == "/second-step/set-up/app/"
    assert client.get(response.url).status_code == 200
    assert not Session.objects.filter(session_key=before).exists()


def test_a_wrong_code_opens_nothing(client, ana, frozen_noon):
    frozen_noon.shift(STALE)

    response = client.post(f"{ASKED}?next=/second-step/set-up/app/", {"code": "000000"})

    assert "That code does not work" in response.text
    assert client.get("/second-step/set-up/app/").status_code == 302


def test_work_that_goes_on_is_no_proof(client, ana, frozen_noon):
    """Fault: every request makes the proof fresh again."""
    for _ in range(11):
        frozen_noon.shift(MINUTE)
        client.get("/ways-in/")

    assert client.get("/second-step/set-up/app/").status_code == 302


def test_what_was_typed_is_still_there_afterwards(
    client, guarded, frozen_noon, send, mailed_code
):
    """Fault: the page asks in between, and what somebody wrote is gone."""
    frozen_noon.shift(STALE)
    for _ in range(2):
        # The second time something is kept already.
        late = client.post(
            WHY, {"lines": WORDS}, headers={"Referer": f"http://testserver{WHY}"}
        )
    send(_mail(guarded))
    shown = client.post(f"{ASKED}?next={WHY}", {"code": mailed_code()})
    back = client.get(shown.url)

    assert late.url == f"{ASKED}?next={WHY}"
    assert shown.url == WHY
    assert escape(WORDS) in back.text
    assert list(
        AuditEvent.objects.filter(action="accounts.shown_again").values_list(
            "object_id"
        )
    ) == [(guarded.user_id,)]


def test_the_page_says_that_it_is_kept(client, guarded, frozen_noon):
    frozen_noon.shift(STALE)

    page = client.post(WHY, {"lines": WORDS}, follow=True)

    assert "What you wrote is kept for you." in page.text
    assert WORDS not in page.text


def test_the_code_goes_only_to_the_persons_own_address(
    client, guarded, frozen_noon, send, actor
):
    """Fault: whoever holds the phone has the code sent to an address of their own."""
    other = EnrollmentFactory().client
    add_contact_point(
        client=other, kind="EMAIL", value="dev@example.org", at=NOON, by=actor
    )
    frozen_noon.shift(STALE)

    send(_mail(other))
    send("nonsense")

    assert "account_login" not in client.session
    assert mail.outbox == []


def test_an_address_is_told_in_part(client, guarded, frozen_noon):
    frozen_noon.shift(STALE)

    page = client.get(f"{ASKED}?next={WHY}").text

    assert "the number ending in 23" in page
    assert "your address at example.org" in page
    assert [word for word in ("5550123", "rosa@") if word in page] == []


def test_where_somebody_reads_along_no_code_is_sent(client, guarded, frozen_noon, send):
    to = _mail(guarded)
    guarded.monitored_phone = True
    guarded.save()
    frozen_noon.shift(STALE)

    page = client.get(f"{ASKED}?next={WHY}").text
    send(to)
    send_codes()

    assert "Ask your team for a paper" in page
    assert mail.outbox == []


def test_a_code_of_a_sign_in_by_somebody_else_proves_nothing(
    client, guarded, frozen_noon, ask, mailed_code
):
    """Fault: the code of one person, typed where another is signed in."""
    frozen_noon.shift(STALE)
    client.logout()
    ask("rosa@example.org")
    code = mailed_code()
    waiting = client.session["account_login"]
    other = EnrollmentFactory().client.user
    client.force_login(other)
    session = client.session
    session[proof.PROVEN_AT] = 1
    session["account_login"] = waiting
    session.save()

    client.post(f"{ASKED}?next={WHY}", {"code": code})

    assert client.get(WHY).status_code == 302


def test_a_late_code_is_not_kept_as_words(client, guarded, frozen_noon):
    frozen_noon.shift(dt.timedelta(days=30))

    client.post(ASKED, {"code": "123456"})

    assert not LateForm.objects.exists()


def test_the_api_says_what_it_wants(client, rosa, frozen_noon, monkeypatch):
    monkeypatch.setattr(CheckinsView, "fresh_sign_in", True, raising=False)
    client.force_login(rosa.user)
    frozen_noon.shift(STALE)

    response = client.get("/api/v1/check-ins/")

    assert (response.status_code, response.json()) == (403, {"detail": "fresh_sign_in"})


def test_a_new_sign_in_is_proof(client, guarded, frozen_noon, ask, mailed_code):
    frozen_noon.shift(STALE)
    client.logout()
    ask("rosa@example.org")
    client.post("/sign-in/code/", {"code": mailed_code()})

    assert client.get(WHY).status_code == 200
