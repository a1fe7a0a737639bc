import pytest
from django.db import connection
from django.urls import reverse

from apps.disclosures.models import RecordRequest
from tests.factories.care import AssignmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]


@pytest.fixture
def care():
    return AssignmentFactory(
        staff__name="Ana", enrollment__client__preferred_name="Rosa"
    )


def test_rosa_asks_ana_answers_rosa_reads_why(client, care):
    rosa = care.enrollment.client
    client.force_login(rosa.user)
    words = "I was there on Monday."
    client.post(reverse("records:my_requests"), {"kind": "CORRECT", "words": words})
    [asked] = RecordRequest.objects.all()

    client.force_login(care.staff)
    board = client.get(reverse("desk:client", args=[rosa.pk])).text
    assert "Asks to correct something" in board
    path = reverse("records:client_request", args=[rosa.pk, asked.pk])
    assert words in client.get(path).text
    no_reason = client.post(path, {"decision": "REFUSED", "answer": ""})
    assert "Say why." in no_reason.text
    client.post(path, {"decision": "REFUSED", "answer": "The list says so."})

    client.force_login(rosa.user)
    page = client.get(reverse("records:my_requests")).text
    for said in ("Not agreed", "The list says so.", "Ana"):
        assert said in page


def test_what_is_asked_is_ciphertext_in_the_database(client, care):
    client.force_login(care.enrollment.client.user)
    client.post(
        reverse("records:my_requests"), {"kind": "LIMIT", "words": "Not my mother"}
    )

    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM disclosures_recordrequest")
        [(stored,)] = cursor.fetchall()
    assert b"mother" not in bytes(stored)


def test_nothing_typed_is_nothing_asked(client, care):
    client.force_login(care.enrollment.client.user)

    page = client.post(reverse("records:my_requests"), {"words": " "}).text

    assert "Choose one of the two." in page
    assert "Write a few words first." in page
    assert not RecordRequest.objects.exists()
