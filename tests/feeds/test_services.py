"""Making, renewing and stopping an address: a few, for whoever may have one, written down."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.common.fields import EncryptedTextField
from apps.feeds import services
from apps.feeds.models import CalendarFeed
from apps.feeds.selectors import find_feed
from apps.phone.services import lose_phone
from tests.conftest import NOON
from tests.factories.care import ClientFactory
from tests.factories.feeds import CalendarFeedFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
DAY = dt.timedelta(days=1)
CHOSEN = {"title_kind": "BUSY", "with_place": False, "language": "en"}


@pytest.fixture
def rosa():
    return ClientFactory()


@pytest.fixture
def make(rosa, actor):
    def make(client=rosa, **chosen):
        return services.make_feed(client=client, at=NOON, by=actor, **CHOSEN | chosen)

    return make


def _written() -> list[str]:
    rows = AuditEvent.objects.filter(action__startswith="feeds.").order_by("seq")
    return list(rows.values_list("action", flat=True))


def test_the_address_is_in_no_row(make, rosa):
    """Fault: whoever reads a copy of the database reads everybody's calendar."""
    made = make(title_kind="OWN", title="Errands")

    row = CalendarFeed.objects.values().get()
    assert len(made.token) == 43
    assert [v for v in row.values() if made.token in str(v)] == []
    assert find_feed(made.token, NOON).pk == made.feed.pk
    assert isinstance(CalendarFeed._meta.get_field("title"), EncryptedTextField)
    event = AuditEvent.objects.get(action="feeds.made")
    assert (event.client_id, event.object_id) == (rosa.pk, made.feed.pk)


def test_three_are_the_most(make, actor):
    first = make()
    make(), make()

    with pytest.raises(services.TooMany):
        make()
    services.revoke_feed(feed=first.feed, at=NOON, by=actor)
    make()
    assert _written() == ["feeds.made"] * 3 + ["feeds.stopped", "feeds.made"]


def test_a_watched_phone_gets_none(make, rosa, actor):
    made = make()
    rosa.monitored_phone = True
    rosa.save()

    with pytest.raises(services.NotForThem):
        make()
    feed = CalendarFeed.objects.select_related("client").get()
    with pytest.raises(services.NotForThem):
        services.renew(feed=feed, at=NOON, by=actor)
    assert CalendarFeed.objects.get().revoked_at is None
    assert find_feed(made.token, NOON) is None


@pytest.mark.parametrize("words", ["IOP", "Group at 9", "Rehab", "sesión"])
def test_own_words_that_tell_are_refused(make, words):
    with pytest.raises(services.TellingWords):
        make(title_kind="OWN", title=words)
    assert not CalendarFeed.objects.exists()


def test_a_new_address_ends_the_old_one_and_keeps_what_was_chosen(make, actor):
    old = make(title_kind="OWN", title="Errands", with_place=True)

    new = services.renew(feed=old.feed, at=NOON + DAY, by=actor)

    assert find_feed(old.token, NOON + DAY) is None
    found = find_feed(new.token, NOON + DAY)
    assert (found.title, found.with_place) == ("Errands", True)
    assert _written() == ["feeds.made", "feeds.renewed"]
    assert services.renew(feed=old.feed, at=NOON + DAY, by=actor) is None


def test_it_is_over_after_180_days(make):
    token = make().token
    last = NOON + 180 * DAY

    assert find_feed(token, last - dt.timedelta(seconds=1)) is not None
    assert find_feed(token, last) is None


def test_a_lost_phone_ends_them_all(make, rosa, actor):
    tokens = [make().token for _ in range(2)]
    other = ClientFactory()
    CalendarFeedFactory(client=other, token="other")

    lose_phone(client=rosa, at=NOON, by=actor)

    assert [find_feed(token, NOON) for token in tokens] == [None, None]
    assert find_feed("other", NOON) is not None
    assert _written()[2:] == ["feeds.stopped"] * 2


def test_signing_out_everywhere_else_ends_them_all(make, rosa):
    """Fault: whoever had the phone for a minute goes on reading where somebody is."""
    token = make().token
    browser = Client()
    browser.force_login(rosa.user)
    page = browser.get(reverse("signin:places"))
    assert "1 address shows your times." in page.text

    browser.post(reverse("signin:end_others"))

    assert find_feed(token, NOON) is None
    assert browser.get(reverse("signin:places")).status_code == 200
