import fcntl
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from http.client import HTTPConnection

from celery import Celery, current_app
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

STOP_WITHIN_SECONDS = 15
START_WITHIN_SECONDS = 60


class Command(BaseCommand):
    help = (
        "Run web, worker and beat (in a demonstration the provider too) until Ctrl-C."
    )

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, port, **options):
        # Open until the process ends, and with it the lock.
        with open(settings.VAR_DIR / "up.lock", "w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise CommandError("Companion already runs from this folder.") from None
            self.run_all(port)

    def run_all(self, port: int) -> None:
        if not is_free(port):
            raise CommandError(f"Port {port} is taken. Try PORT={port + 1} make demo.")
        # What was on its way is in the database; the old file would only grow.
        (settings.VAR_DIR / "broker.sqlite3").unlink(missing_ok=True)
        declare_queue(current_app)
        asked_to_stop = []
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda number, frame: asked_to_stop.append(number))

        processes: dict[str, subprocess.Popen] = {}
        try:
            for name, command, variables in self.commands(port):
                # A group of its own, so that Ctrl-C reaches it only through here.
                processes[name] = subprocess.Popen(
                    command,
                    cwd=settings.BASE_DIR,
                    env=os.environ | variables,
                    start_new_session=True,
                    stdout=subprocess.DEVNULL,  # Banners; what is wrong goes to stderr.
                )
                (settings.VAR_DIR / f"{name}.pid").write_text(
                    f"{processes[name].pid}\n"
                )
            announced = False
            began = time.monotonic()
            while not asked_to_stop:
                for name, process in processes.items():
                    if process.poll() is not None:
                        raise CommandError(f"{name} ended with {process.returncode}.")
                if not announced and answers(port):
                    announced = True
                    self.announce()
                if not announced and time.monotonic() - began > START_WITHIN_SECONDS:
                    raise CommandError("web does not answer.")
                time.sleep(0.2)
        finally:
            stop(list(processes.values()))
            for name in processes:
                (settings.VAR_DIR / f"{name}.pid").unlink(missing_ok=True)
        self.stdout.write("Stopped.")

    def commands(self, port: int):
        sink = {}
        if settings.DEMO and not settings.SMS_API_BASE_URL:
            provider_port = free_port()
            sink = {
                "ALLOW_LOOPBACK_SINKS": "1",
                "SMS_API_BASE_URL": f"http://127.0.0.1:{provider_port}",
                "SMS_ACCOUNT_SID": "demo",
                "SMS_AUTH_TOKEN": secrets.token_urlsafe(24),
            }
            provider = f"manage.py demo_provider --port={provider_port}".split()
            # A file that only the provider writes, so that "once" can be seen from outside.
            provider += ["--file", str(settings.VAR_DIR / "provider.jsonl")]
            yield "provider", [sys.executable, *provider], sink
        # Threads, because Chromium opens connections ahead of need and leaves them idle:
        # each would hold a sync worker. One process, because SQLite has one writer.
        web = "gunicorn companion.wsgi --workers 1 --worker-class gthread --threads 4"
        web += f" --bind 127.0.0.1:{port} --no-control-socket --log-level warning"
        yield "web", [sys.executable, "-m", *web.split()], sink
        worker = "celery -A companion worker -B -c 1 --loglevel warning"
        worker += " --without-gossip --without-mingle --without-heartbeat"
        # Celery warns root at length; a demonstration in a container is nothing else.
        quiet = {"PYTHONWARNINGS": "ignore:You're running the worker"}
        yield "worker", [sys.executable, "-m", *worker.split()], sink | quiet

    def announce(self) -> None:
        page = "/demo/" if settings.DEMO else "/"
        self.stdout.write(
            f"\n  Companion is at {settings.PUBLIC_BASE_URL}{page}\n  Ctrl-C stops it.\n"
        )
        self.stdout.flush()


def declare_queue(app: Celery) -> None:
    """Make the broker's file and queue before anybody uses them.

    Worker, beat and web begin at once, and on a new file each would try to make them: the
    one that comes second ends with an IntegrityError.
    """
    with app.connection_for_write() as connection:
        queue = app.amqp.queues[app.conf.task_default_queue]
        queue.bind(connection.default_channel).declare()


def stop(processes: list[subprocess.Popen]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + STOP_WITHIN_SECONDS
    for process in processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0, deadline - time.monotonic()))
        with suppress(ProcessLookupError):
            # Whoever a killed parent left behind.
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
