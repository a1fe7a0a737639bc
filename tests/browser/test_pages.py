"""Every page, in each of its states, is accessible as far as axe can tell."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error

from apps.common.routes import all_routes
from tests.browser.conftest import DESK, PHONE
from tests.browser.full_house import FullHouse
from tests.browser.states import GROUPS, OPEN_ALL, State, open_state

pytestmark = pytest.mark.once

AXE = {"resultTypes": ["violations"]}
RUN_AXE = "(options) => axe.run(document, options)"
CONTRAST = AXE | {"runOnly": ["color-contrast"]}
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
NOT_THERE = "404 (Not Found)"
NO_PAGE = {
    # The card of the board with its form, for htmx.
    "desk:close",
    "favicon",
    "feeds:feed",
    "feeds:one",
    "healthz",
    "readyz",
    "phone:manifest",
    "phone:worker",
    "setup:people_file",
    "setup:week_file",
}


def test_every_page_is_in_the_table():
    pages = {
        route.name
        for route in all_routes()
        if "GET" in route.methods and not route.pattern.startswith("/api/")
    }

    states = [state for group in GROUPS.values() for state in group]
    assert {state.route for state in states} == pages - NO_PAGE


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("group", GROUPS)
def test_pages_are_for_everybody(screens, full_house, group):
    is_desk = group == "staff"
    found = []
    for state in GROUPS[group]:
        visit = screens(state.who, DESK if is_desk else PHONE)
        try:
            said = look_at(visit.page, state, full_house, is_desk)
        except Error as error:
            said = [str(error)]
        said += [trouble for trouble in visit.troubles if NOT_THERE not in trouble]
        visit.troubles.clear()
        found += [f"{state.name}: {trouble}" for trouble in said]

    assert not found, "\n".join(found)


def look_at(page, state: State, house: FullHouse, is_desk: bool) -> list[str]:
    response = open_state(page, state, house)
    found = []
    if response.status != (404 if state.is_missing else 200):
        found.append(f"answered {response.status}")
    if response.request.redirected_from and not state.moves_on:
        found.append(f"went on to {response.url}")
    page.evaluate(OPEN_ALL)
    page.evaluate(Axe().axe_script)

    found += trouble(page, AXE)
    if is_desk:
        page.set_viewport_size(PHONE)
        found += trouble(page, AXE)
    if page.evaluate(TOO_WIDE):
        found.append("scrolls sideways")
    page.emulate_media(color_scheme="dark")
    found += trouble(page, CONTRAST)
    page.emulate_media(color_scheme="light")
    if is_desk:
        page.set_viewport_size(DESK)
    return found


def trouble(page, options) -> list[str]:
    return [
        f"{violation['id']}: {node['html'][:160]} {node['failureSummary']}"
        for violation in page.evaluate(RUN_AXE, options)["violations"]
        for node in violation["nodes"]
    ]
