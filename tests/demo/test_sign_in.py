import os
import re
import subprocess
import sys
from uuid import uuid4

import pytest
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.demo import cast
from apps.demo.seed import locked
from apps.demo.seed.people import people
from tests.factories.care import (
    EnrollmentFactory,
    StaffFactory,
    StaffRoleFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa():
    return EnrollmentFactory(
        client__user__handle="demo-rosa", client__preferred_name="Rosa"
    ).client.user


@pytest.fixture
def ana():
    ana = StaffFactory(handle="demo-ana", name="Ana")
    StaffRoleFactory(user=ana)
    return ana


def test_everybody_is_there_in_groups_with_their_line(client, rosa, ana):
    response = client.get("/demo/")

    assert [
        (group.title, [(p.name, p.story) for p in group.players])
        for group in response.context["clients"] + response.context["staff"]
    ] == [
        ("Boston · Day", [("Rosa", cast._stories()["demo-rosa"]["en"])]),
        ("Counselor", [("Ana", cast._stories()["demo-ana"]["en"])]),
    ]
    for user in (rosa, ana):
        assert f'action="/demo/as/{user.pk}/"' in response.text


def test_only_people_of_the_demonstration_are_there(client, rosa):
    EnrollmentFactory(client__preferred_name="Realname")
    StaffRoleFactory(user__name="Realstaff")

    response = client.get("/demo/")

    assert "Real" not in response.text


def test_the_phone_with_a_lock_opens_with_the_pin_of_her_story(client):
    """Fault: the story says another PIN, or is of somebody who is not in the cast."""
    assert locked.HER in {person.handle for person in people()}
    her = EnrollmentFactory(client__user__handle=locked.HER).client.user
    locked.build(at=timezone.now())
    page = client.get("/demo/").text
    client.post(f"/demo/as/{her.pk}/")
    [said] = {re.search(r"\d{6}", s)[0] for s in cast._stories()[locked.HER].values()}

    shut = client.get("/")
    client.post("/locked/", {"pin": said})

    assert said in page
    assert shut.url.startswith("/locked/")
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number(
    client, count, django_assert_num_queries
):
    for n in range(count):
        EnrollmentFactory(client__user__handle=f"demo-client{n}")
        StaffRoleFactory(user__handle=f"demo-staff{n}")

    with django_assert_num_queries(4):
        client.get("/demo/")


def test_one_button_signs_a_client_in(client, rosa):
    response = client.post(f"/demo/as/{rosa.pk}/")

    assert response.url == "/"
    assert client.session["_auth_user_id"] == str(rosa.pk)
    assert AuditEvent.objects.filter(
        action="accounts.signed_in", actor_id=rosa.pk
    ).exists()


def test_one_button_signs_staff_in(client, ana, rosa):
    client.post(f"/demo/as/{rosa.pk}/")
    response = client.post(f"/demo/as/{ana.pk}/")

    assert response.url == "/desk/"
    assert client.session["_auth_user_id"] == str(ana.pk)


def test_the_desk_opens_to_made_up_staff_at_once(client, ana):
    """They have no second step: nobody holds their keys."""
    client.post(f"/demo/as/{ana.pk}/")

    assert client.get("/ways-in/").status_code == 200


def test_nobody_real_can_be_played(client):
    real = EnrollmentFactory().client.user

    codes = [client.post(f"/demo/as/{pk}/").status_code for pk in (real.pk, uuid4())]

    assert codes == [404, 404]
    assert "_auth_user_id" not in client.session


def test_a_link_alone_signs_nobody_in(client, rosa):
    response = client.get(f"/demo/as/{rosa.pk}/")

    assert response.status_code == 405
    assert "_auth_user_id" not in client.session


def test_every_story_is_told_in_both_languages():
    stories = cast._stories()

    assert {frozenset(told) for told in stories.values()} == {frozenset({"en", "es"})}
    assert all(line.strip() for told in stories.values() for line in told.values())


def test_without_demonstration_mode_there_is_no_such_page():
    """In a process of its own: what is mounted is decided when the program starts."""
    ask = (
        "import django; django.setup()\n"
        "from companion.urls import urlpatterns\n"
        "print([str(p.pattern) for p in urlpatterns])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", ask],
        env={
            **os.environ,
            "COMPANION_DEMO": "0",
            "DJANGO_SETTINGS_MODULE": "companion.testing_settings",
        },
        capture_output=True,
        text=True,
        check=True,
    )

    assert "'desk/'" in answer.stdout
    assert "demo" not in answer.stdout


def test_the_gallery_is_a_page_of_the_demonstration(client):
    assert client.get("/demo/gallery/").status_code == 200
