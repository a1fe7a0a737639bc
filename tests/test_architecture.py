"""The rules nobody who reviews should have to remember."""

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.core.checks import run_checks

from apps.common.routes import all_routes

ROOT = Path(__file__).resolve().parent.parent
APPS = ROOT / "apps"
PYTHON = sorted(path for path in APPS.rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))
LONGEST_FILE = 400

# An app may point at itself and at the apps named after it.
MAY_POINT_AT = {
    "keys": set(),
    "audit": set(),
    "backups": set(),
    "accounts": set(),
    "care": {"accounts"},
    "notifications": {"accounts", "care"},
    "lifecycle": {"accounts", "care"},
    "iop_sessions": {"accounts", "care"},
    "checkins": {"accounts", "care"},
    "plans": {"accounts", "care"},
    "feeds": {"care"},
    "outreach": {"accounts", "care", "notifications"},
    "disclosures": {"accounts", "care"},
    "records": set(),
    "setup": {"accounts", "care"},
    "signin": {"accounts", "care"},
    "phone": {"care"},
    "common": set(),
    "home": set(),
    "desk": set(),
    "demo": set(),
}
# Who speaks to another machine: to the address in the settings, and the demonstration with
# itself.
CALLS_OUT = {
    "apps/notifications/channels.py",
    "apps/signin/sending.py",
    "apps/demo/management/commands/demo_provider.py",
    "apps/demo/management/commands/up.py",
}
# What else names a library that reaches other machines: for what it raises, or to listen.
NAMES_THE_WIRE = {
    "apps/common/limits.py",
    "apps/signin/reaching.py",
    "apps/signin/services.py",
}
WIRE = {
    *("aiohttp", "boto3", "ftplib", "http", "httpcore", "httpx", "imaplib", "poplib"),
    *("redis", "requests", "smtplib", "socket", "telnetlib", "twilio", "urllib3"),
    *("urllib.request", "websockets", "xmlrpc"),
}
# Methods of a queryset that ask who is looking.
SCOPES = {
    "none",
    "of_client",
    "on_caseload_of",
    "on_roster_of",
    "open_to",
    "led_and_shown_to",
    "for_staff",
    "visible_to",
}


def _relative(path):
    return str(path.relative_to(ROOT))


def _our_models():
    return [m for m in apps.get_models() if m.__module__.startswith("apps.")]


def test_every_app_has_its_place_in_the_order():
    ours = {c.label for c in apps.get_app_configs() if c.name.startswith("apps.")}

    assert ours == set(MAY_POINT_AT)


@pytest.mark.parametrize("model", _our_models(), ids=lambda m: m._meta.label)
def test_foreign_keys_follow_the_dependency_order(model):
    own = model._meta.app_label
    pointed_at = {
        field.related_model._meta.app_label
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model
    }
    ours = pointed_at & MAY_POINT_AT.keys()

    assert ours <= MAY_POINT_AT[own] | {own}


@pytest.mark.parametrize("model", _our_models(), ids=lambda m: m._meta.label)
def test_no_model_orders_itself(model):
    assert list(model._meta.ordering) == []


def test_imports_follow_the_dependency_order():
    # A process of its own: the linter switches off every logger there is.
    lint = Path(sys.executable).parent / "lint-imports"
    linted = subprocess.run(
        [lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert linted.returncode == 0, linted.stdout


@pytest.mark.django_db
def test_django_finds_nothing_to_complain_about():
    assert run_checks() == []


def _found(paths, pattern):
    """What matches, by file."""
    found = {_relative(p): re.findall(pattern, p.read_text()) for p in paths}
    return {name: matches for name, matches in found.items() if matches}


def _what_faces_the_web():
    """The files that hold a view of some path."""
    views = (
        getattr(route.view, "cls", inspect.unwrap(route.view)) for route in all_routes()
    )
    files = {Path(inspect.getsourcefile(view)) for view in views}
    return sorted(path for path in files if path.is_relative_to(APPS))


def test_what_faces_the_web_scopes_before_it_filters():
    """Permissions live in the queryset: a stranger finds nothing."""
    web = _what_faces_the_web()
    scopes = "|".join(SCOPES)

    assert APPS / "desk" / "views.py" in web
    assert _found(web, rf"\w+\.objects\.(?!(?:{scopes})\b)\w+") == {}
    # A bare model as the first argument is every row of it.
    assert _found(web, r"get_(?:object|list)_or_404\(\s*[A-Z]\w*\s*,") == {}


def test_nothing_happens_because_a_row_was_saved():
    """Model signals hide who does what; a service calls what it wants done."""
    signals = r"signals\b.*\b(?:(?:pre|post)_(?:save|delete|init)|m2m_changed)\b"

    assert _found(PYTHON, signals) == {}


def test_no_markup_is_trusted():
    assert _found(PYTHON, r"\b(?:mark_safe|SafeString\(|SafeText|format_html\w*)") == {}
    assert _found(TEMPLATES, r"\|\s*safe\w*|autoescape\s+off") == {}


def test_no_template_holds_style_or_script():
    """The policy of every page refuses them; they would silently not work."""
    inline = (
        r"\sstyle=|<style\b|\son[a-z]+=|\shx-on|javascript:|<script\b(?![^>]*\ssrc=)"
    )

    assert _found(TEMPLATES, inline) == {}


def test_no_template_names_another_origin():
    """Nothing is loaded from elsewhere, and no link tells elsewhere who came."""
    assert _found(TEMPLATES, r"(?:src|href|action)=[\"']?(?:https?:)?//") == {}


def _imports(path) -> set[str]:
    """Every module it takes something from, also inside a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {
                f"{node.module}",
                *(f"{node.module}.{a.name}" for a in node.names),
            }
    return found


def test_who_calls_out_is_known():
    """Fault: something people send names an address, and the server asks it."""
    reaches = {
        _relative(path)
        for path in PYTHON
        if any(name in WIRE or name.split(".")[0] in WIRE for name in _imports(path))
    }
    calls = r"\bhttpx\.(?!\w*Error\b|Connect\w+\b|codes\b|Response\b)\w+"
    only_names = [ROOT / name for name in NAMES_THE_WIRE]

    assert reaches == CALLS_OUT | NAMES_THE_WIRE
    assert _found(only_names, calls) == {}
    # Where an answer of the provider points is somebody else's address.
    assert _found(PYTHON, r"follow_redirects|allow_redirects") == {}


def test_cells_of_tables_are_written_by_one_helper():
    """Fault: another list for a spreadsheet is written by hand, and a name is a formula."""
    writes = r"\bcsv\.(?:writer|DictWriter)\b|from csv import"

    assert set(_found(PYTHON, writes)) == {"apps/common/csv_cells.py"}


def test_files_stay_readable():
    lines = {_relative(p): len(p.read_text().splitlines()) for p in PYTHON}

    assert {name: n for name, n in lines.items() if n > LONGEST_FILE} == {}
