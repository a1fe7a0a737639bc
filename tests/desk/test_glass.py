"""A record is opened without an assignment: with a reason, for an hour, and not in secret."""

import datetime as dt

import pytest
from django.urls import reverse

from apps.audit.actors import Actor
from apps.audit.models import AuditEvent
from apps.care.models import CareAssignment, Enrollment, StaffRole, Task
from apps.care.services import glass
from apps.plans.models import PlanVersion
from tests.factories.care import EnrollmentFactory, StaffFactory, StaffRoleFactory
from tests.world import MARK, World

pytestmark = pytest.mark.django_db
REASON = "She called the front desk from a hospital."


@pytest.fixture
def world(frozen_noon):
    world = World()
    # One supervisor of the house: of two, either may be told.
    StaffRole.objects.filter(user=world.hers.staff, role="SUPERVISOR").delete()
    world.lourdes = StaffFactory(
        name="Lourdes", organization_id=world.organization.pk, role="SUPERVISOR"
    )
    return world


@pytest.fixture
def kofi(client, world):
    client.force_login(world.other.staff)
    return client


def _said(**changed):
    return {
        "name": MARK,
        "birth_date": "1990-01-01",
        "surname": "",
        "reason": REASON,
    } | changed


def _page(world):
    return reverse("desk:client", args=[world.rosa.pk])


def test_it_opens_with_a_reason_and_is_written_down_once(kofi, world):
    assert kofi.get(_page(world)).status_code == 404

    response = kofi.post("/desk/open/", _said(), follow=True)

    assert response.redirect_chain == [(_page(world), 302)]
    assert "Open to you until 1 pm." in response.text
    event = AuditEvent.objects.get(action="care.break_glass")
    assert (event.actor_id, event.client_id, event.reason) == (
        world.other.staff.pk,
        world.rosa.pk,
        REASON,
    )


@pytest.mark.parametrize(
    "reason", ["", "because", "fourteen chars", "a              b"]
)
def test_a_reason_of_fewer_than_fifteen_letters_is_refused(kofi, world, reason):
    response = kofi.post("/desk/open/", _said(reason=reason))

    assert "Say why" in response.text
    assert kofi.get(_page(world)).status_code == 404
    with pytest.raises(glass.ReasonTooShort):
        glass.break_glass(
            enrollment=world.enrollment,
            staff=world.other.staff,
            reason=reason,
            at=dt.datetime.now(dt.UTC),
            by=Actor(),
        )
    assert not CareAssignment.objects.filter(role="BROKEN_GLASS").exists()


def test_it_shuts_by_itself_after_an_hour(kofi, world, frozen_noon):
    kofi.post("/desk/open/", _said())
    plan = reverse("desk:plan", args=[world.plan.pk])

    frozen_noon.shift(dt.timedelta(minutes=10))
    kofi.get("/desk/")
    statuses = []
    for minutes in (0, 10, 10, 10, 10, 9, 1):
        frozen_noon.shift(dt.timedelta(minutes=minutes))
        statuses.append(kofi.get(_page(world)).status_code)
        assert kofi.get(plan).status_code == statuses[-1]

    assert statuses == [200, 200, 200, 200, 200, 200, 404]


def test_a_supervisor_is_told_at_once_and_says_that_they_looked(kofi, world, client):
    kofi.post("/desk/open/", _said())

    client.force_login(world.lourdes)
    board = client.get("/desk/").text
    task = Task.objects.get(kind=Task.Kind.GLASS)
    done = client.post(reverse("desk:noted", args=[task.pk]), follow=True)

    assert f"Kofi opened the record of {MARK}." in board
    assert REASON in board
    assert REASON not in done.text
    assert AuditEvent.objects.filter(action="care.task_done").count() == 1


def test_the_supervisor_of_the_client_is_told_before_others(world):
    graham = StaffFactory(
        name="Graham", organization_id=world.organization.pk, role="SUPERVISOR"
    )
    CareAssignment.objects.create(
        enrollment=world.enrollment,
        staff=graham,
        role="SUPERVISING",
        since=world.hers.since,
    )
    for staff, told in ((world.other.staff, graham), (graham, world.lourdes)):
        opened = glass.break_glass(
            enrollment=world.enrollment,
            staff=staff,
            reason=REASON,
            at=dt.datetime.now(dt.UTC),
            by=Actor(),
        )
        task = Task.objects.get(source="GLASS", source_key=str(opened.pk))
        assert task.assignee == told


def test_it_is_for_reading_and_puts_nobody_on_a_board(kofi, world):
    """Fault: a broken glass counts as an assignment, and lists, tasks and forms open."""
    world.make_everything()
    kofi.post("/desk/open/", _said())
    at, user = dt.datetime.now(dt.UTC), world.other.staff
    page = kofi.get(_page(world)).text
    plan = kofi.get(reverse("desk:plan", args=[world.plan.pk])).text

    assert MARK in page
    assert MARK in plan
    for name, args in (
        ("desk:close", [world.rosa.pk]),
        ("desk:invite", [world.rosa.pk]),
        ("desk:reply", [world.checkin.pk]),
        ("desk:seen", [world.checkin.pk]),
        ("desk:plan_agree", [world.plan.pk]),
        ("desk:plan_comment", [world.plan.pk]),
    ):
        path = reverse(name, args=args)
        assert kofi.post(path).status_code == 404, name
        assert f'action="{path}"' not in page + plan
    for path in ("/desk/", "/desk/people/", "/desk/plans/", "/desk/rosters/"):
        assert MARK not in kofi.get(path).text, path
    assert world.enrollment not in Enrollment.objects.on_roster_of(user, at)
    assert not PlanVersion.objects.on_caseload_of(user, at).exists()


def test_her_own_counselor_needs_no_reason_and_leaves_no_trace(client, world):
    client.force_login(world.hers.staff)

    assert client.post("/desk/open/", _said()).url == _page(world)
    assert not AuditEvent.objects.filter(action="care.break_glass").exists()


def test_asking_twice_within_the_hour_is_one_event(kofi, world):
    kofi.post("/desk/open/", _said())
    kofi.post("/desk/open/", _said())

    assert AuditEvent.objects.filter(action="care.break_glass").count() == 1


@pytest.mark.parametrize(
    "changed", [{"birth_date": "1990-01-02"}, {"name": "Nobody"}, {"surname": "Other"}]
)
def test_who_is_not_known_by_name_and_birth_date_is_not_found(kofi, world, changed):
    response = kofi.post("/desk/open/", _said(**changed))

    assert "We found nobody" in response.text
    assert AuditEvent.objects.filter(action="care.break_glass_missed").count() == 1


def test_two_who_share_name_and_birth_date_are_told_apart_by_surname(kofi, world):
    other = world.other.enrollment.client
    other.preferred_name, other.surname = MARK, "Another"
    other.save()

    assert "We found nobody" in kofi.post("/desk/open/", _said()).text
    assert kofi.post("/desk/open/", _said(surname="sample")).url == _page(world)


def test_nobody_of_another_house_finds_her(client, world):
    elsewhere = EnrollmentFactory().organization
    stranger = StaffFactory(organization_id=elsewhere.pk, role="SUPERVISOR")
    client.force_login(stranger)

    assert "We found nobody" in client.post("/desk/open/", _said()).text


@pytest.mark.parametrize("role", ["FRONT_DESK", "ADMIN", "FACILITATOR"])
def test_it_is_for_the_care_team(client, world, role):
    staff = StaffFactory(organization_id=world.organization.pk, role="")
    StaffRoleFactory(user=staff, organization=world.organization, role=role)
    client.force_login(staff)

    assert client.post("/desk/open/", _said()).status_code == 404


def test_names_are_not_tried_without_end(kofi, world):
    """Fault: somebody tries birth dates until one fits."""
    for day in range(1, 11):
        kofi.post("/desk/open/", _said(birth_date=f"1991-01-{day:02}"))

    response = kofi.post("/desk/open/", _said())

    assert "That was often." in response.text
    assert kofi.get(_page(world)).status_code == 404
