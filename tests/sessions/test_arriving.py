"""What is in the way of coming: asked the day before, seen to by one colleague."""

import datetime as dt
import re
from uuid import uuid4

import pytest
from django.urls import reverse

from apps.audit.actors import Actor
from apps.care.models import Enrollment, Status, Task
from apps.sessions.arriving import questions_of, shown_on_today
from apps.sessions.models import Barrier, Ride
from apps.sessions.services import (
    AlreadyBooked,
    NothingToAsk,
    answer_barrier,
    book_ride,
    call_off_ride,
    cancel_session,
)
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory, StaffFactory
from tests.factories.sessions import (
    GroupSessionFactory,
    RideFactory,
    SeriesFactory,
    seated,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
TODAY = NOON.date()
DAY, HOUR, MINUTE = (dt.timedelta(**{n: 1}) for n in ("days", "hours", "minutes"))
MONDAY = TODAY - 2 * DAY
POST = reverse("sessions:in_the_way")
API = reverse("api:in_the_way")


@pytest.fixture
def tomorrow():
    """It is Wednesday noon; the room meets on Thursday at nine."""
    return GroupSessionFactory(series=SeriesFactory(), on=TODAY + DAY)


@pytest.fixture
def rosa(tomorrow):
    """With Ana for her counselor and Pat for her rides."""
    person = seated(tomorrow, placement__weekdays=[0, 1, 2, 3, 4])[0]
    AssignmentFactory(enrollment=person, staff__name="Ana")
    AssignmentFactory(
        enrollment=person,
        role="CARE_TEAM",
        staff=StaffFactory(name="Pat", organization_id=person.organization_id),
    )
    return person


def say(
    person, answer, *, at=NOON, about="DAY", on=TODAY + DAY, uuid=None, said_at=None
):
    return answer_barrier(
        enrollment=person,
        uuid=uuid or uuid4(),
        about=about,
        on=on,
        answer=answer,
        occurred_at=said_at or at,
        at=at,
        by=Actor(),
    )


def asked(person, rooms, at=NOON):
    person.refresh_from_db()
    return questions_of(person, rooms, at)


# Whom it goes to


@pytest.mark.parametrize(
    ("answer", "who", "kind"),
    [
        ("RIDE", "Pat", "RIDE"),
        ("CHILDREN", "Pat", "ANSWER"),
        ("WORK", "Pat", "ANSWER"),
        ("DREAD", "Ana", "CALL"),
        ("OTHER", "Ana", "ANSWER"),
    ],
)
def test_errands_go_to_the_case_manager_and_dread_to_the_counselor(
    rosa, answer, who, kind
):
    say(rosa, answer)

    task = Task.objects.get()
    assert (task.assignee.name, task.kind) == (who, kind)
    # Wednesday noon is within staffed hours, so it is seen to by five.
    assert task.due_at == NOON + 5 * HOUR
    assert task.details["for_on"] == "2026-10-15"


def test_nothing_in_the_way_asks_nobody(rosa):
    assert say(rosa, "FINE").task is None
    assert Status.objects.get(enrollment=rosa).last_contact_at == NOON


def test_changing_the_answer_turns_the_one_task(rosa):
    """Fault: three changes of mind make three people call."""
    say(rosa, "RIDE")
    say(rosa, "DREAD", at=NOON + HOUR)

    task = Task.objects.get()
    assert (task.assignee.name, task.kind, task.done_at) == ("Ana", "CALL", None)

    say(rosa, "FINE", at=NOON + 2 * HOUR)
    task.refresh_from_db()
    assert task.done_at == NOON + 2 * HOUR

    say(rosa, "WORK", at=NOON + 3 * HOUR)
    task = Task.objects.get()
    assert (task.assignee.name, task.done_at) == ("Pat", None)
    assert Barrier.objects.get().answer == "WORK"


def test_the_last_word_stands_whatever_arrives_last(rosa):
    """Fault: an answer that waited on the phone undoes what was said after it."""
    uuid = uuid4()
    say(rosa, "FINE", at=NOON + HOUR, uuid=uuid)
    say(rosa, "RIDE", at=NOON + 2 * HOUR, said_at=NOON)
    say(rosa, "DREAD", at=NOON + 2 * HOUR, uuid=uuid)

    assert Barrier.objects.get().answer == "FINE"
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    ("about", "on", "at"),
    [
        pytest.param("DAY", TODAY + 2 * DAY, NOON, id="nobody expects them then"),
        pytest.param("DAY", TODAY + DAY, NOON + 21 * HOUR, id="it has begun"),
        pytest.param("WEEK", TODAY, NOON, id="a week begins on Monday"),
        pytest.param("WEEK", MONDAY - 7 * DAY, NOON, id="a week that is over"),
    ],
)
def test_there_is_nothing_to_answer(rosa, about, on, at):
    with pytest.raises(NothingToAsk):
        say(rosa, "RIDE", about=about, on=on, at=at)


# What the page asks and says


def test_the_day_before_is_asked_once_and_told_who_and_by_when(rosa, tomorrow):
    (day,) = (q for q in asked(rosa, [tomorrow]) if q.about == "DAY")
    assert (day.title, day.is_open) == ("What is in the way of tomorrow?", True)

    say(rosa, "RIDE")

    shown = shown_on_today(asked(rosa, [tomorrow])[:1])
    assert shown.said == ["You said: A ride.", "Pat will be in touch by 5 pm today."]
    assert not shown.is_open


def test_one_question_at_a_time_and_the_week_comes_second(rosa, tomorrow):
    assert [q.about for q in asked(rosa, [tomorrow])] == ["DAY"]

    say(rosa, "FINE")
    day, week = asked(rosa, [tomorrow])
    assert (day.is_put_away, week.is_open) == (True, True)
    assert shown_on_today([day, week]) == week

    say(rosa, "FINE", about="WEEK", on=MONDAY)
    assert shown_on_today(asked(rosa, [tomorrow])) is None


def test_not_sure_how_to_get_here_is_the_case_managers(rosa):
    say(rosa, "OTHER", about="WEEK", on=MONDAY)

    assert Task.objects.get().assignee.name == "Pat"


def test_an_answer_stands_until_it_begins(rosa, tomorrow):
    say(rosa, "DREAD")
    before = tomorrow.starts_at - MINUTE

    assert [q.title for q in asked(rosa, [tomorrow], before)][:1] == [
        "What is in the way of today?"
    ]
    assert asked(rosa, [tomorrow], tomorrow.starts_at) == []


@pytest.mark.parametrize(
    ("at", "words"),
    [
        pytest.param(
            NOON + 8 * HOUR,
            [
                "Pat will be in touch by 10 am tomorrow.",
                "If that is too late, the numbers under Help are yours.",
            ],
            id="in the evening, and it begins at nine",
        ),
        pytest.param(NOON, ["Pat will be in touch by 5 pm today."], id="at noon"),
    ],
)
def test_only_what_is_staffed_is_promised(rosa, tomorrow, at, words):
    """Fault: somebody waits all evening for a call that nobody can make."""
    say(rosa, "RIDE", at=at)

    assert asked(rosa, [tomorrow], at)[0].said[1:] == words


def test_what_was_seen_to_is_said_and_what_is_late_is_not_promised_anew(rosa, tomorrow):
    task = say(rosa, "RIDE").task
    late = asked(rosa, [tomorrow], NOON + 6 * HOUR)[0]
    task.done_at = NOON
    task.save()

    assert late.said[1:] == ["Pat knows."]
    assert asked(rosa, [tomorrow])[0].said[1:] == ["Pat saw to it."]


def test_nobody_is_asked_about_what_is_not_held_or_before_care_begins(
    rosa, tomorrow, actor
):
    rosa.state = Enrollment.State.INVITED
    rosa.save()
    assert asked(rosa, [tomorrow]) == []
    cancel_session(group_session=tomorrow, note="Snow", at=NOON, by=actor)
    rosa.state = Enrollment.State.ACTIVE
    rosa.save()
    tomorrow.refresh_from_db()

    assert asked(rosa, [tomorrow]) == []


# Pages and the API


def test_one_tap_on_today_answers_and_leads_back(client, rosa):
    client.force_login(rosa.client.user)
    page = client.get(reverse("home:today")).text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))

    response = client.post(POST, {**hidden, "answer": "RIDE"}, follow=True)

    assert response.redirect_chain == [(reverse("home:today"), 302)]
    assert "Pat will be in touch by 5 pm today." in response.text
    assert Barrier.objects.get().answer == "RIDE"


@pytest.mark.parametrize("data", [{}, {"answer": "RIDE", "about": "DAY", "on": "x"}])
def test_what_no_button_sends_changes_nothing(client, rosa, data):
    client.force_login(rosa.client.user)

    response = client.post(POST, data, follow=True)

    assert "That day has begun or changed." in response.text
    assert not Barrier.objects.exists()


def test_a_phone_sends_the_answer_under_its_own_number(client, rosa):
    client.force_login(rosa.client.user)
    body = {
        "uuid": str(uuid4()),
        "about": "DAY",
        "on": "2026-10-15",
        "answer": "WORK",
        "occurred_at": (NOON - HOUR).isoformat(),
    }

    for _ in range(2):
        response = client.post(API, body, content_type="application/json")
        assert (response.status_code, response.json()["answer"]) == (200, "WORK")
    gone = client.post(
        API, body | {"on": "2026-10-10"}, content_type="application/json"
    )

    assert (gone.status_code, Task.objects.count()) == (409, 1)


# Rides


@pytest.fixture
def book(rosa, tomorrow):
    def do(**kwargs):
        return book_ride(
            enrollment=rosa,
            group_session=tomorrow,
            picks_up_at=tomorrow.starts_at - 40 * MINUTE,
            booked_by=StaffFactory(name="Pat", organization_id=rosa.organization_id),
            at=NOON,
            by=Actor(),
            **kwargs,
        )

    return do


def test_a_booked_ride_settles_what_was_asked_for_that_day_only(rosa, book):
    """Fault: the ride of Thursday closes the wish for Friday, and nobody comes on Friday."""
    say(rosa, "RIDE")
    GroupSessionFactory(series=SeriesFactory(), on=TODAY + 2 * DAY)
    friday = Task.objects.create(
        kind="RIDE",
        organization=rosa.organization,
        enrollment=rosa,
        assignee=Task.objects.get().assignee,
        details={"choice": "barrier_ride", "about": "DAY", "for_on": "2026-10-16"},
        source="BARRIER",
        source_key="friday",
        created_at=NOON,
        due_at=NOON,
    )

    book(words="Blue van.")

    assert list(Task.objects.open()) == [friday]


def test_a_ride_is_booked_once_and_can_be_called_off(rosa, book):
    ride = book()
    with pytest.raises(AlreadyBooked):
        book()
    call_off_ride(ride=ride, at=NOON, by=Actor())
    book()

    assert sorted(Ride.objects.values_list("state", flat=True)) == [
        "BOOKED",
        "CANCELLED",
    ]


@pytest.mark.parametrize("page", ["home:today", "sessions:schedule"])
def test_the_ride_stands_where_the_next_time_stands(client, rosa, book, page):
    book(words="Blue van.")
    RideFactory(on=TODAY + DAY)
    client.force_login(rosa.client.user)

    assert (
        client.get(reverse(page)).text.count("Ride 8:20 am, booked by Pat. Blue van.")
        == 1
    )
