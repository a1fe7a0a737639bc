"""The policy as a table for people and as one for machines."""

import json
from collections import defaultdict

from apps.accounts.policy import ROUTES, RULES, Role, Rule
from apps.common.routes import all_routes

TITLES = {
    Role.VISITOR: "Visitor",
    Role.HALF: "Half signed in",
    Role.CLIENT: "Client",
    Role.COUNSELOR: "Counselor",
    Role.FACILITATOR: "Facilitator",
    Role.CASE_MANAGER: "Case manager",
    Role.NURSE: "Nurse",
    Role.PEER: "Peer coach",
    Role.FRONT_DESK: "Front desk",
    Role.SUPERVISOR: "Supervisor",
    Role.DIRECTOR: "Director",
    Role.ADMIN: "Admin",
}
HEAD = """\
# Who may do what

Made from `apps/accounts/policy.py` by `manage.py access_matrix --write`; a test fails when
it is not current, and tests/test_matrix.py tries every line as every role. `access.json`
beside it says the same to machines.

A role opens a page. A **record** opens by the scope: the query of the page finds the records
of that scope and answers 404 for every other, as for one that does not exist. What is not
in this table is refused: a path without a line here answers 404, and `manage.py check` names
it. Roles are those of `care.StaffRole`; somebody with two of them may do what either may.

- *Half signed in*: staff who gave their code and not yet their second factor.
- *Fresh*: only within ten minutes of a sign-in or the second step; later it asks again.
- *Across*: the record is found before anybody knows whose it is, so the wall between
  organizations in the database (docs/adr/0017) is open for that one request, of visitors or
  of anybody who asks. It is open for no other page.
"""


def matrix() -> list[dict]:
    """One entry a resource and action, with who may, which records, and where."""
    routes = {route.name: route for route in all_routes()}
    places = defaultdict(list)
    for name, methods in ROUTES.items():
        for method, action in methods.items():
            places[action].append(
                {
                    "method": method,
                    "path": routes[name].pattern,
                    "name": name,
                    "fresh": getattr(routes[name].view, "fresh_sign_in", False),
                }
            )
    return [_entry(action, rule, places[action]) for action, rule in RULES.items()]


def _entry(name: str, rule: Rule, places: list[dict]) -> dict:
    resource, _, action = name.partition(".")
    return {
        "resource": resource,
        "action": action,
        "roles": {role.value: role in rule.roles for role in Role},
        "scope": rule.scope.name,
        "across": rule.across.value,
        "places": places,
    }


def as_json() -> str:
    return json.dumps(matrix(), indent=1) + "\n"


def as_page() -> str:
    entries = matrix()
    lines = [HEAD, "## Role by resource and action", ""]
    lines += _table(
        ["Resource", "Action", *TITLES.values(), "Which records"],
        [
            [
                entry["resource"],
                entry["action"],
                *("yes" if entry["roles"][role] else "–" for role in TITLES),
                _which(entry),
            ]
            for entry in entries
        ],
    )
    lines += ["", "## Where", ""]
    lines += _table(
        ["Method", "Path", "Resource and action"],
        [
            [
                place["method"],
                f"`{place['path']}`",
                f"{entry['resource']}.{entry['action']}"
                + ("; *fresh*" if place["fresh"] else ""),
            ]
            for entry in entries
            for place in entry["places"]
        ],
    )
    return "\n".join(lines) + "\n"


def _which(entry: dict) -> str:
    words = [str(RULES[f"{entry['resource']}.{entry['action']}"].scope)]
    if entry["across"]:
        words.append(f"*across* ({entry['across']})")
    return "; ".join(words)


def _table(heads: list[str], rows: list[list[str]]) -> list[str]:
    return [
        f"| {' | '.join(heads)} |",
        f"|{'---|' * len(heads)}",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
