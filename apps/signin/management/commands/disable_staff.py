from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.accounts.models import User
from apps.audit import actors
from apps.care.models import Enrollment
from apps.common.walls import across
from apps.signin.services import disable_staff


class Command(BaseCommand):
    help = "End every sign-in of somebody of the staff who left, and every way in."

    def add_arguments(self, parser):
        parser.add_argument("email")

    @across()
    def handle(self, *, email, **options):
        user = User.objects.filter(kind=User.Kind.STAFF, email__iexact=email).first()
        if user is None:
            raise CommandError(f"Nobody of the staff has {email}.")
        by = actors.command(user.organization_id)
        at = timezone.now()
        disable_staff(user=user, at=at, by=by)
        self.stdout.write(f"{email} is signed out everywhere and cannot come back in.")
        named = Enrollment.objects.active().on_roster_of(user, at).values_list("pk")
        if len(named):
            self.stdout.write(
                f"They are still named on {len(named)} records. Hand them over: until then "
                "nobody may be looking after these people."
            )
