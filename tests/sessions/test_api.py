import datetime as dt

import pytest
from django.urls import reverse

from tests.factories.care import StaffFactory
from tests.factories.sessions import (
    MORNING,
    AttendanceFactory,
    GroupSessionFactory,
    OneToOneFactory,
    SeriesFactory,
    seated,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]

URL = reverse("api:schedule")
TODAY = dt.date(2026, 10, 14)
DAY = dt.timedelta(days=1)


@pytest.fixture
def series():
    return SeriesFactory(with_blocks=MORNING[:1], facilitator__name="Ana")


@pytest.fixture
def person(series):
    first = GroupSessionFactory(series=series, on=TODAY)
    return seated(first, placement__weekdays=[0, 1, 2, 3, 4])[0]


def test_the_schedule_is_two_weeks_from_today(client, series, person):
    for day in (-1, 13, 14):
        GroupSessionFactory(series=series, on=TODAY + day * DAY, weekday=0)
    client.force_login(person.client.user)

    response = client.get(URL)

    assert [row["starts_at"] for row in response.json()] == [
        "2026-10-14T13:00:00Z",
        "2026-10-27T13:00:00Z",
    ]


def test_a_session_is_told_whole(client, series, person):
    room = series.occurrences.get()
    AttendanceFactory(group_session=room, enrollment=person, minutes=100)
    client.force_login(person.client.user)

    response = client.get(URL)

    assert response.json() == [
        {
            "id": str(room.pk),
            "title": "Day morning",
            "kind": "GROUP",
            "starts_at": "2026-10-14T13:00:00Z",
            "ends_at": "2026-10-14T16:30:00Z",
            "timezone": "America/New_York",
            "place": "Room 2",
            "telehealth": False,
            "leader": "Ana",
            "state": "SCHEDULED",
            "changes": [],
            "blocks": [
                {
                    "title": "Little Big Book Group",
                    "offset_minutes": 0,
                    "minutes": 100,
                }
            ],
            "attended_minutes": 100,
        }
    ]


def test_a_one_to_one_has_no_blocks(client):
    own = OneToOneFactory(on=TODAY)
    client.force_login(own.enrollment.client.user)

    (row,) = client.get(URL).json()

    assert (row["title"], row["blocks"], row["changes"]) == ("One-to-one", [], [])


def test_other_days_can_be_asked_for(client, series, person):
    earlier = GroupSessionFactory(series=series, on=TODAY - DAY)
    client.force_login(person.client.user)

    response = client.get(URL, {"from": "2026-10-12", "to": "2026-10-13"})

    assert [row["id"] for row in response.json()] == [str(earlier.pk)]


@pytest.mark.parametrize(
    ("params", "field"),
    [
        pytest.param({"from": "soon"}, "from", id="no date"),
        pytest.param({"from": "2026-10-14", "to": "2026-10-13"}, "to", id="backwards"),
        pytest.param({"to": "2027-01-15"}, "to", id="too much at once"),
        pytest.param({"from": "9999-12-31"}, "from", id="far away"),
    ],
)
def test_days_that_make_no_sense_are_named(client, person, params, field):
    client.force_login(person.client.user)

    response = client.get(URL, params)

    assert response.status_code == 400
    assert list(response.json()) == [field]


def test_it_is_read_only_and_for_the_client_alone(client, person):
    assert client.get(URL).status_code == 403

    client.force_login(StaffFactory())
    assert client.get(URL).status_code == 404

    client.force_login(person.client.user)
    assert client.post(URL, {}).status_code == 405


@pytest.mark.parametrize("count", [1, 3])
def test_the_answer_costs_the_same_for_any_number(
    client, series, count, django_assert_num_queries
):
    rooms = [
        GroupSessionFactory(series=series, on=TODAY + day * DAY) for day in range(count)
    ]
    person = seated(rooms[0], placement__weekdays=[2, 3, 4])[0]
    client.force_login(person.client.user)

    with django_assert_num_queries(5):
        rows = client.get(URL).json()

    assert len(rows) == count
