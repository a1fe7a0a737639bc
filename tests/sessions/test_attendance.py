import datetime as dt

import pytest

from apps.audit.actors import Actor
from apps.audit.models import AuditEvent
from apps.care.models import DueMoment, Enrollment, Pause, Status
from apps.care.services.status import note_contact
from apps.sessions.models import Attendance, AttendanceChange
from apps.sessions.services import (
    NotExpected,
    NotOpenYet,
    ReasonNeeded,
    RosterClosed,
    SessionCancelled,
    cancel_session,
    close_roster,
    mark_attendance,
    mark_everybody,
    take_back_everybody,
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
DAY = dt.timedelta(days=1)


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


# Corrections


def test_a_correction_keeps_who_when_and_what_stood_before(room, mark):
    """Fault: a corrected roster forgets that it ever said something else."""
    made = mark(S.NO_SHOW, at=room.ends_at)
    assert not AttendanceChange.objects.exists()
    later = room.ends_at + dt.timedelta(days=3)

    mark(S.LATE, at=later, arrived_at=room.starts_at + minutes(30))
    mark(S.EXCUSED, at=later + minutes(1), reason="COURT")

    first, second = AttendanceChange.objects.order_by("at")
    assert (first.attendance, first.at, first.by) == (made, later, None)
    assert (first.status_before, first.status_after) == (S.NO_SHOW, S.LATE)
    assert (first.minutes_before, first.minutes_after) == (0, 180)
    assert first.arrived_at_after == second.arrived_at_before
    assert first.block_minutes_after == {"0": 70, "100": 90, "190": 20}
    assert (second.reason_before, second.reason_after) == ("", "COURT")


def test_saying_the_same_again_is_no_correction(room, mark):
    mark(at=room.ends_at)
    mark(at=room.ends_at + minutes(1))

    assert not AttendanceChange.objects.exists()


def test_correcting_a_closed_roster_runs_the_clocks_again(room, mark, person, actor):
    """Fault: the misses in a row stay where a mistake put them."""
    status = Status.objects.get(enrollment=person)
    close_roster(group_session=room, at=room.ends_at, by=actor)
    status.refresh_from_db()
    assert status.missed_in_a_row == 1
    DueMoment.objects.all().delete()
    later = room.ends_at + dt.timedelta(days=1)

    mark(S.EXCUSED, at=later, reason="HOSPITAL")

    status.refresh_from_db()
    assert status.missed_in_a_row == 0
    assert DueMoment.objects.get(enrollment=person).at == later


def test_who_was_not_there_after_all_was_not_in_touch(room, mark, person):
    """Fault: a slip of the thumb keeps somebody silent from being looked for."""
    note_contact(enrollment=person, at=room.starts_at - 5 * DAY)
    friday = GroupSessionFactory(series=room.series, on=room.local_on - 3 * DAY)
    mark_attendance(
        group_session=friday,
        enrollment=person,
        status=S.PRESENT,
        at=friday.starts_at,
        by=Actor(),
    )
    mark()

    mark(S.NO_SHOW, at=room.ends_at)

    status = Status.objects.get(enrollment=person)
    assert status.last_human_contact_at == friday.starts_at
    assert status.last_contact_at == friday.starts_at
    assert status.last_attended_at == friday.starts_at


@pytest.mark.parametrize(
    ("status", "kept"),
    [(S.PRESENT, {"0": 100, "100": 0, "190": 20}), (S.NO_SHOW, {})],
)
def test_a_block_that_was_missed_loses_its_minutes_alone(room, mark, status, kept):
    made = mark(status, at=room.ends_at, missed={100})

    assert made.block_minutes == kept
    assert made.minutes == sum(kept.values())
    assert mark(at=room.ends_at).block_minutes == {}


# A full room


def test_everybody_is_here_with_one_tap_and_one_line_in_the_log(room, actor):
    """Fault: people in a pause, or who never began, are written as here by nobody's eyes."""
    came, told, away, new = seated(room, 4)
    Pause.objects.create(enrollment=away, kind="TRAVEL", from_on=room.local_on)
    new.state = Enrollment.State.INVITED
    new.save()
    mark_attendance(
        group_session=room,
        enrollment=told,
        status=S.EXCUSED,
        reason="WORK",
        at=room.starts_at,
        by=actor,
    )

    made = mark_everybody(group_session=room, at=room.starts_at + minutes(3), by=actor)

    assert [(m.enrollment, m.status, m.minutes) for m in made] == [
        (came, S.PRESENT, 210)
    ]
    event = AuditEvent.objects.order_by("seq").last()
    assert (event.action, event.client_ids) == (
        "sessions.everybody_marked",
        [str(came.client_id)],
    )
    assert Status.objects.get(enrollment=came).last_attended_at == room.starts_at


def test_everybody_can_be_taken_back_for_ten_minutes(room, actor):
    """Fault: undo leaves the contact of people who were not seen, or takes a tap with it."""
    person, tapped = seated(room, 2)
    at = room.starts_at + minutes(3)
    mark_everybody(group_session=room, at=at, by=actor)
    mark_attendance(
        group_session=room,
        enrollment=tapped,
        status=S.LEFT_EARLY,
        at=at + minutes(5),
        by=actor,
    )
    undo = {"group_session": room, "made_at": at, "by": actor}

    assert take_back_everybody(**undo, at=at + minutes(10)) == 0
    assert take_back_everybody(**undo, at=at + minutes(9)) == 1

    assert list(Attendance.objects.values_list("enrollment", flat=True)) == [tapped.pk]
    status = Status.objects.get(enrollment=person)
    assert (status.last_human_contact_at, status.last_attended_at) == (None, None)


def test_nobody_is_marked_too_early_or_on_a_closed_roster(room, person, actor):
    early = room.starts_at - minutes(31)
    with pytest.raises(NotOpenYet):
        mark_everybody(group_session=room, at=early, by=actor)
    close_roster(group_session=room, at=room.ends_at, by=actor)
    with pytest.raises(RosterClosed):
        mark_everybody(group_session=room, at=room.ends_at, by=actor)
