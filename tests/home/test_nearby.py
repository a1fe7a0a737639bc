"""Meetings and help nearby: what a client finds, keeps, and never finds."""

import datetime as dt

import pytest
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.plans.models import PlanPerson, PlanVersion
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory, OutsidePlaceFactory, SiteFactory
from tests.factories.plans import PlanVersionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
NEAR = reverse("home:nearby")
DAY = dt.timedelta(days=1)


@pytest.fixture
def enrollment():
    return AssignmentFactory().enrollment


@pytest.fixture
def site(enrollment):
    return enrollment.program.site


@pytest.fixture
def phone(client, enrollment):
    client.force_login(enrollment.client.user)
    return client


def names(page):
    return [near.place.name for _, places in page.context["sites"] for near in places]


def test_the_own_site_comes_first_and_nothing_hidden_or_of_another_house(phone, site):
    """Fault: a place that closed, or another house's list, is found."""
    other = SiteFactory(organization=site.organization, name="Aldersite")
    OutsidePlaceFactory(site=other, name="Far")
    OutsidePlaceFactory(site=site, name="Near")
    OutsidePlaceFactory(site=site, name="Closed", hidden_at=NOON)
    OutsidePlaceFactory(name="Elsewhere")

    assert names(phone.get(NEAR)) == ["Near", "Far"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["Any day", "Food", "Monday"]),
        ({"kind": "FOOD"}, ["Food"]),
        ({"day": "0"}, ["Any day", "Monday"]),
        ({"language": "es", "day": "0"}, ["Monday"]),
        (
            {"kind": "nonsense", "day": "9", "language": "xx"},
            ["Any day", "Food", "Monday"],
        ),
        ({"kind": "HOME"}, []),
    ],
)
def test_it_is_narrowed_down_by_what_is_offered(phone, site, asked, found):
    OutsidePlaceFactory(site=site, name="Any day")
    OutsidePlaceFactory(site=site, name="Monday", days=[0], languages=["en", "es"])
    OutsidePlaceFactory(site=site, name="Food", kind="FOOD", days=[2])

    assert names(phone.get(NEAR, asked)) == found


@pytest.mark.parametrize(("days", "stale"), [(90, False), (91, True)])
def test_what_nobody_checked_for_ninety_days_says_so(phone, site, days, stale):
    OutsidePlaceFactory(site=site, last_checked_on=NOON.date() - days * DAY)

    page = phone.get(NEAR).text

    assert ("Nobody has checked this since" in page) == stale
    assert 'href="tel:617-555-0161"' in page


def test_it_asks_nobody_else_and_shows_no_map(phone, site):
    """Fault: an address becomes a link to somebody who learns where people go."""
    OutsidePlaceFactory(site=site)

    assert "http" not in phone.get(NEAR).text.partition("<main")[2]


def test_it_goes_into_the_plan_once_as_a_good_thing(phone, enrollment, site):
    place = OutsidePlaceFactory(site=site, days=[1], starts_at=dt.time(19))

    for _ in range(2):
        phone.post(NEAR, {"place": place.pk, "as": "good"})

    [item] = PlanVersion.objects.get().content["good_things"]["items"]
    assert (item["label"], item["when"]) == ("Elm Street meeting", "Tuesday 7 pm")
    assert item["code"] == "prt.own.1"
    assert AuditEvent.objects.filter(action="plans.section_saved").count() == 1


def test_it_becomes_somebody_to_call(phone, enrollment, site):
    place = OutsidePlaceFactory(site=site)

    answer = phone.post(NEAR, {"place": place.pk, "as": "person"})

    person = PlanPerson.objects.get(client=enrollment.client)
    assert answer.url == reverse("plans:people")
    assert person.details["name"] == "Elm Street meeting"
    assert person.details["phone"].endswith("6175550161")


@pytest.mark.parametrize("state", ["SUBMITTED", "APPROVED"])
def test_a_plan_that_is_sent_or_agreed_stays_as_it_is(phone, enrollment, site, state):
    version = PlanVersionFactory(client=enrollment.client, state=state, content={})
    place = OutsidePlaceFactory(site=site)

    page = phone.post(NEAR, {"place": place.pk, "as": "good"}, follow=True)

    version.refresh_from_db()
    assert version.content == {}
    assert "first." in page.text


def test_what_is_hidden_or_elsewhere_cannot_be_kept(phone, site):
    hidden = OutsidePlaceFactory(site=site, hidden_at=NOON)
    elsewhere = OutsidePlaceFactory()

    for pk in (hidden.pk, elsewhere.pk, "nonsense", ""):
        phone.post(NEAR, {"place": pk, "as": "good"})

    assert not PlanVersion.objects.exists()
