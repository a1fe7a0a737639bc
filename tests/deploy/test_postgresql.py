"""The roles of deploy/postgresql, on a server of their own."""

import json
import os
import subprocess
import sys
import tempfile

import psycopg
import pytest
from django.conf import settings

from tests.deploy.machine import DEPLOY, ROOT

pytestmark = [
    pytest.mark.deploy,
    pytest.mark.skipif(
        "postgresql" not in settings.DATABASES["default"]["ENGINE"],
        reason="runs with the suite on PostgreSQL",
    ),
]


@pytest.fixture(scope="module")
def connect():
    """Connect as a role to a server that was set up as the guide says."""
    # Not pytest's folder: PostgreSQL, which refuses root, could not reach into it.
    folder = tempfile.mkdtemp(prefix="companion-")
    services = ROOT / "scripts/services.sh"
    subprocess.run(["sh", services, "start", folder], check=True)
    server = f"host={folder}/postgres port=54329"
    quoted = f"{folder}/postgres".replace("/", "%2F")

    def connect(role, database="companion"):
        return psycopg.connect(
            f"{server} user={role} dbname={database}", autocommit=True
        )

    try:
        with connect("super", "postgres") as superuser:
            # The server comes with a database and a role for the suite.
            superuser.execute("DROP DATABASE companion")
            superuser.execute("DROP ROLE companion")
            for statement in _statements("roles.sql"):
                superuser.execute(statement)
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity=0"],
            cwd=ROOT,
            env=os.environ
            | {
                "DJANGO_SETTINGS_MODULE": "companion.testing_settings",
                "DATABASE_URL": f"postgres://companion_owner@{quoted}:54329/companion",
            },
            check=True,
        )
        with connect("companion_owner") as owner:
            for statement in _statements("grants.sql"):
                owner.execute(statement)
        yield connect
    finally:
        subprocess.run(["sh", services, "stop", folder], check=True)


def _statements(name: str) -> list[str]:
    lines = (DEPLOY / "postgresql" / name).read_text().splitlines()
    text = "\n".join(line for line in lines if not line.startswith("--"))
    return [statement for statement in text.split(";") if statement.strip()]


def test_the_application_reads_and_writes_rows(connect):
    with connect("companion") as app:
        app.execute("SET app.org = '00000000-0000-0000-0000-000000000001'")
        app.execute("SELECT count(*) FROM care_client")
        app.execute(
            "INSERT INTO audit_auditevent (organization_id, at, actor_role, action,"
            " object_type, client_ids, field_names, reason, source, address)"
            " VALUES (current_setting('app.org')::uuid, now(), '', 'test', '', '[]', '[]',"
            " '', 'COMMAND', '')"
        )


@pytest.mark.parametrize(
    "forbidden",
    [
        "UPDATE audit_auditevent SET action = 'another'",
        "DELETE FROM audit_auditevent",
        "TRUNCATE audit_auditevent",
        "UPDATE audit_auditseal SET mac = 'x'",
        "DELETE FROM audit_auditseal",
        "TRUNCATE audit_auditseal",
        "INSERT INTO audit_auditcut VALUES (9, '', now(), now(), '')",
        "UPDATE audit_auditcut SET mac = 'x'",
        "INSERT INTO audit_auditturn VALUES (9, '', '', 0, now(), '')",
        "DELETE FROM audit_auditcut",
        "ALTER TABLE audit_auditevent DISABLE TRIGGER USER",
        "ALTER TABLE care_client ADD COLUMN extra int",
        "DROP TABLE care_client",
        "ALTER TABLE care_client DISABLE ROW LEVEL SECURITY",
        "DROP POLICY app_wall ON care_client",
        "CREATE TABLE extra (id int)",
        "DELETE FROM django_migrations",
    ],
)
def test_the_application_changes_no_audit_row_and_no_table(connect, forbidden):
    with (
        connect("companion") as app,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        app.execute(forbidden)


def test_the_owner_passes_only_when_it_says_so(connect):
    """Fault: one grant too many, and the application could say it too."""
    seal = "INSERT INTO audit_auditseal VALUES (1, 1, now(), '')"
    with connect("companion_owner") as owner:
        owner.execute(seal)
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
            owner.execute("DELETE FROM audit_auditseal")
        owner.execute("GRANT DELETE ON audit_auditseal TO companion")
        with connect("companion") as app, app.transaction():
            app.execute("SELECT set_config('companion.audit_door', 'open', true)")
            with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
                app.execute("DELETE FROM audit_auditseal")
        owner.execute("REVOKE DELETE ON audit_auditseal FROM companion")
        with owner.transaction():
            owner.execute("SELECT set_config('companion.audit_door', 'open', true)")
            assert owner.execute("DELETE FROM audit_auditseal").rowcount == 1


def _organizations(role, **said) -> list[str]:
    """What each name is, as this role sees it after saying this."""
    for name, value in said.items():
        role.execute("SELECT set_config(%s, %s, false)", (f"app.{name}", value))
    return [name for (name,) in role.execute("SELECT name FROM care_organization")]


def test_the_wall_between_organizations_holds_the_application(connect):
    """Raw SQL of its role, in another organization and in none, sees nothing."""
    first, second = (f"00000000-0000-0000-0000-00000000000{n}" for n in (1, 2))
    with connect("companion_owner") as owner:
        owner.execute("SET app.across = 'on'")
        for pk, name in ((first, "One"), (second, "Two")):
            owner.execute(
                "INSERT INTO care_organization (id, name, alias, created_at)"
                " VALUES (%s, %s, '', now())",
                (pk, name),
            )
    with connect("companion") as app:
        assert _organizations(app) == []
        assert _organizations(app, org=first) == ["One"]
        assert _organizations(app, org=second) == ["Two"]
        assert _organizations(app, org="") == []
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute(
                "INSERT INTO care_site (id, organization_id, code, name, address, timezone,"
                " staffed_hours, holidays) VALUES (%s, %s, '', '', '', '', '{}', '[]')",
                (first, first),
            )
        app.execute("SET row_security = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("SELECT name FROM care_organization")
    # Nor is the owner exempt, so that a shell with the wrong URL shows nothing by itself.
    with connect("companion_owner") as owner:
        assert _organizations(owner) == []


def test_neither_role_is_exempt_from_row_security(connect):
    with connect("companion") as app:
        exempt = app.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'companion%'"
            " AND (rolsuper OR rolbypassrls OR rolcreaterole)"
        ).fetchall()

    assert exempt == []


def test_commands_and_the_tick_work_for_every_house_as_the_application(connect):
    """Fault: a command forgets to reach across, and finds nothing to do; or needs a right
    that only the owner of the tables has, and nobody notices before the night it runs."""
    with connect("companion") as app:
        place = f"{app.info.host.replace('/', '%2F')}:{app.info.port}"
    ran = subprocess.run(
        [sys.executable, "-m", "tests.deploy.two_houses"],
        cwd=ROOT,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "companion.testing_settings",
            "DATABASE_URL": f"postgres://companion@{place}/companion",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    done = json.loads(ran.stdout)
    assert {what: each for what, each in done.items() if each != [True, True]} == {}
    assert len(done) == 11
