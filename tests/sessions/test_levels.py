"""Levels of care over time, with the seats that go with them."""

import datetime as dt
import threading

import pytest
from django.core.management import call_command
from django.db import connection

from apps.audit.actors import Actor
from apps.audit.models import AuditEvent
from apps.care.models import CareAssignment, Enrollment
from apps.care.services.enrollments import AlreadyEnded, WeekdaysDoNotFit
from apps.care.services.pauses import pause
from apps.care.services.placements import (
    AlreadyPlanned,
    DayIsOver,
    NothingChanges,
    NothingPlanned,
)
from apps.notifications.models import OutboxMessage
from apps.sessions.models import GroupSession, Override
from apps.sessions.selectors import expected_people, own_sessions
from apps.sessions.services import (
    GroupFull,
    NothingToMove,
    StartsInThePast,
    StillInCare,
    WasHereLater,
    begin_again,
    change_level,
    end_care,
    former_primary,
    swap_sessions,
    take_back_change,
    take_back_override,
    take_seats,
    use_other_day,
)
from tests.conftest import BOSTON
from tests.factories.care import (
    AssignmentFactory,
    EnrollmentFactory,
    OrganizationFactory,
    ProgramFactory,
    SiteFactory,
    StaffFactory,
)
from tests.factories.notifications import OutboxMessageFactory
from tests.factories.plans import PlanVersionFactory
from tests.factories.sessions import (
    AttendanceFactory,
    GroupSessionFactory,
    SeriesFactory,
    seated,
)

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 10, 12)
TODAY = dt.date(2026, 10, 14)
NEXT_MONDAY = dt.date(2026, 10, 19)
DAY = dt.timedelta(days=1)
EVERY_DAY = [0, 1, 2, 3, 4]


@pytest.fixture
def rooms():
    """Two weeks of mornings, from Monday the 12th."""
    series = SeriesFactory(capacity=2)
    days = [MONDAY + dt.timedelta(days=n) for n in range(14)]
    return [
        GroupSessionFactory(series=series, on=day) for day in days if day.weekday() < 5
    ]


@pytest.fixture
def person(rooms):
    enrollment = seated(rooms[0], placement__weekdays=EVERY_DAY)[0]
    AssignmentFactory(enrollment=enrollment, staff__name="Ana")
    take_seats(enrollment=enrollment, since=MONDAY)
    return enrollment


@pytest.fixture
def change(person, noon, actor):
    placement = person.placements.get()

    def make(**kwargs):
        given = {
            "level": placement.level,
            "program": placement.program,
            "weekdays": [0, 2, 4],
            "from_on": NEXT_MONDAY,
        }
        return change_level(enrollment=person, at=noon, by=actor, **given | kwargs)

    return make


def taken(rooms):
    pks = [room.pk for room in rooms]
    seats = dict(
        GroupSession.objects.filter(pk__in=pks).values_list("pk", "seats_taken")
    )
    return [seats[pk] for pk in pks]


def nothing_is_miscounted():
    """What is counted on the rows is what the query says."""
    before = taken(list(GroupSession.objects.order_by("starts_at")))
    call_command("rebuild_seats")
    return before == taken(list(GroupSession.objects.order_by("starts_at")))


def test_a_step_down_next_week_frees_its_seats_from_that_day_on(
    change, person, rooms, time_machine, noon
):
    """Fault: seats are freed from today, or not at all, or the plan counts as now."""
    time_machine.move_to(noon, tick=False)
    placement = change(note="Three days fit.")

    assert taken(rooms) == [1, 1, 1, 1, 1, 1, 0, 1, 0, 1]
    assert person.placement_on(TODAY).days_per_week == 5
    person = Enrollment.objects.get(pk=person.pk)
    assert person.placement_on(NEXT_MONDAY) == placement
    assert nothing_is_miscounted()
    assert AuditEvent.objects.filter(action="care.placement_changed").count() == 1


def test_a_seat_they_keep_is_not_asked_for_anew(change, rooms):
    """Fault: in a full group somebody who stays is told that it is full."""
    GroupSession.objects.update(capacity=1)

    change()

    assert taken(rooms)[5:] == [1, 0, 1, 0, 1]


def test_a_full_group_is_named_and_nothing_changes(person, rooms, noon, actor):
    """Fault: half of a move is made, or the message names no day to begin on."""
    evening = SeriesFactory(
        program=ProgramFactory(site=person.program.site),
        title="Evening",
        starts_at_time=dt.time(17, 30),
        levels=["IOP"],
    )
    days = [NEXT_MONDAY, NEXT_MONDAY + 2 * DAY, NEXT_MONDAY + 4 * DAY]
    evenings = [GroupSessionFactory(series=evening, on=day) for day in days]
    full = evenings[1]
    GroupSession.objects.filter(pk=full.pk).update(capacity=3, seats_taken=3)

    with pytest.raises(GroupFull) as refused:
        change_level(
            enrollment=person,
            level=person.placements.get().level,
            program=evening.program,
            weekdays=[0, 2, 4],
            from_on=NEXT_MONDAY,
            at=noon,
            by=actor,
        )

    assert [room.pk for room in refused.value.rooms] == [full.pk]
    assert refused.value.room_from == full.local_on + DAY
    assert taken(rooms) == [1] * 10
    assert taken(evenings) == [0, 3, 0]
    assert person.placements.count() == 1


def test_a_full_session_that_is_not_held_stands_in_nobodys_way(
    change, person, rooms, noon, actor
):
    change(weekdays=[0, 2, 4], from_on=TODAY)
    tuesday = rooms[6]
    GroupSession.objects.filter(pk=tuesday.pk).update(
        capacity=1, seats_taken=1, state="CANCELLED"
    )

    change(weekdays=EVERY_DAY, from_on=NEXT_MONDAY)

    assert taken(rooms)[5:] == [1, 2, 1, 1, 1]


def test_a_planned_change_is_taken_back_with_its_seats(
    change, person, rooms, noon, actor
):
    """Fault: the placement before it stays closed, so nobody is expected any more; or a
    counselor of long ago looks after them again."""
    mina = StaffFactory(organization_id=person.organization_id, name="Mina")
    AssignmentFactory(enrollment=person, until=noon - 20 * DAY, staff__name="Lou")
    change(primary=mina)
    coming = person.assignments.get(staff=mina)
    midnight = dt.datetime.combine(NEXT_MONDAY, dt.time(0), BOSTON)
    assert coming.since == person.assignments.get(staff__name="Ana").until == midnight

    take_back_change(enrollment=person, at=noon, by=actor)

    placement = person.placements.get()
    assert placement.to_on is None
    assert placement.days_per_week == 5
    assert taken(rooms) == [1] * 10
    primary = person.assignments.get(role="PRIMARY", until=None)
    assert primary.staff.name == "Ana"
    assert person.assignments.get(staff__name="Lou").until == noon - 20 * DAY
    with pytest.raises(NothingPlanned):
        take_back_change(enrollment=person, at=noon, by=actor)


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        pytest.param({"from_on": TODAY - DAY}, DayIsOver, id="yesterday"),
        pytest.param({"weekdays": EVERY_DAY}, NothingChanges, id="as it is"),
        pytest.param({"weekdays": [0]}, WeekdaysDoNotFit, id="too few days"),
    ],
)
def test_what_is_no_change_to_come_is_refused(change, person, asked, refusal):
    with pytest.raises(refusal):
        change(**asked)

    assert person.placements.get().days_per_week == 5


def test_one_change_waits_at_a_time(change):
    change()

    with pytest.raises(AlreadyPlanned):
        change(weekdays=[0, 1, 2, 3], from_on=NEXT_MONDAY + 7 * DAY)


@pytest.mark.parametrize(
    ("moves", "hands_over", "cancelled"),
    [
        pytest.param(True, True, True, id="another place"),
        pytest.param(False, True, True, id="another counselor"),
        pytest.param(False, False, False, id="other days"),
    ],
)
def test_a_move_cancels_the_texts_that_name_the_old_place(
    change, person, noon, actor, moves, hands_over, cancelled
):
    """Fault: a text signed by the counselor of before goes out after the move."""
    message = OutboxMessageFactory(enrollment=person, purpose="OUTREACH")
    other = ProgramFactory(site=SiteFactory(organization=person.organization))
    mina = StaffFactory(organization_id=person.organization_id, name="Mina")
    asked = {"primary": mina} if hands_over else {}

    change(from_on=TODAY, **asked | ({"program": other} if moves else {}))

    message.refresh_from_db()
    said = ("CANCELLED", "CARE_MOVED") if cancelled else ("PLANNED", "")
    assert (message.state, message.reason) == said
    now = CareAssignment.objects.get(enrollment=person, role="PRIMARY", until=None)
    assert now.staff.name == ("Mina" if hands_over else "Ana")
    assert own_sessions(person, TODAY, NEXT_MONDAY).exists() != moves


def test_a_change_taken_back_cancels_the_texts_that_name_it(
    change, person, noon, actor
):
    """Fault: a text about the days that do not come still goes out."""
    change()
    message = OutboxMessageFactory(enrollment=person, purpose="REMINDER")

    take_back_change(enrollment=person, at=noon, by=actor)

    message.refresh_from_db()
    assert (message.state, message.reason) == ("CANCELLED", "CARE_MOVED")


def test_who_begins_later_has_no_change_to_take_back(rooms, noon, actor):
    """Fault: the first placement is taken for a planned change, and taken away."""
    person = seated(rooms[0], started_on=NEXT_MONDAY)[0]
    take_seats(enrollment=person, since=NEXT_MONDAY)
    first = person.placements.get()

    with pytest.raises(NothingPlanned):
        take_back_change(enrollment=person, at=noon, by=actor)
    later = change_level(
        enrollment=person,
        level=first.level,
        program=first.program,
        weekdays=[0, 2, 4],
        from_on=NEXT_MONDAY,
        at=noon,
        by=actor,
    )

    assert person.placements.get() == later
    assert taken(rooms)[5:] == [1, 0, 1, 0, 1]


def test_an_end_takes_a_planned_hand_over_along(change, person, noon, actor):
    """Fault: who never met them has the record from then on, and is who they come back to."""
    change(primary=StaffFactory(organization_id=person.organization_id, name="Mina"))

    end_care(enrollment=person, on=TODAY, reason="MOVED", at=noon, by=actor)

    primary = person.assignments.get(role="PRIMARY")
    assert (primary.staff.name, primary.until) == ("Ana", None)
    assert former_primary(person.client) == primary.staff


def test_an_end_gives_everything_back_but_what_is_theirs(
    change, person, rooms, noon, actor
):
    """Fault: a seat, a planned change or a queued message outlives the episode.

    Today's morning has begun; a session of this evening is not expected any more.
    """
    change()
    pause(
        enrollment=person,
        kind="TRAVEL",
        from_on=NEXT_MONDAY,
        to_on=None,
        at=noon,
        by=actor,
    )
    evening = GroupSessionFactory(
        series__program=person.program, series__starts_at_time=dt.time(17), on=TODAY
    )
    GroupSession.objects.filter(pk=evening.pk).update(seats_taken=1)
    message = OutboxMessageFactory(enrollment=person)
    plan = PlanVersionFactory(client=person.client, state="APPROVED")

    end_care(enrollment=person, on=TODAY, reason="COMPLETED", at=noon, by=actor)

    person.refresh_from_db()
    assert (person.state, person.ended_on) == ("ENDED", TODAY)
    assert taken(rooms) == [1, 1, 1, 0, 0, 0, 0, 0, 0, 0]
    assert taken([evening]) == [0]
    assert not expected_people(evening).exists()
    assert person.placements.get().to_on == TODAY
    assert not person.pauses.exists()
    assert OutboxMessage.objects.get(pk=message.pk).state == "CANCELLED"
    assert person.client.user.is_active
    assert person.client.plan_versions.get() == plan
    assert nothing_is_miscounted()
    with pytest.raises(AlreadyEnded):
        end_care(enrollment=person, on=TODAY, reason="MOVED", at=noon, by=actor)


def test_the_last_day_is_not_before_a_day_they_came(person, rooms, noon, actor):
    AttendanceFactory(group_session=rooms[1], enrollment=person)

    with pytest.raises(WasHereLater) as later:
        end_care(enrollment=person, on=MONDAY, reason="MOVED", at=noon, by=actor)

    assert later.value.on == MONDAY + DAY


def test_coming_back_is_a_new_episode_with_everything_that_was_theirs(
    person, rooms, noon, actor
):
    """Fault: a second client record, or the old episode opened again with its dates."""
    plan = PlanVersionFactory(client=person.client, state="APPROVED")
    lourdes = AssignmentFactory(enrollment=person, role="SUPERVISING").staff
    placement = person.placements.get()
    end_care(enrollment=person, on=MONDAY, reason="LOST_TOUCH", at=noon, by=actor)
    ana = former_primary(person.client)
    back = {
        "client": person.client,
        "program": placement.program,
        "level": placement.level,
        "weekdays": [0, 2, 4],
        "primary": ana,
        "at": noon,
        "by": actor,
    }
    with pytest.raises(StartsInThePast):
        begin_again(started_on=MONDAY, **back)

    again = begin_again(started_on=NEXT_MONDAY, **back)

    assert again.pk != person.pk
    assert again.client.plan_versions.get() == plan
    assert taken(rooms)[5:] == [1, 0, 1, 0, 1]
    team = dict(again.assignments.values_list("role", "staff__name"))
    assert team == {"PRIMARY": "Ana", "SUPERVISING": lourdes.name}
    assert person.client.enrollments.count() == 2
    with pytest.raises(StillInCare):
        begin_again(started_on=NEXT_MONDAY, **back)


@pytest.mark.parametrize("left", ["the house", "for good"])
def test_whoever_left_is_not_proposed_again(person, left):
    ana = person.assignments.get().staff
    assert former_primary(person.client) == ana
    if left == "the house":
        ana.staff_roles.update(organization=OrganizationFactory())
    else:
        ana.is_active = False
        ana.save()

    assert former_primary(person.client) is None


def test_another_day_for_some_weeks_moves_the_seats(person, change, rooms, noon, actor):
    """Fault: the week after the stretch is moved too, or a day that is over."""
    change(weekdays=[0, 2, 3], from_on=TODAY)

    weeks = use_other_day(
        enrollment=person,
        usual=3,
        instead=4,
        from_on=TODAY,
        to_on=TODAY + 3 * DAY,
        at=noon,
        by=actor,
    )

    assert weeks == 1
    assert taken(rooms) == [1, 1, 1, 0, 1, 1, 0, 1, 1, 0]
    for override in Override.objects.all():
        take_back_override(override=override, at=noon, by=actor)
    assert taken(rooms) == [1, 1, 1, 1, 0, 1, 0, 1, 1, 0]
    with pytest.raises(NothingToMove):
        use_other_day(
            enrollment=person,
            usual=1,
            instead=4,
            from_on=TODAY,
            to_on=NEXT_MONDAY,
            at=noon,
            by=actor,
        )


def test_one_session_for_another_is_swapped_whole_or_not(person, rooms, noon, actor):
    """Fault: the own seat is given away, and the other one turns out to be full."""
    evening = GroupSessionFactory(
        series__program=ProgramFactory(site=person.program.site),
        on=TODAY + DAY,
        capacity=0,
    )
    swap = {"enrollment": person, "drop": rooms[3], "add": evening, "at": noon}

    with pytest.raises(GroupFull):
        swap_sessions(by=actor, **swap)
    assert taken(rooms) == [1] * 10
    GroupSession.objects.filter(pk=evening.pk).update(capacity=1)
    swap_sessions(by=actor, **swap)

    assert taken([rooms[3], evening]) == [0, 1]
    assert nothing_is_miscounted()


@pytest.mark.django_db(transaction=True)
def test_of_two_moves_into_the_last_seat_at_once_one_is_made(noon):
    """Fault: both read the seat before either takes it."""
    series = SeriesFactory(capacity=1)
    room = GroupSessionFactory(series=series, on=NEXT_MONDAY)
    level = series.levels.get()
    people = EnrollmentFactory.create_batch(
        2, client__organization=room.organization, placement__weekdays=[1, 2, 3]
    )
    start, outcomes = threading.Barrier(2), []

    def move(person):
        start.wait()
        try:
            change_level(
                enrollment=person,
                level=level,
                program=series.program,
                weekdays=[0, 2, 3],
                from_on=NEXT_MONDAY,
                at=noon,
                by=Actor(source="COMMAND"),
            )
            outcomes.append("moved")
        except GroupFull:
            outcomes.append("full")
        finally:
            connection.close()

    threads = [threading.Thread(target=move, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["full", "moved"]
    assert taken([room]) == [1]
