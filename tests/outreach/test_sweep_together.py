"""Any number of sweeps at once decide each thing once."""

import datetime as dt

import pytest

from apps.audit.actors import SYSTEM
from apps.care.models import Concern, Task
from apps.notifications.models import OutboxMessage
from apps.outreach.models import Episode, Step
from apps.outreach.services import sweep
from tests.conftest import BOSTON, NOON
from tests.factories.outreach import DAY, Story
from tests.notifications.outside import in_threads

MON = NOON.date() - 2 * DAY
TUE, WED = MON + DAY, MON + 2 * DAY


def boston(day, hour):
    return dt.datetime.combine(day, dt.time(hour), tzinfo=BOSTON)


def make_stories(number):
    """People of one room who came on Monday and stayed away since."""
    first = Story()
    stories = [first, *(Story(series=first.series) for _ in range(number - 1))]
    for story in stories:
        story.came(MON, close=False)
        story.contact(boston(MON, 9))
    first.missed(MON)
    first.coming(WED + DAY)
    return stories


def sweep_at_once(at, sweeps):
    in_threads(lambda: sweep(at=at, by=SYSTEM), sweeps)


def check(people):
    assert Episode.objects.count() == people
    assert Step.objects.count() == 2 * people
    assert OutboxMessage.objects.count() == people
    assert Task.objects.filter(kind=Task.Kind.CALL).count() == people
    assert Concern.objects.open().count() == people


def sweep_two_days(stories, sweeps):
    for day in (TUE, WED):
        stories[0].missed(day)
        sweep_at_once(boston(day, 13), sweeps)


@pytest.mark.django_db(transaction=True)
def test_fifty_sweeps_at_once_make_each_step_once():
    stories = make_stories(6)

    sweep_two_days(stories, 50)

    check(6)


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_fifty_sweeps_at_once_over_many_people():
    stories = make_stories(120)

    sweep_two_days(stories, 50)

    check(120)
