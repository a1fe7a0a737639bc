"""What somebody types is not kept by the browser for the next one who opens it."""

import re

import pytest
from django.conf import settings

FOLDERS = ("checkins", "home", "outreach", "phone", "plans")
TEMPLATES = sorted(
    path
    for folder in FOLDERS
    for path in (settings.BASE_DIR / "templates" / folder).glob("*.html")
)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_form_of_a_client_is_remembered_by_the_browser(path):
    """Fault: texts, chips and ticks stand in the session files of the profile."""
    forms = re.findall(r"<form\b[^>]*>", path.read_text("utf-8"))
    # Nothing is typed to sign out, or to answer a dialog.
    typed = [one for one in forms if not re.search('data-sign-out|"dialog"', one)]

    assert [one for one in typed if 'autocomplete="off"' not in one] == []
