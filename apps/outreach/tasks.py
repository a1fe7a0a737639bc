"""One tick of the clock. Missing one, or running two at once, changes nothing."""

import logging

from celery import shared_task
from django.utils import timezone

from apps.audit import sealing
from apps.audit.actors import SYSTEM
from apps.care.services.places import referral_tasks
from apps.common.health import note_beat
from apps.common.walls import across
from apps.lifecycle.services import expire_once_a_day
from apps.notifications import delivery
from apps.outreach import services
from apps.sessions.services import (
    keep_ahead,
    roster_tasks,
    run_waits,
    tell_changes,
)

logger = logging.getLogger(__name__)


class TickFailed(Exception):
    """Some part of the tick did not run; the others did."""


# In this order: what is decided in a tick is handed over in the same one.
PARTS = (
    ("recover", lambda at: delivery.recover_leases(at=at, by=SYSTEM)),
    ("sessions", lambda at: keep_ahead(at, SYSTEM)),
    ("rosters", lambda at: roster_tasks(at, SYSTEM)),
    ("waits", lambda at: run_waits(at, SYSTEM)),
    ("changes", lambda at: tell_changes(at, SYSTEM)),
    ("places", lambda at: referral_tasks(at, SYSTEM)),
    ("sweep", lambda at: services.sweep(at=at, by=SYSTEM)),
    ("escalate", lambda at: services.escalate(at=at, by=SYSTEM)),
    ("expire", lambda at: expire_once_a_day(at=at, by=SYSTEM)),
    # Before what waits on other machines.
    ("seal", lambda at: sealing.seal_due(at=at)),
    ("deliver", lambda at: delivery.deliver_due(clock=timezone.now)),
)


@across()
def tick() -> None:
    """Do what is due now, for everybody.

    :raises TickFailed: after everything else ran.
    """
    note_beat(timezone.now())
    failed = []
    for name, run in PARTS:
        try:
            run(timezone.now())
        except Exception:
            logger.exception("The tick could not %s", name)
            failed.append(name)
    if failed:
        raise TickFailed(", ".join(failed))


@shared_task(name="outreach.run_due", ignore_result=True)
def run_due(**_future):
    tick()
