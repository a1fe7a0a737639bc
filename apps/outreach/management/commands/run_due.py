from django.core.management.base import BaseCommand

from apps.outreach.tasks import tick


class Command(BaseCommand):
    help = "Do what is due now, once: one tick of the clock."

    def handle(self, **options):
        tick()
