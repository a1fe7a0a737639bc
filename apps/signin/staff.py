"""The people of a house: who is here, who is invited, who waits at the door."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.http import Http404

from apps.accounts import policy
from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.care.models import Enrollment, Invitation, Organization, Site, StaffRole
from apps.care.services.invitations import Handout, invite_staff
from apps.care.services.organizations import register_staff
from apps.care.services.staffing import check_an_admin_leaves_another
from apps.signin.models import Knock
from apps.signin.services import disable_staff


class Taken(Exception):
    """This e-mail is somebody's already."""


@dataclass
class Person:
    """``state`` is INVITED, HERE or ENDED."""

    user: User
    roles: list[StaffRole] = field(default_factory=list)
    knocks: list[Knock] = field(default_factory=list)
    is_invited: bool = False

    @property
    def state(self) -> str:
        if self.user.is_active:
            return "HERE"
        return "INVITED" if self.user.last_login is None else "ENDED"


def of_house(user: User, at: datetime) -> list[Person]:
    """In four queries, whoever many they are; those who left come last."""
    staff = User.objects.filter(
        kind=User.Kind.STAFF, organization_id=user.organization_id
    )
    people = {one.pk: Person(one) for one in staff.order_by("name", "pk")}
    _fill(people, user.organization_id, at)
    order = {"HERE": 0, "INVITED": 1, "ENDED": 2}
    return sorted(people.values(), key=lambda person: order[person.state])


def one_of_house(user: User, pk: UUID, at: datetime) -> Person:
    """:raises Http404: nobody of this house."""
    found = User.objects.filter(
        kind=User.Kind.STAFF, organization_id=user.organization_id, pk=pk
    ).first()
    if found is None:
        raise Http404
    person = Person(found)
    _fill({found.pk: person}, user.organization_id, at)
    return person


def _fill(people: dict, organization_id, at: datetime) -> None:
    ids = list(people)
    roles = StaffRole.objects.filter(user__in=ids, organization=organization_id)
    order = list(StaffRole.Role)
    for role in sorted(
        roles.select_related("site"), key=lambda r: (order.index(r.role), str(r.pk))
    ):
        people[role.user_id].roles.append(role)
    for knock in Knock.objects.waiting(at).filter(user__in=ids).order_by("asked_at"):
        people[knock.user_id].knocks.append(knock)
    for invited in Invitation.objects.open(at).filter(staff__in=ids):
        people[invited.staff_id].is_invited = True


def sites_of(user: User):
    return Site.objects.filter(organization=user.organization_id).order_by("name", "pk")


def waiting_elsewhere(user: User, at: datetime):
    """Colleagues of the house who stand at the door."""
    return Knock.objects.waiting(at).filter(user__organization_id=user.organization_id)


def may_manage(user: User) -> bool:
    return policy.is_one_of(user, policy.ADMIN)


@transaction.atomic
def invite_new(
    *,
    name: str,
    email: str,
    role: str,
    site: Site | None,
    by_user: User,
    at: datetime,
    by: Actor,
) -> Handout:
    """Somebody who is to work here, and their way in: both or neither.

    :raises Taken: as it says, here or in another house.
    """
    if User.objects.filter(email__iexact=email.strip()).exists():
        raise Taken
    staff = register_staff(
        organization=Organization.objects.get(pk=by_user.organization_id),
        name=name,
        email=email,
        role=role,
        site=site,
        at=at,
        by=by,
    )
    return invite_staff(staff=staff, at=at, by=by)


@transaction.atomic
def end(*, user: User, at: datetime, by: Actor) -> int:
    """Somebody works here no more. On how many records they are still named.

    :raises LastAdmin: nobody would be left to run the house.
    """
    check_an_admin_leaves_another(user=user)
    disable_staff(user=user, at=at, by=by)
    return Enrollment.objects.active().on_roster_of(user, at).count()
