from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.accounts.models import User
from apps.audit import actors
from apps.common.walls import across
from apps.signin.services import reset_ways_in


class Command(BaseCommand):
    help = (
        "Somebody of the staff lost phone, passkeys and spare codes: let them set up new "
        "ones at their next sign-in. Make sure first that it is they who ask."
    )

    def add_arguments(self, parser):
        parser.add_argument("email")

    @across()
    def handle(self, *, email, **options):
        user = User.objects.filter(kind=User.Kind.STAFF, email__iexact=email).first()
        if user is None:
            raise CommandError(f"Nobody of the staff has {email}.")
        by = actors.command(user.organization_id)
        reset_ways_in(user=user, at=timezone.now(), by=by)
        self.stdout.write(f"{email} is signed out and sets up a new second step.")
