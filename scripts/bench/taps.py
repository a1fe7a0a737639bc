"""How long the app itself takes from a tap on an answer to the next question.

A processor four times slower and a network with a round trip of 150 ms: what the network
takes is known and taken away, what is left is ours: script, server and painting.
"""

import subprocess
from statistics import median

from playwright.sync_api import Page, sync_playwright

from scripts.bench.machine import HANDLES, MANAGE, Front
from scripts.bench.phone import CHROMIUM
from tests.deploy.machine import ROOT

SLOWER = 4
ROUND_TRIP = 150
NETWORK = {
    "offline": False,
    "latency": ROUND_TRIP,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 750e3 / 8,
}
TARGET = 150
# Nothing said about today yet, so that every question is asked.
FRESH = """
from datetime import date, timedelta
from apps.checkins.models import CheckinDay, Draft, Reply, Submission
lately = {{"local_on__gte": date.today() - timedelta(1)}}
Reply.objects.filter(day__client__user__handle="{handle}").delete()
for model in (CheckinDay, Submission, Draft):
    model.objects.filter(client__user__handle="{handle}", **lately).delete()
"""
# What is tapped on each screen: the first that is there, whatever the language.
ANSWERS = [
    ".scale button[value='5']",
    "main button[value='4']",
    "main button[value='fine']",
    "main button[value='no']",
    "main button[name='skip']",
]
LAST = "/check-in/hear/"
TAP = """
async (answers) => {
  const button = answers.map((one) => document.querySelector(one)).find(Boolean);
  const next = new Promise((done) =>
    document.addEventListener("htmx:afterSettle", done, { once: true }));
  performance.clearResourceTimings();
  const begun = performance.now();
  button.click();
  await next;
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const took = performance.now() - begun;
  const [asked] = performance.getEntriesByType("resource");
  return { took, wire: asked.duration };
}
"""


def report(front: Front, rounds: int) -> None:
    handle = HANDLES["client"]
    name, _, value = front.cookies[handle][1].partition("=")
    taps: dict[str, list[tuple[float, float]]] = {}
    with sync_playwright() as playwright:
        chromium = subprocess.run(
            ["sh", str(ROOT / "scripts" / "chromium.sh")],
            capture_output=True, text=True, check=True,
        ).stdout.strip()  # fmt: skip
        browser = playwright.chromium.launch(
            executable_path=chromium, args=[*CHROMIUM, *front.browser_flags]
        )
        for _ in range(rounds):
            forget = [*MANAGE, "shell", "-v0", "-c", FRESH.format(handle=handle)]
            subprocess.run(forget, cwd=ROOT, env=front.environment, check=True)
            context = browser.new_context(viewport={"width": 360, "height": 740})
            context.add_cookies(
                [{"name": name, "value": value, "url": front.site, "secure": True}]
            )
            page = context.new_page()
            page.goto(f"{front.site}/check-in/first/")
            walk(page, taps)
            context.close()
        browser.close()
    print(
        f"\nFrom tap to the next question, processor {SLOWER} times slower, round trip"
        f" {ROUND_TRIP} ms.\nOurs is without that: the next question comes with the"
        " answer."
    )
    print(f"{'':34}{'all ms':>8}{'on the wire':>13}{'ours':>7}   target")
    for question, times in taps.items():
        whole = median(took for took, _ in times)
        wire = median(wired for _, wired in times)
        ours = whole - ROUND_TRIP
        verdict = "within" if ours <= TARGET else "OVER"
        print(f"{question[:32]:34}{whole:>8.0f}{wire:>13.0f}{ours:>7.0f}   {verdict}")


def walk(page: Page, taps: dict[str, list[tuple[float, float]]]) -> None:
    """To the last question: what comes after it is another page."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", NETWORK)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.wait_for_function("window.htmx !== undefined")
    while LAST not in page.url:
        question = page.get_by_role("heading", level=1).inner_text()
        said = page.evaluate(TAP, ANSWERS)
        taps.setdefault(question, []).append((said["took"], said["wire"]))
