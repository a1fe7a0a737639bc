"""What somebody of the staff does here, and where. Records open by assignment, not by this."""

from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Organization, Site, StaffRole


class LastAdmin(Exception):
    """Nobody would be left who can invite and end people."""


class LastRole(Exception):
    """Somebody who works here does something here; who does not any more is ended."""


@transaction.atomic
def give_role(
    *, user: User, role: str, site: Site | None, at: datetime, by: Actor
) -> StaffRole:
    """Given twice, it is the first one. ``site`` is None for every site."""
    given, is_new = StaffRole.objects.get_or_create(
        user=user, organization_id=user.organization_id, role=role, site=site
    )
    if is_new:
        record(action="care.role_given", at=at, by=by, subject=user, reason=role)
    return given


@transaction.atomic
def take_role(*, role: StaffRole, at: datetime, by: Actor) -> None:
    """
    :raises LastAdmin: when it is the only one of the house that is in use.
    :raises LastRole: the person does nothing else here.
    """
    check_an_admin_stays(role)
    others = StaffRole.objects.filter(
        user=role.user_id, organization=role.organization_id
    ).exclude(pk=role.pk)
    if not others.exists():
        raise LastRole
    role.delete()
    record(action="care.role_taken", at=at, by=by, subject=role.user, reason=role.role)


@transaction.atomic
def check_an_admin_leaves_another(*, user: User) -> None:
    """:raises LastAdmin: before somebody is ended."""
    _hold_the_house(user.organization_id)
    if _admins(user.organization_id).filter(user=user).exists():
        _raise_if_none(_admins(user.organization_id).exclude(user=user))


def check_an_admin_stays(role: StaffRole) -> None:
    _hold_the_house(role.organization_id)
    if role.role == StaffRole.Role.ADMIN:
        _raise_if_none(_admins(role.organization_id).exclude(pk=role.pk))


def _hold_the_house(organization_id) -> None:
    """Two who take each other's role at once wait for each other here."""
    Organization.objects.select_for_update().get(pk=organization_id)


def _admins(organization_id):
    return StaffRole.objects.filter(
        organization=organization_id, role=StaffRole.Role.ADMIN, user__is_active=True
    )


def _raise_if_none(admins) -> None:
    if not admins.exists():
        raise LastAdmin
