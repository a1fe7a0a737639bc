import datetime as dt
import re

import pytest
from django.urls import reverse

from apps.care.models import Enrollment, Pause
from apps.sessions.models import GroupSession
from tests.factories.care import ClientUserFactory, LevelFactory, StaffFactory
from tests.factories.sessions import (
    MORNING,
    AttendanceFactory,
    GroupSessionFactory,
    RideFactory,
    SeriesFactory,
    seated,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]

MONDAY = dt.date(2026, 10, 12)
TODAY = MONDAY + dt.timedelta(days=2)
URL = reverse("sessions:schedule")


@pytest.fixture
def rooms():
    """Monday to Friday of this week; it is Wednesday noon, and 9:00 has begun."""
    series = SeriesFactory(with_blocks=MORNING, facilitator__name="Ana")
    return [
        GroupSessionFactory(series=series, on=MONDAY + dt.timedelta(days=day))
        for day in range(5)
    ]


@pytest.fixture
def person(rooms):
    return seated(rooms[0], placement__weekdays=[0, 1, 2, 3, 4])[0]


@pytest.fixture
def week(client, person):
    def read(path=URL):
        client.force_login(person.client.user)
        response = client.get(path)
        return response.context["week"], response.text

    return read


def test_the_week_shows_its_days_from_today_and_folds_those_before(week):
    found, _ = week()

    assert [day.on for day in found.folded] == [MONDAY, MONDAY + dt.timedelta(days=1)]
    assert [day.title for day in found.open_days] == [
        "Wednesday 14",
        "Thursday 15",
        "Friday 16",
    ]
    assert [day.is_today for day in found.open_days] == [True, False, False]


def test_a_day_says_when_where_and_with_whom_and_what_after_a_tap(week):
    found, text = week()

    (meeting,) = found.open_days[1].meetings
    assert (meeting.span, meeting.where, meeting.leader) == (
        "9 am – 12:30 pm",
        "Room 2",
        "with Ana",
    )
    assert meeting.parts == [
        ("9 am", "Little Big Book Group"),
        ("10:40 am", "Psycho Ed Group"),
        ("12:10 pm", "Wrap-up and plan check"),
    ]
    summary = text.index("What we do")
    assert summary < text.index("Little Big Book Group")


def test_only_the_next_one_says_how_long_until(week, rooms, time_machine):
    found, _ = week()
    assert [day.meetings[0].until for day in found.open_days] == [
        "now, until 12:30 pm",
        "",
        "",
    ]

    time_machine.move_to(rooms[2].ends_at + dt.timedelta(hours=8), tick=False)
    found, _ = week()

    assert [day.meetings[0].until for day in found.open_days] == ["", "in 12 h", ""]


def test_what_was_attended_stands_in_calm_words_and_what_was_not_stands_nowhere(
    week, rooms, person, noon
):
    AttendanceFactory(group_session=rooms[0], enrollment=person, minutes=185)
    AttendanceFactory(
        group_session=rooms[1], enrollment=person, status="NO_SHOW", minutes=0
    )
    GroupSession.objects.update(roster_closed_at=noon)

    found, text = week()

    assert [day.meetings[0].came for day in found.folded] == [
        "You were here, 3 h 5 min",
        "",
    ]
    for word in ("missed", "absent", "not here", "No-show"):
        assert word.lower() not in text.lower()


def test_hours_are_said_without_a_percentage_or_a_debt(week, rooms, person):
    AttendanceFactory(group_session=rooms[0], enrollment=person, minutes=210)

    found, text = week()

    assert (found.attended, found.planned) == (210, 5 * 210)
    assert "3.5 of about 17.5 hours this week" in text
    assert "A usual week at this step has 9 to 19 hours." in text
    assert "%" not in re.sub("<[^>]*>", "", text.split("<main")[1])


def test_changes_are_said_in_words(week, rooms, noon):
    thursday, friday = rooms[3:]
    substitute = StaffFactory(name="Kofi")
    later = thursday.starts_at + dt.timedelta(hours=1)
    GroupSession.objects.filter(pk=thursday.pk).update(
        starts_at=later, room="Room 4", facilitator=substitute
    )
    GroupSession.objects.filter(pk=friday.pk).update(
        state="CANCELLED", change_note="Closed for the holiday."
    )

    found, text = week()

    assert found.open_days[1].meetings[0].changes == [
        "New time (usually 9 am).",
        "Moved to Room 4.",
        "Kofi leads it this time.",
    ]
    assert found.open_days[2].meetings[0].changes == [
        "Not held this time.",
        "Closed for the holiday.",
    ]
    assert "<s" in text


def test_a_session_held_on_another_day_says_which_it_was(week, rooms):
    day = dt.timedelta(days=1)
    friday = rooms[4]
    GroupSession.objects.filter(pk=friday.pk).update(
        local_on=friday.local_on + day,
        starts_at=friday.starts_at + day,
        ends_at=friday.ends_at + day,
    )

    found, _ = week()

    saturday = found.open_days[-1]
    assert saturday.title == "Saturday 17"
    assert saturday.meetings[0].changes == ["Held on this day instead of Friday."]


def test_the_words_are_in_the_language_of_the_person(client, person, rooms):
    user = person.client.user
    user.language = "es"
    user.save()
    client.force_login(user)

    response = client.get(URL)

    assert response.context["week"].open_days[0].title == "Miércoles 14"
    assert response.context["week"].open_days[0].meetings[0].span == "09:00 – 12:30"


def test_a_person_in_another_zone_reads_their_own_clock_too(week, person):
    person.client.timezone = "America/Chicago"
    person.client.save()

    found, _ = week()

    assert found.open_days[1].meetings[0].span == "9 am – 12:30 pm"
    assert found.open_days[1].meetings[0].own_clock == "8 am your time"


def test_other_weeks_are_one_link_away_and_open(week):
    before, text = week(f"{URL}?week=2026-10-08")
    after, _ = week(f"{URL}?week=2026-10-19")

    assert before.monday == MONDAY - dt.timedelta(days=7)
    assert (before.is_past, before.folded) == (True, [])
    assert "Where you are" not in text
    assert (after.monday, after.previous) == (MONDAY + dt.timedelta(days=7), MONDAY)


@pytest.mark.parametrize(
    ("asked", "monday"),
    [
        ("nonsense", MONDAY),
        ("0001-01-01", dt.date(2026, 9, 14)),
        ("9999-12-31", dt.date(2027, 1, 4)),
    ],
)
def test_weeks_outside_the_stay_lead_to_its_edge(week, asked, monday):
    found, _ = week(f"{URL}?week={asked}")

    assert found.monday == monday


def test_when_this_week_is_over_the_next_session_is_named(week, rooms, time_machine):
    GroupSessionFactory(series=rooms[0].series, on=MONDAY + dt.timedelta(days=7))
    time_machine.move_to(rooms[4].ends_at + dt.timedelta(hours=2), tick=False)

    found, text = week()

    assert found.coming.title == "Monday, 9 am – 12:30 pm"
    assert "?week=2026-10-19" in text


def test_where_you_are_shows_the_way_and_no_date_that_can_be_lost(week, person):
    LevelFactory(
        organization=person.organization,
        code="OP",
        position=1,
        days_min=1,
        days_max=2,
        weekly_hours_min=1,
        weekly_hours_max=8,
    )

    _, text = week()

    way = " ".join(text.split('class="way"')[1].split("</ol>")[0].split())
    assert way.count("<li") == 4
    assert '<li aria-current="step"> 5 days a week <small>since September 14' in way
    assert "Once a week" in way
    assert "We'll look at this together around October 26." in text


def test_in_a_pause_the_page_says_that_the_place_stays(week, person):
    Pause.objects.create(enrollment=person, kind="HOSPITAL", from_on=TODAY, to_on=TODAY)

    found, text = week()

    assert "Nobody expects you here until October 14. Your place stays yours." in text
    assert "ospital" not in text
    assert TODAY not in [day.on for day in found.days]


def test_after_the_stay_the_page_says_how_to_come_back(client, person):
    person.state, person.ended_on = Enrollment.State.ENDED, TODAY
    person.save()
    client.force_login(person.client.user)

    response = client.get(URL)

    assert "Nothing is planned right now." in response.text


def test_a_week_with_nothing_says_so(week):
    found, text = week(f"{URL}?week=2026-11-16")

    assert found.days == []
    assert "Nothing is planned in this week." in text


def test_nobody_reads_the_week_of_another(client, rooms, person):
    client.force_login(ClientUserFactory())
    other = client.get(URL)
    client.force_login(StaffFactory())
    staff = client.get(URL)

    assert "Room 2" not in other.text
    assert staff.status_code == 404


def test_signed_out_leads_to_signing_in(client):
    response = client.get(URL)

    assert response.status_code == 302
    assert response.url.startswith("/sign-in/")


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_days(
    client, count, django_assert_num_queries
):
    series = SeriesFactory(with_blocks=MORNING)
    # Up to Friday, so that something is ahead to be asked about.
    days = [MONDAY + dt.timedelta(days=day) for day in range(5 - count, 5)]
    rooms = [GroupSessionFactory(series=series, on=day) for day in days]
    person = seated(rooms[0], placement__weekdays=[2, 3, 4])[0]
    for room in rooms:
        AttendanceFactory(group_session=room, enrollment=person, minutes=210)
        RideFactory(
            enrollment=person,
            group_session=room,
            on=room.local_on,
            picks_up_at=room.starts_at,
            booked_by=room.facilitator,
        )
    client.force_login(person.client.user)

    with django_assert_num_queries(11):
        response = client.get(URL)

    assert len(response.context["week"].days) == count


@pytest.mark.parametrize("week", ["", "?week=2026-10-05"], ids=["this", "the last"])
def test_a_week_of_nothing_is_no_number(client, week):
    """Fault: "You were here 0 hours" is a debt, whatever it calls itself."""
    series = SeriesFactory()
    room = GroupSessionFactory(series=series, on=MONDAY + dt.timedelta(days=3))
    GroupSessionFactory(series=series, on=MONDAY - dt.timedelta(days=7))
    client.force_login(seated(room)[0].client.user)

    page = client.get(URL + week).text

    assert re.search(r"\b0\b[^<]*hours", page) is None
    assert "You were here" not in page
