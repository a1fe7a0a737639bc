import datetime as dt
import threading

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection

from apps.audit.models import AuditEvent
from apps.care.services.enrollments import end_enrollment
from apps.care.services.placements import change_placement
from apps.sessions.models import GroupSession, Override
from apps.sessions.services import (
    NoSeatLeft,
    generate_occurrences,
    override_session,
    release_seat,
    release_seats,
    take_seat,
    take_seats,
)
from tests.factories.care import EnrollmentFactory
from tests.factories.sessions import GroupSessionFactory, SeriesFactory, seated

pytestmark = pytest.mark.django_db

MONDAY = dt.date(2026, 10, 12)


def seats(series):
    rooms = series.occurrences.order_by("starts_at")
    return list(rooms.values_list("seats_taken", flat=True))


def week_of(series):
    return [
        GroupSessionFactory(series=series, on=MONDAY + dt.timedelta(days=day))
        for day in range(5)
    ]


def test_the_database_holds_the_limit():
    room = GroupSessionFactory(capacity=2)

    with pytest.raises(IntegrityError):
        GroupSession.objects.filter(pk=room.pk).update(seats_taken=3)


def test_a_seat_is_taken_and_given_back():
    room = GroupSessionFactory(capacity=1)

    take_seat(group_session=room)
    with pytest.raises(NoSeatLeft):
        take_seat(group_session=room)
    release_seat(group_session=room)
    release_seat(group_session=room)

    room.refresh_from_db()
    assert room.seats_taken == 0


def test_enrolling_takes_a_seat_at_each_session_it_brings():
    series = SeriesFactory()
    rooms = week_of(series)
    person = seated(rooms[0], placement__weekdays=[0, 2, 4])[0]

    taken = take_seats(enrollment=person, since=MONDAY + dt.timedelta(days=1))

    assert taken == 2
    assert seats(series) == [0, 0, 1, 0, 1]


def test_enrolling_into_one_full_session_takes_no_seat_at_all():
    series = SeriesFactory()
    rooms = week_of(series)
    GroupSession.objects.filter(pk=rooms[2].pk).update(capacity=0)
    person = seated(rooms[0], placement__weekdays=[0, 2])[0]

    with pytest.raises(NoSeatLeft):
        take_seats(enrollment=person, since=MONDAY)

    assert seats(series) == [0, 0, 0, 0, 0]


def test_a_step_down_gives_back_the_seats_it_no_longer_needs(actor, noon):
    series = SeriesFactory()
    rooms = week_of(series)
    person = seated(rooms[0], placement__weekdays=[0, 1, 2, 3, 4])[0]
    take_seats(enrollment=person, since=MONDAY)
    thursday = MONDAY + dt.timedelta(days=3)
    placement = person.placements.get()

    release_seats(enrollment=person, since=thursday)
    change_placement(
        enrollment=person,
        level=placement.level,
        program=placement.program,
        weekdays=[0, 2, 4],
        from_on=thursday,
        at=noon,
        by=actor,
    )
    take_seats(enrollment=person, since=thursday)

    assert seats(series) == [1, 1, 1, 0, 1]


def test_overrides_take_and_give_back_one_seat_each_once(actor, noon):
    series = SeriesFactory()
    monday, tuesday, *_ = week_of(series)
    person = seated(monday, placement__weekdays=[0])[0]
    take_seats(enrollment=person, since=MONDAY)

    def override(room, kind):
        override_session(
            enrollment=person, group_session=room, kind=kind, at=noon, by=actor
        )

    for _ in range(2):
        override(monday, Override.Kind.DROPPED)
        override(tuesday, Override.Kind.ADDED)
    assert seats(series) == [0, 1, 0, 0, 0]

    override(monday, Override.Kind.ADDED)
    override(tuesday, Override.Kind.DROPPED)

    assert seats(series) == [1, 0, 0, 0, 0]
    events = AuditEvent.objects.filter(action="sessions.override_set")
    assert {event.client_id for event in events} == {person.client_id}


def test_an_override_into_a_full_session_is_refused_whole(actor, noon):
    room = GroupSessionFactory(capacity=0)
    person = EnrollmentFactory(client__organization=room.organization)

    with pytest.raises(NoSeatLeft):
        override_session(
            enrollment=person, group_session=room, kind="ADDED", at=noon, by=actor
        )

    assert not Override.objects.exists()


def test_rebuild_seats_counts_coming_sessions_anew(actor, noon, time_machine, capsys):
    time_machine.move_to(noon, tick=False)
    series = SeriesFactory(rrule="FREQ=WEEKLY;BYDAY=TH,FR")
    generate_occurrences(series=series, until=dt.date(2026, 10, 16), at=noon, by=actor)
    thursday, friday = series.occurrences.order_by("starts_at")
    staying, leaving = seated(thursday, 2, placement__weekdays=[3])
    end_enrollment(
        enrollment=leaving, on=noon.date(), reason="COMPLETED", at=noon, by=actor
    )
    GroupSession.objects.filter(pk=friday.pk).update(seats_taken=5)
    override_session(
        enrollment=staying, group_session=friday, kind="ADDED", at=noon, by=actor
    )

    call_command("rebuild_seats")

    assert seats(series) == [1, 1]
    assert "2 sessions" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_of_two_who_want_the_last_seat_at_once_one_gets_it():
    room = GroupSessionFactory(capacity=1)
    start, outcomes = threading.Barrier(2), []

    def want():
        start.wait()
        try:
            take_seat(group_session=room)
            outcomes.append("seat")
        except NoSeatLeft:
            outcomes.append("full")
        finally:
            connection.close()

    threads = [threading.Thread(target=want) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["full", "seat"]
    room.refresh_from_db()
    assert room.seats_taken == 1
