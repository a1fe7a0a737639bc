import datetime as dt

import pytest

from apps.audit.models import AuditEvent
from apps.care.models import DueMoment, Enrollment, Pause, Status
from apps.sessions.models import Attendance
from apps.sessions.services import (
    NotExpected,
    NotOpenYet,
    ReasonNeeded,
    SessionCancelled,
    cancel_session,
    close_roster,
    mark_attendance,
)
from tests.factories.care import EnrollmentFactory
from tests.factories.sessions import (
    MORNING,
    GroupSessionFactory,
    OneToOneFactory,
    SeriesFactory,
    seated,
)

pytestmark = pytest.mark.django_db

S = Attendance.Status


def minutes(number):
    return dt.timedelta(minutes=number)


@pytest.fixture
def room():
    return GroupSessionFactory(series=SeriesFactory(with_blocks=MORNING))


@pytest.fixture
def person(room):
    return seated(room)[0]


@pytest.fixture
def mark(room, person, actor):
    def do(status=S.PRESENT, at=None, **kwargs):
        return mark_attendance(
            group_session=room,
            enrollment=person,
            status=status,
            at=at or room.starts_at,
            by=actor,
            **kwargs,
        )

    return do


def test_one_tap_is_here_stamped_now(room, mark):
    at = room.starts_at + minutes(4)

    made = mark(at=at)

    made.refresh_from_db()
    assert (made.status, made.arrived_at, made.minutes) == (S.PRESENT, at, 210)
    assert (made.marked_at, made.reason, made.telehealth) == (at, "", False)


@pytest.mark.parametrize(
    ("after", "status", "counted"), [(10, S.PRESENT, 210), (25, S.LATE, 185)]
)
def test_late_is_computed_from_the_tap(room, mark, after, status, counted):
    made = mark(at=room.starts_at + minutes(after))

    assert (made.status, made.minutes) == (status, counted)


def test_here_said_after_the_end_means_all_of_the_time(room, mark):
    made = mark(at=room.ends_at + minutes(20))

    assert (made.status, made.arrived_at, made.minutes) == (S.PRESENT, None, 210)


def test_leaving_early_keeps_when_they_came(room, mark):
    mark(at=room.starts_at + minutes(30))

    made = mark(S.LEFT_EARLY, at=room.starts_at + minutes(100))

    assert made.arrived_at == room.starts_at + minutes(30)
    assert made.left_at == room.starts_at + minutes(100)
    assert (made.status, made.minutes) == (S.LEFT_EARLY, 70)


def test_leaving_within_the_last_minutes_is_staying(room, mark):
    made = mark(S.LEFT_EARLY, at=room.ends_at, left_at=room.ends_at - minutes(15))

    assert (made.status, made.minutes) == (S.PRESENT, 210)


def test_here_again_takes_back_that_they_left(room, mark):
    mark()
    mark(S.LEFT_EARLY, at=room.starts_at + minutes(60))

    made = mark(at=room.starts_at + minutes(61))

    assert (made.status, made.left_at, made.minutes) == (S.PRESENT, None, 210)


def test_a_time_told_by_staff_stands_over_the_tap(room, mark):
    mark(at=room.starts_at + minutes(50))

    made = mark(at=room.starts_at + minutes(55), arrived_at=room.starts_at)

    assert (made.status, made.minutes) == (S.PRESENT, 210)


def test_seen_one_to_one_counts_as_attended(room, mark, person):
    made = mark(S.ONE_TO_ONE, at=room.ends_at)

    assert (made.status, made.minutes) == (S.ONE_TO_ONE, 210)
    assert Status.objects.get(enrollment=person).last_attended_at == room.starts_at


def test_told_us_before_needs_a_reason_and_counts_no_minutes(room, mark):
    with pytest.raises(ReasonNeeded):
        mark(S.EXCUSED)

    made = mark(S.EXCUSED, reason="RIDE", at=room.starts_at - dt.timedelta(days=1))

    assert (made.status, made.reason, made.minutes) == (S.EXCUSED, "RIDE", 0)


def test_by_video_is_kept_and_a_room_by_video_says_so_itself(room, mark):
    assert mark(telehealth=True).telehealth is True
    assert mark(S.NO_SHOW).telehealth is False

    room.telehealth = True
    room.save()

    assert mark().telehealth is True


def test_who_is_here_was_in_touch_and_their_clocks_are_read_again(room, mark, person):
    at = room.starts_at + minutes(3)

    mark(at=at)

    status = Status.objects.get(enrollment=person)
    assert (status.last_contact_at, status.last_human_contact_at) == (at, at)
    assert status.last_attended_at == room.starts_at
    assert DueMoment.objects.get(enrollment=person).at == at


def test_not_here_on_an_open_roster_moves_no_clock(room, mark, person):
    mark(S.NO_SHOW, at=room.ends_at)

    status = Status.objects.get(enrollment=person)
    assert (status.missed_in_a_row, status.last_contact_at) == (0, None)
    assert not DueMoment.objects.exists()


def test_a_wrong_tap_is_taken_back(room, mark, person):
    mark()

    mark(S.NO_SHOW, at=room.starts_at + minutes(1))

    made = Attendance.objects.get()
    assert (made.status, made.arrived_at, made.minutes) == (S.NO_SHOW, None, 0)
    assert Status.objects.get(enrollment=person).last_attended_at is None


def test_a_correction_after_closing_is_counted_and_leaves_a_trace(
    room, mark, person, actor
):
    close_roster(group_session=room, at=room.ends_at, by=actor)
    assert Status.objects.get(enrollment=person).missed_in_a_row == 1

    mark(at=room.ends_at + dt.timedelta(days=1))

    status = Status.objects.get(enrollment=person)
    assert (status.missed_in_a_row, status.last_attended_at) == (0, room.starts_at)
    assert status.last_human_contact_at == room.starts_at
    changed = AuditEvent.objects.get(action="sessions.attendance_changed")
    assert changed.client_id == person.client_id
    assert changed.field_names == ["status", "minutes"]


def test_a_reason_heard_after_closing_takes_the_miss_back(room, mark, person, actor):
    close_roster(group_session=room, at=room.ends_at, by=actor)
    later = room.ends_at + dt.timedelta(days=1)

    mark(S.EXCUSED, reason="ILL", at=later)

    assert Status.objects.get(enrollment=person).missed_in_a_row == 0
    assert DueMoment.objects.get(enrollment=person).at == later


def test_the_same_tap_twice_writes_once(room, mark):
    mark()
    mark(at=room.starts_at + minutes(2))

    assert (
        AuditEvent.objects.filter(action__startswith="sessions.attendance").count() == 1
    )


def test_nobody_is_here_long_before_it_begins(room, mark):
    with pytest.raises(NotOpenYet):
        mark(at=room.starts_at - minutes(31))

    assert mark(at=room.starts_at - minutes(30)).minutes == 210


def test_a_stranger_cannot_be_marked(room, actor):
    with pytest.raises(NotExpected):
        mark_attendance(
            group_session=room,
            enrollment=EnrollmentFactory(),
            status=S.PRESENT,
            at=room.starts_at,
            by=actor,
        )

    assert not Attendance.objects.exists()


def test_somebody_back_early_from_a_pause_can_be_marked(room, mark, person):
    Pause.objects.create(
        enrollment=person, kind="TRAVEL", from_on=room.local_on, to_on=None
    )

    assert mark().status == S.PRESENT


def test_who_was_invited_and_comes_is_in_care_from_then_on(room, mark, person):
    person.state = Enrollment.State.INVITED
    person.save()

    mark(S.NO_SHOW)
    assert Enrollment.objects.get(pk=person.pk).state == Enrollment.State.INVITED
    mark()

    assert Enrollment.objects.get(pk=person.pk).state == Enrollment.State.ACTIVE
    assert AuditEvent.objects.filter(action="care.begun").count() == 1


def test_a_cancelled_session_has_no_roster(room, mark, actor):
    cancel_session(group_session=room, note="Snow day", at=room.starts_at, by=actor)

    with pytest.raises(SessionCancelled):
        mark()


def test_a_one_to_one_counts_its_own_length(actor):
    own = OneToOneFactory()

    made = mark_attendance(
        group_session=own,
        enrollment=own.enrollment,
        status=S.PRESENT,
        at=own.starts_at,
        by=actor,
    )

    assert made.minutes == 50
