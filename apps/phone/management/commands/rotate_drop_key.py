from django.core.management.base import BaseCommand
from django.utils import timezone

from apps.audit import actors
from apps.common.walls import across
from apps.phone.services import rotate_drop_key


class Command(BaseCommand):
    help = (
        "Make a new pair for phones to seal to. What waits to the old one still opens."
    )

    @across()
    def handle(self, **options):
        key = rotate_drop_key(at=timezone.now(), by=actors.command())
        self.stdout.write(f"Phones seal to {key.pk} from their next contact on.")
