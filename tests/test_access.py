"""What holds for every path there is. A new path is tried by itself.

Who may do what on each of them is tried in tests/test_matrix.py.

A path with a record in it needs a line in ``tests.world.SAMPLES``.
"""

import json
import re

import pytest
from django.apps import apps
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from apps.care.rules.lexicon import telling_words
from apps.checkins import sitting
from apps.common.routes import ANY_METHOD, Route, all_routes
from apps.plans import reading
from tests.world import (
    MARK,
    NAMES_NO_RECORD,
    SAMPLES,
    SEALED_BY_THE_PHONE,
    SIGNED_BY_THE_SENDER,
    TYPED,
    World,
)

pytestmark = pytest.mark.django_db
ROUTES = all_routes()
# What has no sample yet fails in a test of its own, not in all of them.
WALKED = [r for r in ROUTES if "<" not in r.pattern or r.name in SAMPLES]
PEOPLES = [r for r in WALKED if r.audience in ("client", "staff", "everyone")]
# Pages for anybody. The demonstration is left out: it lists everybody, on purpose.
PUBLIC = [
    r for r in WALKED if r.audience == "public" and not r.name.startswith("demo:")
]
SIGN_IN = re.compile(r"^/sign-in/(\?next=.*)?$")
# Written by every request of somebody, and by every look of staff at a record.
WRITTEN_BY_LOOKING = {"sessions.Session", "audit.AuditEvent"}
# Holds when somebody last signed in.
SIGNED_IN = "accounts.User"


@pytest.fixture
def world(frozen_noon):
    return World().make_everything()


def path_of(route: Route, world: World) -> str:
    if "<" not in route.pattern:
        return route.pattern
    return reverse(route.name, kwargs=SAMPLES[route.name](world))


def _as(user, **kwargs) -> Client:
    browser = Client(raise_request_exception=False, **kwargs)
    if user is not None:
        browser.force_login(user)
    return browser


def _each(routes, world, who):
    """Every path with every method it takes, asked by ``who(audience)``."""
    for route in routes:
        browser = _as(who(route.audience))
        for method in route.methods:
            typed = TYPED.get(route.name) if method == "POST" else None
            response = getattr(browser, method.lower())(path_of(route, world), typed)
            yield f"{method} {route.name}", response


def _rows() -> dict:
    """Every row of every table, but those that a look is written down in."""
    return {
        model._meta.label: sorted(map(repr, model._base_manager.values_list()))
        for model in apps.get_models()
        if model._meta.label not in WRITTEN_BY_LOOKING
    }


def test_every_view_says_who_it_is_for():
    assert {r.name: r.pattern for r in ROUTES if not r.audience} == {}


def test_every_view_says_which_methods_it_takes():
    assert {r.name: r.pattern for r in ROUTES if r.methods == ANY_METHOD} == {}


def test_every_path_with_a_record_in_it_has_a_sample():
    needed = {r.name for r in ROUTES if "<" in r.pattern}

    assert needed - SAMPLES.keys() == set()


def test_no_path_tells_what_this_is_about():
    paths = {r.name: re.sub(r"<[^>]*>", "", r.pattern) for r in ROUTES}
    # What stands for a question or a part of the plan is words too.
    paths |= {slug: slug for slug in (*sitting.SLUGS.values(), *reading.SLUGS.values())}

    assert {n: telling_words(p) for n, p in paths.items() if telling_words(p)} == {}


def test_a_visitor_inside_a_page_is_sent_out_of_it(world):
    """Fault: htmx follows the redirect and swaps the sign-in page into a card."""
    pages = [r for r in PEOPLES if not r.pattern.startswith("/api/")]
    swapped = {}
    for route in pages:
        for method in route.methods:
            response = getattr(Client(), method.lower())(
                path_of(route, world), headers={"HX-Request": "true"}
            )
            if not SIGN_IN.match(response.get("HX-Redirect", "")) or response.content:
                swapped[f"{method} {route.name}"] = response.status_code

    assert swapped == {}


# Where staff give or set up their second factor; nothing of the desk is there.
BEFORE_SECOND_STEP = {
    "signin:wait",
    "signin:new_passkey",
    "signin:second_step",
    "signin:set_up",
    "signin:set_up_app",
    "signin:set_up_passkey",
}


def test_what_opens_before_the_second_step_is_that_step():
    assert {
        r.name for r in ROUTES if getattr(r.view, "before_second_step", False)
    } == BEFORE_SECOND_STEP


def test_staff_with_their_code_alone_get_nowhere(world, half_signed_in):
    """Fault: whoever reads the mailbox of a counselor opens a page, or asks the API."""
    before = _rows()
    let_in = {}
    for route in WALKED:
        if route.audience == "public" or route.name in BEFORE_SECOND_STEP:
            continue
        browser = half_signed_in(world.hers.staff, Client())
        for method in route.methods:
            response = getattr(browser, method.lower())(path_of(route, world))
            if not _is_asked_for_more(response) or MARK in _text(response):
                let_in[f"{method} {route.name}"] = response.status_code

    assert let_in == {}
    after = _rows()
    kept = {SIGNED_IN, "signin.LateForm", "signin.PageToken", "signin.SignIn"}
    assert {t for t in after if after[t] != before[t]} <= kept


def _is_asked_for_more(response) -> bool:
    if response.wsgi_request.path.startswith("/api/"):
        return response.status_code == 403
    where = response.get("Location", "")
    return response.status_code == 302 and where.startswith("/second-step/")


def test_what_is_public_shows_half_signed_in_staff_nothing(world, half_signed_in):
    shown = {}
    for route in PUBLIC + [r for r in WALKED if r.name in BEFORE_SECOND_STEP]:
        browser = half_signed_in(world.hers.staff, Client())
        for method in route.methods:
            response = getattr(browser, method.lower())(path_of(route, world))
            if MARK in _text(response):
                shown[f"{method} {route.name}"] = response.status_code

    assert shown == {}


# A colleague keeps the same list of what is near; tests/test_matrix.py says which one may.
OF_THE_HOUSE = {
    f"setup:nearby_{name}" for name in ("new", "change", "checked", "shown")
}


def test_a_stranger_finds_nothing_of_rosas(world):
    """Another client, and a counselor of another caseload, with Rosa's own paths."""
    before = _rows()
    found = {}
    routes = [r for r in PEOPLES if r.name not in OF_THE_HOUSE]
    for what, response in _each(routes, world, world.stranger):
        name = what.partition(" ")[2]
        hers = name in SAMPLES.keys() - NAMES_NO_RECORD
        if (hers and response.status_code != 404) or MARK in _text(response):
            found[what] = response.status_code

    assert found == {}
    after = _rows()
    own = str(world.other.enrollment.pk)
    gone = {
        table: {row for row in before[table] if own not in row} - set(after[table])
        for table in before.keys() - {SIGNED_IN}
    }
    assert {table: rows for table, rows in gone.items() if rows} == {}


def test_what_is_public_shows_nothing_of_rosas(world):
    shown = {}
    for user in (None, world.stranger("client"), world.stranger("staff")):
        for what, response in _each(PUBLIC, world, lambda audience, user=user: user):
            if MARK in _text(response):
                shown[what] = response.status_code

    assert shown == {}


def _text(response) -> str:
    return b"".join(response).decode(errors="replace")


def test_rosa_and_her_counselor_do_find_it(world):
    """Or else the tests above would pass on paths that lead nowhere."""
    lost = {
        what: response.status_code
        for what, response in _each(PEOPLES, world, world.whose)
        if response.status_code in (404, 405) or response.status_code >= 500
    }

    assert lost == {}


def test_looking_changes_nothing(world):
    """Fault: a preview, a scanner or a prefetch opens a link and something happens."""
    changed = {}
    for route in WALKED:
        user = (
            None if route.audience in ("public", "api") else world.whose(route.audience)
        )
        browser, path = _as(user), path_of(route, world)
        before = _rows()
        for method in ("get", "head", "get", "head"):
            getattr(browser, method)(path)
        after = _rows()
        if after != before:
            changed[route.name] = [t for t in after if after[t] != before[t]]

    assert changed == {}


def test_nothing_is_posted_without_our_token(world):
    """Fault: a page elsewhere posts a form in the name of whoever is signed in."""
    taken = {}
    for route in WALKED:
        browser = _as(world.whose(route.audience), enforce_csrf_checks=True)
        for method in {"POST", "PUT", "PATCH", "DELETE"} & set(route.methods):
            response = getattr(browser, method.lower())(path_of(route, world))
            if response.status_code != 403 and route.name not in SEALED_BY_THE_PHONE:
                taken[f"{method} {route.name}"] = response.status_code

    assert taken == {}


def test_nothing_is_posted_from_another_origin(world):
    """Fault: whoever learned a token posts with it from a page of theirs."""
    taken = {}
    for route in WALKED:
        if route.name in SEALED_BY_THE_PHONE | SIGNED_BY_THE_SENDER:
            continue
        browser = _as(world.whose(route.audience), enforce_csrf_checks=True)
        browser.cookies["csrftoken"] = "t" * 32
        for method in {"POST", "PUT", "PATCH", "DELETE"} & set(route.methods):
            ask, path = getattr(browser, method.lower()), path_of(route, world)
            ours = {"X-CSRFToken": "t" * 32}
            if (
                ask(path, headers=ours | {"Origin": "https://evil.example"}).status_code
                != 403
            ):
                taken[f"{method} {route.name}"] = "another origin"
            if method == "POST" and ask(path, headers=ours).status_code == 403:
                taken[f"{method} {route.name}"] = "our own token refused"

    assert taken == {}


def test_no_list_of_the_api_gives_more_than_a_hundred():
    """Fault: somebody asks for everything at once, again and again."""
    views = {route.name: getattr(route.view, "cls", None) for route in ROUTES}
    pages = {
        name: view.pagination_class()
        for name, view in views.items()
        if getattr(view, "pagination_class", None)
    }
    chosen_by_who_asks = "page_size_query_param"

    assert pages
    assert {n: p for n, p in pages.items() if p.page_size > 100} == {}
    assert {
        n: p for n, p in pages.items() if getattr(p, chosen_by_who_asks, None)
    } == {}


def test_what_comes_signed_by_the_sender_is_refused_unsigned(world):
    routes = [r for r in WALKED if r.name in SIGNED_BY_THE_SENDER]
    before = _rows()
    answers = {r.name: Client().post(path_of(r, world)).status_code for r in routes}

    assert answers == dict.fromkeys(SIGNED_BY_THE_SENDER, 403)
    assert _rows() == before


def test_no_page_may_be_kept(world):
    kept = {
        what: response.get("Cache-Control")
        for what, response in _each(PEOPLES, world, world.whose)
        if "no-store" not in response.get("Cache-Control", "")
    }

    assert kept == {}


def test_no_answer_wipes_what_waits_on_the_phone(world):
    """Fault: a session that ran out throws away check-ins that were not sent yet."""
    everybody = [*_each(PEOPLES, world, lambda audience: None)]
    everybody += _each(PEOPLES, world, world.whose)

    assert [what for what, r in everybody if "Clear-Site-Data" in r] == []


def test_no_title_tells_what_this_is_about(world):
    telling = {}
    for route in WALKED:
        user = (
            None if route.audience in ("public", "api") else world.whose(route.audience)
        )
        response = _as(user).get(path_of(route, world), follow=True)
        titles = " ".join(re.findall(r"<title>(.*?)</title>", _text(response), re.S))
        visited = " ".join(url for url, _ in response.redirect_chain)
        if words := telling_words(f"{titles} {visited}"):
            telling[route.name] = words

    assert telling == {}


def test_a_page_that_is_not_there_is_the_same_for_everybody(world):
    pages = [
        _as(user).get("/desk/clients/00000000-0000-0000-0000-000000000000/nowhere/")
        for user in (world.rosa.user, world.hers.staff, None)
    ]

    assert [page.status_code for page in pages] == [404, 404, 404]


LEFT_BEHIND = """
    /admin/ /admin/login/ /accounts/ /accounts/login/ /accounts/signup/ /accounts/email/
    /accounts/password/reset/ /accounts/password/change/ /accounts/login/code/
    /accounts/confirm-email/ /accounts/inactive/ /accounts/2fa/ /login/ /signup/ /register/
    /password-reset/ /__debug__/ /silk/ /debug/ /console/ /api/ /api/v1/ /api/docs/
    /api/schema/ /swagger/ /redoc/ /graphql /metrics /status /server-status /.env
    /.git/config /.git/HEAD /settings.py /db.sqlite3 /var/companion.sqlite3 /backup.sql
    /phpinfo.php /wp-login.php /actuator/health /static/../companion/settings.py
    /i/ /a/ /demo/as/ /desk/clients/
"""


def test_nothing_of_libraries_or_of_making_it_is_left_behind(client):
    answers = {path: client.get(path) for path in LEFT_BEHIND.split()}

    assert {p: r.status_code for p, r in answers.items() if r.status_code != 404} == {}
    assert len({_without_nonce(response) for response in answers.values()}) == 1


def _without_nonce(response) -> str:
    """What differs between two requests of the same page: nonce, token, way back."""
    page = re.sub(r'nonce="[^"]*"', "", response.text)
    page = page.replace(str(response.context["csrf_token"]), "")
    return page.replace(response.wsgi_request.path, "")


def test_the_list_of_routes_says_what_the_walk_saw(capsys):
    call_command("routes", "--json")

    rows = json.loads(capsys.readouterr().out)
    assert [row["pattern"] for row in rows] == [route.pattern for route in ROUTES]
    assert {
        "pattern": "/sign-out/",
        "name": "signin:sign_out",
        "methods": ["POST"],
        "audience": "public",
    } in rows
