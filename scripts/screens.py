"""Take pictures of the pages, from a demonstration that starts and ends with this.

python scripts/screens.py             the few in docs/screens
python scripts/screens.py --all DIR   every page that links lead to: as a client, as a
                                      counselor and as nobody; phone and wide, light and
                                      dark, in each language
"""

import argparse
import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
SIZES = {
    "phone": {
        "viewport": {"width": 360, "height": 740},
        "is_mobile": True,
        "has_touch": True,
    },
    "wide": {"viewport": {"width": 1280, "height": 800}},
}
# A picture shows a page to its end, but not endlessly.
TALLEST = 2400
SCHEMES = ("light", "dark")
LANGUAGES = {"en": "English", "es": "Español"}
READY = "Companion is at"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

# Who looks, and where: a path, or somebody to open among the people.
FEW = {
    "today-phone-light": ("Andre", "/"),
    "check-in-phone-light": ("Andre", "/check-in/first/"),
    "plan-phone-light": ("Andre", "/plan/"),
    "schedule-phone-dark": ("Andre", "/schedule/"),
    "desk-wide-light": ("Ana", "/desk/"),
    "client-wide-light": ("Ana", "Andre"),
}
# Nobody begins at the front door; the others where the demonstration leads them.
LOOKERS = (None, "Rosa", "Maeve", "Imani", "Ana")
NOT_FOLLOWED = ("/away/", "/healthz", "/readyz")


@contextmanager
def demonstration() -> Iterator[str]:
    """A new one in a folder of its own; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="companion-screens-") as folder:
        process = subprocess.Popen(
            ["sh", str(ROOT / "scripts" / "demo.sh")],
            env=os.environ | {"PORT": str(port), "COMPANION_VAR_DIR": folder},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            if not any(READY in line for line in process.stdout):
                sys.exit("The demonstration did not start.")
            yield f"http://localhost:{port}"
        finally:
            process.terminate()
            process.wait(30)


@contextmanager
def somebody(browser: Browser, site: str, name: str | None, **look) -> Iterator[Page]:
    context = browser.new_context(base_url=site, reduced_motion="reduce", **look)
    page = context.new_page()
    if name is None:
        page.goto("/help/")
    else:
        page.goto("/demo/")
        page.get_by_role("button", name=name).first.click()
    yield page
    context.close()


def take(page: Page, path: Path) -> None:
    page.screenshot(path=path, animations="disabled")
    print(path)


def take_few(browser: Browser, site: str, folder: Path) -> None:
    for picture, (name, where) in FEW.items():
        _, size, scheme = picture.rsplit("-", 2)
        with somebody(browser, site, name, color_scheme=scheme, **SIZES[size]) as page:
            speak(page, "en")
            if where.startswith("/"):
                page.goto(where)
            else:
                page.goto("/desk/people/")
                page.get_by_role("link", name=where).click()
            take(page, folder / f"{picture}.png")


def take_all(browser: Browser, site: str, folder: Path) -> None:
    for name, language in product(LOOKERS, LANGUAGES):
        paths: list[str] = []
        for size, scheme in product(SIZES, SCHEMES):
            look = SIZES[size] | {"color_scheme": scheme}
            with somebody(browser, site, name, **look) as page:
                speak(page, language)
                paths = paths or list(reachable(page))
                for path in paths:
                    page.goto(path)
                    show_whole(page, SIZES[size]["viewport"])
                    picture = f"{name or 'nobody'}-{slug(path)}-{size}-{scheme}"
                    take(page, folder / f"{picture}-{language}.png")


def show_whole(page: Page, viewport: dict) -> None:
    """As tall as the page, so that what sticks to the end is at the end."""
    page.set_viewport_size(viewport)
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size(viewport | {"height": min(height, TALLEST)})


def speak(page: Page, language: str) -> None:
    page.locator(".top .menu summary").click()
    page.get_by_role("button", name=LANGUAGES[language]).click()


def reachable(page: Page) -> Iterator[str]:
    """Every page that links lead to, one of each kind."""
    waiting, known = [urlsplit(page.url).path], set()
    while waiting:
        path = waiting.pop(0)
        kind = UUID.sub("*", urlsplit(path).path)
        if kind in known or kind in NOT_FOLLOWED:
            continue
        known.add(kind)
        yield path
        page.goto(path)
        for link in page.locator("a[href]").all():
            there = urlsplit(urljoin(page.url, link.get_attribute("href")))
            if there.netloc == urlsplit(page.url).netloc:
                waiting.append(
                    there._replace(scheme="", netloc="", fragment="").geturl()
                )


def slug(path: str) -> str:
    kept = UUID.sub("one", urlsplit(path).path).strip("/")
    return kept.replace("/", "_") or "front"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--all", type=Path, metavar="DIR")
    options = parser.parse_args()
    folder = options.all or ROOT / "docs" / "screens"
    folder.mkdir(parents=True, exist_ok=True)
    with demonstration() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("COMPANION_CHROMIUM"), args=["--no-sandbox"]
        )
        (take_all if options.all else take_few)(browser, site, folder)
        browser.close()


if __name__ == "__main__":
    main()
