"""What somebody types stands where it belongs, and nowhere else in a readable form.

Every text field of every page is filled with a word of its own, as a client and as a
counselor, against real processes. Then the words are looked for in everything that is kept
or written beside the pages: database files, broker, cache, logs, addresses and messages.
"""

import contextlib
import datetime as dt
import pickle
import re
import signal
import subprocess
import zlib
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.urls import reverse

from apps.notifications.models import OutboxMessage
from tests.browser.conftest import Visit
from tests.browser.full_house import FullHouse
from tests.browser.phone import Server
from tests.browser.states import CLIENTS, STAFF
from tests.conftest import NOON
from tests.notifications.outside import LOOP, MANAGE

# Two minutes of typing: with the long figures.
pytestmark = [pytest.mark.soak, pytest.mark.django_db(transaction=True)]
WORD = re.compile(r"zq\d{4}word")
# About places, rooms, days and what is asked there, the same for everybody in them, and what
# colleagues are called: no words of or about a client.
ABOUT_ROOMS = {
    "desk:roster_change",
    "desk:week_add",
    "desk:week_change",
    "desk:week_close",
    "setup:change_program",
    "setup:change_site",
    "setup:checkins",
    "setup:import_week",
    "setup:level",
    "setup:nearby_change",
    "setup:nearby_new",
    "setup:new_level",
    "setup:new_program",
    "setup:new_series",
    "setup:new_site",
    "setup:new_word",
    "setup:word",
    "signin:staff_member",
    "signin:staff_new",
}
UNFOLD = "document.querySelectorAll('main details').forEach((one) => one.open = true)"
# What a person writes about themselves in, or staff about them.
TEXT = (
    "textarea, input[type=text], input:not([type]), input[type=search], input[type=tel]"
)
# The least there is to say for this to prove something: fields and, of them, shown again.
FIELDS, SHOWN = 100, 80


class RealServer(Server):
    """With the cache and the broker that a program has, on the day of the house."""

    # The clock that was moved is the one that tells a worker's silence too.
    app = ("tests.browser.then", "--timeout=0")

    def __init__(self, folder: Path):
        super().__init__(folder)
        self.environment |= {
            "DJANGO_SETTINGS_MODULE": "companion.settings",
            "PUBLIC_BASE_URL": self.url,
        }
        collect = [*MANAGE, "collectstatic", "--noinput", "-v0"]
        subprocess.run(collect, env=self.environment, check=True)

    def work(self, seconds: float) -> None:
        """What is due is done: alerts are written and handed over."""
        ahead = (NOON - dt.datetime.now(dt.UTC)) / dt.timedelta(minutes=1)
        environment = self.environment | {"CLOCK_AHEAD": str(ahead)}
        with self.log.open("a") as log:
            worker = subprocess.Popen(
                LOOP, env=environment, cwd=settings.BASE_DIR, stdout=log, stderr=log
            )
            with contextlib.suppress(subprocess.TimeoutExpired):
                worker.wait(seconds)
            worker.kill()
            assert worker.wait() == -signal.SIGKILL


@pytest.fixture
def server(transactional_db, tmp_path):
    server = RealServer(tmp_path)
    try:
        server.start()
        yield server
    finally:
        server.kill()


class Writer:
    """Types a word of its own into every text field, and remembers where."""

    def __init__(self, chromium, server, house):
        self.chromium, self.server, self.house = chromium, server, house
        self.words: dict[str, str] = {}
        # Shown again on a page afterwards: they were kept.
        self.shown: set[str] = set()
        self.addresses: set[str] = set()
        self.visits: dict[str, Visit] = {}

    def page_of(self, who: str):
        if who not in self.visits:
            person = getattr(self.house, who)
            user = (getattr(person, "client", None) and person.client.user) or person
            visit = Visit(
                self.chromium, self.server.url, user=user, java_script_enabled=False
            )
            visit.page.on("request", lambda request: self.addresses.add(request.url))
            self.visits[who] = visit
        return self.visits[who].page

    def fill_in(self, state) -> None:
        page = self.page_of(state.who)
        path = reverse(state.route, args=state.args(self.house))
        path = f"{path}?{state.query}" if state.query else path
        number = 0
        while True:
            page.goto(path, wait_until="domcontentloaded")
            self.shown |= set(WORD.findall(page.content()))
            page.evaluate(UNFOLD)
            form = page.locator("main form").filter(has=page.locator(TEXT)).nth(number)
            if not form.count():
                return
            number += 1
            if self.fill(form, state):
                form.locator("button:visible").last.click()
                page.wait_for_load_state("domcontentloaded")

    def fill(self, form, state) -> bool:
        """True when it can be sent: it has words, and every set of choices a choice."""
        fields = [f for f in form.locator(TEXT).all() if f.is_visible()]
        for field in fields:
            if field.get_attribute("type") == "tel" or "phone" in (
                field.get_attribute("name") or ""
            ):
                field.fill("617-555-0155")
                continue
            word = f"zq{len(self.words):04d}word"
            self.words[word] = f"{state.name}: {field.get_attribute('name')}"
            field.fill(word)
        if not fields:
            return False
        for choice in form.locator("fieldset:has(input[type=radio])").all():
            choice.locator("label:has(input[type=radio])").first.click()
        return True

    def close(self) -> None:
        for visit in self.visits.values():
            visit.context.close()


def readable(folder: Path) -> dict[str, str]:
    """Everything kept or written beside the pages, as text, by where it stands."""
    found = {
        str(path.relative_to(folder)): text_of(content_of(path))
        for path in folder.rglob("*")
        if path.is_file() and "static" not in path.parts
    }
    if connection.vendor == "sqlite":
        name = Path(connection.settings_dict["NAME"])
        for path in name.parent.glob(f"{name.name}*"):
            found[path.name] = text_of(path.read_bytes())
    else:
        found |= {table: rows_of(table) for table in tables()}
    if settings.BROKER_URL.startswith("redis"):
        found["redis"] = all_of_redis()
    return found


def content_of(path: Path) -> bytes:
    """Of a file of the cache, unpacked: when it ends stands before what was packed."""
    with path.open("rb") as file:
        if path.suffix != ".djcache":
            return file.read()
        pickle.load(file)
        return zlib.decompress(file.read())


def text_of(content: bytes) -> str:
    return content.decode("latin-1") + content.decode("utf-16-le", "ignore")


def tables() -> list[str]:
    return connection.introspection.table_names()


def rows_of(table: str) -> str:
    """As PostgreSQL writes them out; what is bytes, as the letters they may be."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT t::text FROM "{table}" t')
        rows = "\n".join(row[0] for row in cursor.fetchall())
    plain = (
        bytes.fromhex(h).decode("latin-1")
        for h in re.findall(r"\\x((?:[0-9a-f]{2})+)", rows)
    )
    return rows + "\n".join(plain)


def all_of_redis() -> str:
    """Unpacked: what DUMP says of a longer text is compressed."""
    store = redis.Redis.from_url(settings.BROKER_URL)
    reads = {
        b"string": store.get,
        b"list": lambda key: store.lrange(key, 0, -1),
        b"hash": store.hgetall,
        b"set": store.smembers,
        b"zset": lambda key: store.zrange(key, 0, -1),
    }
    return "\n".join(
        f"{key} {reads[store.type(key)](key)}" for key in store.scan_iter()
    )


def test_words_typed_anywhere_are_readable_nowhere_else(
    chromium, server, tmp_path, wednesday_noon
):
    """Fault: a column, a log line, a cache or a message holds what somebody wrote."""
    house = FullHouse()
    writer = Writer(chromium, server, house)
    for state in (*CLIENTS, *STAFF):
        if not state.is_missing and state.route not in ABOUT_ROOMS:
            writer.fill_in(state)
    server.work(8)

    writer.close()

    assert len(writer.words) >= FIELDS
    assert len(writer.shown) >= SHOWN
    places = readable(tmp_path)
    assert any(len(text) > 100_000 for text in places.values())
    found = {
        where: {word: writer.words.get(word) for word in WORD.findall(text)}
        for where, text in places.items()
    }
    assert {where: words for where, words in found.items() if words} == {}
    addresses = [urlsplit(one).path + urlsplit(one).query for one in writer.addresses]
    assert [one for one in addresses if WORD.search(one)] == []
    bodies = [message.body for message in OutboxMessage.objects.all()]
    assert [body for body in bodies if WORD.search(body or "")] == []
