import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.audit.models import AuditEvent
from apps.care.models import Enrollment, Invitation
from apps.care.services.invitations import invite_client
from tests.conftest import NOON
from tests.factories.care import EnrollmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]


@pytest.fixture
def beth():
    return EnrollmentFactory(
        client__preferred_name="Beth",
        client__user=None,
        state=Enrollment.State.INVITED,
    ).client


@pytest.fixture
def handout(beth, actor):
    return invite_client(client=beth, at=NOON, by=actor)


def _said(response, token):
    """The page without what differs between two visits: token, nonce, the link itself."""
    page = response.text.replace(str(response.context["csrf_token"]), "")
    return re.sub(r'nonce="[^"]+"', "", page).replace(token, "")


def test_the_link_and_the_code_bring_the_client_in(client, beth, handout):
    response = client.post(f"/i/{handout.token}/", {"code": handout.code})

    beth.refresh_from_db()
    assert response.url == "/"
    assert client.session["_auth_user_id"] == str(beth.user_id)
    assert AuditEvent.objects.filter(
        action="accounts.signed_in", actor_id=beth.user_id
    ).exists()


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete"])
def test_looking_at_the_link_uses_nothing_up(client, handout, method):
    """Fault: message scanners open links, and the client finds it "already used"."""
    with CaptureQueriesContext(connection) as queries:
        getattr(client, method)(f"/i/{handout.token}/")

    assert list(queries) == []
    assert client.post(f"/i/{handout.token}/", {"code": handout.code}).url == "/"


def test_every_link_shows_the_same_page(client, handout):
    real, made_up = (client.get(f"/i/{token}/") for token in (handout.token, "a" * 43))

    assert _said(real, handout.token) == _said(made_up, "a" * 43)
    assert "Beth" not in real.text


def test_a_link_does_not_travel_on(client, handout):
    response = client.get(f"/i/{handout.token}/")

    assert response["Referrer-Policy"] == "strict-origin"
    assert "no-store" in response["Cache-Control"]


def test_a_wrong_code_and_a_made_up_link_are_answered_alike(client, handout):
    wrong = client.post(f"/i/{handout.token}/", {"code": "BBBBBB"})
    made_up = client.post(f"/i/{'a' * 43}/", {"code": "BBBBBB"})

    assert (wrong.status_code, made_up.status_code) == (200, 200)
    # To the letter: the one says that there is such a link.
    assert _said(wrong, handout.token) == _said(made_up, "a" * 43)
    assert "do not fit together" in wrong.text
    assert "_auth_user_id" not in client.session
    assert Invitation.objects.get().tries == 1


def test_tries_from_one_network_are_few(client, handout):
    for _ in range(20):
        client.post(f"/i/{'a' * 43}/", {"code": "BBBBBB"})

    response = client.post(f"/i/{handout.token}/", {"code": handout.code})

    assert "That was often." in response.text
    assert Invitation.objects.get().tries == 0
