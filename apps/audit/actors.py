"""Who acts, in which role, from where: passed to every use case."""

from dataclasses import dataclass, replace
from uuid import UUID


@dataclass(frozen=True)
class Actor:
    """``user_id`` is None for the program acting by itself."""

    user_id: UUID | None = None
    role: str = "SYSTEM"
    organization_id: UUID | None = None
    source: str = "TASK"
    request_id: UUID | None = None
    # The network part of the address only: enough to see "from elsewhere".
    address: str = ""


SYSTEM = Actor()


def command(organization_id: UUID | None = None) -> Actor:
    return Actor(source="COMMAND", organization_id=organization_id)


def phone(*, user_id: UUID | None, organization_id: UUID, seen: Actor) -> Actor:
    """A client through what their phone had sealed; no session stood behind it.

    ``seen`` is who handed it in as the request knows them: nobody, from somewhere.
    """
    return replace(
        seen,
        user_id=user_id,
        role="CLIENT",
        organization_id=organization_id,
        source="PHONE",
    )
