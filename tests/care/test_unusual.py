"""What a supervisor is asked to ask about: each rule at its edge."""

import datetime as dt
from uuid import UUID

import pytest

from apps.care.rules.unusual import Knowledge, Look, unusual
from tests.conftest import BOSTON, NOON

MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
ANA = UUID(int=1)


def rosa(number=0):
    return UUID(int=100 + number)


def look(at=NOON, *clients, opened=True):
    return Look(at, ANA, clients or (rosa(),), opened)


def found(*looks, on_team=True, namesakes=(), acts=()):
    known = Knowledge(
        zone=BOSTON,
        is_on_team=lambda staff, client, at, opened: on_team,
        is_namesake=lambda staff, client: client in namesakes,
        acts=lambda staff, client: acts,
    )
    return [(each.why, each.times) for each in unusual(looks, known)]


@pytest.mark.parametrize(("how_many", "told"), [(20, []), (21, [("MANY", 21)])])
def test_many_records_in_a_short_time(how_many, told):
    assert found(*(look(NOON + n * MINUTE, rosa(n)) for n in range(how_many))) == told


def test_many_records_over_a_day_are_a_day_of_work():
    assert found(*(look(NOON + n * 2 * MINUTE, rosa(n)) for n in range(40))) == []


def test_one_record_often_is_not_many():
    assert found(*(look(NOON + n * MINUTE) for n in range(40))) == []


def test_lists_are_not_opened_records():
    everybody = [rosa(n) for n in range(60)]

    assert found(look(NOON, *everybody, opened=False)) == []


def test_a_long_stretch_is_told_once_and_a_second_one_apart():
    once = [look(NOON + n * MINUTE / 2, rosa(n)) for n in range(50)]
    again = [look(NOON + 3 * HOUR + n * MINUTE / 2, rosa(n)) for n in range(30)]

    assert found(*once, *again) == [("MANY", 30), ("MANY", 50)]


def test_somebody_outside_the_team_is_told_once_for_each_client():
    looks = [look(), look(NOON + HOUR), look(NOON, rosa(1), opened=False)]

    assert sorted(found(*looks, on_team=False)) == [("OUTSIDE", 1), ("OUTSIDE", 2)]


def test_a_namesake_is_told_when_the_record_is_opened_and_not_in_a_list():
    assert found(look(), namesakes=[rosa()]) == [("FAMILY", 1)]
    assert found(look(NOON, rosa(), opened=False), namesakes=[rosa()]) == []


@pytest.mark.parametrize(
    ("clock", "told"),
    [
        ("21:59", []),
        ("22:00", [("NIGHT", 1)]),
        ("04:59", [("NIGHT", 1)]),
        ("05:00", []),
    ],
)
def test_a_record_opened_at_night(clock, told):
    at = dt.datetime.combine(NOON.date(), dt.time.fromisoformat(clock), BOSTON)

    assert found(look(at)) == told


def test_one_night_is_one_question():
    late = dt.datetime.combine(NOON.date(), dt.time(23), BOSTON)

    assert found(look(late), look(late + 3 * HOUR)) == [("NIGHT", 2)]


def test_who_does_something_at_night_is_on_call():
    """Fault: the person who answers a safety concern at night is asked why."""
    late = dt.datetime.combine(NOON.date(), dt.time(23), BOSTON)

    assert found(look(late), acts=[late + HOUR]) == []
    assert found(look(late), acts=[late + HOUR + MINUTE]) == [("NIGHT", 1)]
