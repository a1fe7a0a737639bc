"""``manage.py anonymize --this-is-a-copy``: names and words become made up."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.common.walls import across
from apps.lifecycle.anonymizing import NotACopy, anonymize, refuse_production


class Command(BaseCommand):
    help = (
        "Replace names and words in a copy by made-up ones, for trying things out. Queues, "
        "sign-ins, keys and the log are emptied. Never on the database people use."
    )

    def add_arguments(self, parser):
        parser.add_argument("--this-is-a-copy", action="store_true")

    @across()
    def handle(self, *, this_is_a_copy, **options):
        if not this_is_a_copy:
            raise CommandError("Say --this-is-a-copy. Nothing can be taken back.")
        try:
            refuse_production()
            replaced = anonymize(at=timezone.now())
        except NotACopy as why:
            raise CommandError(str(why)) from None
        self.stdout.write(
            f"{replaced} values were made up. Staff sign in with the addresses that stand in "
            "accounts_user now. Pass on a dump of this, never its files or its log."
        )
