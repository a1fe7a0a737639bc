"""A phone that loses its network and is killed, and a server that goes away and returns."""

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
from django.conf import settings
from django.test import Client as DjangoClient
from playwright.sync_api import Error

from tests.browser.conftest import ARGUMENTS, PHONE, chromium_path
from tests.notifications.outside import database_url, wait_for

DROP = "/api/v1/drop/"
GUNICORN = [sys.executable, "-m", "gunicorn", "--threads=8"]


def free_port() -> int:
    """Below those that the system gives to connections: it stays free until it is used."""
    while True:
        port = random.randrange(20_000, 32_000)
        with contextlib.suppress(OSError), socket.socket() as listening:
            listening.bind(("127.0.0.1", port))
            return port


class Server:
    """The app as a process of its own, on the database of the test."""

    app = ("companion.wsgi",)

    def __init__(self, folder: Path):
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.log = folder / "server.txt"
        self.process: subprocess.Popen | None = None
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "companion.testing_settings",
            "DATABASE_URL": database_url(),
            "COMPANION_VAR_DIR": str(folder),
        }

    def start(self) -> None:
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [*GUNICORN, *self.app, f"--bind=127.0.0.1:{self.port}"],
                env=self.environment,
                cwd=settings.BASE_DIR,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_for(self._answers)

    def _answers(self) -> bool:
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(f"{self.url}/healthz").is_success
        return False

    def kill(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None
            # Its children hold the address a moment longer.
            wait_for(lambda: not self._answers())


class StandIn:
    """Something else answers at the address of the server, and counts."""

    def __init__(self, server: Server, *, status=500, body=b"", names=""):
        """``names`` is the status it gives every item; without it, it answers ``body``."""
        self.calls = 0
        self.at_once = self.most_at_once = 0
        self.released = threading.Event()
        self.released.set()
        lock = threading.Lock()
        stand_in = self

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self):
                sent = self.rfile.read(int(self.headers["Content-Length"]))
                if self.path == DROP:
                    with lock:
                        stand_in.calls += 1
                        stand_in.at_once += 1
                        stand_in.most_at_once = max(
                            stand_in.most_at_once, stand_in.at_once
                        )
                    stand_in.released.wait(30)
                    with lock:
                        stand_in.at_once -= 1
                    if names:
                        items = json.loads(sent)["items"]
                        named = [{"uuid": i["uuid"], "status": names} for i in items]
                        return self.answer(json.dumps({"items": named}).encode())
                return self.answer(body)

            def do_GET(self):
                self.answer(body)

            def answer(self, said):
                with contextlib.suppress(OSError):
                    self.send_response(200 if said is not body else status)
                    self.send_header("Content-Type", "text/html")
                    self.send_header("Content-Length", str(len(said)))
                    self.end_headers()
                    self.wfile.write(said)

            def log_message(self, *args):
                pass

        ThreadingHTTPServer.allow_reuse_address = True
        self.http = ThreadingHTTPServer(("127.0.0.1", server.port), Answer)
        self.http.daemon_threads = True
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def hang(self) -> None:
        """Take what is sent and say nothing."""
        self.released.clear()

    def stop(self) -> None:
        self.released.set()
        self.http.shutdown()
        self.http.server_close()


class OwnPhone:
    """One phone with its own disk: what it stored is there after it was killed."""

    def __init__(self, chromium, server: Server, folder: Path, **options):
        self.type = chromium.browser_type
        self.server = server
        self.folder = folder
        self.options = options
        self.errors: list[str] = []
        self.switch_on()

    def switch_on(self) -> None:
        self.context = self.type.launch_persistent_context(
            self.folder,
            executable_path=chromium_path(),
            args=ARGUMENTS,
            base_url=self.server.url,
            viewport=PHONE,
            reduced_motion="reduce",
            **self.options,
        )
        self.context.set_default_timeout(10_000)
        self.page = self.context.pages[0]
        self.context.on("weberror", lambda error: self.errors.append(str(error.error)))

    def sign_in(self, user) -> None:
        """And open the app, until this phone knows whose it is and works alone."""
        self.become(user)
        self.page.goto("/")
        wait_for(lambda: self.page.evaluate(IS_READY))

    def become(self, user) -> None:
        """What is open stays open: somebody signed in at another tab."""
        django = DjangoClient()
        django.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        value = django.cookies[name].value
        later = time.time() + 24 * 60 * 60
        cookie = {"name": name, "value": value, "url": self.server.url}
        self.context.add_cookies([cookie | {"expires": later}])

    def cut_off(self) -> None:
        """No network, for the worker either: one that starts anew is not told of it."""
        self.context.set_offline(True)
        self.context.route("**/*", _only_pages)

    def kill(self) -> None:
        """The battery is out."""
        for pid in self._processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not self._processes())
        self.switch_off()
        for lock in self.folder.glob("Singleton*"):
            lock.unlink()

    def _processes(self) -> list[int]:
        """Those of this phone alone: they name its folder."""
        mark = f"--user-data-dir={self.folder}".encode()
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                arguments = (entry / "cmdline").read_bytes().split(b"\0")
                if mark in arguments and (entry / "stat").read_text().split()[2] != "Z":
                    found.append(int(entry.name))
        return found

    def switch_off(self) -> None:
        with contextlib.suppress(Error):
            self.context.close()

    @property
    def waiting(self) -> list[dict]:
        """What lies in its store, as far as anybody can see it there."""
        return self.page.evaluate(WAITING)

    def try_to_send(self) -> None:
        self.page.evaluate("dispatchEvent(new Event('online'))")


def _only_pages(route) -> None:
    if route.request.service_worker:
        route.abort("internetdisconnected")
    else:
        route.fallback()


READ = """
  const read = (store, how) => new Promise((resolve, reject) => {
    const request = indexedDB.open("companion");
    request.onerror = reject;
    request.onsuccess = () => {
      const asked = how(request.result.transaction(store).objectStore(store));
      asked.onsuccess = () => { request.result.close(); resolve(asked.result); };
    };
  });"""
WAITING = f"""async () => {{ {READ}
  const items = await read("waiting", (store) => store.getAll());
  return items.map((item) => ({{ ...item, sealed: Array.from(item.sealed) }})); }}"""
IS_READY = f"""async () => {{ {READ}
  const owner = await read("state", (store) => store.get("owner"));
  return owner?.tag === document.body.dataset.owner
    && Boolean(navigator.serviceWorker.controller); }}"""
