from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.audit.actors import Actor
from apps.audit.models import AuditEvent
from apps.common import walls


class NotInTransaction(Exception):
    """The audit row must commit with what it tells about."""


def record(
    *,
    action: str,
    at: datetime,
    by: Actor,
    subject=None,
    client_id: UUID | None = None,
    client_ids: list[UUID] | None = None,
    field_names: list[str] | None = None,
    reason: str = "",
) -> None:
    """Write one audit row in the caller's transaction.

    ``subject`` is the model instance acted upon, if there is one.

    :raises NotInTransaction: when no transaction is open.
    """
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction(action)
    # An event belongs to the organization of whoever acts; of nobody's, to none.
    nobodys = by.organization_id is None
    with walls.across() if nobodys else walls.within(by.organization_id):
        AuditEvent.objects.create(
            at=at,
            organization_id=by.organization_id,
            actor_id=by.user_id,
            actor_role=by.role,
            action=action,
            object_type=subject._meta.label if subject is not None else "",
            object_id=subject.pk if subject is not None else None,
            client_id=client_id,
            client_ids=[str(pk) for pk in client_ids or []],
            field_names=field_names or [],
            reason=reason,
            source=by.source,
            request_id=by.request_id,
            address=by.address,
        )
