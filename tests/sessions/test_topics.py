"""Bring it to group: the client's choice alone, and the leader reads topics, not names."""

import datetime as dt

import pytest
from django.urls import reverse

from apps.audit.actors import Actor
from apps.audit.models import AuditEvent
from apps.sessions.models import Absence, Topic
from apps.sessions.services import (
    EnoughTopics,
    NothingAhead,
    bring_topic,
    take_topic_back,
)
from apps.sessions.topics import read_in, topics_of
from tests.conftest import NOON
from tests.factories.care import (
    AssignmentFactory,
    ProgramItemFactory,
    StaffFactory,
    StaffRoleFactory,
)
from tests.factories.checkins import CheckinDayFactory
from tests.factories.sessions import GroupSessionFactory, SeriesFactory, seated

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
DAY = dt.timedelta(days=1)
TODAY = NOON.date()
PAYDAY = {"code": "trg.time.payday"}


@pytest.fixture
def rooms():
    """Tomorrow's and the one after it, at nine."""
    series = SeriesFactory(facilitator__name="Ana")
    return [GroupSessionFactory(series=series, on=TODAY + n * DAY) for n in (1, 2)]


@pytest.fixture
def people(rooms):
    people = seated(rooms[0], 4, placement__weekdays=[0, 1, 2, 3, 4])
    for person, name in zip(people, ["Zora", "Rosa", "Bea", "Dev"], strict=True):
        person.client.preferred_name = name
        person.client.save()
    return people


def bring(person, content=PAYDAY, at=NOON):
    return bring_topic(enrollment=person, content=content, at=at, by=Actor())


def said(room, at=NOON):
    return [(each.words, each.people) for each in read_in(room, at, "en")]


def test_the_leader_reads_topics_in_an_order_that_tells_nobody(rooms, people, client):
    """Fault: names, numbers below three, or lines in the order they came."""
    zora, rosa, bea, dev = people
    bring(zora, {"code": "cop.move.walk"})
    for person in (zora, rosa, bea):
        bring(person)
        bring(person)
    bring(dev, {"words": "A hard birthday"})
    bring(dev, {"mood": 2})
    expected = [
        ("A hard birthday", None),
        ("Mood: Low", None),
        ("Payday", 3),
    ]
    found = said(rooms[0])
    assert found[:3] == expected
    assert len(found) == 4
    assert found[3][1] is None
    take_topic_back(
        topic=Topic.objects.filter(enrollment=bea).get(), at=NOON, by=Actor()
    )
    assert ("Payday", None) in said(rooms[0])

    StaffRoleFactory(user=rooms[0].facilitator, organization=rooms[0].organization)
    client.force_login(rooms[0].facilitator)
    page = client.get(reverse("desk:roster", args=[rooms[0].pk])).content.decode()
    topics = page[page.index('id="topics"') : page.index("</section>")]
    assert "A hard birthday" in topics
    assert not [name for name in ("Zora", "Rosa", "Bea", "Dev") if name in topics]


def test_only_the_next_time_they_come_to_and_gone_afterwards(rooms, people):
    """Fault: a topic stays on a page after its time, or stands there without its person."""
    rosa = people[1]
    topic = bring(rosa)
    assert said(rooms[0]) == [("Payday", None)]
    assert said(rooms[1]) == []

    # Tomorrow they cannot come: nobody is shown it, and the next goes to the day after.
    absence = Absence.objects.create(
        enrollment=rosa, group_session=rooms[0], uuid=topic.pk, told_at=NOON
    )
    assert said(rooms[0]) == []
    assert [each.is_shown for each in topics_of(rosa, NOON, "en")] == [False]
    assert bring(rosa).group_session == rooms[1]
    absence.delete()

    over = rooms[0].ends_at
    assert said(rooms[0], over - dt.timedelta(minutes=1)) == [("Payday", None)]
    assert said(rooms[0], over) == []
    assert topic.pk not in [each.pk for each in topics_of(rosa, over, "en")]
    with pytest.raises(NothingAhead):
        bring(rosa, at=rooms[1].starts_at)


def test_what_a_program_added_is_read_as_it_is_called(rooms, people):
    """Fault: the leader reads a code."""
    added = ProgramItemFactory(
        program=rooms[0].series.program, code="trg.prg.7", label_en="The ferry"
    )
    bring(people[0], {"code": added.code})
    assert said(rooms[0]) == [("The ferry", None)]


def test_three_are_enough_and_the_log_joins_no_name_to_a_room(rooms, people):
    for number in (1, 2, 3):
        bring(people[0], {"mood": number})
    with pytest.raises(EnoughTopics):
        bring(people[0], {"mood": 4})
    events = AuditEvent.objects.filter(action="sessions.topic_brought")
    assert {(e.object_id, str(e.field_names), e.reason) for e in events} == {
        (None, "[]", "")
    }


def test_who_looks_after_somebody_and_does_not_lead_the_room_reads_none(
    rooms, people, client
):
    """Fault: a counselor with one client in the room knows whose topic it is."""
    bring(people[1])
    counselor = StaffFactory(organization_id=rooms[0].organization_id)
    AssignmentFactory(enrollment=people[1], staff=counselor)
    client.force_login(counselor)
    page = client.get(reverse("desk:roster", args=[rooms[0].pk]))
    assert page.status_code == 200
    assert "Payday" not in page.content.decode()


@pytest.fixture
def rosa(people, client):
    CheckinDayFactory(
        enrollment=people[1],
        answers={"craving_peak": 5, "triggers": ["trg.time.payday"], "mood": 2},
    )
    client.force_login(people[1].client.user)
    return client


PAGE = "/bring/"


def test_one_tap_brings_what_was_said_and_one_takes_it_back(rosa, rooms):
    page = rosa.get(PAGE).content.decode()
    assert "Your group will see: Payday. Not your name." in page

    for way in ("/check-in/days/", "/check-in/done/"):
        assert f'href="{PAGE}?on=2026-10-14"' in rosa.get(way).content.decode(), way

    rosa.post(PAGE, {"topic": "trg.time.payday"})
    # Nobody said this one: it is not theirs to bring.
    rosa.post(PAGE, {"topic": "trg.feel.lonely"})
    assert said(rooms[0]) == [("Payday", None)]

    topic = Topic.objects.get()
    rosa.post(reverse("home:bring_back", args=[topic.pk]))
    assert said(rooms[0]) == []


def test_own_words_go_after_a_second_tap_on_exactly_these(rosa, rooms):
    """Fault: words go that were not shown, or go at once."""
    shown = rosa.post(PAGE, {"words": "  My brother's\n wedding "}).content.decode()
    assert "My brother&#x27;s wedding" in shown
    assert not Topic.objects.exists()
    rosa.post(PAGE, {"words": "My brother's wedding", "sure": "My wedding"})
    assert not Topic.objects.exists()
    rosa.post(PAGE, {"words": "My brother's wedding", "sure": "My brother's wedding"})
    assert said(rooms[0]) == [("My brother's wedding", None)]
