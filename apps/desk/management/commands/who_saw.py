from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from apps.audit import actors
from apps.audit.services import record
from apps.care.models import Client
from apps.common.csv_cells import write_csv
from apps.common.walls import across
from apps.desk.breach import WHO_SAW, who_saw
from apps.desk.management.commands import add_span, moment


class Command(BaseCommand):
    help = "Print as CSV who saw or received what of one client, between two moments."

    def add_arguments(self, parser):
        parser.add_argument("client", type=UUID, help="The client's id.")
        add_span(parser)

    @across()
    def handle(self, *, client, since, until, **options):
        found = Client.objects.filter(pk=client).first()
        if found is None:
            raise CommandError("No client has that id.")
        rows = list(who_saw(found, since=moment(since), until=moment(until)))
        with transaction.atomic():
            record(
                action="desk.who_saw",
                at=timezone.now(),
                by=actors.command(found.organization_id),
                client_id=found.pk,
            )
        write_csv(self.stdout, WHO_SAW, rows)
