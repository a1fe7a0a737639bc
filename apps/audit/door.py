"""The one way past the database's refusal to change what was written down.

On PostgreSQL the triggers let through who owns the table *and* has said so in this
transaction: the owner's role, which no process that serves people has. SQLite knows no
roles: there the triggers are taken off and put back in one transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections

SETTING = "companion.audit_door"
TABLES = ("audit_auditevent", "audit_auditseal", "audit_auditcut", "audit_auditturn")


@contextmanager
def opened(using: str = "default") -> Iterator[None]:
    """For what stands inside; the caller has a transaction open."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT set_config(%s, 'open', true)", [SETTING])
            yield
            cursor.execute("SELECT set_config(%s, '', true)", [SETTING])
            return
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            " AND tbl_name IN (%s, %s, %s, %s)",
            TABLES,
        )
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(name)}")
        yield
        for _, sql in triggers:
            cursor.execute(sql)
