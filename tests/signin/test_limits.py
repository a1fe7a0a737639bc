import datetime as dt

import pytest
from django.contrib.sessions.models import Session

from tests.conftest import NOON
from tests.factories.care import EnrollmentFactory, StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


@pytest.fixture
def staff(client):
    client.force_login(StaffFactory())


@pytest.fixture
def rosa(client):
    rosa = EnrollmentFactory().client
    client.force_login(rosa.user)
    return rosa


def _is_in(client, path):
    response = client.get(path)
    return "/sign-in/" not in response.get("Location", "")


@pytest.mark.parametrize(
    ("away", "still_in"),
    [(15 * MINUTE - dt.timedelta(seconds=1), True), (15 * MINUTE, False)],
)
def test_staff_who_do_nothing_for_fifteen_minutes_are_out(
    client, staff, frozen_noon, away, still_in
):
    frozen_noon.shift(away)

    assert _is_in(client, "/desk/") is still_in


def test_staff_who_work_stay_in_for_twelve_hours(client, staff, frozen_noon):
    in_after = []
    for _ in range(72):
        frozen_noon.shift(10 * MINUTE)
        in_after.append(_is_in(client, "/desk/"))

    assert in_after == [True] * 71 + [False]


def test_a_page_that_polls_keeps_nobody_in(client, staff, frozen_noon):
    for _ in range(14):
        frozen_noon.shift(MINUTE)
        client.get("/desk/", {"have": "1"}, headers={"HX-Request": "true"})
    frozen_noon.shift(MINUTE)

    assert not _is_in(client, "/desk/")


def test_a_client_who_comes_once_a_month_stays_in_for_ninety_days(
    client, rosa, frozen_noon
):
    in_after = []
    for _ in range(4):
        frozen_noon.shift(29 * DAY)
        in_after.append(_is_in(client, "/help/") and _is_in(client, "/"))

    assert in_after == [True, True, True, False]


def test_a_client_who_was_away_for_thirty_days_signs_in_again(
    client, rosa, frozen_noon
):
    frozen_noon.shift(30 * DAY)

    assert not _is_in(client, "/")


@pytest.mark.parametrize(
    ("away", "still_in"), [(14 * MINUTE, True), (15 * MINUTE, False)]
)
def test_a_phone_that_somebody_else_reads_is_out_after_fifteen_minutes(
    client, rosa, frozen_noon, away, still_in
):
    rosa.monitored_phone = True
    rosa.save()
    frozen_noon.shift(away)

    assert _is_in(client, "/") is still_in


def test_what_ran_out_is_gone_from_the_server(client, staff, frozen_noon):
    frozen_noon.shift(15 * MINUTE)
    client.get("/desk/")

    assert not Session.objects.exists()


def test_a_sign_in_without_its_stamps_is_out(client, rosa):
    session = client.session
    del session["began_at"]
    session.save()

    assert not _is_in(client, "/")


def test_staff_and_monitored_phones_forget_with_the_browser(client):
    monitored = EnrollmentFactory(client__monitored_phone=True).client.user
    cookies = {}
    for name, user in [
        ("staff", StaffFactory()),
        ("monitored", monitored),
        ("client", EnrollmentFactory().client.user),
    ]:
        client.force_login(user)
        cookies[name] = client.session.get_expire_at_browser_close()

    assert cookies == {"staff": True, "monitored": True, "client": False}


def test_reading_pages_writes_the_session_once_a_minute(client, rosa, frozen_noon):
    client.get("/")
    seen = client.session["seen_at"]

    frozen_noon.shift(59)
    client.get("/")
    soon = client.session["seen_at"]
    frozen_noon.shift(1)
    client.get("/")

    assert (seen, soon) == (NOON.timestamp(), NOON.timestamp())
    assert client.session["seen_at"] == (NOON + MINUTE).timestamp()


def test_somebody_who_was_switched_off_is_out_at_once(client, rosa):
    rosa.user.is_active = False
    rosa.user.save()

    assert not _is_in(client, "/")
