"""The beginning of a real program: whose it is, where, at which levels, and by whom."""

import re
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import LevelOfCare, Organization, Program, Site, StaffRole
from apps.care.rules.lexicon import telling_words
from apps.care.services.invitations import Handout, invite_staff

# code, name, weekly hours, days a week, usual weeks, ASAM 4th edition, weeks between
# reviews, and what payers ask of a week in days and minutes a day. A beginning: data.
LEVELS = [
    ("PHP", "Day treatment", (20, 30), (4, 6), 3, "2.5 High-Intensity Outpatient",
     1, (None, None)),
    ("IOP", "Intensive outpatient", (9, 19), (3, 5), 10, "2.1 Intensive Outpatient",
     4, (3, 180)),
    ("OP", "Outpatient", (1, 9), (1, 2), 12, "1.5 Outpatient Therapy",
     6, (None, None)),
]  # fmt: skip


class AlreadyThere(Exception):
    """An organization of that name, or a person with that e-mail, is here."""


class AliasTells(Exception):
    """A stranger would learn from the sender's name what this is about."""


class AppNameTells(Exception):
    """A stranger would learn from the app's name what this is about, or where."""


@transaction.atomic
def found_organization(
    *,
    name: str,
    alias: str,
    site: str,
    timezone: str,
    admin_name: str,
    admin_email: str,
    at: datetime,
    by: Actor,
    app_name: str = "",
    app_icon: str = Organization.AppIcon.WAVE,
) -> Handout:
    """Make an organization with its first site, and the way in for its first admin.

    :raises AlreadyThere: the name or the e-mail address is taken.
    :raises AliasTells: the alias is the name, or holds a word that tells.
    :raises AppNameTells: the app's name does, or is that of the organization or the site.
    """
    if Organization.objects.filter(name__iexact=name).exists():
        raise AlreadyThere(name)
    if User.objects.filter(email__iexact=admin_email).exists():
        raise AlreadyThere(admin_email)
    if alias.casefold() == name.casefold() or telling_words(alias):
        raise AliasTells(alias)
    if tells(app_name, names=(name, site)):
        raise AppNameTells(app_name)
    organization = Organization.objects.create(
        name=name,
        alias=alias,
        app_name=app_name,
        app_icon=app_icon,
        created_at=at,
    )
    Site.objects.create(
        organization=organization,
        code=site[:3].upper(),
        name=site,
        timezone=timezone,
    )
    make_levels(organization)
    record(action="care.organization_founded", at=at, by=by, subject=organization)
    admin = register_staff(
        organization=organization,
        name=admin_name,
        email=admin_email,
        role=StaffRole.Role.ADMIN,
        at=at,
        by=by,
    )
    return invite_staff(staff=admin, at=at, by=by)


def tells(app_name: str, *, names: Iterable[str]) -> bool:
    """Whether a name holds a telling word, or one of these: whose it is, and where."""
    said = app_name.casefold()
    named = any(re.search(rf"\b{re.escape(name.casefold())}\b", said) for name in names)
    return named or bool(telling_words(app_name))


def make_levels(organization: Organization) -> list[LevelOfCare]:
    """The usual levels of care, for an organization that has none yet."""
    return LevelOfCare.objects.bulk_create(
        LevelOfCare(
            organization=organization,
            code=code,
            name=name,
            weekly_hours_min=hours[0],
            weekly_hours_max=hours[1],
            days_min=days[0],
            days_max=days[1],
            usual_weeks=weeks,
            asam_edition="4",
            asam_level=asam,
            review_weeks=review,
            floor_days=floor[0],
            floor_minutes=floor[1],
            position=position,
        )
        for position, (
            code, name, hours, days, weeks, asam, review, floor,
        ) in enumerate(LEVELS)
    )  # fmt: skip


@transaction.atomic
def register_staff(
    *,
    organization: Organization,
    name: str,
    email: str,
    role: str,
    at: datetime,
    by: Actor,
    site: Site | None = None,
) -> User:
    """Somebody who will work here; switched on when they accept their invitation."""
    user = User.objects.create(
        kind=User.Kind.STAFF,
        name=name,
        email=email.strip().lower(),
        organization_id=organization.pk,
        is_active=False,
    )
    StaffRole.objects.create(user=user, organization=organization, site=site, role=role)
    record(action="care.staff_registered", at=at, by=by, subject=user)
    return user


@transaction.atomic
def let_facilitators_see_checkins(
    *, program: Program, may: bool, at: datetime, by: Actor
) -> None:
    """Who leads a room of this program may read the check-ins of its people, or may not."""
    _set(program, "facilitators_see_checkins", may, at, by)


@transaction.atomic
def allow_calendars(*, program: Program, may: bool, at: datetime, by: Actor) -> None:
    """People of this program may have their times in their own calendars, or may not."""
    _set(program, "allows_calendars", may, at, by)


def _set(program: Program, name: str, value: bool, at: datetime, by: Actor) -> None:
    setattr(program, name, value)
    program.save(update_fields=[name])
    record(
        action="care.program_changed",
        at=at,
        by=by,
        subject=program,
        field_names=[name],
    )
