"""The week of a site: everybody of the staff reads it, a few change it, nobody is named."""

import datetime as dt

import pytest
from django.urls import reverse

from apps.sessions.models import Closure, GroupSession, Series
from tests.factories.care import (
    LevelFactory,
    ProgramFactory,
    StaffFactory,
    StaffRoleFactory,
)
from tests.factories.sessions import (
    ClosureFactory,
    GroupSessionFactory,
    OneToOneFactory,
    SeriesFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]

THURSDAY = dt.date(2026, 10, 15)


@pytest.fixture
def program():
    return ProgramFactory(site__name="Boston", site__code="BOS")


@pytest.fixture
def sign_in(client, program):
    def as_role(role):
        user = StaffFactory(organization_id=program.site.organization_id)
        StaffRoleFactory(
            user=user,
            organization=program.site.organization,
            site=program.site,
            role=role,
        )
        client.force_login(user)
        return user

    return as_role


def group(program, on=THURSDAY, **kwargs):
    series = {f"series__{name}": value for name, value in kwargs.items()}
    return GroupSessionFactory(
        **{"series__program": program, "series__rrule": "FREQ=WEEKLY;BYDAY=TH"}
        | series,
        on=on,
    )


def as_typed(occurrence, **typed):
    """What the page has in its fields, and what somebody typed over it."""
    begins = occurrence.starts_at.astimezone(occurrence.site.zone)
    return {
        "reach": "ONCE",
        "on": begins.date().isoformat(),
        "begins": begins.strftime("%H:%M"),
        "minutes": (occurrence.ends_at - occurrence.starts_at)
        // dt.timedelta(minutes=1),
        "room": occurrence.room,
        "facilitator": occurrence.facilitator_id,
        "days": ["TH"],
        "every": 1,
        "seen": occurrence.sequence,
        "version": occurrence.series.version,
    } | typed


def test_it_shows_what_is_held_and_names_nobody(client, program, sign_in):
    sign_in("FRONT_DESK")
    room = group(program, title="Skills group")
    GroupSession.objects.filter(pk=room.pk).update(seats_taken=3)
    OneToOneFactory(
        enrollment__program=program,
        enrollment__client__organization=program.site.organization,
        enrollment__client__preferred_name="Rosamark",
        on=THURSDAY,
        title="With Rosamark",
    )
    group(program, title="Long ago", on=dt.date(2026, 10, 8))

    page = client.get(reverse("desk:week")).text

    assert "Skills group" in page
    assert "3 of 12 seats" in page
    assert "Rosamark" not in page
    assert "Long ago" not in page
    assert reverse("desk:week_change", args=[room.pk]) not in page


def test_it_says_cancelled_closed_and_taken_twice(client, program, sign_in):
    sign_in("SUPERVISOR")
    group(program, title="First").series.occurrences.update(collides=True)
    closure = ClosureFactory(site=program.site, note="Water in the hall")
    off = group(program, title="Off", on=THURSDAY + dt.timedelta(days=1))
    GroupSession.objects.filter(pk=off.pk).update(
        state="CANCELLED", change_note="Kofi is ill."
    )

    page = client.get(reverse("desk:week")).text

    for said in ("taken twice", "Water in the hall", "Kofi is ill.", "Not held"):
        assert said in page
    assert reverse("desk:week_reopen", args=[closure.pk]) in page
    assert reverse("desk:week_change", args=[off.pk]) not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_week_costs_the_same_for_any_number(
    client, program, sign_in, count, django_assert_num_queries
):
    sign_in("SUPERVISOR")
    for number in range(count):
        group(program, title=f"Group {number}")
        ClosureFactory(
            site=program.site, ends_at=dt.datetime(2026, 10, 16 + number, tzinfo=dt.UTC)
        )
    client.get(reverse("desk:week"))

    with django_assert_num_queries(6):
        client.get(reverse("desk:week"))


@pytest.mark.parametrize("role", ["COUNSELOR", "FACILITATOR", "FRONT_DESK", "NURSE"])
def test_who_only_reads_changes_nothing(client, program, sign_in, role):
    sign_in(role)
    room = group(program)

    answers = [
        client.get(reverse("desk:week")),
        client.post(reverse("desk:week_change", args=[room.pk]), as_typed(room)),
        client.post(reverse("desk:week_end", args=[room.pk])),
        client.post(reverse("desk:week_close"), {}),
    ]

    assert [answer.status_code for answer in answers] == [200, 404, 404, 404]


def test_another_houses_week_is_not_there(client, program, sign_in):
    sign_in("ADMIN")
    theirs = group(ProgramFactory(site__code="FAR"))

    assert client.get(reverse("desk:week"), {"site": "FAR"}).context["week"].site == (
        program.site
    )
    for path in (
        reverse("desk:week_change", args=[theirs.pk]),
        reverse("desk:week_close") + "?site=FAR",
        reverse("desk:week_holidays") + "?site=FAR",
    ):
        assert client.get(path).status_code == 404


def test_this_one_only(client, program, sign_in):
    sign_in("DIRECTOR")
    room = group(program)

    client.post(
        reverse("desk:week_change", args=[room.pk]),
        as_typed(room, room="Room 9", telehealth="", note="Bring a pen."),
    )

    room.refresh_from_db()
    assert (room.room, room.change_note, room.sequence) == ("Room 9", "Bring a pen.", 1)
    assert Series.objects.get().room == "Room 2"


def test_this_and_later_leaves_what_was_not_typed(client, program, sign_in):
    """Fault: a substitute of one day becomes the leader for good."""
    sign_in("ADMIN")
    substitute = StaffFactory(organization_id=program.site.organization_id)
    room = group(program)
    GroupSession.objects.filter(pk=room.pk).update(facilitator=substitute)
    room.refresh_from_db()

    answer = client.post(
        reverse("desk:week_change", args=[room.pk]),
        as_typed(room, reach="LATER", begins="10:00", days=["TH", "FR"]),
    )

    room.refresh_from_db()
    new = room.series
    assert answer.status_code == 302
    assert (new.starts_at_time, new.rrule) == (
        dt.time(10),
        "FREQ=WEEKLY;BYDAY=TH,FR",
    )
    assert (room.facilitator, new.facilitator) == (substitute, new.follows.facilitator)


def test_what_is_in_the_way_is_said_and_what_was_typed_stays(client, program, sign_in):
    sign_in("SUPERVISOR")
    group(program, title="Skills group", room="Room 7")
    room = group(program)

    page = client.post(
        reverse("desk:week_change", args=[room.pk]), as_typed(room, room="Room 7")
    ).text

    assert "Room 7 is taken by Skills group, Thursday, October 15" in page
    assert 'value="Room 7"' in page


def test_two_pages_open_at_once(client, program, sign_in):
    sign_in("SUPERVISOR")
    room = group(program)
    path, old = reverse("desk:week_change", args=[room.pk]), as_typed(room)

    client.post(path, old | {"room": "Room 9"})
    page = client.post(path, old | {"begins": "10:00"}).text

    room.refresh_from_db()
    assert "Somebody changed it" in page
    assert room.room == "Room 9"


def test_add_a_group_and_end_it(client, program, sign_in):
    boss = sign_in("SUPERVISOR")
    level = LevelFactory(organization=program.site.organization, code="IOP")
    typed = {
        "title": "Saturday walk",
        "kind": "WELLNESS",
        "program": program.pk,
        "levels": [level.pk],
        "days": ["SA"],
        "every": 2,
        "first": "2026-10-17",
        "begins": "10:00",
        "minutes": 60,
        "facilitator": boss.pk,
        "capacity": 8,
    }

    client.post(reverse("desk:week_add"), typed)

    series = Series.objects.get()
    assert series.rrule == "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA"
    rooms = series.occurrences.order_by("starts_at")
    client.post(reverse("desk:week_end", args=[rooms[1].pk]))
    assert [room.is_cancelled for room in rooms[:3]] == [False, True, True]


def test_close_a_day_and_open_again(client, program, sign_in):
    sign_in("SUPERVISOR")
    room = group(program)
    typed = {
        "kind": "SNOW",
        "first": "2026-10-15",
        "last": "2026-10-15",
        "note": "Snow day",
    }

    client.post(reverse("desk:week_close"), typed)
    client.post(reverse("desk:week_close"), typed)

    closure = Closure.objects.get()
    room.refresh_from_db()
    assert (room.closure, room.change_note) == (closure, "Snow day")
    client.post(reverse("desk:week_reopen", args=[closure.pk]))
    room.refresh_from_db()
    assert not room.is_cancelled


def test_holidays_come_and_go(client, program, sign_in):
    sign_in("ADMIN")
    room, path = group(program), reverse("desk:week_holidays")

    client.post(path, {"on": "2026-10-15"})
    room.refresh_from_db()
    assert room.cancelled_for == "HOLIDAY"
    assert "Thursday, October 15" in client.get(path).text
    client.post(path, {"on": "2026-10-15", "do": "open"})
    room.refresh_from_db()
    assert not room.is_cancelled


def test_one_day_more_and_one_less(client, program, sign_in):
    sign_in("ADMIN")
    series = SeriesFactory(program=program, rrule="FREQ=WEEKLY;BYDAY=TH")
    room = GroupSessionFactory(series=series, on=THURSDAY)
    path = reverse("desk:week_single_day", args=[room.pk])

    client.post(path, {"on": "2026-10-16", "do": "add"})
    client.post(path, {"on": "2026-10-15", "do": "skip"})

    room.refresh_from_db()
    assert room.cancelled_for == "SKIPPED"
    assert series.occurrences.filter(series_on=dt.date(2026, 10, 16)).exists()
