"""An edit of the weekly template reaches what is made, and never what has begun."""

import datetime as dt

import pytest

from apps.audit.models import AuditEvent
from apps.care.models import DueMoment
from apps.sessions import wording
from apps.sessions.models import GroupSession, Override, Series
from apps.sessions.services import (
    BlockSpec,
    ChangedMeanwhile,
    ClosedThen,
    DoubleBooked,
    HasBegun,
    SeriesEnded,
    add_day,
    cancel_session,
    change_series,
    change_session,
    close_roster,
    close_site,
    create_series,
    end_series,
    keep_ahead,
    override_session,
    reopen,
    set_holidays,
    skip_day,
)
from tests.factories.care import (
    EnrollmentFactory,
    LevelFactory,
    ProgramFactory,
    StaffFactory,
)
from tests.factories.sessions import OneToOneFactory

pytestmark = pytest.mark.django_db

D = dt.date
# NOON is Wednesday, October 14.
FIRST, NEXT_MONDAY = D(2026, 10, 12), D(2026, 10, 19)
EARLY = dt.datetime(2026, 10, 12, 4, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


class Group:
    """Mondays and Wednesdays at 9:00, in force since Monday; today's has begun."""

    def __init__(self, at, by):
        self.at, self.by = at, by
        self.program = ProgramFactory()
        house = self.program.site.organization
        self.level = LevelFactory(organization=house, code="IOP")
        self.leader, self.other = StaffFactory.create_batch(2, organization_id=house.pk)
        self.series = self.new(at=at - 3 * DAY)

    @property
    def site(self):
        return self.program.site

    def new(self, **kwargs):
        return create_series(
            **{
                "program": self.program,
                "title": "Skills group",
                "kind": "GROUP",
                "rrule": "FREQ=WEEKLY;BYDAY=MO,WE",
                "starts_at_time": dt.time(9),
                "minutes": 90,
                "valid_from": FIRST,
                "levels": [self.level],
                "facilitator": self.leader,
                "room": "Room 2",
                "at": self.at,
                "by": self.by,
            }
            | kwargs
        )

    def change(self, from_on=NEXT_MONDAY, **changes):
        return change_series(
            **{"series": self.series, "from_on": from_on, "at": self.at, "by": self.by}
            | changes
        )

    def room(self, day):
        return GroupSession.objects.exclude(cancelled_for="RULE").get(series_on=day)

    def move(self, occurrence, **kwargs):
        change_session(
            **{
                "group_session": occurrence,
                "starts_at": occurrence.starts_at,
                "room": occurrence.room,
                "facilitator": occurrence.facilitator,
                "at": self.at,
                "by": self.by,
            }
            | kwargs
        )

    def person(self, days):
        return EnrollmentFactory(
            program=self.program,
            client__organization=self.site.organization,
            placement__level=self.level,
            placement__weekdays=days,
        )


@pytest.fixture
def group(actor, noon):
    return Group(noon, actor)


def test_this_and_later_keeps_the_rows_of_days_that_stay(group):
    """Faults: made anew, so that what was agreed for a day and the calendar's entry are
    lost; or an hour off from the day on that the clocks change."""
    person = group.person([])
    monday = group.room(NEXT_MONDAY)
    override_session(
        enrollment=person,
        group_session=monday,
        kind=Override.Kind.ADDED,
        at=group.at,
        by=group.by,
    )
    history = list(GroupSession.objects.filter(series_on__lt=NEXT_MONDAY).values())
    before = AuditEvent.objects.count()

    new = group.change(starts_at_time=dt.time(10), title="Skills")

    group.series.refresh_from_db()
    assert (new.follows, group.series.valid_until) == (group.series, D(2026, 10, 18))
    same = GroupSession.objects.get(pk=monday.pk)
    assert (same.series, same.title, same.seats_taken) == (new, "Skills", 1)
    assert same.starts_at == monday.starts_at + dt.timedelta(hours=1)
    assert (same.sequence, same.changed_at) == (1, group.at)
    assert wording.changes(same) == []
    clocks = {
        room.starts_at.astimezone(group.site.zone).time()
        for room in new.occurrences.all()
    }
    assert clocks == {dt.time(10)}
    assert list(GroupSession.objects.filter(series_on__lt=NEXT_MONDAY).values()) == (
        history
    )
    assert AuditEvent.objects.count() == before + 1


def test_pressed_twice_is_done_once(group):
    new = group.change(room="Room 5")
    before = list(GroupSession.objects.order_by("pk").values())

    again = group.change(room="Room 5", seen=0)

    assert again == new
    assert Series.objects.count() == 2
    assert list(GroupSession.objects.order_by("pk").values()) == before


def test_what_was_changed_for_one_day_stays_unless_the_edit_is_about_it(group):
    monday = group.room(NEXT_MONDAY)
    group.move(monday, room="Room 9", facilitator=group.other, note="Bring a pen.")

    group.change(room="Room 5", starts_at_time=dt.time(11))

    monday.refresh_from_db()
    assert (monday.room, monday.facilitator) == ("Room 5", group.other)
    assert monday.change_note == "Bring a pen."
    assert monday.starts_at.astimezone(group.site.zone).hour == 11


def test_a_day_the_rule_gives_no_longer_is_cancelled_in_words_and_can_come_back(group):
    person = group.person([0])
    monday = group.room(NEXT_MONDAY)

    tuesdays = group.change(rrule="FREQ=WEEKLY;BYDAY=TU,WE")

    monday.refresh_from_db()
    assert wording.changes(monday) == [
        "Not held this time.",
        "This one is on another day from now on.",
    ]
    assert group.room(D(2026, 10, 20)).series == tuesdays
    assert group.room(D(2026, 10, 21)).series == tuesdays

    mondays = group.change(rrule="FREQ=WEEKLY;BYDAY=MO", room="Room 8")

    back = group.room(NEXT_MONDAY)
    assert (back.pk, back.series, back.room) == (monday.pk, mondays, "Room 8")
    assert (back.is_cancelled, back.change_note) == (False, "")
    assert group.room(NEXT_MONDAY + 7 * DAY).seats_taken == 1
    assert person.placements.count() == 1


def test_every_other_week_goes_on_in_the_same_weeks(group):
    biweekly = group.new(
        rrule="FREQ=WEEKLY;INTERVAL=2;BYDAY=SA", title="Family", room="Room 4"
    )
    days = set(biweekly.occurrences.values_list("series_on", flat=True))

    # Within a week that has none.
    new = group.change(D(2026, 10, 20), series=biweekly, room="Room 5")

    assert set(new.occurrences.values_list("series_on", flat=True)) == {
        day for day in days if day > D(2026, 10, 20)
    }


def test_todays_that_has_begun_stays_and_is_not_held_twice(group):
    """Fault: the follower makes a second one for a day that is on or over, or the edit
    reaches into it: what people were there for is moved, or taken off."""
    today = group.room(D(2026, 10, 14))
    close_roster(group_session=today, at=group.at, by=group.by)
    before = GroupSession.objects.filter(pk=today.pk).values().get()

    new = group.change(D(2026, 10, 14), starts_at_time=dt.time(15))

    assert GroupSession.objects.filter(pk=today.pk).values().get() == before
    assert GroupSession.objects.filter(series_on=D(2026, 10, 14)).count() == 1
    keep_ahead(group.at)
    assert not new.occurrences.filter(series_on=D(2026, 10, 14)).exists()


def test_a_series_of_which_one_has_begun_keeps_what_it_was(group):
    """Fault: the first day is today's and is on, and the series itself is rewritten, so
    that minutes of today are counted by the parts of tomorrow."""
    first = group.new(
        valid_from=D(2026, 10, 14), room="Room 4", facilitator=group.other, at=EARLY
    )

    new = group.change(D(2026, 10, 14), series=first, minutes=60)

    first.refresh_from_db()
    assert (new.follows, first.minutes) == (first, 90)
    assert list(first.occurrences.values_list("series_on", flat=True)) == [
        D(2026, 10, 14)
    ]


def test_days_left_out_and_added_stay_so_after_an_edit(group):
    """Fault: the follower knows the rule alone, and holds the day that was left out."""
    far, extra = D(2027, 2, 1), D(2026, 10, 23)
    what = {"series": group.series, "at": group.at, "by": group.by}
    skip_day(on=far, **what)
    add_day(on=extra, **what)

    group.change(room="Room 5")
    keep_ahead(group.at + 60 * DAY)

    assert not GroupSession.objects.filter(series_on=far).exists()
    added = group.room(extra)
    assert (added.is_cancelled, added.room) == (False, "Room 5")


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(
            {"room": "Room 5", "rrule": "FREQ=WEEKLY;BYDAY=MO,WE"}, id="edited"
        ),
        pytest.param({"rrule": "FREQ=WEEKLY;BYDAY=WE"}, id="not given for a while"),
    ],
)
def test_what_is_off_by_another_word_stays_one_row_through_edits(group, edit):
    """Fault: the day is held after all beside the row that says it is off, or comes back
    as another row, without the seats and what was agreed for it."""
    far = NEXT_MONDAY + 7 * DAY
    own, skipped = group.room(NEXT_MONDAY), group.room(far)
    cancel_session(group_session=own, note="Kofi is ill.", at=group.at, by=group.by)
    skip_day(series=group.series, on=far, at=group.at, by=group.by)

    group.change(**edit)
    last = group.change(rrule="FREQ=WEEKLY;BYDAY=MO,WE", room="Room 6")
    assert states(group, NEXT_MONDAY, NEXT_MONDAY) == {NEXT_MONDAY: False}
    add_day(series=last, on=far, at=group.at, by=group.by)

    own.refresh_from_db()
    assert (own.series, own.is_cancelled, own.change_note) == (
        last,
        True,
        "Kofi is ill.",
    )
    skipped.refresh_from_db()
    assert (skipped.series, skipped.is_cancelled) == (last, False)
    assert GroupSession.objects.filter(series_on__in=(NEXT_MONDAY, far)).count() == 2


def test_who_is_placed_is_counted_in_and_their_clocks_are_read_again(group):
    """Fault: a smaller group than it has people, which the database refuses; or a clock
    that goes on by the old time."""
    people = [group.person([0]), group.person([0])]
    EnrollmentFactory(client__organization=group.site.organization)
    group.change(room="Room 5")
    DueMoment.objects.all().delete()

    last = group.change(capacity=1, starts_at_time=dt.time(10))

    monday = group.room(NEXT_MONDAY)
    assert (monday.series, monday.capacity, monday.seats_taken) == (last, 2, 2)
    assert group.room(NEXT_MONDAY + 2 * DAY).capacity == 1
    woken = set(DueMoment.objects.values_list("enrollment", flat=True))
    assert woken == {person.pk for person in people}


def test_what_has_begun_is_neither_left_out_nor_added(group):
    """Fault: a day with people in it is called off afterwards, or one is made in the past."""
    what = {"series": group.series, "at": group.at, "by": group.by}

    with pytest.raises(HasBegun):
        skip_day(on=D(2026, 10, 14), **what)
    with pytest.raises(HasBegun):
        add_day(on=D(2026, 10, 13), **what)

    assert not group.room(D(2026, 10, 14)).is_cancelled
    group.series.refresh_from_db()
    assert (group.series.skipped_days, group.series.extra_days) == ([], [])


def test_a_series_that_held_nothing_yet_is_changed_itself(group):
    coming = group.new(
        valid_from=D(2026, 11, 2), room="Room 4", facilitator=group.other
    )

    same = group.change(
        D(2026, 10, 20),
        series=coming,
        minutes=60,
        blocks=[BlockSpec("Skills", "GROUP", 0, 50)],
    )

    assert (same, same.version) == (coming, 1)
    assert set(coming.occurrences.values_list("service_minutes", flat=True)) == {50}


def test_a_later_edit_that_stands_goes_on_to_stand(group):
    later = group.change(D(2026, 11, 2), room="Room 6")

    between = group.change(NEXT_MONDAY, room="Room 5")

    later.refresh_from_db()
    assert (later.follows, between.valid_until) == (between, D(2026, 11, 1))
    assert group.room(D(2026, 10, 28)).room == "Room 5"
    assert group.room(D(2026, 11, 2)).room == "Room 6"


def test_two_who_edit_at_once_do_not_undo_each_other(group):
    group.change(room="Room 5", seen=0)

    with pytest.raises(ChangedMeanwhile):
        group.change(room="Room 2", minutes=60, seen=0)
    monday = group.room(NEXT_MONDAY)
    group.move(monday, room="Room 9", seen=monday.sequence)
    with pytest.raises(ChangedMeanwhile):
        group.move(monday, room="Room 2", seen=monday.sequence)

    assert group.room(D(2026, 10, 21)).room == "Room 5"


def test_an_edit_onto_a_taken_room_changes_nothing(group):
    group.new(title="Other", room="Room 5", facilitator=group.other)

    with pytest.raises(DoubleBooked) as refused:
        group.change(room="Room 5")
    monday = group.series.occurrences.get(series_on=NEXT_MONDAY)
    with pytest.raises(DoubleBooked):
        group.move(monday, facilitator=group.other)
    # On days that are made by the edit, and on one that is to come back.
    group.new(
        title="Fridays",
        rrule="FREQ=WEEKLY;BYDAY=FR",
        room="Room 7",
        facilitator=group.leader,
    )
    with pytest.raises(DoubleBooked):
        group.change(rrule="FREQ=WEEKLY;BYDAY=MO,FR")
    what = {"series": group.series, "on": NEXT_MONDAY, "at": group.at, "by": group.by}
    skip_day(**what)
    once = StaffFactory(organization_id=group.site.organization_id)
    group.new(
        title="Once",
        rrule="FREQ=WEEKLY;BYDAY=MO;COUNT=1",
        valid_from=NEXT_MONDAY,
        facilitator=once,
    )
    with pytest.raises(DoubleBooked):
        add_day(**what)

    assert refused.value.other.title == "Other"
    assert not group.series.followed_by.exists()


def test_the_end_of_a_group_ends_what_would_have_followed(group):
    later = group.change(D(2026, 11, 2), room="Room 6")

    end_series(series=group.series, on=NEXT_MONDAY, at=group.at, by=group.by)
    end_series(series=group.series, on=NEXT_MONDAY, at=group.at, by=group.by)

    assert not GroupSession.objects.held().filter(series_on__gte=NEXT_MONDAY).exists()
    assert GroupSession.objects.held().count() == 2
    assert AuditEvent.objects.filter(action="sessions.series_ended").count() == 1
    keep_ahead(group.at + 30 * DAY)
    assert not later.occurrences.held().exists()
    with pytest.raises(SeriesEnded):
        group.change(D(2026, 11, 9), room="Room 7")


def test_single_days_against_the_rule(group):
    far = D(2027, 2, 1)
    what = {"series": group.series, "at": group.at, "by": group.by}
    skip_day(on=NEXT_MONDAY, note="Team day", **what)
    skip_day(on=far, **what)
    add_day(on=D(2026, 10, 23), **what)
    keep_ahead(group.at + 60 * DAY)

    assert group.room(NEXT_MONDAY).change_note == "Team day"
    assert not GroupSession.objects.filter(series_on=far).exists()
    assert not group.room(D(2026, 10, 23)).is_cancelled

    add_day(on=NEXT_MONDAY, **what)
    skip_day(on=D(2026, 10, 23), **what)

    assert not group.room(NEXT_MONDAY).is_cancelled
    assert group.room(D(2026, 10, 23)).is_cancelled


# Closures and holidays.


def close(group, first=NEXT_MONDAY, days=1, **kwargs):
    midnight = dt.datetime.combine(first, dt.time(0), group.site.zone)
    return close_site(
        **{
            "site": group.site,
            "starts_at": midnight,
            "ends_at": midnight + days * DAY,
            "kind": "SNOW",
            "note": "Snow day",
            "at": group.at,
            "by": group.by,
        }
        | kwargs
    )


def states(group, first, last):
    rooms = GroupSession.objects.filter(series_on__range=(first, last))
    return {room.series_on: not room.is_cancelled for room in rooms}


def test_a_closure_takes_what_it_covers_and_brings_back_only_that(group):
    """Fault: opening again revives what somebody had cancelled for itself."""
    own = group.room(D(2026, 10, 21))
    cancel_session(group_session=own, note="Kofi is ill.", at=group.at, by=group.by)

    closure = close(group, days=7)
    assert close(group, days=7) == closure
    assert group.room(NEXT_MONDAY).change_note == "Snow day"
    reopen(closure=closure, at=group.at, by=group.by)
    reopen(closure=closure, at=group.at, by=group.by)

    monday = group.room(NEXT_MONDAY)
    assert (monday.is_cancelled, monday.change_note) == (False, "")
    assert group.room(own.series_on).change_note == "Kofi is ill."
    done = AuditEvent.objects.filter(action__startswith="sessions.site_")
    assert done.count() == 2


def test_two_closures_over_one_day_are_two_reasons(group):
    snow, pipe = close(group), close(group, days=2, note="Water in the hall")

    reopen(closure=snow, at=group.at, by=group.by)

    assert group.room(NEXT_MONDAY).change_note == "Water in the hall"
    reopen(closure=pipe, at=group.at, by=group.by)
    assert not group.room(NEXT_MONDAY).is_cancelled


def test_a_closure_leaves_what_has_begun_other_programs_and_other_sites(group):
    today = D(2026, 10, 14)
    house = {"client__organization": group.site.organization}
    elsewhere = OneToOneFactory(
        enrollment=EnrollmentFactory(
            program=ProgramFactory(site__organization=group.site.organization), **house
        ),
        on=NEXT_MONDAY,
    )
    evening = OneToOneFactory(
        enrollment=EnrollmentFactory(
            program=ProgramFactory(site=group.site, name="Evening"), **house
        ),
        on=NEXT_MONDAY,
    )

    close(group, today)
    close(group, program=group.program)

    assert states(group, today, NEXT_MONDAY) == {today: True, NEXT_MONDAY: False}
    for room in (elsewhere, evening):
        room.refresh_from_db()
        assert not room.is_cancelled


def test_what_is_made_later_inside_a_closure_is_made_cancelled(group):
    far = D(2027, 1, 18)
    close(group, far)

    keep_ahead(group.at + 20 * DAY)

    assert group.room(far).change_note == "Snow day"
    assert not group.room(far + 2 * DAY).is_cancelled


def test_what_is_brought_into_closed_time_is_not_held(group):
    """Fault: an edit, or a day that comes back, is held while the site is closed."""
    what = {"series": group.series, "on": NEXT_MONDAY, "at": group.at, "by": group.by}
    noon = dt.datetime.combine(NEXT_MONDAY, dt.time(12), group.site.zone)
    close(group, starts_at=noon)

    group.change(starts_at_time=dt.time(13))
    assert group.room(NEXT_MONDAY).change_note == "Snow day"
    assert not group.room(NEXT_MONDAY + 2 * DAY).is_cancelled
    skip_day(**what)
    add_day(**what)
    assert group.room(NEXT_MONDAY).change_note == "Snow day"
    group.change(starts_at_time=dt.time(9))

    monday = group.room(NEXT_MONDAY)
    assert (monday.is_cancelled, monday.change_note) == (False, "")


def test_nobody_is_marked_and_told_before_stays_told(group):
    person = group.person([0])
    monday = group.room(NEXT_MONDAY)
    monday.attendance.create(
        enrollment=person, status="EXCUSED", reason="ILL", marked_at=group.at
    )

    close(group)

    assert list(monday.attendance.values_list("status", "reason")) == [
        ("EXCUSED", "ILL")
    ]


def test_nothing_is_moved_into_a_closure(group):
    close(group, D(2026, 10, 22))
    room = group.room(D(2026, 10, 21))

    with pytest.raises(ClosedThen):
        group.move(room, starts_at=room.starts_at + DAY)


def test_a_holiday_comes_and_goes_and_what_was_closed_before_stays(group):
    group.site.holidays = ["2026-09-07"]
    group.site.save()
    what = {"site": group.site, "at": group.at, "by": group.by}

    set_holidays(days=[NEXT_MONDAY], **what)
    assert group.room(NEXT_MONDAY).cancelled_for == "HOLIDAY"
    assert group.site.holidays == ["2026-09-07", "2026-10-19"]
    close(group)
    set_holidays(days=[], **what)

    assert group.room(NEXT_MONDAY).change_note == "Snow day"
    assert group.site.holidays == ["2026-09-07"]


def test_a_day_taken_from_the_rule_does_not_come_back_with_the_site(group):
    closure = close(group)
    group.change(rrule="FREQ=WEEKLY;BYDAY=WE")

    reopen(closure=closure, at=group.at, by=group.by)

    assert not GroupSession.objects.held().filter(series_on=NEXT_MONDAY).exists()


def test_what_comes_to_stand_on_another_by_itself_is_held_and_says_so(group):
    """Fault: the tick fails, and a whole house has no weeks ahead."""
    closure = close(group)
    OneToOneFactory(
        enrollment=group.person([]), on=NEXT_MONDAY, facilitator=group.leader
    )
    GroupSession.objects.filter(enrollment__isnull=False).update(
        starts_at=dt.datetime.combine(NEXT_MONDAY, dt.time(9), group.site.zone)
    )

    reopen(closure=closure, at=group.at, by=group.by)

    monday = GroupSession.objects.get(series=group.series, series_on=NEXT_MONDAY)
    assert (monday.is_cancelled, monday.collides) == (False, True)
