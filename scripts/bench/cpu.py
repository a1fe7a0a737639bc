"""CPU time of one web worker as ratios: each page beside a floor of the same run.

It is read from the kernel before and after each burst, so that the load generator and
other programs do not count. Times of different machines say nothing; the ratios do.
"""

import http.client
import os
import re
import statistics
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from pathlib import Path

from scripts.bench.machine import HANDLES

TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Case:
    """One request, repeated; ``floor`` names the case it is compared with.

    A path with a star is the first link of that kind on the page before the star.
    """

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
    Case("Schedule", "client", "/schedule/", "floor page", 1.0),
    Case("Check-in", "client", "/check-in/", "floor page"),
    Case("Plan", "client", "/plan/", "floor page"),
    Case("Help", "client", "/help/", "floor page"),
    Case("floor board", "staff", "/floor/board/"),
    Case("desk", "staff", "/desk/", "floor board", 1.0),
    Case("desk, many clients", "director", "/desk/", "floor board", 1.0),
    Case("client page", "staff", "/desk/*/desk/clients/", "floor board", 1.0),
    Case("floor insert", "client", "/floor/insert/", json=True),
    Case(
        "check-in POST", "client", "/api/v1/check-ins/", "floor insert", 2.0, json=True
    ),
]


class Browser:
    """A signed-in connection that keeps its cookies and speaks the phone's language."""

    def __init__(self, port: int, cookie: str):
        self.connection = http.client.HTTPConnection("localhost", port, timeout=60)
        self.cookies = dict([cookie.split("=", 1)])
        # Sets the CSRF cookie.
        self.request("GET", "/help/")

    def request(self, method, path, body=None, headers=None):
        headers = {"Accept-Encoding": "gzip, br"} | (headers or {})
        headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        headers["X-CSRFToken"] = self.cookies.get("csrftoken", "")
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        data = response.read()
        for value in response.headers.get_all("Set-Cookie") or []:
            self.cookies |= {k: m.value for k, m in SimpleCookie(value).items()}
        return response.status, data

    def first_link(self, page: str, start: str) -> str:
        self.connection.request(
            "GET",
            page,
            headers={"Cookie": "; ".join(map("=".join, self.cookies.items()))},
        )
        html = self.connection.getresponse().read().decode()
        return re.search(rf'href="({start}[0-9a-f-]+/)"', html).group(1)


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def checkin_body() -> bytes:
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


def run(port: int, pid: int, people: dict, rounds: int, requests: int) -> None:
    browsers = {
        who: Browser(port, people[handle][1]) for who, handle in HANDLES.items()
    }
    for case in CASES:
        if "*" in case.path:
            case.path = browsers[case.who].first_link(*case.path.split("*"))
        burst(case, browsers[case.who], pid, 5)
        case.cpu_ms.clear()
        case.wall_ms.clear()
    for round_number in range(rounds):
        shift = round_number % len(CASES)
        for case in CASES[shift:] + CASES[:shift]:
            burst(case, browsers[case.who], pid, requests)
    report()


def report() -> None:
    by_name = {case.name: case for case in CASES}
    print(f"\n{'':22}{'CPU ms/request':>26}{'wall ms':>9}{'× floor':>9}  target")
    for case in CASES:
        cpu = statistics.median(case.cpu_ms)
        spread = f"{cpu:.2f} [{min(case.cpu_ms):.2f}..{max(case.cpu_ms):.2f}]"
        ratio = target = ""
        if case.floor:
            ratio = f"{cpu / statistics.median(by_name[case.floor].cpu_ms):.2f}"
            target = f"≤ {case.target}" if case.target else ""
        wall = statistics.median(case.wall_ms)
        print(f"{case.name:22}{spread:>26}{wall:>9.2f}{ratio:>9}  {target}")
