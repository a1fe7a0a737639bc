"""Nobody is in two places: the database says so, and two at once hear it in words."""

import datetime as dt
import threading

import pytest
from django.conf import settings
from django.db import IntegrityError, connection

from apps.audit.actors import SYSTEM
from apps.sessions.models import GroupSession, Series
from apps.sessions.services import (
    ChangedMeanwhile,
    DoubleBooked,
    change_series,
    create_series,
    keep_ahead,
)
from tests.conftest import NOON
from tests.factories.care import LevelFactory, ProgramFactory, StaffFactory
from tests.factories.sessions import GroupSessionFactory, OneToOneFactory

on_postgresql = pytest.mark.skipif(
    "postgresql" not in settings.DATABASES["default"]["ENGINE"],
    reason="on SQLite whoever writes is alone, and asks first",
)
HOUR = dt.timedelta(hours=1)


@on_postgresql
@pytest.mark.django_db
@pytest.mark.parametrize("what", ["one_group_in_a_room", "leader_in_one_place"])
@pytest.mark.parametrize("factory", [GroupSessionFactory, OneToOneFactory])
def test_the_database_refuses_two_in_one_place(what, factory):
    there = GroupSessionFactory(collides=False)
    by_room = what == "one_group_in_a_room"

    with pytest.raises(IntegrityError, match=what):
        factory(
            site=there.site,
            organization=there.organization,
            starts_at=there.starts_at + HOUR,
            ends_at=there.ends_at,
            room=" ROOM 2" if by_room else "",
            facilitator=StaffFactory() if by_room else there.facilitator,
            collides=False,
        )


@on_postgresql
@pytest.mark.django_db
@pytest.mark.parametrize(
    "apart",
    [
        {"telehealth": True},
        {"room": ""},
        {"room": "Room 3"},
        {"state": "CANCELLED"},
        {"starts_at": NOON + 3 * HOUR, "ends_at": NOON + 4 * HOUR},
    ],
)
def test_the_database_lets_stand_what_is_apart(apart):
    room = GroupSessionFactory(
        collides=False, starts_at=NOON + 2 * HOUR, ends_at=NOON + 3 * HOUR
    )
    place = {"starts_at": room.starts_at, "ends_at": room.ends_at, "collides": False}

    GroupSessionFactory(
        series=room.series,
        on=dt.date(2026, 10, 13),
        **place | {"facilitator": StaffFactory()} | apart,
    )

    assert GroupSession.objects.count() == 2


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_has_the_room_and_the_other_hears_who():
    """Fault: both look, both see it free, and one fails with an error of the database."""
    program = ProgramFactory()
    leaders = StaffFactory.create_batch(4, organization_id=program.site.organization_id)

    def book(leader):
        make(program, leader, title=f"Group of {leader.name}")
        return "made"

    said = all_at_once(book, leaders)

    assert sorted(said) == ["ROOM", "ROOM", "ROOM", "made"]
    assert Series.objects.count() == 1


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_of_edits_and_ticks_at_once_one_edit_stands_and_no_day_is_made_twice():
    """Fault: nobody waits, so that two edits of one version both stand, or a tick makes
    the days that another makes and fails."""
    program = ProgramFactory()
    leader = StaffFactory(organization_id=program.site.organization_id)
    series = make(program, leader)
    later = NOON + dt.timedelta(days=20)

    def edit_or_tick(number):
        if number % 2:
            keep_ahead(later)
            return "kept"
        change_series(
            series=series,
            from_on=later.date(),
            room=f"Place {number}",
            seen=0,
            at=NOON,
            by=SYSTEM,
        )
        return "changed"

    said = all_at_once(edit_or_tick, range(6))

    assert sorted(said) == ["MEANWHILE"] * 2 + ["changed"] + ["kept"] * 3
    keep_ahead(later)
    days = list(GroupSession.objects.held().values_list("series_on", flat=True))
    assert len(days) == len(set(days)) == 2 * 15
    assert Series.objects.count() == 2


def make(program, leader, **kwargs):
    level = LevelFactory(organization=program.site.organization, code="IOP")
    return create_series(
        **{
            "program": program,
            "title": "Skills group",
            "kind": "GROUP",
            "rrule": "FREQ=WEEKLY;BYDAY=MO,TU",
            "starts_at_time": dt.time(9),
            "minutes": 90,
            "valid_from": NOON.date(),
            "levels": [level],
            "facilitator": leader,
            "room": "Room 2",
            "at": NOON,
            "by": SYSTEM,
        }
        | kwargs
    )


def all_at_once(act, each):
    """What each of them heard."""
    together, said = threading.Barrier(len(each)), []

    def run(one):
        together.wait()
        try:
            said.append(act(one))
        except DoubleBooked as refused:
            said.append(refused.what)
        except ChangedMeanwhile:
            said.append("MEANWHILE")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[one]) for one in each]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said
