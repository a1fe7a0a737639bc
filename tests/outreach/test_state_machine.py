"""Weeks of one person in any order, against a small model of what may never happen."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from apps.audit.actors import SYSTEM, Actor
from apps.care.models import DueMoment, Enrollment, Task
from apps.care.services.enrollments import end_enrollment
from apps.care.services.status import wake_at
from apps.notifications import delivery
from apps.notifications.channels import Accepted, NotAccepted, Unknown
from apps.notifications.models import OutboxMessage, Purpose
from apps.outreach.services import receive_sms, sweep
from apps.outreach.services.sweeping import TRY_AGAIN
from tests.conftest import BOSTON
from tests.factories.outreach import DAY, Story

State = OutboxMessage.State
HOUR = dt.timedelta(hours=1)
FIRST_DAY = dt.date(2026, 10, 5)
# What the provider says.
ANSWERS = st.sampled_from(["yes", "yes", "yes", "yes", "lost", "busy"])


class Crash(BaseException):
    """The worker is gone."""


class Weeks(RuleBasedStateMachine):
    """``self.may`` and what stands beside it are the model: all that a text needs."""

    @initialize()
    def begin(self):
        DueMoment.objects.all().delete()
        OutboxMessage.objects.update(
            state=State.CANCELLED, claimed_by="", lease_until=None
        )
        self.day = FIRST_DAY
        self.at = dt.datetime.combine(self.day, dt.time(13), tzinfo=BOSTON)
        self.rosa = Story()
        self.rosa.coming(FIRST_DAY, 120)
        self.rosa.came(self.day)
        self.may = {"consent": True, "number": True, "phone": True, "care": True}
        self.quiet_until = self.at
        self.came_at = self.at
        self.outreach_at: list[dt.datetime] = []
        self.taken: list = []
        self.texts = 0
        self.crash_next = False
        self.broken: list[str] = []

    # What happens.

    @rule(came=st.sampled_from([True, False, False, False]), answer=ANSWERS)
    def the_next_morning(self, came, answer):
        """The next session is held, its roster closed, and the program looks."""
        self.day += DAY
        while self.day.weekday() > 4:
            self.day += DAY
        self.at = dt.datetime.combine(self.day, dt.time(13), tzinfo=BOSTON)
        if self.may["care"] and came:
            self.rosa.came(self.day)
            self.came_at = self.at
        elif self.may["care"]:
            self.rosa.missed(self.day)
        self.tick(answer)

    @rule(hours=st.integers(1, 60), answer=ANSWERS)
    def time_passes(self, hours, answer):
        self.at += hours * HOUR
        self.day = max(self.day, self.at.astimezone(BOSTON).date() - DAY)
        self.tick(answer)

    @rule(words=st.sampled_from(["START", "START", "STOP", "alto", "2", "hello"]))
    def sends_a_text(self, words):
        self._text(words)
        if not self.may["number"]:
            return
        if words in ("STOP", "alto"):
            self.may["consent"] = False
        elif words == "START":
            self.may["consent"] = True
        elif self.rosa.enrollment.episodes.exists():
            self.quiet_until = max(self.quiet_until, self.at + 48 * HOUR)

    @precondition(lambda self: len(self.outreach_at) > 2)
    @rule()
    def says_wrong_number(self):
        self._text("wrong number")
        self.may["number"] = self.may["consent"] = False

    def _text(self, words):
        self.texts += 1
        receive_sms(
            from_number=self.rosa.phone.value,
            text=words,
            provider_id=f"{self.rosa.phone.pk}-{self.texts}",
            at=self.at,
            by=Actor(source="WEB"),
        )

    @rule(watched=st.sampled_from([False, False, True]))
    def somebody_else_reads_the_phone(self, watched):
        client = self.rosa.enrollment.client
        client.monitored_phone = watched
        client.save()
        self.may["phone"] = not watched

    @precondition(lambda self: self.may["care"] and len(self.outreach_at) > 1)
    @rule()
    def care_ends(self):
        enrollment = Enrollment.objects.get(pk=self.rosa.enrollment.pk)
        end_enrollment(
            enrollment=enrollment,
            on=self.at.astimezone(BOSTON).date(),
            reason="MOVED",
            at=self.at,
            by=SYSTEM,
        )
        self.may["care"] = False

    @rule()
    def the_worker_will_die(self):
        self.crash_next = True

    # The program works.

    @rule(answer=ANSWERS)
    def the_program_looks_again(self, answer):
        self.tick(answer)

    def tick(self, answer):
        wake_at(enrollment=self.rosa.enrollment, moment=self.at)
        delivery.recover_leases(at=self.at, by=SYSTEM)
        sweep(at=self.at, by=SYSTEM)
        # Set only when something went wrong with the person.
        assert not DueMoment.objects.filter(at=self.at + TRY_AGAIN).exists()
        try:
            delivery.deliver_due(
                clock=lambda: self.at,
                transmit=lambda message, to: self._provider(message, answer),
            )
        except Crash:
            self.crash_next = False

    def _provider(self, message, answer):
        if message.purpose == Purpose.OUTREACH:
            self._check(message)
        if answer == "busy":
            return NotAccepted("BUSY")
        self.taken.append(message.pk)
        if message.purpose == Purpose.OUTREACH:
            self.outreach_at.append(self.at)
        if self.crash_next:
            raise Crash
        return Accepted("SM") if answer == "yes" else Unknown("NO_ANSWER")

    def _check(self, message):
        local = self.at.astimezone(BOSTON)
        opens = 12 if local.weekday() == 6 else 9
        # Nine to half past twelve is their own session.
        mornings = local.weekday() < 5 and dt.time(9) <= local.time() < dt.time(12, 30)
        holds = {
            **self.may,
            "outside quiet hours": opens <= local.hour < 20,
            "outside their session": not mornings,
            "three days apart": all(
                self.at - earlier >= 72 * HOUR for earlier in self.outreach_at
            ),
            "not asked for quiet": self.at >= self.quiet_until,
            "not come back since": message.created_at >= self.came_at,
        }
        # The engine goes on after an error, so it is told at the end of the step.
        self.broken += [
            f"{message.template} at {local}: {what}"
            for what, is_so in holds.items()
            if not is_so
        ]

    # What must hold after every step.

    @invariant()
    def no_text_went_where_or_when_it_may_not(self):
        assert getattr(self, "broken", []) == []

    @invariant()
    def nothing_was_taken_twice(self):
        taken = getattr(self, "taken", [])
        assert len(taken) == len(set(taken))

    @invariant()
    def whatever_is_not_known_has_a_task(self):
        if not hasattr(self, "rosa"):
            return
        unknown = self.rosa.messages.filter(state__in=(State.UNCONFIRMED, State.FAILED))
        asked = Task.objects.filter(kind=Task.Kind.UNCONFIRMED)
        assert {str(message.pk) for message in unknown} <= set(
            asked.values_list("source_key", flat=True)
        )

    @invariant()
    def nothing_of_an_episode_is_there_twice(self):
        if not hasattr(self, "rosa"):
            return
        open_episodes = self.rosa.enrollment.episodes.filter(closed_at=None)
        assert open_episodes.count() <= 1


def run(examples, steps):
    run_state_machine_as_test(
        Weeks,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
def test_whatever_happens_no_text_goes_where_or_when_it_may_not():
    run(12, 30)


@pytest.mark.soak
@pytest.mark.django_db
def test_whatever_happens_for_a_long_time():
    run(400, 50)
