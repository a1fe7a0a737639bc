import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.care.rules.limits import (
    BETWEEN_OUTREACH,
    MONTH,
    OUTREACH,
    OUTREACH_IN_A_MONTH,
    REMINDER,
    Sent,
    next_within_limits,
    respects_limits,
)

BOSTON = ZoneInfo("America/New_York")
NOON = dt.datetime(2026, 10, 14, 16, tzinfo=dt.UTC)


def ago(**parts):
    return NOON - dt.timedelta(**parts)


@pytest.mark.parametrize(
    ("purpose", "history", "allowed"),
    [
        pytest.param(OUTREACH, [], True, id="the first"),
        pytest.param(
            OUTREACH, [Sent(ago(hours=72), OUTREACH)], True, id="72 hours later"
        ),
        pytest.param(
            OUTREACH,
            [Sent(ago(hours=71, minutes=59), OUTREACH)],
            False,
            id="a minute too early",
        ),
        pytest.param(
            OUTREACH,
            [Sent(ago(hours=-48), OUTREACH)],
            False,
            id="48 hours before one already planned",
        ),
        pytest.param(
            OUTREACH,
            [Sent(ago(hours=-72), OUTREACH)],
            True,
            id="72 hours before one already planned",
        ),
        pytest.param(
            OUTREACH, [Sent(ago(hours=1), REMINDER)], True, id="after a chosen reminder"
        ),
        pytest.param(
            OUTREACH,
            [Sent(ago(days=3 * n), OUTREACH) for n in range(1, 8)],
            True,
            id="the eighth in a month",
        ),
        pytest.param(
            OUTREACH,
            [Sent(ago(days=3 * n), OUTREACH) for n in range(1, 9)],
            False,
            id="the ninth in a month",
        ),
        pytest.param(
            OUTREACH,
            [
                *(Sent(ago(days=3 * n), OUTREACH) for n in range(1, 8)),
                Sent(ago(days=30), OUTREACH),
            ],
            True,
            id="the ninth when the first is a month old",
        ),
        pytest.param(
            REMINDER, [Sent(ago(hours=20), OUTREACH)], True, id="reminder 20 h after"
        ),
        pytest.param(
            REMINDER,
            [Sent(ago(hours=19, minutes=59), OUTREACH)],
            False,
            id="reminder less than 20 h after",
        ),
        pytest.param(
            REMINDER, [Sent(ago(hours=2), REMINDER)], False, id="second of the day"
        ),
        pytest.param(
            REMINDER,
            [Sent(ago(hours=12, minutes=1), REMINDER)],
            True,
            id="the last one was before midnight",
        ),
        pytest.param(
            "ANSWER",
            [Sent(ago(minutes=1), OUTREACH), Sent(ago(minutes=1), "ANSWER")],
            True,
            id="an answer to their own message",
        ),
    ],
)
def test_limits(purpose, history, allowed):
    assert respects_limits(purpose, NOON, history, BOSTON) is allowed


def test_outreach_moves_to_the_end_of_the_72_hours():
    history = [Sent(ago(hours=10), OUTREACH)]

    assert next_within_limits(OUTREACH, NOON, history, BOSTON) == ago(hours=10 - 72)


def test_the_ninth_waits_until_the_month_has_room():
    history = [Sent(ago(days=3 * n), OUTREACH) for n in range(1, 9)]

    assert next_within_limits(OUTREACH, NOON, history, BOSTON) == ago(days=24 - 30)


def test_a_second_reminder_waits_for_the_next_day():
    history = [Sent(ago(hours=2), REMINDER)]

    reached = next_within_limits(REMINDER, NOON, history, BOSTON)

    assert reached.astimezone(BOSTON) == dt.datetime(2026, 10, 15, 0, 0, tzinfo=BOSTON)


def test_what_is_allowed_now_is_not_moved():
    assert next_within_limits(OUTREACH, NOON, [], BOSTON) == NOON


@given(
    hours=st.lists(st.integers(min_value=-900, max_value=900), max_size=20),
    purposes=st.lists(st.sampled_from([OUTREACH, REMINDER]), min_size=1, max_size=25),
)
def test_planning_one_after_another_never_breaks_a_limit(hours, purposes):
    history = []
    for purpose, hour in zip(purposes, hours, strict=False):
        wanted = NOON + dt.timedelta(hours=hour)

        at = next_within_limits(purpose, wanted, history, BOSTON)

        assert at >= wanted
        assert respects_limits(purpose, at, history, BOSTON)
        history.append(Sent(at, purpose))
    outreach = sorted(sent.at for sent in history if sent.purpose == OUTREACH)
    assert all(
        later - earlier >= BETWEEN_OUTREACH for earlier, later in pairwise(outreach)
    )
    assert all(
        ninth - first >= MONTH
        for first, ninth in zip(outreach, outreach[OUTREACH_IN_A_MONTH:], strict=False)
    )
