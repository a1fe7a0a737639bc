from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404

from apps.accounts.models import User
from apps.care.models import Client, Site, StaffRole
from apps.common.crypto import blind_index
from apps.lifecycle.models import Hold

ANSWER_FOR_THE_HOUSE = (StaffRole.Role.SUPERVISOR, StaffRole.Role.DIRECTOR)

MOST = 20


def may_hold(user: User) -> bool:
    roles = StaffRole.objects.filter(user=user, organization=user.organization_id)
    return roles.filter(role__in=ANSWER_FOR_THE_HOUSE).exists()


def client_to_hold(user: User, client_id: UUID) -> Client:
    """Anybody of the house, in care or not: the law does not ask for the caseload.

    :raises Http404: for who does not answer for it.
    """
    clients = Client.objects.filter(organization=user.organization_id, pk=client_id)
    found = clients.first() if may_hold(user) else None
    if found is None:
        raise Http404
    return found


def clients_of_surname(user: User, surname: str) -> list[Client]:
    """In care or not, of the house that somebody answers for."""
    if not may_hold(user):
        return []
    index = blind_index(surname.strip().casefold(), purpose="surname")
    same = Client.objects.filter(organization=user.organization_id, surname_index=index)
    return list(same.order_by("preferred_name", "pk")[:MOST])


def house_zone(user: User) -> ZoneInfo:
    """The clock of the house: its first site's."""
    sites = Site.objects.filter(organization=user.organization_id)
    first = sites.order_by("code", "pk").first()
    return first.zone if first else ZoneInfo("UTC")


def held_clients() -> list[UUID]:
    """Of whom nothing is deleted."""
    return list(Hold.objects.standing().values_list("client_id", flat=True))
