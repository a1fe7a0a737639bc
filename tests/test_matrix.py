"""The policy, tried: every path and method as every role, on what is theirs and what is not.

Each request runs in a savepoint that is taken back, so one world serves all of them.
"""

import json
import re
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from apps.accounts import access_matrix, checks, policy
from apps.accounts.policy import ROUTES, RULES, Role, Scope
from apps.care.models import StaffRole
from apps.common.routes import all_routes, audience_of
from tests.factories.care import (
    AssignmentFactory,
    EnrollmentFactory,
    StaffFactory,
    StaffRoleFactory,
)
from tests.test_access import SIGN_IN, path_of
from tests.world import MARK, NAMES_NO_RECORD, SAMPLES, TYPED, World

pytestmark = pytest.mark.django_db
PATHS = {route.name: route for route in all_routes()}
DECLARED = [(name, method) for name, methods in ROUTES.items() for method in methods]
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
STAFF = sorted(policy.STAFF)
# What being named on the record gives, to whom it gives anything.
BY_ASSIGNMENT = (Scope.WORK, Scope.CASELOAD, Scope.GLASS, Scope.READ, Scope.ROSTER)

FOR_EVERYBODY = (Scope.PUBLIC, Scope.LINK, Scope.SIGNED)


@dataclass(frozen=True)
class Person:
    """Somebody who asks. ``holds`` says what of Rosa's is theirs to open."""

    role: Role
    browser: Client
    holds: tuple[Scope, ...] = ()


@pytest.fixture
def world(frozen_noon):
    return World().make_everything()


@pytest.fixture
def sign_in(half_signed_in):
    def sign_in(user, half=False) -> Client:
        browser = Client(raise_request_exception=False)
        if half:
            return half_signed_in(user, browser)
        if user is not None:
            browser.force_login(user)
        return browser

    return sign_in


def _staff(role: Role, organization) -> StaffFactory:
    staff = StaffFactory(organization_id=organization.pk, role="")
    StaffRoleFactory(user=staff, organization=organization, role=role)
    return staff


def _assigned(role: Role, world: World):
    """With every role an assignment: it is the role that opens no record then."""
    leads = "FACILITATING" if role == Role.FACILITATOR else "CARE_TEAM"
    staff = _staff(role, world.organization)
    AssignmentFactory(enrollment=world.enrollment, staff=staff, role=leads)
    return staff


@pytest.fixture
def people(world, sign_in) -> dict[str, Person]:
    elsewhere = EnrollmentFactory(client__preferred_name="Noor")
    found = {
        "a visitor": Person(Role.VISITOR, sign_in(None)),
        "her counselor with a code alone": Person(
            Role.HALF, sign_in(world.hers.staff, half=True)
        ),
        "Rosa": Person(Role.CLIENT, sign_in(world.rosa.user), (Scope.OWN,)),
        "another client": Person(
            Role.CLIENT, sign_in(world.other.enrollment.client.user)
        ),
        "a client of another house": Person(
            Role.CLIENT, sign_in(elsewhere.client.user)
        ),
    }
    for role in map(Role, STAFF):
        holds = BY_ASSIGNMENT if role in policy.CARE_TEAM else (Scope.ROSTER,)
        if role in policy.SUPERVISION:
            holds += (Scope.HOUSE,)
        if role in policy.AT_THE_DOOR:
            holds += (Scope.DOOR,)
        if role in policy.CHOOSE_REASONS:
            holds += (Scope.SETUP,)
        if role in policy.KNOWS_AROUND:
            holds += (Scope.NEARBY,)
        if role in policy.RUN_THE_HOUSE:
            holds += (Scope.COLLEAGUES,)
        if role in policy.TIMETABLE:
            holds += (Scope.TIMETABLE,)
        found[f"{role} assigned"] = Person(role, sign_in(_assigned(role, world)), holds)
    # Whose record it is does not ask which role of a team: one of each kind is enough.
    for role in (Role.COUNSELOR, Role.FACILITATOR, Role.FRONT_DESK):
        stranger = _staff(role, world.organization)
        AssignmentFactory(enrollment=world.other.enrollment, staff=stranger, role="CO")
        neighbor = _staff(role, elsewhere.organization)
        AssignmentFactory(enrollment=elsewhere, staff=neighbor, role="CO")
        found |= {
            # Whoever is at the door sees who comes, whoever looks after them.
            f"{role} of another caseload": Person(
                role,
                sign_in(stranger),
                (Scope.DOOR,) if role in policy.AT_THE_DOOR else (),
            ),
            f"{role} of another house": Person(role, sign_in(neighbor)),
        }
    return found


def _ask(person: Person, method: str, path: str, typed: dict | None = None):
    """Ask, and take back whatever it did: to the rows, the cookies and the limits."""
    cookies = {name: morsel.value for name, morsel in person.browser.cookies.items()}
    with transaction.atomic():
        response = getattr(person.browser, method.lower())(
            path, **({"data": typed} if typed else {})
        )
        body = b"".join(response).decode(errors="replace")
        transaction.set_rollback(True)
    person.browser.cookies.load(cookies)
    cache.clear()
    return response, body


def _each(people, world, pairs):
    paths = {name: path_of(PATHS[name], world) for name, _ in pairs}
    for name, method in pairs:
        rule = policy.rule_of(name, method)
        # What is the same for everybody needs no more than one of the staff to ask.
        few = rule is not None and rule.scope in FOR_EVERYBODY
        for who, person in people.items():
            if few and person.role in policy.STAFF - {Role.COUNSELOR}:
                continue
            response, body = _ask(person, method, paths[name], TYPED.get(name))
            yield f"{method} {name}", who, person, response, body


def _refused(person: Person, response) -> str:
    """How somebody is turned away who may not do this; empty when they are not."""
    status, is_api = (
        response.status_code,
        response.wsgi_request.path.startswith("/api/"),
    )
    if person.role == Role.VISITOR:
        asked = status == 302 and SIGN_IN.match(response["Location"])
        return "asked to sign in" if asked or (is_api and status == 403) else ""
    if person.role == Role.HALF:
        asked = status == 302 and response["Location"].startswith("/second-step/")
        return "asked for the rest" if asked or (is_api and status == 403) else ""
    return "not found" if status == 404 else ""


def _wrong_with(what: str, person: Person, response, body: str) -> str:
    """Empty when the answer is what the policy says."""
    method, _, name = what.partition(" ")
    rule = policy.rule_of(name, method)
    refused = _refused(person, response)
    if person.role not in rule.roles:
        if not refused:
            return f"let in: {response.status_code}"
        return f"shown, though {refused}" if MARK in body else ""
    if response.status_code >= 500 and name != "readyz":
        return f"broken: {response.status_code}"
    if rule.scope is Scope.SIGNED:
        return "" if response.status_code == 403 else "taken unsigned"
    # Nothing is a visitor's own: signing out leads them to the sign-in.
    if rule.scope is Scope.LINK or person.role == Role.VISITOR:
        return "shown hers" if _tells(name, rule, body) else ""
    is_hers = name in SAMPLES.keys() - NAMES_NO_RECORD
    holds = rule.scope in person.holds
    if is_hers and rule.scope is not Scope.PUBLIC and not holds:
        return "" if response.status_code == 404 and MARK not in body else "found hers"
    if not holds and _tells(name, rule, body):
        return "shown hers"
    # An id that their own phone did not make: what a phone made of nobody's would get.
    if name in NAMES_NO_RECORD and not holds:
        return ""
    # Ana has a factor: she gives it before she sets up another.
    if person.role == Role.HALF:
        return ""
    return f"{refused}, and may" if refused else ""


def _tells(name: str, rule: policy.Rule, body: str) -> bool:
    # Who holds the link is known; who plays the demonstration is listed, on purpose.
    if rule.scope is Scope.LINK or name.startswith("demo:"):
        return False
    return MARK in body


# Rosa's counselor has an app of her own, and the sample is that: nobody else's to remove.
OF_ANA = {"signin:remove_way_in"}


# In parts, so that they can run beside each other.
PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_everybody_may_do_what_the_policy_says_and_nothing_else(people, world, part):
    """Fault: a page forgets a role, a query forgets whose record it is."""
    pairs = [(n, m) for n, m in DECLARED if n not in OF_ANA][part::PARTS]
    wrong = {}
    for what, who, person, response, body in _each(people, world, pairs):
        if said := _wrong_with(what, person, response, body):
            wrong[f"{what} as {who}"] = said

    assert wrong == {}


def test_what_the_policy_does_not_name_is_refused(people, world):
    """Fault: a view answers PUT, or the API describes itself to whoever asks OPTIONS."""
    few = {who: people[who] for who in ("Rosa", "COUNSELOR assigned", "a visitor")}
    pairs = [
        (name, method)
        for name, methods in ROUTES.items()
        for method in METHODS
        if method not in methods and not (method == "HEAD" and "GET" in methods)
    ]
    answered = {
        f"{what} as {who}": response.status_code
        for what, who, person, response, body in _each(few, world, pairs)
        if response.status_code not in (403, 404, 405)
        and not _refused(person, response)
    }

    assert answered == {}


def test_pages_and_the_api_are_one_action_of_one_resource():
    """Fault: the API gives what the page refuses."""
    by_page = {
        a for n, ms in ROUTES.items() if not n.startswith("api:") for a in ms.values()
    }
    by_api = {
        a for n, ms in ROUTES.items() if n.startswith("api:") for a in ms.values()
    }

    assert by_api - by_page == {"phone.deliver", "phone.register", "schema.read"}


def test_every_path_is_classified():
    assert checks.every_path_is_classified(None) == []


@pytest.mark.parametrize("name", ["desk:client", "api:plan"])
def test_a_path_that_nobody_classified_is_named_and_shut(world, monkeypatch, name):
    """Fault: a new view is forgotten in the policy and is open to whoever signs in."""
    monkeypatch.setattr(
        policy, "ROUTES", {n: ms for n, ms in ROUTES.items() if n != name}
    )
    monkeypatch.setattr(checks, "ROUTES", policy.ROUTES)
    browser = Client()
    browser.force_login(world.hers.staff if name == "desk:client" else world.rosa.user)

    found = [error.msg for error in checks.every_path_is_classified(None)]

    assert len(found) == 1
    assert PATHS[name].pattern in found[0]
    assert browser.get(path_of(PATHS[name], world)).status_code == 404


def test_views_say_of_themselves_what_the_policy_says():
    """The decorators stand below the policy; where the two differ, one of them is wrong."""
    kinds = {
        "public": lambda rule: Role.VISITOR in rule.roles,
        "client": lambda rule: rule.roles == policy.CLIENT,
        "staff": lambda rule: rule.roles <= policy.STAFF | {Role.HALF},
        "everyone": lambda rule: rule.roles == policy.SIGNED_IN,
    }
    differ = {
        f"{method} {name}": audience_of(PATHS[name].view)
        for name, method in DECLARED
        if not kinds[audience_of(PATHS[name].view)](policy.rule_of(name, method))
    }

    assert differ == {}


def test_what_is_open_half_signed_in_is_the_second_step_and_what_is_public():
    differ = {
        name
        for name, method in DECLARED
        if policy.rule_of(name, method).half
        != (
            audience_of(PATHS[name].view) == "public"
            or getattr(PATHS[name].view, "before_second_step", False)
        )
    }

    assert differ == set()


def test_the_roles_are_those_of_the_staff():
    assert {role.value for role in policy.STAFF} == set(StaffRole.Role.values)


@pytest.mark.parametrize("role", ["FRONT_DESK", "ADMIN", "FACILITATOR"])
def test_who_is_not_of_the_care_team_opens_no_record(role):
    """The front desk sees arrivals, rides and contact details; facilitators see rosters."""
    clinical = {
        name
        for name, rule in RULES.items()
        if rule.scope in (Scope.CASELOAD, Scope.GLASS, Scope.FOUND)
        and role in rule.roles
    }

    assert clinical == set()


def test_the_documents_are_current():
    call_command("access_matrix")

    rows = json.loads((settings.BASE_DIR / "docs/security/access.json").read_text())
    assert [f"{row['resource']}.{row['action']}" for row in rows] == list(RULES)


def test_a_document_that_is_not_current_is_named(monkeypatch):
    # A copy: put back into the same one, it would stand at its end.
    fewer = {what: who for what, who in RULES.items() if what != "roster.change"}
    monkeypatch.setattr(access_matrix, "RULES", fewer)

    with pytest.raises(CommandError, match=re.escape("access.md is not current")):
        call_command("access_matrix")
