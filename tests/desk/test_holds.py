"""Who answers for a house holds a record; nobody else even learns that there are holds."""

import pytest
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.common.crypto import blind_index
from apps.lifecycle.models import Hold
from tests.factories.care import (
    EnrollmentFactory,
    OrganizationFactory,
    StaffFactory,
    StaffRoleFactory,
)

pytestmark = pytest.mark.django_db
REASON = "A court asked for it."


def staff_of(organization, role):
    user = StaffFactory(organization_id=organization.pk)
    StaffRoleFactory(user=user, organization=organization, role=role)
    return user


@pytest.fixture
def record():
    """Of somebody who left long ago and is on no caseload."""
    enrollment = EnrollmentFactory(state="ENDED", ended_on="2026-01-01")
    client = enrollment.client
    client.surname = "Okafor"
    client.surname_index = blind_index("okafor", purpose="surname")
    client.save()
    return client


@pytest.mark.parametrize("role", ["SUPERVISOR", "DIRECTOR"])
def test_a_record_is_found_held_and_lifted(client, record, role, frozen_noon):
    user = staff_of(record.organization, role)
    client.force_login(user)
    page = reverse("desk:hold", args=[record.pk])

    found = client.post(reverse("desk:holds"), {"surname": " OKAFOR "})
    assert page in found.text
    client.post(page, {"reason": REASON})
    hold = Hold.objects.get()
    assert (hold.client, hold.reason, hold.placed_by) == (record, REASON, user)
    assert REASON in client.get(page).text
    assert page in client.get(reverse("desk:holds")).text
    # Twice says nothing new.
    client.post(page, {"reason": "Again"})
    assert Hold.objects.count() == 1
    client.post(reverse("desk:hold_lift", args=[record.pk]))

    assert not Hold.objects.standing().exists()
    done = AuditEvent.objects.filter(action__startswith="lifecycle.")
    assert [e.action for e in done.order_by("seq")] == [
        "lifecycle.held",
        "lifecycle.hold_lifted",
    ]


@pytest.mark.parametrize("role", ["COUNSELOR", "FRONT_DESK", "ADMIN"])
def test_other_staff_find_nothing(client, record, role):
    client.force_login(staff_of(record.organization, role))

    for path in ("desk:hold", "desk:hold_lift"):
        answer = client.post(reverse(path, args=[record.pk]), {"reason": REASON})
        assert answer.status_code == 404
    assert client.get(reverse("desk:holds")).status_code == 404
    assert not Hold.objects.exists()
    assert reverse("desk:holds") not in client.get(reverse("desk:people")).text


def test_a_supervisor_of_another_house_finds_nothing(client, record):
    client.force_login(staff_of(OrganizationFactory(), "SUPERVISOR"))

    answer = client.post(reverse("desk:hold", args=[record.pk]), {"reason": REASON})
    found = client.post(reverse("desk:holds"), {"surname": "Okafor"})

    assert answer.status_code == 404
    assert str(record.pk) not in found.text
    assert not Hold.objects.exists()


def test_a_hold_needs_a_reason(client, record):
    client.force_login(staff_of(record.organization, "SUPERVISOR"))

    answer = client.post(reverse("desk:hold", args=[record.pk]), {"reason": " "})

    assert "Say why" in answer.text
    assert not Hold.objects.exists()


def test_the_reason_is_sealed(record, client):
    from django.db import connection

    client.force_login(staff_of(record.organization, "SUPERVISOR"))
    client.post(reverse("desk:hold", args=[record.pk]), {"reason": REASON})

    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM lifecycle_hold")
        assert REASON.encode() not in bytes(cursor.fetchone()[0])
