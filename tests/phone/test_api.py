import base64

import pytest
from django.test import Client
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.phone.models import Device, SealingKey
from tests.factories.care import AssignmentFactory, EnrollmentFactory, StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
URL = reverse("api:phone")


@pytest.fixture
def rosa():
    return AssignmentFactory().enrollment.client


@pytest.fixture
def phone(client, rosa):
    client.force_login(rosa.user)
    return client


def body_of(page) -> str:
    return page.text.partition("<body")[2].partition(">")[0]


# -- The phone --------------------------------------------------------------------------


def test_a_phone_gets_a_key_once_and_what_to_seal_to(phone, rosa):
    answer = phone.post(URL)

    told, device, key = answer.json(), Device.objects.get(), SealingKey.objects.get()
    assert answer.status_code == 201
    assert told | {"key": ""} == {
        "tag": phone.get(URL).json()["tag"],
        "offline": True,
        "language": "en",
        "device": str(device.pk),
        "key": "",
        "drop": {
            "id": str(key.pk),
            "public": base64.b64encode(key.public).decode(),
        },
    }
    assert device.client == rosa
    assert told["key"] not in device.key_digest
    assert AuditEvent.objects.get(action="phone.device_made").client_id == rosa.pk


def test_each_browser_is_a_phone_of_its_own_for_the_same_owner(phone):
    first, second = phone.post(URL).json(), phone.post(URL).json()

    assert first["tag"] == second["tag"]
    assert (first["device"] != second["device"], first["key"] != second["key"]) == (
        True,
        True,
    )
    assert SealingKey.objects.count() == 1


def test_another_person_has_another_tag(phone):
    other = Client()
    other.force_login(EnrollmentFactory().client.user)

    assert phone.get(URL).json()["tag"] != other.get(URL).json()["tag"]


def test_nothing_is_kept_on_a_monitored_phone(phone, rosa):
    rosa.monitored_phone = True
    rosa.save()

    answers = [phone.post(URL), phone.get(URL)]

    nothing = {"tag": "", "offline": False, "language": "en", "drop": None}
    assert [answer.status_code for answer in answers] == [200, 200]
    assert [answer.json() for answer in answers] == [nothing, nothing]
    assert not Device.objects.exists()


def test_visitors_are_refused_and_staff_find_nothing(client, rosa):
    visitor = [client.get(URL).status_code, client.post(URL).status_code]
    client.force_login(rosa.enrollments.get().assignments.get().staff)
    staff = [client.get(URL).status_code, client.post(URL).status_code]

    assert (visitor, staff) == ([403, 403], [404, 404])


def test_no_phone_is_made_without_our_token(rosa):
    phone = Client(enforce_csrf_checks=True)
    phone.force_login(rosa.user)

    assert phone.post(URL).status_code == 403
    assert not Device.objects.exists()


# -- What every page says about the phone -----------------------------------------------


def test_a_page_names_its_owner_to_the_script(phone):
    tag = phone.get(URL).json()["tag"]

    page = phone.get("/")

    assert body_of(page) == f' data-owner="{tag}" data-offline="yes" data-lock=""'
    assert "js/phone." in page.text


def test_a_phone_that_came_under_watch_is_told_with_the_next_page(phone, rosa):
    """Fault: the flag is read from the session, as it stood at sign-in."""
    phone.get("/")
    rosa.monitored_phone = True
    rosa.save()

    assert body_of(phone.get("/")) == ' data-owner="" data-offline="no" data-lock=""'


def test_a_page_for_anybody_names_nobody(client):
    page = client.get("/sign-in/")

    assert body_of(page) == ' data-owner="" data-offline="" data-lock=""'
    assert "js/phone." in page.text


@pytest.mark.parametrize("path", ["/desk/", "/help/"])
def test_pages_of_staff_keep_nothing(client, path):
    client.force_login(StaffFactory())

    page = client.get(path)

    assert "data-owner" not in body_of(page)
    assert "js/phone." not in page.text
