import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory

from apps.care.models import Organization
from apps.common import identity
from tests.factories.care import EnrollmentFactory, OrganizationFactory

pytestmark = pytest.mark.django_db


def request_of(session):
    request = RequestFactory().get("/")
    request.session = session
    return request


def signed_in(client, **organization):
    organization = OrganizationFactory(**organization)
    enrollment = EnrollmentFactory(client__organization=organization)
    client.force_login(enrollment.client.user)


def test_a_visitor_sees_the_installation_s_name(client, settings):
    settings.APP_NAME, settings.APP_ICON = "Porchlight", "door"

    page = client.get("/sign-in/").text

    assert "· Porchlight</title>" in page
    assert "icons/app-door" in page
    assert "sprite.svg#door" in page


def test_who_signs_in_sees_the_name_their_program_chose(client):
    signed_in(client, app_name="Day by Day", app_icon=Organization.AppIcon.LEAF)

    page = client.get("/").text

    assert "<title>Today · Day by Day</title>" in page
    assert "icons/app-leaf" in page
    assert "Companion" not in page


def test_a_program_without_a_name_of_its_own_has_the_installation_s(client, settings):
    signed_in(client, app_icon=Organization.AppIcon.SUN)
    settings.APP_NAME = "Porchlight"

    page = client.get("/").text

    assert "· Porchlight</title>" in page
    assert "icons/app-sun" in page


def test_the_name_goes_with_the_sign_out(client):
    signed_in(client, app_name="Day by Day")
    client.post("/sign-out/")

    assert "Day by Day" not in client.get("/sign-in/").text


def test_the_name_is_read_from_the_session_alone(django_assert_num_queries):
    session = SessionStore()
    identity.keep(session, name="Day by Day", icon="leaf")
    request = request_of(session)

    with django_assert_num_queries(0):
        assert identity.app_name_of(request) == "Day by Day"
        assert identity.app_icon_of(request) == "leaf"


def test_a_request_that_broke_before_its_session_has_a_name_too(settings):
    assert identity.app_name_of(RequestFactory().get("/")) == settings.APP_NAME
