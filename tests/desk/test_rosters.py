import datetime as dt

import pytest
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.care.models import Enrollment, Pause
from apps.sessions.models import Attendance, GroupSession
from apps.sessions.services import take_seats
from tests.factories.care import (
    AssignmentFactory,
    ClientUserFactory,
    EnrollmentFactory,
    StaffFactory,
    StaffRoleFactory,
)
from tests.factories.sessions import (
    AttendanceFactory,
    GroupSessionFactory,
    OneToOneFactory,
    SeriesFactory,
    seated,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]

TODAY = dt.date(2026, 10, 14)
DAY = dt.timedelta(days=1)
HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def room():
    """Began at 9:00 today; it is noon."""
    return GroupSessionFactory(on=TODAY, series=SeriesFactory(facilitator__name="Ana"))


@pytest.fixture
def people(room):
    names = ["Cole", "Ana", "Bea"]
    people = seated(room, 3, placement__weekdays=[0, 1, 2, 3, 4])
    for person, name in zip(people, names, strict=True):
        person.client.preferred_name = name
        person.client.save()
    return people


@pytest.fixture
def lead(client, room):
    client.force_login(room.facilitator)
    return client


def url(name, room, *args):
    return reverse(f"desk:{name}", args=[room.pk, *args])


def tap(client, room, person, mark, htmx=False, **data):
    path = url("roster_mark", room, person.pk)
    return client.post(path, {"mark": mark, **data}, **(HTMX if htmx else {}))


def mark_of(person):
    return Attendance.objects.get(enrollment=person)


# The list


def test_the_list_shows_the_rooms_of_today_and_what_stayed_open(lead, room, people):
    yesterday = GroupSessionFactory(series=room.series, on=TODAY - DAY)
    GroupSessionFactory(
        series=room.series, on=TODAY - 2 * DAY, roster_closed_at=room.ends_at
    )
    GroupSessionFactory(series=room.series, on=TODAY + DAY)
    GroupSessionFactory(on=TODAY)
    for person in people:
        take_seats(enrollment=person, since=TODAY)
    AttendanceFactory(group_session=room, enrollment=people[0], minutes=60)

    found = lead.get(reverse("desk:rosters")).context["rosters"]

    assert [card.group_session for card in found.still_open] == [yesterday]
    assert [card.group_session for card in found.own] == [room]
    assert (found.own[0].here, found.own[0].people) == (1, 3)
    assert found.others == []


def test_other_days_are_a_link_away(lead, room):
    tomorrow = GroupSessionFactory(series=room.series, on=TODAY + DAY)

    found = lead.get(reverse("desk:rosters") + "?day=2026-10-15").context["rosters"]

    assert [card.group_session for card in found.own] == [tomorrow]
    assert (found.previous, found.is_today) == (TODAY, False)


@pytest.mark.parametrize("day", ["soon", "0001-01-01", "9999-12-31"])
def test_days_that_make_no_sense_are_today(lead, room, day):
    found = lead.get(reverse("desk:rosters") + f"?day={day}").context["rosters"]

    assert (found.day, found.is_today) == (TODAY, True)


def test_a_counselor_finds_the_rooms_where_their_people_are(client, room, people):
    counselor = StaffFactory(organization_id=room.organization_id)
    AssignmentFactory(enrollment=people[1], staff=counselor)
    GroupSessionFactory(series__program__site=room.site, on=TODAY)
    client.force_login(counselor)

    found = client.get(reverse("desk:rosters")).context["rosters"]

    assert [card.group_session for card in found.others] == [room]
    assert found.own == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number(
    lead, room, people, count, django_assert_num_queries
):
    for hour in range(count - 1):
        series = SeriesFactory(
            program=room.series.program,
            facilitator=room.facilitator,
            starts_at_time=dt.time(10 + hour),
        )
        GroupSessionFactory(series=series, on=TODAY)

    with django_assert_num_queries(5):
        found = lead.get(reverse("desk:rosters")).context["rosters"]

    assert len(found.own) == count


# One roster


def test_a_roster_names_its_people_in_order_and_is_written_down_as_read(
    lead, room, people
):
    response = lead.get(url("roster", room))

    roster = response.context["roster"]
    assert [row.name for row in roster.rows] == ["Ana", "Bea", "Cole"]
    assert roster.is_whole
    event = AuditEvent.objects.get(action="desk.roster_read")
    assert event.actor_id == room.facilitator_id
    assert set(event.client_ids) == {str(person.client_id) for person in people}


def test_two_of_the_same_name_are_told_apart(lead, room, people):
    for person, surname in zip(people[:2], ["Ito", "Paz"], strict=True):
        person.client.preferred_name, person.client.surname = "Sam", surname
        person.client.save()

    roster = lead.get(url("roster", room)).context["roster"]

    assert [row.name for row in roster.rows] == ["Bea", "Sam I.", "Sam P."]


def test_what_somebody_needs_at_the_door_is_shown(lead, room, people):
    people[0].client.interpreter_language = "Mandarin"
    people[0].client.save()
    Pause.objects.create(enrollment=people[1], kind="HOSPITAL", from_on=TODAY)
    people[2].state = Enrollment.State.INVITED
    people[2].save()

    text = lead.get(url("roster", room)).text

    assert "Interpreter: Mandarin" in text
    assert "Away for now" in text
    assert "First time here. Say hello." in text
    assert "ospital" not in text.split("<fieldset>")[0]


def test_a_colleague_sees_only_their_own_people_and_cannot_close(client, room, people):
    counselor = StaffFactory(organization_id=room.organization_id)
    AssignmentFactory(enrollment=people[1], staff=counselor)
    client.force_login(counselor)

    response = client.get(url("roster", room))

    assert [row.name for row in response.context["roster"].rows] == ["Ana"]
    assert "Cole" not in response.text
    assert "Close the roster" not in response.text
    assert client.post(url("roster_close", room)).status_code == 404
    assert client.get(url("roster_change", room)).status_code == 404
    assert tap(client, room, people[0], "PRESENT").status_code == 404
    assert tap(client, room, people[1], "PRESENT").status_code == 302


def test_who_looks_after_everybody_on_it_may_close(client, room, people):
    supervisor = StaffFactory(organization_id=room.organization_id)
    for person in people:
        AssignmentFactory(enrollment=person, staff=supervisor, role="SUPERVISING")
    client.force_login(supervisor)

    client.post(url("roster_close", room))

    room.refresh_from_db()
    assert room.roster_closed_by == supervisor


def test_a_substitute_sees_this_roster_only_until_a_day_after(
    client, room, people, time_machine
):
    substitute = StaffFactory(organization_id=room.organization_id)
    other = GroupSessionFactory(series=room.series, on=TODAY + DAY)
    GroupSession.objects.filter(pk=room.pk).update(facilitator=substitute)

    def status(of, user=substitute):
        client.force_login(user)
        return client.get(url("roster", of)).status_code

    assert (status(room), status(other)) == (200, 404)
    time_machine.move_to(room.ends_at + DAY - dt.timedelta(minutes=1), tick=False)
    assert status(room) == 200
    time_machine.move_to(room.ends_at + DAY, tick=False)
    assert status(room) == 404
    assert status(room, room.series.facilitator) == 200


@pytest.mark.parametrize("name", ["roster", "roster_close", "roster_change"])
def test_strangers_do_not_learn_that_a_roster_exists(client, room, people, name):
    elsewhere = StaffRoleFactory(role="SUPERVISOR").user
    colleague = StaffFactory(organization_id=room.organization_id)
    for user in (elsewhere, colleague, people[0].client.user, ClientUserFactory()):
        client.force_login(user)

        response = client.get(url(name, room))

        assert response.status_code == 404


def test_the_person_of_a_roster_is_one_of_its_own(lead, room, people):
    stranger = EnrollmentFactory(client__organization=room.organization)

    assert tap(lead, room, stranger, "PRESENT").status_code == 404
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_a_roster_costs_the_same_for_any_number(
    lead, room, count, django_assert_num_queries
):
    for person in seated(room, count, placement__weekdays=[2]):
        AttendanceFactory(group_session=room, enrollment=person, minutes=60)

    # One of them asks what people bring to this group.
    with django_assert_num_queries(12):
        response = lead.get(url("roster", room))

    assert len(response.context["roster"].rows) == count


# One tap


def test_one_tap_is_here_and_leads_back_to_the_row(lead, room, people):
    response = tap(lead, room, people[0], "PRESENT")

    assert response.status_code == 302
    assert response.url == url("roster", room) + f"#person-{people[0].pk}"
    made = mark_of(people[0])
    assert (made.status, made.marked_by) == ("LATE", room.facilitator)


def test_htmx_gets_the_row_and_the_count(lead, room, people):
    response = tap(lead, room, people[0], "PRESENT", htmx=True)

    assert f'id="person-{people[0].pk}"' in response.text
    assert f'id="person-{people[1].pk}"' not in response.text
    assert "Here since noon" in response.text
    assert 'hx-swap-oob="innerHTML"' in response.text
    assert "1 of 3 here" in response.text
    assert "<html" not in response.text


@pytest.mark.parametrize(
    ("mark", "data", "expected"),
    [
        ("NO_SHOW", {}, {"status": "NO_SHOW", "minutes": 0}),
        ("EXCUSED:RIDE", {}, {"status": "EXCUSED", "reason": "RIDE"}),
        ("ONE_TO_ONE", {}, {"status": "ONE_TO_ONE"}),
        ("VIDEO", {}, {"status": "LATE", "telehealth": True}),
        ("TIMES", {"came_at": "09:05"}, {"status": "PRESENT", "minutes": 210}),
        ("TIMES", {"left_at": "10:30"}, {"status": "LEFT_EARLY"}),
        ("LEFT_EARLY", {"left_at": "10:00"}, {"status": "LEFT_EARLY"}),
        (
            "TIMES",
            {"came_at": "09:30", "left_at": "11:30"},
            {"status": "LEFT_EARLY", "minutes": 120},
        ),
    ],
)
def test_the_rest_is_one_tap_in_the_disclosure(
    lead, room, people, mark, data, expected
):
    tap(lead, room, people[0], mark, **data)

    made = mark_of(people[0])
    assert {key: getattr(made, key) for key in expected} == expected


def test_the_row_never_says_what_the_room_should_not_read(lead, room, people):
    tap(lead, room, people[0], "TIMES", came_at="09:00")
    tap(lead, room, people[0], "ONE_TO_ONE")
    tap(lead, room, people[1], "EXCUSED:COURT")

    rows = lead.get(url("roster", room)).context["roster"].rows

    assert {row.name: row.state for row in rows} == {
        "Ana": "Told us before",
        "Bea": "",
        "Cole": "Here",
    }


def test_seen_one_to_one_asks_for_a_medical_look_and_a_safe_ride(lead, room, people):
    response = tap(lead, room, people[0], "ONE_TO_ONE", htmx=True)

    assert "Ask for a medical look" in response.text


@pytest.mark.parametrize(
    ("mark", "data", "words"),
    [
        ("TIMES", {}, "Give the time they came or left."),
        (
            "TIMES",
            {"came_at": "10:00", "left_at": "09:30"},
            "They left before they came.",
        ),
        ("", {}, "Choose what it was."),
    ],
)
@pytest.mark.parametrize("htmx", [True, False])
def test_what_does_not_fit_is_said_at_the_row(
    lead, room, people, mark, data, words, htmx
):
    response = tap(lead, room, people[0], mark, htmx=htmx, **data)

    assert response.status_code == 200
    assert words in response.text
    assert not Attendance.objects.exists()


def test_left_early_after_the_end_needs_the_time(lead, room, people, time_machine):
    time_machine.move_to(room.ends_at, tick=False)
    lead.force_login(room.facilitator)

    response = tap(lead, room, people[0], "LEFT_EARLY")

    assert "When did they leave?" in response.text


def test_before_it_opens_only_told_us_before_can_be_said(lead, room, people):
    tomorrow = GroupSessionFactory(series=room.series, on=TODAY + DAY)

    page = lead.get(url("roster", tomorrow)).text
    refused = tap(lead, tomorrow, people[0], "PRESENT")
    tap(lead, tomorrow, people[0], "EXCUSED:ILL")

    assert 'value="PRESENT"' not in page
    assert "This roster opens at 8:30 am" in refused.text
    assert mark_of(people[0]).status == "EXCUSED"


# Closing


def test_closing_first_says_who_will_be_marked_as_not_here(lead, room, people):
    tap(lead, room, people[0], "PRESENT")
    Pause.objects.create(enrollment=people[1], kind="TRAVEL", from_on=TODAY)

    page = lead.get(url("roster_close", room))

    assert [row.name for row in page.context["roster"].untouched] == ["Bea"]
    assert Attendance.objects.count() == 1

    response = lead.post(url("roster_close", room), follow=True)

    assert dict(Attendance.objects.values_list("enrollment", "status")) == {
        people[0].pk: "LATE",
        people[2].pk: "NO_SHOW",
    }
    assert "Closed. You can still correct it." in response.text
    assert "Closed October 14, noon by Ana" in response.text


def test_a_roster_cannot_be_closed_before_it_begins_or_twice(lead, room):
    tomorrow = GroupSessionFactory(series=room.series, on=TODAY + DAY)

    early = lead.post(url("roster_close", tomorrow), follow=True)
    lead.post(url("roster_close", room))
    again = lead.post(url("roster_close", room), follow=True)

    tomorrow.refresh_from_db()
    assert tomorrow.roster_closed_at is None
    assert "It can be closed once it has begun." in early.text
    assert "Somebody closed it a moment ago." in again.text


def test_after_closing_a_row_is_corrected_in_its_disclosure(lead, room, people):
    lead.post(url("roster_close", room))

    page = lead.get(url("roster", room)).text
    tap(lead, room, people[0], "EXCUSED:WORK")

    assert 'class="button roster__who"' not in page
    assert mark_of(people[0]).status == "EXCUSED"


# Changes


def test_a_room_can_be_changed_for_this_once(lead, room):
    tomorrow = GroupSessionFactory(series=room.series, on=TODAY + DAY)
    substitute = StaffRoleFactory(
        organization=room.organization, user__name="Kofi"
    ).user

    lead.post(
        url("roster_change", tomorrow),
        {
            "on": "2026-10-15",
            "begins": "10:00",
            "room": "Room 4",
            "facilitator": substitute.pk,
        },
    )

    tomorrow.refresh_from_db()
    assert tomorrow.starts_at == dt.datetime(2026, 10, 15, 14, 0, tzinfo=dt.UTC)
    assert (tomorrow.room, tomorrow.facilitator) == ("Room 4", substitute)


def test_only_somebody_who_leads_rooms_here_can_lead_it(lead, room):
    front_desk = StaffRoleFactory(
        organization=room.organization, role="FRONT_DESK"
    ).user
    elsewhere = StaffRoleFactory().user

    for user in (front_desk, elsewhere):
        response = lead.post(
            url("roster_change", room),
            {"on": "2026-10-14", "begins": "09:00", "facilitator": user.pk},
        )

        assert list(response.context["form"].errors) == ["facilitator"]


def test_cancelling_says_why_to_the_people(lead, room, people):
    refused = lead.post(url("roster_cancel", room), {"note": ""})
    done = lead.post(url("roster_cancel", room), {"note": "No heating."}, follow=True)

    assert "Write one sentence for them." in refused.text
    room.refresh_from_db()
    assert (room.state, room.change_note) == ("CANCELLED", "No heating.")
    assert "it counts for nobody" in done.text
    again = lead.post(url("roster_cancel", room), {"note": "Again."}, follow=True)
    assert "Nothing was changed." in again.text


def test_a_one_to_one_has_a_roster_of_one(client):
    own = OneToOneFactory(on=TODAY)
    client.force_login(own.facilitator)

    roster = client.get(url("roster", own)).context["roster"]

    assert [row.enrollment for row in roster.rows] == [own.enrollment]


# Proposals, a full room, corrections


@pytest.mark.parametrize(
    ("after", "is_proposed"), [(29, False), (30, True)], ids=["not yet", "half an hour"]
)
def test_who_is_not_here_after_half_an_hour_is_proposed_and_not_written(
    client, room, people, time_machine, after, is_proposed
):
    """Fault: somebody is written as not here before a person said so."""
    Pause.objects.create(enrollment=people[1], kind="TRAVEL", from_on=TODAY)
    time_machine.move_to(room.starts_at + dt.timedelta(minutes=after), tick=False)
    client.force_login(room.facilitator)

    page = client.get(url("roster", room))

    proposed = {row.name for row in page.context["roster"].rows if row.is_proposed}
    assert proposed == ({"Cole", "Bea"} if is_proposed else set())
    assert ("Will be written as not here when you close." in page.text) == is_proposed
    assert not Attendance.objects.exists()


def test_a_full_room_is_one_tap_with_undo(lead, room, people):
    page = lead.post(url("roster_everybody", room), follow=True)
    assert Attendance.objects.count() == 3
    assert "Everybody is marked as here." in page.text

    made_at = page.context["roster"].undo
    lead.post(url("roster_undo", room), {"all": made_at})
    assert not Attendance.objects.exists()

    late = lead.post(url("roster_undo", room), {"all": made_at}, follow=True)
    assert "Too late to take back." in late.text


@pytest.mark.parametrize("said", ["", "x", "2026-10-14T12:00", "2026-10-14T12:00:00Z"])
def test_an_undo_that_no_page_sent_takes_nothing_back(lead, room, people, said):
    tap(lead, room, people[0], "PRESENT")
    Attendance.objects.update(marked_by=people[0].client.user)

    lead.post(url("roster_undo", room), {"all": said})

    assert Attendance.objects.count() == 1


def test_who_sees_only_their_own_cannot_mark_everybody(client, room, people):
    counselor = StaffFactory(organization_id=room.organization_id)
    AssignmentFactory(enrollment=people[0], staff=counselor)
    client.force_login(counselor)

    assert client.post(url("roster_everybody", room)).status_code == 404
    assert not Attendance.objects.exists()


def test_a_row_tells_its_corrections_and_not_the_one_to_one(lead, room, people):
    tap(lead, room, people[0], "NO_SHOW")
    lead.post(url("roster_close", room))
    tap(lead, room, people[0], "ONE_TO_ONE")

    row = lead.get(url("roster", room)).context["roster"].row(people[0].pk)

    assert row.history == ["October 14, noon, Ana: Not here, now Here (30 min)"]


def test_a_part_they_were_not_in_is_unticked(lead, room, people):
    for offset, title in ((0, "First"), (100, "Second")):
        room.series.blocks.create(
            title=title, kind="GROUP", offset_minutes=offset, minutes=90
        )
    told = {"came_at": "09:00", "parts": [0, 100]}

    refused = tap(lead, room, people[0], "TIMES", **told)
    tap(lead, room, people[0], "TIMES", was_in=[100], **told)

    assert "Which part were they in?" in refused.text
    assert mark_of(people[0]).block_minutes == {"0": 0, "100": 90}
    row = lead.get(url("roster", room)).context["roster"].row(people[0].pk)
    assert row.parts == [(0, "First", False), (100, "Second", True)]
