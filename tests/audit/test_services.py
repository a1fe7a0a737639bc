import uuid

import pytest
from django.db import transaction

from apps.audit.actors import Actor, command
from apps.audit.models import AppendOnly, AuditEvent
from apps.audit.services import NotInTransaction, record
from tests.factories.care import ClientFactory

ANA = Actor(
    user_id=uuid.UUID(int=1),
    role="STAFF",
    organization_id=uuid.UUID(int=2),
    source="WEB",
    request_id=uuid.UUID(int=3),
    address="198.51.100.0/24",
)


@pytest.fixture
def event(db, noon):
    record(action="care.read", at=noon, by=ANA)
    return AuditEvent.objects.get()


@pytest.mark.django_db
def test_an_event_says_who_did_what_to_whom_when_and_from_where(noon):
    client = ClientFactory()

    record(
        action="care.changed",
        at=noon,
        by=ANA,
        subject=client,
        client_id=client.pk,
        field_names=["language"],
        reason="asked to",
    )

    assert AuditEvent.objects.values().get() == {
        "seq": AuditEvent.objects.get().pk,
        "at": noon,
        "organization_id": ANA.organization_id,
        "actor_id": ANA.user_id,
        "actor_role": "STAFF",
        "action": "care.changed",
        "object_type": "care.Client",
        "object_id": client.pk,
        "client_id": client.pk,
        "client_ids": [],
        "field_names": ["language"],
        "reason": "asked to",
        "source": "WEB",
        "request_id": ANA.request_id,
        "address": "198.51.100.0/24",
    }


@pytest.mark.django_db
def test_a_list_is_one_event_with_everybody_it_showed(noon):
    shown = [uuid.uuid4(), uuid.uuid4()]

    record(action="desk.board_read", at=noon, by=ANA, client_ids=shown)

    assert AuditEvent.objects.get().client_ids == [str(pk) for pk in shown]


@pytest.mark.django_db
def test_a_command_is_nobody_in_particular(noon):
    record(action="care.swept", at=noon, by=command())

    event = AuditEvent.objects.get()
    assert (event.actor_id, event.actor_role, event.source) == (
        None,
        "SYSTEM",
        "COMMAND",
    )


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused(noon):
    """Fault: the record commits and the event does not, or the other way round."""
    with pytest.raises(NotInTransaction):
        record(action="care.read", at=noon, by=ANA)

    assert not AuditEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_event_goes_with_what_it_tells_about(noon):
    with transaction.atomic():
        record(action="care.client_registered", at=noon, by=ANA)
        transaction.set_rollback(True)

    assert not AuditEvent.objects.exists()


def test_an_event_is_not_changed(event):
    event.action = "care.nothing"

    with pytest.raises(AppendOnly):
        event.save()
    with pytest.raises(AppendOnly):
        AuditEvent.objects.update(action="care.nothing")
    with pytest.raises(AppendOnly), transaction.atomic():
        AuditEvent.objects.bulk_update([event], ["action"])

    assert AuditEvent.objects.get().action == "care.read"


def test_an_event_is_not_deleted(event):
    with pytest.raises(AppendOnly):
        event.delete()
    with pytest.raises(AppendOnly):
        AuditEvent.objects.filter(pk=event.pk).delete()

    assert AuditEvent.objects.count() == 1
