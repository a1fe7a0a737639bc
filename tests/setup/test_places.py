"""Sites, programs and levels by pages: what is missing is said, what is typed stays."""

import datetime as dt

import pytest
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.care.models import LevelOfCare, Program, Site
from apps.sessions.models import Series
from apps.setup.holidays import usual_holidays
from apps.setup.hours import hours_in_words
from tests.setup.rows import SetUpHouse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
NEW = "/desk/setup/sites/new/"
NEEDHAM = {
    "name": "Needham",
    "address": "3 Sample Green",
    "timezone": "America/Chicago",
    "program_line": "781-555-0110",
    "after_hours_line": "781-555-0111",
    "checked_on": "2026-10-10",
    "opens": "09:00",
    "closes": "17:00",
    "open_days": ["0", "1", "2", "3"],
    "usual_holidays": "on",
}


@pytest.fixture
def house(client):
    house = SetUpHouse()
    client.force_login(house.alex)
    return house


def needham():
    return Site.objects.get(name="Needham")


def test_a_site_is_made_from_one_form(client, house):
    data = NEEDHAM | {"on_call": house.ana.pk, "opens_5": "10:00", "closes_5": "12:00"}

    answer = client.post(NEW, data)

    site = needham()
    assert answer["Location"] == reverse("setup:new_program", args=[site.pk])
    assert (site.organization, site.code) == (house.organization, "NEE")
    assert (site.timezone, site.on_call) == ("America/Chicago", house.ana)
    assert site.staffed_hours == {
        **{str(day): ["09:00", "17:00"] for day in range(4)},
        "5": ["10:00", "12:00"],
    }
    assert site.holidays[:2] == ["2026-11-26", "2026-12-25"]
    lines = site.lines.order_by("position")
    assert [(line.kind, line.number, line.hours) for line in lines] == [
        (
            "PROGRAM",
            "781-555-0110",
            "Mon to Thu, 9:00 am to 5:00 pm; Sat, 10:00 am to 12:00 pm",
        ),
        ("AFTER_HOURS", "781-555-0111", ""),
    ]
    assert lines[0].in_languages["es"]["hours"].startswith("lun a jue, 9:00 a 17:00")
    assert {line.last_checked_on for line in lines} == {dt.date(2026, 10, 10)}
    [event] = AuditEvent.objects.filter(action__startswith="care.")
    assert (event.action, event.object_id) == ("care.site_opened", site.pk)


def test_a_second_site_of_the_same_letters_gets_a_number(client, house):
    """Fault: two sites of one code, and the database says so in its own words."""
    client.post(NEW, NEEDHAM | {"name": "Boston South"})
    client.post(NEW, NEEDHAM | {"name": "Ñeñe"})

    codes = Site.objects.filter(organization=house.organization)
    assert set(codes.values_list("code", flat=True)) == {"BOS", "BOS2", "NEN"}


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": "boston"}, "name"),
        ({"name": ""}, "name"),
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"program_line": "12"}, "program_line"),
        ({"closes": "08:00"}, "closes"),
        ({"closes": ""}, "closes"),
        ({"opens_6": "10:00"}, "closes_6"),
        ({"open_days": []}, "open_days"),
        ({"checked_on": "2026-12-01"}, "checked_on"),
        ({"on_call": "nobody"}, "on_call"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_stays(
    client, house, typed, field
):
    """Fault: one wrong cell, and the form comes back empty."""
    answer = client.post(NEW, NEEDHAM | typed)

    assert list(answer.context["form"].errors) == [field]
    assert f'id="id_{field}_error"' in answer.text
    assert "3 Sample Green" in answer.text
    assert not Site.objects.filter(organization=house.organization)[1:].exists()


def test_the_app_must_not_say_where_people_go(client, house):
    """Fault: the name on the phone is the name over the door."""
    house.organization.app_name = "Needham"
    house.organization.save()

    answer = client.post(NEW, NEEDHAM)

    assert "The app is called like this on phones" in answer.text


def test_what_is_missing_is_said_until_it_is_there(client, house):
    site = Site.objects.create(
        organization=house.organization, code="X", name="Salem", timezone="UTC"
    )
    missing = [
        "No phone number for people to call yet.",
        "No phone number for evenings and weekends yet.",
        "No hours when the desk is staffed yet.",
        "Nobody is on call.",
        "No program yet.",
    ]
    page = client.get("/desk/setup/")
    cards = {card.site: card.missing for card in page.context["cards"]}
    assert cards[site] == missing

    change = reverse("setup:change_site", args=[site.pk])
    client.post(change, NEEDHAM | {"checked_on": "2026-07-01", "on_call": house.ana.pk})
    client.post(reverse("setup:new_program", args=[site.pk]), {"track": "EVENING"})
    page = client.get(reverse("setup:site", args=[site.pk]))

    assert page.context["card"].missing == [
        "Evening has nothing in its week yet.",
        "Nobody has called its numbers since July 1 to see that they work.",
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_sites_costs_the_same_for_any_number(
    client, house, count, django_assert_num_queries
):
    for number in range(count):
        client.post(NEW, NEEDHAM | {"name": f"Site {number}"})
        site = Site.objects.get(name=f"Site {number}")
        client.post(reverse("setup:new_program", args=[site.pk]), {"track": "DAY"})

    with django_assert_num_queries(7):
        client.get("/desk/setup/")


def test_changing_a_site_keeps_what_the_form_does_not_know(client, house):
    """Fault: saving the form empties hours in words, holidays or another language."""
    client.post(NEW, NEEDHAM)
    site = needham()
    line = site.lines.get(kind="PROGRAM")
    line.label, line.hours = "Ask for Pat", "mornings"
    line.save()
    site.holidays = ["2026-11-02"]
    site.save()

    page = client.get(reverse("setup:change_site", args=[site.pk]))
    form = page.context["form"]
    same = {
        field.html_name: field.value() for field in form if field.value() is not None
    }
    assert (form["opens"].value(), form["open_days"].value()) == ("09:00", [0, 1, 2, 3])
    client.post(page.wsgi_request.path, same | {"opens": "08:00"})

    site, line = needham(), site.lines.get(kind="PROGRAM")
    assert site.staffed_hours == {str(day): ["08:00", "17:00"] for day in range(4)}
    assert (line.label, line.hours) == ("Ask for Pat", "mornings")
    assert (site.holidays, site.address) == (["2026-11-02"], "3 Sample Green")


def test_a_level_has_the_ranges_that_somebody_wrote(client, house):
    """Fault: hours that the sources disagree about stand in the code."""
    page = reverse("setup:level", args=[house.level.pk])
    data = {
        "code": "IOP",
        "name": "Intensive",
        "weekly_hours_min": "10",
        "weekly_hours_max": "15.5",
        "days_min": "3",
        "days_max": "4",
        "usual_weeks": "12",
    }

    wrong = client.post(page, data | {"weekly_hours_max": "9", "days_max": "2"})
    assert set(wrong.context["form"].errors) == {"weekly_hours_max", "days_max"}
    client.post(page, data)
    taken = client.post("/desk/setup/levels/new/", data | {"code": "iop"})

    level = LevelOfCare.objects.get(organization=house.organization)
    assert (level.name, level.days_max, level.usual_weeks) == ("Intensive", 4, 12)
    assert list(taken.context["form"].errors) == ["code"]


WEEK = {
    "title": "Evening",
    "weekdays": ["0", "2"],
    "starts": "17:30",
    "room": "Room 1",
    "seats": "8",
    "valid_from": "2026-10-19",
    "part_0": "Skills group",
    "kind_0": "LIFE_SKILLS",
    "minutes_0": "90",
    "part_1": "Break",
    "kind_1": "WELLNESS",
    "minutes_1": "10",
    "break_1": "on",
    "part_2": "Process group",
    "kind_2": "GROUP",
    "minutes_2": "90",
}


def test_a_week_is_made_with_its_parts_and_occurrences(client, house):
    page = reverse("setup:new_series", args=[house.program.pk])
    data = WEEK | {"leader": house.ana.pk, "levels": [house.level.pk]}

    answer = client.post(page, data)

    series = Series.objects.get(title="Evening")
    assert answer["Location"] == reverse("setup:site", args=[house.site.pk])
    assert (series.minutes, series.rrule) == (190, "FREQ=WEEKLY;BYDAY=MO,WE")
    blocks = series.blocks.order_by("offset_minutes")
    assert [(b.title, b.offset_minutes, b.counts) for b in blocks] == [
        ("Skills group", 0, True),
        ("Break", 90, False),
        ("Process group", 100, True),
    ]
    assert series.occurrences.count() > 20
    assert {room.service_minutes for room in series.occurrences.all()} == {180}


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"starts": "10:00"}, "leader", "Ana is taken by Day morning"),
        ({"minutes_1": ""}, "minutes_1", "How long is it?"),
        ({"minutes_0": "700", "minutes_2": "90"}, "minutes_0", "longer than 12 hours"),
        ({"weekdays": []}, "weekdays", "Choose the days."),
        ({"valid_from": "2062-01-01"}, "valid_from", "Look at the year."),
        ({"seats": "0"}, "seats", "Write a number from 1 to 200."),
    ],
)
def test_a_week_that_cannot_be_held_is_said_at_its_field(
    client, house, typed, field, words
):
    """Fault: Ana is in two rooms, and the page breaks or forgets the parts."""
    page = reverse("setup:new_series", args=[house.program.pk])
    data = WEEK | {"leader": house.ana.pk, "levels": [house.level.pk]} | typed

    answer = client.post(page, data)

    assert list(answer.context["form"].errors) == [field]
    assert words in str(answer.context["form"].errors[field])
    assert 'value="Skills group"' in answer.text
    assert not Series.objects.filter(title="Evening").exists()


def test_an_evening_begins_filled_in(client, house):
    evening = Program.objects.create(site=house.site, name="Evening", track="EVENING")
    page = client.get(reverse("setup:new_series", args=[evening.pk]))

    parts = [part for part in page.context["form"].parts if part["is_filled"]]
    assert page.context["form"]["starts"].value() == dt.time(17, 30)
    assert sum(part["fields"][2].value() for part in parts) == 190


@pytest.mark.parametrize(
    "name",
    ["site", "change_site", "new_program", "change_program", "new_series", "level"],
)
def test_the_admin_of_another_house_finds_nothing(client, house, name):
    """Fault: the role is asked, and not of which house."""
    neighbor = SetUpHouse(mail="elsewhere@example.org")
    client.force_login(neighbor.alex)
    pk = {
        "site": house.site.pk,
        "change_site": house.site.pk,
        "new_program": house.site.pk,
        "level": house.level.pk,
    }.get(name, house.program.pk)

    for method in (client.get, client.post):
        if (name, method) != ("site", client.post):
            assert method(reverse(f"setup:{name}", args=[pk])).status_code == 404


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2026, ["01-01", "05-25", "07-04", "09-07", "11-26", "12-25"]),
        (2027, ["01-01", "05-31", "07-04", "09-06", "11-25", "12-25"]),
    ],
)
def test_the_usual_holidays(year, days):
    assert [day.isoformat() for day in usual_holidays(year)] == [
        f"{year}-{day}" for day in days
    ]


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ({}, ""),
        ({"0": ["08:30", "12:00"]}, "Mon, 8:30 am to 12:00 pm"),
        (
            {str(day): [f"0{day + 1}:00", "17:00"] for day in range(7)},
            "",
        ),
    ],
    ids=["none", "one day", "too long"],
)
def test_hours_in_words(hours, words):
    assert hours_in_words(hours)["en"] == words
