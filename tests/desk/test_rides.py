"""Rides that the team books, and what the front desk sees of the day."""

import datetime as dt
from uuid import uuid4

import pytest
from django.urls import reverse

from apps.audit.actors import Actor
from apps.care.models import Enrollment, Pause
from apps.sessions.models import Ride
from apps.sessions.services import answer_barrier
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory, StaffFactory, StaffRoleFactory
from tests.factories.sessions import (
    AttendanceFactory,
    GroupSessionFactory,
    RideFactory,
    SeriesFactory,
    seated,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
TODAY = NOON.date()
DAY = dt.timedelta(days=1)
ARRIVALS = reverse("desk:arrivals")


@pytest.fixture
def room():
    return GroupSessionFactory(series=SeriesFactory(title="Telling title"), on=TODAY)


@pytest.fixture
def rosa(room):
    person = seated(room, placement__weekdays=[0, 1, 2, 3, 4])[0]
    person.client.preferred_name = "Rosa"
    person.client.save()
    return person


@pytest.fixture
def pat(client, rosa):
    staff = StaffFactory(name="Pat", organization_id=rosa.organization_id)
    AssignmentFactory(enrollment=rosa, role="CARE_TEAM", staff=staff)
    client.force_login(staff)
    return client


@pytest.fixture
def robin(client, room):
    """At the door of the site of the room."""
    staff = StaffFactory(organization_id=room.organization_id, role="")
    StaffRoleFactory(
        user=staff, organization=room.organization, site=room.site, role="FRONT_DESK"
    )
    client.force_login(staff)
    return client


def test_a_ride_is_booked_and_called_off_on_one_page(pat, rosa, room):
    friday = GroupSessionFactory(series=room.series, on=TODAY + 2 * DAY)
    path = reverse("desk:rides", args=[rosa.client_id])
    told = {"to": friday.pk, "picks_up": "08:20", "words": "Blue van."}

    late = pat.post(path, told | {"picks_up": "12:30"})
    booked = pat.post(path, told, follow=True)
    again = pat.post(path, told)

    assert "That is after it ends. Look again." in late.text
    assert "Ride 8:20 am, booked by Pat. Blue van." in booked.text
    assert "They have a ride at that time." in again.text
    ride = Ride.objects.get()
    assert ride.picks_up_at == dt.datetime(2026, 10, 16, 12, 20, tzinfo=dt.UTC)

    off = pat.post(reverse("desk:ride_off", args=[ride.pk]), follow=True)
    assert "No ride is booked" in off.text


def test_the_task_leads_to_the_form_that_closes_it(pat, rosa, room):
    """Fault: a wish for a ride is closed by hand, after somebody else looked for it too."""
    GroupSessionFactory(series=room.series, on=TODAY + DAY)
    rides = reverse("desk:rides", args=[rosa.client_id])
    record = reverse("desk:client", args=[rosa.client_id])
    booking = f'href="{rides}">Book a ride'
    assert booking not in pat.get(record).text
    answer_barrier(
        enrollment=rosa,
        uuid=uuid4(),
        about="DAY",
        on=TODAY + DAY,
        answer="RIDE",
        occurred_at=NOON,
        at=NOON,
        by=Actor(),
    )

    page = pat.get(record).text
    assert "Needs a ride. For Thu Oct 15." in page
    assert booking in page

    to = pat.get(rides).context["form"].fields["to"].choices[0][0]
    pat.post(rides, {"to": to, "picks_up": "08:20"})
    assert booking not in pat.get(record).text


def test_only_who_looks_after_somebody_books_or_calls_off(client, rosa, robin):
    """Fault: the front desk, or a colleague of another caseload, changes a ride."""
    ride = RideFactory(enrollment=rosa)
    colleague = StaffFactory(organization_id=rosa.organization_id)
    for user in (None, colleague):
        if user:
            client.force_login(user)
        path = reverse("desk:rides", args=[rosa.client_id])
        off = reverse("desk:ride_off", args=[ride.pk])

        assert (client.get(path).status_code, client.post(off).status_code) == (
            404,
            404,
        )
    ride.refresh_from_db()
    assert ride.state == "BOOKED"


def test_the_door_shows_arrivals_and_rides_and_nothing_of_a_record(robin, rosa, room):
    """Fault: the front desk reads what a room is about, or why somebody is not there."""
    here, told, away, new = seated(room, 4, placement__weekdays=[2])
    AttendanceFactory(group_session=room, enrollment=here, minutes=10)
    AttendanceFactory(
        group_session=room, enrollment=told, status="EXCUSED", reason="COURT"
    )
    Pause.objects.create(enrollment=away, kind="HOSPITAL", from_on=TODAY)
    new.state = Enrollment.State.INVITED
    new.save()
    RideFactory(enrollment=rosa, group_session=room, on=TODAY)
    RideFactory(
        enrollment=rosa,
        group_session=room,
        on=TODAY,
        picks_up_at=NOON,
        words="Called off van.",
        state="CANCELLED",
    )

    page = robin.get(ARRIVALS)

    (time,) = page.context["door"].times
    assert time.title == "9 am"
    assert {p.name: (p.is_here, p.let_us_know) for p in time.people} == {
        "Rosa": (False, False),
        here.client.preferred_name: (True, False),
        told.client.preferred_name: (False, True),
    }
    assert "booked by Pat." in page.text
    for word in ("Telling title", "Court", "Hospital", "Called off van"):
        assert word not in page.text
    assert robin.get(reverse("desk:board")).url == ARRIVALS


def test_a_door_is_of_its_own_site_and_day(client, robin, rosa, room):
    elsewhere = GroupSessionFactory(on=TODAY)
    other_site = GroupSessionFactory(
        on=TODAY, series=SeriesFactory(program__site__organization=room.organization)
    )
    for other in (elsewhere, other_site):
        seated(other, placement__weekdays=[2])
    GroupSessionFactory(series=room.series, on=TODAY + DAY)

    assert robin.get(ARRIVALS).context["door"].client_ids == [rosa.client_id]


@pytest.mark.parametrize("count", [1, 3])
def test_arrivals_cost_the_same_for_any_number(
    robin, room, count, django_assert_num_queries
):
    for _ in range(count):
        other = GroupSessionFactory(
            series=SeriesFactory(program=room.series.program), on=TODAY
        )
        for person in seated(other, count, placement__weekdays=[2]):
            AttendanceFactory(group_session=other, enrollment=person)
            RideFactory(enrollment=person, group_session=other, on=TODAY)

    with django_assert_num_queries(10):
        robin.get(ARRIVALS)
