"""Close or take back every reason on a card, together or not at all."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from apps.audit.actors import Actor
from apps.care.models import Concern, Enrollment, Task
from apps.care.services import concerns, tasks
from apps.desk.board import Reason


def _split(items: str) -> tuple[list[str], list[str]]:
    pairs = [item.partition(":")[::2] for item in items.split()]
    return (
        [pk for kind, pk in pairs if kind == "concern"],
        [pk for kind, pk in pairs if kind == "task"],
    )


def asks_day(reasons: Iterable[Reason]) -> bool:
    """Whether a long silence is among them: it ends with a word, or with a day."""
    return any(
        isinstance(reason.item, Concern)
        and reason.item.finding["rule"] in concerns.NEEDS_A_DECISION
        for reason in reasons
    )


@transaction.atomic
def close_items(
    *,
    enrollment: Enrollment,
    items: str,
    outcome: str,
    note: str,
    at: datetime,
    by: Actor,
    decided_until: date | None = None,
) -> int:
    """Close what the person saw on the card; what came since stays open.

    ``items`` is "concern:<id> task:<id> …". Returns how many were closed.

    :raises NeedsClinician: when one of them may only be closed by a clinician.
    :raises NeedsDecision: a long silence, nobody reached, and no day to look again.
    """
    concern_ids, task_ids = _split(items)
    closed = 0
    for concern in Concern.objects.open().filter(
        enrollment=enrollment, pk__in=concern_ids
    ):
        concerns.resolve_concern(
            concern=concern,
            outcome=outcome,
            note=note,
            decided_until=decided_until,
            at=at,
            by=by,
        )
        closed += 1
    for task in Task.objects.open().filter(enrollment=enrollment, pk__in=task_ids):
        tasks.complete_task(task=task, outcome=outcome, note=note, at=at, by=by)
        closed += 1
    return closed


@transaction.atomic
def reopen_items(
    *, enrollment: Enrollment, items: str, at: datetime, by: Actor
) -> None:
    """Undo: only what this person closed."""
    concern_ids, task_ids = _split(items)
    mine = {"enrollment": enrollment}
    for concern in Concern.objects.filter(
        pk__in=concern_ids, resolved_by=by.user_id, **mine
    ):
        concerns.reopen_concern(concern=concern, at=at, by=by)
    for task in Task.objects.filter(pk__in=task_ids, done_by=by.user_id, **mine):
        tasks.reopen_task(task=task, at=at, by=by)
