"""A client asks that everything goes; the house decides; nothing goes by one tap."""

import datetime as dt

import pytest
from django.test import Client as Browser

from apps.audit.actors import SYSTEM
from apps.audit.models import AuditEvent
from apps.care.models import Client, Enrollment, Task
from apps.disclosures.models import RecordRequest
from apps.lifecycle.services import place_hold
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory, StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
PAGE, KEEP, LIST = "/my-records/erase/", "/my-records/erase/keep/", "/desk/erase/"
SURE = {"reason": "She asked; Lourdes decided.", "is_sure": "on"}
YES = {"decision": "AGREED", "answer": "We do it when your care has ended."}


@pytest.fixture
def care():
    """Rosa, looked after by Ana."""
    return AssignmentFactory(
        staff__name="Ana", enrollment__client__preferred_name="Rosa"
    )


@pytest.fixture
def rosa(care):
    browser = Browser()
    browser.force_login(care.enrollment.client.user)
    return browser


@pytest.fixture
def lourdes(care):
    """Supervises the house, and looks after nobody."""
    return _browser(care, "SUPERVISOR", "Lourdes")


def _browser(care, role, name="Kofi"):
    house = care.enrollment.client.organization_id
    browser = Browser()
    browser.force_login(StaffFactory(organization_id=house, role=role, name=name))
    return browser


@pytest.fixture
def asked(rosa):
    rosa.post(PAGE, {"words": "I want to be gone."})
    return RecordRequest.objects.get()


@pytest.fixture
def over(care):
    Enrollment.objects.filter(pk=care.enrollment_id).update(
        state="ENDED", ended_on=NOON.date(), end_reason="COMPLETED"
    )


def _is_there(care) -> bool:
    return Client.objects.filter(pk=care.enrollment.client_id).exists()


def test_asked_agreed_and_gone(care, rosa, lourdes, asked, over):
    board = lourdes.get("/desk/").text
    lourdes.post(f"{LIST}{asked.pk}/", YES)
    told = rosa.get(PAGE).text

    lourdes.post(f"{LIST}{asked.pk}/now/", SURE)

    assert "Somebody asks to have their record erased." in board
    assert (YES["answer"] in told, "Lourdes" in told) == (True, True)
    assert not _is_there(care)
    assert not Task.objects.open().exists()
    done = AuditEvent.objects.get(action="lifecycle.erased")
    assert (done.reason, done.client_id) == (SURE["reason"], asked.client_id)
    assert rosa.get(PAGE).url.startswith("/sign-in/")


@pytest.mark.parametrize("role", ["COUNSELOR", "FRONT_DESK", "ADMIN", "FACILITATOR"])
def test_nobody_else_reads_or_decides_it(care, asked, role):
    """Fault: the counselor somebody is angry with answers for the house."""
    staff = _browser(care, role)
    AssignmentFactory(
        enrollment=care.enrollment,
        staff_id=staff.session["_auth_user_id"],
        role="FACILITATING" if role == "FACILITATOR" else "CO",
    )

    for path in (LIST, f"{LIST}{asked.pk}/"):
        assert staff.get(path).status_code == 404
    assert staff.post(f"{LIST}{asked.pk}/now/", SURE).status_code == 404
    records = f"/desk/clients/{asked.client_id}/records/"
    assert staff.get(f"{records}asked/{asked.pk}/").status_code == 404
    assert "Erase everything" not in staff.get(records).text


def test_another_house_finds_nothing(asked):
    other = Browser()
    other.force_login(
        StaffFactory(
            organization_id=AssignmentFactory().enrollment.client.organization_id,
            role="SUPERVISOR",
        )
    )

    assert other.get(f"{LIST}{asked.pk}/").status_code == 404
    assert list(other.get(LIST).context["rows"]) == []


@pytest.mark.parametrize(
    "agreed_first", [True, False], ids=["held after", "held before"]
)
def test_a_held_record_stays_whoever_agreed(
    care, rosa, lourdes, asked, over, agreed_first
):
    """Fault: what a court asked for is gone."""
    path = f"{LIST}{asked.pk}/"
    if agreed_first:
        lourdes.post(path, YES)
    place_hold(
        client=care.enrollment.client,
        reason="A court asked.",
        user=care.staff,
        at=NOON,
        by=SYSTEM,
    )

    page = lourdes.post(path, YES, follow=True).text
    lourdes.post(f"{path}now/", SURE)

    assert _is_there(care)
    assert "This record is held." in page
    assert "A court asked." not in rosa.get(PAGE).text


def test_nobody_in_care_is_erased(care, lourdes, asked):
    lourdes.post(f"{LIST}{asked.pk}/", YES)

    lourdes.post(f"{LIST}{asked.pk}/now/", SURE)

    assert _is_there(care)


@pytest.mark.parametrize(
    "typed", [{}, {"reason": "Because."}, {"is_sure": "on"}], ids=["", "why", "sure"]
)
def test_one_tap_erases_nothing(care, lourdes, asked, over, typed):
    lourdes.post(f"{LIST}{asked.pk}/", YES)

    lourdes.post(f"{LIST}{asked.pk}/now/", typed)

    assert _is_there(care)


@pytest.mark.parametrize("answered", [False, True], ids=["asked", "agreed"])
def test_taken_back_nothing_goes(care, rosa, lourdes, asked, over, answered):
    """Fault: whoever was made to ask cannot undo it when alone."""
    if answered:
        lourdes.post(f"{LIST}{asked.pk}/", YES)

    rosa.post(KEEP)
    lourdes.post(f"{LIST}{asked.pk}/", YES)
    lourdes.post(f"{LIST}{asked.pk}/now/", SURE)

    assert _is_there(care)
    asked.refresh_from_db()
    assert asked.state == "TAKEN_BACK"
    assert "You took it back" in rosa.get(PAGE).text


def test_no_is_said_with_the_reason_and_may_be_asked_again(rosa, lourdes, asked):
    why = "The law makes us keep it until 2030."
    lourdes.post(f"{LIST}{asked.pk}/", {"decision": "REFUSED", "answer": why})

    assert why in rosa.get(PAGE).text
    rosa.post(PAGE, {"words": ""})
    rosa.post(PAGE, {"words": "Again."})
    assert RecordRequest.objects.filter(state="ASKED").count() == 1


def test_both_ends_ask_for_a_fresh_proof(rosa, lourdes, asked, over, care, frozen_noon):
    lourdes.post(f"{LIST}{asked.pk}/", YES)
    frozen_noon.shift(dt.timedelta(minutes=10, seconds=1))

    answers = [rosa.get(PAGE), lourdes.post(f"{LIST}{asked.pk}/now/", SURE)]

    assert [a.url.startswith("/still-you/") for a in answers] == [True, True]
    assert _is_there(care)
