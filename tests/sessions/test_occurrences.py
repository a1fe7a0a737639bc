import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import gettext_noop

from apps.care.models import DueMoment, Status
from apps.sessions.models import GroupSession, Series
from apps.sessions.services import (
    RosterClosed,
    SessionCancelled,
    TimeIsOver,
    cancel_session,
    change_session,
    close_roster,
    generate_occurrences,
    keep_ahead,
    mark_attendance,
)
from tests.conftest import BOSTON
from tests.factories.care import ProgramFactory, SiteFactory, StaffFactory
from tests.factories.sessions import GroupSessionFactory, SeriesFactory, seated

pytestmark = pytest.mark.django_db

D = dt.date


def utc(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def make(series, until, *, at, by):
    return generate_occurrences(series=series, until=until, at=at, by=by)


def test_occurrences_follow_the_rule_on_the_wall_clock_of_the_site(actor, noon):
    series = SeriesFactory(rrule="FREQ=WEEKLY;BYDAY=MO,TH", with_blocks=[])

    made = make(series, D(2026, 10, 26), at=noon, by=actor)

    assert made == 4
    assert list(
        series.occurrences.order_by("starts_at").values_list(
            "starts_at", "ends_at", "local_on", "weekday", "state"
        )
    ) == [
        (
            utc(f"{day}T13:00"),
            utc(f"{day}T16:30"),
            D.fromisoformat(day),
            weekday,
            "SCHEDULED",
        )
        for day, weekday in [
            ("2026-10-15", 3),
            ("2026-10-19", 0),
            ("2026-10-22", 3),
            ("2026-10-26", 0),
        ]
    ]


def test_every_other_week_is_counted_from_the_first_day_of_the_series(actor, noon):
    series = SeriesFactory(
        rrule="FREQ=WEEKLY;INTERVAL=2;BYDAY=SA", valid_from=D(2026, 10, 3)
    )

    make(series, D(2026, 11, 14), at=noon, by=actor)

    days = series.occurrences.order_by("series_on").values_list("series_on", flat=True)
    assert list(days) == [D(2026, 10, 17), D(2026, 10, 31), D(2026, 11, 14)]


def test_made_twice_is_made_once_and_what_was_changed_stays(actor, noon):
    series = SeriesFactory()
    make(series, D(2026, 10, 20), at=noon, by=actor)
    moved = series.occurrences.get(series_on=D(2026, 10, 15))
    moved.local_on, moved.room = D(2026, 10, 16), "Room 4"
    moved.save()

    made = make(series, D(2026, 10, 20), at=noon, by=actor)

    assert made == 0
    assert series.occurrences.count() == 4
    assert series.occurrences.get(series_on=D(2026, 10, 15)).room == "Room 4"


def test_nothing_is_made_that_has_begun_or_comes_after_the_series_ends(actor, noon):
    series = SeriesFactory(valid_until=D(2026, 10, 16))

    make(series, D(2026, 12, 1), at=noon, by=actor)

    days = series.occurrences.order_by("series_on").values_list("series_on", flat=True)
    assert list(days) == [D(2026, 10, 15), D(2026, 10, 16)]


def test_a_holiday_keeps_its_day_cancelled_with_a_note(actor, noon):
    site = SiteFactory(holidays=["2026-10-15"])
    series = SeriesFactory(program=ProgramFactory(site=site))

    make(series, D(2026, 10, 16), at=noon, by=actor)

    closed = series.occurrences.get(series_on=D(2026, 10, 15))
    assert (closed.state, closed.change_note) == (
        "CANCELLED",
        gettext_noop("Closed for the holiday."),
    )
    assert series.occurrences.held().count() == 1


@pytest.mark.parametrize(
    ("zone", "starts", "day", "instant"),
    [
        ("America/New_York", dt.time(18), "2027-03-09", "2027-03-09T23:00"),
        ("America/New_York", dt.time(18), "2027-03-16", "2027-03-16T22:00"),
        ("America/New_York", dt.time(18), "2027-11-02", "2027-11-02T22:00"),
        ("America/New_York", dt.time(18), "2027-11-09", "2027-11-09T23:00"),
        ("America/Phoenix", dt.time(8), "2027-03-09", "2027-03-09T15:00"),
        ("America/Phoenix", dt.time(8), "2027-07-06", "2027-07-06T15:00"),
        ("America/Phoenix", dt.time(8), "2027-11-09", "2027-11-09T15:00"),
        ("America/New_York", dt.time(1, 30), "2027-11-07", "2027-11-07T05:30"),
    ],
)
def test_the_instant_keeps_the_wall_clock_across_both_clock_changes(
    actor, zone, starts, day, instant
):
    on = D.fromisoformat(day)
    series = SeriesFactory(
        program=ProgramFactory(site=SiteFactory(timezone=zone)),
        rrule="FREQ=DAILY",
        starts_at_time=starts,
        valid_from=D(2027, 1, 1),
    )

    make(series, on, at=utc(f"{day}T00:00"), by=actor)

    made = series.occurrences.get(series_on=on)
    assert (made.starts_at, made.change_note) == (utc(instant), "")


def test_a_time_that_spring_skips_is_held_an_hour_later_and_says_so(actor):
    series = SeriesFactory(
        rrule="FREQ=DAILY", starts_at_time=dt.time(2, 30), valid_from=D(2027, 3, 1)
    )

    make(series, D(2027, 3, 14), at=utc("2027-03-13T12:00"), by=actor)

    skipped = series.occurrences.get(series_on=D(2027, 3, 14))
    assert skipped.starts_at.astimezone(BOSTON).time() == dt.time(3, 30)
    assert skipped.change_note == "The clocks change that night."


@pytest.mark.parametrize("first", [D(2027, 1, 4), D(2027, 9, 6)])
def test_week_by_week_across_a_clock_change_twelve_weeks_stand_ahead(first):
    zones = ("America/New_York", "America/Phoenix")
    for zone in zones:
        SeriesFactory(
            program=ProgramFactory(site=SiteFactory(timezone=zone)),
            rrule="FREQ=WEEKLY;BYDAY=TU",
            starts_at_time=dt.time(18),
            valid_from=first,
        )
    for week in range(15):
        at = dt.datetime.combine(
            first + dt.timedelta(weeks=week), dt.time(7), ZoneInfo("UTC")
        )

        keep_ahead(at)

        coming = GroupSession.objects.filter(starts_at__gte=at)
        assert coming.count() == 12 * len(zones)

    made = GroupSession.objects.select_related("site")
    clocks = {room.starts_at.astimezone(room.site.zone).time() for room in made}
    assert clocks == {dt.time(18)}
    offsets = {room.starts_at.hour for room in made if room.site.timezone == zones[0]}
    assert offsets == {22, 23}


def test_keep_ahead_with_nothing_to_do_is_one_read(noon, django_assert_num_queries):
    SeriesFactory.create_batch(3)
    keep_ahead(noon)

    with django_assert_num_queries(1):
        made = keep_ahead(noon + dt.timedelta(hours=1))

    assert made == 0


def test_a_series_that_ended_is_not_looked_at_again(noon, django_assert_num_queries):
    SeriesFactory(valid_until=noon.date() + dt.timedelta(days=1))
    keep_ahead(noon)

    with django_assert_num_queries(1):
        keep_ahead(noon + dt.timedelta(days=7))

    assert Series.objects.get().occurrences.count() == 1


def test_new_occurrences_count_the_seats_of_who_is_placed(actor, noon):
    series = SeriesFactory(rrule="FREQ=WEEKLY;BYDAY=TH,FR", capacity=1)
    sample = GroupSessionFactory(series=series, on=D(2026, 10, 8))
    seated(sample, 2, placement__weekdays=[3])

    make(series, D(2026, 10, 16), at=noon, by=actor)

    seats = series.occurrences.filter(series_on__gt=D(2026, 10, 8)).order_by(
        "series_on"
    )
    assert list(seats.values_list("seats_taken", "capacity")) == [(2, 2), (0, 1)]


def test_a_change_moves_the_occurrence_and_wakes_the_clocks(actor, noon):
    room = GroupSessionFactory(on=D(2026, 10, 15))
    person = seated(room)[0]
    substitute = StaffFactory()
    later = room.starts_at + dt.timedelta(days=1, hours=1)

    change_session(
        group_session=room,
        starts_at=later,
        room="Room 4",
        facilitator=substitute,
        at=noon,
        by=actor,
    )

    room.refresh_from_db()
    assert (room.starts_at, room.ends_at) == (later, later + dt.timedelta(minutes=210))
    assert (room.local_on, room.series_on) == (D(2026, 10, 16), D(2026, 10, 15))
    assert (room.room, room.facilitator) == ("Room 4", substitute)
    assert DueMoment.objects.get(enrollment=person).at == noon


def test_nothing_is_moved_into_the_past_nor_out_of_it(actor, noon):
    """Fault: people are expected at a time gone by, or who was there comes again."""
    ahead = GroupSessionFactory(on=D(2026, 10, 15))
    late, held = GroupSessionFactory.create_batch(2, on=D(2026, 10, 14))
    person = seated(held, placement__weekdays=[2])[0]
    mark_attendance(
        group_session=held,
        enrollment=person,
        status="PRESENT",
        at=held.starts_at,
        by=actor,
    )

    def move(room, starts_at):
        change_session(
            group_session=room,
            starts_at=starts_at,
            room=room.room,
            facilitator=room.facilitator,
            at=noon,
            by=actor,
        )

    with pytest.raises(TimeIsOver):
        move(ahead, noon)
    with pytest.raises(TimeIsOver):
        move(held, noon + dt.timedelta(hours=1))
    # Nobody is there yet: it begins late.
    move(late, noon + dt.timedelta(hours=1))


def test_a_cancelled_session_counts_for_nobody(actor, noon):
    room = GroupSessionFactory(on=D(2026, 10, 14))
    person = seated(room, placement__weekdays=[2])[0]
    mark_attendance(
        group_session=room,
        enrollment=person,
        status="PRESENT",
        at=room.starts_at,
        by=actor,
    )

    cancel_session(group_session=room, note="No heating today.", at=noon, by=actor)

    room.refresh_from_db()
    assert (room.state, room.change_note) == ("CANCELLED", "No heating today.")
    assert list(room.attendance.values_list("status", "minutes")) == [("CANCELLED", 0)]
    assert Status.objects.get(enrollment=person).last_attended_at is None
    with pytest.raises(SessionCancelled):
        close_roster(group_session=room, at=noon, by=actor)


def test_what_is_written_down_is_neither_moved_nor_cancelled(actor, noon):
    room = GroupSessionFactory(on=D(2026, 10, 12))
    close_roster(group_session=room, at=noon, by=actor)

    with pytest.raises(RosterClosed):
        cancel_session(group_session=room, note="Snow day", at=noon, by=actor)
    with pytest.raises(RosterClosed):
        change_session(
            group_session=room,
            starts_at=room.starts_at,
            room="Room 9",
            facilitator=room.facilitator,
            at=noon,
            by=actor,
        )
