import csv
from collections import defaultdict
from pathlib import Path

import pytest

from apps.care.rules.drift import Spell, Thresholds, replay

RECORD = Path(__file__).parents[1] / "data" / "attendance-replay"
# Two missed in a row or fifteen days: what the record can tell. It holds no contacts.
OP = Thresholds.for_level(
    "OP",
    {
        "open_days_no_contact": None,
        "new_open_consecutive": None,
        "watch_open_consecutive": None,
    },
)


def rows(name):
    with (RECORD / name).open() as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def spells():
    """The replayed episodes of each person, by the pattern of their attendance."""
    visits = defaultdict(list)
    for row in rows("visits.csv"):
        visits[row["who"]].append((int(row["day"]), row["visitImputed"] == "Present"))
    by_pattern = defaultdict(list)
    for person in rows("people.csv"):
        record = visits[person["who"]]
        until = max(day for day, _ in record)
        by_pattern[person["pattern"]].append(replay(record, OP, until))
    return by_pattern


@pytest.mark.parametrize(
    ("pattern", "opened", "closed"),
    [
        pytest.param("returner", 6, 5, id="returners"),
        pytest.param("early_drop(<=3wk)", 6, 0, id="gone within three weeks"),
        pytest.param("mid_drop(4-12wk)", 6, 0, id="gone within twelve weeks"),
        pytest.param("steady_low_use", 0, 0, id="steady, low use"),
        pytest.param("steady_ongoing_use", 0, 0, id="steady, ongoing use"),
    ],
)
def test_real_attendance_opens_and_closes_the_episodes_it_should(
    spells, pattern, opened, closed
):
    people = spells[pattern]

    assert len(people) == 6
    assert sum(bool(person) for person in people) == opened
    returned = [any(spell.closed is not None for spell in person) for person in people]
    assert sum(returned) == closed


def test_episodes_of_one_person_never_overlap(spells):
    for person in (person for people in spells.values() for person in people):
        assert all(spell.closed is not None for spell in person[:-1])
        ends = [spell.closed for spell in person[:-1]]
        starts = [spell.opened for spell in person[1:]]
        assert all(end <= start for end, start in zip(ends, starts, strict=True))


@pytest.mark.parametrize(
    ("visits", "expected"),
    [
        pytest.param([(0, True), (7, False), (14, True)], [], id="one missed"),
        pytest.param(
            [(0, True), (7, False), (14, False), (21, True)],
            [Spell(14, 21)],
            id="two missed, then back",
        ),
        pytest.param(
            [(0, True), (7, False), (15, True)], [], id="back on the fifteenth day"
        ),
        pytest.param(
            [(0, True), (7, False), (16, True)],
            [Spell(15, 16)],
            id="back a day after the fifteenth",
        ),
        pytest.param([(0, True), (7, False)], [Spell(15)], id="never back"),
    ],
)
def test_replay_counts_a_visit_before_the_clock_of_its_day(visits, expected):
    assert replay(visits, OP, until=30) == expected
