import pytest

from apps.audit.actors import SYSTEM, Actor
from apps.care.models import Task
from apps.desk.wording import task_sentence
from apps.disclosures.services import requests
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory, StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def care():
    return AssignmentFactory(staff__name="Ana")


def _ask(care, kind="CORRECT", words="I was there on Monday."):
    client = care.enrollment.client
    return requests.ask(
        client=client,
        kind=kind,
        words=words,
        at=NOON,
        by=Actor(client.user_id, "CLIENT", client.organization_id),
    )


def _answer(care, asked, words="You are right.", agreed=True):
    by = Actor(care.staff_id, "STAFF", care.enrollment.organization_id)
    requests.answer(request=asked, agreed=agreed, words=words, at=NOON, by=by)


@pytest.mark.parametrize("kind", ["LIMIT", "CORRECT"])
def test_what_is_asked_becomes_a_task_that_says_nothing_of_it(care, kind):
    """Fault: a request about a record lies there, and nobody is asked to answer it."""
    _ask(care, kind)

    [task] = Task.objects.open()
    assert task.assignee == care.staff
    assert "Answer under" in task_sentence(task, "en")
    assert "Monday" not in str(task.details)


def test_a_wish_to_be_erased_is_a_task_of_the_house(care):
    """Fault: it goes to the counselor, whom it may be about."""
    ruth = StaffFactory(
        organization_id=care.enrollment.organization_id, role="SUPERVISOR"
    )

    requests.ask_to_erase(
        client=care.enrollment.client, words="Monday", at=NOON, by=SYSTEM
    )

    [task] = Task.objects.open()
    assert (task.assignee, task.enrollment) == (ruth, None)
    assert task.details == {"records": "ERASE"}


def test_an_answer_has_a_reason_closes_the_task_and_stands(care):
    asked = _ask(care)
    with pytest.raises(requests.NoReason):
        _answer(care, asked, words=" ")
    assert Task.objects.open().exists()

    _answer(care, asked)

    asked.refresh_from_db()
    assert (asked.state, asked.answer, asked.decided_by) == (
        "AGREED",
        "You are right.",
        care.staff,
    )
    assert not Task.objects.open().exists()
    with pytest.raises(requests.AlreadyAnswered):
        _answer(care, asked, agreed=False)


def test_no_is_an_answer_too(care):
    asked = _ask(care)

    _answer(care, asked, words="The roster says so.", agreed=False)

    asked.refresh_from_db()
    assert asked.state == "REFUSED"


def test_somebody_who_left_can_ask(care):
    care.enrollment.state, care.enrollment.ended_on = "ENDED", NOON.date()
    care.enrollment.save()

    _ask(care)

    assert Task.objects.open().exists()
