"""Figures as ratios formed in one run: the product beside floors it runs itself.

    python -m scripts.bench [--rounds 5] [--requests 60] [--clients 1000]

One web worker; its CPU time is read from the kernel before and after each burst, so that
the load generator and other programs do not count. Times of different machines say
nothing; the ratios do.
"""

import argparse
import http.client
import os
import re
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from base64 import b64encode
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Case:
    """One request, repeated; ``floor`` names the case it is compared with."""

    name: str
    who: str
    path: str
    floor: str | None = None
    target: float | None = None
    json: bool = False
    cpu_ms: list[float] = field(default_factory=list)
    wall_ms: list[float] = field(default_factory=list)


CASES = [
    Case("floor page", "client", "/floor/page/"),
    Case("Today", "client", "/", "floor page", 1.0),
    Case("Schedule", "client", "/schedule/", "floor page"),
    Case("floor board", "staff", "/floor/board/"),
    Case("desk", "staff", "/desk/", "floor board", 1.0),
    Case("desk, many clients", "director", "/desk/", "floor board"),
    Case("floor insert", "client", "/floor/insert/", json=True),
    Case(
        "check-in POST", "client", "/api/v1/check-ins/", "floor insert", 2.0, json=True
    ),
]


class Browser:
    """A signed-in connection that keeps its cookies."""

    def __init__(self, port: int, handle: str, user_id: str):
        self.connection = http.client.HTTPConnection("localhost", port, timeout=30)
        self.cookies: dict[str, str] = {}
        page = self.request("GET", "/demo/")[1].decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)
        form = f"csrfmiddlewaretoken={token}".encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        status, _ = self.request("POST", f"/demo/as/{user_id}/", form, kind)
        if status not in (302, 303):
            raise SystemExit(f"Could not sign in as {handle}: {status}")

    def request(self, method, path, body=None, headers=None):
        headers = dict(headers or {})
        headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        headers["X-CSRFToken"] = self.cookies.get("csrftoken", "")
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        data = response.read()
        for value in response.headers.get_all("Set-Cookie") or []:
            self.cookies |= {k: m.value for k, m in SimpleCookie(value).items()}
        return response.status, data


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def checkin_body() -> bytes:
    from datetime import UTC, datetime

    return (
        f'{{"uuid": "{uuid.uuid4()}", "occurred_at": "{datetime.now(UTC).isoformat()}",'
        '"answers": {"craving_peak": 3, "triggers": ["trg.feel.stress"],'
        '"mood": 4, "use_reported": "no"}}'
    ).encode()


def burst(case: Case, browser: Browser, pid: int, requests: int) -> None:
    before, began = cpu_seconds(pid), time.perf_counter()
    for _ in range(requests):
        if case.json:
            kind = {"Content-Type": "application/json"}
            status, body = browser.request("POST", case.path, checkin_body(), kind)
        else:
            status, body = browser.request("GET", case.path)
        if status not in (200, 201):
            raise SystemExit(f"{case.name}: {status} {body[:300]!r}")
    case.cpu_ms.append((cpu_seconds(pid) - before) / requests * 1000)
    case.wall_ms.append((time.perf_counter() - began) / requests * 1000)


def environment(folder: Path) -> dict[str, str]:
    return os.environ | {
        "COMPANION_VAR_DIR": str(folder),
        "COMPANION_SECRET_KEY": secrets.token_urlsafe(50),
        "COMPANION_FIELD_KEYS": "bench:" + b64encode(secrets.token_bytes(32)).decode(),
        "COMPANION_INDEX_KEY": b64encode(secrets.token_bytes(32)).decode(),
        "COMPANION_DEMO": "1",
        "ALLOW_LOOPBACK_SINKS": "1",
    }


def worker_pid(master: int) -> int:
    children = Path(f"/proc/{master}/task/{master}/children")
    for _ in range(200):
        found = children.read_text().split()
        if found:
            return int(found[0])
        time.sleep(0.05)
    raise SystemExit("The web worker did not start.")


def users(env) -> dict[str, str]:
    code = (
        "from apps.accounts.models import User;"
        "print(*(f'{u.handle}={u.pk}' for u in"
        " User.objects.filter(handle__in=['demo-rosa', 'demo-ana', 'demo-lourdes'])))"
    )
    out = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", code],
        env=env, cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return dict(pair.split("=") for pair in out.split())


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--requests", type=int, default=60)
    options.add_argument("--clients", type=int, default=500)
    options = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder))
        manage = [sys.executable, "manage.py"]
        seed = ["seed_demo", "--clients", str(options.clients)]
        for command in (
            ["migrate", "-v0"],
            ["collectstatic", "--noinput", "-v0"],
            seed,
        ):
            subprocess.run([*manage, *command], env=env, cwd=ROOT, check=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        known = users(env)
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-w", "1", "-k", "gthread", "--threads",
             "1", "-b", f"127.0.0.1:{port}", "--no-control-socket", "--log-level",
             "error", "companion.wsgi"],
            env=env | {"DJANGO_SETTINGS_MODULE": "scripts.bench.settings"}, cwd=ROOT,
        )  # fmt: skip
        try:
            run(options, port, worker_pid(server.pid), known)
        finally:
            server.terminate()
            server.wait()


def run(options, port: int, pid: int, known: dict[str, str]) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    handles = {"client": "demo-rosa", "staff": "demo-ana", "director": "demo-lourdes"}
    browsers = {
        who: Browser(port, handle, known[handle]) for who, handle in handles.items()
    }
    for case in CASES:
        burst(case, browsers[case.who], pid, 5)
        case.cpu_ms.clear()
        case.wall_ms.clear()
    for round_number in range(options.rounds):
        shift = round_number % len(CASES)
        for case in CASES[shift:] + CASES[:shift]:
            burst(case, browsers[case.who], pid, options.requests)
    report()


def report() -> None:
    by_name = {case.name: case for case in CASES}
    print(f"{'':22}{'CPU ms/request':>26}{'wall ms':>9}{'× floor':>9}  target")
    for case in CASES:
        cpu = statistics.median(case.cpu_ms)
        spread = f"{cpu:.2f} [{min(case.cpu_ms):.2f}..{max(case.cpu_ms):.2f}]"
        ratio = target = ""
        if case.floor:
            ratio = f"{cpu / statistics.median(by_name[case.floor].cpu_ms):.2f}"
            target = f"≤ {case.target}" if case.target else ""
        wall = statistics.median(case.wall_ms)
        print(f"{case.name:22}{spread:>26}{wall:>9.2f}{ratio:>9}  {target}")


if __name__ == "__main__":
    main()
