import datetime as dt

import factory
from factory.django import DjangoModelFactory

from apps.feeds.models import CalendarFeed
from apps.feeds.selectors import token_digest
from tests.conftest import NOON
from tests.factories.care import ClientFactory


class CalendarFeedFactory(DjangoModelFactory):
    class Meta:
        model = CalendarFeed
        exclude = ["token"]

    token = factory.Sequence(lambda n: f"token-of-a-calendar-{n}")
    client = factory.SubFactory(ClientFactory)
    organization = factory.SelfAttribute("client.organization")
    token_hash = factory.LazyAttribute(lambda o: token_digest(o.token))
    created_at = NOON
    expires_at = factory.LazyAttribute(lambda o: o.created_at + dt.timedelta(days=180))
    body_changed_at = factory.SelfAttribute("created_at")
