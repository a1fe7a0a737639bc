import datetime as dt

import pytest
from django.urls import reverse

from apps.audit.actors import Actor
from apps.disclosures.models import Disclosure, Letter
from apps.disclosures.notice import NOTICE
from apps.disclosures.services import letters
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory
from tests.factories.checkins import CheckinDayFactory
from tests.factories.disclosures import COURT, signed
from tests.factories.sessions import AttendanceFactory, OneToOneFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
WEEK = {"from_on": "2026-10-07", "to_on": "2026-10-14"}


@pytest.fixture
def care():
    care = AssignmentFactory(
        staff__name="Ana", enrollment__client__preferred_name="Rosa"
    )
    CheckinDayFactory(enrollment=care.enrollment, craving=8, note="Notemark")
    room = OneToOneFactory(
        enrollment=care.enrollment,
        on=NOON.date() - dt.timedelta(days=2),
        title="Titlemark",
    )
    AttendanceFactory(
        group_session=room,
        enrollment=care.enrollment,
        status="EXCUSED",
        reason="COURT",
        minutes=0,
    )
    room.roster_closed_at = room.ends_at
    room.save()
    return care


@pytest.fixture
def rosa(care):
    return care.enrollment.client


@pytest.fixture
def consent(rosa):
    return signed(rosa, recipient=COURT, purpose="SUPERVISION")


def _path(name, rosa, row):
    return reverse(f"records:{name}", args=[rosa.pk, row.pk])


def _made(client, care, consent) -> Letter:
    client.force_login(care.staff)
    client.post(_path("new_letter", consent.client, consent), WEEK)
    return Letter.objects.get()


def test_from_ana_to_rosa_and_out(client, care, rosa, consent):
    letter = _made(client, care, consent)
    out, page = _path("give_out", rosa, letter), _path("client_letter", rosa, letter)
    client.post(out)
    assert not Disclosure.objects.exists()
    assert NOTICE not in client.get(page).text

    client.force_login(rosa.user)
    own = reverse("records:letter", args=[letter.pk])
    assert own in client.get(reverse("records:my_records")).text
    # Looking is not yet reading: a preview must not count as Rosa's word.
    assert NOTICE not in client.get(own).text
    client.post(reverse("records:open_letter", args=[letter.pk]))
    assert NOTICE in client.get(own).text

    client.force_login(care.staff)
    client.post(out)
    paper = client.get(page).text
    assert NOTICE in paper
    for said in ("Rosa Sample", COURT.name, "came on 0 of 1", "The days I came"):
        assert said in paper
    for kept in ("Notemark", "Titlemark", "Court<", "Told us before", "8 of 10"):
        assert kept not in paper
    [shared] = Disclosure.objects.all()
    client.force_login(rosa.user)
    assert COURT.name in client.get(reverse("records:shared")).text
    assert shared.consent == consent


def test_rosa_does_not_want_it(client, care, rosa, consent):
    letter = _made(client, care, consent)
    client.force_login(rosa.user)
    client.post(reverse("records:open_letter", args=[letter.pk]))
    client.post(reverse("records:object_to", args=[letter.pk]), {"words": "Wrong day"})

    client.force_login(care.staff)
    page = client.post(_path("give_out", rosa, letter), follow=True).text

    assert "does not want it to go out" in page
    assert "Wrong day" in page
    assert not Disclosure.objects.exists()


def test_without_attendance_in_the_consent_the_form_says_so(client, care, rosa):
    plan_only = signed(rosa, recipient=COURT, categories=["PLAN"])
    client.force_login(care.staff)

    response = client.post(_path("new_letter", rosa, plan_only), WEEK)

    assert "does not cover when they came" in response.text
    assert not Letter.objects.exists()


def test_the_last_day_comes_after_the_first(client, care, rosa, consent):
    client.force_login(care.staff)
    backwards = {"from_on": WEEK["to_on"], "to_on": WEEK["from_on"]}

    response = client.post(_path("new_letter", rosa, consent), backwards)

    assert "The last day comes after the first." in response.text


def test_no_way_out_to_a_court_holds_a_check_in(care, rosa, consent):
    """Fault: what Rosa wrote in a check-in reaches her probation officer."""
    letter = letters.make(
        enrollment=care.enrollment,
        consent=consent,
        from_on=NOON.date() - dt.timedelta(days=30),
        to_on=NOON.date(),
        at=NOON,
        by=_by(care),
    )

    assert {tuple(day) for day in letter.days} == {("on", "came")}


def _by(care):
    return Actor(care.staff_id, "STAFF", care.enrollment.organization_id)
