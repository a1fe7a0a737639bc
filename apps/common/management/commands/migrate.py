from django.core.management.commands import migrate

from apps.common.walls import across


class Command(migrate.Command):
    """Django's own. What a migration does to rows, it does to those of everybody."""

    @across()
    def handle(self, *args, **options):
        super().handle(*args, **options)
