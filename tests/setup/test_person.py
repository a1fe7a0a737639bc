"""One person is enrolled at the desk, with a seat, or told at the field why not."""

import datetime as dt

import pytest
from django.urls import reverse

from apps.audit.actors import Actor
from apps.care.models import Client, Enrollment
from apps.care.services.enrollments import register_client
from apps.sessions.models import GroupSession
from tests.conftest import NOON
from tests.setup.rows import SetUpHouse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
PAGE = "/desk/people/new/"


@pytest.fixture
def house():
    return SetUpHouse()


@pytest.fixture
def rosa(house):
    """As Ana types it."""
    return {
        "first_name": "Rosa",
        "last_name": "Sample",
        "birth_date": "1988-03-21",
        "phone": "(617) 555-0123",
        "seen_by": "others",
        "email": "Rosa@example.org",
        "language": "es",
        "program": house.program.pk,
        "level": house.level.pk,
        "weekdays": ["0", "1", "3"],
        "started_on": "2026-10-19",
        "primary": house.ana.pk,
    }


def test_a_counselor_enrolls_and_goes_on_to_the_invitation(client, house, rosa):
    client.force_login(house.ana)

    answer = client.post(PAGE, rosa)

    enrollment = Enrollment.objects.get()
    person = enrollment.client
    assert answer["Location"] == reverse("desk:invite", args=[person.pk])
    assert client.get(answer["Location"]).status_code == 200
    assert (person.preferred_name, person.surname) == ("Rosa", "Sample")
    assert (person.language, person.monitored_phone) == ("es", True)
    assert sorted(p.value for p in person.contact_points.all()) == [
        "+16175550123",
        "rosa@example.org",
    ]
    assert enrollment.state == Enrollment.State.INVITED
    mondays = GroupSession.objects.filter(
        weekday=0, local_on__gte=dt.date(2026, 10, 19)
    )
    assert set(mondays.values_list("seats_taken", flat=True)) == {1}


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"birth_date": "2008-10-15"}, "birth_date", "Under 18."),
        ({"birth_date": "2030-01-01"}, "birth_date", "Nobody was born on this day."),
        ({"phone": "12"}, "phone", "cannot be dialled"),
        ({"seen_by": ""}, "seen_by", "Ask who might see this phone."),
        ({"seen_by": "none"}, "seen_by", "One of them is wrong."),
        ({"weekdays": ["0"]}, "weekdays", "IOP takes 3 to 5 days a week."),
        ({"started_on": "2206-10-19"}, "started_on", "Look at the year."),
    ],
)
def test_what_is_wrong_is_said_and_nobody_comes_in(
    client, house, rosa, typed, field, words
):
    client.force_login(house.ana)

    answer = client.post(PAGE, rosa | typed)

    assert list(answer.context["form"].errors) == [field]
    assert words in str(answer.context["form"].errors[field])
    assert 'value="Rosa"' in answer.text
    assert not Client.objects.exists()


def test_a_full_group_is_named_and_nobody_comes_in(client, house, rosa):
    """Fault: half of a record stays behind when there is no seat."""
    full = GroupSession.objects.filter(local_on=dt.date(2026, 10, 26))
    full.update(seats_taken=12)
    client.force_login(house.ana)

    answer = client.post(PAGE, rosa)

    words = "“Day morning” is full on Mon, Oct 26: all 12 seats are taken."
    assert words in answer.context["form"].errors["weekdays"]
    assert not Client.objects.exists()


def test_who_is_here_already_keeps_their_record(client, house, rosa):
    """Fault: somebody who comes back starts over, without their plan."""
    register_client(
        organization=house.organization,
        preferred_name="rosa",
        surname="SAMPLE",
        birth_date=dt.date(1988, 3, 21),
        at=NOON,
        by=Actor(),
    )
    client.force_login(house.ana)

    answer = client.post(PAGE, rosa)

    assert list(answer.context["form"].errors) == ["first_name"]
    assert Client.objects.count() == 1


def test_a_number_of_somebody_else_is_said_at_the_number(client, house, rosa):
    client.force_login(house.ana)
    client.post(PAGE, rosa)

    answer = client.post(PAGE, rosa | {"first_name": "Tess", "email": ""})

    assert list(answer.context["form"].errors) == ["phone"]
    assert Client.objects.count() == 1


def test_who_enrolls_for_a_colleague_hands_over_the_paper_and_is_off_then(
    client, house, rosa
):
    """Fault: whoever stood at the desk that day reads the record for good."""
    pat = house.staff("Pat", "CASE_MANAGER")
    client.force_login(pat)

    answer = client.post(PAGE, rosa)

    assert client.get(answer["Location"]).status_code == 200
    hers = Enrollment.objects.on_caseload_of(pat, NOON + dt.timedelta(hours=73))
    assert not hers.exists()


def test_an_admin_enrolls_and_opens_no_record(client, house, rosa):
    """Fault: setting up a program becomes a way into its records."""
    client.force_login(house.alex)

    answer = client.post(PAGE, rosa)

    assert answer["Location"] == PAGE
    assert "Rosa is enrolled. Ana hands over the way in." in client.get(PAGE).text
    assert not Enrollment.objects.on_caseload_of(house.alex, NOON).exists()


def test_what_is_of_another_house_cannot_be_chosen(client, house, rosa):
    """Fault: ids in a form are taken without asking whose they are."""
    neighbor = SetUpHouse(mail="elsewhere@example.org")
    client.force_login(house.ana)
    for name, one in [
        ("program", neighbor.program),
        ("level", neighbor.level),
        ("primary", neighbor.ana),
    ]:
        answer = client.post(PAGE, rosa | {name: one.pk})
        assert list(answer.context["form"].errors) == [name]


@pytest.mark.parametrize("role", ["NURSE", "PEER", "FRONT_DESK", "FACILITATOR"])
def test_other_roles_do_not_find_the_page(client, house, role):
    client.force_login(house.staff("Jo", role))

    assert client.get(PAGE).status_code == 404
