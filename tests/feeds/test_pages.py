"""The pages of a client about their calendars."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.feeds.models import CalendarFeed
from apps.signin import proof
from tests.conftest import NOON
from tests.factories.care import ClientFactory, EnrollmentFactory
from tests.factories.feeds import CalendarFeedFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
MINE, NEW = reverse("feeds:mine"), reverse("feeds:new")


@pytest.fixture
def rosa():
    return EnrollmentFactory().client


@pytest.fixture
def browser(client, rosa):
    client.force_login(rosa.user)
    return client


def test_the_address_is_shown_once_and_works(browser):
    made = browser.post(NEW, {"title_kind": "BUSY", "with_place": "no"})

    [address] = set(re.findall(r'value="(http[^"]*\.ics)"', made.text))
    assert f'href="webcal:{address.partition(":")[2]}"' in made.text
    path = address.partition("8000")[2]
    assert Client().get(path).status_code == 200
    assert path not in browser.get(MINE).text
    assert "Read last on October 14." in browser.get(MINE).text
    # Nobody wrote the address down.
    said = str(list(AuditEvent.objects.values()))
    assert path.rpartition("/")[2].removesuffix(".ics") not in said


def test_it_says_what_others_see_and_stops_in_one_tap(browser, rosa):
    feed = CalendarFeedFactory(client=rosa, title_kind="OWN", title="Errands")
    page = browser.get(MINE).text
    assert "It says “Errands”" in page
    assert "Nobody has read it yet." in page

    browser.post(reverse("feeds:stop", args=[feed.pk]))

    assert "Errands" not in browser.get(MINE).text
    assert CalendarFeed.objects.get().revoked_at == NOON


def test_making_asks_who_it_is_and_stopping_does_not(browser, rosa):
    """Fault: whoever holds the phone for a minute reads from then on where they are."""
    feed = CalendarFeedFactory(client=rosa)
    session = browser.session
    session[proof.PROVEN_AT] = 1
    session.save()

    for path in (NEW, reverse("feeds:renew", args=[feed.pk])):
        asked = browser.post(path, {"title_kind": "BUSY", "with_place": "no"})
        assert asked.url.startswith("/still-you/")
    assert CalendarFeed.objects.get().revoked_at is None

    browser.post(reverse("feeds:stop", args=[feed.pk]))
    assert CalendarFeed.objects.get().revoked_at == NOON


@pytest.mark.parametrize(
    ("words", "said"),
    [("", "Write your own words"), ("My IOP", "These words tell others")],
)
def test_own_words_are_asked_for_and_looked_at(browser, words, said):
    page = browser.post(NEW, {"title_kind": "OWN", "title": words, "with_place": "no"})

    assert said in page.text
    assert not CalendarFeed.objects.exists()


def test_the_fourth_is_refused_kindly(browser, rosa):
    CalendarFeedFactory.create_batch(3, client=rosa)

    page = browser.post(NEW, {"title_kind": "BUSY", "with_place": "no"})

    assert "You have three already." in page.text
    assert "Three are the most." in browser.get(MINE).text


def test_a_watched_phone_is_told_why_not(browser, rosa):
    rosa.monitored_phone = True
    rosa.save()

    for path in (MINE, reverse("sessions:schedule")):
        page = browser.get(path).text
        assert "So nothing of yours goes into its calendar." in page
        assert NEW not in page
    assert browser.get(NEW).url == MINE


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_length(
    browser, rosa, count, django_assert_num_queries
):
    CalendarFeedFactory.create_batch(count, client=rosa)
    browser.get(MINE)

    with django_assert_num_queries(5):
        page = browser.get(MINE)

    assert page.text.count("Stop it") >= count


def test_nobody_stops_what_is_not_theirs(browser):
    feed = CalendarFeedFactory(client=ClientFactory())

    for name in ("feeds:stop", "feeds:renew"):
        assert browser.post(reverse(name, args=[feed.pk])).status_code == 404
    assert CalendarFeed.objects.get().revoked_at is None
