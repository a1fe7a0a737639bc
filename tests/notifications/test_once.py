"""Once, seen from outside: real processes, a real kill -9, and the provider's own file.

The promise: never two of one message; where there is none, somebody has a task.
"""

import datetime as dt
import random
import threading
import time

import pytest

from apps.audit.actors import SYSTEM
from apps.care.models import Task
from apps.notifications import delivery
from apps.notifications.models import OutboxMessage
from apps.notifications.services import stop_consents
from tests.factories.care import EnrollmentFactory
from tests.factories.notifications import OutboxMessageFactory, make_reachable
from tests.notifications.outside import (
    Outside,
    in_threads,
    leases_run_out,
    wait_for,
    waits_are_over,
    zone_where_it_is_early_afternoon,
)
from tests.notifications.provider import Provider

State = OutboxMessage.State
OPEN = (State.PLANNED, State.CLAIMED, State.SUBMITTING)


def plan(number: int) -> list[OutboxMessage]:
    """Due messages of as many people, who all live in the early afternoon."""
    zone, now = zone_where_it_is_early_afternoon(), dt.datetime.now(dt.UTC)
    messages = []
    for _ in range(number):
        enrollment = EnrollmentFactory(client__timezone=zone)
        make_reachable(enrollment)
        messages.append(
            OutboxMessageFactory(enrollment=enrollment, created_at=now, send_after=now)
        )
    return messages


def is_over() -> bool:
    leases_run_out()
    waits_are_over()
    return not OutboxMessage.objects.filter(state__in=OPEN).exists()


def check(outside: Outside, messages: list[OutboxMessage]) -> None:
    """The promise, from the provider's file and the tasks."""
    count, asked = (
        outside.count,
        set(
            Task.objects.open()
            .filter(kind=Task.Kind.UNCONFIRMED)
            .values_list("source_key", flat=True)
        ),
    )
    states = {
        str(pk): state for pk, state in OutboxMessage.objects.values_list("pk", "state")
    }
    accepted = {pk for pk, state in states.items() if state == State.ACCEPTED}

    assert max(count.values(), default=0) <= 1
    assert set(states) == {str(message.pk) for message in messages}
    # Every message: handed over for sure, or somebody was asked.
    assert accepted | asked == set(states)
    assert not accepted & asked
    assert accepted <= set(count)
    # What never reached the provider is nobody's success.
    assert set(states) - set(count) <= asked


def kill_again_and_again(outside, *, mode, kills, messages, seed):
    planned, chance = plan(messages), random.Random(seed)
    outside.provider(mode)
    for _ in range(kills):
        if is_over():
            break
        before = len(outside.sent)
        worker = outside.worker(PATIENCE="1")
        wait_for(lambda seen=before: len(outside.sent) > seen or is_done_or_busy(mode))
        time.sleep(chance.uniform(0, 0.3))
        outside.kill(worker)
    worker = outside.worker(PATIENCE="1")
    wait_for(is_over, 120)
    outside.kill(worker)
    check(outside, planned)


def is_done_or_busy(mode) -> bool:
    """Nothing more will come: all of it is over, or the provider takes nothing."""
    left = OutboxMessage.objects.filter(state__in=OPEN, attempts=0)
    return not left.exists()


@pytest.mark.parametrize(
    ("mode", "kills", "messages"),
    [
        ("ok", 4, 40),
        ("slow", 4, 5),
        ("accept_then_reset", 2, 12),
        ("accept_then_hang", 2, 4),
        ("429", 2, 6),
        ("500", 2, 6),
    ],
)
def test_killed_workers_never_send_twice_and_leave_nothing_unsaid(
    outside, mode, kills, messages
):
    kill_again_and_again(outside, mode=mode, kills=kills, messages=messages, seed=1)


@pytest.mark.soak
@pytest.mark.parametrize(
    ("mode", "kills", "messages"),
    [
        ("ok", 150, 900),
        ("slow", 60, 60),
        ("accept_then_reset", 30, 200),
        ("accept_then_hang", 30, 40),
        ("429", 15, 60),
        ("500", 15, 60),
    ],
)
def test_three_hundred_kills(outside, mode, kills, messages):
    kill_again_and_again(outside, mode=mode, kills=kills, messages=messages, seed=2)


def work_together(outside, messages):
    planned = plan(messages)
    outside.provider("ok")
    workers = [outside.worker(CLOCK_AHEAD=ahead) for ahead in ("0", "10", "-10")]
    wait_for(is_over_for_the_slowest, 180)
    for worker in workers:
        outside.kill(worker)
    check(outside, planned)


def is_over_for_the_slowest() -> bool:
    return not OutboxMessage.objects.filter(state__in=OPEN).exists()


def test_three_workers_whose_clocks_differ_send_each_message_once(outside):
    work_together(outside, 40)


@pytest.mark.soak
def test_three_workers_whose_clocks_differ_send_five_hundred_once(outside):
    work_together(outside, 500)


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_the_same_moment_claim_each_row_once():
    planned, provider = plan(30), Provider()

    in_threads(
        lambda: delivery.deliver_due(
            clock=lambda: dt.datetime.now(dt.UTC), transmit=provider
        ),
        8,
    )

    assert sorted(provider.ids) == sorted(message.pk for message in planned)


@pytest.mark.django_db(transaction=True)
def test_stop_and_send_at_the_same_moment_end_in_one_of_two_ways():
    """Whoever is first wins; never is a message sent that was cancelled."""
    for _ in range(12):
        [message], provider = plan(1), Provider()
        together = threading.Barrier(2)

        def send(provider=provider, together=together):
            together.wait()
            delivery.deliver_due(
                clock=lambda: dt.datetime.now(dt.UTC), transmit=provider
            )

        def stop(message=message, together=together):
            together.wait()
            stop_consents(
                client=message.client,
                channel="SMS",
                because="STOP",
                at=dt.datetime.now(dt.UTC),
                by=SYSTEM,
            )

        works = iter([send, stop])
        lock = threading.Lock()

        def either(works=works, lock=lock):
            with lock:
                work = next(works)
            work()

        in_threads(either, 2)

        message.refresh_from_db()
        was_sent = message.pk in provider.ids
        assert message.state == (State.ACCEPTED if was_sent else State.CANCELLED)
