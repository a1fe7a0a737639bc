"""No phone: what is said face to face is a check-in like any other, and the week is paper."""

import datetime as dt
from uuid import uuid4

import pytest
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.care.models import Concern, SiteLine, Task
from apps.care.rules.lexicon import telling_words
from apps.checkins.models import CheckinDay, Submission
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory
from tests.factories.sessions import GroupSessionFactory, SeriesFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
TODAY = NOON.date()
TOLD = {
    "on": TODAY.isoformat(),
    "craving_peak": "4",
    "triggers": ["trg.time.payday"],
    "use_reported": "no",
    "note": "Said it over coffee",
}


@pytest.fixture
def ana(client):
    assignment = AssignmentFactory(staff__name="Ana", enrollment__client__no_phone=True)
    client.force_login(assignment.staff)
    return assignment


@pytest.fixture
def page(ana):
    return reverse("desk:told", args=[ana.enrollment.client_id])


def test_it_runs_the_same_rules_under_the_name_of_who_heard_it(ana, page, client):
    """Fault: what staff write down calls nobody, or looks as if the client had sent it."""
    uuid = uuid4()
    danger = {
        "uuid": uuid,
        "use_reported": "yes",
        "use_what": ["opioids"],
        "feels_safe": "no",
    }
    for _ in range(2):
        client.post(page, TOLD | danger)

    sent = Submission.objects.get()
    assert (sent.kind, sent.uuid) == ("STAFF", uuid)
    event = AuditEvent.objects.get(action="checkins.submitted")
    assert (event.actor_id, event.actor_role) == (ana.staff.pk, "STAFF")
    rules = {c.finding["rule"] for c in Concern.objects.open()}
    assert {"R01", "R02"} <= rules
    assert Task.objects.open().filter(kind="CALL").exists()
    day = CheckinDay.objects.get()
    assert (day.seen_by, day.craving, day.note) == (ana.staff, 4, "Said it over coffee")
    record = client.get(reverse("desk:client", args=[ana.enrollment.client_id]))
    assert "Told in person" in record.content.decode()


def test_what_cannot_be_taken_comes_back_as_it_was_ticked(ana, page, client):
    """Fault: one wrong answer empties a page of fifteen questions."""
    four = ["trg.time.payday", "trg.feel.stress", "trg.feel.bored", "trg.feel.lonely"]
    answer = client.post(page, TOLD | {"triggers": four}).content.decode()
    assert "Choose up to 3." in answer
    assert answer.count(" checked") == len(four) + 3
    assert "Said it over coffee" in answer
    client.post(page, TOLD | {"use_reported": ""})
    client.post(page, TOLD | {"on": (TODAY + dt.timedelta(days=1)).isoformat()})
    assert not Submission.objects.exists()


def test_a_later_page_unsays_nothing_that_was_said_about_safety(ana, page, client):
    """Fault: an empty field takes back that somebody is not safe."""
    client.post(page, TOLD | {"mood": "1", "feels_safe": "no"})
    client.post(page, TOLD | {"mood": "4"})
    assert CheckinDay.objects.get().answers["feels_safe"] == "no"


def test_it_asks_what_this_program_asks(ana, page, client):
    """Fault: in person other questions are asked than on a phone."""
    program = ana.enrollment.program
    program.optional_questions = ["triggers", "sleep", "mood"]
    program.save()
    asked = set(client.get(page).context["form"].fields)
    assert asked == {
        *("uuid", "on", "note", "craving_peak", "triggers", "mood", "sleep"),
        *("use_reported", "use_what", "contact_request", "feels_safe"),
        "unsafe_because",
    }


def test_who_has_a_phone_says_it_there(ana, page, client):
    ana.enrollment.client.no_phone = False
    ana.enrollment.client.save()
    assert client.post(page, TOLD).status_code == 302
    assert not Submission.objects.exists()


def test_a_week_on_paper_says_when_and_whom_to_call_and_not_what_about(ana, client):
    """Fault: a sheet on a kitchen table tells what it is about."""
    enrollment = ana.enrollment
    enrollment.client.language = "es"
    enrollment.client.save()
    series = SeriesFactory(program=enrollment.program, title="Relapse prevention")
    GroupSessionFactory(series=series, on=TODAY + dt.timedelta(days=1))
    SiteLine.objects.create(
        site=enrollment.program.site,
        label="Front door",
        number="+16175550100",
        last_checked_on=TODAY,
    )
    answer = client.get(reverse("desk:paper", args=[enrollment.client_id]))
    page = answer.content.decode()
    sheet = page[page.index("<article") : page.index("</article>")]
    assert "9:00" in sheet
    assert "+16175550100" in sheet
    assert "911" in sheet
    assert "Relapse" not in page
    title = page[page.index("<title>") : page.index("</title>")]
    assert telling_words(title) == []
    event = AuditEvent.objects.get(action="desk.week_printed")
    assert event.client_id == enrollment.client_id
