"""A backup comes back whole, or not at all, and says nothing to who has not the key."""

import contextlib
import io
import os
import re
import secrets
import subprocess
import sys
import textwrap
import threading
import zlib
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from apps.audit.actors import Actor
from apps.audit.models import AuditEvent
from apps.backups import age, archive, services
from apps.backups.databases import ours
from apps.care.models import Client, OwnItem
from apps.common import crypto
from apps.keys.services import destroy_keys
from tests.factories.care import ClientFactory
from tests.world import MARK, World

PAIR = age.new_pair()
VECTORS = Path(__file__).parents[1] / "data/backup"


@pytest.fixture
def safe(tmp_path):
    """Where the private half lies."""
    path = tmp_path / "key.txt"
    path.write_text(f"# public key: {PAIR.public}\n{PAIR.private}\n")
    return path


@pytest.fixture
def folder(tmp_path, settings):
    settings.BACKUP_KEY = PAIR.public
    return tmp_path / "backups"


def back_up(folder, **options) -> Path:
    before = set(folder.glob(services.DATA_FILES))
    call_command("backup", to=folder, **options)
    (made,) = set(folder.glob(services.DATA_FILES)) - before
    return made


def holdings() -> dict:
    """Rows and checksum of each table, keys and all."""
    found = {}
    with ours() as database:
        database.read_from_here()
        for table, columns in database.tables().items():
            total = archive.Sum(table)
            for part in database.parts(table, columns):
                total.add(part)
            found[table] = (total.rows, total.checksum)
    return found


class Elsewhere:
    """Another database, on the suite's server, and the commands of a machine that has it."""

    def __init__(self, tmp_path):
        self.folder = tmp_path / "elsewhere"
        self.folder.mkdir()
        if connection.vendor == "sqlite":
            self.url = f"sqlite:///{self.folder}/other.sqlite3"
        else:
            self.name = f"restored_{secrets.token_hex(4)}"
            server = os.environ["DATABASE_URL"]
            with psycopg.connect(server, autocommit=True) as maintenance:
                maintenance.execute(f"CREATE DATABASE {self.name}")
            self.url = urlsplit(server)._replace(path=f"/{self.name}").geturl()

    def manage(self, *arguments, stdin="", **variables):
        return subprocess.run(
            [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments],
            cwd=self.folder,
            env=os.environ
            | {
                "DJANGO_SETTINGS_MODULE": "companion.testing_settings",
                "COMPANION_VAR_DIR": str(self.folder),
                "DATABASE_URL": self.url,
            }
            | variables,
            input=stdin,
            capture_output=True,
            text=True,
        )

    def python(self, script: str) -> str:
        # As a command does: across the walls between organizations.
        within = textwrap.indent(script, "    ")
        script = f"from apps.common.walls import across\nwith across():\n{within}"
        done = self.manage("shell", "--verbosity=0", "-c", script)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def holdings(self) -> dict:
        script = "from tests.backups.test_backups import holdings; print(holdings())"
        done = self.manage(
            "shell", "--verbosity=0", "-c", script, PYTHONPATH=str(settings.BASE_DIR)
        )
        assert done.returncode == 0, done.stderr
        return eval(done.stdout)

    def remove(self):
        if connection.vendor == "postgresql":
            with psycopg.connect(
                os.environ["DATABASE_URL"], autocommit=True
            ) as maintenance:
                maintenance.execute(f"DROP DATABASE {self.name} WITH (FORCE)")


@pytest.fixture
def elsewhere(tmp_path):
    made = Elsewhere(tmp_path)
    try:
        migrated = made.manage("migrate", "--verbosity=0")
        assert migrated.returncode == 0, migrated.stderr
        yield made
    finally:
        made.remove()


# Written by the command itself, after what it looked at; and when a machine migrated.
WRITTEN_AFTER = {"audit_auditevent", "django_migrations"}
# By what follows a restore (tests/lifecycle/test_restored.py).
WRITTEN_AFTER |= {
    "django_session",
    "notifications_outboxmessage",
    "notifications_statechange",
}


@pytest.mark.django_db(transaction=True)
def test_a_backup_made_during_writes_comes_back_elsewhere(folder, safe, elsewhere):
    """Faults: half of a use case in the backup; rows left out; columns changed on the way."""
    World().make_everything()
    stop, written = threading.Event(), []

    def go_on_writing():
        # A client with an item each, in one transaction.
        from django.db import transaction

        while not stop.is_set():
            with transaction.atomic():
                client = ClientFactory(surname="Written meanwhile")
                OwnItem.objects.create(
                    client=client, kind="TRIGGER", code="trg.own.1", label="Meanwhile"
                )
            written.append(client.pk)
        connection.close()

    writer = threading.Thread(target=go_on_writing)
    writer.start()
    try:
        made = back_up(folder)
    finally:
        stop.set()
        writer.join()
    assert written, "nothing was written meanwhile"
    whole = archive.check(made, private=PAIR.private)

    restored = elsewhere.manage("restore", str(made), f"--identity={safe}")

    assert restored.returncode == 0, restored.stderr
    there = elsewhere.holdings()
    for name, table in whole.tables.items():
        if name not in WRITTEN_AFTER:
            assert there[name] == (table.rows, table.checksum), name
    assert there["care_ownitem"][0] == int(
        elsewhere.python(
            "from apps.care.models import OwnItem;"
            "print(sum(i.client.surname is not None and bool(i.label)"
            " for i in OwnItem.objects.all()))"
        )
    )
    assert MARK in elsewhere.python(
        "from apps.checkins.models import CheckinDay; print(CheckinDay.objects.get().note)"
    )


@pytest.mark.django_db(transaction=True)
def test_a_destroyed_database_comes_back_in_place(folder, safe):
    World().make_everything()
    made = back_up(folder)
    before = holdings()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM plans_comment")
        cursor.execute("UPDATE care_client SET preferred_name = 'Destroyed'")

    call_command("restore", str(made), identity=str(safe), force=True)

    after = holdings()
    assert {n for n in before if before[n] != after[n]} <= WRITTEN_AFTER
    last = AuditEvent.objects.order_by("-seq").first()
    assert (last.action, last.source) == ("backups.restored", "COMMAND")
    # What is numbered by the database goes on behind what came back.
    assert AuditEvent.objects.filter(seq=last.seq).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_backup_says_nothing_to_who_has_not_the_key(folder):
    world = World().make_everything()

    back_up(folder)

    for path in folder.iterdir():
        raw = path.read_bytes()
        # What is only packed says nothing at first sight either.
        for start in (m.start() for m in re.finditer(b"\x1f\x8b\x08", raw)):
            with contextlib.suppress(zlib.error):
                raw += zlib.decompressobj(wbits=31).decompress(raw[start:])
        for canary in (MARK, "care_client", str(world.rosa.pk), world.rosa.pk.bytes):
            canary = canary if isinstance(canary, bytes) else canary.encode()
            assert canary not in raw
        assert path.stat().st_mode & 0o077 == 0


@pytest.mark.django_db(transaction=True)
def test_nothing_but_the_two_files_is_left(folder):
    (folder).mkdir()
    (folder / "companion-20990101T000000Z.age.partial").write_bytes(b"killed")

    back_up(folder)

    names = sorted(
        p.name for p in folder.iterdir() if not p.name.startswith("companion-2099")
    )
    assert len(names) == 2
    assert names[1] == services.KEYS_FILE


@pytest.mark.django_db(transaction=True)
def test_a_file_that_was_changed_anywhere_is_refused(folder, safe):
    """One bit, wherever it is: header, nonce, in the middle, in the last tag."""
    World().make_everything()
    made = back_up(folder)
    whole = made.read_bytes()
    before = holdings()
    for place in (0, 30, 80, 150, 230, 300, len(whole) // 2, len(whole) - 1):
        made.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(CommandError):
            call_command("restore", str(made), identity=str(safe), force=True)

    assert holdings() == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("cut", [1, 16, 1000])
def test_a_file_that_is_cut_off_is_refused(folder, safe, cut):
    made = back_up(folder)
    made.write_bytes(made.read_bytes()[:-cut])

    with pytest.raises(CommandError):
        call_command("restore", str(made), identity=str(safe), force=True)


@pytest.mark.django_db(transaction=True)
def test_a_wrong_key_is_refused(folder, tmp_path):
    made = back_up(folder)
    other = tmp_path / "other.txt"
    other.write_text(age.new_pair().private)

    with pytest.raises(CommandError, match="another key"):
        call_command("restore", str(made), identity=str(other), force=True)


@pytest.mark.django_db(transaction=True)
def test_another_index_key_is_refused(folder, safe, settings):
    """Found later, it would mean that nobody is found by their number any more."""
    ClientFactory()
    made = back_up(folder)
    settings.INDEX_KEY = "b" * 43 + "="

    with pytest.raises(CommandError, match="COMPANION_INDEX_KEY"):
        call_command("restore", str(made), identity=str(safe), force=True)


@pytest.mark.django_db(transaction=True)
def test_what_is_there_is_not_replaced_by_accident(folder, safe):
    ClientFactory()
    made = back_up(folder)
    before = holdings()

    with pytest.raises(CommandError, match=r"not empty.*--force"):
        call_command("restore", str(made), identity=str(safe))

    assert holdings() == before


@pytest.mark.django_db(transaction=True)
def test_another_state_of_the_tables_is_refused_with_what_to_do(
    folder, safe, monkeypatch
):
    made = back_up(folder)
    here = services._applied()
    monkeypatch.setattr(services, "_applied", lambda: [*here, "care.0099_later"])

    with pytest.raises(CommandError, match=r"care\.0099_later.*migrate"):
        call_command("restore", str(made), identity=str(safe), force=True)


@pytest.mark.django_db(transaction=True)
def test_a_key_destroyed_after_the_backup_stays_destroyed(folder, safe, monkeypatch):
    """Fault: an old backup brings back the key of somebody who was erased."""
    # Not even where their rows would stay.
    monkeypatch.setattr(services, "after_restore", [])
    erased, kept = ClientFactory(surname="Erased"), ClientFactory(surname="Kept")
    old = back_up(folder, keep_days=35)
    entries = {name for name, _ in archive.read(old, private=PAIR.private)}
    assert not {name for name in entries if name.startswith("keys_")}
    destroy_keys(erased.pk, at=timezone.now())
    services.make_backup(
        folder=folder,
        public=PAIR.public,
        kept_days=35,
        at=timezone.now() + timedelta(seconds=2),
        by=Actor(),
    )

    call_command("restore", str(old), identity=str(safe), force=True)

    crypto.data_keys.forget()
    assert Client.objects.get(pk=kept.pk).surname == "Kept"
    with pytest.raises(crypto.KeyDestroyed):
        Client.objects.get(pk=erased.pk).surname  # noqa: B018


@pytest.mark.django_db(transaction=True)
def test_keys_older_than_the_data_are_refused(folder, safe, tmp_path):
    """Fault: whoever came between the two has no key, and is lost without a word."""
    first = back_up(folder)
    old_keys = tmp_path / "old-keys.age"
    old_keys.write_bytes((folder / services.KEYS_FILE).read_bytes())
    first.rename(tmp_path / "first.age")
    later = services.make_backup(
        folder=folder,
        public=PAIR.public,
        kept_days=35,
        at=timezone.now() + timedelta(seconds=2),
        by=Actor(),
    )

    with pytest.raises(CommandError, match="older than the data"):
        call_command(
            "restore", str(later.data), identity=str(safe), keys=old_keys, force=True
        )


def test_old_backups_become_fewer_and_then_none(tmp_path, noon):
    """Two a day for forty days: what stays on the last of them."""
    times = [noon - timedelta(hours=12 * n) for n in range(80)]
    for at in times:
        (tmp_path / services._name(at)).touch()

    services._thin_out(tmp_path, 35, noon)

    kept = sorted(path.name for path in tmp_path.iterdir())
    last_days = [at for at in times if at >= noon - timedelta(days=2)]
    first_of_days = [
        at
        for at in times
        if noon - timedelta(days=35) <= at < last_days[-1] and at.hour < 12
    ]
    # The 35th day back has only the one at noon left.
    oldest = noon - timedelta(days=35)
    assert kept == sorted(
        services._name(at) for at in [*last_days, *first_of_days, oldest]
    )


@pytest.mark.django_db(transaction=True)
def test_a_check_reads_everything_and_changes_nothing(folder, safe, capsys):
    ClientFactory()
    made = back_up(folder)
    before = holdings()

    call_command("restore", str(made), identity=str(safe), check=True)

    assert holdings() == before
    assert "Whole: " in capsys.readouterr().out


@pytest.mark.django_db
@pytest.mark.parametrize(
    "key",
    [
        pytest.param("", id="none"),
        pytest.param("age1nonsense", id="nonsense"),
        pytest.param(PAIR.private, id="the private half"),
    ],
)
def test_no_backup_without_a_public_key(tmp_path, settings, key):
    settings.BACKUP_KEY = key

    with pytest.raises(CommandError, match="COMPANION_BACKUP_KEY"):
        call_command("backup", to=tmp_path / "backups")

    assert not list(tmp_path.glob("backups/*"))


def test_the_pair_is_printed_once_and_fits(capsys):
    call_command("backup_key")

    comment, private = capsys.readouterr().out.splitlines()
    assert comment == f"# public key: {age.public_of(private)}"


# --- the format


def test_a_file_of_another_program_opens():
    """Written by rage, which is not ours, with a line in its header that we do not know."""
    private, public = (VECTORS / "key.txt").read_text().split()

    with (VECTORS / "lines.age").open("rb") as file:
        text = age.Reader(file, private=private).read()

    assert age.public_of(private) == public
    assert text == b"".join(b"line %d\n" % number for number in range(12000))


@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, 131072, 200_000])
def test_every_length_comes_back_and_only_whole(size):
    plain, file = os.urandom(size), io.BytesIO()
    writer = age.Writer(file, public=PAIR.public)
    writer.write(plain[:70_000])
    writer.write(plain[70_000:])
    writer.close()

    sealed = file.getvalue()
    assert age.Reader(io.BytesIO(sealed), private=PAIR.private).read() == plain
    chunk = age.CHUNK + age.TAG
    start = len(sealed) - (len(plain) + max(1, -(-size // age.CHUNK)) * age.TAG)
    # Cut exactly between two chunks, and two chunks changed about.
    for broken in {
        sealed[: start + chunk],
        sealed[:start] + sealed[start + chunk :],
        sealed[:start] + sealed[start + chunk :] + sealed[start : start + chunk],
    } - {sealed}:
        with pytest.raises(age.CannotDecrypt):
            age.Reader(io.BytesIO(broken), private=PAIR.private).read()
