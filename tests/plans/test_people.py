import datetime as dt

import pytest

from apps.care.models import OwnItem
from apps.care.services.enrollments import NotANumber
from apps.plans import selectors, services
from apps.plans.models import LivePart, PlanPerson
from tests.factories.care import ClientFactory
from tests.factories.plans import PlanPersonFactory, PlanVersionFactory

pytestmark = pytest.mark.django_db

DEE = {
    "name": "Dee",
    "relation": "sister",
    "phone": "(617) 555-0142",
    "best_time": "",
    "what_to_say": "",
    "knows": True,
}


def test_a_person_is_kept_with_a_number_that_dials(noon, actor):
    person = services.add_person(client=ClientFactory(), details=DEE, at=noon, by=actor)

    assert PlanPerson.objects.get(pk=person.pk).details == {
        **DEE,
        "phone": "+16175550142",
    }


def test_a_person_without_a_number_is_still_a_person(noon, actor):
    person = services.add_person(
        client=ClientFactory(), details={**DEE, "phone": " "}, at=noon, by=actor
    )

    assert person.details["phone"] == ""


def test_a_number_that_cannot_be_dialled_is_said_so(noon, actor):
    with pytest.raises(NotANumber):
        services.add_person(
            client=ClientFactory(), details={**DEE, "phone": "12"}, at=noon, by=actor
        )

    assert not PlanPerson.objects.exists()


def test_a_change_keeps_what_stood_there_before(noon, actor):
    person = PlanPersonFactory(position=2)

    changed = services.change_person(
        person=person, details={**DEE, "name": "Deirdre"}, at=noon, by=actor
    )

    before = PlanPerson.objects.get(pk=person.pk)
    assert (before.until, before.details["name"]) == (noon, "Dee")
    assert (changed.since, changed.until, changed.position) == (noon, None, 2)
    assert selectors.people_of(person.client) == [changed]


def test_the_second_of_two_changes_is_told(noon, actor):
    person = PlanPersonFactory()
    services.change_person(person=person, details=DEE, at=noon, by=actor)

    with pytest.raises(services.NotThereAnyMore):
        services.change_person(person=person, details=DEE, at=noon, by=actor)

    assert len(selectors.people_of(person.client)) == 1


def test_a_person_taken_out_is_not_shown_and_not_forgotten(noon, actor):
    person = PlanPersonFactory()

    services.remove_person(person=person, at=noon, by=actor)

    assert selectors.people_of(person.client) == []
    assert PlanPerson.objects.get(pk=person.pk).until == noon


def test_people_stand_in_the_order_they_were_written(noon, actor):
    client = ClientFactory()

    for name in ("Dee", "Ari", "Bo"):
        services.add_person(
            client=client, details={**DEE, "name": name}, at=noon, by=actor
        )

    names = [person.details["name"] for person in selectors.people_of(client)]
    assert names == ["Dee", "Ari", "Bo"]


def test_a_refill_date_changes_at_once_and_leaves_a_trace(noon, actor):
    client = ClientFactory()
    first, second = dt.date(2026, 11, 2), dt.date(2026, 12, 1)

    services.set_refill(client=client, on=first, at=noon, by=actor)
    services.set_refill(client=client, on=second, at=noon, by=actor)
    services.set_refill(client=client, on=second, at=noon, by=actor)

    assert selectors.live_parts(client).refill_on == second
    assert LivePart.objects.count() == 2


def test_a_refill_date_can_be_taken_out(noon, actor):
    client = ClientFactory()
    services.set_refill(client=client, on=dt.date(2026, 11, 2), at=noon, by=actor)

    services.set_refill(client=client, on=None, at=noon, by=actor)

    assert selectors.live_parts(client).refill_on is None


def test_the_order_of_the_kit_changes_without_a_new_version(noon, actor):
    agreed = PlanVersionFactory(state="APPROVED")

    services.set_kit_order(
        client=agreed.client,
        codes=["cop.dbt.breath", "cop.con.call"],
        at=noon,
        by=actor,
    )

    order = OwnItem.objects.filter(kind="COPING").order_by("position")
    assert [row.code for row in order] == ["cop.dbt.breath", "cop.con.call"]
    assert list(agreed.client.plan_versions.all()) == [agreed]
