"""Many people from a table: each bad row is named, and all of them come in or nobody."""

import datetime as dt
import uuid
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.audit.models import AuditEvent
from apps.care.models import Client, Enrollment
from apps.sessions.models import GroupSession
from apps.setup.models import Import
from apps.setup.people_table import check_people
from apps.setup.reading import Unreadable
from apps.signin.models import LateForm
from tests.conftest import NOON
from tests.factories.care import (
    EnrollmentFactory,
    LevelFactory,
    OrganizationFactory,
    ProgramFactory,
)
from tests.setup.rows import NAMES, SetUpHouse, person_row, table

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
PAGE = "/desk/setup/import/people/"


@pytest.fixture
def house():
    return SetUpHouse()


def look(house, text):
    return check_people(text, organization_id=house.organization.pk, at=NOON)


def problems(house, *rows):
    return [(p.row, p.column, p.words) for p in look(house, table(*rows)).problems]


def post(client, house, text, do="make", key=None):
    """As a browser sends a form without files."""
    client.force_login(house.alex)
    return send(client, PAGE, {"table": text, "do": do, "key": key or uuid.uuid4()})


def send(client, path, data):
    return client.post(path, urlencode(data), "application/x-www-form-urlencoded")


def test_a_table_comes_into_care_as_a_whole(client, house):
    text = table(
        person_row(1, phone_seen_by="others"),
        person_row(2, phone="", email="", phone_seen_by="none", counselor="Ana"),
    )

    looked = post(client, house, text, do="check")
    assert "2 people will be enrolled" in looked.text
    assert not Client.objects.exists()
    post(client, house, text)

    rosa, other = Enrollment.objects.order_by("client__preferred_name")
    placement = rosa.placements.get()
    assert (placement.weekdays, placement.from_on) == ([0, 1, 3], dt.date(2026, 10, 19))
    assert rosa.state == Enrollment.State.INVITED
    assert rosa.assignments.get().staff == house.ana
    assert rosa.client.birth_date == "1988-03-21"
    assert (rosa.client.monitored_phone, rosa.client.no_phone) == (True, False)
    assert (other.client.monitored_phone, other.client.no_phone) == (False, True)
    assert sorted(p.value for p in rosa.client.contact_points.all()) == [
        "+16175551001",
        "rosa1@example.org",
    ]
    seats = GroupSession.objects.filter(weekday=0).values_list("seats_taken", flat=True)
    assert set(seats) == {2}
    made = AuditEvent.objects.filter(action="care.people_imported")
    assert [(e.object_id, e.actor_id) for e in made] == [
        (Import.objects.get().pk, house.alex.pk)
    ]


def test_the_same_page_sent_twice_makes_nothing_twice(client, house):
    """Fault: a slow answer, a second tap, and everybody is there twice."""
    text, key = table(person_row(1, phone="", email="")), uuid.uuid4()

    post(client, house, text, key=key)
    again = post(client, house, text, key=key)
    assert "Nothing was made twice" in client.get(again["Location"]).text
    anew = post(client, house, text)

    assert Client.objects.count() == Import.objects.count() == 1
    assert "Somebody of this name and birth date is here already." in anew.text


def test_each_bad_cell_is_named(house):
    """Fault: one reason for the whole table, or the first only."""
    found = problems(
        house,
        person_row(1, birth_date="2009-01-01"),
        person_row(2, phone="12"),
        person_row(3, email="rosa"),
        person_row(4, site="Salem"),
        person_row(5, program="Night"),
        person_row(6, level="XYZ"),
        person_row(7, weekdays="Mon"),
        person_row(8, weekdays="Someday"),
        person_row(9, start="soon", counselor="Kofi"),
        person_row(10, language="fr", phone_seen_by="all"),
        person_row(11, first_name=""),
        person_row(12, phone_seen_by="none"),
    )

    assert [(row, column) for row, column, _ in found] == [
        (2, "birth_date"),
        (3, "phone"),
        (4, "email"),
        (5, "site"),
        (6, "program"),
        (7, "level"),
        (8, "weekdays"),
        (9, "weekdays"),
        (10, "counselor"),
        (10, "start"),
        (11, "language"),
        (11, "phone_seen_by"),
        (12, "first_name"),
        (13, "phone_seen_by"),
    ]
    said = {row: words for row, _, words in found}
    assert said[2] == "Under 18. This is for adults only."
    assert said[8] == "IOP takes 3 to 5 days a week."


def test_who_is_18_on_the_day_may_come(house):
    """Fault: off by a day, at the one age where it matters."""
    born = dt.date(NOON.year - 18, NOON.month, NOON.day)
    day_after = born + dt.timedelta(days=1)

    found = problems(
        house,
        person_row(1, birth_date=born.isoformat()),
        person_row(2, birth_date=day_after.isoformat()),
    )

    assert [(row, column) for row, column, _ in found] == [(3, "birth_date")]


def test_the_same_person_or_number_twice_is_named_with_the_row_of_the_first(house):
    found = problems(
        house,
        person_row(1),
        person_row(2, phone="(617) 555-1001"),
        person_row(3, email="ROSA1@example.org"),
        person_row(1, first_name="rosa1", last_name="SAMPLE", phone="", email=""),
    )

    assert found == [
        (3, "phone", "The same as in row 2. Each person needs their own."),
        (4, "email", "The same as in row 2. Each person needs their own."),
        (5, "first_name", "The same person as in row 2."),
    ]


def test_who_is_here_already_is_named_and_who_is_elsewhere_is_not(client, house):
    """Fault: a second record of the same person, or a word about another house."""
    post(client, house, table(person_row(1)))
    neighbor = SetUpHouse(mail="elsewhere@example.org")
    post(client, neighbor, table(person_row(3, counselor="Ana")))

    found = problems(
        house,
        person_row(1, phone="", email=""),
        person_row(2, phone="617 555 1001"),
        person_row(3, phone="", email=""),
    )

    assert [(row, column) for row, column, _ in found] == [
        (2, "first_name"),
        (3, "phone"),
    ]


def test_a_number_of_another_house_takes_nobody_in(client, house):
    """Fault: the index of the database refuses it, and that ends as an error of ours."""
    post(client, house, table(person_row(1)))
    neighbor = SetUpHouse(mail="elsewhere@example.org")

    answer = post(
        client,
        neighbor,
        table(person_row(7, counselor="Ana"), person_row(1, counselor="Ana")),
    )

    assert answer.status_code == 200
    [problem] = answer.context["problems"]
    assert (problem.row, problem.column) == (3, "phone")
    assert "in use already" in problem.words
    assert not Client.objects.filter(organization=neighbor.organization).exists()


def test_a_full_group_is_named_with_its_day(client):
    """Fault: more people than seats, or a group that is only nearly full is refused."""
    house = SetUpHouse(capacity=2)
    EnrollmentFactory(
        client__organization=house.organization,
        program=house.program,
        placement__weekdays=[0],
    )
    GroupSession.objects.filter(weekday=0).update(seats_taken=1)

    found = problems(house, person_row(1), person_row(2), person_row(3))

    full = "“Day morning” is full on Mon, Oct 19: all 2 seats are taken."
    assert found == [(3, "weekdays", full), (4, "weekdays", full)]


def test_what_a_row_names_of_another_house_is_not_found(house):
    """Fault: people are enrolled at the neighbor's, by a name that only they have."""
    elsewhere = OrganizationFactory()
    ProgramFactory(site__organization=elsewhere, site__name="Salem", name="Day")
    LevelFactory(organization=elsewhere, code="ABC")

    found = problems(house, person_row(1, site="Salem"), person_row(2, level="ABC"))

    assert [(row, column) for row, column, _ in found] == [(2, "site"), (3, "level")]


def test_one_bad_row_and_nobody_comes_in(client, house):
    """Fault: the good rows are made, and the table has to be cut by hand."""
    text = table(person_row(1), person_row(2, weekdays="Mon"))

    answer = post(client, house, text)

    assert answer.status_code == 200
    assert not Client.objects.exists()
    assert not Import.objects.exists()
    assert not AuditEvent.objects.filter(action__startswith="care.").exists()


def test_a_group_that_filled_up_meanwhile_leaves_nobody_behind(client, monkeypatch):
    """Fault: the first half is in when the last seat goes to somebody else."""
    monkeypatch.setattr("apps.setup.people_table._name_full", lambda people, at: None)
    house = SetUpHouse(capacity=1)

    answer = post(client, house, table(person_row(1), person_row(2)))

    assert "A group filled up a moment ago." in answer.text
    assert not Client.objects.exists()


@pytest.mark.parametrize("count", [1, 40])
def test_looking_costs_the_same_for_any_number_of_rows(
    count, django_assert_num_queries
):
    house = SetUpHouse(capacity=50)
    text = table(*(person_row(number) for number in range(count)))

    with django_assert_num_queries(7):
        assert len(look(house, text).people) == count


def test_what_was_pasted_is_left_nowhere(client, house):
    """Fault: names and numbers stay in a session, a cache, a late form or the log."""
    client.force_login(house.alex)
    # A look, a table with a mistake, and one that is made.
    for do, text in [
        ("check", table(person_row(1))),
        ("check", table(person_row(1, weekdays="Mon"))),
        ("make", table(person_row(1, first_name="Marigold"))),
    ]:
        post(client, house, text, do=do)

    session = repr(dict(client.session.items()))
    kept = [file.read_bytes() for file in _cache_files()]
    assert "555" not in session
    assert "Marigold" not in session
    assert [one for one in kept if b"Marigold" in one or b"Rosa1" in one] == []
    assert not LateForm.objects.exists()
    rows = repr(list(AuditEvent.objects.values_list())) + repr(
        list(Import.objects.values_list())
    )
    assert "Marigold" not in rows


def _cache_files():
    from pathlib import Path

    folder = Path(getattr(cache, "_dir", "/nowhere"))
    return [path for path in folder.rglob("*") if path.is_file()]


def test_the_example_is_a_table_that_can_be_read(client, house):
    """Fault: whoever begins with our own file is told that it is wrong."""
    client.force_login(house.alex)

    file = client.get(reverse("setup:people_file"))

    assert file["Content-Disposition"] == 'attachment; filename="people.csv"'
    checked = look(house, file.content.decode())
    assert (checked.rows, checked.problems) == (1, [])
    assert file.content.decode().lstrip("\ufeff").split("\r\n")[0] == ",".join(NAMES)


def test_a_long_table_arrives_and_one_too_long_is_refused(client, house):
    """Fault: 64 KB are the end for every form, and the page says nothing at all."""
    rows = [person_row(number) for number in range(1001)]
    text = table(*rows)
    assert len(text) > 100_000

    looked = post(client, house, text, do="check")
    too_long = post(client, house, "x" * 1_600_000, do="check")
    elsewhere = send(client, "/desk/setup/levels/new/", {"name": "x" * 70_000})

    assert "These are 1001 rows. Take at most 1000 at once." in looked.text
    assert (too_long.status_code, elsewhere.status_code) == (413, 413)


TEXTS = st.lists(
    st.lists(
        st.one_of(
            st.sampled_from([*person_row(1).values(), "=1", "\x00", "é", '"', ""]),
            st.text(max_size=8),
        ),
        min_size=10,
        max_size=15,
    ),
    max_size=3,
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(TEXTS)
def test_no_table_breaks_the_look(house, rows):
    """Fault: a cell nobody thought of ends as an error of ours."""
    lines = [",".join(NAMES), *(",".join(cells) for cells in rows)]
    try:
        checked = look(house, "\n".join(lines))
    except Unreadable:
        return
    assert all(problem.words for problem in checked.problems)
