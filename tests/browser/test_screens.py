"""Pictures of every page in each of its states, for people to look at: make screens-all."""

import pytest
from django.conf import settings
from django.utils import translation

from apps.accounts.models import User
from tests.browser.conftest import DESK, PHONE
from tests.browser.states import GROUPS, OPEN_ALL, open_state

pytestmark = pytest.mark.screens
FOLDER = settings.BASE_DIR / "docs" / "screens" / "all"
# A picture shows a page to its end, but not endlessly.
TALLEST = 2400
SIZES = {
    "visitors": {"phone": PHONE},
    "clients": {"phone": PHONE},
    "staff": {"phone": PHONE, "wide": DESK},
}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("group", GROUPS)
def test_take_a_picture_of_every_state(screens, full_house, site, group, language):
    User.objects.update(language=language)
    full_house.language = language
    for size, viewport in SIZES[group].items():
        folder = FOLDER / f"{group}-{size}-{language}"
        folder.mkdir(parents=True, exist_ok=True)
        for state in GROUPS[group]:
            visit = screens(state.who, viewport)
            name = settings.LANGUAGE_COOKIE_NAME
            visit.context.add_cookies([{"name": name, "value": language, "url": site}])
            visit.page.set_viewport_size(viewport)
            with translation.override(language):
                open_state(visit.page, state, full_house)
            visit.page.evaluate(OPEN_ALL)
            take(visit.page, viewport, folder / state.name.replace(" ", "-"))

        taken = {path.name for path in folder.glob("*-dark.png")}
        assert len(taken) >= len(GROUPS[group])


def take(page, viewport, path) -> None:
    # As tall as the page, so that what sticks to the end is at the end.
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size(viewport | {"height": min(height, TALLEST)})
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=f"{path}-{scheme}.png", animations="disabled")
