"""`manage.py up`, the one command of the demonstration, as a person meets it."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import contextmanager

import httpx
import pytest
from celery import Celery
from django.conf import settings

from apps.demo.management.commands.up import declare_queue
from tests.deploy.machine import ROOT, free_port, wait_until

pytestmark = [
    pytest.mark.deploy,
    pytest.mark.skipif(
        "sqlite3" not in settings.DATABASES["default"]["ENGINE"],
        reason="runs with the suite on SQLite",
    ),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("up")
    with _manage(made, "migrate", "--verbosity=0") as migrate:
        assert migrate.wait(120) == 0, migrate.stderr.read()
    return made


@pytest.fixture
def up(folder):
    """The process, where it is, and the line that says so."""
    with _everything_running(folder) as running:
        yield running


@pytest.fixture(scope="module")
def address(folder):
    """For the tests below that let it run."""
    with _everything_running(folder) as (_, address, _):
        yield address


@contextmanager
def _everything_running(folder):
    port = free_port()
    address = f"http://localhost:{port}"
    with _manage(folder, "up", f"--port={port}", PUBLIC_BASE_URL=address) as process:
        line = ""
        while "Companion is at" not in line:
            line = process.stdout.readline()
            assert line, process.stderr.read()
        yield process, address, line
        process.terminate()
        process.wait(30)


def _manage(folder, *arguments, **variables):
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "companion.settings",
            "COMPANION_VAR_DIR": str(folder),
            "COMPANION_DEMO": "1",
            "DATABASE_URL": "",
            "BROKER_URL": "",
        }
        | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _running(folder) -> dict[str, int]:
    return {file.stem: int(file.read_text()) for file in folder.glob("*.pid")}


def _wait_until_gone(pids) -> None:
    # What was killed exists until whoever inherited it has noticed.
    wait_until(lambda: not _alive(pids), seconds=5, what="the end of all processes")


def _alive(pids) -> list[int]:
    """Those that still exist, as a process or as a group that one of them led."""
    found = []
    for pid in pids:
        for ask in (os.kill, os.killpg):
            try:
                ask(pid, 0)
            except ProcessLookupError:
                continue
            found.append(pid)
    return found


@pytest.mark.parametrize("ask", ["SIGINT", "SIGTERM"])
def test_it_says_where_it_is_and_stops_with_everything_it_started(up, folder, ask):
    process, address, line = up
    running = _running(folder)
    assert set(running) == {"provider", "web", "worker"}
    assert line.strip() == f"Companion is at {address}/demo/"
    assert httpx.get(f"{address}/healthz").json() == {"ok": True}
    assert (folder / "provider.jsonl").exists()

    process.send_signal(getattr(signal, ask))

    assert process.wait(30) == 0
    _wait_until_gone(running.values())
    assert _running(folder) == {}


def test_the_queue_is_there_before_anybody_races_to_make_it(tmp_path):
    broker = f"sqla+sqlite:///{tmp_path}/broker.sqlite3"

    with Celery(broker=broker, set_as_current=False) as app:
        declare_queue(app)

    with sqlite3.connect(tmp_path / "broker.sqlite3") as made:
        assert made.execute("SELECT name FROM kombu_queue").fetchall() == [("celery",)]


@pytest.mark.parametrize("dies", ["provider", "worker"])
def test_when_one_dies_all_stop_and_it_says_which(up, folder, dies):
    process, _, _ = up
    running = _running(folder)

    os.kill(running[dies], signal.SIGKILL)

    assert process.wait(30) == 1
    assert f"{dies} ended with -9" in process.stderr.read()
    _wait_until_gone(running.values())


def test_a_second_one_in_the_same_folder_is_refused(address, folder):
    with _manage(folder, "up", f"--port={free_port()}") as second:
        assert second.wait(30) == 1
        assert "already runs" in second.stderr.read()


def test_a_port_that_is_taken_is_named(address, tmp_path):
    port = httpx.URL(address).port

    with _manage(tmp_path, "up", f"--port={port}") as second:
        assert second.wait(30) == 1
        assert f"PORT={port + 1} make demo" in second.stderr.read()


def test_a_browser_that_opens_connections_ahead_of_need_holds_nobody_up(address):
    there = ("127.0.0.1", httpx.URL(address).port)
    idle = [socket.create_connection(there) for _ in range(3)]

    answer = httpx.get(f"{address}/healthz", timeout=4)

    assert answer.status_code == 200
    for connection in idle:
        connection.close()
