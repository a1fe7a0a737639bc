"""The list of what is near, as a program admin or a case manager keeps it."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.care.models import OutsidePlace
from tests.conftest import NOON
from tests.factories.care import OutsidePlaceFactory
from tests.setup.rows import SetUpHouse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
LIST = reverse("setup:nearby")
ELM = {
    "kind": "MEETING",
    "name": "Elm Street",
    "phone": "617-555-0161",
    "days": ["1", "3"],
    "starts_at": "19:00",
    "languages": ["en", "es"],
    "last_checked_on": "2026-10-10",
}


@pytest.fixture
def house():
    return SetUpHouse()


def new(house):
    return reverse("setup:nearby_new", args=[house.site.pk])


def test_a_case_manager_writes_one_down_and_a_counselor_does_not(client, house):
    client.force_login(house.ana)
    refused = client.post(new(house), ELM).status_code
    client.force_login(house.staff("Pat", "CASE_MANAGER"))

    client.post(new(house), ELM)

    place = OutsidePlace.objects.get()
    assert refused == 404
    assert (place.days, place.starts_at) == ([1, 3], dt.time(19))
    assert (place.site, place.last_checked_on) == (house.site, dt.date(2026, 10, 10))
    assert AuditEvent.objects.filter(action="care.outside_added").count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"phone": "", "address": ""}, "Write an address or a number."),
        ({"phone": "call us"}, "This number cannot be dialled."),
        ({"last_checked_on": "2026-10-15"}, "This day is still to come."),
        ({"name": ""}, "Write a name."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client, house, wrong, said):
    client.force_login(house.alex)

    page = client.post(new(house), ELM | {"about": "Ring twice"} | wrong)

    assert said in page.text
    assert "Ring twice" in page.text
    assert not OutsidePlace.objects.exists()


def test_it_is_checked_changed_and_hidden_with_one_event_each(client, house):
    client.force_login(house.alex)
    old = NOON.date() - dt.timedelta(days=200)
    place = OutsidePlaceFactory(site=house.site, last_checked_on=old)
    before = client.get(LIST).context["sites"][0][1][0].stale

    client.post(reverse("setup:nearby_checked", args=[place.pk]))
    client.post(reverse("setup:nearby_change", args=[place.pk]), ELM)
    for shown in ("0", "0", "1"):
        client.post(reverse("setup:nearby_shown", args=[place.pk]), {"shown": shown})

    place.refresh_from_db()
    said = AuditEvent.objects.filter(action__startswith="care.outside")
    assert (before, place.name, place.hidden_at) == (True, "Elm Street", None)
    assert sorted(said.values_list("action", flat=True)) == [
        "care.outside_changed",
        "care.outside_checked",
        "care.outside_hidden",
        "care.outside_shown",
    ]


def test_another_house_changes_nothing(client, house):
    place = OutsidePlaceFactory()
    client.force_login(house.alex)

    answers = [
        client.post(reverse(f"setup:{name}", args=[place.pk]), ELM).status_code
        for name in ("nearby_change", "nearby_checked", "nearby_shown")
    ]

    assert answers == [404] * 3


def test_the_database_takes_none_that_cannot_be_reached(house):
    with pytest.raises(IntegrityError), transaction.atomic():
        OutsidePlaceFactory(site=house.site, phone="", address="")
