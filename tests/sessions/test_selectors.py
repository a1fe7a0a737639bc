import datetime as dt
import random

import pytest
from django.conf import settings

from apps.care.models import Enrollment, Pause, Placement
from apps.care.rules import drift_facts
from apps.sessions.marks import attendance_marks, open_rosters, week_hours
from apps.sessions.models import Attendance, GroupSession, Override
from apps.sessions.selectors import (
    count_of_seated,
    expected_people,
    expected_sessions,
    next_session,
    rooms_of,
    seated_people,
)
from tests.factories.care import EnrollmentFactory, LevelFactory, ProgramFactory
from tests.factories.sessions import (
    MORNING,
    AttendanceFactory,
    GroupSessionFactory,
    OneToOneFactory,
    OverrideFactory,
    SeriesFactory,
    seated,
)

pytestmark = pytest.mark.django_db

MONDAY = dt.date(2026, 10, 12)
DAY = dt.timedelta(days=1)


def week_of(enrollment, monday=MONDAY):
    start = dt.datetime.combine(monday, dt.time(4), dt.UTC)
    return list(expected_sessions(enrollment, start, start + 7 * DAY))


def rooms_of_a_week(series, days=range(5)):
    return [GroupSessionFactory(series=series, on=MONDAY + day * DAY) for day in days]


def test_the_weekdays_of_the_placement_say_when_somebody_comes():
    series = SeriesFactory()
    rooms = rooms_of_a_week(series)
    person = seated(rooms[0], placement__weekdays=[0, 3])[0]

    assert week_of(person) == [rooms[0], rooms[3]]


def test_another_level_program_or_organization_is_not_expected():
    room = GroupSessionFactory()
    expected = seated(room)[0]
    seated(room, placement__level="PHP")
    EnrollmentFactory(client__organization=room.organization)
    OverrideFactory(group_session=room)

    assert list(expected_people(room)) == [expected]


def test_a_step_down_changes_who_is_expected_from_its_day_on():
    series = SeriesFactory()
    monday, *_, friday = rooms_of_a_week(series)
    person = seated(monday, placement__weekdays=[0, 4])[0]
    first = person.placements.get()
    first.to_on = MONDAY + 2 * DAY
    first.save()
    Placement.objects.create(
        enrollment=person,
        level=first.level,
        program=first.program,
        weekdays=[0, 1, 2],
        from_on=MONDAY + 3 * DAY,
    )
    next_monday = GroupSessionFactory(series=series, on=MONDAY + 7 * DAY)

    assert week_of(person) == [monday]
    assert week_of(person, MONDAY + 7 * DAY) == [next_monday]
    assert not expected_people(friday).exists()


def test_a_session_held_on_another_day_keeps_its_people():
    room = GroupSessionFactory(local_on=MONDAY + DAY)
    person = seated(room, placement__weekdays=[0])[0]
    # A step-down between the two days changes nothing about it.
    person.placements.update(to_on=MONDAY)

    assert list(expected_people(room)) == [person]
    assert week_of(person) == [room]


def test_overrides_add_and_drop_one_occurrence():
    series = SeriesFactory()
    monday, tuesday, *_ = rooms_of_a_week(series)
    person = seated(monday, placement__weekdays=[0])[0]
    OverrideFactory(enrollment=person, group_session=monday, kind="DROPPED")
    OverrideFactory(enrollment=person, group_session=tuesday, kind="ADDED")

    assert week_of(person) == [tuesday]
    assert list(expected_people(tuesday)) == [person]
    assert not expected_people(monday).exists()


def test_a_one_to_one_belongs_to_one_person():
    own = OneToOneFactory(on=MONDAY)
    EnrollmentFactory(program=own.enrollment.program)

    assert week_of(own.enrollment) == [own]
    assert list(expected_people(own)) == [own.enrollment]


def test_in_a_pause_nobody_is_expected_but_the_roster_still_names_them():
    room = GroupSessionFactory()
    person = seated(room)[0]
    Pause.objects.create(
        enrollment=person, kind="TRAVEL", from_on=MONDAY - DAY, to_on=MONDAY
    )

    assert week_of(person) == []
    assert not expected_people(room).exists()
    assert [one.paused for one in seated_people(room)] == [True]


def test_the_invited_have_a_seat_and_are_not_expected_before_they_came():
    room = GroupSessionFactory()
    invited = seated(room, state=Enrollment.State.INVITED)[0]

    assert list(seated_people(room)) == [invited]
    assert not expected_people(room).exists()
    assert week_of(invited) == []


def test_after_the_last_day_and_after_a_death_nobody_is_expected():
    room = GroupSessionFactory()
    ended, died = seated(room, 2)
    ended.state, ended.ended_on = Enrollment.State.ENDED, MONDAY - DAY
    ended.save()
    died.client.died_on = MONDAY
    died.client.save()

    assert not seated_people(room).exists()
    assert week_of(ended) == week_of(died) == []


@pytest.mark.parametrize("seed", range(6))
def test_both_sides_of_the_rule_agree(seed):
    rng = random.Random(seed)
    home = EnrollmentFactory()
    organization = home.organization
    programs = [home.program, ProgramFactory(site=home.program.site)]
    levels = [LevelFactory(organization=organization, code=c) for c in ("IOP", "PHP")]
    for program in programs:
        for count in (1, 2):
            series = SeriesFactory(program=program, capacity=9)
            series.levels.set(rng.sample(levels, count))
            for day in rng.sample(range(14), 8):
                moved = rng.choice([0, 0, 0, 1])
                GroupSessionFactory(
                    series=series,
                    on=MONDAY + day * DAY,
                    local_on=MONDAY + (day + moved) * DAY,
                )
    people = EnrollmentFactory.create_batch(8, client__organization=organization)
    for person in people:
        person.placements.all().delete()
        turn = MONDAY + rng.randint(-2, 12) * DAY
        for from_on, to_on in [(MONDAY - 30 * DAY, turn), (turn + DAY, None)]:
            Placement.objects.create(
                enrollment=person,
                level=rng.choice(levels),
                program=rng.choice(programs),
                weekdays=sorted(rng.sample(range(7), rng.randint(1, 6))),
                from_on=from_on,
                to_on=to_on,
            )
        if rng.random() < 0.4:
            from_on = MONDAY + rng.randint(0, 10) * DAY
            to_on = rng.choice([None, from_on + 2 * DAY])
            Pause.objects.create(
                enrollment=person, kind="TRAVEL", from_on=from_on, to_on=to_on
            )
        if rng.random() < 0.3:
            person.ended_on = MONDAY + rng.randint(0, 12) * DAY
            person.state = Enrollment.State.ENDED
            person.save()
        elif rng.random() < 0.2:
            person.state = Enrollment.State.INVITED
            person.save()
        for room in rng.sample(list(GroupSession.objects.all()), 3):
            OverrideFactory(
                enrollment=person,
                group_session=room,
                kind=rng.choice(Override.Kind.values),
            )
        OneToOneFactory(enrollment=person, on=MONDAY + rng.randint(0, 13) * DAY)
    start = dt.datetime.combine(MONDAY - DAY, dt.time(), dt.UTC)

    by_person = {
        (person.pk, room.pk)
        for person in people
        for room in expected_sessions(person, start, start + 30 * DAY)
    }
    by_room = {
        (person.pk, room.pk)
        for room in GroupSession.objects.select_related("series")
        for person in expected_people(room)
        if person in people
    }

    assert by_person == by_room
    assert len(by_person) > 10
    in_groups = GroupSession.objects.filter(enrollment=None).select_related("series")
    assert {
        room.pk: room.seated for room in in_groups.annotate(seated=count_of_seated())
    } == {room.pk: seated_people(room).count() for room in in_groups}
    some = Enrollment.objects.filter(pk__in=[person.pk for person in people[:2]])
    assert set(in_groups.filter(rooms_of(some))) == {
        room for room in in_groups if set(seated_people(room)) & set(people[:2])
    }


def test_expected_sessions_and_people_are_one_query_each(django_assert_num_queries):
    room = GroupSessionFactory()
    person = seated(room, 3)[0]
    person = Enrollment.objects.select_related("client").get(pk=person.pk)

    with django_assert_num_queries(1):
        week_of(person)
    with django_assert_num_queries(1):
        [one.client.preferred_name for one in expected_people(room)]


def test_the_next_session_is_the_one_that_is_not_over(noon):
    series = SeriesFactory()
    rooms = rooms_of_a_week(series)
    person = seated(rooms[0], placement__weekdays=[0, 1, 2, 3, 4])[0]
    wednesday, thursday, friday = rooms[2:]
    thursday.state = GroupSession.State.CANCELLED
    thursday.save()

    assert (
        next_session(person, wednesday.ends_at - dt.timedelta(minutes=1)) == wednesday
    )
    assert next_session(person, wednesday.ends_at) == friday
    assert next_session(person, friday.ends_at) is None


def test_hours_of_the_week_count_service_planned_and_attended():
    series = SeriesFactory(
        with_blocks=[*MORNING, ("Lunch", 210, 45, False)], minutes=255
    )
    rooms = rooms_of_a_week(series)
    person = seated(rooms[0], placement__weekdays=[0, 1, 2])[0]
    own = OneToOneFactory(enrollment=person, on=MONDAY + DAY)
    for room, minutes in [(rooms[0], 210), (rooms[1], 180), (own, 50)]:
        AttendanceFactory(group_session=room, enrollment=person, minutes=minutes)
    rooms[2].state = GroupSession.State.CANCELLED
    rooms[2].save()

    assert week_hours(person, MONDAY) == (440, 470)
    assert week_hours(person, MONDAY + 7 * DAY) == (0, 0)


def test_who_came_is_known_at_once_and_who_did_not_when_the_roster_is_closed(noon):
    series = SeriesFactory()
    rooms = rooms_of_a_week(series)
    person = seated(rooms[0], placement__weekdays=[0, 1, 2, 3, 4])[0]
    came, missing, untouched, cancelled, ahead = rooms
    AttendanceFactory(group_session=came, enrollment=person, status="LATE")
    for room in (missing, untouched):
        AttendanceFactory(
            group_session=room, enrollment=person, status="NO_SHOW", minutes=0
        )
    missing.roster_closed_at = noon
    missing.save()
    cancelled.state = GroupSession.State.CANCELLED
    cancelled.save()

    marks = attendance_marks(person, MONDAY)

    assert [(visit.starts_at, visit.status) for visit in marks] == [
        (came.starts_at, "LATE"),
        (missing.starts_at, "NO_SHOW"),
        (untouched.starts_at, ""),
        (cancelled.starts_at, "CANCELLED"),
        (ahead.starts_at, ""),
    ]


def test_a_roster_closed_before_somebody_belonged_says_nothing_about_them(noon):
    room = GroupSessionFactory(roster_closed_at=noon)
    person = seated(room)[0]

    assert attendance_marks(person, MONDAY) == []


def test_somebody_who_came_unexpected_came(noon):
    room = GroupSessionFactory()
    guest = EnrollmentFactory(client__organization=room.organization)
    AttendanceFactory(group_session=room, enrollment=guest, minutes=60)

    assert [visit.status for visit in attendance_marks(guest, MONDAY)] == ["PRESENT"]
    assert week_hours(guest, MONDAY)[0] == 60


def test_a_roster_is_open_half_an_hour_after_the_end(noon):
    room = GroupSessionFactory()
    GroupSessionFactory(state=GroupSession.State.CANCELLED, on=MONDAY - DAY)
    GroupSessionFactory(roster_closed_at=noon, on=MONDAY - DAY)
    half_past = room.ends_at + dt.timedelta(minutes=30)

    assert list(open_rosters(half_past - dt.timedelta(seconds=1))) == []
    assert list(open_rosters(half_past)) == [room]


def test_attended_statuses_are_those_of_the_drift_rules():
    assert set(Attendance.ATTENDED) == set(drift_facts.ATTENDED)


@pytest.mark.skipif(
    not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"),
    reason="PostgreSQL chooses by what it counted",
)
def test_other_peoples_placements_are_not_walked_through(noon):
    """Fault: the index of the program, so that each session costs all who go there."""
    enrollment = EnrollmentFactory()

    plan = expected_sessions(enrollment, noon, noon + dt.timedelta(days=1)).explain()

    assert "care_placement_of" in plan
