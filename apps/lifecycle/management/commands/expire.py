"""``manage.py expire``: remove what is too old, as the tick does every night."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from apps.audit import actors
from apps.common.walls import across
from apps.lifecycle.services import expire


class Command(BaseCommand):
    help = "Remove what is kept no longer, unless it is held."

    def add_arguments(self, parser):
        parser.add_argument(
            "--dry-run", action="store_true", help="count, and remove nothing"
        )

    @across()
    def handle(self, *, dry_run, **options):
        for done in expire(at=timezone.now(), by=actors.command(), dry_run=dry_run):
            held = f", {done.held} held" if done.held else ""
            self.stdout.write(f"{done.kind.name} ({done.kind.kept}): {done.rows}{held}")
