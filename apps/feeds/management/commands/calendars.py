from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.audit import actors
from apps.care.models import Program
from apps.care.services.organizations import allow_calendars
from apps.common.walls import across


class Command(BaseCommand):
    help = "Let people of this program have their times in their own calendars, or not."

    def add_arguments(self, parser):
        parser.add_argument("organization", help="By name.")
        parser.add_argument("site", help="By code.")
        parser.add_argument("program", help="By name.")
        parser.add_argument("--off", action="store_true")

    @across()
    def handle(self, *, organization, site, program, off, **options):
        found = (
            Program.objects.select_related("site")
            .filter(
                site__organization__name=organization, site__code=site, name=program
            )
            .first()
        )
        if found is None:
            raise CommandError("No such program.")
        by = actors.command(found.site.organization_id)
        allow_calendars(program=found, may=not off, at=timezone.now(), by=by)
