import datetime as dt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from apps.sessions.minutes import minutes_by_block, minutes_there
from tests.conftest import BOSTON

NINE = dt.datetime(2026, 10, 12, 9, 0, tzinfo=BOSTON).astimezone(dt.UTC)
TWO_GROUPS = [(0, 100), (100, 90)]
MORNING = [*TWO_GROUPS, (190, 20)]
EVENING = [(0, 90), (100, 90)]


def at(minutes):
    return NINE + dt.timedelta(minutes=minutes)


def there(blocks, length, came=None, left=None):
    return minutes_there(
        starts_at=NINE,
        ends_at=at(length),
        blocks=blocks,
        arrived_at=None if came is None else at(came),
        left_at=None if left is None else at(left),
    )


@pytest.mark.parametrize(
    ("blocks", "length", "minutes"),
    [
        pytest.param(TWO_GROUPS, 190, 190, id="two groups of a morning"),
        pytest.param(MORNING, 210, 210, id="with the wrap-up"),
        pytest.param(EVENING, 190, 180, id="an evening with its break"),
        pytest.param([], 50, 50, id="a one-to-one has no blocks"),
    ],
)
def test_staying_for_all_of_it_counts_all_of_the_service(blocks, length, minutes):
    assert there(blocks, length) == minutes


def test_three_evenings_are_nine_hours():
    assert 3 * there(EVENING, 190) == 9 * 60


@pytest.mark.parametrize(
    ("came", "left", "minutes"),
    [
        pytest.param(-10, None, 210, id="before the start"),
        pytest.param(10, None, 210, id="within ten minutes is on time"),
        pytest.param(11, None, 199, id="late counts from coming"),
        pytest.param(0, 195, 210, id="within the last quarter of an hour stayed"),
        pytest.param(0, 194, 194, id="left before that"),
        pytest.param(30, 100, 70, id="came late and left early"),
        pytest.param(120, 100, 0, id="times in the wrong order count nothing"),
    ],
)
def test_late_and_left_early_take_their_minutes(came, left, minutes):
    assert there(MORNING, 210, came, left) == minutes


@pytest.mark.parametrize(
    ("came", "left", "minutes"),
    [
        pytest.param(95, None, 90, id="came in the break"),
        pytest.param(0, 95, 90, id="left in the break"),
        pytest.param(105, None, 85, id="came after the break"),
    ],
)
def test_the_break_counts_for_nobody(came, left, minutes):
    assert there(EVENING, 190, came, left) == minutes


def test_a_night_the_clocks_change_counts_real_minutes():
    starts = dt.datetime(2027, 3, 14, 1, 30, tzinfo=BOSTON).astimezone(dt.UTC)
    ends = dt.datetime(2027, 3, 14, 3, 30, tzinfo=BOSTON).astimezone(dt.UTC)

    assert minutes_there(starts_at=starts, ends_at=ends, blocks=[]) == 60


# Of each block


@pytest.mark.parametrize(
    ("came", "missed", "blocks"),
    [
        pytest.param(None, (), {0: 100, 100: 90, 190: 20}, id="all of them"),
        pytest.param(30, (), {0: 70, 100: 90, 190: 20}, id="late loses what it missed"),
        pytest.param(100, (), {0: 0, 100: 90, 190: 20}, id="came for the second"),
        pytest.param(None, (100,), {0: 100, 100: 0, 190: 20}, id="out for the second"),
    ],
)
def test_each_block_has_its_minutes(came, missed, blocks):
    """Fault: who comes for the second group loses it too, or is given the first."""
    counted = minutes_by_block(
        starts_at=NINE,
        ends_at=at(210),
        blocks=MORNING,
        arrived_at=None if came is None else at(came),
        missed=missed,
    )

    assert counted == blocks


@st.composite
def mornings(draw):
    """Blocks one after another, with gaps between them; and the length of it all."""
    blocks, offset = [], 0
    for gap, length in draw(
        st.lists(st.tuples(st.integers(0, 30), st.integers(1, 120)), max_size=5)
    ):
        blocks.append((offset + gap, length))
        offset += gap + length
    return blocks, max(offset, 1) + draw(st.integers(0, 30))


seconds = st.none() | st.integers(-3600, 14 * 3600)


# Half a minute in one block and half a minute in the next are a minute.
@example(([(0, 100), (100, 90)], 210), 690, 9030, 0)
@given(mornings(), seconds, seconds, st.integers(0, 7200))
def test_minutes_have_bounds_grow_with_the_stay_and_add_up(morning, came, left, more):
    """Fault: rounding of parts loses minutes, a break counts, or coming later gives more."""
    blocks, length = morning
    most = sum(minutes for _, minutes in blocks) if blocks else length

    def counted(blocks, came, left, missed=()):
        return minutes_by_block(
            starts_at=NINE,
            ends_at=at(length),
            blocks=blocks,
            arrived_at=None if came is None else NINE + dt.timedelta(seconds=came),
            left_at=None if left is None else NINE + dt.timedelta(seconds=left),
            missed=missed,
        )

    parts = counted(blocks, came, left)
    total = sum(parts.values())
    assert 0 <= total <= most
    # Rounded once, at the end: the seconds of two parts may make a minute.
    first = came if came is not None and came > 600 else 0
    last = left if left is not None and left < length * 60 - 900 else length * 60
    seconds = (
        max(min((offset + n) * 60, last, length * 60) - max(offset * 60, first), 0)
        for offset, n in blocks or [(0, length)]
    )
    assert total == sum(seconds) // 60
    assert all(0 <= parts[offset] <= minutes for offset, minutes in blocks)
    if came is not None:
        assert sum(counted(blocks, came + more, left).values()) <= total
    if left is not None:
        assert sum(counted(blocks, came, left - more).values()) <= total
    # Cutting one block in two changes nothing but where the minutes stand.
    if blocks and blocks[0][1] > 1:
        (offset, minutes), *rest = blocks
        halves = [(offset, 1), (offset + 1, minutes - 1), *rest]
        assert sum(counted(halves, came, left).values()) == total
    # Whoever missed all of it was there for none of it.
    if blocks:
        assert sum(counted(blocks, came, left, dict(blocks)).values()) == 0
