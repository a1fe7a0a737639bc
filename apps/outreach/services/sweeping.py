"""Read the clocks of everybody whose moment has come, in batches that stand alone."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from apps.audit.actors import Actor
from apps.care.models import DueMoment, Status
from apps.care.rules import drift
from apps.common.days import day_bounds
from apps.outreach.facts import Case, gather
from apps.outreach.services.episodes import settle
from apps.outreach.services.flags import review
from apps.outreach.services.steps import climb

logger = logging.getLogger(__name__)

BATCH = 50
# Somebody whose facts cannot be read waits; the others go on.
TRY_AGAIN = timedelta(minutes=15)


def sweep(*, at: datetime, by: Actor) -> int:
    """How many people were looked at. Any number of sweeps may run at once."""
    looked_at = 0
    while ids := _due(at):
        together = _look_at_all(ids, at, by)
        if not together:
            break  # Another sweep has them.
        looked_at += together
    return looked_at


def _due(at: datetime) -> list[UUID]:
    due = DueMoment.objects.filter(at__lte=at, enrollment__status__isnull=False)
    return list(due.order_by("at", "pk").values_list("pk", flat=True)[:BATCH])


def _look_at_all(ids: Sequence[UUID], at: datetime, by: Actor) -> int:
    try:
        return _look_at(ids, at, by)
    except Exception:
        if len(ids) > 1:
            return sum(_look_at_all([pk], at, by) for pk in ids)
        logger.exception("Enrollment %s could not be read", ids[0])
        DueMoment.objects.filter(pk=ids[0]).update(at=at + TRY_AGAIN)
        return 1


@transaction.atomic
def _look_at(ids: Sequence[UUID], at: datetime, by: Actor) -> int:
    statuses = _lock(ids, at)
    judged = []
    for case in gather(statuses, at):
        decision = drift.evaluate(case.drift_facts(), case.thresholds)
        settle(case, decision, by)
        judged.append((case, decision))
    review(judged, by)
    moments = []
    for case, decision in judged:
        rung = climb(case, decision, by)
        if case.is_in_care:
            moments.append(DueMoment(pk=case.enrollment.pk, at=_next_look(case, rung)))
    DueMoment.objects.bulk_update(moments, ["at"])
    looked_at = {case.enrollment.pk for case, _ in judged}
    over = looked_at - {moment.pk for moment in moments}
    DueMoment.objects.filter(pk__in=over).delete()
    _note_drift([case for case, _ in judged], at)
    return len(judged)


def _lock(ids: Sequence[UUID], at: datetime) -> list[Status]:
    """The status rows first, as every event of a client does; then what is still due.

    Whoever wakes one of these meanwhile waits, and their moment stands in the end.
    """
    can_skip = connection.features.has_select_for_update_skip_locked
    statuses = Status.objects.select_for_update(skip_locked=can_skip).filter(pk__in=ids)
    locked = {status.pk: status for status in statuses.order_by("pk")}
    due = DueMoment.objects.select_for_update().filter(pk__in=locked, at__lte=at)
    still_due = due.order_by("pk").values_list("pk", flat=True)
    return [locked[pk] for pk in still_due]


def _next_look(case: Case, rung: datetime | None) -> datetime:
    """The next rung, or the next day: plans wait, reviews and silences are days."""
    tomorrow = day_bounds(case.today, case.tz)[1]
    return min(tomorrow, rung) if rung else tomorrow


def _note_drift(cases: Sequence[Case], at: datetime) -> None:
    changed = []
    for case in cases:
        stage = case.episode.stage if case.episode else Status.Drift.ENGAGED
        if case.status.drift != stage:
            case.status.drift, case.status.drift_since = stage, case.today
            case.status.changed_at = at
            changed.append(case.status)
    Status.objects.bulk_update(changed, ["drift", "drift_since", "changed_at"])
