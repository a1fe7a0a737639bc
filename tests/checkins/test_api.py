import datetime as dt
import threading
import uuid
from base64 import b64encode

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from apps.care.models import Concern
from apps.checkins.models import CheckinDay, Submission
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory, EnrollmentFactory
from tests.factories.checkins import CheckinDayFactory, ReplyFactory

URL = reverse("api:checkins")
DAY = dt.timedelta(days=1)
CALM = {"craving_peak": 0, "use_reported": "no"}


@pytest.fixture
def enrollment(db, frozen_noon):
    return AssignmentFactory(staff__name="Ana").enrollment


@pytest.fixture
def phone(client, enrollment):
    client.force_login(enrollment.client.user)
    return client


def item(**given):
    return {
        "uuid": str(uuid.uuid4()),
        "occurred_at": NOON.isoformat(),
        "answers": CALM,
    } | given


def send(phone, body):
    return phone.post(URL, body, content_type="application/json")


# -- Sending ----------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("position", ["2026", "", "x" * 50])
def test_a_cursor_that_is_no_day_leads_nowhere(client, position):
    """Fault: what somebody wrote into it is asked of the database."""
    client.force_login(EnrollmentFactory().client.user)
    cursor = b64encode(f"p={position}".encode()).decode()

    answer = client.get("/api/v1/check-ins/", {"cursor": cursor})

    assert answer.status_code == 404


def test_one_is_201_and_then_200_under_its_uuid(phone):
    body = item()

    first, again = send(phone, body), send(phone, body)

    assert [(r.status_code, r.json()["uuid"]) for r in (first, again)] == [
        (201, body["uuid"]),
        (200, body["uuid"]),
    ]
    assert Submission.objects.count() == 1


def test_a_batch_says_of_each_what_became_of_it(phone):
    known, bad, odd = item(), item(answers={"craving_peak": 12}), "nothing"
    send(phone, known)

    response = send(phone, [known, bad, item(local_on="2026-10-13"), odd])

    assert response.status_code == 200
    assert [(each["status"], each["local_on"]) for each in response.json()] == [
        (200, "2026-10-14"),
        (400, None),
        (201, "2026-10-13"),
        (400, None),
    ]
    refused = response.json()[1]
    assert refused["uuid"] == bad["uuid"]
    assert refused["errors"] == {
        "answers": {"craving_peak": ["Choose a number from 0 to 10."]}
    }
    assert Submission.objects.count() == 2


def test_the_same_uuid_twice_in_a_batch_is_one(phone):
    body = item()

    response = send(phone, [body, body])

    assert [each["status"] for each in response.json()] == [201, 200]
    assert Submission.objects.count() == 1


def test_a_batch_has_an_end(phone):
    response = send(phone, [item() for _ in range(51)])

    assert response.status_code == 400
    assert response.json() == {"detail": "Send 50 at most."}
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    ("given", "errors"),
    [
        pytest.param(
            {"answers": {"craving_peak": 3}},
            {
                "answers": {
                    "use_reported": ["This one needs an answer. It can be any of them."]
                }
            },
            id="needed missing",
        ),
        pytest.param(
            {"local_on": "2026-10-11"},
            {"local_on": ["Choose that day or one of the two days before it."]},
            id="too far back",
        ),
        pytest.param(
            {"question_set": "1999-01"},
            {"question_set": ["These questions were never asked."]},
            id="unknown questions",
        ),
        pytest.param(
            {"uuid": "one"}, {"uuid": ["Must be a valid UUID."]}, id="no uuid"
        ),
        pytest.param(
            {"answers": CALM | {"use_reported": ["yes"]}},
            {"answers": {"use_reported": ["Choose one of the answers."]}},
            id="a list where one is meant",
        ),
        pytest.param(
            {"answers": CALM | {"craving_peak": 4, "triggers": [{"a": 1}]}},
            {"answers": {"triggers": ["Choose from the list."]}},
            id="objects for codes",
        ),
    ],
)
def test_what_cannot_be_taken_is_said_in_plain_words(phone, given, errors):
    response = send(phone, item(**given))

    assert response.status_code == 400
    assert response.json()["errors"] == errors
    assert not Submission.objects.exists()


def test_letters_that_cannot_be_written_are_refused(phone):
    body = '{"uuid": "%s", "occurred_at": "2026-10-14T12:00Z", "answers": {"note": "\\ud800"}}'

    response = send(phone, body % uuid.uuid4())

    assert response.json()["errors"] == {
        "answers": ["Send letters that can be written down."]
    }


@pytest.mark.parametrize("year", ["0001", "1970", "9999"])
def test_a_clock_gone_wild_loses_nothing(phone, year):
    response = send(phone, item(occurred_at=f"{year}-01-01T00:00:00Z"))

    assert (response.status_code, response.json()["local_on"]) == (201, "2026-10-14")


def test_what_waited_offline_keeps_its_day_and_says_how_late_it_is(phone):
    answered = NOON - 9 * dt.timedelta(hours=1)

    send(
        phone,
        item(
            occurred_at=answered.isoformat(),
            answers=CALM | {"mood": 1, "feels_safe": "no"},
        ),
    )

    sent, concern = Submission.objects.get(), Concern.objects.get()
    assert (sent.occurred_at, sent.received_at) == (answered, NOON)
    assert concern.finding["evidence"]["late_hours"] == 9


def test_one_tap_is_taken_too(phone):
    send(phone, item(answers={"one_tap": "GOOD"}))

    assert Submission.objects.get().kind == "ONE_TAP"


def test_without_running_care_it_is_kept_on_the_phone(client, frozen_noon, db):
    client.force_login(
        EnrollmentFactory(state="ENDED", ended_on=NOON.date()).client.user
    )
    body = item()

    response = send(client, body)

    assert (response.status_code, response.json()["uuid"]) == (409, body["uuid"])


# -- Reading ----------------------------------------------------------------------------


def test_the_client_reads_own_days_newest_first(phone, enrollment):
    for back in (2, 0, 1):
        CheckinDayFactory(enrollment=enrollment, local_on=NOON.date() - back * DAY)
    CheckinDayFactory(note="Somebody else's")
    ReplyFactory(
        day=CheckinDay.objects.get(enrollment=enrollment, local_on=NOON.date()),
        by__name="Ana",
    )

    rows = phone.get(URL).json()["results"]

    assert [row["local_on"] for row in rows] == [
        "2026-10-14",
        "2026-10-13",
        "2026-10-12",
    ]
    assert rows[0]["answers"]["craving_peak"] == 2
    assert [(r["by"], r["text"]) for r in rows[0]["replies"]] == [
        ("Ana", "Thanks for telling me.")
    ]


def test_the_cursor_leads_through_all_days(phone, enrollment):
    for back in range(53):
        CheckinDayFactory(enrollment=enrollment, local_on=NOON.date() - back * DAY)

    first = phone.get(URL).json()
    second = phone.get(first["next"]).json()

    assert [len(page["results"]) for page in (first, second)] == [50, 3]
    assert second["next"] is None


@pytest.mark.parametrize("count", [1, 3])
def test_reading_costs_the_same_for_any_number_of_days(
    phone, enrollment, count, django_assert_num_queries
):
    for back in range(count):
        day = CheckinDayFactory(
            enrollment=enrollment, local_on=NOON.date() - back * DAY
        )
        ReplyFactory(day=day)

    # Session and user; days; replies and who wrote them.
    with django_assert_num_queries(5):
        phone.get(URL)


# -- Who --------------------------------------------------------------------------------


def test_staff_find_nothing_and_visitors_are_refused(client, enrollment):
    visitor = [client.get(URL).status_code, send(client, item()).status_code]
    client.force_login(enrollment.assignments.get().staff)
    staff = [client.get(URL).status_code, send(client, item()).status_code]

    assert (visitor, staff) == ([403, 403], [404, 404])


def test_nothing_is_taken_without_our_token(enrollment):
    phone = Client(enforce_csrf_checks=True)
    phone.force_login(enrollment.client.user)

    assert send(phone, item()).status_code == 403


def test_the_description_is_for_people_who_are_signed_in(client, enrollment):
    url = reverse("api:schema")
    visitor = client.get(url).status_code
    client.force_login(enrollment.client.user)

    response = client.get(url, {"format": "json"})

    assert (visitor, response.status_code) == (403, 200)
    assert URL in response.json()["paths"]


# -- At the same moment -----------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_three_identical_sendings_at_once_are_one_row():
    """Fault: two workers both find no row and both write one."""
    enrollment = AssignmentFactory().enrollment
    body = item(answers=CALM | {"mood": 1, "feels_safe": "no"})
    answers, ready = [], threading.Barrier(3)
    phones = [Client() for _ in range(3)]
    for phone in phones:
        phone.force_login(enrollment.client.user)

    def tap(phone):
        try:
            ready.wait()
            answers.append(send(phone, body).status_code)
        finally:
            connection.close()

    with time_machine.travel(NOON, tick=False):
        taps = [threading.Thread(target=tap, args=[phone]) for phone in phones]
        for thread in taps:
            thread.start()
        for thread in taps:
            thread.join()

    assert sorted(answers) == [200, 200, 201]
    assert (Submission.objects.count(), Concern.objects.count()) == (1, 1)
