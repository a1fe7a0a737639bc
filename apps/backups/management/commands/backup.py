"""``manage.py backup --to DIR``: everything, encrypted, while people work."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.audit import actors
from apps.backups import age
from apps.backups.services import make_backup
from apps.common.walls import across


class Command(BaseCommand):
    help = (
        "Write an encrypted backup of every row, and the keys of clients apart from it."
    )

    def add_arguments(self, parser):
        parser.add_argument("--to", type=Path, required=True, metavar="DIR")
        parser.add_argument(
            "--keep-days",
            type=int,
            default=35,
            help="remove backups in DIR that are older (default %(default)s)",
        )

    @across()
    def handle(self, *, to, keep_days, **options):
        if not settings.BACKUP_KEY:
            raise CommandError(
                "Set COMPANION_BACKUP_KEY. `manage.py backup_key` makes a pair."
            )
        try:
            made = make_backup(
                folder=to,
                public=settings.BACKUP_KEY,
                kept_days=keep_days,
                at=timezone.now(),
                by=actors.command(),
            )
        except age.NotAKey as why:
            raise CommandError(f"COMPANION_BACKUP_KEY: {why}") from None
        rows = sum(table.rows for table in made.manifest.tables.values())
        self.stdout.write(
            f"{made.data}: {rows} rows of {len(made.manifest.tables)} tables.\n"
            f"{made.keys}: the keys of clients; keep only the newest of these anywhere."
        )
