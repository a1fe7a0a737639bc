import contextlib
import datetime as dt

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.audit.actors import SYSTEM
from apps.audit.models import AuditEvent
from apps.care.models import Task
from apps.notifications import delivery
from apps.notifications.channels import Accepted, NotAccepted, Refused, Unknown
from apps.notifications.models import OutboxMessage
from tests.conftest import NOON
from tests.factories.notifications import OutboxMessageFactory
from tests.notifications.provider import Provider

State = OutboxMessage.State
MINUTE = dt.timedelta(minutes=1)

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """The process ends here."""


def deliver_at(at, provider):
    return delivery.deliver_due(clock=lambda: at, transmit=provider)


def states(message):
    return list(message.changes.order_by("at", "pk").values_list("state", flat=True))


def test_a_due_message_is_handed_over_once_and_accepted(noon):
    message, provider = OutboxMessageFactory(), Provider()

    deliver_at(noon, provider)
    deliver_at(noon + MINUTE, provider)

    message.refresh_from_db()
    assert provider.ids == [message.pk]
    assert provider.sent[0][1] == message.client.contact_points.get().value
    assert (message.state, message.provider_id) == (State.ACCEPTED, "SM1")
    assert (message.claimed_by, message.lease_until) == ("", None)
    assert set(states(message)) == {State.CLAIMED, State.SUBMITTING, State.ACCEPTED}


def test_a_message_of_later_waits(noon):
    message, provider = OutboxMessageFactory(send_after=noon + MINUTE), Provider()

    deliver_at(noon, provider)

    message.refresh_from_db()
    assert (provider.sent, message.state) == ([], State.PLANNED)


def test_submitting_is_stored_before_the_provider_is_asked(noon):
    OutboxMessageFactory()
    seen = []

    def provider(message, to):
        seen.append(OutboxMessage.objects.get(pk=message.pk).state)
        return Accepted("SM1")

    deliver_at(noon, provider)

    assert seen == [State.SUBMITTING]


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_the_provider_is_asked(noon):
    OutboxMessageFactory()
    open_transactions = []

    def provider(message, to):
        open_transactions.append(connection.in_atomic_block)
        return Accepted("SM1")

    deliver_at(noon, provider)

    assert open_transactions == [False]


def test_what_was_submitted_is_in_the_audit(noon):
    message = OutboxMessageFactory()

    deliver_at(noon, Provider())

    events = AuditEvent.objects.filter(
        client_id=message.client_id, object_id=message.pk
    )
    assert list(events.order_by("seq").values_list("action", flat=True)) == [
        "notifications.message_submitted",
        "notifications.message_accepted",
    ]


def test_a_claim_of_somebody_else_is_left_alone(noon):
    message, provider = OutboxMessageFactory(), Provider()
    [claimed] = delivery.claim_due(at=noon, worker="first", limit=10)

    assert delivery.claim_due(at=noon, worker="second", limit=10) == []
    delivery.deliver(
        message_id=claimed, worker="second", clock=lambda: noon, transmit=provider
    )

    message.refresh_from_db()
    assert (provider.sent, message.claimed_by) == ([], "first")


def test_a_claim_whose_lease_ended_is_not_sent_by_its_old_holder(noon):
    OutboxMessageFactory()
    provider = Provider()
    [claimed] = delivery.claim_due(at=noon, worker="slow", limit=10)

    delivery.deliver(
        message_id=claimed,
        worker="slow",
        clock=lambda: noon + delivery.CLAIM_LEASE,
        transmit=provider,
    )

    assert provider.sent == []


def test_a_worker_that_died_before_submitting_leaves_the_message_planned(noon):
    message, provider = OutboxMessageFactory(), Provider()
    delivery.claim_due(at=noon, worker="gone", limit=10)
    later = noon + delivery.CLAIM_LEASE

    delivery.recover_leases(at=later - MINUTE, by=SYSTEM)
    message.refresh_from_db()
    still_held = message.state
    delivery.recover_leases(at=later, by=SYSTEM)
    deliver_at(later, provider)

    message.refresh_from_db()
    assert (still_held, message.state) == (State.CLAIMED, State.ACCEPTED)
    assert provider.ids == [message.pk]


def test_a_worker_that_died_while_submitting_leaves_a_task_and_no_second_message(noon):
    message, provider = OutboxMessageFactory(), Provider(Killed())
    with pytest.raises(Killed):
        deliver_at(noon, provider)

    later = noon + delivery.SUBMIT_LEASE
    for _ in range(3):
        delivery.recover_leases(at=later, by=SYSTEM)
        deliver_at(later, provider)
        later += dt.timedelta(hours=1)

    message.refresh_from_db()
    task = Task.objects.get()
    assert (provider.ids, message.state) == ([message.pk], State.UNCONFIRMED)
    assert (task.kind, task.source_key) == (Task.Kind.UNCONFIRMED, str(message.pk))
    assert task.created_at - noon <= dt.timedelta(minutes=15)
    assert task.assignee == message.enrollment.assignments.get().staff
    assert task.details == {
        "template": "OUT-05",
        "why": "UNCONFIRMED",
        "channel": "SMS",
    }


def test_an_answer_that_got_lost_is_a_task_at_once(noon):
    message, provider = OutboxMessageFactory(), Provider(Unknown("NO_ANSWER"))

    deliver_at(noon, provider)
    deliver_at(noon + dt.timedelta(days=1), provider)

    message.refresh_from_db()
    assert (len(provider.sent), message.state) == (1, State.UNCONFIRMED)
    assert Task.objects.get().created_at == noon


def test_a_clear_refusal_is_a_task_at_once(noon):
    message, provider = OutboxMessageFactory(), Provider(Refused("CODE_21211"))

    deliver_at(noon, provider)
    deliver_at(noon + dt.timedelta(days=1), provider)

    message.refresh_from_db()
    assert (len(provider.sent), message.state) == (1, State.FAILED)
    assert message.reason == "CODE_21211"
    assert Task.objects.get().details["why"] == "REFUSED"


def test_a_busy_provider_is_asked_again_later(noon):
    message, provider = OutboxMessageFactory(), Provider(NotAccepted("BUSY"))

    deliver_at(noon, provider)
    deliver_at(noon + MINUTE / 2, provider)
    asked_too_soon = len(provider.sent) > 1
    deliver_at(noon + MINUTE, provider)

    message.refresh_from_db()
    assert (asked_too_soon, len(provider.sent)) == (False, 2)
    assert (message.state, message.attempts) == (State.ACCEPTED, 1)
    assert not Task.objects.exists()


def test_a_provider_that_stays_busy_is_given_up_for_a_person(noon):
    # 12:00 leaves room for every wait before the quiet hours begin.
    message, provider = OutboxMessageFactory(), Provider(*[NotAccepted("BUSY")] * 20)
    for minutes in range(0, 7 * 60, 5):
        deliver_at(noon + minutes * MINUTE, provider)

    message.refresh_from_db()
    assert len(provider.sent) == len(delivery.BACKOFF) + 1
    assert message.state == State.FAILED
    assert Task.objects.get().details["why"] == "REFUSED"


def test_one_row_that_cannot_be_read_does_not_stop_the_others(noon):
    broken = OutboxMessageFactory(send_after=noon - MINUTE)
    broken.enrollment.program.site.timezone = "Nowhere/Else"
    broken.enrollment.program.site.save()
    good, provider = OutboxMessageFactory(), Provider()

    deliver_at(noon, provider)

    good.refresh_from_db()
    assert (good.state, provider.ids) == (State.ACCEPTED, [good.pk])


def test_a_row_that_kills_its_worker_again_and_again_becomes_a_task(noon):
    message, at = OutboxMessageFactory(), noon
    for _ in range(len(delivery.BACKOFF) + 1):
        delivery.claim_due(at=at, worker="dies", limit=1)
        at += delivery.CLAIM_LEASE
        delivery.recover_leases(at=at, by=SYSTEM)

    message.refresh_from_db()
    assert (message.state, message.reason) == (State.FAILED, "WORKER_GONE")
    assert Task.objects.get().details["why"] == "REFUSED"


def report(message, status, at, sid="SM1"):
    message.refresh_from_db()
    delivery.note_report(
        message=message, status=status, provider_id=sid, at=at, by=SYSTEM
    )
    message.refresh_from_db()


def test_a_report_confirms_what_nobody_knew_and_closes_the_task(noon):
    message, provider = OutboxMessageFactory(), Provider(Unknown("NO_ANSWER"))
    deliver_at(noon, provider)

    report(message, "delivered", noon + MINUTE)

    task = Task.objects.get()
    assert (message.state, message.provider_id) == (State.DELIVERED, "SM1")
    assert (task.done_at, task.done_by) == (noon + MINUTE, None)


def test_a_report_that_comes_before_the_answer_counts(noon):
    message = OutboxMessageFactory()

    def provider(message, to):
        report(message, "sent", noon, sid="SM7")
        return Accepted("SM7")

    deliver_at(noon, provider)

    message.refresh_from_db()
    assert (message.state, message.provider_id) == (State.ACCEPTED, "SM7")


def test_a_report_keeps_a_message_that_was_given_back_from_going_out_twice(noon):
    message, provider = OutboxMessageFactory(), Provider(NotAccepted("BUSY"))
    deliver_at(noon, provider)

    report(message, "sent", noon)
    deliver_at(noon + dt.timedelta(hours=2), provider)

    assert (message.state, len(provider.sent)) == (State.ACCEPTED, 1)


def test_a_late_yes_of_a_slow_worker_counts_after_others_gave_it_up(noon):
    """One worker's clock runs ahead: it takes the other's call for lost."""
    message = OutboxMessageFactory()

    def provider(message, to):
        delivery.recover_leases(at=noon + dt.timedelta(minutes=10), by=SYSTEM)
        return Accepted("SM1")

    deliver_at(noon, provider)

    message.refresh_from_db()
    assert message.state == State.ACCEPTED
    assert Task.objects.get().done_at is not None


@pytest.mark.parametrize("status", ["undelivered", "failed"])
def test_a_message_that_did_not_arrive_is_a_task(noon, status):
    message = OutboxMessageFactory()
    deliver_at(noon, Provider())

    report(message, status, noon + MINUTE)
    report(message, status, noon + MINUTE)

    assert (message.state, message.reason) == (State.FAILED, "NOT_DELIVERED")
    assert Task.objects.get().details["why"] == "NOT_DELIVERED"


def test_reports_never_move_a_message_back(noon):
    message = OutboxMessageFactory()
    deliver_at(noon, Provider())

    for status in ("delivered", "sent", "failed", "something-new", ""):
        report(message, status, noon + MINUTE)

    assert message.state == State.DELIVERED
    assert not Task.objects.exists()


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_whatever_happens_in_whatever_order_nothing_goes_out_twice(data):
    """Workers, crashes, reports and recoveries in any order: accepted once or a task."""
    OutboxMessage.objects.all().delete()
    Task.objects.all().delete()
    message, taken, at = OutboxMessageFactory(), [], NOON

    def provider(message, to):
        outcome = data.draw(st.sampled_from(sorted(ANSWERS)), label="provider")
        if outcome in ("accepted", "lost", "killed"):
            taken.append(message.pk)
        if outcome == "killed":
            raise Killed
        return ANSWERS[outcome]

    for _ in range(data.draw(st.integers(1, 8))):
        step = data.draw(
            st.sampled_from(["claim", "deliver", "recover", "report", "wait"])
        )
        worker = data.draw(st.sampled_from(["a", "b"]))
        if step == "claim":
            delivery.claim_due(at=at, worker=worker, limit=5)
        elif step == "deliver":
            with contextlib.suppress(Killed):
                delivery.deliver(
                    message_id=message.pk,
                    worker=worker,
                    clock=lambda at=at: at,
                    transmit=provider,
                )
        elif step == "recover":
            skew = dt.timedelta(minutes=data.draw(st.sampled_from([-10, 0, 10])))
            delivery.recover_leases(at=at + skew, by=SYSTEM)
        elif step == "report" and taken:
            report(message, "sent", at)
        else:
            at += dt.timedelta(minutes=data.draw(st.integers(1, 20)))
    delivery.recover_leases(at=at + dt.timedelta(minutes=15), by=SYSTEM)

    message.refresh_from_db()
    open_tasks = Task.objects.open().count()
    assert len(taken) <= 1
    if message.state == State.ACCEPTED:
        assert (len(taken), open_tasks) == (1, 0)
    elif message.state in (State.FAILED, State.UNCONFIRMED):
        assert open_tasks == 1
    else:
        assert (message.state, taken, open_tasks) == (State.PLANNED, [], 0)


ANSWERS = {
    "accepted": Accepted("SM1"),
    "lost": Unknown("NO_ANSWER"),
    "busy": NotAccepted("BUSY"),
    "no": Refused("CODE_1"),
    "killed": None,
}
