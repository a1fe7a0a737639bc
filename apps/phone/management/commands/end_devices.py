from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.audit import actors
from apps.care.models import Client
from apps.common.walls import across
from apps.phone.services import end_devices


class Command(BaseCommand):
    help = "A phone was lost: let no phone of this client hand in anything any more."

    def add_arguments(self, parser):
        parser.add_argument(
            "client", type=UUID, help="As in the address of the record on the desk."
        )

    @across()
    def handle(self, *, client, **options):
        person = Client.objects.filter(pk=client).first()
        if person is None:
            raise CommandError("There is no such client.")
        ended = end_devices(
            client_id=person.pk,
            at=timezone.now(),
            by=actors.command(person.organization_id),
        )
        self.stdout.write(f"Ended: {ended}. Their next sign-in makes a new one.")
