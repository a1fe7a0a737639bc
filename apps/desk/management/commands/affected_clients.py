from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.audit import actors
from apps.audit.services import record
from apps.common.csv_cells import write_csv
from apps.common.walls import across
from apps.desk.breach import AFFECTED, affected
from apps.desk.management.commands import add_span, moment


class Command(BaseCommand):
    help = (
        "Print as CSV the ids of clients whose records somebody of the staff, or some "
        "network, saw or changed between two moments."
    )

    def add_arguments(self, parser):
        add_span(parser)
        parser.add_argument("--staff", default="", help="An e-mail address.")
        parser.add_argument(
            "--network",
            default="",
            help="As the log has it, such as 198.51.100.0/24.",
        )
        parser.add_argument(
            "--all", action="store_true", help="Whoever it was: every client named."
        )

    @across()
    def handle(self, *, since, until, staff, network, all, **options):
        if not (staff or network or all):
            raise CommandError("Name --staff or --network, or say --all.")
        user = None
        if staff:
            user = User.objects.filter(
                kind=User.Kind.STAFF, email__iexact=staff
            ).first()
            if user is None:
                raise CommandError(f"Nobody of the staff has {staff}.")
        rows = affected(
            since=moment(since), until=moment(until), staff=user, address=network
        )
        with transaction.atomic():
            record(
                action="desk.who_saw",
                at=timezone.now(),
                by=actors.command(user.organization_id if user else None),
                client_ids=[row[0] for row in rows],
            )
        write_csv(self.stdout, AFFECTED, rows)
