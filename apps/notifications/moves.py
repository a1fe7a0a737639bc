"""The only way a message changes state: compare-and-set, with a row that says when."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from apps.notifications.models import OutboxMessage, StateChange

State = OutboxMessage.State

IN_HAND = (State.CLAIMED, State.SUBMITTING)
OVER = (State.DELIVERED, State.FAILED, State.CANCELLED)


@transaction.atomic
def move(
    message_id,
    *,
    out_of: Iterable[str],
    to: str,
    at: datetime,
    held_by: str | None = None,
    reason: str = "",
    **columns,
) -> bool:
    """Whether this call moved the message: False when it is elsewhere by now.

    ``held_by`` narrows it to the worker that claimed it, in that very claim.
    """
    rows = OutboxMessage.objects.filter(pk=message_id, state__in=list(out_of))
    if held_by is not None:
        rows = rows.filter(claimed_by=held_by)
    if to not in IN_HAND:
        columns |= {"claimed_by": "", "lease_until": None}
    if to in OVER:
        columns["ended_at"] = at
    if not rows.update(state=to, reason=reason, **columns):
        return False
    StateChange.objects.create(message_id=message_id, state=to, at=at, reason=reason)
    return True
