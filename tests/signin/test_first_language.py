"""The language somebody chooses before we know who they are goes with them."""

import re

import pytest

from apps.audit.models import AuditEvent
from apps.care.models import Enrollment
from apps.care.services.invitations import invite_client
from tests.conftest import NOON
from tests.factories.care import EnrollmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
IN_SPANISH = {"Accept-Language": "es-US,es;q=0.9,en;q=0.5"}


@pytest.fixture
def beth(actor):
    return EnrollmentFactory(
        client__preferred_name="Beth",
        client__user=None,
        state=Enrollment.State.INVITED,
    ).client


def come_in(client, beth, actor, headers=None):
    handout = invite_client(client=beth, at=NOON, by=actor)
    client.post(f"/i/{handout.token}/", {"code": handout.code}, headers=headers)
    beth.refresh_from_db()
    return beth.user.language, beth.language


@pytest.mark.parametrize("path", ["/sign-in/", "/i/aaaaaaaa/", "/help/", "/nowhere/"])
def test_a_visitor_sees_the_choice_at_once_in_words_of_their_own(client, path):
    page = client.get(path).text

    header = page[page.index("<header") : page.index("</header>")]
    choices = re.findall(r'value="(\w+)" lang="(\w+)".*?</svg>\s*(\w+)<', header)
    assert choices == [("en", "en", "English"), ("es", "es", "Español")]
    assert "<details" not in header


def test_the_phone_s_language_is_the_first_guess(client):
    page = client.get("/sign-in/", headers=IN_SPANISH)

    assert page.headers["Content-Language"] == "es"
    assert '<html lang="es"' in page.text


def test_a_language_we_do_not_offer_yet_is_answered_in_english(client):
    page = client.get("/sign-in/", headers={"Accept-Language": "ht,pt-BR;q=0.9"})

    assert page.headers["Content-Language"] == "en"


def test_what_was_chosen_before_the_sign_in_becomes_theirs(client, beth, actor):
    client.post("/language/", {"language": "es", "next": "/sign-in/"})

    assert come_in(client, beth, actor) == ("es", "es")
    assert client.get("/").headers["Content-Language"] == "es"
    assert AuditEvent.objects.filter(
        action="accounts.language_chosen", client_id=beth.pk, actor_id=beth.user_id
    ).exists()


def test_on_the_first_visit_the_phone_s_language_becomes_theirs(client, beth, actor):
    assert come_in(client, beth, actor, IN_SPANISH) == ("es", "es")


def test_what_the_staff_wrote_down_stands_over_the_phone_s_language(
    client, beth, actor
):
    beth.language = "es"
    beth.save()

    languages = come_in(client, beth, actor, {"Accept-Language": "en-US"})

    assert languages == ("es", "es")


def test_what_they_choose_by_hand_stands_over_what_the_staff_wrote(client, beth, actor):
    beth.language = "es"
    beth.save()
    client.post("/language/", {"language": "en"})

    assert come_in(client, beth, actor) == ("en", "en")


def test_somebody_s_language_is_not_that_of_who_had_the_phone_before(client, beth):
    """Fault: a cookie of another person changes the texts of whoever signs in next."""
    rosa = EnrollmentFactory().client
    client.force_login(rosa.user)
    client.post("/language/", {"language": "es"})
    client.post("/sign-out/")
    next_person = EnrollmentFactory().client

    client.force_login(next_person.user)

    next_person.refresh_from_db()
    assert (next_person.language, next_person.user.language) == ("en", "en")
    assert client.get("/").headers["Content-Language"] == "en"
