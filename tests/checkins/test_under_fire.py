"""Many phones at once, and processes that are killed: what was accepted is there, once.

Real web processes and a real worker on PostgreSQL. A phone that gets no answer sends the
same check-in again under its UUID, as ours do.
"""

import contextlib
import datetime as dt
import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter, defaultdict

import httpx
import pytest
from django.conf import settings
from django.test import Client as DjangoClient

from apps.audit.models import AuditEvent
from apps.care.models import Concern, Status, Task
from apps.checkins.models import CheckinDay, Submission
from apps.notifications.models import OutboxMessage
from tests.browser.phone import free_port
from tests.factories.care import AssignmentFactory, OrganizationFactory, StaffFactory
from tests.notifications.outside import Outside, wait_for

pytestmark = [
    pytest.mark.deploy,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "postgresql" not in settings.DATABASES["default"]["ENGINE"],
        reason="runs with the suite on PostgreSQL",
    ),
]
DAY = dt.timedelta(days=1)
URL = "/api/v1/check-ins/"
TOKEN = "t" * 32
TRIES = 60


@pytest.fixture
def outside(transactional_db, tmp_path):
    made = Outside(tmp_path)
    yield made
    made.stop()


class Web:
    """Two web processes under one master, each of which may be killed."""

    def __init__(self, outside):
        self.outside = outside
        self.url = f"http://localhost:{free_port()}"
        self.master = outside.start(
            [
                *(sys.executable, "-m", "gunicorn", "companion.wsgi"),
                *("--workers=2", "--worker-class=gthread", "--threads=8"),
                *("--bind", self.url.removeprefix("http://"), "--no-control-socket"),
            ],
            PYTHONPATH=str(settings.BASE_DIR),
            DJANGO_SETTINGS_MODULE="companion.testing_settings",
        )
        wait_for(self._answers)

    def _answers(self) -> bool:
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(f"{self.url}/healthz").is_success
        return False

    def kill_one(self, chance) -> None:
        listed = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.master.pid)],
            capture_output=True,
            text=True,
            check=True,
        )
        os.kill(int(chance.choice(listed.stdout.split())), signal.SIGKILL)


class Phone:
    """Sends each of its check-ins until it is taken."""

    def __init__(self, web: Web, enrollment):
        self.web, self.enrollment = web, enrollment
        django = DjangoClient()
        django.force_login(enrollment.client.user)
        name = settings.SESSION_COOKIE_NAME
        self.cookies = {
            name: django.cookies[name].value,
            settings.CSRF_COOKIE_NAME: TOKEN,
        }
        self.items: list[dict] = []
        self.accepted: list[str] = []
        self.refused: list[str] = []

    def fill(self, number: int, chance) -> None:
        now = dt.datetime.now(dt.UTC)
        for count in range(number):
            answers = {
                "craving_peak": chance.choice([0, 3, 8, 10]),
                "mood": chance.randint(1, 5),
                "use_reported": chance.choice(["no", "yes", "rather_not"]),
                "contact_request": chance.choice(["no", "today", "next"]),
                "feels_safe": chance.choice(["yes", "no", "not_sure"]),
            }
            if answers["use_reported"] == "yes":
                answers["use_what"] = [chance.choice(["alcohol", "opioids"])]
            # Every third again about the day of one before it.
            on = self.enrollment.client_day(now) - (count % 3) * DAY
            self.items.append(
                {
                    "uuid": str(uuid.uuid4()),
                    "occurred_at": (now + count * dt.timedelta(seconds=1)).isoformat(),
                    "local_on": on.isoformat(),
                    "answers": answers,
                }
            )

    def send_all(self) -> None:
        for item in self.items:
            self._send(item)

    def _send(self, item) -> None:
        for _ in range(TRIES):
            with contextlib.suppress(httpx.TransportError):
                answer = httpx.post(
                    self.web.url + URL,
                    json=item,
                    cookies=self.cookies,
                    headers={"X-CSRFToken": TOKEN},
                    timeout=60,
                )
                if answer.status_code in (200, 201):
                    self.accepted.append(item["uuid"])
                    return
                if answer.status_code < 500:
                    self.refused.append(f"{answer.status_code} {answer.text[:300]}")
                    return
            time.sleep(0.2)
        self.refused.append("no answer in all tries")


def under_fire(outside, *, clients: int, each: int, kills: int) -> None:
    chance = random.Random(6)
    house = OrganizationFactory()
    staff = StaffFactory(organization_id=house.pk)
    people = [
        AssignmentFactory(enrollment__client__organization=house, staff=staff)
        for _ in range(clients)
    ]
    web = Web(outside)
    phones = [Phone(web, one.enrollment) for one in people]
    for phone in phones:
        phone.fill(each, chance)
    threads = [threading.Thread(target=phone.send_all) for phone in phones]
    worker = outside.worker()
    for thread in threads:
        thread.start()
    for number in range(kills):
        share = clients * each * (number + 1) // (kills + 1)
        wait_for(lambda share=share: taken(phones) >= share, seconds=300)
        web.kill_one(chance)
        outside.kill(worker)
        worker = outside.worker()
    for thread in threads:
        thread.join()
    outside.kill(worker)

    assert [said for phone in phones for said in phone.refused] == []
    check(phones)


def taken(phones) -> int:
    return sum(len(phone.accepted) for phone in phones)


def check(phones) -> None:
    """Every answer once, with its day, its concerns, its audit row and its alert."""
    sent = {item["uuid"]: item for phone in phones for item in phone.items}
    rows = list(Submission.objects.all())
    assert Counter(str(row.uuid) for row in rows) == Counter(sent.keys())

    recorded = AuditEvent.objects.filter(action="checkins.submitted")
    assert Counter(recorded.values_list("object_id", flat=True)) == Counter(
        row.pk for row in rows
    )
    said = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.occurred_at, row.received_at)):
        said[row.client_id, row.local_on].append(row.answers)
    days = {(day.client_id, day.local_on): day for day in CheckinDay.objects.all()}
    assert days.keys() == said.keys()
    for key, day in days.items():
        assert day.craving == said[key][-1]["craving_peak"]

    for phone in phones:
        answers = [item["answers"] for item in phone.items]
        mine = Concern.objects.filter(enrollment=phone.enrollment)
        rules = [concern.finding["rule"] for concern in mine]
        # Calm answers close some, and later ones may open the same again.
        still = Counter(concern.finding["rule"] for concern in mine.open())
        assert max(still.values(), default=0) <= 1
        assert expected(answers) <= set(rules)
        status = Status.objects.get(enrollment=phone.enrollment)
        mine_on = [on for client, on in days if client == phone.enrollment.client_id]
        assert status.last_checkin_on == max(mine_on)
        assert status.open_priority == min(concern.priority for concern in mine.open())

    # Whoever is told at once is told once for each answer, and has a task for it.
    urgent = {str(row.pk) for row in rows if expected([row.answers]) & {"R01", "R02"}}
    assert set(OutboxMessage.objects.values_list("once_key", flat=True)) == {
        f"alert-{pk}" for pk in urgent
    }
    calls = Task.objects.filter(kind=Task.Kind.CALL, source="checkins")
    assert Counter(calls.values_list("source_key", flat=True)) == Counter(urgent)


def expected(answers: list[dict]) -> set[str]:
    """What these answers raise by themselves, whatever came before."""
    found = set()
    for each in answers:
        if each["feels_safe"] != "yes":
            found.add("R01")
        if each.get("use_what") == ["opioids"]:
            found.add("R02")
        if each["contact_request"] == "today":
            found.add("R03")
        if each["craving_peak"] >= 8:
            found.add("R05")
    return found


def test_what_is_accepted_while_processes_are_killed_is_there_once(outside):
    """Fault: an answer without its audit row, an alert twice, a check-in half written."""
    under_fire(outside, clients=8, each=4, kills=1)


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_a_thousand_check_ins_of_two_hundred_people(outside):
    under_fire(outside, clients=200, each=5, kills=3)
