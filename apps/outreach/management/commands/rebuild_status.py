from django.core.management.base import BaseCommand
from django.utils import timezone

from apps.care.models import Enrollment
from apps.common.walls import across
from apps.outreach.services.rebuilding import rebuild_status


class Command(BaseCommand):
    help = "Make the status rows anew from history."

    @across()
    def handle(self, **options):
        enrollments = Enrollment.objects.exclude(state=Enrollment.State.ENDED)
        for enrollment in enrollments.select_related("client").iterator():
            rebuild_status(enrollment=enrollment, at=timezone.now())
        self.stdout.write(f"{enrollments.count()} rows made anew.")
