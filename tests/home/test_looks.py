"""Who looked: a client reads exactly who did what with their record, and when."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from apps.audit.actors import SYSTEM, Actor, command
from apps.audit.models import AuditEvent
from apps.audit.services import record
from apps.home.looks import looks_at
from tests.conftest import NOON
from tests.factories.care import (
    AssignmentFactory,
    EnrollmentFactory,
    StaffFactory,
)

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = (
    dt.timedelta(minutes=1),
    dt.timedelta(hours=1),
    dt.timedelta(days=1),
)


@pytest.fixture
def rosa(frozen_noon):
    return EnrollmentFactory(client__preferred_name="Rosa").client


def colleague(rosa, name="Ana", role="PRIMARY", **kwargs):
    return AssignmentFactory(
        enrollment=rosa.enrollments.get(), staff__name=name, role=role, **kwargs
    ).staff


def by(user):
    return Actor(user.pk, user.kind, user.organization_id, "WEB")


def looked(user, rosa, action="desk.client_read", at=NOON, listed=()):
    whom = {"client_ids": [*listed, rosa.pk]} if listed else {"client_id": rosa.pk}
    record(action=action, at=at, by=by(user), **whom)


def said(rosa, until=None):
    """What the page says, line by line."""
    return [
        (day.isoformat(), line.who, line.role, str(line.what), len(line.times))
        for day, lines in looks_at(rosa, until=until, at=NOON).days
        for line in lines
    ]


def test_who_did_what_when_and_in_what_role(rosa):
    ana, kofi = colleague(rosa), colleague(rosa, "Kofi", "CO")
    looked(ana, rosa, at=NOON - HOUR)
    looked(ana, rosa)
    looked(ana, rosa, "desk.plan_read", at=NOON - 2 * HOUR)
    looked(kofi, rosa, "desk.board_read", at=NOON - DAY, listed=[StaffFactory().pk])

    assert said(rosa) == [
        ("2026-10-14", "Ana", "Counselor", "Opened your record", 2),
        ("2026-10-14", "Ana", "Counselor", "Read your plan", 1),
        ("2026-10-13", "Kofi", "Co-counselor", "Saw your name in a list", 1),
    ]


def test_looks_at_somebody_else_are_not_there(rosa):
    other = EnrollmentFactory().client
    looked(colleague(rosa), other)
    looked(colleague(rosa, "Kofi", "CO"), other, listed=[StaffFactory().pk])

    assert said(rosa) == []


def test_what_a_client_did_is_left_out_and_what_nobody_did_is_said_as_such(rosa):
    record(action="checkins.submitted", at=NOON, by=by(rosa.user), client_id=rosa.pk)
    for minutes, nobody in enumerate(
        [
            SYSTEM,
            command(),
            Actor(role="VISITOR", source="WEB"),
            Actor(role="PROVIDER", source="WEB"),
        ]
    ):
        record(
            action="care.concern_raised",
            at=NOON - minutes * MINUTE,
            by=nobody,
            client_id=rosa.pk,
        )

    assert [line[1] for line in said(rosa)] == [
        "The app, by itself",
        "Someone who runs the app",
        "Somebody with your link or code",
        "The phone company",
    ]


def test_who_was_not_on_the_team_then_is_marked(rosa):
    ana = colleague(rosa, since=NOON - 3 * DAY, until=NOON - DAY)
    for days in (0, 2, 4):
        looked(ana, rosa, at=NOON - days * DAY)

    days = looks_at(rosa, until=None, at=NOON).days
    marks = [(line.is_foreign, line.role) for _, (line,) in days]
    job = "Case manager"
    assert marks == [(True, job), (False, "Counselor"), (True, job)]


def test_a_supervisor_who_searched_is_shown_with_their_job(rosa):
    ruth = StaffFactory(
        name="Ruth", organization_id=rosa.organization_id, role="SUPERVISOR"
    )
    looked(ruth, rosa, "desk.looks_read", listed=[StaffFactory().pk])

    assert said(rosa) == [
        ("2026-10-14", "Ruth", "Supervisor", "Checked who opened your record", 1)
    ]


def test_somebody_of_another_house_is_shown_without_a_name(rosa):
    """Fault: names of people whom the client cannot know are looked up anywhere."""
    looked(StaffFactory(name="Guest"), rosa)

    assert [line[1] for line in said(rosa)] == ["Somebody who works here"]


def test_a_day_is_the_clients_own(rosa):
    """Fault: an evening in Boston is told as the next day, which begins in UTC."""
    looked(colleague(rosa), rosa, at=NOON.replace(hour=3) - 0 * DAY)

    assert said(rosa)[0][0] == "2026-10-13"


def test_seven_days_a_page_and_none_is_skipped(rosa):
    ana = colleague(rosa, since=NOON - 99 * DAY)
    for days in (0, 6, 7, 30):
        looked(ana, rosa, at=NOON - days * DAY)

    pages, until = [], None
    while True:
        page = looks_at(rosa, until=until, at=NOON)
        pages.append([day.day for day, _ in page.days])
        until = page.older
        if until is None:
            break

    assert pages == [[14, 8], [7], [14]]
    assert page.newer == dt.date(2026, 9, 21)
    assert looks_at(rosa, until=None, at=NOON).newer is None


@pytest.mark.parametrize("until", ["2999-01-01", "0001-01-01", "soon", ""])
def test_a_day_that_cannot_be_is_no_error(rosa, until):
    page = phone(rosa).get(reverse("home:looks"), {"until": until})

    assert page.status_code == 200


def phone(rosa) -> Client:
    signed_in = Client()
    signed_in.force_login(rosa.user)
    return signed_in


@pytest.mark.parametrize("count", [1, 40])
def test_the_page_reads_as_much_for_much_and_leaves_one_event(
    rosa, count, django_assert_num_queries
):
    people = [colleague(rosa, f"S{n}", "CARE_TEAM") for n in range(count)]
    for minutes, user in enumerate(people):
        looked(user, rosa, at=NOON - minutes * MINUTE)
    browser = phone(rosa)
    before = AuditEvent.objects.count()

    with django_assert_num_queries(11):
        page = browser.get(reverse("home:looks"))

    assert len(re.findall(r"<strong>S\d+</strong>", page.text)) == count
    (event,) = AuditEvent.objects.order_by("seq")[before:]
    assert (event.action, event.actor_id, event.client_id) == (
        "home.looks_read",
        rosa.user_id,
        rosa.pk,
    )


def test_each_time_stands_on_the_page(rosa):
    ana = colleague(rosa)
    for minutes in range(6):
        looked(ana, rosa, at=NOON + minutes * MINUTE - HOUR)

    page = phone(rosa).get(reverse("home:looks")).text

    assert "6 times" in page
    assert "11 am, 11:01 am, 11:02 am, 11:03 am, 11:04 am, 11:05 am" in page


def test_the_menu_leads_there(rosa):
    assert reverse("home:looks") in phone(rosa).get(reverse("home:today")).text


def test_staff_have_no_such_page(rosa):
    browser = Client()
    browser.force_login(colleague(rosa))

    assert browser.get(reverse("home:looks")).status_code == 404
