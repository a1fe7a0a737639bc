"""How the app stands on a phone's first screen, where anybody may look."""

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse

from apps.care.models import Organization
from apps.care.rules.lexicon import telling_words
from apps.common import identity
from tests.factories.care import EnrollmentFactory

pytestmark = pytest.mark.django_db
MANIFEST = "/manifest.webmanifest"


@pytest.fixture
def manifest(client):
    return client.get(MANIFEST).json()


def test_the_manifest_installs_the_whole_app(client, manifest):
    asked = ("id", "scope", "start_url", "display")

    assert client.get(MANIFEST)["Content-Type"] == "application/manifest+json"
    assert [manifest[name] for name in asked] == ["/", "/", "/", "standalone"]
    assert manifest["background_color"] == manifest["theme_color"] == "#fbf9f6"


def test_the_ways_in_lead_to_pages(manifest):
    ways = {each["name"]: each["url"] for each in manifest["shortcuts"]}

    assert ways == {
        "Check in": reverse("checkins:start"),
        "Plan": reverse("plans:plan"),
        "Help": reverse("home:help"),
    }


def test_the_ways_in_speak_the_readers_language(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "es"

    manifest = client.get(MANIFEST).json()

    assert manifest["lang"] == "es"
    assert [each["name"] for each in manifest["shortcuts"]] == [
        "Registro",
        "Plan",
        "Ayuda",
    ]


def test_nothing_in_it_tells_what_this_is_about(client):
    assert telling_words(client.get(MANIFEST).text) == []


def test_it_carries_the_name_and_the_picture_of_the_organization(client):
    client.force_login(EnrollmentFactory().client.user)
    session = client.session
    identity.keep(session, name="Garden", icon="leaf")
    session.save()

    manifest, page = client.get(MANIFEST).json(), client.get("/")

    assert (manifest["name"], manifest["short_name"]) == ("Garden", "Garden")
    assert {"leaf" in each["src"] for each in manifest["icons"]} == {True}
    assert 'content="Garden"' in page.text
    assert "icons/app-leaf-touch.png" in page.text
    assert f'href="{MANIFEST}" crossorigin="use-credentials"' in page.text


@pytest.mark.parametrize("icon", [each.lower() for each in Organization.AppIcon.values])
@pytest.mark.parametrize(
    ("kind", "size"), [("192", 192), ("512", 512), ("maskable", 512), ("touch", 180)]
)
def test_every_picture_is_drawn_in_every_size(icon, kind, size):
    path = finders.find(f"icons/app-{icon}-{kind}.png")

    with open(path, "rb") as file:
        head = file.read(24)
    width, height = (int.from_bytes(head[at : at + 4]) for at in (16, 20))
    assert (head[1:4], width, height) == (b"PNG", size, size)


def test_anybody_may_read_how_to_install(client):
    page = client.get(reverse("phone:install"))

    assert page.status_code == 200
    wanted = ("Android", "iPhone", "Safari", "7 days", settings.APP_NAME)
    assert [words for words in wanted if words not in page.text] == []


def test_the_menu_leads_there(client):
    client.force_login(EnrollmentFactory().client.user)

    assert reverse("phone:install") in client.get("/").text
