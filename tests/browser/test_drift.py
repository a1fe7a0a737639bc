"""Two mornings missed become one message, and its answer somebody's task."""

import datetime as dt
import threading
from pathlib import Path

import pytest
from playwright.sync_api import expect

from apps.audit.actors import SYSTEM
from apps.demo.management.commands.demo_provider import OK, Handler, Provider
from apps.outreach.tasks import tick
from apps.sessions.services import keep_ahead
from tests.browser.conftest import DESK
from tests.conftest import BOSTON

pytestmark = pytest.mark.django_db(transaction=True)
THURSDAY, FRIDAY = dt.date(2026, 10, 8), dt.date(2026, 10, 9)
MONDAY, TUESDAY = dt.date(2026, 10, 12), dt.date(2026, 10, 13)
AFTER_TUESDAYS = dt.datetime(2026, 10, 13, 13, 0, tzinfo=BOSTON)
FOUR_DAYS_ON = dt.datetime(2026, 10, 17, 10, 0, tzinfo=BOSTON)


@pytest.fixture
def provider(settings, tmp_path):
    """The demonstration's own provider, listening beside the test."""
    provider = Provider(("127.0.0.1", 0), Handler)
    provider.mode, provider.reports = OK, False
    settings.SMS_API_BASE_URL = f"http://127.0.0.1:{provider.server_port}"
    settings.SMS_ACCOUNT_SID = settings.SMS_AUTH_TOKEN = "test"
    thread = threading.Thread(target=provider.serve_forever)
    with (tmp_path / "sent.jsonl").open("w") as provider.file:
        thread.start()
        yield Path(provider.file.name)
        provider.shutdown()
        thread.join()
    provider.server_close()


def test_two_missed_mornings_one_message_one_call(
    visit, house, script, wednesday_noon, provider
):
    for day in (THURSDAY, FRIDAY):
        house.came(house.rosa, day)
    house.morning(MONDAY)
    wednesday_noon.move_to(AFTER_TUESDAYS)
    keep_ahead(AFTER_TUESDAYS - dt.timedelta(hours=6), SYSTEM)

    def at_the_desk():
        return visit(house.ana, width=DESK, java_script_enabled=script)

    # Ana closes two rosters with Rosa untouched.
    desk = at_the_desk()
    for heading in ("Still open from before", "Yours to lead"):
        desk.goto("/desk/rosters/")
        desk.get_by_role("region", name=heading).get_by_role("link").click()
        expect(desk.get_by_role("main")).to_contain_text("0 of 1 here")
        desk.get_by_role("link", name="Close the roster").click()
        not_here = desk.get_by_role("region", name="marked as not here")
        expect(not_here.get_by_role("listitem")).to_have_text("Rosa")
        desk.get_by_role("button", name="Close the roster").click()
    tick()
    desk.goto("/desk/")
    expect(desk.locator("[data-card]")).to_contain_text("Give them a call.")

    # Days pass; the program looks again and again.
    wednesday_noon.move_to(FOUR_DAYS_ON)
    for _ in range(3):
        tick()
    desk = at_the_desk()
    desk.goto("/desk/outbox/")
    message = desk.get_by_role("listitem").filter(has=desk.get_by_role("article"))
    expect(message).to_have_count(1)
    expect(message).to_contain_text("Hi Rosa, you choose the next step")
    assert len(provider.read_text().splitlines()) == 1
    message.get_by_role("button", name="2", exact=True).click()

    desk.goto("/desk/")
    expect(desk.locator("[data-card]")).to_contain_text("Would like a call.")
