"""Nobody is in two places: the database says so, and two at once hear it in words."""

import datetime as dt
import threading

import pytest
from django.conf import settings
from django.db import IntegrityError, connection

from apps.audit.actors import SYSTEM
from apps.sessions.models import GroupSession, Series
from apps.sessions.services import DoubleBooked, create_series
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
    house = program.site.organization
    level = LevelFactory(organization=house, code="IOP")
    leaders = StaffFactory.create_batch(4, organization_id=house.pk)
    together, said = threading.Barrier(len(leaders)), []

    def book(leader):
        together.wait()
        try:
            create_series(
                program=program,
                title=f"Group of {leader.name}",
                kind="GROUP",
                rrule="FREQ=WEEKLY;BYDAY=MO,TU",
                starts_at_time=dt.time(9),
                minutes=90,
                valid_from=NOON.date(),
                levels=[level],
                facilitator=leader,
                room="Room 2",
                at=NOON,
                by=SYSTEM,
            )
            said.append("made")
        except DoubleBooked as refused:
            said.append(refused.what)
        finally:
            connection.close()

    threads = [threading.Thread(target=book, args=[leader]) for leader in leaders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(said) == ["ROOM", "ROOM", "ROOM", "made"]
    assert Series.objects.count() == 1
