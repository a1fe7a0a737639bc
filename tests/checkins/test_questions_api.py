import uuid

import pytest
from django.urls import reverse

from apps.care.models import OwnItem, Program
from apps.care.rules.checkin_flow import PATH, VERSION
from apps.checkins.models import Submission
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory, EnrollmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
URL = reverse("api:questions")


def asked(client) -> dict[str, dict]:
    return {each["key"]: each for each in client.get(URL).json()["questions"]}


@pytest.fixture
def rosa(client):
    enrollment = AssignmentFactory().enrollment
    client.force_login(enrollment.client.user)
    return enrollment


def test_the_set_of_the_own_program_with_the_own_words(client, rosa):
    """Fault: another program's questions, or none of the client's own words."""
    own = OwnItem.objects.create(
        client=rosa.client, kind="TRIGGER", code="trg.own.1", label="The red bus"
    )
    Program.objects.filter(pk=rosa.program_id).update(
        optional_questions=["triggers", "mood", "sleep"],
        hidden_codes=["trg.time.payday"],
    )

    found = asked(client)

    assert {"sleep", "mood", "craving_peak", "use_reported"} <= found.keys()
    assert not {"confidence", "coping_used"} & found.keys()
    offered = [each["value"] for each in found["triggers"]["choices"]]
    assert own.code in offered
    assert "trg.time.payday" not in offered
    assert found["triggers"]["most"] == 3
    assert found["craving_peak"]["required"]


def test_what_it_offers_can_be_sent(client, rosa):
    """Fault: a phone asks what the server does not take."""
    questions = asked(client)
    answers = {"craving_peak": 3}
    for key, one in questions.items():
        if one["choices"] and key in PATH:
            first = one["choices"][0]["value"]
            answers[key] = [first] if one["shape"] == "CHIPS" else first

    answer = client.post(
        reverse("api:checkins"),
        {
            "uuid": str(uuid.uuid4()),
            "occurred_at": NOON.isoformat(),
            "question_set": client.get(URL).json()["version"],
            "answers": answers,
        },
        content_type="application/json",
    )

    assert answer.status_code == 201, answer.json()
    sent = Submission.objects.get()
    assert (sent.question_set, sent.answers["mood"]) == (VERSION, 1)


def test_in_spanish(client, rosa):
    rosa.client.user.language = "es"
    rosa.client.user.save()

    assert asked(client)["mood"]["text"] == "¿Cómo está tu ánimo ahora?"


def test_only_somebody_in_care_is_asked(client):
    enrollment = EnrollmentFactory(state="ENDED", ended_on=NOON.date())
    client.force_login(enrollment.client.user)

    assert client.get(URL).status_code == 409
