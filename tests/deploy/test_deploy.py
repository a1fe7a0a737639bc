"""The files of deploy/, started as far as one machine without systemd allows."""

import os
import re
import secrets
import shutil
import ssl
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from django.conf import settings

from apps.backups import age
from apps.backups.services import KEYS_FILE
from tests.deploy.machine import (
    BROTLI,
    HOST,
    ROOT,
    UNITS,
    Machine,
    nginx_binary,
    wait_until,
)

pytestmark = pytest.mark.deploy
needs_nginx = pytest.mark.skipif(nginx_binary() is None, reason="nginx is not here")


@pytest.fixture(scope="module")
def servers():
    """A database of its own on the suite's server, and a corner of its Redis."""
    url = os.environ.get("DATABASE_URL", "")
    if "postgresql" not in settings.DATABASES["default"]["ENGINE"]:
        yield {}
        return
    name = f"deploy_{secrets.token_hex(4)}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield {
            "database_url": urlsplit(url)._replace(path=f"/{name}").geturl(),
            "broker_url": urlsplit(settings.BROKER_URL)._replace(path="/15").geturl(),
        }
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def machine(tmp_path_factory, servers):
    made = Machine(tmp_path_factory.mktemp("m"), **servers)
    made.manage("migrate", "--verbosity=0")
    made.manage("collectstatic", "--noinput", "--verbosity=0")
    return made


@pytest.fixture(scope="module")
def site(machine):
    """A client that reaches gunicorn through nginx and TLS, as a phone does."""
    machine.write_certificate()
    config = machine.write_nginx()
    nginx = [nginx_binary(), "-p", str(machine.root), "-c", str(config)]
    tested = subprocess.run([*nginx, "-t"], capture_output=True, text=True)
    assert tested.returncode == 0, tested.stderr
    trusted = ssl.create_default_context(cafile=machine.root / "tls/fullchain.pem")
    with (
        machine.running(machine.command_of("companion-web"), log="web.log"),
        machine.running(nginx, log="nginx.log"),
        httpx.Client(verify=trusted, headers={"Host": HOST}) as client,
    ):

        def get(path, *, method="GET", port=machine.https, **kwargs):
            scheme = "http" if port == machine.http else "https"
            return client.request(
                method,
                f"{scheme}://127.0.0.1:{port}{path}",
                extensions={"sni_hostname": HOST},
                **kwargs,
            )

        wait_until(
            lambda: _answers(get),
            seconds=30,
            what="an answer of gunicorn through nginx",
        )
        yield get


def _answers(get) -> bool:
    try:
        return get("/healthz").status_code == 200
    except httpx.TransportError:
        return False


@needs_nginx
def test_pages_come_through_nginx_with_the_headers_of_production(site):
    response = site("/help/")

    assert response.status_code == 200
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers.get_list("Strict-Transport-Security") == [
        "max-age=63072000; includeSubDomains; preload"
    ]
    assert "nginx/" not in response.headers["Server"]


@needs_nginx
def test_plain_http_leads_to_https_under_our_own_name(site, machine):
    response = site("/help/", port=machine.http)

    assert response.status_code == 301
    assert response.headers["Location"] == f"https://{HOST}/help/"


@needs_nginx
def test_another_name_gets_no_answer(site, machine):
    with pytest.raises(httpx.RemoteProtocolError):
        site("/healthz", port=machine.http, headers={"Host": "elsewhere.example.net"})


@needs_nginx
def test_a_visitor_cannot_say_that_the_connection_is_plain_or_choose_the_host(site):
    response = site(
        "/help/",
        headers={
            "X-Forwarded-Proto": "http",
            "X-Forwarded-Host": "elsewhere.example.net",
            "X-Forwarded-For": "203.0.113.9",
        },
    )

    # Django would answer a plain request with a redirect to itself, for ever.
    assert response.status_code == 200
    assert "elsewhere" not in response.text


@needs_nginx
def test_static_files_are_compressed_and_kept_for_good(site, machine):
    stylesheet = re.search(
        r'href="(/static/css/app\.[0-9a-f]{12}\.css)"', site("/help/").text
    )[1]

    response = site(stylesheet, headers={"Accept-Encoding": "br, gzip"})

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["Content-Encoding"] == ("br" if BROTLI.exists() else "gzip")
    assert response.headers["Content-Type"] == "text/css"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@needs_nginx
def test_static_files_without_a_hash_are_asked_for_again(site):
    response = site("/static/css/app.css")

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "public, max-age=60"


@needs_nginx
def test_a_pasted_table_may_be_longer_and_not_endless(site):
    """Fault: nginx refuses what the page takes, or lets in what it does not."""
    long, endless = (
        site("/desk/setup/import/people/", method="POST", content=b"a=" + b"x" * size)
        for size in (1_000_000, 1_600_000)
    )

    assert (long.status_code, endless.status_code) == (403, 413)


@needs_nginx
def test_a_body_over_64_kb_is_refused_before_it_reaches_a_thread(site):
    response = site("/sign-in/", method="POST", content=b"x" * (64 * 1024 + 1))

    assert response.status_code == 413


@needs_nginx
def test_the_log_cannot_tell_who_looked_at_what(site, machine):
    for path in ("/calendar/a-secret-token.ics", "/i/a-secret-token/?next=/plan/"):
        site(
            path,
            headers={
                "Referer": f"https://{HOST}/desk/whose-record/",
                "User-Agent": "telltale",
            },
        )

    log = machine.root / "log/companion.log"
    wait_until(
        lambda: " GET /i/... " in log.read_text(), seconds=5, what="the log line"
    )
    logs = "".join(path.read_text() for path in (machine.root / "log").iterdir())
    for telltale in (
        "a-secret-token",
        "next=",
        "whose-record",
        "telltale",
        "127.0.0.1 GET",
    ):
        assert telltale not in logs
    assert " 127.0.0.0 GET /calendar/... " in log.read_text()
    assert " 127.0.0.0 GET /i/... " in log.read_text()


def test_gunicorn_opens_no_second_door(machine):
    command = machine.command_of("companion-web")

    assert "--no-control-socket" in command
    assert [c for c in command if c.startswith("unix:")] == [
        f"unix:{machine.root}/run/web.sock"
    ]


@needs_nginx
def test_the_beat_rings_the_worker_works_and_both_stop_when_asked(site, machine):
    # The web process says what is wrong to whoever asks from the machine itself.
    assert site("/readyz").json()["beat"] is False

    with (
        machine.running(
            machine.command_of("companion-worker"), log="worker.log"
        ) as worker,
        machine.running(machine.command_of("companion-beat"), log="beat.log") as beat,
    ):
        wait_until(
            lambda: site("/readyz").json()["beat"],
            seconds=60,
            what="a tick of due work",
        )

        assert site("/readyz").json()["ok"] is True

    assert (worker.returncode, beat.returncode) == (0, 0)
    for log in ("worker.log", "beat.log"):
        assert "ERROR" not in (machine.root / "log" / log).read_text()


def test_the_backup_of_the_timer_is_written_and_whole(machine):
    pair = age.new_pair()
    command = machine.command_of("companion-backup")

    done = subprocess.run(
        command,
        cwd=ROOT,
        env=machine.environment | {"COMPANION_BACKUP_KEY": pair.public},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    folder = machine.root / "var/backups"
    names = {path.name for path in folder.iterdir()}
    assert KEYS_FILE in names
    assert len(names) == 2
    for path in folder.iterdir():
        assert b"accounts_user" not in path.read_bytes()
        with path.open("rb") as file:
            assert age.Reader(file, private=pair.private).read()


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_units_give_up_root_and_keep_to_their_folder(unit):
    text = unit.read_text()

    for line in (
        "User=companion",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "CapabilityBoundingSet=",
        "EnvironmentFile=/etc/companion/companion.env",
    ):
        assert line in text.splitlines()


@pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="systemd-analyze is not here"
)
def test_systemd_understands_the_units(machine):
    for unit in UNITS:
        (machine.root / "units" / unit.name).write_text(
            machine.placed(unit.read_text())
        )
    placed = sorted((machine.root / "units").iterdir())

    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *placed],
        capture_output=True,
        text=True,
    )

    complaints = [
        line for line in verified.stderr.splitlines() if str(machine.root) in line
    ]
    assert complaints == []


def test_nothing_that_is_deployed_names_a_folder_the_guide_does_not_make():
    guide = (ROOT / "docs/production.md").read_text()
    named = set()
    for path in [*UNITS, *Path(ROOT / "deploy/nginx").iterdir()]:
        named |= set(
            re.findall(r"(/(?:opt|etc|var/lib)(?:/ssl)?/companion\b)", path.read_text())
        )

    assert named == {
        "/opt/companion",
        "/etc/companion",
        "/etc/ssl/companion",
        "/var/lib/companion",
    }
    assert all(folder in guide for folder in named)
