import datetime as dt

import pytest

from apps.audit.models import AuditEvent
from apps.care.models import DueMoment, Pause, Status, Task
from apps.sessions.models import Attendance, GroupSession
from apps.sessions.services import (
    NotBegun,
    RosterClosed,
    cancel_session,
    close_roster,
    mark_attendance,
    roster_tasks,
)
from tests.factories.sessions import (
    AttendanceFactory,
    GroupSessionFactory,
    SeriesFactory,
    seated,
)

pytestmark = pytest.mark.django_db

S = Attendance.Status
HALF_AN_HOUR = dt.timedelta(minutes=30)
MONDAY = dt.date(2026, 10, 12)


@pytest.fixture
def room():
    return GroupSessionFactory()


def close(room, actor, at=None):
    close_roster(group_session=room, at=at or room.ends_at, by=actor)


def status_of(person):
    return Status.objects.get(enrollment=person)


def test_closing_marks_who_was_not_touched_as_not_here(room, actor):
    here, told, untouched, away = seated(room, 4)
    AttendanceFactory(group_session=room, enrollment=here, minutes=210)
    AttendanceFactory(
        group_session=room, enrollment=told, status=S.EXCUSED, reason="WORK"
    )
    Pause.objects.create(enrollment=away, kind="HOSPITAL", from_on=MONDAY)

    close(room, actor)

    room.refresh_from_db()
    assert room.roster_closed_at == room.ends_at
    assert dict(room.attendance.values_list("enrollment", "status")) == {
        here.pk: S.PRESENT,
        told.pk: S.EXCUSED,
        untouched.pk: S.NO_SHOW,
    }


def test_closing_sets_the_clocks_and_wakes_them(room, actor):
    here, untouched = seated(room, 2)
    AttendanceFactory(group_session=room, enrollment=here, minutes=210)

    close(room, actor)

    assert status_of(here).last_attended_at == room.starts_at
    assert (status_of(here).missed_in_a_row, status_of(untouched).missed_in_a_row) == (
        0,
        1,
    )
    assert set(DueMoment.objects.values_list("enrollment", "at")) == {
        (here.pk, room.ends_at),
        (untouched.pk, room.ends_at),
    }


def test_missed_in_a_row_counts_closed_rosters_since_the_last_attended(actor):
    series = SeriesFactory()
    rooms = [
        GroupSessionFactory(series=series, on=MONDAY + dt.timedelta(days=day))
        for day in range(-7, 4)
        if day % 7 < 5
    ]
    person = seated(rooms[0], placement__weekdays=[0, 1, 2, 3, 4])[0]
    story = [None, S.PRESENT, None, S.EXCUSED, None, "cancelled", None, "open"]
    missed = []
    for room, what in zip(rooms, story, strict=False):
        if what == "cancelled":
            cancel_session(
                group_session=room, note="Snow day", at=room.starts_at, by=actor
            )
            continue
        if what:
            mark_attendance(
                group_session=room,
                enrollment=person,
                status=S.NO_SHOW if what == "open" else what,
                reason="WORK" if what == S.EXCUSED else "",
                at=room.starts_at,
                by=actor,
            )
        if what != "open":
            close(room, actor)
        missed.append(status_of(person).missed_in_a_row)

    assert missed == [1, 0, 1, 1, 2, 3, 3]


def test_a_roster_is_not_closed_before_it_began(room, actor):
    person = seated(room)[0]

    with pytest.raises(NotBegun):
        close(room, actor, at=room.starts_at - dt.timedelta(seconds=1))

    assert not Attendance.objects.filter(enrollment=person).exists()


def test_a_roster_is_closed_once(room, actor):
    close(room, actor)

    with pytest.raises(RosterClosed):
        close(room, actor)


def test_closing_is_one_audit_event_with_everybody_it_named(room, actor):
    people = seated(room, 2)

    close(room, actor)

    event = AuditEvent.objects.get(action="sessions.roster_closed")
    assert set(event.client_ids) == {str(person.client_id) for person in people}


@pytest.mark.parametrize("count", [1, 12])
def test_closing_costs_the_same_for_any_number_of_people(
    room, actor, count, django_assert_max_num_queries
):
    seated(room, count)

    with django_assert_max_num_queries(16):
        close(room, actor)


def test_an_open_roster_becomes_one_task_of_who_leads_the_room(room, actor):
    seated(room)

    assert roster_tasks(room.ends_at + HALF_AN_HOUR - dt.timedelta(seconds=1)) == 0
    assert roster_tasks(room.ends_at + HALF_AN_HOUR) == 1
    assert roster_tasks(room.ends_at + 2 * HALF_AN_HOUR) == 0

    task = Task.objects.get()
    assert (task.kind, task.source, task.source_key) == (
        "ROSTER",
        "ROSTER",
        str(room.pk),
    )
    assert (task.assignee, task.enrollment, task.done_at) == (
        room.facilitator,
        None,
        None,
    )
    assert task.details["title"] == "Day morning"
    assert task.details["day"] == "Mon Oct 12"


def test_the_task_is_done_when_the_roster_is_closed(room, actor):
    seated(room)
    roster_tasks(room.ends_at + HALF_AN_HOUR)

    close(room, actor, at=room.ends_at + 2 * HALF_AN_HOUR)

    assert Task.objects.get().done_at == room.ends_at + 2 * HALF_AN_HOUR


def test_a_task_of_a_roster_is_done_when_the_session_turns_out_cancelled(room, actor):
    seated(room)
    roster_tasks(room.ends_at + HALF_AN_HOUR)

    cancel_session(
        group_session=room,
        note="Snow day",
        at=room.ends_at + 2 * HALF_AN_HOUR,
        by=actor,
    )

    assert not Task.objects.open().exists()


def test_an_empty_room_closes_by_itself(room):
    made = roster_tasks(room.ends_at + HALF_AN_HOUR)

    assert made == 0
    assert not Task.objects.exists()
    assert not GroupSession.objects.roster_open().exists()


def test_an_open_roster_moves_no_clock(room):
    person = seated(room)[0]

    roster_tasks(room.ends_at + dt.timedelta(days=3))

    assert status_of(person).missed_in_a_row == 0
    assert not Attendance.objects.exists()
    assert not DueMoment.objects.exists()


def test_a_tick_that_asked_already_is_two_reads(room, django_assert_num_queries):
    seated(room)
    at = room.ends_at + HALF_AN_HOUR
    roster_tasks(at)

    with django_assert_num_queries(2):
        roster_tasks(at)
