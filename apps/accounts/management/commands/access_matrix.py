from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.accounts.access_matrix import as_json, as_page

FOLDER = settings.BASE_DIR / "docs" / "security"
FILES = {"access.md": as_page, "access.json": as_json}


class Command(BaseCommand):
    help = (
        "Say who may do what. --write renews docs/security/access.md and access.json."
    )

    def add_arguments(self, parser):
        parser.add_argument("--write", action="store_true")

    def handle(self, *, write, **options):
        if not settings.DEMO:
            raise CommandError(
                "The pages of the demonstration are in it too: COMPANION_DEMO=1."
            )
        for name, made in FILES.items():
            if write:
                (FOLDER / name).write_text(made())
            elif not (FOLDER / name).exists() or (FOLDER / name).read_text() != made():
                raise CommandError(f"{name} is not current: access_matrix --write")
