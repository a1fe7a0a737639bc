"""``manage.py restore FILE --identity KEY``: put a backup in place of everything."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.audit import actors
from apps.backups import archive
from apps.backups.services import KEYS_FILE, Refused, restore
from apps.common.walls import across


class Command(BaseCommand):
    help = "Put a backup back, into an empty database with the same migrations."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--identity",
            required=True,
            metavar="KEYFILE",
            help="the file with AGE-SECRET-KEY-…, or - to type it",
        )
        parser.add_argument(
            "--keys",
            type=Path,
            help=f"the newest {KEYS_FILE}; the one beside FILE where not said",
        )
        parser.add_argument(
            "--force", action="store_true", help="replace what is in the database"
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help="read both files to their end and change nothing",
        )

    @across()
    def handle(self, *, file, identity, keys, force, check, **options):
        private = _private_key(identity)
        keys = keys or file.with_name(KEYS_FILE)
        try:
            if check:
                manifest = archive.check(file, private=private)
                archive.check(keys, private=private)
            else:
                manifest = restore(
                    data=file,
                    keys=keys,
                    private=private,
                    force=force,
                    at=timezone.now(),
                    by=actors.command(),
                )
        except (Refused, archive.Unreadable) as why:
            raise CommandError(str(why)) from None
        rows = sum(table.rows for table in manifest.tables.values())
        done = "Whole" if check else "Restored"
        self.stdout.write(f"{done}: {rows} rows of {manifest.made_at}.")
        if manifest.audit_head:
            self.stdout.write(
                f"The audit chain ended at {manifest.audit_head['position']}: "
                f"{manifest.audit_head['mac']}"
            )


def _private_key(identity: str) -> str:
    try:
        text = sys.stdin.read() if identity == "-" else Path(identity).read_text()
    except OSError as why:
        raise CommandError(f"The key could not be read: {why.strerror}") from None
    lines = [line.strip() for line in text.splitlines()]
    keys = [line for line in lines if line and not line.startswith("#")]
    if len(keys) != 1:
        raise CommandError("The key file must hold one line with AGE-SECRET-KEY-….")
    return keys[0]
