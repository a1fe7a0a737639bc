from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from apps.audit import actors, turning
from apps.audit.sealing import turn_key
from apps.audit.verifying import verify
from apps.common.walls import across


class Command(BaseCommand):
    help = (
        "Seal the audit log with the first key of COMPANION_AUDIT_KEY from here on, as the "
        "owner of the tables. Run again, it finds nothing to do."
    )

    @across()
    def handle(self, **options):
        at = timezone.now()
        if not turning.is_due():
            self.stdout.write("The newest key seals already. Nothing to do.")
            return
        anchor = Path(settings.AUDIT_ANCHOR) if settings.AUDIT_ANCHOR else None
        # The new key vouches for what stands: not for what was tampered with.
        found = [f for f in verify(at=at, anchor=anchor) if not f.waits_for_a_turn]
        if found:
            raise CommandError("The log is not as written: see verify_audit first.")
        try:
            made = turn_key(at=at, by=actors.command())
        except turning.NoKey as name:
            raise CommandError(
                f"Key {name} seals now. Keep it in COMPANION_AUDIT_KEY, behind the new one."
            ) from None
        except turning.UsedBefore as name:
            raise CommandError(
                f"Key {name} sealed an earlier part. Make a new one."
            ) from None
        except DatabaseError as refused:
            raise CommandError(
                f"Refused: {refused}".strip()
                + "\nOnly the owner of the tables may: set DATABASE_URL to DATABASE_OWNER_URL."
            ) from None
        self.stdout.write(
            f"Key {made.key} seals from position {made.position + 1} on."
            if made
            else "Somebody was faster. Nothing to do."
        )
