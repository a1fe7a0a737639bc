"""``manage.py load_weekly_wording FILE``: the official words over ours."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.audit import actors
from apps.care.models import Organization, Program
from apps.checkins.services.weekly_wording import (
    BadWording,
    end_wording,
    load_wording,
)
from apps.common.walls import across


class Command(BaseCommand):
    help = (
        "Ask the weekly review in the official words of a JSON file, for an organization or "
        "one of its programs. What was answered before stays beside the words it was asked "
        "in. From then on the published cut-offs speak."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument("--organization", help="By name; may be left out for one.")
        parser.add_argument("--site", help="By code, with --program.")
        parser.add_argument("--program", help="By name. Else for the whole house.")
        parser.add_argument(
            "--own", action="store_true", help="Back to our own words, without a file."
        )

    @across()
    def handle(self, *, file, organization, site, program, own, **options):
        if own == bool(file):
            raise CommandError("Name a file, or say --own.")
        house = self._house(organization)
        place = {
            "organization": house,
            "program": self._program(house, site, program),
            "at": timezone.now(),
            "by": actors.command(house.pk),
        }
        if own:
            ended = end_wording(**place)
            self.stdout.write("Our own words." if ended else "None were loaded here.")
            return
        try:
            data = json.loads(file.read_text(encoding="utf-8-sig"))
            wording, is_new = load_wording(data=data, **place)
        except OSError as why:
            raise CommandError(f"{file} cannot be read: {why.strerror}.") from None
        except (UnicodeDecodeError, json.JSONDecodeError):
            raise CommandError(f"{file} is no JSON in UTF-8.") from None
        except BadWording as why:
            raise CommandError(str(why)) from None
        said = "is asked from now on" if is_new else "is asked already"
        self.stdout.write(f"{wording} {said} ({', '.join(sorted(wording.texts))}).")

    def _house(self, name) -> Organization:
        houses = Organization.objects.all()
        found = list((houses.filter(name=name) if name else houses)[:2])
        if len(found) != 1:
            raise CommandError("Say which organization, by its name.")
        return found[0]

    def _program(self, house, site, name) -> Program | None:
        if not name and not site:
            return None
        found = Program.objects.filter(
            site__organization=house, site__code=site or "", name=name or ""
        ).first()
        if found is None:
            raise CommandError("No such program. Name it with its site.")
        return found
