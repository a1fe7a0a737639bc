from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from apps.audit import actors
from apps.audit.expiry import expire
from apps.audit.verifying import verify
from apps.common.walls import across


class Command(BaseCommand):
    help = (
        "Drop audit rows older than six years, as the owner of the tables. What is left "
        "is one chain that verify_audit accepts."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--hold",
            action="append",
            type=UUID,
            default=[],
            metavar="ID",
            help=(
                "A legal hold: a client, somebody of the staff, or an organization. Nothing "
                "from the first row that names them on is dropped. May be repeated."
            ),
        )

    @across()
    def handle(self, *, hold, **options):
        at = timezone.now()
        anchor = Path(settings.AUDIT_ANCHOR) if settings.AUDIT_ANCHOR else None
        # What was tampered with is evidence, and a row made to look old would go for good.
        if next(verify(at=at, anchor=anchor), None):
            raise CommandError("The log is not as written: see verify_audit first.")
        try:
            count = expire(at=at, by=actors.command(), held=hold)
        except DatabaseError as refused:
            raise CommandError(
                f"Refused: {refused}".strip()
                + "\nOnly the owner of the tables may: set DATABASE_URL to DATABASE_OWNER_URL."
            ) from None
        self.stdout.write(f"{count} events are gone.")
