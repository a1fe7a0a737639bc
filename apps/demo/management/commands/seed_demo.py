import time as clock
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.care.models import Organization
from apps.common.walls import across
from apps.demo.seed import calendars, copies, levels, locked, neighbor, records
from apps.demo.seed.people import people
from apps.demo.seed.program import BOSTON_TIME, build_program
from apps.demo.seed.simulation import Simulation


class Command(BaseCommand):
    help = (
        "Make the demonstration program by running the product over its simulated past."
    )

    def add_arguments(self, parser):
        parser.add_argument("--today", type=date.fromisoformat, help="YYYY-MM-DD")
        parser.add_argument(
            "--clients",
            type=int,
            default=0,
            help="Copy people in bulk until there are so many, for benches.",
        )
        parser.add_argument(
            "--weeks",
            type=int,
            default=13,
            help="Keep at most so many weeks of history.",
        )
        parser.add_argument(
            "--if-empty", action="store_true", help="Do nothing when there are records."
        )

    @across()
    def handle(self, *, today, clients, weeks, if_empty, **options):
        if not settings.DEMO:
            raise CommandError("Demonstration data needs COMPANION_DEMO=1.")
        if Organization.objects.exists():
            if if_empty:
                return
            raise CommandError("There are records already; run make demo-reset first.")
        began = clock.monotonic()
        zone = ZoneInfo(BOSTON_TIME)
        now = timezone.now()
        today = today or now.astimezone(zone).date()
        now = min(now, datetime.combine(today, time(23, 59), zone))
        if now.astimezone(zone).date() != today:
            raise CommandError("--today cannot be in the future.")
        chosen = [p for p in people() if p.days_in_care <= weeks * 7]
        first_day = today - timedelta(days=max(p.days_in_care for p in chosen))
        world = build_program(
            first_day=first_day,
            today=today,
            at=datetime.combine(first_day, time(6), zone),
        )
        neighbor.build(today=today, now=now)
        Simulation(world, chosen, today, now).run()
        records.build(world.organization, now)
        levels.build(world.organization, now)
        calendars.build(world.organization, now)
        locked.build(at=now)
        copies.fill_up(world, total=clients, at=now)
        self.stdout.write(
            f"Harbor Lane is ready: {max(len(chosen), clients)} people, "
            f"{clock.monotonic() - began:.0f} s."
        )
