"""Every form of every page with what nobody should send, over the wire.

Groups are the first word of the path. An answer of 500 or more, a connection that breaks, and
a line of an exception in the log are findings; so is markup of ours that comes back unescaped.
"""

import http.client
import re
import ssl
import threading
from collections import Counter, defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from random import Random
from urllib.parse import quote, urlsplit
from uuid import UUID

from scripts.scan import forms, nasty
from scripts.scan.house import SITE, House

# After these somebody is not signed in any more.
ENDS_THE_SESSION = re.compile(r"^/sign-out/|^/signed-in/.*/end/|^/ways-in/.*/away/")
PAGES_TO_READ = 90
MARKUP = ("<script>alert(1)</script>", "hx-on:click=alert(1) hx-get=/ >")


@dataclass
class Found:
    """By group: how often each status came; and what should never come."""

    counts: dict[str, Counter] = field(default_factory=lambda: defaultdict(Counter))
    findings: list[str] = field(default_factory=list)

    def add(self, group: str, what: str, status: int, body: bytes) -> None:
        self.counts[group][status] += 1
        if status >= 500:
            self.findings.append(f"{status} {what}")
        text = body.decode(errors="replace")
        if any(markup in text for markup in MARKUP):
            self.findings.append(f"markup unescaped {what}")

    @property
    def requests(self) -> int:
        return sum(sum(counter.values()) for counter in self.counts.values())


class Browser:
    """One connection, one role, one address."""

    def __init__(self, house: House, role: str, address: str):
        self.house, self.role, self.address = house, role, address
        self.connection = None

    def ask(self, method, path, body=b"", headers=None, *, chunked=False):
        headers = {"Cookie": self.house.cookies[self.role]} | (headers or {})
        headers |= {"Referer": f"{SITE}/", "Host": urlsplit(SITE).netloc}
        for last in (False, True):
            try:
                return self._ask(method, path, body, headers, chunked)
            except (OSError, http.client.HTTPException, ssl.SSLError):
                self.connection = None
                # The server may hang up while a body that is too long is on its way.
                if last and len(body) > 65_536:
                    return 413, b"", {}
        return 599, b"", {}

    def _ask(self, method, path, body, headers, chunked):
        if self.connection is None:
            self.connection = self.house.connection(self.address)
        pieces = (body[n : n + 700] for n in range(0, len(body), 700))
        self.connection.request(
            method, path, body=pieces if chunked else (body or None),
            headers=headers, encode_chunked=chunked,
        )  # fmt: skip
        response = self.connection.getresponse()
        answer = response.status, response.read(), dict(response.headers)
        if response.will_close:
            self.connection.close()
            self.connection = None
        return answer


def group_of(path: str) -> str:
    first = path.strip("/").split("/")[0].split("?")[0]
    return first or "today"


def _without_ids(path: str) -> str:
    path = path.partition("?")[0]
    return re.sub(r"/[0-9a-f]{8}-[0-9a-f-]{27}(?=/)", "/<id>", path)


def read_pages(house: House, role: str) -> tuple[list[forms.Form], list[str]]:
    """Every form and every kind of address that the role finds by following links."""
    browser = Browser(house, role, "127.0.0.1")
    waiting, seen, kinds = ["/", "/help/", "/sign-in/", "/desk/"], set(), Counter()
    found: dict[tuple, forms.Form] = {}
    while waiting and len(seen) < PAGES_TO_READ:
        path = waiting.pop(0)
        kind = _without_ids(path)
        if path in seen or kinds[kind] >= 3:
            continue
        seen.add(path)
        kinds[kind] += 1
        status, body, headers = browser.ask("GET", path)
        if status in (301, 302) and headers.get("Location", "").startswith("/"):
            waiting.append(headers["Location"])
        if not headers.get("Content-Type", "").startswith("text/html"):
            continue
        here, links = forms.read(path, body.decode(errors="replace"))
        for form in here:
            key = (form.method, _without_ids(form.path), form.shape[2])
            found.setdefault(key, form)
        waiting += [x for x in links if not x.startswith(("/static/", "/demo/"))]
    return list(found.values()), sorted(seen)


def run(
    house: House, each_group: int, say: Callable[[str], None], seed: int = 1
) -> Found:
    found, lock = Found(), threading.Lock()
    jobs = []
    for role in house.roles:
        own, pages = read_pages(house, role)
        say(f"{role}: {len(own)} forms, {len(pages)} pages")
        jobs += [(role, form) for form in own if form.method == "POST"]
        jobs += [(role, page) for page in pages]
    by_group = defaultdict(list)
    for role, what in jobs:
        path = what.path if isinstance(what, forms.Form) else what
        by_group[group_of(path)].append((role, what))

    def work(numbered) -> None:
        number, (group, role, what, times) = numbered
        # As many as a busy house: limits by address are met, and got past.
        browser = Browser(house, role, f"127.0.2.{number % 200 + 1}")
        rng = Random(f"{seed}{group}{role}{what}")  # noqa: S311
        for answer in _press(browser, what, rng, times):
            with lock:
                found.add(group, *answer)

    planned = []
    for group, targets in sorted(by_group.items()):
        times = -(-each_group // len(targets))
        planned += [(group, role, what, max(times, 12)) for role, what in targets]
    # What ends sessions comes last, so that everything before it is signed in.
    ending = [job for job in planned if ENDS_THE_SESSION.match(_path(job[2]))]
    for jobs in ([job for job in planned if job not in ending], ending):
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(work, enumerate(jobs)))
        house.sign_in()
    return found


def _path(what) -> str:
    return what.path if isinstance(what, forms.Form) else what


def _press(browser: Browser, what, rng: Random, times: int):
    if isinstance(what, forms.Form):
        token = [(forms.TOKEN, browser.house.token)]
        own = token + [pair for pair in what.fields if pair[0] != forms.TOKEN]
        for case in islice(nasty.bodies(own, rng), times):
            headers = {"Content-Type": case.content_type} | case.headers
            path = what.path if rng.random() > 0.05 else _other_record(what.path, rng)
            status, body, _ = browser.ask(
                "POST", path, case.body, headers, chunked=case.chunked
            )
            yield f"POST {path} as {browser.role}: {case.body[:200]!r}", status, body
        return
    path, _, query = what.partition("?")
    known = [pair.partition("=")[0] for pair in query.split("&") if pair]
    for odd in islice(nasty.queries(rng, known), times):
        target = quote(path if rng.random() > 0.1 else _other_record(path, rng))
        status, body, _ = browser.ask("GET", f"{target}?{odd}")
        yield f"GET {target}?{odd[:200]} as {browser.role}", status, body


def _other_record(path: str, rng: Random) -> str:
    strange = [str(UUID(int=rng.getrandbits(128))), "x" * 300, "0", "%00", "%ff", "..;"]
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", rng.choice(strange), path)


RAW = [
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/9.9\r\nHost: h\r\n\r\n",
    b"\x00\x01\x02\r\n\r\n",
    b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: h\r\n\r\n",
    b"POST /sign-in/ HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
    b"POST /sign-in/ HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 9\r\n\r\nabc",
    b"POST /sign-in/ HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
    b"Content-Length: 4\r\n\r\n0\r\n\r\nGET /desk/ HTTP/1.1\r\n\r\n",
    b"POST /sign-in/ HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"GET http://localhost/elsewhere HTTP/1.1\r\nHost: h\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: h\r\nX: \x00\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: h\r\n" + b"A: b\r\n" * 900 + b"\r\n",
    b"PUT / HTTP/1.1\r\nHost: h\r\n\r\n",
    b"PROPFIND / HTTP/1.1\r\nHost: h\r\nDepth: 1\r\n\r\n",
    b"TRACE / HTTP/1.1\r\nHost: h\r\n\r\n",
    b"GET /%zz/%00 HTTP/1.1\r\nHost: h\r\n\r\n",
    b"GET /../../etc/passwd HTTP/1.1\r\nHost: h\r\n\r\n",
]


def raw(house: House, times: int, seed: int = 1) -> Counter:
    """Requests that are none: the first digits of what came back, or a hung-up line."""
    rng, answers = Random(seed), Counter()  # noqa: S311
    for _ in range(times):
        request = bytearray(
            rng.choice(RAW).replace(b"Host: h", f"Host: {SITE[8:]}".encode())
        )
        for _ in range(rng.randint(0, 3)):
            request[rng.randrange(len(request))] = rng.randrange(256)
        connection = house.connection()
        try:
            connection.sock.settimeout(2)
            connection.sock.sendall(bytes(request))
            first = connection.sock.recv(64)
        except OSError:
            first = b""
        finally:
            connection.close()
        status = re.match(rb"HTTP/\S+ (\d+)", first)
        answers[status[1].decode() if status else "no answer"] += 1
    return answers
