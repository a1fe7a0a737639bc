from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404

from apps.accounts import policy
from apps.accounts.models import User
from apps.care.models import Client, Site
from apps.common.crypto import blind_index
from apps.lifecycle.models import Hold

MOST = 20


def client_to_hold(user: User, client_id: UUID) -> Client:
    """Anybody of the house, in care or not: the law does not ask for the caseload.

    :raises Http404: for who does not answer for it.
    """
    clients = Client.objects.filter(organization=user.organization_id, pk=client_id)
    found = clients.first() if policy.is_one_of(user, policy.SUPERVISION) else None
    if found is None:
        raise Http404
    return found


def clients_of_surname(user: User, surname: str) -> list[Client]:
    """In care or not, of the house that somebody answers for."""
    if not policy.is_one_of(user, policy.SUPERVISION):
        return []
    index = blind_index(surname.strip().casefold(), purpose="surname")
    same = Client.objects.filter(organization=user.organization_id, surname_index=index)
    return list(same.order_by("preferred_name", "pk")[:MOST])


def house_zone(user: User) -> ZoneInfo:
    """The clock of the house: its first site's."""
    sites = Site.objects.filter(organization=user.organization_id)
    first = sites.order_by("code", "pk").first()
    return first.zone if first else ZoneInfo("UTC")


def is_held(client_id: UUID) -> bool:
    return Hold.objects.standing().filter(client=client_id).exists()


def held_clients() -> list[UUID]:
    """Of whom nothing is deleted."""
    return list(Hold.objects.standing().values_list("client_id", flat=True))
