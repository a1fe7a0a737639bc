"""Make a backup while people work, and put one back in place of everything.

Keys of clients lie in a file apart, which each backup replaces. An old backup is put back
with the newest keys, so that a key which was destroyed meanwhile stays destroyed.
"""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.backups import age, archive
from apps.backups.archive import Manifest, Sum, Table
from apps.backups.databases import BOOKKEEPING, MIGRATIONS, CannotLoad, Database, ours
from apps.common import crypto

KEYS_FILE = "companion-keys.age"
DATA_FILES = "companion-2*.age"
# So often as the timer calls; what is older is wanted for a whole day, if at all.
EVERY_ONE_FOR = timedelta(days=2)
CHAIN = "audit_auditseal"

# What must happen before people are let in again: called with (at, by) in one transaction.
after_restore: list[Callable[[datetime, Actor], None]] = []


class Refused(Exception):
    """It was not done; the text says why, and what to do."""


@dataclass
class Made:
    data: Path
    keys: Path
    manifest: Manifest


def make_backup(
    *, folder: Path, public: str, kept_days: int, at: datetime, by: Actor
) -> Made:
    """:raises NotAKey: when ``public`` is none."""
    age.check_public(public)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    data = folder / _name(at)
    keys = folder / KEYS_FILE
    apart = settings.KEPT_APART
    with archive.Out(data, public=public) as out, ours() as database:
        database.read_from_here()
        tables = {n: c for n, c in database.tables().items() if n not in apart}
        manifest = _write(out, database, tables, at)
    # Read later than the data: nobody's rows are without their key.
    with archive.Out(keys, public=public) as keys_out, ours() as database:
        database.read_from_here()
        tables = {n: c for n, c in database.tables().items() if n in apart}
        _write(keys_out, database, tables, at)
    keys_out.publish()
    out.publish()
    _thin_out(folder, kept_days, at)
    with transaction.atomic():
        record(action="backups.made", at=at, by=by)
    return Made(data, keys, manifest)


def _thin_out(folder: Path, kept_days: int, at: datetime) -> None:
    """Keep every one of the last days, then the first of each day, then none."""
    oldest, newest = _name(at - timedelta(days=kept_days)), _name(at - EVERY_ONE_FOR)
    days = set()
    for path in sorted(folder.glob(DATA_FILES)):
        day, _, _ = path.name.partition("T")
        if path.name < oldest or (path.name < newest and day in days):
            path.unlink()
        else:
            days.add(day)


def _name(at: datetime) -> str:
    return f"companion-{at:%Y%m%dT%H%M%SZ}.age"


def _write(out, database: Database, tables: dict[str, list[str]], at) -> Manifest:
    manifest = Manifest(
        made_at=at.isoformat(),
        version=_version(),
        database=connection.vendor,
        migrations=[],
        kept_apart=list(settings.KEPT_APART),
        audit_head=_audit_head(database, tables),
    )
    for name, columns in tables.items():
        total = Sum(name)
        for number, part in enumerate(database.parts(name, columns)):
            out.add(name, number, part)
            total.add(part)
        manifest.tables[name] = Table(columns, total.rows, total.checksum)
    manifest.migrations = _applied()
    out.end(manifest)
    return manifest


def restore(
    *, data: Path, keys: Path, private: str, force: bool, at: datetime, by: Actor
) -> Manifest:
    """Replace every row of this database, or change nothing.

    :raises Refused: with what to do.
    """
    try:
        manifest = archive.check(data, private=private)
        of_keys = archive.check(keys, private=private)
        _refuse_what_does_not_fit(manifest, of_keys)
        with ours() as database:
            _replace(database, manifest, of_keys, (data, keys), private, force)
    except (archive.Unreadable, CannotLoad) as why:
        raise Refused(str(why)) from None
    crypto.data_keys.forget()
    with transaction.atomic():
        for follow in after_restore:
            follow(at, by)
        record(action="backups.restored", at=at, by=by, reason=f"of {manifest.made_at}")
    return manifest


def _refuse_what_does_not_fit(manifest: Manifest, of_keys: Manifest) -> None:
    if manifest.database != connection.vendor:
        raise Refused(
            f"The backup is of {manifest.database}, and DATABASE_URL leads to "
            f"{connection.vendor}."
        )
    if datetime.fromisoformat(of_keys.made_at) < datetime.fromisoformat(
        manifest.made_at
    ):
        raise Refused(
            "The keys are older than the data: people who came between would be lost. "
            f"Take the newest {KEYS_FILE} there is."
        )
    here, there = set(_applied()), set(manifest.migrations)
    if here != there:
        named = ", ".join(sorted(here ^ there)[:5])
        raise Refused(
            "The tables here are not those of the backup: they differ in "
            f"{len(here ^ there)} migrations ({named}). Install the Companion that made the "
            f"backup ({manifest.version}, {manifest.made_at[:10]}), run `manage.py migrate` "
            "on an empty database, restore there, then install the new one and migrate."
        )


def _replace(database, manifest, of_keys, files, private, force) -> None:
    wanted = {**manifest.tables, **of_keys.tables}
    wanted.pop(MIGRATIONS)
    there = database.tables()
    full = [n for n in there if n not in BOOKKEEPING and database.has_rows(n)]
    if full and not force:
        raise Refused(
            f"This database is not empty ({len(full)} tables hold rows, such as {full[0]}). "
            "Restore into a new one, or say --force to replace everything in it."
        )
    database.begin_loading(list(wanted))
    for path in files:
        for name, content in archive.read(path, private=private):
            table = name.partition("/")[0]
            if table in wanted and "/" in name:
                database.load(table, wanted[table].columns, content)
    for name, table in wanted.items():
        found = Sum(name)
        for part in database.parts(name, table.columns):
            found.add(part)
        archive.compare(name, table, found)
    database.end_loading(list(wanted))


def _applied() -> list[str]:
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def _audit_head(database: Database, tables: dict[str, list[str]]) -> dict | None:
    if CHAIN not in tables:
        return None
    last = database.first(
        f"SELECT position, mac FROM {CHAIN} ORDER BY position DESC LIMIT 1"  # noqa: S608  # nosec B608
    )
    return {"position": last[0], "mac": last[1]} if last else None


def _version() -> str:
    text = (settings.BASE_DIR / "pyproject.toml").read_text()
    return tomllib.loads(text)["project"]["version"]
