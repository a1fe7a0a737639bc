"""Seen is read: one by one, or the calm ones together."""

import datetime as dt
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.audit.actors import Actor
from apps.audit.models import AuditEvent
from apps.care.rules.reading import Alone, why_alone
from apps.checkins.models import CheckinDay
from apps.checkins.services import submit_checkin
from tests.browser.house import CALM
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory, OrganizationFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("frozen_noon")
PAGE = "/desk/check-ins/"
SAFE = {"feels_safe": "no"}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ([{"craving_peak": 7, "feels_safe": "yes", "use_reported": "no"}], None),
        ([{"use_reported": "rather_not", "contact_request": "next"}], None),
        ([{"craving_peak": 8}], Alone.CRAVING),
        ([{"one_tap": "HARD"}], Alone.HARD),
        ([{"one_tap": "OK"}], None),
        ([{"note": "Hello"}], Alone.NOTE),
        ([{"contact_request": "today"}], Alone.CALL),
        ([{"feels_safe": "not_sure", "use_reported": "yes"}], Alone.SAFETY),
        # Corrected since: it was said all the same.
        ([{"use_reported": "no"}, {"use_reported": "yes"}], Alone.USE),
    ],
)
def test_what_asks_for_a_reader_alone(said, why):
    assert why_alone(said) == why


@pytest.fixture
def ana():
    return StaffFactory(name="Ana", organization_id=OrganizationFactory().pk)


def client_of(ana, name):
    return AssignmentFactory(
        staff=ana,
        enrollment__client__preferred_name=name,
        enrollment__client__organization_id=ana.organization_id,
    ).enrollment


def say(enrollment, at=NOON, **answers) -> CheckinDay:
    return submit_checkin(
        enrollment=enrollment,
        uuid=uuid4(),
        answers=CALM | answers,
        occurred_at=at,
        at=at,
        by=Actor(),
    ).day


def shown(browser) -> str:
    return browser.get(PAGE).context["reading"].shown


def together(browser, days, said=None):
    said = shown(browser) if said is None else said
    answer = browser.post(
        PAGE, {"day": [day.pk for day in days], "shown": said}, follow=True
    )
    return answer.content.decode()


def seen(*days) -> list[bool]:
    return [CheckinDay.objects.get(pk=day.pk).seen_at is not None for day in days]


@pytest.mark.django_db
def test_calm_ones_are_seen_together_and_the_others_named_and_left(ana, client):
    """Fault: use, a note, a strong craving or danger is put away with a row of ticks."""
    calm = [say(client_of(ana, name)) for name in ("Cal", "Dee")]
    grave = [
        say(client_of(ana, "Una"), use_reported="yes", use_what=["cannabis"]),
        say(client_of(ana, "Nora"), note="Read me"),
        say(client_of(ana, "Ed"), craving_peak=8),
        say(client_of(ana, "Saf"), mood=1, **SAFE),
        # Taken back an hour later.
        say(client_of(ana, "Cor"), use_reported="yes", use_what=["cannabis"]),
    ]
    say(grave[-1].enrollment, at=NOON, use_reported="no")
    stranger = say(AssignmentFactory().enrollment)
    client.force_login(ana)
    page = client.get(PAGE).content.decode()
    ticked = page[page.index('id="together"') :]
    assert [
        name for name in ("Una", "Nora", "Ed", "Saf", "Cor") if name in ticked
    ] == []

    answer = together(client, [*calm, *grave, stranger])

    assert seen(*calm, *grave, stranger) == [True, True] + [False] * 6
    assert "2 seen" in answer
    for name, why in [
        ("Una, Cor", "drank or used"),
        ("Nora", "wrote a note"),
        ("Ed", "craving of 8 or more"),
        ("Saf", "may not be safe"),
    ]:
        assert any(
            f"{names} ({why})" in answer
            for names in (name, ", ".join(reversed(name.split(", "))))
        )
    event = AuditEvent.objects.get(action="checkins.seen")
    assert set(event.client_ids) == {str(day.client_id) for day in calm}
    assert {CheckinDay.objects.get(pk=day.pk).seen_by for day in calm} == {ana}


@pytest.mark.django_db
def test_what_was_not_shown_as_it_is_now_stays_unread(ana, client):
    """Fault: an answer that came after the page was made counts as read."""
    enrollment = client_of(ana, "Cal")
    day = say(enrollment, at=NOON - dt.timedelta(hours=2))
    client.force_login(ana)
    before = shown(client)
    # Waited on a phone, and older than what stood there: the page looked the same.
    say(enrollment, at=NOON - dt.timedelta(hours=3), craving_peak=3)

    assert "something new came" in together(client, [day], before)
    assert "not shown to you" in together(client, [day], "made up")
    colleague = StaffFactory(organization_id=ana.organization_id)
    AssignmentFactory(enrollment=enrollment, staff=colleague, role="CO")
    mine = shown(client)
    client.force_login(colleague)
    assert "not shown to you" in together(client, [day], mine)
    assert seen(day) == [False]

    client.force_login(ana)
    assert "1 seen" in together(client, [day])


@pytest.mark.django_db
def test_one_that_changed_under_the_eyes_is_not_seen(ana, client):
    day = say(client_of(ana, "Cal"), at=NOON - dt.timedelta(hours=1))
    client.force_login(ana)
    url = reverse("desk:seen", args=[day.pk])
    client.post(url, {"shown": (NOON - dt.timedelta(hours=2)).isoformat()})
    assert seen(day) == [False]
    client.post(url, {"shown": day.last_at.isoformat(), "back": "reading"})
    assert seen(day) == [True]


@pytest.mark.django_db
def test_twelve_cost_as_many_reads_as_two(ana, client):
    client.force_login(ana)
    counts = []
    for more in (2, 10):
        for _ in range(more):
            say(client_of(ana, "Cal"), note="Hello")
            say(client_of(ana, "Dee"))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(PAGE)
        counts.append(len(queries))
    assert counts[0] == counts[1]
