"""What a page weighs: every file its HTML asks for, headers and compressed bodies.

Read from the answers alone, so that a test can do it without a browser.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin

# performance.md: the initial congestion window, and the whole first visit.
FIRST_WINDOW, FIRST_VISIT, REQUESTS, AGAIN = 14_600, 45 * 1024, 7, 6 * 1024


@dataclass(frozen=True)
class Answer:
    headers: int
    body: int
    text: str = ""

    @property
    def bytes(self) -> int:
        return self.headers + self.body


@dataclass(frozen=True)
class Weight:
    """Bytes: before the first paint, of the first visit, of the next one."""

    blocking: int
    whole: int
    again: int
    requests: int

    @property
    def is_within_budget(self) -> bool:
        return (
            self.blocking <= FIRST_WINDOW
            and self.whole <= FIRST_VISIT
            and self.requests <= REQUESTS
            and self.again <= AGAIN
        )


class Asked(HTMLParser):
    """Paths a browser fetches because the HTML names them."""

    def __init__(self, html: str):
        super().__init__()
        self.blocking: set[str] = set()
        self.later: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        rel = (given.get("rel") or "").split()
        match tag:
            case "link" if "stylesheet" in rel:
                self.blocking.add(given["href"])
            case "link" if {"icon", "manifest", "preload", "modulepreload"} & {*rel}:
                self.later.add(given["href"])
            case "script" if given.get("src"):
                waits = {"defer", "async"} & given.keys()
                is_late = waits or given.get("type") == "module"
                (self.later if is_late else self.blocking).add(given["src"])
            case "use" | "image":
                self.later.add(re.sub("#.*", "", given["href"]))
            case "img":
                self.later.add(given["src"])

    handle_startendtag = handle_starttag


def weigh(path: str, get: Callable[[str], Answer]) -> Weight:
    page = get(path)
    asked = Asked(page.text)
    first = {urljoin(path, each) for each in asked.blocking if each}
    later = {urljoin(path, each) for each in asked.later if each} - first
    blocking = page.bytes + sum(get(each).bytes for each in first)
    return Weight(
        blocking=blocking,
        whole=blocking + sum(get(each).bytes for each in later),
        again=get(path).bytes,
        requests=1 + len(first) + len(later),
    )
