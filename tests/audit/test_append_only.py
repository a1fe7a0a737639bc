"""The database refuses to change what was written down, whoever asks and however."""

import uuid

import pytest
from django.db import DatabaseError, connection, transaction

from apps.audit import door, sealing
from apps.audit.actors import Actor
from apps.audit.models import AppendOnly, AuditCut, AuditEvent, AuditSeal, AuditTurn
from apps.audit.services import record
from tests.conftest import NOON

pytestmark = pytest.mark.django_db
TABLES = [
    model._meta.db_table for model in (AuditEvent, AuditSeal, AuditCut, AuditTurn)
]


@pytest.fixture
def written(db):
    record(action="care.read", at=NOON, by=Actor(), client_id=uuid.UUID(int=7))
    sealing.seal_due(at=NOON)
    AuditCut.objects.create(
        position=-1, mac="", last_at=NOON, cut_at=NOON, stamp="0" * 64
    )
    AuditTurn.objects.create(
        position=-1,
        mac="",
        key="0" * 8,
        cut_position=0,
        turned_at=NOON,
        stamp="0" * 64,
    )


def run(sql):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("table", TABLES)
def test_raw_sql_changes_nothing(written, table):
    """Fault: a schema change made the table anew, and its triggers were left behind."""
    column = "action = 'x'" if table == "audit_auditevent" else "mac = 'x'"
    for sql in (f"UPDATE {table} SET {column}", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match="append-only"):
            run(sql)

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone() == (1,)


@pytest.mark.parametrize("table", TABLES)
def test_postgresql_empties_no_table_of_it(written, table):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    with pytest.raises(DatabaseError, match="append-only"):
        run(f"TRUNCATE {table}")


def test_the_door_lets_delete_and_is_shut_behind_it(written):
    with transaction.atomic():
        with door.opened():
            run("DELETE FROM audit_auditseal")
        with pytest.raises(DatabaseError, match="append-only"):
            run("DELETE FROM audit_auditevent")

    assert not AuditSeal.objects.exists()
    assert AuditEvent.objects.exists()


def fail_inside():
    with transaction.atomic(), door.opened():
        run("DELETE FROM audit_auditseal")
        raise ZeroDivisionError


def test_the_door_is_shut_when_something_fails_inside(written):
    """Fault: on SQLite the triggers stay away after an error."""
    with pytest.raises(ZeroDivisionError):
        fail_inside()

    with pytest.raises(DatabaseError, match="append-only"):
        run("DELETE FROM audit_auditseal")
    assert AuditSeal.objects.exists()


@pytest.mark.parametrize("model", [AuditSeal, AuditCut])
def test_seals_and_cuts_are_not_changed_by_code_of_ours_either(written, model):
    row = model.objects.first()
    for change in (row.save, row.delete, model.objects.all().delete):
        with pytest.raises(AppendOnly):
            change()
    with pytest.raises(AppendOnly):
        model.objects.update(mac="")
