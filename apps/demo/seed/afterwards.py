"""After a check-in: they read what was written back, and one of them changes an answer."""

import uuid
from datetime import date, datetime, timedelta

from apps.audit.actors import Actor
from apps.care.models import Enrollment
from apps.checkins import services as checkins
from apps.checkins.models import Reply
from apps.demo.seed import story
from apps.demo.seed.people import Person

WHO, DAYS_AGO = "Rosa", 2


def plan_a_correction(
    simulation, person: Person, on: date, craving: int, received: datetime
) -> None:
    if person.name == WHO and (simulation.today - on).days == DAYS_AGO:
        later = received + timedelta(hours=1)
        simulation.plan(later, _correct, simulation, person, on, craving)


def _correct(at: datetime, simulation, person: Person, on: date, craving: int) -> None:
    """What was said first stays beside it in their check-ins."""
    enrollment = simulation.enrollments[person.name]
    day = enrollment.checkin_days.filter(local_on=on).first()
    if day is None or not day.is_whole:
        return
    rng = story.rng_for(person, "correct", on.toordinal())
    checkins.submit_checkin(
        enrollment=enrollment,
        uuid=uuid.UUID(int=rng.getrandbits(128), version=4),
        answers={"craving_peak": craving + 1},
        language=person.language,
        local_on=on,
        occurred_at=at,
        at=at,
        by=simulation.client_actor(enrollment),
    )


def read_replies(at: datetime, enrollment: Enrollment, *, by: Actor) -> None:
    """Who checks in has read what was written back before."""
    unread = Reply.objects.filter(day__enrollment=enrollment, read_at=None)
    for reply in unread.select_related("day"):
        checkins.mark_reply_read(reply=reply, at=at, by=by)
