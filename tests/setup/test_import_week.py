"""A week from a table: its parts, who is in two places, and all of it or nothing."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.sessions.models import GroupSession, Series
from apps.setup import week_table
from apps.setup.models import Import
from apps.setup.week_table import check_week
from tests.conftest import NOON
from tests.factories.care import LevelFactory
from tests.setup.rows import SetUpHouse, table

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
PAGE = "/desk/setup/import/week/"
NAMES = [column.name for column in week_table.COLUMNS]
EVENING = {
    "site": "BOS",
    "program": "day",
    "title": "Evening",
    "levels": "IOP PHP",
    "weekdays": "Mon Wed",
    "starts": "5:30 pm",
    "leader": "Ana",
    "room": "Room 2",
    "seats": "8",
    "from": "2026-10-19",
    "part": "Skills group",
    "kind": "Life skills",
    "minutes": "90",
    "counts": "",
}
BREAK = {"part": "Break", "kind": "WELLNESS", "minutes": "10", "counts": "no"}
PROCESS = {"part": "Process group", "minutes": "90"}


@pytest.fixture
def house(client):
    house = SetUpHouse()
    LevelFactory(organization=house.organization, code="PHP")
    client.force_login(house.alex)
    return house


def text_of(*rows):
    return table(*rows, names=NAMES)


def post(client, *rows, do="make", key=None):
    data = {"table": text_of(*rows), "do": do, "key": key or uuid.uuid4()}
    return client.post(PAGE, data)


def found(answer):
    return [(p.row, p.column, p.words) for p in answer.context["problems"]]


def test_rows_become_a_series_with_its_parts(client, house):
    looked = post(client, EVENING, BREAK, PROCESS, do="check")
    assert "1 entry will be in the week" in looked.text
    assert not Series.objects.filter(title="Evening").exists()
    post(client, EVENING, BREAK, PROCESS)

    series = Series.objects.get(title="Evening")
    assert (series.starts_at_time, series.minutes) == (dt.time(17, 30), 190)
    assert (series.capacity, series.facilitator) == (8, house.ana)
    assert set(series.levels.values_list("code", flat=True)) == {"IOP", "PHP"}
    blocks = series.blocks.order_by("offset_minutes")
    assert [(b.title, b.kind, b.offset_minutes, b.counts) for b in blocks] == [
        ("Skills group", "LIFE_SKILLS", 0, True),
        ("Break", "WELLNESS", 90, False),
        ("Process group", "LIFE_SKILLS", 100, True),
    ]
    assert series.occurrences.exists()
    made = AuditEvent.objects.filter(action="care.week_imported")
    assert [event.object_id for event in made] == [Import.objects.get().pk]


def test_each_bad_cell_is_named(client, house):
    answer = post(
        client,
        BREAK,
        EVENING | {"site": "Salem", "levels": "IOP XX", "starts": "late"},
        EVENING | {"title": "A", "leader": "Alex", "kind": "Lunch", "seats": "0"},
        EVENING | {"title": "B", "weekdays": "daily", "counts": "perhaps"},
        EVENING | {"title": "C", "levels": "", "minutes": "long", "from": "2062-01-01"},
        EVENING | {"title": "Day morning", "weekdays": "Mon-Fri", "starts": ""},
        do="check",
    )

    assert [(row, column) for row, column, _ in found(answer)] == [
        (2, "title"),
        (3, "site"),
        (3, "levels"),
        (3, "starts"),
        (4, "leader"),
        (4, "seats"),
        (4, "kind"),
        (5, "weekdays"),
        (5, "counts"),
        (6, "levels"),
        (6, "from"),
        (6, "minutes"),
        (7, "starts"),
        (7, "weekdays"),
    ]


def test_all_that_collide_are_named_and_nothing_is_made(client, house):
    """Fault: the first collision hides the others, or what came before it stays."""
    answer = post(
        client,
        EVENING,
        EVENING | {"title": "Late", "starts": "18:00", "room": "Room 5"},
        EVENING | {"title": "Early", "starts": "9:30", "room": "Room 5"},
    )

    words = found(answer)
    assert [(row, column) for row, column, _ in words] == [(3, "leader"), (4, "leader")]
    assert "Ana is taken by Evening" in words[0][2]
    assert "Ana is taken by Day morning" in words[1][2]
    assert Series.objects.count() == 1
    assert not GroupSession.objects.exclude(series=house.mornings).exists()
    assert not Import.objects.exists()


def test_a_look_leaves_nothing(client, house):
    """Fault: the rehearsal is not taken back."""
    before = AuditEvent.objects.count()

    post(client, EVENING, do="check")

    assert (Series.objects.count(), AuditEvent.objects.count()) == (1, before)


def test_the_same_week_twice_is_there_once(client, house):
    key = uuid.uuid4()
    post(client, EVENING, key=key)
    post(client, EVENING, key=key)
    anew = post(client, EVENING, EVENING | {"title": "Other", "starts": "7:00"})

    assert found(anew) == [(2, "title", "This is in the week already.")]
    assert Series.objects.filter(title="Evening").count() == 1


def test_the_example_is_a_table_that_can_be_read(client, house):
    file = client.get(reverse("setup:week_file")).content.decode()
    text = file.replace("Boston,Evening,", "Boston,Day,")

    checked = check_week(text, organization_id=house.organization.pk, at=NOON)

    assert checked.problems == []
    [(row, series)] = checked.series
    assert (row, series.minutes, len(series.blocks)) == (2, 190, 3)
