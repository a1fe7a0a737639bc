import re

import pytest
import segno

from apps.audit.models import AuditEvent
from apps.care.models import Enrollment, Invitation
from apps.care.services.invitations import accept_invitation, invite_client
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]


@pytest.fixture
def assignment(client):
    assignment = AssignmentFactory(
        enrollment__client__preferred_name="Beth",
        enrollment__client__user=None,
        enrollment__state=Enrollment.State.INVITED,
    )
    client.force_login(assignment.staff)
    return assignment


@pytest.fixture
def beth(assignment):
    return assignment.enrollment.client


@pytest.fixture
def page(beth):
    return f"/desk/clients/{beth.pk}/invite/"


def test_what_is_shown_on_the_paper_brings_the_client_in(client, beth, page):
    response = client.post(page)

    handout = response.context["handout"]
    assert f"http://localhost:8000/i/{handout.token}/" in response.text
    assert handout.code in response.text
    client.logout()
    assert client.post(f"/i/{handout.token}/", {"code": handout.code}).url == "/"
    beth.refresh_from_db()
    assert beth.user.name == "Beth"


def test_the_square_holds_the_link(client, page):
    """Drawn again from the page's own path and read back module by module."""
    response = client.post(page)

    square = response.context["square"]
    drawn = {
        (int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", square["path"])
    }
    expected = {
        (x + 4, y + 4)
        for y, row in enumerate(segno.make_qr(response.context["link"]).matrix)
        for x, dark in enumerate(row)
        if dark
    }
    assert drawn == expected
    assert f'd="{square["path"]}"' in response.text


def test_looking_again_does_not_show_it_again(client, page):
    handout = client.post(page).context["handout"]

    response = client.get(page)

    assert handout.token not in response.text
    assert handout.code not in response.text
    assert "One is out, until Sat Oct 17, 12:00 PM" in response.text


def test_looking_makes_nothing_and_is_written_down(client, beth, page):
    client.get(page)

    assert not Invitation.objects.exists()
    event = AuditEvent.objects.get(action="desk.invitation_read")
    assert event.client_id == beth.pk


def test_it_can_be_taken_back(client, page):
    client.post(page)

    response = client.post(f"{page}back/", follow=True)

    assert Invitation.objects.get().revoked_at == NOON
    assert "One is out" not in response.text


def test_staff_see_when_it_was_opened(client, beth, page, actor):
    handout = invite_client(client=beth, at=NOON, by=actor)
    accept_invitation(token=handout.token, code=handout.code, at=NOON, by=actor)

    response = client.get(page)

    assert "The last one was opened on Wed Oct 14, 12:00 PM" in response.text


@pytest.mark.parametrize("path", ["", "back/"])
def test_a_colleague_without_the_client_finds_nothing(client, page, path):
    other = AssignmentFactory()
    client.force_login(other.staff)

    assert client.post(f"{page}{path}").status_code == 404
    assert not Invitation.objects.exists()
