"""Take the pictures of the README, from a demonstration that starts and ends with this."""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
READY = "Companion is at"

# Who looks, and where: a path, or somebody to open among the people.
FEW = {
    "today-phone-light": ("Andre", "/"),
    "check-in-phone-light": ("Andre", "/check-in/first/"),
    "plan-phone-light": ("Andre", "/plan/"),
    "schedule-phone-dark": ("Andre", "/schedule/"),
    "desk-wide-light": ("Ana", "/desk/"),
    "client-wide-light": ("Ana", "Andre"),
}


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
def somebody(browser: Browser, site: str, name: str, **look) -> Iterator[Page]:
    context = browser.new_context(base_url=site, reduced_motion="reduce", **look)
    page = context.new_page()
    page.goto("/demo/")
    page.get_by_role("button", name=name).first.click()
    page.locator(".top .menu summary").click()
    page.get_by_role("button", name="English").click()
    yield page
    context.close()


def take_few(browser: Browser, site: str, folder: Path) -> None:
    for picture, (name, where) in FEW.items():
        _, size, scheme = picture.rsplit("-", 2)
        with somebody(browser, site, name, color_scheme=scheme, **SIZES[size]) as page:
            if where.startswith("/"):
                page.goto(where)
            else:
                page.goto("/desk/people/")
                page.get_by_role("link", name=where).click()
            path = folder / f"{picture}.png"
            page.screenshot(path=path, animations="disabled")
            print(path)


def main() -> None:
    with demonstration() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("COMPANION_CHROMIUM"), args=["--no-sandbox"]
        )
        take_few(browser, site, ROOT / "docs" / "screens")
        browser.close()


if __name__ == "__main__":
    main()
