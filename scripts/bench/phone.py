"""What a page costs the phone: bytes and requests beside their budgets, and Lighthouse."""

import gzip
import http.client
import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from http.cookies import SimpleCookie

from scripts.bench.machine import HANDLES, Front
from scripts.bench.weight import (
    AGAIN,
    FIRST_VISIT,
    FIRST_WINDOW,
    REQUESTS,
    Answer,
    Weight,
    weigh,
)
from tests.deploy.machine import HOST, ROOT

HERE = ROOT / "scripts" / "bench"
PAGES = {
    "Today": ("client", "/"),
    "Check-in": ("client", "/check-in/"),
    "Question": ("client", "/check-in/first/"),
    "Plan": ("client", "/plan/"),
    "Schedule": ("client", "/schedule/"),
    "Help": ("client", "/help/"),
    "Desk": ("staff", "/desk/"),
}
# The desk opens on a wide screen over a cable: its bytes are shown, not judged.
WITHOUT_BUDGET = ("Desk",)
TRIES = 3
CATEGORIES = ("performance", "accessibility", "best-practices")
TIMINGS = (
    "first-contentful-paint",
    "largest-contentful-paint",
    "total-blocking-time",
    "cumulative-layout-shift",
)
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Score:
    categories: list[int]
    timings: list[float]
    spoilers: list[str]


class Visitor:
    """Fetches as a phone does the first time: its own connection, br or gzip."""

    def __init__(self, front: Front, cookie: str):
        self.front = front
        self.cookies = dict([cookie.split("=", 1)])

    def get(self, path: str) -> Answer:
        connection = http.client.HTTPConnection(HOST)
        connection.sock = self.front.connection()
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Accept-Encoding": "gzip, br", "Cookie": cookie}
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        if response.status != 200:
            raise SystemExit(f"{path}: {response.status}")
        for value in response.headers.get_all("Set-Cookie") or []:
            self.cookies |= {k: m.value for k, m in SimpleCookie(value).items()}
        text = ""
        if response.headers["Content-Type"].startswith("text/html"):
            text = opened(body, response.headers["Content-Encoding"])
        return Answer(len(bytes(response.headers)), len(body), text)


def opened(body: bytes, encoding: str | None) -> str:
    return (gzip.decompress(body) if encoding == "gzip" else body).decode()


def lighthouse() -> list[str] | None:
    """How to start it, installed on the first use; None without node."""
    if not shutil.which("npm"):
        return None
    if not (HERE / "node_modules" / "lighthouse").exists():
        npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(npm, cwd=HERE, check=True)
    return ["node", str(HERE / "lighthouse.js")]


def look(command: list[str], front: Front, cookies: dict[str, str], path: str) -> Score:
    chromium = subprocess.run(
        ["sh", str(ROOT / "scripts" / "chromium.sh")],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    asked = {
        "url": front.site + path,
        "chromium": chromium,
        "flags": [*CHROMIUM, *front.browser_flags],
        "cookies": list(cookies.items()),
        "categories": CATEGORIES,
    }
    # On a busy machine the browser now and then loses the begin of its own record: the run
    # stops, or ends without some of its figures.
    for _ in range(TRIES):
        found = subprocess.run(
            [*command, json.dumps(asked)], cwd=HERE, capture_output=True, text=True
        )
        if not found.returncode:
            report = json.loads(found.stdout)
            if all("numericValue" in report["audits"][name] for name in TIMINGS):
                return read(report)
    raise SystemExit(f"Lighthouse stopped at {path}:\n{found.stderr[-2000:]}")


def read(report: dict) -> Score:
    audits, categories = report["audits"], report["categories"]
    counted = {
        reference["id"]
        for name in CATEGORIES
        for reference in categories[name]["auditRefs"]
        if reference["weight"]
    }
    return Score(
        [round((categories[name]["score"] or 0) * 100) for name in CATEGORIES],
        [audits[name]["numericValue"] for name in TIMINGS],
        [
            f"{name} {audits[name].get('displayValue', '')}".strip()
            for name in sorted(counted)
            if (1 if audits[name]["score"] is None else audits[name]["score"]) < 0.9
            and audits[name]["scoreDisplayMode"] not in ("notApplicable", "manual")
        ],
    )


def report(front: Front, pages: str) -> None:
    chosen = {
        name: where for name, where in PAGES.items() if re.search(pages, name, re.I)
    }
    print(f"\nThe phone: {front.stands_in}. Bytes on the wire, headers as HTTP/1.1.")
    print(
        f"{'':10}{'before paint':>14}{'first visit':>13}{'again':>8}{'requests':>10}"
        "   budget"
    )
    cookies = {}
    for name, (who, path) in chosen.items():
        visitor = Visitor(front, front.cookies[HANDLES[who]][1])
        weight = weigh(path, visitor.get)
        cookies[name] = visitor.cookies
        print(
            f"{name:10}{weight.blocking:>14,}{weight.whole:>13,}{weight.again:>8,}"
            f"{weight.requests:>10}   {verdict(name, weight)}"
        )
    print(
        f"{'budget':10}{FIRST_WINDOW:>14,}{FIRST_VISIT:>13,}{AGAIN:>8,}{REQUESTS:>10}"
    )
    command = lighthouse()
    if command is None:
        print("\nLighthouse: not measured. It needs node and npm, which are not here.")
        return
    print(
        "\nLighthouse, mobile: slow 4G and a processor four times slower. Target 100."
    )
    print(
        f"{'':10}{'speed':>6}{'access':>8}{'practices':>11}"
        f"{'FCP ms':>9}{'LCP ms':>9}{'TBT ms':>8}{'CLS':>7}"
    )
    for name, (_, path) in chosen.items():
        score = look(command, front, cookies[name], path)
        speed, access, practices = score.categories
        first, largest, blocked, shifted = score.timings
        print(
            f"{name:10}{speed:>6}{access:>8}{practices:>11}"
            f"{first:>9.0f}{largest:>9.0f}{blocked:>8.0f}{shifted:>7.3f}"
            f"  {'; '.join(score.spoilers)}"
        )


def verdict(name: str, weight: Weight) -> str:
    if name in WITHOUT_BUDGET:
        return "none"
    return "within" if weight.is_within_budget else "OVER"
