"""What is in the way of coming, and the rides that somebody books against it."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Enrollment, Site, Task
from apps.care.rules.hours import StaffedHours
from apps.care.services.status import lock_status, note_contact, wake_at
from apps.care.services.tasks import (
    case_manager,
    complete_task,
    create_task,
    primary_counselor,
    turn_task,
)
from apps.sessions.hours import WEEK, monday_of
from apps.sessions.models import Barrier, GroupSession, Ride
from apps.sessions.selectors import expected_sessions

Answer = Barrier.Answer
DAY = timedelta(days=1)
SOURCE = "BARRIER"
# What becomes of each answer: the kind of task, whether it is for the case manager, and the
# sentence on the card (apps.care.replies).
ROUTES = {
    Answer.RIDE: (Task.Kind.RIDE, True, "barrier_ride"),
    Answer.CHILDREN: (Task.Kind.ANSWER, True, "barrier_kids"),
    Answer.WORK: (Task.Kind.ANSWER, True, "barrier_work"),
    Answer.DREAD: (Task.Kind.CALL, False, "barrier_dread"),
    Answer.OTHER: (Task.Kind.ANSWER, False, "barrier_other"),
}
WEEK_ANSWERS = (Answer.FINE, Answer.RIDE, Answer.OTHER)


class NothingToAsk(Exception):
    """There is no such day or week ahead of them, or it has begun."""


class AlreadyBooked(Exception):
    """They have a ride at that time."""


@transaction.atomic
def answer_barrier(
    *,
    enrollment: Enrollment,
    uuid: UUID,
    about: str,
    on: date,
    answer: str,
    occurred_at: datetime,
    at: datetime,
    by: Actor,
) -> Barrier:
    """Keep the answer about a day or a week, and ask one colleague to see to it.

    The last one said stands, also when an earlier one arrives later; the same ``uuid`` again
    changes nothing.

    :raises NothingToAsk: when nobody expects them then, or it has begun.
    """
    lock_status(enrollment=enrollment, at=at)
    known = (
        Barrier.objects.select_related("task")
        .filter(enrollment=enrollment, about=about, on=on)
        .first()
    )
    if known and (known.uuid == uuid or occurred_at < known.answered_at):
        return known
    first = _first_session(enrollment, about, on, at)
    if first is None or (about == Barrier.About.WEEK and answer not in WEEK_ANSWERS):
        raise NothingToAsk
    barrier = known or Barrier(enrollment=enrollment, about=about, on=on)
    was = barrier.answer if known else ""
    barrier.uuid, barrier.answer, barrier.answered_at = uuid, answer, occurred_at
    if answer != was:
        barrier.task = _ask_somebody(barrier, first, at, by)
    barrier.save()
    note_contact(enrollment=enrollment, at=at, occurred_at=min(occurred_at, at))
    wake_at(enrollment=enrollment, moment=at)
    record(
        action="sessions.barrier_answered",
        at=at,
        by=by,
        subject=barrier,
        client_id=enrollment.client_id,
    )
    return barrier


def _first_session(
    enrollment: Enrollment, about: str, on: date, at: datetime
) -> GroupSession | None:
    """What the answer is about: the first one of that day, or left in that week."""
    last = on if about == Barrier.About.DAY else on + WEEK - DAY
    if about == Barrier.About.WEEK and on != monday_of(on):
        return None
    # Every zone is within a day of UTC; the calendar day of the site decides.
    rows = expected_sessions(enrollment, at, at + 2 * WEEK).filter(
        state=GroupSession.State.SCHEDULED,
        local_on__range=(on, last),
        starts_at__gt=at,
    )
    return rows.select_related("site").first()


def _ask_somebody(
    barrier: Barrier, first: GroupSession, at: datetime, by: Actor
) -> Task | None:
    task = barrier.task
    if barrier.answer not in ROUTES:
        if task and task.done_at is None:
            complete_task(task=task, outcome="", at=at, by=by)
        return task
    kind, is_errand, choice = ROUTES[Answer(barrier.answer)]
    # How to get here is the case manager's, also when they are not sure yet.
    is_errand = is_errand or barrier.about == Barrier.About.WEEK
    enrollment = barrier.enrollment
    errands = case_manager(enrollment.pk, at) if is_errand else None
    what: dict[str, Any] = {
        "kind": kind,
        "assignee": errands or primary_counselor(enrollment, at),
        "details": {
            "choice": choice,
            "about": barrier.about,
            "for_on": barrier.on.isoformat(),
        },
        "due_at": seen_by(first.site, at) or first.starts_at,
    }
    if task is not None:
        return turn_task(task=task, **what, at=at, by=by)
    return create_task(
        **what,
        organization_id=enrollment.organization_id,
        enrollment=enrollment,
        source=SOURCE,
        source_key=str(barrier.pk),
        at=at,
        by=by,
    )


def seen_by(site: Site, at: datetime) -> datetime | None:
    """Until when somebody of the site has surely looked at it; None where it has no hours."""
    try:
        return StaffedHours.of(site.zone, site.staffed_hours, site.holidays).call_by(at)
    except ValueError:
        return None


@transaction.atomic
def book_ride(
    *,
    enrollment: Enrollment,
    group_session: GroupSession,
    picks_up_at: datetime,
    booked_by: User,
    at: datetime,
    by: Actor,
    words: str = "",
    settles: bool = True,
) -> Ride:
    """Say that somebody is picked up then; the client sees it at once.

    ``settles``: nobody has to look for a ride for that day, or that week, any more.

    :raises AlreadyBooked: when they have one at that time.
    """
    lock_status(enrollment=enrollment, at=at)
    standing = Ride.objects.booked().filter(enrollment=enrollment)
    if standing.filter(picks_up_at=picks_up_at).exists():
        raise AlreadyBooked
    ride = Ride.objects.create(
        enrollment=enrollment,
        group_session=group_session,
        on=group_session.local_on,
        picks_up_at=picks_up_at,
        words=words.strip() or None,
        booked_by=booked_by,
        booked_at=at,
    )
    record(
        action="sessions.ride_booked",
        at=at,
        by=by,
        subject=ride,
        client_id=enrollment.client_id,
    )
    if settles:
        asked = Task.objects.open().filter(enrollment=enrollment, kind=Task.Kind.RIDE)
        for task in asked:
            if _is_about(task, ride.on):
                complete_task(task=task, outcome="", at=at, by=by)
    return ride


def _is_about(task: Task, on: date) -> bool:
    """A wish without a day, from a text, is about the next ride there is."""
    told = task.details.get("for_on")
    if told is None:
        return True
    first = date.fromisoformat(told)
    is_week = task.details.get("about") == Barrier.About.WEEK
    return first <= on < first + (WEEK if is_week else DAY)


@transaction.atomic
def call_off_ride(*, ride: Ride, at: datetime, by: Actor) -> None:
    """It does not come. Called off twice is called off."""
    ride = Ride.objects.select_for_update().get(pk=ride.pk)
    if ride.state == Ride.State.CANCELLED:
        return
    ride.state = Ride.State.CANCELLED
    ride.save(update_fields=["state"])
    record(
        action="sessions.ride_called_off",
        at=at,
        by=by,
        subject=ride,
        client_id=ride.enrollment.client_id,
    )
