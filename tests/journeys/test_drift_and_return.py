"""Somebody stays away, hears from their counselor, answers, and comes back.

Every process is real: the web, a Celery worker with its beat and broker, the provider. What
arrived is counted in the provider's own file. The people live where it is early afternoon
now; the clock is moved on by moving everything that happened back.
"""

import datetime as dt
import sys
from collections import Counter
from urllib.parse import urlencode

import httpx
import pytest
from django.db.models import F
from django.http import QueryDict
from django.test import override_settings

from apps.care.models import DueMoment, SiteLine, Status, Task
from apps.care.services.status import wake_at
from apps.notifications.models import OutboxMessage, StateChange
from apps.notifications.signatures import HEADER, sign
from apps.outreach.models import Answer, Episode, Step
from apps.sessions.models import GroupSession
from companion.celery import celery_app
from tests.deploy.machine import free_port
from tests.factories.outreach import DAY, Story
from tests.notifications.outside import (
    Outside,
    leases_run_out,
    wait_for,
    zone_where_it_is_early_afternoon,
)

State = OutboxMessage.State
CELERY = [sys.executable, "-m", "celery", "-A", "companion"]
WORKER = [
    *(*CELERY, "worker", "-B", "-c", "1", "--loglevel", "warning"),
    *("--without-gossip", "--without-mingle", "--without-heartbeat"),
]


class Journey(Outside):
    """The whole machine, and Rosa, who is expected every day of the week."""

    def begin(self):
        port = free_port()
        self.public = f"http://localhost:{port}"
        self.environment["PUBLIC_BASE_URL"] = self.public
        self.provider()
        web = "gunicorn companion.wsgi --threads 2 --no-control-socket --bind 127.0.0.1"
        self.start([sys.executable, "-m", *f"{web}:{port}".split()])
        self.rosa = Story(zone=zone_where_it_is_early_afternoon())
        self.rosa.enrollment.placements.update(weekdays=[*range(7)])
        site = self.rosa.enrollment.program.site
        site.staffed_hours = {str(day): ["08:00", "18:00"] for day in range(7)}
        site.save()
        SiteLine.objects.create(
            site=site,
            kind="PROGRAM",
            number="1",
            last_checked_on=site.local_date(now()),
        )
        self.today = site.local_date(now())
        # What is still to come is made by the worker itself.
        self.rosa.series.rrule = "FREQ=DAILY"
        self.rosa.series.valid_from = self.today + DAY
        self.rosa.series.save()
        self.rosa.came(self.today - 2 * DAY)
        self.celery = self.start(WORKER)

    def ring(self, times=1):
        """Wake the worker as a web process does, and wait until it has looked at Rosa."""
        for _ in range(times):
            woken = now()
            wake_at(enrollment=self.rosa.enrollment, moment=woken)
            with celery_app.connection_for_write(self.broker) as connection:
                for _ in range(3):
                    celery_app.send_task("outreach.run_due", connection=connection)
            wait_for(lambda woken=woken: DueMoment.objects.filter(at__gt=woken))

    @property
    def broker(self):
        embedded = f"sqla+sqlite:///{self.folder}/broker.sqlite3"
        return self.environment.get("BROKER_URL") or embedded

    def kill_worker(self):
        self.kill(self.celery)
        self.celery = self.start(WORKER)

    def text(self, words, sid):
        path = "/hooks/sms/"
        fields = {"From": self.rosa.phone.value, "Body": words, "MessageSid": sid}
        with override_settings(SMS_AUTH_TOKEN=self.environment["SMS_AUTH_TOKEN"]):
            signature = sign(self.public + path, QueryDict(urlencode(fields)))
        return httpx.post(
            self.public + path, data=fields, headers={HEADER: signature}
        ).raise_for_status()

    @property
    def arrived(self) -> Counter:
        """Templates by how often they stand in the provider's file."""
        templates = {
            str(pk): template
            for pk, template in OutboxMessage.objects.values_list("pk", "template")
        }
        return Counter(templates[line["reference"]] for line in self.sent)

    def is_accepted(self, template) -> bool:
        accepted = OutboxMessage.objects.filter(state=State.ACCEPTED)
        return accepted.filter(template=template).exists()

    @property
    def asked(self) -> Counter:
        """What her own counselor was asked to do, by the step that asked."""
        tasks = Task.objects.filter(assignee=self.rosa.counselor)
        return Counter(task.details.get("step", task.kind) for task in tasks)

    def days_pass(self, days: int):
        """Everything that happened is that much longer ago."""
        back = days * DAY
        GroupSession.objects.filter(starts_at__lt=now()).update(
            starts_at=F("starts_at") - back,
            ends_at=F("ends_at") - back,
            local_on=F("local_on") - back,
            series_on=F("series_on") - back,
        )
        Status.objects.update(
            last_attended_at=F("last_attended_at") - back,
            last_contact_at=F("last_contact_at") - back,
        )
        OutboxMessage.objects.update(
            created_at=F("created_at") - back,
            send_after=F("send_after") - back,
            expires_at=F("expires_at") - back,
            submitted_at=F("submitted_at") - back,
            accepted_at=F("accepted_at") - back,
        )
        StateChange.objects.update(at=F("at") - back)
        Episode.objects.update(
            started_at=F("started_at") - back,
            opened_at=F("opened_at") - back,
            opened_on=F("opened_on") - back,
            quiet_until=F("quiet_until") - back,
        )
        wake_at(enrollment=self.rosa.enrollment, moment=now())


def now():
    return dt.datetime.now(dt.UTC)


@pytest.fixture
def journey(transactional_db, tmp_path, monkeypatch):
    # Tasks run where they are called in other tests; here a worker has to hear them.
    monkeypatch.setitem(celery_app.conf, "task_always_eager", False)
    journey = Journey(tmp_path)
    try:
        journey.begin()
        yield journey
    finally:
        journey.stop()


def test_somebody_stays_away_hears_from_us_answers_and_comes_back(journey):
    rosa = journey.rosa

    # A first miss: one text in the voice of her counselor.
    rosa.missed(journey.today - DAY)
    wait_for(lambda: journey.is_accepted("OUT-01"))
    journey.ring(2)
    [first] = journey.sent
    assert first["to"] == rosa.phone.value
    assert first["body"].startswith("Hi Rosa, it's Ana. ")

    # A second one: a call is asked for, and no other text.
    rosa.missed(journey.today)
    wait_for(lambda: journey.asked["CALL-D0"])
    journey.kill_worker()
    journey.ring(2)
    assert journey.arrived == {"OUT-01": 1}

    # Four days later, still nothing from her.
    journey.days_pass(4)
    wait_for(lambda: journey.is_accepted("OUT-05"))
    journey.kill_worker()
    journey.ring(2)
    assert journey.arrived == {"OUT-01": 1, "OUT-05": 1}
    assert journey.asked == {"CALL-D0": 1, "CALL-D3": 1}
    assert set(Step.objects.values_list("code", flat=True)) == {
        "OUT-01",
        "CALL-D0",
        "CALL-D3",
        "OUT-05",
    }

    # "2 Talk by phone", delivered twice, as providers do.
    for _ in range(2):
        journey.text("2", "SM-answer")
    wait_for(lambda: journey.arrived["ACK-01"])
    journey.ring()
    call = Task.objects.get(source="answer")
    assert (call.kind, call.assignee) == (Task.Kind.CALL, rosa.counselor)
    assert call.details == {"choice": "call_me", "text": ""}
    assert Answer.objects.count() == 1
    assert journey.arrived == {"OUT-01": 1, "OUT-05": 1, "ACK-01": 1}

    # She comes: the episode turns, somebody says hello, and nothing more goes out.
    rosa.came(journey.today)
    wait_for(lambda: journey.asked[Task.Kind.WELCOME])
    journey.ring(2)
    assert rosa.episode.stage == Episode.Stage.RETURNED
    assert journey.arrived == {"OUT-01": 1, "OUT-05": 1, "ACK-01": 1}
    assert journey.asked[Task.Kind.WELCOME] == 1


def test_a_worker_killed_while_the_provider_answers_sends_no_second_text(journey):
    journey.provider("slow")
    journey.kill_worker()
    journey.rosa.missed(journey.today - DAY)

    # The line is in the file and the answer is on its way: now.
    wait_for(lambda: journey.sent)
    journey.kill_worker()
    message = OutboxMessage.objects.get()
    assert message.state == State.SUBMITTING
    leases_run_out()
    wait_for(lambda: journey.asked[Task.Kind.UNCONFIRMED])
    journey.ring(2)

    message.refresh_from_db()
    assert message.state == State.UNCONFIRMED
    assert journey.arrived == {"OUT-01": 1}
    assert journey.asked[Task.Kind.UNCONFIRMED] == 1
