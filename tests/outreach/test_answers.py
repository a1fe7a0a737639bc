import datetime as dt

import pytest

from apps.audit.actors import SYSTEM
from apps.audit.models import AuditEvent
from apps.care.models import CareAssignment, StaffRole, Task
from apps.notifications.models import OutboxMessage
from apps.outreach.models import Answer, Episode
from apps.outreach.services import answer
from tests.conftest import BOSTON
from tests.factories.care import AssignmentFactory, StaffRoleFactory
from tests.factories.notifications import OutboxMessageFactory
from tests.factories.outreach import DAY, EpisodeFactory, Story

State = OutboxMessage.State
HOUR = dt.timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def episode():
    return EpisodeFactory(enrollment=Story().enrollment)


def say(episode, choice, at, *, text="", once_key="k1"):
    return answer(
        episode=episode,
        choice=choice,
        text=text,
        via=Answer.Via.SMS,
        once_key=once_key,
        at=at,
        by=SYSTEM,
    )


def counselor_of(episode):
    return episode.enrollment.assignments.get(role="PRIMARY").staff


def test_an_answer_is_a_task_of_the_own_counselor_once(episode, noon):
    first = say(episode, "new_time", noon)
    again = say(episode, "new_time", noon + HOUR)

    task = Task.objects.get()
    assert again == first
    assert (task.kind, task.assignee) == (Task.Kind.ANSWER, counselor_of(episode))
    assert task.details == {"choice": "new_time", "text": ""}
    assert first.task == task
    assert Answer.objects.get().details == {"choice": "new_time", "text": ""}


@pytest.mark.parametrize(
    ("asked_at", "due_at"),
    [
        pytest.param((14, 10), (14, 17), id="in the morning: today"),
        pytest.param((14, 16), (15, 10), id="at four: next morning"),
        pytest.param((16, 20), (19, 10), id="Friday night: Monday"),
        pytest.param((18, 12), (19, 10), id="Sunday: Monday"),
    ],
)
def test_a_call_is_due_when_somebody_is_there(episode, asked_at, due_at):
    def boston(day, hour):
        return dt.datetime(2026, 10, day, hour, tzinfo=BOSTON)

    say(episode, "call_me", boston(*asked_at))

    task = Task.objects.get()
    assert (task.kind, task.due_at) == (Task.Kind.CALL, boston(*due_at))


def test_tomorrow_is_a_call_of_tomorrow(episode, noon):
    say(episode, "call_tomorrow", noon)

    task = Task.objects.get()
    assert (task.kind, task.due_at.astimezone(BOSTON).day) == (Task.Kind.CALL, 15)


def test_a_ride_is_asked_of_the_case_manager(episode, noon):
    role = StaffRoleFactory(role=StaffRole.Role.CASE_MANAGER)
    AssignmentFactory(
        enrollment=episode.enrollment,
        staff=role.user,
        role=CareAssignment.Role.CARE_TEAM,
    )

    say(episode, "barrier_ride", noon)

    task = Task.objects.get()
    assert (task.kind, task.assignee) == (Task.Kind.RIDE, role.user)


def test_without_a_case_manager_a_ride_is_asked_of_the_counselor(episode, noon):
    say(episode, "barrier_ride", noon)

    assert Task.objects.get().assignee == counselor_of(episode)


def test_the_colleague_who_covers_is_asked(episode, noon):
    covering = AssignmentFactory(
        enrollment=episode.enrollment,
        role=CareAssignment.Role.COVERING,
        until=noon + DAY,
    )

    say(episode, "call_me", noon)

    assert Task.objects.get().assignee == covering.staff


def test_words_nobody_planned_for_are_read_by_a_person(episode, noon):
    say(episode, "", noon, text="my car broke down again")

    task = Task.objects.get()
    assert task.details == {"choice": "", "text": "my car broke down again"}


def test_any_answer_quiets_what_is_automatic_for_two_days(episode, noon):
    planned = OutboxMessageFactory(
        enrollment=episode.enrollment, send_after=noon + HOUR
    )

    say(episode, "call_me", noon)

    planned.refresh_from_db()
    episode.refresh_from_db()
    assert (planned.state, planned.reason) == (State.CANCELLED, "ANSWERED")
    assert episode.quiet_until == noon + dt.timedelta(hours=48)


def test_not_now_is_a_week_then_a_month_then_for_good(episode, noon):
    quiet = []
    for number in range(3):
        say(episode, "not_now", noon + number * 60 * DAY, once_key=f"k{number}")
        episode.refresh_from_db()
        quiet.append(episode.quiet_until - (noon + number * 60 * DAY))

    assert quiet[:2] == [7 * DAY, 30 * DAY]
    assert episode.wants_no_more


def test_after_not_now_somebody_says_one_hello_when_the_week_is_over(episode, noon):
    say(episode, "not_now", noon)

    task = Task.objects.get()
    assert (task.kind, task.priority) == (Task.Kind.ANSWER, 4)
    # The Wednesday a week later, within staffed hours.
    assert task.due_at == dt.datetime(2026, 10, 21, 17, tzinfo=BOSTON)


def test_a_later_answer_does_not_shorten_the_quiet(episode, noon):
    say(episode, "not_now", noon)

    say(episode, "call_me", noon + HOUR, once_key="k2")

    episode.refresh_from_db()
    assert episode.quiet_until == noon + 7 * DAY


def test_asking_for_the_same_twice_is_one_task(episode, noon):
    say(episode, "call_me", noon)

    say(episode, "call_me", noon + HOUR, once_key="k2")

    assert (Answer.objects.count(), Task.objects.count()) == (2, 1)


def test_asking_again_after_the_call_is_a_new_task(episode, noon):
    say(episode, "call_me", noon)
    Task.objects.update(done_at=noon + HOUR)

    say(episode, "call_me", noon + 2 * HOUR, once_key="k2")

    assert Task.objects.open().count() == 1
    assert Task.objects.count() == 2


def test_an_answer_counts_as_contact_and_is_in_the_audit(episode, noon):
    given = say(episode, "call_me", noon)

    episode.enrollment.status.refresh_from_db()
    assert episode.enrollment.status.last_contact_at == noon
    assert episode.enrollment.due_moment.at == noon
    assert AuditEvent.objects.filter(object_id=given.pk).count() == 1


def test_an_answer_to_a_closed_episode_still_reaches_somebody(episode, noon):
    Episode.objects.update(stage="CLOSED", closed_at=noon, close_reason="BACK")

    say(episode, "call_me", noon)

    assert Task.objects.get().kind == Task.Kind.CALL
