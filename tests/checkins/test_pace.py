"""How long a check-in took: counted without a person, and shown from ten on."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.checkins.models import CheckinDay, Pace
from apps.checkins.pace import Median
from apps.checkins.services import count_pace
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory, StaffFactory, StaffRoleFactory
from tests.phone.sealing import CALM, Phone, hand_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
MONDAY = dt.date(2026, 10, 12)
PACE = reverse("desk:pace")
ANSWERS = {
    "first": {"answer": "0"},
    "mood": {"answer": "4"},
    "now": {"only": "fine"},
    "tomorrow": {"answer": "8"},
    "since": {"answer": "no"},
    # Sent before the last question, and once more after it.
    "hear": {"answer": "today"},
    "safe": {"answer": "yes"},
}


@pytest.fixture
def enrollment():
    return AssignmentFactory().enrollment


def counted():
    return dict(Pace.objects.values_list("up_to", "count"))


def check_in(client, enrollment, **last):
    client.force_login(enrollment.client.user)
    first = client.get(reverse("checkins:question", args=["first"]))
    data = {"uuid": first.context["sitting"].uuid}
    for slug, answer in ANSWERS.items():
        extra = last if slug == "safe" or not last else {"took": "3"}
        url = reverse("checkins:question", args=[slug])
        if slug == "safe":
            data = {"uuid": uuid.uuid4()}
        client.post(url, {**data, **answer, **extra})
    assert CheckinDay.objects.get(client=enrollment.client).is_whole


def test_the_whole_check_in_is_counted_once_and_to_nobody(client, enrollment):
    """Fault: the time is written beside who it was, or each screen counts."""
    check_in(client, enrollment, took="41")

    [pace] = Pace.objects.all()
    columns = {field.name for field in Pace._meta.concrete_fields}
    assert (pace.up_to, pace.count, pace.week_on) == (45, 1, MONDAY)
    assert columns == {"id", "organization", "program", "week_on", "up_to", "count"}
    assert not AuditEvent.objects.filter(action__contains="pace").exists()


def test_without_a_script_nothing_is_counted(client, enrollment):
    check_in(client, enrollment)

    assert counted() == {}


@pytest.mark.parametrize(
    "said",
    [None, "", "0", "-3", "601", "9" * 5000, "٣٠", "30.5", True, 30.0, [30], {"a": 1}],
    ids=str,
)
def test_what_is_no_time_is_left_out(enrollment, said):
    assert not count_pace(enrollment=enrollment, seconds=said, on=NOON.date())
    assert counted() == {}


def test_a_sealed_one_is_counted_once_however_often_it_is_sent(enrollment):
    phone = Phone(enrollment.client)
    item = phone.sealed(phone.said("CHECKIN", CALM) | {"took": 40})

    for _ in range(2):
        hand_in(item)

    assert counted() == {40: 1}


@pytest.mark.parametrize(
    ("counts", "seconds"),
    [
        pytest.param({30: 9}, None, id="nine"),
        pytest.param({30: 5, 60: 5}, 30, id="just half"),
        pytest.param({30: 4, 45: 2, 60: 5}, 45, id="in the middle"),
        pytest.param({}, None, id="none"),
    ],
)
def test_half_took_that_long_or_less(counts, seconds):
    assert Median.of(counts).seconds == seconds


def test_a_director_reads_it_with_what_it_counts_and_nobody_elses(client, enrollment):
    house = enrollment.program.site.organization
    director = StaffFactory(organization_id=house.pk, role="")
    StaffRoleFactory(user=director, organization=house, role="DIRECTOR")
    elsewhere = AssignmentFactory().enrollment
    client.force_login(director)
    for one, seconds, times in ((enrollment, 41, 9), (elsewhere, 300, 30)):
        for _ in range(times):
            count_pace(enrollment=one, seconds=seconds, on=NOON.date())
    before = client.get(PACE).text

    count_pace(enrollment=enrollment, seconds=90, on=NOON.date() - dt.timedelta(days=7))
    page = client.get(PACE).text

    assert "Fewer than 10 so far" in before
    assert "Half took 45 s or less · 10 check-ins" in page
    assert "Week by week" not in page
    assert "300" not in page
