"""Stretches in which somebody is not expected: hospital, custody, travel, a higher level."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Enrollment, Pause
from apps.care.services.enrollments import AlreadyEnded
from apps.care.services.status import lock_status, wake_at


class PausesOverlap(Exception):
    """They are away on some of these days already."""

    def __init__(self, pause: Pause):
        super().__init__(pause.pk)
        self.pause = pause


class DaysInDisorder(Exception):
    """The last day is before the first, or before the episode."""


@transaction.atomic
def pause(
    *,
    enrollment: Enrollment,
    kind: str,
    from_on: date,
    to_on: date | None,
    at: datetime,
    by: Actor,
    note: str = "",
) -> Pause:
    """No clock runs and nobody is expected on these days. The seats stay theirs.

    :raises DaysInDisorder: the days are not in order.
    :raises PausesOverlap: another pause has some of them.
    :raises AlreadyEnded: when the episode is over.
    """
    lock_status(enrollment=enrollment, at=at)
    enrollment.refresh_from_db(fields=["state"])
    if enrollment.state == Enrollment.State.ENDED:
        raise AlreadyEnded
    if from_on < enrollment.started_on:
        raise DaysInDisorder
    _check_days(enrollment, from_on, to_on)
    made = Pause.objects.create(
        enrollment=enrollment,
        kind=kind,
        from_on=from_on,
        to_on=to_on,
        note=note.strip() or None,
    )
    _tell("care.paused", made, at, by)
    return made


@transaction.atomic
def end_pause(*, pause: Pause, to_on: date, at: datetime, by: Actor) -> None:
    """The last day is another one: they are back early, or stay away longer.

    A last day before the first takes the pause back.

    :raises PausesOverlap: another pause has some of these days.
    """
    lock_status(enrollment=pause.enrollment, at=at)
    if to_on < pause.from_on:
        _tell("care.pause_taken_back", pause, at, by)
        pause.delete()
        return
    _check_days(pause.enrollment, pause.from_on, to_on, but=pause)
    pause.to_on = to_on
    pause.save(update_fields=["to_on"])
    _tell("care.pause_changed", pause, at, by)


def back_on(day: date) -> date:
    """The last day of a pause for who is back on ``day``."""
    return day - timedelta(days=1)


def _check_days(
    enrollment: Enrollment, from_on: date, to_on: date | None, but: Pause | None = None
) -> None:
    if to_on is not None and to_on < from_on:
        raise DaysInDisorder
    others = enrollment.pauses.filter(Q(to_on=None) | Q(to_on__gte=from_on))
    if to_on is not None:
        others = others.filter(from_on__lte=to_on)
    if but is not None:
        others = others.exclude(pk=but.pk)
    if other := others.first():
        raise PausesOverlap(other)


def _tell(action: str, pause: Pause, at: datetime, by: Actor) -> None:
    wake_at(enrollment=pause.enrollment, moment=at)
    record(
        action=action,
        at=at,
        by=by,
        subject=pause,
        client_id=pause.enrollment.client_id,
    )
