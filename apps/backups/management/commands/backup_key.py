"""``manage.py backup_key``: the pair that backups are encrypted to."""

from django.core.management.base import BaseCommand

from apps.backups import age


class Command(BaseCommand):
    help = (
        "Make the pair of keys for backups and print it, once. The private half goes onto "
        "paper or a stick in a safe, never onto this machine."
    )
    requires_system_checks: list[str] = []

    def handle(self, **options):
        pair = age.new_pair()
        self.stdout.write(f"# public key: {pair.public}\n{pair.private}")
        self.stderr.write(
            f"Set COMPANION_BACKUP_KEY={pair.public}\n"
            "The line with AGE-SECRET-KEY is shown this once and is kept nowhere. Without it "
            "no backup can be opened: keep two copies, in two places, on no server."
        )
