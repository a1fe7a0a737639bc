""" "I'd like more or less support": the question of a client, and who answers it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Enrollment, LevelAsk, Task
from apps.care.rules.hours import StaffedHours
from apps.care.services.status import lock_status
from apps.care.services.tasks import create_task, primary_counselor

# Long enough to read the record first, short enough not to be forgotten.
ANSWERED_WITHIN_WORK_DAYS = 2


class NotInCare(Exception):
    """There is no open episode of care to ask about."""


@dataclass(frozen=True)
class Asked:
    ask: LevelAsk
    created: bool


def open_ask(enrollment: Enrollment) -> LevelAsk | None:
    """What waits for an answer: the newest words of it, with who answers."""
    return (
        enrollment.level_asks.filter(task__done_at=None)
        .select_related("task__assignee")
        .order_by("-asked_at", "-pk")
        .first()
    )


@transaction.atomic
def ask_about_level(
    *,
    enrollment: Enrollment,
    uuid: UUID,
    wish: str,
    words: str = "",
    at: datetime,
    by: Actor,
) -> Asked:
    """Once for each id. While one is open, the next one changes what it says.

    :raises NotInCare: when no care is running.
    """
    lock_status(enrollment=enrollment, at=at)
    enrollment.refresh_from_db(fields=["state"])
    known = enrollment.level_asks.filter(uuid=uuid).select_related("task__assignee")
    if ask := known.first():
        return Asked(ask, created=False)
    if enrollment.state != Enrollment.State.ACTIVE:
        raise NotInCare
    ask = LevelAsk(
        enrollment=enrollment,
        uuid=uuid,
        wish=wish,
        words=words.strip() or None,
        asked_at=at,
    )
    said = {"wish": wish, "text": words.strip()}
    waiting = Task.objects.open().filter(enrollment=enrollment, kind=Task.Kind.LEVEL)
    task = waiting.select_related("assignee").first()
    if task is None:
        task = create_task(
            kind=Task.Kind.LEVEL,
            organization_id=enrollment.organization_id,
            enrollment=enrollment,
            assignee=primary_counselor(enrollment, at),
            details=said,
            source="level_ask",
            # Of ours: an id that a phone made could be somebody else's.
            source_key=str(ask.pk),
            priority=3,
            due_at=_due(enrollment, at),
            at=at,
            by=by,
        )
    else:
        task.details = said
        task.save(update_fields=["details"])
    ask.task = task
    ask.save(force_insert=True)
    record(
        action="care.level_asked",
        at=at,
        by=by,
        subject=ask,
        client_id=enrollment.client_id,
    )
    return Asked(ask, created=True)


def _due(enrollment: Enrollment, at: datetime) -> datetime:
    site = enrollment.site_at(at)
    hours = StaffedHours.of(site.zone, site.staffed_hours, site.holidays)
    try:
        return hours.after_work_days(at, ANSWERED_WITHIN_WORK_DAYS)
    except ValueError:
        # A site that named no hours promises none.
        return at
