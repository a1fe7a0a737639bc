"""What protects people before any view runs: headers, cookies, and refusing to start."""

import base64
import re
import runpy
import secrets
import sqlite3
from importlib.util import find_spec
from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, override_settings

from apps.common import checks
from tests.factories.care import EnrollmentFactory, StaffFactory

PRODUCTION = {
    "COMPANION_DEMO": "0",
    "PUBLIC_BASE_URL": "https://companion.example.org",
}
OUTSIDE = (
    "ALLOW_LOOPBACK_SINKS",
    "BROKER_URL",
    "COMPANION_DEBUG",
    "COMPANION_DEMO",
    "DATABASE_URL",
    "PUBLIC_BASE_URL",
    "SMS_API_BASE_URL",
    "SMTP_HOST",
)
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self' 'nonce-N'; style-src 'self'; "
        "img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
        "worker-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'; object-src 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), browsing-topics=(), "
        "interest-cohort=()"
    ),
    "Cache-Control": "no-store, private",
}


@pytest.fixture
def settings_from(monkeypatch):
    """The settings as a fresh start with this environment would have them."""

    for name in OUTSIDE:
        monkeypatch.delenv(name, raising=False)

    def settings_from(**environment):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(find_spec("companion.settings").origin)

    return settings_from


@pytest.fixture
def production(settings_from):
    """A browser that talks to a deployment over TLS."""
    found = settings_from(**PRODUCTION)
    names = ("SESSION_COOKIE", "CSRF_COOKIE", "LANGUAGE_COOKIE", "SECURE_")
    chosen = {k: v for k, v in found.items() if k.startswith(names)}
    chosen |= {k: found[k] for k in ("ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS")}
    with override_settings(**chosen):
        yield Client(headers={"Host": "companion.example.org"})


@pytest.mark.django_db
def test_every_page_carries_the_headers(client):
    response = client.get("/sign-in/")

    found = {name: response.get(name, "") for name in HEADERS}
    csp = "Content-Security-Policy"
    found[csp] = re.sub(r"'nonce-[^']+'", "'nonce-N'", found[csp])
    assert found == HEADERS
    assert {"Cookie", "HX-Request"} <= set(response["Vary"].split(", "))


@pytest.mark.django_db
def test_the_nonce_is_new_every_time_and_stands_on_our_scripts(client):
    first, second = client.get("/sign-in/"), client.get("/sign-in/")

    nonces = [
        re.search(r"'nonce-([^']+)'", r["Content-Security-Policy"])[1]
        for r in (first, second)
    ]
    assert nonces[0] != nonces[1]
    assert f'nonce="{nonces[0]}"' in first.text


@pytest.mark.django_db
def test_nothing_signed_in_is_stored(client):
    stored = {}
    for path, user in [
        ("/", EnrollmentFactory().client.user),
        ("/desk/", StaffFactory()),
    ]:
        client.force_login(user)
        response = client.get(path)
        stored[path] = (response.status_code, response["Cache-Control"])

    assert stored == {
        "/": (200, "no-store, private"),
        "/desk/": (200, "no-store, private"),
    }


@pytest.mark.django_db
def test_over_tls_every_cookie_is_bound_to_the_host(production):
    production.get("/sign-in/", secure=True)
    production.post("/language/", {"language": "es"}, secure=True)
    production.post("/sign-in/", {"address": "rosa@example.org"}, secure=True)

    assert set(production.cookies) == {"__Host-sid", "__Host-csrf", "__Host-lang"}
    for cookie in production.cookies.values():
        assert {
            name: cookie[name]
            for name in ("path", "domain", "secure", "httponly", "samesite")
        } == {
            "path": "/",
            "domain": "",
            "secure": True,
            "httponly": True,
            "samesite": "Lax",
        }


@pytest.mark.django_db
def test_over_tls_browsers_are_told_to_stay_there(production):
    response = production.get("/sign-in/", secure=True)

    assert (
        response["Strict-Transport-Security"]
        == "max-age=63072000; includeSubDomains; preload"
    )


@pytest.mark.django_db
def test_without_tls_only_health_is_answered(production):
    page, health = production.get("/sign-in/"), production.get("/healthz")

    assert page.url == "https://companion.example.org/sign-in/"
    assert health.status_code == 200


def test_only_our_own_host_is_answered(production):
    response = production.get(
        "/sign-in/", headers={"Host": "evil.example"}, secure=True
    )

    assert response.status_code == 400


@pytest.mark.parametrize(
    ("environment", "hint"),
    [
        ({"COMPANION_SECRET_KEY": ""}, "Set the COMPANION_SECRET_KEY"),
        ({"COMPANION_FIELD_KEYS": ""}, "Set the COMPANION_FIELD_KEYS"),
        ({"COMPANION_INDEX_KEY": ""}, "Set the COMPANION_INDEX_KEY"),
        ({"COMPANION_AUDIT_KEY": ""}, "Set the COMPANION_AUDIT_KEY"),
        ({"COMPANION_DEMO": "yes"}, "COMPANION_DEMO must be 1 or 0"),
        ({"PUBLIC_BASE_URL": "http://companion.example.org"}, "https://"),
        ({"SMS_API_BASE_URL": "http://127.0.0.1:9"}, "ALLOW_LOOPBACK_SINKS=1"),
        ({"SMS_API_BASE_URL": "https://localhost:9"}, "ALLOW_LOOPBACK_SINKS=1"),
        ({"SMS_API_BASE_URL": "http://sms.example.org"}, "https://"),
        (PRODUCTION | {"ALLOW_LOOPBACK_SINKS": "1"}, "ALLOW_LOOPBACK_SINKS=1"),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, dict) else "",
)
def test_what_is_not_safe_does_not_start(settings_from, environment, hint):
    with pytest.raises(ImproperlyConfigured, match=hint):
        settings_from(**environment)


def test_what_is_unset_is_safe(settings_from):
    found = settings_from()

    assert [found[name] for name in ("DEBUG", "DEMO", "ALLOW_LOOPBACK_SINKS")] == [
        False
    ] * 3


def test_sqlite_is_told_to_leave_nothing_in_free_pages(settings_from):
    """Fault: what was deleted can be read until its page is used again.

    Some builds do so by themselves, so a search of the file would find nothing here.
    """
    database = settings_from()["DATABASES"]["default"]
    connection = sqlite3.connect(":memory:")
    connection.execute("PRAGMA secure_delete=OFF")

    connection.executescript(database["OPTIONS"]["init_command"])

    assert connection.execute("PRAGMA secure_delete").fetchone() == (1,)
    connection.close()


def test_a_provider_on_this_machine_is_accepted_when_said_so(settings_from):
    found = settings_from(
        SMS_API_BASE_URL="http://127.0.0.1:9", ALLOW_LOOPBACK_SINKS="1"
    )

    assert found["SMS_API_BASE_URL"] == "http://127.0.0.1:9"


def _ids(errors):
    return [error.id for error in errors]


@pytest.mark.parametrize(
    ("demo", "loopback", "found"),
    [
        (True, False, ["companion.E001"]),
        (True, True, []),
        (False, False, []),
    ],
)
def test_a_demonstration_is_not_deployed(settings, demo, loopback, found):
    settings.DEMO, settings.IS_LOOPBACK = demo, loopback

    assert _ids(checks.no_demonstration(None)) == found


def test_keys_of_tests_are_not_deployed(settings):
    made_up = _ids(checks.keys_of_our_own(None))
    good = base64.b64encode(secrets.token_bytes(32)).decode()
    settings.INDEX_KEY = settings.AUDIT_KEY = good
    one_left = _ids(checks.keys_of_our_own(None))
    settings.FIELD_KEYS = f"k1:{good},k0:{good}"

    assert made_up == ["companion.E002"] * 3
    assert one_left == ["companion.E002"]
    assert _ids(checks.keys_of_our_own(None)) == []


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        ({"DATABASE_URL": "postgres://u:p@db.example.org/c"}, ["companion.E003"]),
        (
            {"DATABASE_URL": "postgres://u:p@db.example.org/c?sslmode=disable"},
            ["companion.E003"],
        ),
        ({"DATABASE_URL": "postgres://u:p@db.example.org/c?sslmode=verify-full"}, []),
        ({"DATABASE_URL": "postgres://u:p@127.0.0.1/c"}, []),
        ({"DATABASE_URL": "postgres://u@%2Frun%2Fpostgresql/c"}, []),
        ({"BROKER_URL": "redis://cache.example.org:6379/0"}, ["companion.E004"]),
        ({"BROKER_URL": "rediss://cache.example.org:6379/0"}, []),
        ({"BROKER_URL": "redis://localhost:6379/0"}, []),
        (
            {"SMTP_HOST": "mail.example.org", "SMTP_TLS": "0"},
            ["companion.E005"],
        ),
        ({"SMTP_HOST": "mail.example.org"}, []),
    ],
    ids=str,
)
def test_nothing_crosses_the_wire_readable(
    settings_from, monkeypatch, environment, found
):
    fresh = SimpleNamespace(**settings_from(**environment))
    monkeypatch.setattr(checks, "settings", fresh)

    assert _ids(checks.nothing_readable_on_the_wire(None)) == found
