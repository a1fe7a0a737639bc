import datetime as dt

import pytest

from apps.audit.actors import Actor
from apps.audit.models import AuditEvent
from apps.care.models import Concern, SiteLine, Task
from apps.notifications import delivery
from apps.notifications.models import Consent, Inbound, OutboxMessage, Purpose
from apps.outreach.models import Answer
from apps.outreach.services import receive_sms
from tests.conftest import BOSTON, NOON
from tests.factories.care import StaffFactory
from tests.factories.notifications import OutboxMessageFactory
from tests.factories.outreach import DAY, EpisodeFactory, Story
from tests.notifications.provider import Provider

State = OutboxMessage.State
HOUR = dt.timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    story = Story()
    story.coming(NOON.date() + DAY)
    SiteLine.objects.create(
        site=story.enrollment.program.site,
        kind=SiteLine.Kind.PROGRAM,
        label="Front desk",
        number="617-555-0100",
        last_checked_on=NOON.date(),
    )
    return story


@pytest.fixture
def drifting(story):
    EpisodeFactory(enrollment=story.enrollment)
    return story


def sent(story, template, at, state=State.ACCEPTED):
    return OutboxMessageFactory(
        enrollment=story.enrollment,
        template=template,
        state=state,
        submitted_at=at,
        accepted_at=at,
    )


def text(story, words, at=NOON, sid="SM1", **kwargs):
    return receive_sms(
        from_number=story.phone.value,
        text=words,
        provider_id=sid,
        at=at,
        by=Actor(source="WEB"),
        **kwargs,
    )


def replies(story):
    answers = OutboxMessage.objects.filter(
        client=story.enrollment.client, purpose=Purpose.ANSWER
    )
    return list(answers.order_by("created_at", "pk").values_list("template", flat=True))


@pytest.mark.parametrize(
    ("template", "words", "meaning"),
    [
        ("OUT-01", "2", "call_me"),
        ("OUT-01", "two", "call_me"),
        ("OUT-01", "3", "new_time"),
        ("OUT-05", "3", "telehealth"),
        ("OUT-08", "4", "not_now"),
        ("OUT-05", " Yes! ", "intent_next"),
        ("OUT-01", "una llamada", "call_me"),
    ],
)
def test_a_digit_or_word_is_read_against_the_last_text_really_sent(
    drifting, template, words, meaning
):
    sent(drifting, "OUT-11", NOON - 3 * HOUR)
    last = sent(drifting, template, NOON - HOUR)
    sent(drifting, "OUT-10", NOON - HOUR / 2, state=State.FAILED)
    OutboxMessageFactory(enrollment=drifting.enrollment, template="OUT-06")

    inbound = text(drifting, words)

    assert (inbound.meaning, inbound.in_reply_to) == (meaning, last)
    assert Answer.objects.get().details == {"choice": meaning, "text": ""}
    assert Task.objects.get().details["choice"] == meaning


@pytest.mark.parametrize(
    ("template", "ago", "words"),
    [
        pytest.param("OUT-08", HOUR, "3", id="a digit it did not offer"),
        pytest.param("OUT-01", dt.timedelta(hours=72), "2", id="three days later"),
        pytest.param("ACK-01", HOUR, "2", id="after a text without digits"),
        pytest.param("OUT-01", HOUR, "my car broke", id="words"),
    ],
)
def test_what_fits_nothing_goes_to_the_counselor_as_it_was_written(
    drifting, template, ago, words
):
    sent(drifting, template, NOON - ago)

    text(drifting, words)

    task = Task.objects.get()
    assert (task.kind, task.assignee) == (Task.Kind.ANSWER, drifting.counselor)
    assert task.details == {"choice": "", "text": words}
    assert replies(drifting) == []


def test_a_digit_after_a_text_that_may_not_have_arrived_is_read_by_a_person(drifting):
    sent(drifting, "OUT-01", NOON - 2 * HOUR)
    sent(drifting, "OUT-05", NOON - HOUR, state=State.UNCONFIRMED)

    text(drifting, "2")

    assert Task.objects.get().details == {"choice": "", "text": "2"}


def test_the_same_text_delivered_twice_is_one(drifting):
    sent(drifting, "OUT-01", NOON - HOUR)
    first = text(drifting, "2")

    again = text(drifting, "2", at=NOON + HOUR)

    assert again == first
    assert (
        Inbound.objects.count() == Answer.objects.count() == Task.objects.count() == 1
    )
    assert replies(drifting) == ["ACK-01"]


def test_a_number_nobody_here_has_is_nobody(drifting):
    assert (
        receive_sms(
            from_number="+16175559999",
            text="hello",
            provider_id="SM9",
            at=NOON,
            by=Actor(),
        )
        is None
    )
    assert (
        receive_sms(
            from_number="short", text="hi", provider_id="SM9", at=NOON, by=Actor()
        )
        is None
    )
    assert not Inbound.objects.exists()


def test_without_an_episode_a_text_is_still_read_by_somebody(story):
    text(story, "call me")

    assert Task.objects.get().kind == Task.Kind.CALL
    assert replies(story) == ["ACK-01"]


def test_a_text_counts_as_contact_and_is_in_the_audit_as_theirs(drifting):
    inbound = text(drifting, "hello")

    drifting.enrollment.status.refresh_from_db()
    event = AuditEvent.objects.get(action="notifications.text_received")
    client = drifting.enrollment.client
    assert drifting.enrollment.status.last_contact_at == NOON
    assert (event.actor_id, event.client_id) == (client.user_id, client.pk)
    assert event.object_id == inbound.pk


# What goes back.


def body(story, template):
    return OutboxMessage.objects.get(
        client=story.enrollment.client, template=template
    ).body


def test_a_call_is_promised_only_for_staffed_hours(drifting):
    friday_night = dt.datetime(2026, 10, 16, 21, tzinfo=BOSTON)
    sent(drifting, "OUT-01", friday_night - HOUR)

    text(drifting, "2", at=friday_night)

    assert "Expect a call Monday by 10 am" in body(drifting, "ACK-01")
    assert Task.objects.get().due_at == dt.datetime(2026, 10, 19, 10, tzinfo=BOSTON)


def test_an_answer_goes_back_at_once_also_at_night(drifting):
    night = dt.datetime(2026, 10, 14, 23, tzinfo=BOSTON)
    text(drifting, "call me", at=night)
    provider = Provider()

    delivery.deliver_due(clock=lambda: night, transmit=provider)

    assert len(provider.sent) == 1


def test_the_same_kind_of_answer_goes_back_once_a_day(drifting):
    for number in range(3):
        text(drifting, "call me", at=NOON + number * HOUR, sid=f"SM{number}")
    text(drifting, "call me", at=NOON + DAY, sid="SM9")

    assert replies(drifting) == ["ACK-01", "ACK-01"]


@pytest.mark.parametrize(
    ("times", "words"), [(1, "for a week."), (2, "for a month."), (3, None)]
)
def test_not_now_is_answered_with_how_long(drifting, times, words):
    for number in range(times):
        at = NOON + number * 40 * DAY
        sent(drifting, "OUT-08", at - HOUR)
        text(drifting, "4", at=at, sid=f"SM{number}")

    bodies = [
        message.body
        for message in OutboxMessage.objects.filter(template="ACK-02").order_by(
            "created_at"
        )
    ]
    assert len(bodies) == min(times, 2)
    if words:
        assert f"I'll be quiet {words}" in bodies[-1]


def test_coming_is_answered_with_the_next_session(drifting):
    sent(drifting, "OUT-05", NOON - HOUR)

    text(drifting, "1")

    assert "Set, Rosa: Thursday at 9 am" in body(drifting, "RET-01")


def test_another_time_is_answered_with_what_is_in_the_way(drifting):
    sent(drifting, "OUT-01", NOON - HOUR)
    text(drifting, "3")
    delivery.deliver_due(clock=lambda: NOON, transmit=Provider())

    text(drifting, "1", at=NOON + HOUR, sid="SM2")

    assert replies(drifting) == ["ACK-03"]
    kinds = Task.objects.order_by("created_at").values_list("kind", flat=True)
    assert list(kinds) == [Task.Kind.ANSWER, Task.Kind.RIDE]


# Stop, start, help, wrong number.


@pytest.mark.parametrize("words", ["STOP", "stop.", "Please stop texting me", "ALTO"])
def test_stop_ends_every_kind_at_once_tells_staff_and_is_confirmed_once(
    drifting, words
):
    waiting = OutboxMessageFactory(enrollment=drifting.enrollment, send_after=NOON)
    held = OutboxMessageFactory(
        enrollment=drifting.enrollment, purpose=Purpose.REMINDER, send_after=NOON
    )
    delivery.claim_due(at=NOON, worker="w", limit=10)

    text(drifting, words)
    provider = Provider()
    delivery.deliver_due(clock=lambda: NOON, transmit=provider)
    delivery.deliver_due(clock=lambda: NOON + DAY, transmit=provider)

    for message in (waiting, held):
        message.refresh_from_db()
        assert message.state == State.CANCELLED
    sent_now = OutboxMessage.objects.filter(pk__in=provider.ids)
    assert [message.template for message in sent_now] == ["STOP-01"]
    assert not Consent.objects.current().exists()
    task = Task.objects.get()
    assert task.assignee == drifting.counselor
    assert task.details == {"choice": "stop_caring", "text": ""}


def test_what_the_provider_answered_by_itself_is_not_answered_again(drifting):
    text(drifting, "STOP", provider_answered=True)
    text(drifting, "HELP", sid="SM2", provider_answered=True)
    text(drifting, "START", sid="SM3", provider_answered=True)

    assert replies(drifting) == []
    assert Consent.objects.current().exists()


def test_start_brings_back_what_stop_took(drifting):
    before = set(Consent.objects.current().values_list("purpose", flat=True))
    text(drifting, "STOP")

    text(drifting, "START", at=NOON + HOUR, sid="SM2")

    after = set(Consent.objects.current().values_list("purpose", flat=True))
    assert after == before
    assert replies(drifting) == ["STOP-01", "START-01"]


def test_start_of_somebody_who_never_agreed_changes_nothing(drifting):
    Consent.objects.all().delete()

    text(drifting, "START")

    assert not Consent.objects.exists()
    assert replies(drifting) == []


def test_help_is_answered_with_the_front_desk_and_nothing_telling(drifting):
    text(drifting, "HELP")

    assert "617-555-0100" in body(drifting, "HELP-01")
    assert "988" not in body(drifting, "HELP-01")
    assert not Task.objects.exists()


def test_help_without_a_front_desk_is_a_task(drifting):
    SiteLine.objects.all().delete()

    text(drifting, "HELP")

    assert replies(drifting) == []
    assert Task.objects.get().details["text"] == "HELP"


def test_a_wrong_number_is_stopped_for_good_and_staff_asked(drifting):
    text(drifting, "wrong number")

    drifting.phone.refresh_from_db()
    assert drifting.phone.stopped_at == NOON
    assert Task.objects.get().details["text"] == "wrong number"
    assert replies(drifting) == []
    assert text(drifting, "hello", sid="SM2") is None


# Words about danger.


@pytest.fixture
def on_call(drifting):
    site = drifting.enrollment.program.site
    site.on_call = StaffFactory(organization_id=site.organization_id)
    site.save()
    return site.on_call


def test_words_about_danger_reach_the_on_call_path_at_once(drifting, on_call):
    text(drifting, "I want to die")

    concern = Concern.objects.get()
    assert (concern.finding["rule"], concern.priority) == ("R01", 1)
    assert concern.due_at == NOON
    calls = Task.objects.filter(kind=Task.Kind.CALL)
    assert [task.assignee for task in calls] == [on_call]
    alert = OutboxMessage.objects.get(purpose=Purpose.STAFF_ALERT)
    assert (alert.staff, alert.state) == (on_call, State.PLANNED)
    assert drifting.enrollment.assignments.filter(staff=on_call).exists()
    # The counselor reads the words themselves.
    [words] = Task.objects.filter(kind=Task.Kind.ANSWER)
    assert words.details["text"] == "I want to die"


def test_words_about_danger_are_answered_with_988_each_time_and_nothing_else_is(
    drifting, on_call
):
    text(drifting, "I want to die")
    text(drifting, "quiero morirme", at=NOON + HOUR, sid="SM2")

    messages = OutboxMessage.objects.filter(template="SAFE-01")
    assert messages.count() == 2
    assert all("988" in message.body for message in messages)
    assert Concern.objects.count() == 1


def test_stop_beside_words_about_danger_does_both(drifting, on_call):
    text(drifting, "stop texting me I want to die")
    provider = Provider()
    delivery.deliver_due(clock=lambda: NOON, transmit=provider)

    assert not Consent.objects.current().exists()
    assert Concern.objects.get().finding["rule"] == "R01"
    to_client = OutboxMessage.objects.filter(
        pk__in=provider.ids, client=drifting.enrollment.client
    )
    assert {message.template for message in to_client} == {"STOP-01", "SAFE-01"}


def test_words_only_ever_add_a_flag(drifting, on_call):
    text(drifting, "I want to die")

    text(drifting, "never mind, I am fine", at=NOON + HOUR, sid="SM2")

    assert Concern.objects.open().count() == 1
