"""Every page in each of its states: to be hit, to be seen, to be walked with Tab, at any size.

axe looks at names, roles and text contrast in ``test_pages``; here is what it does not
measure: height of what is pressed (48), edges and focus rings (3:1), the order of Tab, text
at 200 %, and the narrowest phone (320).
"""

import pytest
from playwright.sync_api import Error

from tests.browser import measures
from tests.browser.conftest import DESK, PHONE
from tests.browser.states import GROUPS, OPEN_ALL, open_state

pytestmark = pytest.mark.once

# The demonstration lists sixty people; three rows of them say as much.
LONG = {"demo", "gallery"}


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("group", GROUPS)
def test_pages_are_in_reach(screens, full_house, group):
    """Each page once, as the table of states has it first."""
    pages = {}
    for state in GROUPS[group]:
        pages.setdefault(state.route, state)
    assert_in_reach(screens, full_house, group, pages.values())


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("group", GROUPS)
def test_every_state_is_in_reach(screens, full_house, group):
    assert_in_reach(screens, full_house, group, GROUPS[group])


def assert_in_reach(screens, full_house, group, states):
    found = []
    for state in states:
        visit = screens(state.who, PHONE)
        try:
            said = look_at(visit.page, state, full_house, is_desk=group == "staff")
        except Error as error:
            said = [str(error)]
        found += [f"{state.name}: {trouble}" for trouble in said]

    assert not found, "\n".join(found)


def look_at(page, state, house, *, is_desk) -> list[str]:
    open_state(page, state, house)
    found = []
    if state.name not in LONG:
        found += measures.way_of_tab(page)
    page.evaluate(OPEN_ALL)
    found += measures.reach(page) + measures.edges(page) + measures.rings(page)
    page.emulate_media(color_scheme="dark")
    found += measures.edges(page) + measures.rings(page)
    page.emulate_media(color_scheme="light", contrast="more")
    found += measures.edges(page) + measures.rings(page)
    page.emulate_media(contrast="null")
    found += measures.at_twice_the_text(page)
    found += measures.on_the_narrowest_phone(page)
    if is_desk:
        page.set_viewport_size(DESK)
        if state.name not in LONG:
            found += measures.way_of_tab(page)
        found += measures.reach(page)
        page.set_viewport_size(PHONE)
    return found
