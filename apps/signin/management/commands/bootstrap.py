from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils import timezone as clock

from apps.audit import actors
from apps.care.models import Organization
from apps.care.services.organizations import (
    AliasTells,
    AlreadyThere,
    AppNameTells,
    found_organization,
)
from apps.common.walls import across


class Command(BaseCommand):
    help = (
        "Make a first organization and print the invitation of its first admin, once."
    )

    def add_arguments(self, parser):
        parser.add_argument("--organization", required=True)
        parser.add_argument(
            "--alias", required=True, help="The neutral name messages come from."
        )
        parser.add_argument(
            "--app-name",
            default="",
            help="How the app is called on phones; else as COMPANION_APP_NAME says.",
        )
        parser.add_argument(
            "--app-icon",
            choices=[icon.lower() for icon in Organization.AppIcon],
            default="wave",
        )
        parser.add_argument("--site", required=True, help="Such as Boston.")
        parser.add_argument(
            "--timezone", required=True, help="Such as America/New_York."
        )
        parser.add_argument("--admin-name", required=True)
        parser.add_argument("--admin-email", required=True)

    @across()
    def handle(
        self,
        *,
        organization,
        alias,
        app_name,
        app_icon,
        site,
        timezone,
        admin_name,
        admin_email,
        **options,
    ):
        _check(timezone, admin_email)
        _check_app_name(app_name)
        try:
            handout = found_organization(
                name=organization,
                alias=alias,
                app_name=app_name,
                app_icon=app_icon.upper(),
                site=site,
                timezone=timezone,
                admin_name=admin_name,
                admin_email=admin_email,
                at=clock.now(),
                by=actors.command(),
            )
        except AlreadyThere as taken:
            raise CommandError(f"{taken} is here already. Nothing was made.") from None
        except AliasTells:
            raise CommandError(
                "The alias stands on locked screens: it may not be the legal name, nor "
                "say what the organization does."
            ) from None
        except AppNameTells:
            raise CommandError(
                "The app's name stands on the phone for anybody to read: it may not say "
                "what the organization does, whose it is, or where."
            ) from None
        path = reverse("signin:invitation", args=[handout.token])
        self.stdout.write(f"Link: {settings.PUBLIC_BASE_URL}{path}")
        self.stdout.write(f"Code: {handout.code}")
        self.stdout.write(
            f"For {admin_name}, once, until {handout.invitation.expires_at:%Y-%m-%d %H:%M} UTC. "
            "Pass them on by two different ways; they are not shown again."
        )


def _check_app_name(app_name: str) -> None:
    field = Organization._meta.get_field("app_name")
    try:
        field.run_validators(app_name)
    except ValidationError as problem:
        raise CommandError(f"App name: {' '.join(problem.messages)}") from None


def _check(timezone: str, email: str) -> None:
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        raise CommandError(f"{timezone} is not a time zone.") from None
    try:
        validate_email(email)
    except ValidationError:
        raise CommandError(f"{email} is not an e-mail address.") from None
