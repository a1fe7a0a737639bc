"""What runs beside a test as its own processes: the provider, and workers to be killed."""

import collections
import datetime as dt
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from apps.notifications.models import OutboxMessage

MANAGE = [sys.executable, str(settings.BASE_DIR / "manage.py")]
LOOP = [sys.executable, "-m", "tests.notifications.worker"]
WAIT_SECONDS = 60
State = OutboxMessage.State


def wait_for(what, seconds=WAIT_SECONDS):
    """The first true answer of ``what``; fails the test when there is none in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := what():
            return found
        time.sleep(0.05)
    raise AssertionError(f"Waited {seconds} s in vain")


def zone_where_it_is_early_afternoon() -> str:
    """Real processes read the real clock: the people live where nothing is quiet now."""
    ahead = 13 - dt.datetime.now(dt.UTC).hour
    return f"Etc/GMT{-ahead:+d}"


def database_url() -> str:
    """The database of the tests, as another process opens it."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


class Outside:
    """Processes that end with the test, and the provider's file."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.file = folder / "sent.jsonl"
        self.file.touch()
        self.processes: list[subprocess.Popen] = []
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "companion.settings",
            "COMPANION_VAR_DIR": str(folder),
            "DATABASE_URL": database_url(),
            "ALLOW_LOOPBACK_SINKS": "1",
            "SMS_ACCOUNT_SID": "AC-test",
            "SMS_AUTH_TOKEN": "token-of-the-tests",
            "SMS_FROM": "+16175550000",
            "PYTHONPATH": str(settings.BASE_DIR),
        }

    def start(self, command, **environment) -> subprocess.Popen:
        with (self.folder / "log.txt").open("a") as log:
            process = subprocess.Popen(
                command,
                env=self.environment | environment,
                cwd=self.folder,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                # A group of its own, so that a kill reaches the children too.
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def provider(self, mode="ok") -> subprocess.Popen:
        """Listens on a new port; whoever starts later hands its messages over there."""
        process = self.start(
            [
                *MANAGE,
                "demo_provider",
                "--port=0",
                f"--file={self.file}",
                f"--mode={mode}",
                "--no-reports",
            ]
        )
        port = re.search(r"\d+", process.stdout.readline()).group()
        self.environment["SMS_API_BASE_URL"] = f"http://127.0.0.1:{port}"
        return process

    def worker(self, **environment) -> subprocess.Popen:
        """Ticks without a pause, until it is killed."""
        return self.start(LOOP, **environment)

    def tick(self) -> None:
        """``manage.py run_due``, to its end."""
        process = self.start([*MANAGE, "run_due"])
        assert process.wait(WAIT_SECONDS) == 0, self.log

    def kill(self, process: subprocess.Popen) -> None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()

    def stop(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                self.kill(process)
            process.stdout.close()

    @property
    def log(self) -> str:
        return (self.folder / "log.txt").read_text()[-4000:]

    @property
    def sent(self) -> list[dict]:
        """What the provider took, line by line of its own file."""
        return [json.loads(line) for line in self.file.read_text().splitlines()]

    @property
    def count(self) -> collections.Counter:
        """How often each message of ours stands in the provider's file."""
        return collections.Counter(line["reference"] for line in self.sent)


def leases_run_out() -> None:
    """As if the time of whoever held them had passed."""
    past = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)
    OutboxMessage.objects.exclude(lease_until=None).update(lease_until=past)


def waits_are_over() -> None:
    """As if the time to the next try had passed."""
    past = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)
    OutboxMessage.objects.filter(state=State.PLANNED).update(send_after=past)


def in_threads(work, number):
    """Run ``work`` in as many threads, each with its own connection."""
    errors = []

    def run():
        try:
            work()
        except Exception as error:  # noqa: BLE001 - the test itself reports it
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
