"""Everything that is written down can be said in words."""

import re
from pathlib import Path

from apps.audit.wording import LOOKS, OPENINGS, THEIRS, YOURS, deed_of

APPS = Path(__file__).resolve().parents[2] / "apps"
ACTION = re.compile(r'(?:action=|_record\(\s*)f?"([a-z]+\.[a-z_]+)')


def actions() -> set[str]:
    """Every action that the code records; the beginning, where the end is made up."""
    return {
        action
        for path in APPS.rglob("*.py")
        for action in ACTION.findall(path.read_text())
    }


def test_no_action_is_something_else():
    """Fault: a new action is shown to clients as "something else with your record"."""
    found = actions()

    assert {"desk.client_read", "plans.agreed", "outreach.episode_"} <= found
    assert {action for action in found if deed_of(action) == "other"} == set()


def test_every_read_of_staff_is_known_as_what_it_is():
    """Fault: a new page that shows records is left out of what is unusual."""
    reads = {a for a in actions() if a.startswith("desk.") and a.endswith("_read")}

    assert {deed_of(action) for action in reads} <= {
        *LOOKS,
        "roster",
        "checked",
        "invitation",
        "kept",
    }
    assert set(OPENINGS) <= set(LOOKS)


def test_each_deed_is_said_to_clients_and_about_them():
    assert YOURS.keys() == THEIRS.keys()
