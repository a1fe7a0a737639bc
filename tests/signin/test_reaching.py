"""A client changes their number or e-mail: proven first, told to the old one, taken back."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.test import Client

from apps.audit.models import AuditEvent
from apps.care.models import ContactPoint, Task
from apps.care.services.enrollments import add_contact_point
from apps.notifications.gate import address_of
from apps.signin.models import AddressChange, AddressProof, CodeMessage
from apps.signin.tasks import send_codes
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory, EnrollmentFactory, StaffFactory
from tests.signin.conftest import EMAIL, PHONE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon", "texts")]
NEW, OTHER = "+16175550177", "+16175550199"
PAGE, CODE = "/reach-me/", "/reach-me/code/"
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _signed_in(frozen_noon, client, rosa):
    ContactPoint.objects.filter(client=rosa).update(verified_at=NOON - DAY)
    AssignmentFactory(enrollment=rosa.enrollments.get(), role="PRIMARY")
    client.force_login(rosa.user)


@pytest.fixture
def post(client, django_capture_on_commit_callbacks):
    def post(path, **data):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(path, data)

    return post


@pytest.fixture
def change(post, texts):
    def change(to=NEW):
        post(PAGE, address=to)
        return post(CODE, code=_code(texts))

    return change


def _code(texts) -> str:
    return re.search(r"\b\d{6}\b", texts[-1]["Body"])[0]


def _in_use(rosa) -> set[str]:
    return {p.value for p in ContactPoint.objects.filter(client=rosa, stopped_at=None)}


def test_it_counts_once_the_code_came_back_and_not_before(rosa, post, texts):
    """Fault: a mistyped number gets somebody's messages."""
    post(PAGE, address="617-555-0177")
    before = _in_use(rosa)

    post(CODE, code=_code(texts))

    assert texts[0]["To"] == NEW
    assert (before, _in_use(rosa)) == ({PHONE, EMAIL}, {NEW, EMAIL})
    assert not AddressProof.objects.exists()
    written = AuditEvent.objects.get(action="accounts.address_changed")
    assert (written.client_id, written.field_names) == (rosa.pk, ["phone"])


def test_messages_go_to_the_new_one_and_the_old_one_signs_nobody_in(
    rosa, client, change, ask, texts
):
    """Fault: the lost phone goes on getting codes."""
    change()
    client.post("/sign-out/")
    texts.clear()

    for address in (PHONE, NEW):
        ask(address)

    assert address_of(rosa, "SMS").value == NEW
    assert [text["To"] for text in texts] == [NEW]


def test_the_old_one_the_other_browsers_and_the_counselor_are_told(
    rosa, change, texts, frozen_noon
):
    """Fault: whoever made them change it takes the account over, and nobody notices."""
    elsewhere = Client()
    elsewhere.force_login(rosa.user)
    frozen_noon.shift(MINUTE)

    change()
    send_codes()

    told = [text for text in texts if text["To"] == PHONE]
    assert len(told) == 1
    assert "Your sign-in address was changed. Not you?" in told[0]["Body"]
    assert "0177" not in told[0]["Body"]
    assert "There is news about your sign-ins." in elsewhere.get("/").text
    task = Task.objects.get(source="ADDRESS")
    assert task.details == {"changed": "PHONE"}


@pytest.mark.parametrize("owner", ["client", "staff"])
def test_what_is_somebody_elses_is_answered_the_same(rosa, post, actor, owner, texts):
    """Fault: typing numbers here tells who is a client."""
    address = "walt@example.org"
    if owner == "staff":
        StaffFactory(email=address)
    else:
        other = EnrollmentFactory().client
        add_contact_point(client=other, kind="EMAIL", value=address, at=NOON, by=actor)

    taken = post(PAGE, address=address)
    shown = post(CODE, code="000000")
    free = post(PAGE, address="free@example.org")
    again = post(CODE, code="000000")

    assert (taken.status_code, taken.url) == (free.status_code, free.url)
    assert _bare(shown.text) == _bare(again.text)
    assert [message.to for message in mail.outbox] == [["free@example.org"]]
    assert _in_use(rosa) == {PHONE, EMAIL}


def _bare(page: str) -> str:
    return re.sub(
        r"(nonce|csrf-token\" content|csrfmiddlewaretoken\" value)=\"[\w-]+\"", "", page
    )


def test_what_became_somebody_elses_meanwhile_is_not_taken(rosa, post, actor, texts):
    post(PAGE, address=NEW)
    other = EnrollmentFactory().client
    add_contact_point(client=other, kind="PHONE", value=NEW, at=NOON, by=actor)

    post(CODE, code=_code(texts))

    assert _in_use(rosa) == {PHONE, EMAIL}


def test_five_tries_and_ten_minutes(rosa, post, texts, frozen_noon):
    post(PAGE, address=NEW)
    first = _code(texts)
    for _ in range(5):
        post(CODE, code="x1")
    after_five = post(CODE, code=first)
    post(PAGE, address=NEW)
    frozen_noon.shift(9 * MINUTE + dt.timedelta(seconds=59))
    in_time = AddressProof.objects.open(dt.datetime.now(dt.UTC)).exists()
    frozen_noon.shift(dt.timedelta(seconds=1))

    assert (in_time, post(CODE, code=_code(texts)).status_code) == (True, 302)
    assert after_five.url == PAGE
    assert _in_use(rosa) == {PHONE, EMAIL}


@pytest.mark.parametrize("flag", ["monitored_phone", "no_phone"])
def test_nothing_is_sent_where_somebody_reads_along(rosa, post, flag, texts):
    setattr(rosa, flag, True)
    rosa.save()

    page = post(PAGE, address=NEW)

    assert "counselor" in page.text
    assert not texts
    assert not CodeMessage.objects.exists()


def test_a_change_from_before_the_phone_was_watched_is_told_to_nobody(
    rosa, client, post, texts
):
    """Fault: the word to the old address lights up the phone that somebody reads."""
    post(PAGE, address=NEW)
    client.post(CODE, {"code": _code(texts)})
    rosa.monitored_phone = True
    rosa.save()
    texts.clear()

    send_codes()

    assert not texts


def test_it_asks_for_a_fresh_proof(client, frozen_noon):
    frozen_noon.shift(10 * MINUTE + dt.timedelta(seconds=1))

    assert client.get(PAGE).url.startswith("/still-you/")
    assert client.post(CODE, {"code": "1"}).url.startswith("/still-you/")


@pytest.mark.parametrize(
    ("days", "is_back"), [(6, True), (7, False)], ids=["6 days", "7 days"]
)
def test_for_a_week_it_can_be_put_back(
    rosa, client, change, frozen_noon, days, is_back
):
    change()
    made = AddressChange.objects.get()
    frozen_noon.shift(days * DAY)
    client.force_login(rosa.user)

    client.post(f"{PAGE}{made.pk}/back/")

    assert _in_use(rosa) == ({PHONE, EMAIL} if is_back else {NEW, EMAIL})


def test_what_is_somebody_elses_by_now_is_not_put_back(rosa, client, change, actor):
    change()
    other = EnrollmentFactory(client__organization=rosa.organization).client
    add_contact_point(client=other, kind="PHONE", value=PHONE, at=NOON, by=actor)

    client.post(f"{PAGE}{AddressChange.objects.get().pk}/back/")

    assert _in_use(rosa) == {NEW, EMAIL}
    assert AddressChange.objects.get().undone_at is None
