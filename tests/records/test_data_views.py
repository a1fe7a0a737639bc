import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.disclosures.models import DataRequest, Disclosure
from apps.disclosures.notice import NOTICE
from apps.signin import proof
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory
from tests.factories.checkins import CheckinDayFactory

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
WAYS_OUT = ("records:data_file", "records:data_page")


@pytest.fixture
def rosa(client, frozen_noon):
    enrollment = AssignmentFactory(enrollment__client__preferred_name="Rosa").enrollment
    CheckinDayFactory(enrollment=enrollment, craving=8, note="A long day")
    client.force_login(enrollment.client.user)
    return enrollment


def _asked(client):
    return client.post(reverse("records:ask_data"))


def _shows_again(client):
    """That it is still her."""
    session = client.session
    session[proof.PROVEN_AT] = timezone.now().timestamp()
    session.save()


@pytest.mark.parametrize("name", ["records:ask_data", *WAYS_OUT])
def test_no_way_out_without_a_fresh_proof(client, rosa, frozen_noon, name):
    """Fault: whoever holds the open phone takes the whole record along."""
    _asked(client)
    frozen_noon.move_to(NOON + 10 * MINUTE + dt.timedelta(seconds=1))

    response = client.post(reverse(name))

    assert response.url.startswith("/still-you/")
    assert not Disclosure.objects.exists()


def test_nothing_goes_out_before_ten_minutes_are_over(client, rosa, frozen_noon):
    """Fault: whoever stands beside them has the file before they are alone."""
    _asked(client)
    frozen_noon.move_to(NOON + 10 * MINUTE - dt.timedelta(seconds=1))

    for way in WAYS_OUT:
        assert client.post(reverse(way)).status_code == 302
    assert not Disclosure.objects.exists()

    frozen_noon.move_to(NOON + 10 * MINUTE)
    assert client.post(reverse("records:data_file")).status_code == 200


def test_taken_back_in_the_wait_nothing_goes_out(client, rosa, frozen_noon):
    _asked(client)
    client.post(reverse("records:cancel_data"))
    frozen_noon.move_to(NOON + 11 * MINUTE)
    _shows_again(client)

    for way in WAYS_OUT:
        assert client.post(reverse(way)).status_code == 302
    assert not Disclosure.objects.exists()
    # And the page does not tell that it was asked for once.
    assert "Get my data ready" in client.get(reverse("records:my_data")).text


def test_asking_again_does_not_shorten_or_lengthen_the_wait(client, rosa, frozen_noon):
    _asked(client)
    frozen_noon.move_to(NOON + 5 * MINUTE)
    _asked(client)

    assert [row.ready_at for row in DataRequest.objects.all()] == [NOON + 10 * MINUTE]


def test_it_is_open_for_a_day(client, rosa, frozen_noon):
    _asked(client)
    frozen_noon.move_to(NOON + 10 * MINUTE + dt.timedelta(hours=24))
    _shows_again(client)

    assert client.post(reverse("records:data_file")).status_code == 302


@pytest.mark.parametrize("way", WAYS_OUT)
def test_each_way_out_carries_the_notice_and_is_written_down(
    client, rosa, frozen_noon, way
):
    """Fault: a record leaves without the words of § 2.32, or without a trace."""
    _asked(client)
    frozen_noon.move_to(NOON + 10 * MINUTE)
    before = AuditEvent.objects.count()

    response = client.post(reverse(way))

    assert NOTICE in response.text
    assert "A long day" in response.text
    [shared] = Disclosure.objects.all()
    assert (shared.basis, shared.recipient["kind"], shared.at) == (
        "OWN",
        "SELF",
        NOON + 10 * MINUTE,
    )
    [event] = AuditEvent.objects.order_by("seq")[before:]
    assert (event.action, event.client_id) == (
        "disclosures.data_fetched",
        rosa.client_id,
    )
    assert "no-store" in response["Cache-Control"]


def test_the_file_is_named_so_that_it_says_nothing(client, rosa, frozen_noon):
    _asked(client)
    frozen_noon.move_to(NOON + 10 * MINUTE)

    response = client.post(reverse("records:data_file"))

    assert response["Content-Disposition"] == 'attachment; filename="my-data.json"'
    kinds = {kind["kind"]: kind for kind in response.json()["kinds"]}
    [day] = kinds["checkins.CheckinDay"]["rows"]
    assert (day["Note"], day["Craving, of 10"]) == ("A long day", 8)


def test_somebody_who_left_takes_theirs_along(client, rosa, frozen_noon):
    rosa.state, rosa.ended_on = "ENDED", NOON.date()
    rosa.save()
    _asked(client)
    frozen_noon.move_to(NOON + 10 * MINUTE)

    assert "A long day" in client.post(reverse("records:data_page")).text


def test_words_of_a_client_are_words_on_the_page(client, rosa, frozen_noon):
    CheckinDayFactory(
        enrollment=rosa, local_on=NOON.date() - dt.timedelta(days=1), note="<b>x</b>"
    )
    _asked(client)
    frozen_noon.move_to(NOON + 10 * MINUTE)

    assert "&lt;b&gt;x&lt;/b&gt;" in client.post(reverse("records:data_page")).text


def test_the_page_says_what_court_gets(client, rosa):
    assert "unless you sign or a judge orders it" in client.get(
        reverse("records:my_data")
    ).text.replace("&#x27;", "'")


def test_the_page_leads_there_from_the_menu(client, rosa):
    assert reverse("records:my_records") in client.get(reverse("home:help")).text
    assert reverse("records:my_data") in client.get(reverse("records:my_records")).text
