import uuid

import pytest
from django.contrib.auth.models import AnonymousUser

from apps.audit.middleware import actor_of
from apps.common.middleware import ClientAddressMiddleware, RequestIdMiddleware
from tests.factories.care import EnrollmentFactory, StaffFactory

pytestmark = pytest.mark.django_db


def test_a_visitor_is_asked_to_sign_in_and_brought_back(client):
    response = client.get("/desk/", {"have": "1"})

    assert (response.status_code, response.url) == (
        302,
        "/sign-in/?next=/desk/%3Fhave%3D1",
    )


def test_htmx_is_told_to_leave_the_page(client):
    """Fault: htmx follows the redirect and swaps the sign-in page into a card."""
    response = client.get(
        "/desk/",
        headers={
            "HX-Request": "true",
            "HX-Current-URL": "http://testserver/desk/people/",
        },
    )

    assert response.status_code == 200
    assert response["HX-Redirect"] == "/sign-in/?next=/desk/people/"
    assert (response.content, "Location" in response) == (b"", False)


def test_htmx_from_elsewhere_brings_no_way_back(client):
    response = client.get(
        "/desk/",
        headers={"HX-Request": "true", "HX-Current-URL": "https://evil.example/desk/"},
    )

    assert response["HX-Redirect"] == "/sign-in/"


def test_what_was_posted_is_not_gone_back_to_but_the_page_it_stood_on(client):
    page = f"/desk/clients/{uuid.uuid4()}/"

    response = client.post(f"{page}undo/", {"items": "concern:1"})

    assert response.url == f"/sign-in/?next={page}"


def test_the_wrong_kind_of_person_finds_nothing(client):
    found = {}
    for kind, user in [
        ("client", EnrollmentFactory().client.user),
        ("staff", StaffFactory()),
    ]:
        client.force_login(user)
        found[kind] = [
            client.get(path).status_code for path in ("/desk/", "/check-in/")
        ]

    assert found == {"client": [404, 200], "staff": [200, 404]}


def test_a_persons_own_language_wins_over_the_browsers(client):
    rosa = EnrollmentFactory().client.user
    rosa.language = "es"
    rosa.save()
    client.force_login(rosa)

    response = client.get("/help/", headers={"Accept-Language": "en"})

    assert response["Content-Language"] == "es"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "198.51.100.7", "127.0.0.0/24"),
        (1, "198.51.100.7", "198.51.100.0/24"),
        (1, "203.0.113.9, 198.51.100.7", "198.51.100.0/24"),
        (2, "203.0.113.9, 198.51.100.7, 10.0.0.1", "198.51.100.0/24"),
        (2, "198.51.100.7", "127.0.0.0/24"),
    ],
)
def test_only_our_own_proxies_say_where_a_request_comes_from(
    rf, settings, proxies, forwarded, address
):
    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", headers={"X-Forwarded-For": forwarded})
    request.user = AnonymousUser()

    actor = ClientAddressMiddleware(RequestIdMiddleware(actor_of))(request)

    assert actor.address == address
