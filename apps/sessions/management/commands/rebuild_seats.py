from django.core.management.base import BaseCommand
from django.utils import timezone

from apps.common.walls import across
from apps.sessions.models import GroupSession, Series
from apps.sessions.services import count_seats


class Command(BaseCommand):
    help = "Count the seats taken at all coming sessions anew."

    @across()
    def handle(self, *args, **options):
        coming = GroupSession.objects.filter(
            enrollment=None, ends_at__gte=timezone.now()
        )
        wrong = count_seats(sessions=coming.filter(series=None))
        for series in Series.objects.all():
            wrong += count_seats(sessions=coming.filter(series=series))
        self.stdout.write(f"{wrong} sessions had a wrong number of seats taken.")
