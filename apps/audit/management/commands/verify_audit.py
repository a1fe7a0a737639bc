from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.audit.sealing import head
from apps.audit.verifying import verify
from apps.common.walls import across


class Command(BaseCommand):
    help = (
        "Name every audit row that was changed, deleted, put in or moved, and print the "
        "head of the chain. Ends with 1 if there is any."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--anchor",
            default=settings.AUDIT_ANCHOR,
            help="The file of heads on another disk; the default is COMPANION_AUDIT_ANCHOR.",
        )

    @across()
    def handle(self, *, anchor, **options):
        found = 0
        for finding in verify(
            at=timezone.now(), anchor=Path(anchor) if anchor else None
        ):
            found += 1
            self.stdout.write(str(finding))
        last = head()
        if last:
            self.stdout.write(
                f"Head: position {last.position}, seq {last.seq}, {last.at:%Y-%m-%d %H:%M:%S} "
                f"UTC, {last.mac}"
            )
        if not anchor:
            self.stdout.write(
                "Without an anchor file, rows cut off at the end are not seen: compare the "
                "head with the one you wrote down last."
            )
        if found:
            raise CommandError(f"{found} not as written.")
        self.stdout.write("All as written.")
