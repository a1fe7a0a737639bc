"""Every row of a database at one moment as lines, and back again.

PostgreSQL speaks in the lines of its own COPY, SQLite in JSON with bytes as
``{"base64": …}``: both can be read without us. While lines are read, others go on writing;
what they write is not seen. Lines are loaded in one transaction, which checks itself
before it ends.
"""

import base64
import json
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterator

from django.db import connection, connections

from apps.common import walls

PART_BYTES = 4 * 1024 * 1024
# Made by `migrate`, in an empty database too.
BOOKKEEPING = ("django_migrations", "django_content_type", "auth_permission")
MIGRATIONS = "django_migrations"


class CannotLoad(Exception):
    """The rows do not fit together, or the role may not do it."""


class Database(ABC):
    """One connection of its own, in one transaction from beginning to end."""

    def __enter__(self):
        self.connect()
        return self

    def __exit__(self, kind, error, trace):
        self.finish(well=kind is None)

    @abstractmethod
    def connect(self) -> None: ...

    @abstractmethod
    def finish(self, *, well: bool) -> None: ...

    @abstractmethod
    def read_from_here(self) -> None:
        """What others write from now on is not seen."""

    @abstractmethod
    def tables(self) -> dict[str, list[str]]:
        """The columns of each table."""

    @abstractmethod
    def parts(self, table: str, columns: list[str]) -> Iterator[bytes]:
        """The rows as whole lines, some megabytes at a time."""

    @abstractmethod
    def first(self, query: str) -> tuple | None: ...

    def has_rows(self, table: str) -> bool:
        return self.first(f"SELECT 1 FROM {_quoted(table)} LIMIT 1") is not None  # noqa: S608  # nosec B608

    @abstractmethod
    def begin_loading(self, tables: list[str]) -> None:
        """Nothing else writes, and these tables are empty."""

    @abstractmethod
    def load(self, table: str, columns: list[str], part: bytes) -> None: ...

    @abstractmethod
    def end_loading(self, tables: list[str]) -> None:
        """:raises CannotLoad: when a row names one that is not there."""


class Postgres(Database):
    def connect(self):
        self._wrapper = connections.create_connection("default")
        self._wrapper.ensure_connection()
        self._connection = self._wrapper.connection

    def finish(self, *, well):
        self._connection.execute("COMMIT" if well else "ROLLBACK")
        self._wrapper.close()

    def read_from_here(self):
        self._connection.execute(
            "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
        )
        self._see_every_row()

    def _see_every_row(self):
        # Past the walls between organizations: a backup is of everybody.
        self._connection.execute(
            "SELECT set_config(%s, 'on', true)", [walls.ACROSS_SETTING]
        )

    def tables(self):
        found: dict[str, list[str]] = {}
        for table, column in self._connection.execute(
            "SELECT c.table_name, c.column_name FROM information_schema.columns c"
            " JOIN information_schema.tables t USING (table_schema, table_name)"
            " WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'"
            " AND c.is_generated = 'NEVER'"
            " ORDER BY c.table_name, c.ordinal_position"
        ).fetchall():
            found.setdefault(table, []).append(column)
        return found

    def parts(self, table, columns):
        waiting = bytearray()
        with (
            self._connection.cursor() as cursor,
            cursor.copy(f"COPY {_named(table, columns)} TO STDOUT") as copy,
        ):
            for block in copy:
                waiting += block
                if len(waiting) >= PART_BYTES:
                    end = waiting.rfind(b"\n") + 1
                    yield bytes(waiting[:end])
                    del waiting[:end]
        if waiting:
            yield bytes(waiting)

    def first(self, query):
        return self._connection.execute(query).fetchone()

    def begin_loading(self, tables):
        self._connection.execute("BEGIN")
        names = ", ".join(map(_quoted, tables))
        try:
            # COPY cannot write through a wall; the owner stands outside, until the end.
            self._walled = [
                name
                for (name,) in self._connection.execute(
                    "SELECT relname FROM pg_class WHERE relforcerowsecurity"
                    " AND relnamespace = current_schema()::regnamespace"
                ).fetchall()
            ]
            self._walls("NO FORCE")
            self._triggers("DISABLE", tables)
            self._connection.execute(f"TRUNCATE {names}")
        except self._wrapper.Database.ProgrammingError as refused:
            raise CannotLoad(
                f"{refused}. Call this with DATABASE_URL of the owner's role."
            ) from None
        self._see_every_row()

    def _walls(self, what):
        for table in self._walled:
            self._connection.execute(
                f"ALTER TABLE {_quoted(table)} {what} ROW LEVEL SECURITY"
            )

    def _triggers(self, what, tables):
        # What refuses changes while people work may not refuse the same rows here.
        for table in tables:
            self._connection.execute(
                f"ALTER TABLE {_quoted(table)} {what} TRIGGER USER"
            )

    def load(self, table, columns, part):
        with (
            self._connection.cursor() as cursor,
            cursor.copy(f"COPY {_named(table, columns)} FROM STDIN") as copy,
        ):
            copy.write(part)

    def end_loading(self, tables):
        try:
            self._connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except self._wrapper.Database.IntegrityError as broken:
            raise CannotLoad(str(broken).splitlines()[0]) from None
        self._triggers("ENABLE", tables)
        self._walls("FORCE")
        for table, column in self._connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND is_identity = 'YES'"
        ).fetchall():
            self._connection.execute(
                "SELECT setval(pg_get_serial_sequence(%s, %s),"  # noqa: S608  # nosec B608
                f" coalesce(max({_quoted(column)}), 1), max({_quoted(column)}) IS NOT NULL)"
                f" FROM {_quoted(table)}",
                [_quoted(table), column],
            )


class SQLite(Database):
    def connect(self):
        # Not Django's: its converters would turn what is stored into something else.
        self._connection = sqlite3.connect(
            connection.settings_dict["NAME"], timeout=20, isolation_level=None
        )
        self._loaded = False

    def finish(self, *, well):
        if self._connection.in_transaction:
            self._connection.execute("COMMIT" if well else "ROLLBACK")
        if self._loaded and well:
            # What stood here before is not left in free pages.
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()

    def read_from_here(self):
        self._connection.execute("BEGIN")
        # The moment is that of the first read.
        self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()

    def tables(self):
        names = self._connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
            " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
        ).fetchall()
        return {
            name: [
                row[1]
                for row in self._connection.execute(
                    f"PRAGMA table_info({_quoted(name)})"
                )
            ]
            for (name,) in names
        }

    def parts(self, table, columns):
        names = ", ".join(map(_quoted, columns))
        waiting, size = [], 0
        for row in self._connection.execute(f"SELECT {names} FROM {_quoted(table)}"):  # noqa: S608  # nosec B608
            line = json.dumps(row, default=_bytes_as_text, separators=(",", ":"))
            waiting.append(line.encode() + b"\n")
            size += len(waiting[-1])
            if size >= PART_BYTES:
                yield b"".join(waiting)
                waiting, size = [], 0
        if waiting:
            yield b"".join(waiting)

    def first(self, query):
        return self._connection.execute(query).fetchone()

    def begin_loading(self, tables):
        self._connection.execute("PRAGMA foreign_keys = OFF")
        self._connection.execute("BEGIN IMMEDIATE")
        self._triggers = self._connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for name, _ in self._triggers:
            self._connection.execute(f"DROP TRIGGER {_quoted(name)}")
        for table in tables:
            self._connection.execute(f"DELETE FROM {_quoted(table)}")  # noqa: S608  # nosec B608

    def load(self, table, columns, part):
        names = ", ".join(map(_quoted, columns))
        marks = ", ".join("?" * len(columns))
        self._connection.executemany(
            f"INSERT INTO {_quoted(table)} ({names}) VALUES ({marks})",  # noqa: S608  # nosec B608
            (
                [_text_as_bytes(v) for v in json.loads(line)]
                for line in part.splitlines()
            ),
        )

    def end_loading(self, tables):
        broken = self._connection.execute("PRAGMA foreign_key_check").fetchone()
        if broken is not None:
            raise CannotLoad(
                f"A row of {broken[0]} names one of {broken[2]} that is gone."
            )
        for _, sql in self._triggers:
            self._connection.execute(sql)
        self._loaded = True


def ours() -> Database:
    return Postgres() if connection.vendor == "postgresql" else SQLite()


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _named(table: str, columns: list[str]) -> str:
    return f"{_quoted(table)} ({', '.join(map(_quoted, columns))})"


def _bytes_as_text(value: bytes) -> dict[str, str]:
    return {"base64": base64.b64encode(value).decode()}


def _text_as_bytes(value):
    return base64.b64decode(value["base64"]) if isinstance(value, dict) else value
