"""Saying "I can't make it", and finding another time."""

import datetime as dt
import threading
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse

from apps.audit.actors import Actor
from apps.care.models import Task
from apps.notifications.models import OutboxMessage
from apps.sessions.models import Absence, Attendance, GroupSession, Override, Wait
from apps.sessions.open_seats import could_come_to, with_seats
from apps.sessions.selectors import next_session
from apps.sessions.services import (
    AskedOfStaff,
    MadeUp,
    NoSeatLeft,
    NotExpected,
    NotOffered,
    RosterClosed,
    ask_for_makeup,
    cannot_come,
    change_series,
    come_after_all,
    count_seats,
    let_go,
    mark_attendance,
    run_waits,
    take_offer,
    take_open_seat,
    tell_changes,
    wait_for_seat,
)
from apps.sessions.services.levels import end_care
from apps.sessions.services.occurrences import cancel_session, change_session
from tests.conftest import NOON
from tests.factories.care import (
    AssignmentFactory,
    EnrollmentFactory,
    LevelFactory,
    ProgramFactory,
)
from tests.factories.notifications import make_reachable
from tests.factories.sessions import GroupSessionFactory, OneToOneFactory, SeriesFactory

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
TOMORROW = NOON.date() + DAY
BY = Actor()


@pytest.fixture
def series():
    return SeriesFactory()


def comes(series):
    """Somebody with a seat in the room of tomorrow."""
    enrollment = EnrollmentFactory(
        program=series.program,
        client__organization=series.program.site.organization,
        placement__weekdays=(0, 1, 2, 3, 4),
    )
    AssignmentFactory(enrollment=enrollment)
    return enrollment


def reachable(enrollment):
    make_reachable(enrollment)
    return enrollment


@pytest.fixture
def room(series):
    return GroupSessionFactory(series=series, on=TOMORROW, seats_taken=1)


@pytest.fixture
def rosa(series):
    return comes(series)


@pytest.fixture
def evening(series):
    """The same level, another track, the same day."""
    program = ProgramFactory(site=series.program.site, name="Evening", track="EVENING")
    late = SeriesFactory(
        program=program, starts_at_time=dt.time(17, 30), minutes=180, room="Room 4"
    )
    return GroupSessionFactory(series=late, on=TOMORROW, capacity=1)


def tell(enrollment, room, at=NOON, **more):
    return cannot_come(
        enrollment=enrollment, group_session=room, uuid=uuid4(), at=at, by=BY, **more
    )


def seats(room):
    return GroupSession.objects.get(pk=room.pk).seats_taken


def counted(room):
    count_seats(sessions=GroupSession.objects.filter(pk=room.pk))
    return seats(room)


def test_the_seat_is_free_and_the_clocks_stand_still(rosa, room):
    tell(rosa, room)

    mark = Attendance.objects.get()
    assert (mark.status, mark.reason, mark.minutes) == ("EXCUSED", "NOT_SAID", 0)
    assert seats(room) == counted(room) == 0
    assert next_session(rosa, NOON) is None


def test_sent_twice_is_said_once_and_a_reason_may_follow(rosa, room):
    first = tell(rosa, room)
    again = cannot_come(
        enrollment=rosa, group_session=room, uuid=first.uuid, at=NOON, by=BY
    )
    tell(rosa, room, reason="WORK")

    assert again == first
    assert Absence.objects.count() == 1
    assert Attendance.objects.get().reason == "WORK"
    assert seats(room) == 0


def test_a_number_that_was_used_for_another_time_is_refused(rosa, room, series):
    """Fault: the database says no, and the phone gets an error of the server."""
    second = GroupSessionFactory(series=series, on=TOMORROW + DAY)
    first = tell(rosa, room)

    with pytest.raises(NotExpected):
        cannot_come(
            enrollment=rosa, group_session=second, uuid=first.uuid, at=NOON, by=BY
        )


def test_the_seat_comes_back_with_the_word(rosa, room):
    tell(rosa, room)
    come_after_all(enrollment=rosa, group_session=room, at=NOON, by=BY)
    come_after_all(enrollment=rosa, group_session=room, at=NOON, by=BY)

    assert not Attendance.objects.exists()
    assert seats(room) == counted(room) == 1
    assert next_session(rosa, NOON) == room


def test_a_late_repeat_does_not_undo_the_change_of_mind(rosa, room):
    absence = tell(rosa, room)
    come_after_all(enrollment=rosa, group_session=room, at=NOON, by=BY)

    cannot_come(enrollment=rosa, group_session=room, uuid=absence.uuid, at=NOON, by=BY)

    assert seats(room) == 1
    assert not Absence.objects.standing().exists()


def test_a_seat_that_was_taken_meanwhile_is_not_taken_back(rosa, room):
    room.capacity = 1
    room.save()
    tell(rosa, room)
    GroupSession.objects.filter(pk=room.pk).update(seats_taken=1)

    with pytest.raises(NoSeatLeft):
        come_after_all(enrollment=rosa, group_session=room, at=NOON, by=BY)

    assert Absence.objects.standing().exists()
    assert Attendance.objects.get().status == "EXCUSED"


def test_who_was_there_was_there(rosa, room):
    at = room.starts_at
    mark_attendance(group_session=room, enrollment=rosa, status="PRESENT", at=at, by=BY)

    with pytest.raises(NotExpected):
        tell(rosa, room, at=at + HOUR)


def test_a_one_to_one_asks_the_counselor_and_frees_no_seat(rosa):
    own = OneToOneFactory(enrollment=rosa, on=TOMORROW)

    tell(rosa, own)
    tell(rosa, own)

    assert Task.objects.get().details["choice"] == "new_time"


def test_what_is_open_is_of_the_level_and_the_week_and_at_another_time(
    rosa, room, evening, series
):
    other_level = SeriesFactory(
        program=series.program,
        starts_at_time=dt.time(14),
        levels=["OP"],
    )
    GroupSessionFactory(series=other_level, on=TOMORROW)
    at_the_same_time = SeriesFactory(program=evening.series.program)
    own = GroupSessionFactory(series=series, on=TOMORROW + DAY)
    GroupSessionFactory(series=at_the_same_time, on=own.local_on)
    GroupSessionFactory(series=evening.series, on=TOMORROW + 9 * DAY)
    GroupSessionFactory(series=evening.series, on=TOMORROW + DAY, state="CANCELLED")

    found = list(with_seats(could_come_to(rosa, room, NOON)))

    assert found == [evening]
    # Whoever takes a seat still has to get there.
    nearly = evening.starts_at - dt.timedelta(minutes=29)
    assert evening not in could_come_to(rosa, room, nearly)


def test_what_is_open_is_of_the_level_of_the_day_that_is_missed(rosa, room, evening):
    """Fault: who steps down tomorrow is offered the groups of today's level."""
    rosa.placements.update(to_on=NOON.date())
    level = LevelFactory(organization=rosa.organization, code="OP")
    rosa.placements.create(
        level=level, program=rosa.program, weekdays=[3], from_on=TOMORROW
    )
    below = SeriesFactory(
        program=evening.series.program, starts_at_time=dt.time(17, 30), levels=["OP"]
    )
    theirs = GroupSessionFactory(series=below, on=TOMORROW)

    assert list(could_come_to(rosa, room, NOON)) == [theirs]


def test_the_word_counts_until_the_end_and_what_staff_wrote_stays(rosa, room):
    """Fault: a miss turns into an excuse once it is over, or coming after all wipes out
    what a colleague wrote down."""
    staff = Actor(user_id=rosa.assignments.get().staff_id)
    with pytest.raises(RosterClosed):
        tell(rosa, room, at=room.ends_at)
    tell(rosa, room)
    mark_attendance(
        group_session=room,
        enrollment=rosa,
        status="EXCUSED",
        reason="ILL",
        at=NOON,
        by=staff,
    )

    come_after_all(enrollment=rosa, group_session=room, at=NOON, by=BY)

    assert Attendance.objects.get().reason == "ILL"


def test_where_the_team_finds_the_time_asking_is_one_request(rosa, room, evening):
    """Fault: the setting of the place they moved from counts; each tap makes a task; or
    the counselor looks for a time for who comes after all."""
    ask = {"enrollment": rosa, "instead_of": room, "at": NOON, "by": BY}
    new = ProgramFactory(site=rosa.program.site, own_makeups=False)
    tell(rosa, room)
    rosa.placements.update(program=new)

    with pytest.raises(AskedOfStaff):
        take_open_seat(group_session=evening, **ask)
    assert ask_for_makeup(**ask) == ask_for_makeup(**ask)
    rosa.placements.update(program=rosa.program)
    come_after_all(enrollment=rosa, group_session=room, at=NOON, by=BY)

    assert Task.objects.get().done_at == NOON


def test_another_seat_is_taken_once_and_counted(rosa, room, evening):
    tell(rosa, room)

    for _ in range(2):
        take_open_seat(
            enrollment=rosa, group_session=evening, instead_of=room, at=NOON, by=BY
        )

    assert Override.objects.get().makes_up == room
    assert seats(evening) == counted(evening) == 1
    assert next_session(rosa, NOON) == evening


def test_nothing_is_made_up_that_was_not_missed(rosa, room, evening):
    with pytest.raises(NotOffered):
        take_open_seat(
            enrollment=rosa, group_session=evening, instead_of=room, at=NOON, by=BY
        )


def test_one_time_is_made_up_once(rosa, room, evening):
    second = GroupSessionFactory(series=evening.series, on=TOMORROW + DAY)
    tell(rosa, room)
    take_open_seat(
        enrollment=rosa, group_session=evening, instead_of=room, at=NOON, by=BY
    )

    with pytest.raises(MadeUp):
        take_open_seat(
            enrollment=rosa, group_session=second, instead_of=room, at=NOON, by=BY
        )


def test_a_freed_seat_is_kept_for_who_waits_and_then_for_the_next(
    series, room, evening
):
    """Fault: the seat goes to whoever looks first, or to two."""
    holder = comes(series)
    first, second = (reachable(comes(series)) for _ in range(2))
    for person in (holder, first, second):
        tell(person, room)
    take_open_seat(
        enrollment=holder, group_session=evening, instead_of=room, at=NOON, by=BY
    )
    lines = [
        wait_for_seat(
            enrollment=person,
            group_session=evening,
            makes_up=room,
            uuid=uuid4(),
            at=NOON + minutes * dt.timedelta(minutes=1),
            by=BY,
        )
        for minutes, person in enumerate((first, second))
    ]
    tell(holder, evening)

    line = [Wait.objects.get(pk=each.pk) for each in lines]
    assert [each.state for each in line] == ["OFFERED", "WAITING"]
    assert seats(evening) == counted(evening) == 1
    with pytest.raises(NoSeatLeft):
        take_offer(wait=line[1], at=NOON, by=BY)

    over = line[0].offer_until
    assert run_waits(over - HOUR) == 0
    # At the last second the clock decides, not the tick that comes after it.
    with pytest.raises(NoSeatLeft):
        take_offer(wait=line[0], at=over, by=BY)
    assert run_waits(over) == 1
    assert run_waits(over) == 0
    line = [Wait.objects.get(pk=each.pk) for each in lines]
    assert [each.state for each in line] == ["RAN_OUT", "OFFERED"]
    assert OutboxMessage.objects.filter(template="SEAT-01").count() == 2

    take_offer(wait=line[1], at=over, by=BY)
    take_offer(wait=line[1], at=over, by=BY)
    assert Override.objects.filter(enrollment=second, makes_up=room).count() == 1
    assert seats(evening) == counted(evening) == 1


def test_a_seat_that_is_let_go_goes_to_the_next(series, room, evening):
    people = [comes(series) for _ in range(2)]
    lines = []
    for person in people:
        tell(person, room)
        lines.append(
            wait_for_seat(
                enrollment=person,
                group_session=evening,
                makes_up=room,
                uuid=uuid4(),
                at=NOON,
                by=BY,
            )
        )

    let_go(wait=lines[0], at=NOON, by=BY)

    assert Wait.objects.get(pk=lines[1].pk).state == "OFFERED"
    assert seats(evening) == 1


def stands_in_line(person, full, instead_of, at=NOON):
    return wait_for_seat(
        enrollment=person,
        group_session=full,
        makes_up=instead_of,
        uuid=uuid4(),
        at=at,
        by=BY,
    )


@pytest.mark.parametrize(
    ("before", "kept"),
    [
        pytest.param(dt.timedelta(hours=7), True, id="to half an hour before"),
        pytest.param(HOUR, False, id="too short to be heard"),
    ],
)
def test_a_seat_is_kept_only_while_they_can_still_get_there(
    series, room, evening, before, kept
):
    """Fault: it is kept up to the beginning or for minutes, and stays empty."""
    person = comes(series)
    tell(person, room)

    wait = stands_in_line(person, evening, room, at=evening.starts_at - before)

    until = evening.starts_at - HOUR / 2 if kept else None
    assert (wait.state, wait.offer_until) == ("OFFERED" if kept else "WAITING", until)
    assert seats(evening) == int(kept)


def test_who_has_another_time_waits_for_no_third(series, room, evening):
    """Fault: one person keeps two seats for one time they missed."""
    person = comes(series)
    second = GroupSessionFactory(series=evening.series, on=TOMORROW + DAY)
    tell(person, room)
    lines = [stands_in_line(person, full, room) for full in (evening, second)]

    take_offer(wait=lines[0], at=NOON, by=BY)

    assert Wait.objects.get(pk=lines[1].pk).state == "LET_GO"
    assert (seats(evening), seats(second)) == (1, counted(second)) == (1, 0)


def test_the_tick_ends_a_line_for_nothing_and_offers_what_became_free(
    series, room, evening
):
    """Fault: people wait for what is on, off or over; or a seat that became free by
    another way is offered to nobody, or to somebody who has died."""
    second, third = (
        GroupSessionFactory(series=evening.series, on=TOMORROW + n * DAY, capacity=0)
        for n in (1, 2)
    )
    GroupSession.objects.filter(pk=evening.pk).update(capacity=0)
    died, person = comes(series), comes(series)
    lines = [
        stands_in_line(who, full, None)
        for full in (evening, second, third)
        for who in (died, person)
    ]
    type(died.client).objects.filter(pk=died.client_id).update(died_on=TOMORROW)
    cancel_session(group_session=third, note="", at=NOON, by=BY)
    GroupSession.objects.filter(pk=second.pk).update(capacity=2)

    run_waits(evening.starts_at)

    states = [Wait.objects.get(pk=line.pk).state for line in lines]
    assert states == ["RAN_OUT"] * 2 + ["WAITING", "OFFERED"] + ["RAN_OUT"] * 2
    assert seats(second) == 1


def change(one, at=NOON, **new):
    as_it_is = {
        "starts_at": one.starts_at,
        "room": one.room,
        "facilitator": one.facilitator,
    }
    change_session(group_session=one, at=at, by=BY, **(as_it_is | new))
    one.refresh_from_db()


def test_a_change_is_told_once_and_several_within_minutes_are_one(series, room):
    rosa = reachable(comes(series))
    away = reachable(comes(series))
    tell(away, room)
    minute = dt.timedelta(minutes=1)

    change(room, room="Room 7")
    assert tell_changes(NOON + minute) == 0
    change(room, at=NOON + 2 * minute, room="Room 8")
    assert tell_changes(NOON + 8 * minute) == 1
    assert tell_changes(NOON + 9 * minute) == 0

    message = OutboxMessage.objects.get()
    assert (message.client, message.template) == (rosa.client, "CHG-01")
    assert "Room" not in message.body


def test_another_time_from_a_day_on_is_told_of_what_comes_next(series, room):
    """Fault: the occurrence is as its new series says, so that it looks unchanged."""
    reachable(comes(series))

    change_series(
        series=series, from_on=TOMORROW, starts_at_time=dt.time(10), at=NOON, by=BY
    )
    tell_changes(NOON + HOUR)

    assert OutboxMessage.objects.get().template == "CHG-01"


def test_a_change_taken_back_before_it_went_is_not_sent(series, room):
    reachable(comes(series))
    friday = GroupSessionFactory(series=series, on=TOMORROW + DAY)
    night = NOON + 10 * HOUR
    change(friday, at=night, room="Room 7")
    tell_changes(night + HOUR)

    change(friday, at=night + 2 * HOUR, room=series.room)
    assert tell_changes(night + 3 * HOUR) == 0

    assert OutboxMessage.objects.get().state == "CANCELLED"


def test_a_change_taken_back_after_it_went_is_told_again(series):
    """Fault: it is as usual, so nobody says so, and people come to the other room; or
    word goes weeks ahead."""
    reachable(comes(series))
    far = GroupSessionFactory(series=series, on=TOMORROW + 14 * DAY)
    friday = GroupSessionFactory(series=series, on=TOMORROW + DAY)
    change(far, room="Room 7")
    change(friday, room="Room 7")
    assert tell_changes(NOON + HOUR) == 1
    OutboxMessage.objects.update(
        state="ACCEPTED", submitted_at=NOON + HOUR, accepted_at=NOON + HOUR
    )

    change(friday, at=NOON + 2 * HOUR, room=series.room)

    assert tell_changes(NOON + 3 * HOUR) == 1
    assert OutboxMessage.objects.count() == 2


def test_who_is_not_written_to_is_told_by_a_person(series, room):
    watched = comes(series)
    watched.client.monitored_phone = True
    watched.client.save()

    cancel_session(group_session=room, note="", at=NOON, by=BY)
    tell_changes(NOON + HOUR)

    assert Task.objects.get().details["choice"] == "tell_change"
    assert not OutboxMessage.objects.exists()


def test_who_leaves_care_keeps_no_seat_and_no_place_in_a_line(series, room, evening):
    leaver, second = comes(series), comes(series)
    lines = []
    for person in (leaver, second):
        tell(person, room)
        lines.append(
            wait_for_seat(
                enrollment=person,
                group_session=evening,
                makes_up=room,
                uuid=uuid4(),
                at=NOON,
                by=BY,
            )
        )

    end_care(enrollment=leaver, on=NOON.date(), reason="MOVED", at=NOON, by=BY)

    states = [Wait.objects.get(pk=line.pk).state for line in lines]
    assert states == ["LET_GO", "OFFERED"]
    assert seats(evening) == counted(evening) == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_fifty_who_want_the_last_seat_at_once(series, room, evening):
    """Fault: the count is read before the row is locked."""
    another = GroupSessionFactory(series=evening.series, on=TOMORROW + 3 * DAY)
    people = [comes(series) for _ in range(50)]
    for person in people:
        tell(person, room)
    begin = threading.Barrier(50)
    outcomes = []

    def take(person):
        try:
            begin.wait(60)
            take_open_seat(
                enrollment=person,
                group_session=evening,
                instead_of=room,
                at=NOON,
                by=BY,
            )
            outcomes.append("won")
        except NoSeatLeft:
            left = with_seats(could_come_to(person, room, NOON))
            outcomes.append("another" if another in left else "nothing")
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["another"] * 49 + ["won"]
    assert seats(evening) == counted(evening) == 1


def test_one_tap_and_the_page_after_it(client, frozen_noon, rosa, room, evening):
    client.force_login(rosa.client.user)
    here = reverse("sessions:instead", args=[room.pk])

    today = client.get("/").text
    assert "I can't make it" in today.replace("&#x27;", "'")
    told = client.post(
        reverse("sessions:not_coming", args=[room.pk]), {"uuid": uuid4()}
    )
    page = client.get(told.url)
    assert told.url == here
    assert "Thank you for telling us" in page.text
    assert [c.room for c in page.context["page"].open_rooms] == [evening]

    client.post(
        reverse("sessions:take", args=[room.pk]),
        {"room": evening.pk, "uuid": uuid4()},
    )
    assert client.get(here).context["page"].made_up.room == evening


@pytest.mark.parametrize("people", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_rooms(
    client, frozen_noon, rosa, room, evening, people, django_assert_num_queries
):
    for number in range(people):
        GroupSessionFactory(series=evening.series, on=TOMORROW + (2 + number) * DAY)
    tell(rosa, room)
    client.force_login(rosa.client.user)
    url = reverse("sessions:instead", args=[room.pk])
    client.get(url)

    with django_assert_num_queries(15):
        client.get(url)


def test_a_kept_seat_is_on_today_and_taken_there(
    client, frozen_noon, series, room, evening
):
    rosa = comes(series)
    tell(rosa, room)
    wait = wait_for_seat(
        enrollment=rosa,
        group_session=evening,
        makes_up=room,
        uuid=uuid4(),
        at=NOON,
        by=BY,
    )
    client.force_login(rosa.client.user)
    assert "A seat opened up" in client.get("/").text

    client.post(reverse("sessions:kept", args=[wait.pk]), {"answer": "yes"})

    assert Override.objects.get().group_session == evening
    assert "A seat opened up" not in client.get("/").text


def test_the_way_in_by_video_is_there_from_ten_minutes_before(
    client, series, time_machine
):
    rosa = comes(series)
    room = GroupSessionFactory(
        series=series, on=TOMORROW, telehealth=True, join_url="https://video.example/r"
    )
    client.force_login(rosa.client.user)

    def shown(at):
        time_machine.move_to(at, tick=False)
        return room.join_url in client.get("/").text

    minute = dt.timedelta(minutes=1)
    assert not shown(room.starts_at - 11 * minute)
    assert shown(room.starts_at - 10 * minute)
    assert shown(room.ends_at - minute)
    assert not shown(room.ends_at)


def test_what_is_not_held_tomorrow_is_said_today(client, frozen_noon, rosa, room):
    cancel_session(group_session=room, note="Snow day.", at=NOON, by=BY)
    client.force_login(rosa.client.user)

    assert "Not held this time. Snow day." in client.get("/").text


def test_the_same_by_api(client, frozen_noon, rosa, room, evening):
    client.force_login(rosa.client.user)
    body = {"uuid": str(uuid4()), "reason": "RIDE"}
    url = reverse("api:not_coming", args=[room.pk])

    answers = [client.post(url, body, "application/json") for _ in range(2)]
    seats_url = reverse("api:instead", args=[room.pk])
    found = client.get(seats_url).json()
    taken = client.post(seats_url, {"room": found[0]["id"]}, "application/json")
    full = client.post(seats_url, {"room": str(room.pk)}, "application/json")

    assert [answer.status_code for answer in answers] == [200, 200]
    assert Absence.objects.count() == 1
    assert [each["id"] for each in found] == [str(evening.pk)]
    assert (taken.status_code, full.status_code) == (200, 409)
