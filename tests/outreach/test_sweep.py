import datetime as dt

import pytest

from apps.audit.actors import SYSTEM, Actor
from apps.care.models import Concern, DueMoment, Enrollment, Status, Task
from apps.care.services.concerns import raise_concern, resolve_concern
from apps.notifications import delivery
from apps.notifications.models import OutboxMessage
from apps.outreach.models import Episode, Step
from apps.outreach.services import answer, sweep
from tests.conftest import BOSTON, NOON
from tests.factories.care import StaffRoleFactory
from tests.factories.outreach import DAY, Story
from tests.notifications.provider import Provider

State, Stage = OutboxMessage.State, Episode.Stage
# The Wednesday of NOON, and the days around it.
WED = NOON.date()
MON, TUE, THU, FRI = (WED + days * DAY for days in (-2, -1, 1, 2))
NEXT_MON = FRI + 3 * DAY
HOUR = dt.timedelta(hours=1)

pytestmark = pytest.mark.django_db


def boston(day, hour, minute=0):
    return dt.datetime.combine(day, dt.time(hour, minute), tzinfo=BOSTON)


@pytest.fixture
def story():
    """Rosa came on Monday; the rest of the two weeks is on the schedule."""
    story = Story()
    story.came(MON)
    story.coming(TUE)
    story.contact(boston(MON, 9))
    return story


def sweep_at(at):
    return sweep(at=at, by=SYSTEM)


def rules(enrollment):
    open_concerns = Concern.objects.open().filter(enrollment=enrollment)
    return sorted(concern.finding["rule"] for concern in open_concerns)


def test_somebody_who_comes_is_left_in_peace(story):
    sweep_at(boston(MON, 13))

    assert not Episode.objects.exists()
    assert not OutboxMessage.objects.exists()
    assert not Task.objects.exists()


def test_nobody_is_looked_at_before_their_moment(story):
    story.wake(boston(WED, 9))

    assert sweep_at(boston(WED, 8)) == 0
    assert sweep_at(boston(WED, 9)) == 1


def test_the_next_look_is_stored_and_lies_ahead(story):
    sweep_at(boston(MON, 13))

    due = DueMoment.objects.get()
    assert due.at == boston(TUE, 4)


def test_a_first_miss_is_a_soft_signal_with_one_text_of_the_own_counselor(story):
    story.missed(TUE)

    sweep_at(boston(TUE, 13))

    episode, message = story.episode, story.messages.get()
    assert (episode.stage, episode.opened_on) == (Stage.SLIPPING, None)
    assert story.steps == {"OUT-01": "message"}
    assert message.body.startswith(
        "Hi Rosa, it's Ana. Wednesday at 9 am is open for you"
    )
    assert (message.send_after, message.state) == (boston(TUE, 13), State.PLANNED)
    # An invitation to Wednesday makes no sense once Wednesday has begun.
    assert message.expires_at == boston(WED, 9)
    assert rules(story.enrollment) == ["R12"]
    story.enrollment.status.refresh_from_db()
    assert story.enrollment.status.drift == Status.Drift.SLIPPING


def test_a_second_miss_opens_the_drift_once_and_asks_the_counselor_to_call(story):
    story.missed(TUE)
    sweep_at(boston(TUE, 13))
    story.missed(WED)

    for minute in range(5):
        sweep_at(boston(WED, 13, minute))
        story.wake(boston(WED, 13, minute + 1))

    episode, task = Episode.objects.get(), Task.objects.get()
    assert (episode.stage, episode.opened_on) == (Stage.DRIFTING, WED)
    assert (task.kind, task.assignee) == (Task.Kind.CALL, story.counselor)
    assert task.due_at == boston(WED, 17)
    assert story.steps == {"OUT-01": "message", "CALL-D0": "task"}
    assert rules(story.enrollment) == ["R13"]


def test_an_open_roster_moves_nobody(story):
    """Two mornings passed; whoever led them did not close the list."""
    sweep_at(boston(THU, 13))

    assert not Episode.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_the_ladder_goes_on_by_itself_and_makes_each_step_once(story):
    story.missed(TUE)
    story.missed(WED)
    story.coming(THU, 20)
    at = boston(WED, 13)
    while at < boston(WED, 13) + 8 * DAY:
        # Nothing but the stored moments wakes it; twice each time.
        sweep_at(at)
        sweep_at(at)
        at += HOUR

    assert story.steps == {
        "CALL-D0": "task",
        "CALL-D3": "task",
        "OUT-05": "message",
        "HUDDLE-D7": "task",
    }
    assert Step.objects.count() == 4
    message = story.messages.get()
    # Day four is a Sunday: not before noon.
    assert message.send_after == boston(WED + 4 * DAY, 12)


@pytest.fixture
def drifting(story):
    """Two mornings missed, and the text of the first one still on its way."""
    story.missed(TUE)
    sweep_at(boston(TUE, 13))
    OutboxMessage.objects.update(send_after=boston(THU, 14), expires_at=None)
    story.missed(WED)
    sweep_at(boston(WED, 13))
    return story


def test_somebody_who_came_back_is_greeted_and_watched_for_four_weeks(drifting):
    drifting.came(THU)

    sweep_at(boston(THU, 13))
    sweep_at(boston(THU, 14))

    episode, message = drifting.episode, drifting.messages.get()
    welcome = Task.objects.get(kind=Task.Kind.WELCOME)
    assert (episode.stage, episode.returned_at) == (Stage.RETURNED, boston(THU, 9))
    assert (message.state, message.reason) == (State.CANCELLED, "CAME_BACK")
    assert welcome.assignee == drifting.counselor
    assert rules(drifting.enrollment) == ["R14", "R20"]


def test_coming_counts_from_the_tap_before_the_roster_is_closed(drifting):
    drifting.came(THU, close=False)

    sweep_at(boston(THU, 9, 5))

    assert drifting.episode.stage == Stage.RETURNED


def test_a_message_is_stopped_even_when_the_sweep_did_not_see_them_come(drifting):
    drifting.came(THU, close=False)
    provider = Provider()

    delivery.deliver_due(clock=lambda: boston(THU, 14), transmit=provider)

    message = drifting.messages.get()
    assert (provider.sent, message.reason) == ([], "CAME_BACK")


def test_after_four_quiet_weeks_the_watch_ends(drifting):
    drifting.came(THU)
    sweep_at(boston(THU, 13))
    for ahead in range(1, 29):
        day = THU + ahead * DAY
        if day.weekday() < 5:
            drifting.came(day)
        sweep_at(boston(day, 13))

    episode = Episode.objects.get()
    assert (episode.stage, episode.close_reason) == (Stage.CLOSED, "BACK")
    drifting.enrollment.status.refresh_from_db()
    assert drifting.enrollment.status.drift == Status.Drift.ENGAGED


def test_a_miss_in_the_watch_opens_a_new_drift_that_knows_the_old_one(drifting):
    drifting.came(THU)
    sweep_at(boston(THU, 13))
    drifting.missed(FRI)

    sweep_at(boston(FRI, 13))

    first, second = Episode.objects.order_by("started_at")
    assert (first.stage, first.close_reason) == (Stage.CLOSED, "BACK")
    assert (second.stage, second.relapse_of) == (Stage.DRIFTING, first)
    calls = Task.objects.filter(kind=Task.Kind.CALL)
    assert {task.details["step"] for task in calls} == {"CALL-D0"}
    assert calls.count() == 2


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param({"monitored_phone": True}, "MONITORED_PHONE", id="watched phone"),
        pytest.param({"no_phone": True}, "NO_PHONE", id="no phone"),
    ],
)
def test_who_may_not_be_texted_is_called_all_the_same(story, change, reason):
    type(story.enrollment.client).objects.update(**change)
    story.missed(TUE)
    sweep_at(boston(TUE, 13))
    story.missed(WED)

    sweep_at(boston(WED, 13))

    assert story.steps == {"OUT-01": reason, "CALL-D0": "task"}
    assert not OutboxMessage.objects.exists()


def test_without_consent_there_is_a_call_and_no_text(story):
    story.enrollment.client.consents.all().delete()
    story.missed(TUE)

    sweep_at(boston(TUE, 13))

    assert story.steps == {"OUT-01": "NO_CONSENT"}


def test_two_texts_of_two_episodes_keep_three_days_between(story):
    story.missed(TUE)
    sweep_at(boston(TUE, 13))
    delivery.deliver_due(clock=lambda: boston(TUE, 13), transmit=Provider())
    story.came(WED)
    sweep_at(boston(WED, 13))
    story.missed(THU)

    sweep_at(boston(THU, 13))

    first, second = story.messages.all()
    assert first.state == State.ACCEPTED
    # Tuesday 13:00 and three days is Friday 13:00, and the next session is on Monday.
    assert second.send_after == boston(FRI, 13)
    assert "Monday at 9 am" in second.body


def test_a_spanish_speaker_gets_spanish():
    story = Story(language="es")
    story.came(MON)
    story.coming(TUE)
    story.missed(TUE)

    sweep_at(boston(TUE, 13))

    assert story.messages.get().body.startswith("Hola Rosa, soy Ana. El ")


def test_somebody_in_danger_hears_people_and_no_machine(story):
    raise_concern(
        enrollment=story.enrollment,
        rule="R01",
        version=1,
        evidence={},
        priority=1,
        due_at=boston(TUE, 8),
        source="test",
        source_key="1",
        at=boston(TUE, 8),
        by=SYSTEM,
    )
    story.missed(TUE)
    sweep_at(boston(TUE, 13))
    story.missed(WED)

    sweep_at(boston(WED, 13))

    assert story.steps == {"CALL-D0": "task"}
    assert not OutboxMessage.objects.exists()


def test_care_that_ended_closes_the_episode_and_its_messages(drifting):
    drifting.enrollment.state = Enrollment.State.ENDED
    drifting.enrollment.ended_on = WED
    drifting.enrollment.end_reason = Enrollment.EndReason.MOVED
    drifting.enrollment.save()

    sweep_at(boston(THU, 5))

    episode, message = Episode.objects.get(), drifting.messages.get()
    assert (episode.stage, episode.close_reason) == (Stage.CLOSED, "ENDED")
    assert (message.state, message.reason) == (State.CANCELLED, "EPISODE_ENDED")
    assert not DueMoment.objects.exists()


def test_a_pause_closes_the_episode(drifting):
    drifting.enrollment.pauses.create(kind="HOSPITAL", from_on=WED)

    sweep_at(boston(THU, 5))

    episode = Episode.objects.get()
    assert (episode.stage, episode.close_reason) == (Stage.CLOSED, "PAUSED")


def test_two_weeks_away_is_said_once(drifting):
    for ahead in range(1, 14):
        day = WED + ahead * DAY
        if day.weekday() < 5:
            drifting.missed(day)
        sweep_at(boston(day, 13))

    episode = Episode.objects.get()
    assert (episode.stage, episode.opened_on) == (Stage.AWAY, WED)
    assert rules(drifting.enrollment) == ["R13"]


def test_a_silent_fortnight_with_opioids_in_the_past_comes_first():
    story = Story(profile={"opioid_history": True})
    story.came(MON)
    story.coming(TUE, 30)
    for ahead in range(1, 15):
        day = MON + ahead * DAY
        if day.weekday() < 5:
            story.missed(day)
        sweep_at(boston(day, 13))

    assert rules(story.enrollment) == ["R13", "R22"]
    concern = Concern.objects.get(priority=1)
    assert concern.finding["rule"] == "R22"


def test_a_decided_silence_leads_again_when_its_day_is_over():
    """Fault: the decision is not read, or the silence is never heard of again."""
    story = Story(profile={"opioid_history": True})
    story.came(MON, close=False)
    story.contact(boston(MON, 9))
    house = story.enrollment.organization
    nurse = StaffRoleFactory(role="NURSE", organization=house).user_id
    by = Actor(user_id=nurse, organization_id=house.pk)
    first_on, until = MON + 16 * DAY, MON + 20 * DAY
    for ahead in range(15, 23):
        story.wake(boston(MON + ahead * DAY, 13))
        sweep_at(boston(MON + ahead * DAY, 13))
        silent = Concern.objects.filter(enrollment=story.enrollment, priority=1)
        if MON + ahead * DAY == first_on:
            resolve_concern(
                concern=silent.get(),
                outcome="LEFT_MESSAGE",
                decided_until=until,
                at=boston(first_on, 14),
                by=by,
            )
        assert silent.count() == (1 if MON + ahead * DAY <= until else 2)


def test_one_person_whose_facts_cannot_be_read_does_not_stop_the_others(story, caplog):
    broken = Story(series=story.series)
    broken.enrollment.client.timezone = "Nowhere/Else"
    broken.enrollment.client.save()
    story.missed(TUE)
    at = boston(TUE, 13)

    assert sweep_at(at) == 2

    assert story.episode.stage == Stage.SLIPPING
    assert broken.enrollment.due_moment.at == at + dt.timedelta(minutes=15)
    assert str(broken.enrollment.pk) in caplog.text


def test_whoever_never_began_is_not_drifting(story):
    Enrollment.objects.update(state=Enrollment.State.INVITED)
    story.missed(TUE)
    story.missed(WED)

    sweep_at(boston(WED, 13))

    assert not Episode.objects.exists()


@pytest.mark.parametrize("people", [1, 3])
def test_the_reads_do_not_grow_with_the_people(people, django_assert_num_queries):
    first = Story()
    stories = [first, *(Story(series=first.series) for _ in range(people - 1))]
    for story in stories:
        story.came(MON, close=False)
        story.contact(boston(MON, 9))
    first.coming(TUE)
    sweep_at(boston(MON, 13))
    for story in stories:
        story.wake(boston(MON, 14))

    with django_assert_num_queries(21):
        sweep_at(boston(MON, 14))


def test_who_asked_for_quiet_has_it_also_when_something_new_begins(drifting):
    """Fault: quiet belonged to the episode, and coming once made the program loud again."""
    answer(
        episode=drifting.episode,
        choice="not_now",
        text="",
        via="SMS",
        once_key="k1",
        at=boston(WED, 14),
        by=SYSTEM,
    )
    drifting.came(THU)
    sweep_at(boston(THU, 13))
    drifting.missed(FRI)

    sweep_at(boston(FRI, 13))

    assert drifting.episode.stage == Stage.DRIFTING
    assert drifting.episode.quiet_until == boston(WED, 14) + 7 * DAY
    assert [step.code for step in drifting.episode.steps.all()] == ["CALL-D0"]
