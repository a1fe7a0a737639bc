"""Level, days and place over time: from a day on, planned ahead, taken back."""

from datetime import date, datetime, time, timedelta

from django.db import transaction

from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import (
    CareAssignment,
    Enrollment,
    LevelOfCare,
    Placement,
    Program,
)
from apps.care.services.enrollments import (
    AlreadyEnded,
    check_weekdays,
    take_back_hand_over,
)
from apps.care.services.status import lock_status, wake_at
from apps.common.days import wall_to_utc

PRIMARY = CareAssignment.Role.PRIMARY


class DayIsOver(Exception):
    """A change holds from today or from a day to come: what was is not rewritten."""


class AlreadyPlanned(Exception):
    """Another change is planned; it is taken back first."""

    def __init__(self, placement: Placement):
        super().__init__(placement.pk)
        self.placement = placement


class NothingChanges(Exception):
    """It is as it would become."""


class NothingPlanned(Exception):
    """There is no change to take back."""


def planned_change(enrollment: Enrollment, today: date) -> Placement | None:
    """The change that has not begun. Whose episode begins later has none by that alone."""
    return (
        enrollment.placements.filter(from_on__gt=today)
        .exclude(from_on=enrollment.started_on)
        .select_related("level", "program__site")
        .order_by("from_on")
        .first()
    )


@transaction.atomic
def change_placement(
    *,
    enrollment: Enrollment,
    level: LevelOfCare,
    program: Program,
    weekdays: list[int],
    from_on: date,
    at: datetime,
    by: Actor,
    note: str = "",
    primary: User | None = None,
) -> Placement:
    """A step up, a step down or a move: a new row from that day, nothing rewritten.

    ``primary`` looks after them from then on. Seats follow in
    ``apps.sessions.services.change_level``.

    :raises WeekdaysDoNotFit: outside the days of the level.
    :raises DayIsOver: from a day before today.
    :raises AlreadyPlanned: when another change waits.
    :raises NothingChanges: when nothing is different.
    :raises AlreadyEnded: when the episode is over.
    """
    check_weekdays(level, weekdays)
    lock_status(enrollment=enrollment, at=at)
    enrollment.refresh_from_db(fields=["state"])
    if enrollment.state == Enrollment.State.ENDED:
        raise AlreadyEnded
    today = enrollment.program.site.local_date(at)
    if from_on < max(today, enrollment.started_on):
        raise DayIsOver
    if planned := planned_change(enrollment, today):
        raise AlreadyPlanned(planned)
    current = enrollment.placements.get(to_on=None)
    days = sorted(set(weekdays))
    was = (current.level_id, current.program_id, sorted(current.weekdays))
    moves = _hand_over(enrollment, primary, program, from_on, at)
    if was == (level.pk, program.pk, days) and not moves:
        raise NothingChanges
    if from_on <= current.from_on:
        current.delete()
    else:
        current.to_on = from_on - timedelta(days=1)
        current.save(update_fields=["to_on"])
    placement = Placement.objects.create(
        enrollment=enrollment,
        level=level,
        program=program,
        weekdays=days,
        from_on=from_on,
        note=note.strip() or None,
        decided_by_id=by.user_id,
        decided_at=at,
    )
    wake_at(enrollment=enrollment, moment=at)
    record(
        action="care.placement_changed",
        at=at,
        by=by,
        subject=placement,
        client_id=enrollment.client_id,
    )
    return placement


def _hand_over(
    enrollment: Enrollment,
    primary: User | None,
    program: Program,
    from_on: date,
    at: datetime,
) -> bool:
    """Another counselor of their own from that day on."""
    if primary is None:
        return False
    current = enrollment.assignments.filter(role=PRIMARY, until=None).first()
    if current is not None and current.staff_id == primary.pk:
        return False
    since = max(at, wall_to_utc(from_on, time.min, program.site.zone))
    if current is not None:
        current.until = since
        current.save(update_fields=["until"])
    CareAssignment.objects.create(
        enrollment=enrollment, staff=primary, role=PRIMARY, since=since
    )
    return True


@transaction.atomic
def take_back_placement(*, enrollment: Enrollment, at: datetime, by: Actor) -> date:
    """The change that has not begun does not come; says from which day it would have been.

    :raises NothingPlanned: when there is none, or it has begun.
    """
    lock_status(enrollment=enrollment, at=at)
    planned = planned_change(enrollment, enrollment.program.site.local_date(at))
    if planned is None:
        raise NothingPlanned
    since = planned.from_on
    record(
        action="care.placement_taken_back",
        at=at,
        by=by,
        subject=planned,
        client_id=enrollment.client_id,
    )
    planned.delete()
    before = enrollment.placements.order_by("-from_on")[0]
    before.to_on = None
    before.save(update_fields=["to_on"])
    take_back_hand_over(enrollment, at)
    wake_at(enrollment=enrollment, moment=at)
    return since
