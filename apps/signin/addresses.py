"""From what somebody typed to who it is, without keeping the address anywhere."""

import uuid
from dataclasses import dataclass

from apps.accounts.models import User
from apps.care.models import ContactPoint
from apps.care.services.enrollments import (
    contact_index,
    find_contact_point,
    normalized_phone,
)
from apps.signin.models import AddressProof, Hold


@dataclass(frozen=True)
class Address:
    """``index`` stands for the address in sessions, limits and rows."""

    kind: str
    value: str

    @classmethod
    def typed(cls, raw: str) -> "Address":
        """:raises NotANumber: neither an e-mail address nor a number to dial."""
        raw = raw.strip()
        if "@" in raw:
            return cls(ContactPoint.Kind.EMAIL, raw.lower())
        return cls(ContactPoint.Kind.PHONE, normalized_phone(raw))

    @property
    def index(self) -> str:
        return contact_index(self.kind, self.value)


def find_person(address: Address) -> User | None:
    """Who may sign in with a code sent there. The same look-ups whoever it is."""
    point = find_contact_point(kind=address.kind, value=address.value)
    client = point.client if point else None
    found = None
    if address.kind == ContactPoint.Kind.EMAIL:
        found = User.objects.filter(
            kind=User.Kind.STAFF, email__iexact=address.value
        ).first()
    if found is None and client is not None:
        found = client.user
    held = is_held(found)
    may = found is not None and found.is_active and not held
    return found if may else None


def is_held(user: User | None) -> bool:
    """Looked for whoever it is, so that nobody takes longer."""
    return Hold.objects.filter(pk=user.pk if user else uuid.uuid4()).exists()


def find_address(*, user: User, index: str) -> Address | None:
    """Back from the index to the address, for the worker that sends the code.

    Nothing is sent where somebody else reads along: the owner of such a phone comes in
    with an invitation on paper.
    """
    if user.is_staff_member:
        address = Address(ContactPoint.Kind.EMAIL, (user.email or "").lower())
        return address if address.index == index else None
    point = ContactPoint.objects.filter(
        client__user=user,
        client__monitored_phone=False,
        value_index=index,
        stopped_at=None,
    ).first()
    if point is None:
        # One that is not theirs yet: the code is to show that it is.
        point = AddressProof.objects.filter(
            client__user=user, client__monitored_phone=False, address_index=index
        ).first()
    return Address(point.kind, point.value) if point else None
