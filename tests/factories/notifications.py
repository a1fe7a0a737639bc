import datetime as dt

import factory
from factory.django import DjangoModelFactory

from apps.care.models import ContactPoint
from apps.care.services.enrollments import contact_index
from apps.notifications.models import (
    Channel,
    Consent,
    Inbound,
    OutboxMessage,
    Purpose,
)
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory, ClientFactory, EnrollmentFactory

State = OutboxMessage.State


class PhoneFactory(DjangoModelFactory):
    """A verified number of a client."""

    class Meta:
        model = ContactPoint

    client = factory.SubFactory(ClientFactory)
    kind = ContactPoint.Kind.PHONE
    value = factory.Sequence(lambda n: f"+1617555{n:04d}")
    value_index = factory.LazyAttribute(lambda o: contact_index(o.kind, o.value))
    verified_at = NOON - dt.timedelta(days=30)


class ConsentFactory(DjangoModelFactory):
    class Meta:
        model = Consent

    client = factory.SubFactory(ClientFactory)
    channel = Channel.SMS
    purpose = Purpose.OUTREACH
    wording_version = "2026-11"
    given_at = NOON - dt.timedelta(days=30)


class OutboxMessageFactory(DjangoModelFactory):
    """A planned text that may go out now: number, consent and counselor are there."""

    class Meta:
        model = OutboxMessage
        skip_postgeneration_save = True

    enrollment = factory.SubFactory(EnrollmentFactory)
    client = factory.SelfAttribute("enrollment.client")
    organization = factory.SelfAttribute("enrollment.organization")
    channel = Channel.SMS
    purpose = Purpose.OUTREACH
    template = "OUT-05"
    body = "Hi Rosa, you choose the next step."
    once_key = factory.Sequence(lambda n: f"test:{n}")
    created_at = NOON
    send_after = NOON

    @factory.post_generation
    def reachable(self, create, extracted, **kwargs):
        if extracted is not False:
            make_reachable(self.enrollment)


def make_reachable(enrollment, *purposes) -> ContactPoint:
    """What a text to this person needs: a number, consent, and somebody who is asked."""
    client = enrollment.client
    if not enrollment.assignments.exists():
        AssignmentFactory(enrollment=enrollment)
    for purpose in purposes or (Purpose.OUTREACH, Purpose.REMINDER):
        if not Consent.objects.covers(client, Channel.SMS, purpose):
            ConsentFactory(client=client, purpose=purpose)
    return client.contact_points.first() or PhoneFactory(client=client)


class InboundFactory(DjangoModelFactory):
    class Meta:
        model = Inbound

    client = factory.SubFactory(ClientFactory)
    organization = factory.SelfAttribute("client.organization")
    provider_id = factory.Sequence(lambda n: f"SM{n}")
    text = "Yes"
    received_at = NOON
