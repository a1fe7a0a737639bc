"""``manage.py erase_client``: remove a whole record before its time, for good."""

from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.audit import actors
from apps.care.models import Client
from apps.common.walls import across
from apps.lifecycle.erasing import IsHeld
from apps.lifecycle.services import StillInCare, erase_client

SHORTEST_REASON = 15


class Command(BaseCommand):
    help = (
        "Remove everything of one client and destroy their key, so that no backup can be "
        "read for them either. Nobody can undo this."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "client", type=UUID, help="the id in the address of their page"
        )
        parser.add_argument("--reason", required=True, help="who decided it, and why")

    @across()
    def handle(self, *, client, reason, **options):
        if len(reason.strip()) < SHORTEST_REASON:
            raise CommandError("Say in a few words who decided it, and why.")
        found = Client.objects.filter(pk=client).first()
        if found is None:
            raise CommandError("There is no such client.")
        try:
            rows = erase_client(
                client=found, reason=reason, at=timezone.now(), by=actors.command()
            )
        except StillInCare:
            raise CommandError("They are in care. End the episode first.") from None
        except IsHeld:
            raise CommandError(
                "The record is held. Who answers for the house lifts that first."
            ) from None
        self.stdout.write(
            f"{rows} rows are gone, and the key. Make a backup now: it replaces the copy of "
            "the keys, and with it the last way to read older backups for this client."
        )
