import datetime as dt

import pytest
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.disclosures.models import Disclosure, SharingConsent
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory, EnrollmentFactory
from tests.factories.disclosures import COURT, proposed, signed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
WHOLE = {
    "recipient": "Dr. Lee",
    "recipient_kind": "CARE",
    "categories": ["ATTENDANCE", "PLAN"],
    "description": "The days I came, and my plan",
    "purpose": "CARE",
    "expires_on": "2027-10-14",
    "expires_event": "",
    "holds_until": "",
}


@pytest.fixture
def care():
    return AssignmentFactory(
        staff__name="Ana", enrollment__client__preferred_name="Rosa"
    )


@pytest.fixture
def rosa(client, care):
    client.force_login(care.enrollment.client.user)
    return care.enrollment.client


@pytest.fixture
def ana(client, care):
    client.force_login(care.staff)
    return care.enrollment.client


def _propose(client, rosa, slug="some", **changes):
    path = reverse("records:propose", args=[rosa.pk, slug])
    said = {k: v for k, v in (WHOLE | changes).items() if v is not None}
    return client.post(path, said)


def test_rosa_sees_every_element_signs_and_takes_back_in_two_taps(client, rosa):
    consent = proposed(rosa, kind="TPO", categories=["PLAN"])
    page = client.get(reverse("records:consent", args=[consent.pk])).text
    for said in (
        consent.patient_name,
        consent.discloser,
        "Dr. Lee",
        "My plan",
        consent.description,
        "My care",
        "Oct 14, 2027",
        "Take it back",
        "HIPAA",
        consent.wording_version,
    ):
        assert said in page

    client.post(reverse("records:sign", args=[consent.pk]), {"signature": "Rosa S"})
    consent.refresh_from_db()
    assert (consent.state, consent.signature, consent.signed_at) == (
        "ACTIVE",
        "Rosa S",
        NOON,
    )

    # One tap on the list, one on the page.
    listed = client.get(reverse("records:my_records")).text
    assert reverse("records:consent", args=[consent.pk]) in listed
    page = client.get(reverse("records:consent", args=[consent.pk])).text
    assert reverse("records:take_back", args=[consent.pk]) in page
    client.post(reverse("records:take_back", args=[consent.pk]))

    consent.refresh_from_db()
    assert (consent.state, consent.ended_at) == ("REVOKED", NOON)
    assert "taken back Oct 14, 2026" in client.get(reverse("records:my_records")).text
    actions = AuditEvent.objects.filter(action__startswith="disclosures.consent")
    assert [event.action.rpartition("_")[2] for event in actions] == [
        "proposed",
        "signed",
        "revoked",
    ]


def test_without_a_name_nothing_is_signed(client, rosa):
    consent = proposed(rosa)

    response = client.post(
        reverse("records:sign", args=[consent.pk]), {"signature": " "}
    )

    assert "Type your name." in response.text
    consent.refresh_from_db()
    assert consent.state == "PROPOSED"


def test_one_that_stays_says_until_when(client, rosa):
    consent = signed(rosa, recipient=COURT, holds_until="my probation ends")

    page = client.get(reverse("records:consent", args=[consent.pk])).text
    client.post(reverse("records:take_back", args=[consent.pk]))

    assert "You can take it back after: my probation ends." in page
    consent.refresh_from_db()
    assert consent.state == "ACTIVE"


def test_ana_puts_one_before_rosa(client, ana):
    assert _propose(client, ana).status_code == 302

    [consent] = SharingConsent.objects.all()
    assert (consent.state, consent.categories) == ("PROPOSED", ["ATTENDANCE", "PLAN"])
    page = client.get(reverse("records:client_records", args=[ana.pk])).text
    assert "waits for a signature" in page


@pytest.mark.parametrize(
    ("slug", "changes"),
    [
        pytest.param("notes", {"categories": ["COUNSELING_NOTES", "PLAN"]}, id="notes and plan"),
        pytest.param("notes", {"categories": None, "purpose": "PROCEEDINGS"}, id="notes, a case"),
        pytest.param("some", {"categories": ["PLAN", "COUNSELING_NOTES"]}, id="plan and notes"),
        pytest.param("some", {"purpose": "PROCEEDINGS"}, id="records for a case"),
        pytest.param("care", {"purpose": "PROCEEDINGS"}, id="care and a case"),
        pytest.param("legal", {"purpose": "CARE"}, id="a case and care"),
        pytest.param(
            "legal", {"purpose": None, "categories": ["COUNSELING_NOTES"]}, id="a case and notes"
        ),
    ],
)  # fmt: skip
def test_a_combined_consent_is_a_bad_request(client, ana, slug, changes):
    """Fault: a form made by hand mixes what § 2.31(b) and (d) keep apart."""
    assert _propose(client, ana, slug, **changes).status_code == 400
    assert not SharingConsent.objects.exists()


@pytest.mark.parametrize(
    ("slug", "changes"),
    [
        ("notes", {"categories": None}),
        ("legal", {"purpose": None, "categories": ["CHECKINS"]}),
        ("care", {}),
    ],
)
def test_each_kind_alone_is_taken(client, ana, slug, changes):
    assert _propose(client, ana, slug, **changes).status_code == 302


@pytest.mark.parametrize(
    "left_out",
    ["recipient", "recipient_kind", "categories", "description", "purpose", "expires_on"],
)  # fmt: skip
def test_the_form_asks_for_what_is_left_out(client, ana, left_out):
    response = _propose(client, ana, **{left_out: None})

    assert response.status_code == 200
    assert left_out in response.context["form"].errors
    assert not SharingConsent.objects.exists()


def test_the_forms_of_notes_and_of_a_case_offer_nothing_beside(client, ana):
    path = {
        slug: reverse("records:propose", args=[ana.pk, slug])
        for slug in ("notes", "legal", "some")
    }

    assert 'name="categories"' not in client.get(path["notes"]).text
    assert 'name="purpose"' not in client.get(path["legal"]).text
    for page in (client.get(path["some"]).text, client.get(path["legal"]).text):
        assert "COUNSELING_NOTES" not in page
    assert "PROCEEDINGS" not in client.get(path["some"]).text


def test_what_ana_shared_is_written_down_and_rosa_reads_it(client, ana):
    consent = signed(ana)
    path = reverse("records:note_shared", args=[ana.pk, consent.pk])

    client.post(path, {"category": "ATTENDANCE", "what": "On the phone: Monday"})
    client.post(path, {"category": "PLAN", "what": "The plan"})

    [row] = Disclosure.objects.all()
    assert (row.consent, row.what, row.at) == (consent, "On the phone: Monday", NOON)
    client.force_login(ana.user)
    page = client.get(reverse("records:shared")).text
    for said in ("On the phone: Monday", "Dr. Lee", "My care", "Oct 14, 2026"):
        assert said in page


def test_under_one_taken_back_ana_is_told_not_to(client, ana):
    consent = signed(ana)
    consent.state, consent.ended_at = "REVOKED", NOON
    consent.save()
    path = reverse("records:note_shared", args=[ana.pk, consent.pk])

    response = client.post(path, {"category": "ATTENDANCE", "what": "x"}, follow=True)

    assert "No consent covers this." in response.text
    assert not Disclosure.objects.exists()
    assert AuditEvent.objects.filter(action="disclosures.refused").count() == 1


def test_rosa_sees_nothing_of_somebody_elses(client, rosa):
    other = signed(
        EnrollmentFactory(client__organization=rosa.organization).client,
        description="Othermark",
    )

    assert client.get(reverse("records:consent", args=[other.pk])).status_code == 404
    assert "Dr. Lee" not in client.get(reverse("records:my_records")).text


@pytest.mark.parametrize("count", [1, 4])
def test_the_list_costs_the_same_for_any_length(
    client, rosa, count, django_assert_num_queries
):
    for n in range(count):
        signed(rosa, signed_at=NOON - dt.timedelta(days=n))
    client.get(reverse("records:my_records"))

    with django_assert_num_queries(6):
        client.get(reverse("records:my_records"))
