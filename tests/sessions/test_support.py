"""The way with its dates, and asking for more or less support: page and API."""

import datetime as dt
from uuid import uuid4

import pytest
from django.urls import reverse

from apps.care.models import LevelAsk, Task
from apps.sessions.services import change_level
from tests.factories.care import AssignmentFactory, ProgramFactory, SiteFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
MONDAY = dt.date(2026, 10, 19)
PAGE = reverse("sessions:support")
SCHEDULE = reverse("sessions:schedule")
STEPS, SUPPORT = reverse("api:steps"), reverse("api:support")


@pytest.fixture
def person():
    return AssignmentFactory(staff__name="Ana").enrollment


@pytest.fixture
def rosa(client, person):
    client.force_login(person.client.user)
    return client


def step_down(person, noon, actor, **kwargs):
    placement = person.placements.get()
    given = {"level": placement.level, "program": placement.program}
    return change_level(
        enrollment=person,
        weekdays=[0, 2, 4],
        from_on=MONDAY,
        at=noon,
        by=actor,
        **given | kwargs,
    )


def test_a_planned_change_is_said_with_its_day(rosa, person, noon, actor):
    """Fault: the change shows as now, or only on the day it begins."""
    step_down(person, noon, actor, note="Team words")

    text = " ".join(rosa.get(SCHEDULE).text.split())

    assert "From Monday: 3 days a week (Mon, Wed, Fri)." in text
    assert "You&#x27;re never locked in." in text or "You're never locked in." in text
    assert '<li aria-current="step"> 4 days a week' in text
    assert "3 days a week <small>from October 19</small>" in text
    assert "Team words" not in text


def test_a_move_says_where(rosa, person, noon, actor):
    site = SiteFactory(organization=person.organization, name="Needham")
    step_down(person, noon, actor, program=ProgramFactory(site=site))

    assert "In Needham." in rosa.get(SCHEDULE).text


def test_asking_says_who_answers_and_by_when(rosa, person):
    uuid = rosa.get(PAGE).context["form"]["uuid"].value()
    form = {"uuid": uuid, "wish": "LESS", "words": "Work starts again."}

    said = rosa.post(PAGE, form, follow=True).text
    rosa.post(PAGE, form)

    assert "Ana will talk with you about it by Friday." in said
    assert "You asked on October 14." in rosa.get(PAGE).text
    assert LevelAsk.objects.get().words == "Work starts again."
    task = Task.objects.get(kind="LEVEL")
    assert (task.enrollment, task.assignee.name) == (person, "Ana")


def test_a_choice_has_to_be_made(rosa):
    response = rosa.post(PAGE, {"uuid": uuid4(), "words": "Mine"})

    assert "Choose more, less or not sure." in response.text
    assert "Mine" in response.text
    assert not LevelAsk.objects.exists()


def test_the_api_takes_an_ask_once(rosa, person):
    assert rosa.get(SUPPORT).status_code == 204
    item = {"uuid": str(uuid4()), "wish": "MORE", "words": "x"}

    first = rosa.post(SUPPORT, item, content_type="application/json")
    again = rosa.post(SUPPORT, item, content_type="application/json")

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert rosa.get(SUPPORT).json() | {"answer": ""} == {
        "uuid": item["uuid"],
        "wish": "MORE",
        "asked_at": "2026-10-14T16:00:00Z",
        "is_open": True,
        "answer": "",
    }
    assert LevelAsk.objects.count() == 1
    refused = rosa.post(SUPPORT, {"wish": "ALL"}, content_type="application/json")
    assert refused.status_code == 400


def test_the_api_says_nothing_is_running(rosa, person):
    person.state, person.ended_on = "ENDED", MONDAY
    person.save()
    item = {"uuid": str(uuid4()), "wish": "MORE"}

    assert rosa.post(SUPPORT, item, content_type="application/json").status_code == 409
    assert rosa.get(STEPS).json()["path"] == []


def test_the_api_tells_the_way_with_what_is_planned(rosa, person, noon, actor):
    step_down(person, noon, actor)

    told = rosa.get(STEPS).json()

    assert [p["weekdays"] for p in told["placements"]] == [[0, 1, 3, 4], [0, 2, 4]]
    assert told["placements"][0]["to_on"] == "2026-10-18"
    assert told["path"][:2] == [
        {
            "days": 4,
            "is_past": False,
            "is_current": True,
            "from_on": person.started_on.isoformat(),
        },
        {"days": 3, "is_past": False, "is_current": False, "from_on": "2026-10-19"},
    ]
    assert told["coming"].startswith("From Monday")
