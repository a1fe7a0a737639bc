"""A whole record removed before its time: decided by somebody, written down, and for good."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command

from apps.audit.actors import SYSTEM
from apps.audit.models import AuditEvent
from apps.care.models import Client, Enrollment
from apps.keys.models import DataKey
from apps.lifecycle.services import place_hold
from tests.factories.care import EnrollmentFactory, StaffFactory

pytestmark = pytest.mark.django_db
REASON = "Asked for it in a letter; Lourdes decided on October 1."


@pytest.fixture
def over(noon):
    """Somebody whose care has ended."""
    enrollment = EnrollmentFactory()
    enrollment.state = Enrollment.State.ENDED
    enrollment.ended_on = noon.date()
    enrollment.end_reason = Enrollment.EndReason.COMPLETED
    enrollment.save()
    return enrollment.client


def erase(client, reason=REASON):
    call_command("erase_client", str(client.pk), reason=reason)


def test_the_rows_and_the_key_are_gone_and_one_line_says_why(over):
    kept = EnrollmentFactory().client

    erase(over)

    assert list(Client.objects.all()) == [kept]
    assert [bytes(k.wrapped) for k in DataKey.objects.filter(subject=over.pk)] == [b""]
    told = AuditEvent.objects.filter(client_id=over.pk, action="lifecycle.erased").get()
    assert (told.reason, told.organization_id) == (REASON, over.organization_id)


def test_nobody_in_care_is_erased():
    client = EnrollmentFactory().client

    with pytest.raises(CommandError, match="in care"):
        erase(client)
    assert Client.objects.filter(pk=client.pk).exists()


def test_a_held_record_is_not_erased(over, noon):
    user = StaffFactory(organization_id=over.organization_id)
    since = noon - dt.timedelta(days=1)
    place_hold(client=over, reason="A court asked.", user=user, at=since, by=SYSTEM)

    with pytest.raises(CommandError, match="held"):
        erase(over)
    assert Client.objects.filter(pk=over.pk).exists()


def test_without_a_reason_nothing_is_erased(over):
    with pytest.raises(CommandError, match="who decided"):
        erase(over, reason="because")
    assert Client.objects.filter(pk=over.pk).exists()
