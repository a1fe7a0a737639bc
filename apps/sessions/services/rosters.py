"""Closing a roster: only now is it known who was not here."""

from datetime import datetime, timedelta

from django.db import transaction

from apps.audit.actors import SYSTEM, Actor
from apps.audit.services import record
from apps.care.models import Task
from apps.care.rules.wording import short_date
from apps.care.services.status import note_attendance
from apps.care.services.tasks import create_task
from apps.sessions.marks import open_rosters, standings
from apps.sessions.models import Attendance, GroupSession
from apps.sessions.selectors import expected_people
from apps.sessions.services.rooms import finish_task, lock_room, task_source

TASK_DUE_AFTER = timedelta(hours=2)


class NotBegun(Exception):
    """A roster can be closed only once the session has begun."""


@transaction.atomic
def close_roster(*, group_session: GroupSession, at: datetime, by: Actor) -> None:
    """Everybody expected and not marked was not here; the clocks take it from there.

    :raises NotBegun: before the session has begun.
    :raises RosterClosed: when somebody closed it before.
    :raises SessionCancelled: when the session is not held.
    """
    group_session = lock_room(group_session, roster_open=True)
    if at < group_session.starts_at:
        raise NotBegun
    marked = set(group_session.attendance.values_list("enrollment", flat=True))
    absent = [
        person for person in expected_people(group_session) if person.pk not in marked
    ]
    Attendance.objects.bulk_create(
        Attendance(
            group_session=group_session,
            enrollment=person,
            status=Attendance.Status.NO_SHOW,
            marked_at=at,
            marked_by_id=by.user_id,
        )
        for person in absent
    )
    group_session.roster_closed_at = at
    group_session.roster_closed_by_id = by.user_id
    group_session.save(update_fields=["roster_closed_at", "roster_closed_by"])
    people = dict(
        group_session.attendance.values_list("enrollment", "enrollment__client")
    )
    record(
        action="sessions.roster_closed",
        at=at,
        by=by,
        subject=group_session,
        client_ids=list(people.values()),
    )
    note_attendance(standings=standings(people), at=at)
    finish_task(group_session, at=at, by=by)


def roster_tasks(at: datetime, by: Actor = SYSTEM) -> int:
    """Ask whoever leads the room to close what was left open; once for each roster."""
    rosters = {str(pk): pk for pk in open_rosters(at).values_list("pk", flat=True)}
    asked = Task.objects.filter(kind=Task.Kind.ROSTER, source_key__in=rosters)
    for key in asked.values_list("source_key", flat=True):
        del rosters[key]
    left = open_rosters(at).filter(pk__in=rosters.values()) if rosters else ()
    return sum(_ask_or_close(group_session, at, by) for group_session in left)


def _ask_or_close(group_session: GroupSession, at: datetime, by: Actor) -> int:
    nobody = not (
        group_session.attendance.exists() or expected_people(group_session).exists()
    )
    if nobody:
        # An empty room needs nobody's time.
        close_roster(group_session=group_session, at=at, by=by)
        return 0
    leader = group_session.facilitator
    create_task(
        **task_source(group_session),
        organization_id=group_session.organization_id,
        assignee=leader,
        details={
            "group_session": str(group_session.pk),
            "title": group_session.title,
            "day": short_date(group_session.local_on, leader.language),
        },
        due_at=group_session.ends_at + TASK_DUE_AFTER,
        at=at,
        by=by,
    )
    return 1
