"""Who leads a room sees who is in it; check-ins only where the program says so."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.care.models import Enrollment
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory, StaffFactory
from tests.world import MARK, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(frozen_noon):
    return World().make_everything()


@pytest.fixture
def bea(client, world):
    bea = StaffFactory(organization_id=world.organization.pk, role="FACILITATOR")
    AssignmentFactory(enrollment=world.enrollment, staff=bea, role="FACILITATING")
    client.force_login(bea)
    return bea


def _page(world):
    return reverse("desk:client", args=[world.rosa.pk])


def _say(world, *more):
    program = world.enrollment.program
    site = program.site
    call_command(
        "facilitators_see_checkins",
        site.organization.name,
        site.code,
        program.name,
        *more,
    )


def test_a_program_that_said_nothing_shows_them_none(client, world, bea):
    assert client.get(_page(world)).status_code == 404


def test_a_program_may_let_them_read_check_ins(client, world, bea):
    _say(world)

    page = client.get(_page(world))

    assert MARK in page.text
    assert "craving 8 of 10" in page.text
    for hidden in (
        "<form",
        "tel:",
        reverse("desk:plan", args=[world.plan.pk]),
        "What is open",
        # It tells of hard moments, which are not theirs to read.
        "insights-heading",
    ):
        assert hidden not in page.text.partition("<main")[2], hidden
    assert AuditEvent.objects.filter(action="care.program_changed").count() == 1


def test_it_is_taken_back(client, world, bea):
    _say(world)
    _say(world, "--off")

    assert client.get(_page(world)).status_code == 404


def test_it_opens_nothing_else_and_puts_nobody_on_a_board(client, world, bea):
    """Fault: leading a room becomes an assignment."""
    _say(world)

    assert client.get(reverse("desk:plan", args=[world.plan.pk])).status_code == 404
    assert MARK not in client.get("/desk/").text
    assert not Enrollment.objects.on_caseload_of(bea, NOON).exists()
    assert not Enrollment.objects.open_to(bea, NOON).exists()


def test_the_front_desk_reads_none_of_it(client, world):
    """Fault: any assignment to the room is enough, whatever somebody's role."""
    _say(world)
    robin = StaffFactory(organization_id=world.organization.pk, role="FRONT_DESK")
    AssignmentFactory(enrollment=world.enrollment, staff=robin, role="FACILITATING")
    client.force_login(robin)

    assert client.get(_page(world)).status_code == 404


def test_a_program_that_is_not_there_is_said_so(world):
    with pytest.raises(CommandError, match="No such program"):
        call_command("facilitators_see_checkins", "Nobody", "BOS", "Day")
