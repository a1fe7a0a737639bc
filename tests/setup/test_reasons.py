"""The numbers of a program's rules: tried on its own last month, saved with who and when."""

import datetime as dt

import pytest
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.care.models import LimitChange, Program
from apps.care.rules.triage_limits import MAY_BE_OFF, RANGES, Limits
from apps.care.services.limits import choose_limits
from apps.setup.preview import FEWEST_PEOPLE, preview_of
from tests.factories.care import EnrollmentFactory, ProgramFactory
from tests.factories.checkins import CheckinDayFactory, MomentFactory
from tests.setup.rows import SetUpHouse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
DAY = dt.timedelta(days=1)


@pytest.fixture
def house(client):
    house = SetUpHouse()
    client.force_login(house.alex)
    return house


def somebody(house, noon, *cravings, **more):
    """Placed in the program, with one answer a day up to today."""
    enrollment = EnrollmentFactory(
        client__organization=house.organization,
        program=house.program,
        status__last_checkin_on=noon.date(),
        client__profile={"medications": ["naltrexone"]},
    )
    for ago, craving in enumerate(reversed(cravings)):
        CheckinDayFactory(
            enrollment=enrollment,
            local_on=noon.date() - ago * DAY,
            craving=craving,
            **more,
        )
    return enrollment


def page(house, program=None):
    return reverse("setup:reasons_of", args=[(program or house.program).pk])


def numbers(**changed):
    usual = {name: getattr(Limits(), name) for name in RANGES}
    on = {f"on_{rule}": "on" for rule in MAY_BE_OFF}
    return usual | on | changed


def test_the_preview_counts_the_programs_own_last_month(client, house, noon):
    """Fault: people of another program counted, or the same reason twice a day."""
    for _ in range(FEWEST_PEOPLE):
        somebody(house, noon, 7, 1, 8)
    elsewhere = somebody(house, noon, 8, 8, 8)
    placement = elsewhere.placements.get()
    placement.program = ProgramFactory(site=house.site, name="Evening")
    placement.save()
    ago = 35 * DAY
    CheckinDayFactory(
        enrollment=somebody(house, noon, 0), local_on=noon.date() - ago, craving=9
    )

    response = client.post(page(house), numbers(craving_high=7, do="see"))

    preview = response.context["preview"]
    counted = {each.rule: (each.now, each.then) for each in preview.rules}
    assert counted["R05"] == (5, 10)
    assert (preview.people, preview.now, preview.then) == (6, 5, 10)
    assert "would have raised 10 reasons instead of 5" in response.text
    assert "about 0.3 a day" in response.text
    assert not LimitChange.objects.exists()
    assert Program.objects.get(pk=house.program.pk).rule_limits == {}
    assert AuditEvent.objects.filter(action="setup.reasons_previewed").count() == 1


def test_medicine_moments_and_silences_are_counted_too(house, noon):
    person = somebody(house, noon, 1, 1, 1, 1)
    person.checkin_days.all().delete()
    for ago in (9, 8, 7, 6):
        said = CheckinDayFactory(
            enrollment=person, local_on=noon.date() - ago * DAY, craving=1
        )
        said.answers = said.answers | {"body": ["med_not_today"]}
        said.save()
    for hours in (1, 2, 3):
        MomentFactory(enrollment=person, occurred_at=noon - dt.timedelta(hours=hours))

    found = preview_of(house.program, Limits(silent_days=7), noon)

    counted = {each.rule: (each.now, each.then) for each in found.rules}
    assert (counted["R10"], counted["R18"], counted["R11"]) == ((3, 3), (1, 1), (1, 0))


def test_a_count_that_would_be_about_somebody_is_not_told(client, house, noon):
    """Fault: whoever sets up reads the low mood of the only two people there are."""
    for _ in range(FEWEST_PEOPLE - 1):
        somebody(house, noon, 9)

    response = client.post(page(house), numbers(do="see"))

    assert not response.context["preview"].is_told
    assert "instead of" not in response.text


def test_the_preview_reads_the_same_for_few_and_for_many(
    house, noon, django_assert_max_num_queries
):
    for people in (1, 6):
        for _ in range(people):
            somebody(house, noon, 9, 9)
        # The four of the preview, and one or two for keys that open what is sealed.
        with django_assert_max_num_queries(6):
            preview_of(house.program, Limits(), noon)


def test_what_is_saved_holds_and_who_chose_it_stays(client, house, noon):
    chosen = numbers(craving_high=9, mood_days=2, do="save")
    del chosen["on_R07"]

    client.post(page(house), chosen)
    client.post(page(house), numbers(do="save"))
    client.post(page(house), numbers(do="save"))

    house.program.refresh_from_db()
    assert house.program.rule_limits == {}
    first, second = LimitChange.objects.order_by("changed_at", "pk").order_by("limits")
    kept = {str(change.limits): change.changed_by for change in (first, second)}
    assert set(kept.values()) == {house.alex}
    assert {"craving_high": 9, "mood_days": 2, "off": ["R07"]} in [
        first.limits,
        second.limits,
    ]
    assert AuditEvent.objects.filter(action="care.limits_changed").count() == 2
    shown = client.get(page(house)).text
    assert "Craving of this much or more, of 10: 9 (usually 8)" in shown
    assert "Craving rises does not come to the list" in shown
    assert "Alex" in shown


def test_a_number_too_far_is_said_at_its_field_and_nothing_is_saved(client, house):
    response = client.post(page(house), numbers(craving_high=10, do="save"))

    assert response.context["form"].errors == {
        "craving_high": ["Write a number from 5 to 9."]
    }
    assert not LimitChange.objects.exists()


@pytest.mark.parametrize(
    ("role", "answer"), [("SUPERVISOR", 200), ("COUNSELOR", 404), ("DIRECTOR", 404)]
)
def test_who_supervises_chooses_too_and_nobody_else(client, house, role, answer):
    client.force_login(house.staff("Sam", role))

    assert client.get(page(house)).status_code == answer


def test_the_program_of_another_house_is_not_found(client, house, noon):
    assert client.get(page(house, ProgramFactory())).status_code == 404


def test_the_same_numbers_again_are_no_change(house, noon, actor):
    choose_limits(program=house.program, chosen={"mood_days": 3}, at=noon, by=actor)

    assert not LimitChange.objects.exists()
