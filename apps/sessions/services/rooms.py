"""One occurrence at a time: whatever touches a roster takes its row first."""

from datetime import datetime
from typing import Any

from apps.audit.actors import Actor
from apps.care.models import Task
from apps.care.services.tasks import complete_task
from apps.sessions.models import GroupSession


class RosterClosed(Exception):
    """It is over and written down."""


class ChangedMeanwhile(Exception):
    """Somebody decided otherwise after this was shown."""


class TimeIsOver(Exception):
    """Nobody can come to a time gone by, and what was there is history."""


class SessionCancelled(Exception):
    """It is not held."""


def lock_room(
    group_session: GroupSession, *, roster_open: bool = False
) -> GroupSession:
    """The occurrence as it is now, locked until the transaction ends.

    :raises SessionCancelled: when it is not held.
    :raises RosterClosed: when the roster had to be open and is not.
    """
    locked = (
        GroupSession.objects.select_for_update(of=("self",))
        .select_related("series", "site")
        .get(pk=group_session.pk)
    )
    if locked.is_cancelled:
        raise SessionCancelled
    if roster_open and locked.roster_closed_at is not None:
        raise RosterClosed
    return locked


def save_changed(
    group_session: GroupSession, fields: list[str], *, at: datetime
) -> None:
    """Save what is different in one occurrence, as a revision a calendar notices."""
    group_session.sequence += 1
    group_session.changed_at = at
    group_session.save(update_fields=[*fields, "sequence", "changed_at"])


def task_source(group_session: GroupSession) -> dict[str, Any]:
    """Names the one task that asks somebody to close this roster."""
    return {
        "kind": Task.Kind.ROSTER,
        "source": "ROSTER",
        "source_key": str(group_session.pk),
    }


def finish_task(group_session: GroupSession, *, at: datetime, by: Actor) -> None:
    """Nobody has to close this roster any more."""
    for task in Task.objects.open().filter(**task_source(group_session)):
        complete_task(task=task, outcome="", at=at, by=by)
