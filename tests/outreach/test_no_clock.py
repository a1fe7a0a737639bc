"""What was nobody's choice advances no clock, from the page or the service to the sweep."""

import datetime as dt

import pytest
from django.urls import reverse

from apps.audit.actors import SYSTEM
from apps.care.models import Pause
from apps.notifications.models import OutboxMessage
from apps.outreach.models import Episode
from apps.outreach.services import sweep
from apps.sessions.services import cancel_session, mark_attendance
from tests.conftest import BOSTON, NOON
from tests.factories.outreach import DAY, Story

pytestmark = pytest.mark.django_db
# The Wednesday of NOON and the days around it.
WED = NOON.date()
MON, TUE, THU, FRI = (WED + days * DAY for days in (-2, -1, 1, 2))


@pytest.fixture
def story():
    """Rosa came on Monday; Tuesday to Friday is on the schedule."""
    story = Story()
    story.came(MON)
    story.coming(TUE, 4)
    return story


def cancelled(story, client):
    for day in (WED, THU):
        room = story.session(day)
        cancel_session(
            group_session=room, note="Snow day", at=room.starts_at, by=SYSTEM
        )


def excused(story, client):
    for day in (WED, THU):
        room = story.session(day)
        mark_attendance(
            group_session=room,
            enrollment=story.enrollment,
            status="EXCUSED",
            reason="WORK",
            at=room.starts_at,
            by=SYSTEM,
        )
        story.missed(day)


def holiday(story, client):
    site = story.enrollment.program.site
    site.holidays = [WED.isoformat(), THU.isoformat()]
    site.save()
    for day in (WED, THU):
        story.missed(day)


def paused(story, client):
    """By the pages: away from Wednesday, and back earlier than was thought."""
    client.force_login(story.counselor)
    away = reverse("desk:care_away", args=[story.enrollment.client_id])
    response = client.post(away, {"kind": "HOSPITAL", "from_on": WED, "to_on": ""})
    assert response.status_code == 302, response.context["form"].errors
    pause = Pause.objects.get()
    for day in (WED, THU):
        story.missed(day)
    back = reverse("desk:care_away_change", args=[story.enrollment.client_id, pause.pk])
    client.post(back, {"back_on": FRI})


def missed(story, client):
    for day in (WED, THU):
        story.missed(day)


@pytest.mark.parametrize(
    ("happens", "opens"),
    [
        (cancelled, False),
        (excused, False),
        (holiday, False),
        (paused, False),
        (missed, True),
    ],
)
def test_only_days_somebody_was_expected_and_did_not_come_advance_the_clock(
    story, client, happens, opens, time_machine
):
    """Fault: two days in hospital, closed for snow or excused open a drift and send a text."""
    story.came(TUE)
    time_machine.move_to(NOON, tick=False)
    happens(story, client)

    friday = dt.datetime.combine(FRI, dt.time(8), tzinfo=BOSTON)
    story.wake(friday)
    sweep(at=friday, by=SYSTEM)

    drifting = Episode.objects.filter(opened_on__isnull=False)
    assert drifting.exists() is opens
    assert opens or not OutboxMessage.objects.filter(purpose="OUTREACH").exists()
