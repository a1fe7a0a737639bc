import datetime as dt
import re
from inspect import Parameter, signature
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone

from apps.audit.actors import SYSTEM
from apps.care.models import Task
from apps.care.services.enrollments import enroll
from apps.common.health import BEAT_KEY
from apps.notifications import delivery
from apps.notifications.models import OutboxMessage
from apps.outreach import tasks
from apps.outreach.before_sending import own_sessions
from companion.celery import celery_app as celery
from tests.conftest import NOON
from tests.factories.care import (
    ClientFactory,
    LevelFactory,
    ProgramFactory,
    SiteFactory,
    StaffFactory,
)
from tests.factories.notifications import OutboxMessageFactory
from tests.factories.outreach import DAY, EpisodeFactory, Story
from tests.notifications.provider import Provider

APPS = Path(tasks.__file__).parent.parent
State = OutboxMessage.State
HOUR = dt.timedelta(hours=1)

pytestmark = pytest.mark.django_db


def test_one_tick_notes_the_beat_and_does_every_part(frozen_noon):
    story = Story()
    story.came(NOON.date() - 5 * DAY)
    story.missed(NOON.date() - 2 * DAY)
    story.missed(NOON.date() - DAY)
    stuck = OutboxMessageFactory(
        state=State.SUBMITTING, claimed_by="gone", lease_until=NOON - 5 * HOUR
    )

    # Before today's session begins: from then on they may be sitting in it.
    before = NOON - 4 * HOUR
    frozen_noon.move_to(before)

    call_command("run_due")

    stuck.refresh_from_db()
    kinds = set(Task.objects.values_list("kind", flat=True))
    assert cache.get(BEAT_KEY) == before.isoformat()
    assert stuck.state == State.UNCONFIRMED
    assert story.enrollment.episodes.get().stage == "DRIFTING"
    assert kinds == {Task.Kind.UNCONFIRMED, Task.Kind.CALL}
    # Occurrences are made ahead by the same tick.
    assert story.series.occurrences.filter(starts_at__gt=NOON + 30 * DAY).exists()


def test_a_part_that_breaks_does_not_stop_the_others(frozen_noon, monkeypatch):
    def broken(at):
        raise RuntimeError("no")

    message = OutboxMessageFactory()
    monkeypatch.setattr(tasks, "PARTS", (("sweep", broken), *tasks.PARTS[-1:]))

    with pytest.raises(tasks.TickFailed, match="sweep"):
        tasks.tick()

    message.refresh_from_db()
    assert message.attempts == 1


def test_a_tick_with_nothing_to_do_does_nothing(frozen_noon):
    tasks.run_due()
    tasks.run_due()

    assert not OutboxMessage.objects.exists()
    assert not Task.objects.exists()


def test_no_task_carries_anything():
    """What travels through the broker is a name: nobody can read a person there."""
    celery.autodiscover_tasks(force=True)
    ours = [t for t in celery.tasks.values() if t.run.__module__.startswith("apps.")]
    # Only what a later version may say to this one, which does not listen.
    takes = {
        task.name: [
            p
            for p in signature(task.run).parameters.values()
            if p.kind != Parameter.VAR_KEYWORD
        ]
        for task in ours
    }
    rings = r"\.(?:delay|apply_async)(?:_on_commit)?\(\s*[^)\s]"
    sources = [path.read_text() for path in APPS.rglob("*.py")]

    assert len(takes) >= 5
    assert {name: given for name, given in takes.items() if given} == {}
    assert [ring for text in sources for ring in re.findall(rings, text)] == []
    beats = settings.CELERY_BEAT_SCHEDULE.values()
    assert [beat for beat in beats if beat.keys() & {"args", "kwargs"}] == []
    # And nothing is answered: there is no place for it.
    assert celery.conf.result_backend is None
    assert {task.name for task in ours if not task.ignore_result} == set()
    assert tasks.run_due.run(anything_later="is ignored") is None


def test_own_sessions_are_those_that_are_held():
    story = Story()
    story.coming(NOON.date(), 3)
    cancelled = story.session(NOON.date() + DAY)
    cancelled.state = "CANCELLED"
    cancelled.save()

    spans = own_sessions(story.enrollment, NOON, NOON + 3 * DAY)

    today, friday = story.session(NOON.date()), story.session(NOON.date() + 2 * DAY)
    assert spans == [
        (session.starts_at, session.ends_at) for session in (today, friday)
    ]


def test_a_text_waits_until_they_come_out_of_their_session(frozen_noon):
    """It is noon and the morning runs until half past."""
    story = Story()
    today = story.session(NOON.date())
    message = OutboxMessageFactory(enrollment=story.enrollment)
    EpisodeFactory(enrollment=story.enrollment)

    tasks.tick()

    message.refresh_from_db()
    assert (message.state, message.send_after) == (State.PLANNED, today.ends_at)


def test_whoever_begins_is_looked_at_although_nobody_ever_closes_a_roster(frozen_noon):
    """Silence alone must be noticed: nothing but the enrolling wakes the clocks."""
    site = SiteFactory()
    enrollment = enroll(
        client=ClientFactory(organization=site.organization),
        program=ProgramFactory(site=site),
        level=LevelFactory(organization=site.organization),
        weekdays=[0, 2, 4],
        started_on=NOON.date(),
        primary=StaffFactory(organization_id=site.organization_id),
        at=NOON,
        by=SYSTEM,
    )

    for day in range(9):
        frozen_noon.move_to(NOON + day * DAY)
        tasks.tick()

    assert enrollment.episodes.get().finding["rule"] == "days_no_contact"


def test_what_nobody_knows_reaches_a_person_within_15_minutes(frozen_noon):
    """The worker dies while it hands the message over; only ticks go on."""
    message = OutboxMessageFactory()
    with pytest.raises(SystemExit):
        delivery.deliver_due(clock=timezone.now, transmit=Provider(SystemExit()))

    minutes = 0
    while not Task.objects.exists():
        minutes += 1
        frozen_noon.move_to(NOON + minutes * dt.timedelta(minutes=1))
        tasks.tick()

    task = Task.objects.get()
    assert minutes <= 15
    assert (task.kind, task.source_key) == (Task.Kind.UNCONFIRMED, str(message.pk))
