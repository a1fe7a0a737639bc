"""A program may keep the times of its people out of calendars."""

import datetime as dt

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.care.models import Placement
from tests.conftest import NOON
from tests.factories.care import EnrollmentFactory
from tests.factories.feeds import CalendarFeedFactory
from tests.factories.sessions import GroupSessionFactory, OneToOneFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
PATH = reverse("feeds:feed", args=["token"])


@pytest.fixture
def rosa():
    rosa = EnrollmentFactory()
    CalendarFeedFactory(client=rosa.client, token="token")
    return rosa


def _say(program, *more):
    site = program.site
    call_command("calendars", site.organization.name, site.code, program.name, *more)


def test_where_it_is_switched_off_no_calendar_reads(client, rosa):
    """Fault: addresses that were made before go on working."""
    client.force_login(rosa.client.user)
    alone = OneToOneFactory(enrollment=rosa)
    one = reverse("feeds:one", args=[alone.pk])
    assert [Client().get(PATH).status_code, client.get(one).status_code] == [200, 200]

    _say(rosa.program, "--off")

    assert [Client().get(PATH).status_code, client.get(one).status_code] == [404, 404]
    assert "Your team does not put times" in client.get(reverse("feeds:mine")).text
    assert client.get(reverse("feeds:new")).url == reverse("feeds:mine")
    _say(rosa.program)
    assert Client().get(PATH).status_code == 200
    assert AuditEvent.objects.filter(action="care.program_changed").count() == 2


def test_it_is_the_program_of_today_that_decides(rosa):
    """Fault: the program that somebody goes to next week decides already."""
    now = rosa.placements.get()
    other = GroupSessionFactory().series.program
    now.to_on = NOON.date()
    now.save()
    Placement.objects.create(
        enrollment=rosa,
        level=now.level,
        program=other,
        weekdays=[0],
        from_on=NOON.date() + dt.timedelta(days=1),
    )
    _say(other, "--off")

    assert Client().get(PATH).status_code == 200
    with time_machine.travel(NOON + dt.timedelta(days=1), tick=False):
        assert Client().get(PATH).status_code == 404


def test_a_program_that_is_not_there_is_said_so(rosa):
    with pytest.raises(CommandError, match="No such program"):
        call_command("calendars", "Nobody", "BOS", "Day")
