import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.care.rules.drift import (
    DriftFacts,
    State,
    Subtype,
    Thresholds,
    Visit,
    evaluate,
    next_check_at,
)
from apps.care.rules.drift_reading import Reading
from apps.common.days import wall_to_utc

BOSTON = ZoneInfo("America/New_York")
IOP = Thresholds.for_level("IOP")
PHP = Thresholds.for_level("PHP")
OP = Thresholds.for_level("OP")
# A Monday, long after the first two weeks.
MONDAY = dt.date(2026, 10, 5)
LONG_AGO = dt.date(2026, 8, 3)


def day(offset):
    """Days counted from the Monday."""
    return MONDAY + dt.timedelta(days=offset)


def at(offset, hour=18, minute=0):
    return wall_to_utc(day(offset), dt.time(hour, minute), BOSTON)


def visit(offset, status, hour=9):
    start = at(offset, hour)
    return Visit(start, start + dt.timedelta(hours=3, minutes=30), status)


# The Sunday before: somebody who had been coming.
CAME = visit(-1, "PRESENT", hour=7)


def facts(now, *visits, **more):
    # In touch until now, so that only what a test is about can fire.
    more.setdefault("last_contact_at", now - dt.timedelta(hours=1))
    more.setdefault("started_on", LONG_AGO)
    more.setdefault("visits", (CAME, *visits))
    return DriftFacts(now=now, tz=BOSTON, **more)


PRESENT, NO_SHOW = "PRESENT", "NO_SHOW"


@pytest.mark.parametrize(
    ("visits", "state", "rule"),
    [
        pytest.param([(0, PRESENT), (2, PRESENT)], State.ENGAGED, "", id="comes"),
        pytest.param(
            [(0, PRESENT), (2, NO_SHOW)], State.SLIPPING, "no_show", id="one missed"
        ),
        pytest.param(
            [(0, NO_SHOW), (2, NO_SHOW)],
            State.DRIFTING,
            "consecutive",
            id="two in a row",
        ),
        pytest.param(
            [(0, NO_SHOW), (1, "LATE"), (2, NO_SHOW)],
            State.SLIPPING,
            "no_show",
            id="late in between",
        ),
        pytest.param(
            [(-1, NO_SHOW), (0, PRESENT), (1, NO_SHOW), (2, "ONE_TO_ONE")],
            State.ENGAGED,
            "",
            id="seen one-to-one counts as attended",
        ),
        pytest.param(
            [(0, NO_SHOW), (1, "EXCUSED"), (2, NO_SHOW)],
            State.DRIFTING,
            "consecutive",
            id="excused neither counts nor breaks",
        ),
        pytest.param(
            [(0, NO_SHOW), (1, "CANCELLED"), (2, "EXCUSED")],
            State.SLIPPING,
            "no_show",
            id="cancelled and excused do not advance",
        ),
        pytest.param(
            [(0, NO_SHOW), (1, ""), (2, NO_SHOW)],
            State.SLIPPING,
            "no_show",
            id="an open roster may hide that they came",
        ),
        pytest.param(
            [(0, NO_SHOW), (2, "")], State.ENGAGED, "", id="the last roster is open"
        ),
        pytest.param(
            [(-3, NO_SHOW), (-2, PRESENT), (-1, NO_SHOW), (0, PRESENT), (2, NO_SHOW)],
            State.DRIFTING,
            "in_7d",
            id="three in seven days",
        ),
        pytest.param(
            [(-5, NO_SHOW), (-2, PRESENT), (-1, NO_SHOW), (0, PRESENT), (2, NO_SHOW)],
            State.SLIPPING,
            "no_show",
            id="three in eight days",
        ),
    ],
)
def test_sessions_on_wednesday_evening(visits, state, rule):
    decision = evaluate(facts(at(2), *(visit(*each) for each in visits)), IOP)

    assert (decision.state, decision.rule) == (state, rule)
    assert decision.opens is (state == State.DRIFTING)


def test_an_open_roster_ends_no_soft_signal():
    visits = [visit(0, NO_SHOW), visit(2, "")]

    assert evaluate(facts(at(2), *visits, state=State.SLIPPING), IOP).rule == "no_show"


def test_the_evidence_names_the_sessions_by_the_clock_on_the_wall():
    decision = evaluate(facts(at(2), visit(0, NO_SHOW), visit(2, NO_SHOW, 17)), IOP)

    assert decision.evidence == {
        "missed": 2,
        "on": ["2026-10-05T09:00", "2026-10-07T17:00"],
    }
    assert decision.missed_in_a_row == 2


@pytest.mark.parametrize(
    ("now", "state"),
    [
        pytest.param(at(13), State.SLIPPING, id="six days since"),
        pytest.param(
            at(14, 3, 59), State.SLIPPING, id="03:59 still belongs to day six"
        ),
        pytest.param(at(14, 4), State.DRIFTING, id="seven days since"),
    ],
)
def test_a_week_since_attended_opens_when_somebody_was_expected(now, state):
    decision = evaluate(facts(now, visit(7, PRESENT), visit(9, NO_SHOW)), IOP)

    assert decision.state == state


def test_a_week_without_any_session_expected_opens_nothing():
    decision = evaluate(facts(at(16), visit(7, PRESENT)), IOP)

    assert decision.state == State.ENGAGED


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"visits": [(10, "")]}, id="a roster left open"),
        pytest.param({"visits": [(10, "EXCUSED")]}, id="excused afterwards"),
        pytest.param({"visits": [(10, "CANCELLED")]}, id="cancelled by the program"),
        pytest.param({"holidays": frozenset({day(11)})}, id="a holiday"),
        pytest.param({"pauses": [(day(10), day(11))]}, id="a pause that ended"),
        pytest.param({"pauses": [(day(10), None)]}, id="a pause that lasts"),
    ],
)
def test_what_never_advances_the_clock_of_sessions(more):
    more = dict(more)
    others = [visit(*each) for each in more.pop("visits", [])]
    seen = facts(at(14), visit(7, PRESENT), visit(9, NO_SHOW), *others, **more)
    without = facts(at(14), visit(7, PRESENT), visit(9, NO_SHOW))

    assert evaluate(without, IOP).state == State.DRIFTING
    assert evaluate(seen, IOP).state in (State.SLIPPING, State.ENGAGED)


def test_a_session_still_to_come_today_stops_the_clock():
    standing = facts(
        at(14, 8), visit(7, PRESENT), visit(9, NO_SHOW), visit(14, "", hour=9)
    )

    assert evaluate(standing, IOP).state == State.SLIPPING


def test_no_message_comes_from_a_roster_left_open_however_long():
    left_open = [visit(7, PRESENT), visit(9, "")]

    for ahead in range(9, 60):
        silent = facts(at(ahead), *left_open, last_contact_at=at(7))
        assert evaluate(silent, IOP).state == State.ENGAGED


@pytest.mark.parametrize(
    ("code", "days"),
    [
        pytest.param("PHP", 3, id="PHP"),
        pytest.param("IOP", 7, id="IOP"),
        pytest.param("OP", 14, id="OP"),
    ],
)
def test_silence_opens_at_the_number_of_the_level(code, days):
    level = Thresholds.for_level(code)
    before = facts(at(days - 1), last_contact_at=at(0))
    reached = facts(at(days), last_contact_at=at(0))

    assert evaluate(before, level).state == State.ENGAGED
    decision = evaluate(reached, level)
    assert (decision.state, decision.rule) == (State.DRIFTING, "days_no_contact")
    assert decision.subtype == Subtype.SILENT
    assert decision.evidence == {"days": days}


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"last_contact_at": at(1)}, id="a check-in"),
        pytest.param({"holidays": frozenset({day(3)})}, id="a holiday"),
        pytest.param({"pauses": [(day(2), day(3))]}, id="a pause"),
        pytest.param({"in_person": True}, id="keeps in touch in person"),
        pytest.param({"visits": (visit(3, "CANCELLED"),)}, id="a cancelled day"),
        pytest.param({"visits": (visit(1, PRESENT),)}, id="a session attended"),
        pytest.param({"visits": (visit(6, ""),)}, id="a roster left open"),
    ],
)
def test_what_keeps_the_clock_of_contact_below_a_week(more):
    silent = facts(at(7), last_contact_at=at(0))

    assert evaluate(silent, IOP).state == State.DRIFTING
    assert evaluate(replace(silent, **more), IOP).state == State.ENGAGED


@pytest.mark.parametrize(
    ("started_on", "state", "rule"),
    [
        pytest.param(day(2 - 13), State.DRIFTING, "new_missed", id="day 14"),
        pytest.param(day(2 - 14), State.SLIPPING, "no_show", id="day 15"),
    ],
)
def test_in_the_first_two_weeks_one_missed_session_opens(started_on, state, rule):
    new = facts(at(2), visit(2, NO_SHOW), started_on=started_on)

    decision = evaluate(new, IOP)

    assert (decision.state, decision.rule) == (state, rule)


@pytest.mark.parametrize(
    ("returned_on", "state"),
    [
        pytest.param(day(2 - 27), State.DRIFTING, id="the last day of the watch"),
        pytest.param(day(2 - 28), State.SLIPPING, id="a day after the watch"),
    ],
)
def test_after_coming_back_one_missed_session_opens_again(returned_on, state):
    back = facts(
        at(2), visit(2, NO_SHOW), state=State.RETURNED, returned_on=returned_on
    )

    assert evaluate(back, IOP).state == state


@pytest.mark.parametrize(
    ("level", "visits"),
    [
        pytest.param(PHP, [(1, NO_SHOW), (2, NO_SHOW)], id="PHP: two in a row"),
        pytest.param(
            PHP, [(-1, NO_SHOW), (1, PRESENT), (2, NO_SHOW)], id="PHP: two in a week"
        ),
        pytest.param(OP, [(0, NO_SHOW), (2, NO_SHOW)], id="OP: two in a row"),
    ],
)
def test_levels_have_numbers_of_their_own(level, visits):
    standing = facts(at(2), *(visit(*each) for each in visits))

    assert evaluate(standing, level).opens


def test_op_does_not_count_misses_in_a_week():
    visits = [visit(-2, NO_SHOW), visit(0, PRESENT), visit(1, NO_SHOW)]

    assert evaluate(facts(at(2), *visits), OP).state == State.SLIPPING


def test_a_program_may_set_its_own_numbers():
    own = Thresholds.for_level("IOP", {"open_consecutive": 3, "no_such_number": 1})
    visits = [visit(0, NO_SHOW), visit(2, NO_SHOW)]

    assert evaluate(facts(at(2), *visits), own).state == State.SLIPPING


def drifting(now, *visits, **more):
    more.setdefault("state", State.DRIFTING)
    more.setdefault("opened_by", "consecutive")
    more.setdefault("opened_at", at(2))
    return facts(now, *visits, **more)


MISSED = (visit(0, NO_SHOW), visit(2, NO_SHOW))


def test_an_episode_stays_open_until_they_come():
    assert evaluate(drifting(at(5), *MISSED), IOP).state == State.DRIFTING
    decision = evaluate(drifting(at(7), *MISSED, visit(7, PRESENT)), IOP)

    assert (decision.state, decision.returns) == (State.RETURNED, True)
    assert decision.evidence == {"on": "2026-10-12"}
    assert not decision.opens


def test_an_episode_is_opened_once():
    decision = evaluate(drifting(at(3), *MISSED, visit(3, NO_SHOW)), IOP)

    assert decision.state == State.DRIFTING
    assert not decision.opens


def test_an_open_roster_does_not_close_an_episode():
    decision = evaluate(drifting(at(3), *MISSED, visit(3, "")), IOP)

    assert (decision.state, decision.rule) == (State.DRIFTING, "still_open")


def test_a_check_in_makes_silence_quiet_and_closes_nothing():
    by_silence = {"opened_by": "days_no_contact", "opened_at": at(7)}
    visits = [visit(0, PRESENT), visit(1, NO_SHOW)]

    silent = drifting(at(7), *visits, last_contact_at=at(0), **by_silence)
    spoke = drifting(at(7), *visits, last_contact_at=at(6), **by_silence)

    assert evaluate(silent, IOP).subtype == Subtype.SILENT
    decision = evaluate(spoke, IOP)
    assert (decision.state, decision.subtype) == (State.DRIFTING, Subtype.QUIET)


def test_after_silence_an_older_miss_is_no_way_back():
    visits = [visit(-20, NO_SHOW), visit(-18, PRESENT)]

    decision = evaluate(
        drifting(
            at(7),
            *visits,
            opened_by="days_no_contact",
            opened_at=at(7),
            last_contact_at=at(0),
        ),
        IOP,
    )

    assert decision.state in (State.DRIFTING, State.AWAY)


def test_a_late_roster_that_shows_they_came_is_a_way_back():
    decision = evaluate(drifting(at(3), *MISSED, visit(2, PRESENT, hour=14)), IOP)

    assert decision.returns


def test_misses_taken_back_close_the_episode_without_a_watch():
    taken_back = [visit(0, "EXCUSED"), visit(2, "EXCUSED")]

    decision = evaluate(drifting(at(3), *taken_back), IOP)

    assert decision.state == State.ENGAGED
    assert not decision.returns


@pytest.mark.parametrize(
    ("now", "state"),
    [
        pytest.param(at(13), State.DRIFTING, id="13 days since attended"),
        pytest.param(at(14), State.AWAY, id="14 days since attended"),
    ],
)
def test_two_weeks_without_coming_is_away(now, state):
    visits = [visit(0, PRESENT), visit(1, NO_SHOW), visit(2, NO_SHOW)]

    assert evaluate(drifting(now, *visits), IOP).state == state


def test_an_agreed_pause_ends_the_clocks_and_they_begin_anew():
    paused = drifting(at(5), *MISSED, pauses=[(day(4), day(20))])
    after = facts(at(21), *MISSED, pauses=[(day(4), day(20))])

    assert evaluate(paused, IOP).rule == "paused"
    assert evaluate(paused, IOP).state == State.ENGAGED
    decision = evaluate(after, IOP)
    assert (decision.state, decision.missed_in_a_row) == (State.ENGAGED, 0)


@pytest.mark.parametrize(
    ("now", "state"),
    [
        pytest.param(at(27), State.RETURNED, id="27 days back"),
        pytest.param(at(28), State.ENGAGED, id="28 days back"),
    ],
)
def test_the_watch_lasts_28_days(now, state):
    back = facts(now, visit(0, PRESENT), state=State.RETURNED, returned_on=day(0))

    assert evaluate(back, IOP).state == state


def checkins(*offsets):
    return frozenset(day(offset) for offset in offsets)


@pytest.mark.parametrize(
    ("days", "now", "rule"),
    [
        pytest.param(checkins(0, 1, 2, 3), at(6), "", id="two whole days without"),
        pytest.param(checkins(0, 1, 2, 3), at(7), "no_checkin", id="three whole days"),
        pytest.param(checkins(1, 2, 3), at(7), "", id="was not a habit"),
        pytest.param(frozenset(), at(7), "", id="never began"),
        pytest.param(
            checkins(*range(-7, 0), 1, 3, 6), at(7), "checkins_halved", id="from 7 to 3"
        ),
        pytest.param(checkins(*range(-7, 0), 1, 3, 5, 6), at(7), "", id="from 7 to 4"),
        pytest.param(checkins(-6, -4, -2, 6), at(7), "", id="from 3 to 1: no habit"),
    ],
)
def test_fewer_check_ins_are_a_soft_signal(days, now, rule):
    decision = evaluate(facts(now, checkin_days=days), IOP)

    assert decision.rule == rule
    assert decision.state == (State.SLIPPING if rule else State.ENGAGED)


def test_the_next_session_attended_ends_the_soft_signal_for_good():
    days = checkins(0, 1, 2, 3)
    came = visit(8, PRESENT)

    assert evaluate(facts(at(8, 8), came, checkin_days=days), IOP).rule == "no_checkin"
    for later in range(8, 14):
        decision = evaluate(facts(at(later), came, checkin_days=days), IOP)
        assert decision.rule != "no_checkin"


def test_no_check_ins_are_expected_from_who_has_no_phone():
    days = checkins(0, 1, 2, 3)

    assert evaluate(facts(at(7), checkin_days=days, in_person=True), IOP).rule == ""


@pytest.mark.parametrize(
    ("visits", "rule"),
    [
        pytest.param([(0, "LEFT_EARLY")], "", id="left early once"),
        pytest.param(
            [(-4, "LEFT_EARLY"), (2, "LEFT_EARLY")], "left_early", id="twice in 7 days"
        ),
        pytest.param([(-5, "LEFT_EARLY"), (2, "LEFT_EARLY")], "", id="twice in 8 days"),
        pytest.param(
            [(-4, "LEFT_EARLY"), (1, "LEFT_EARLY"), (2, PRESENT)], "", id="then stayed"
        ),
        pytest.param([(n, "EXCUSED") for n in (-6, -4, 0)], "", id="three excused"),
        pytest.param(
            [(n, "EXCUSED") for n in (-11, -4, 0, 2)], "excused", id="four in 14 days"
        ),
        pytest.param(
            [(n, "EXCUSED") for n in (-12, -4, 0, 2)], "", id="four in 15 days"
        ),
        pytest.param(
            [*((n, "EXCUSED") for n in (-6, -4, 0, 1)), (2, PRESENT)],
            "",
            id="four, then came",
        ),
    ],
)
def test_softer_signals_of_sessions(visits, rule):
    decision = evaluate(facts(at(2), *(visit(*each) for each in visits)), IOP)

    assert decision.rule == rule


def test_the_next_check_is_the_day_the_answer_can_change():
    standing = facts(at(9), visit(7, PRESENT), visit(9, NO_SHOW), last_contact_at=at(9))

    assert next_check_at(standing, IOP) == at(14, 4)
    assert evaluate(standing, IOP).next_due == at(14, 4)


def test_the_next_check_is_also_when_quiet_becomes_silent():
    quiet = drifting(at(3), *MISSED, last_contact_at=at(3))

    decision = evaluate(quiet, IOP)

    assert decision.subtype == Subtype.QUIET
    assert decision.next_due == at(10, 4)
    assert evaluate(replace(quiet, now=at(10, 4)), IOP).subtype == Subtype.SILENT


def test_a_session_to_come_stops_the_clocks_until_its_roster_is_closed():
    visits = [visit(7, PRESENT), visit(9, NO_SHOW), visit(11, "")]

    assert next_check_at(facts(at(9), *visits, last_contact_at=at(9)), IOP) is None


def test_the_next_check_follows_the_wall_clock_through_autumn():
    # The clocks go back on Sunday, November 1, 2026.
    start = dt.date(2026, 10, 28)
    now = wall_to_utc(start, dt.time(18), BOSTON)
    standing = facts(now, last_contact_at=now)

    due = next_check_at(standing, IOP)

    assert due == dt.datetime(2026, 11, 4, 9, 0, tzinfo=dt.UTC)


statuses = st.sampled_from(
    ["PRESENT", "LATE", "LEFT_EARLY", "EXCUSED", "NO_SHOW", "NO_SHOW", "CANCELLED", ""]
)
records = st.lists(st.tuples(st.integers(-30, 20), statuses), max_size=14)


@settings(max_examples=60, deadline=None)
@given(
    record=records,
    contact=st.none() | st.integers(-20, 0),
    days=st.frozensets(st.integers(-20, 0), max_size=12),
    level=st.sampled_from([PHP, IOP, OP]),
    state=st.sampled_from([State.ENGAGED, State.DRIFTING, State.RETURNED]),
)
def test_between_now_and_the_next_check_the_answer_is_the_same(
    record, contact, days, level, state
):
    standing = facts(
        at(0),
        *(visit(offset, "" if offset > 0 else status) for offset, status in record),
        last_contact_at=None if contact is None else at(contact, 12),
        checkin_days=frozenset(day(offset) for offset in days),
        state=state,
        opened_at=at(-3) if state == State.DRIFTING else None,
        opened_by="consecutive" if state == State.DRIFTING else "",
        returned_on=day(-5) if state == State.RETURNED else None,
    )

    decision = evaluate(standing, level)

    stored = replace(
        standing,
        state=decision.state,
        opened_at=at(0) if decision.opens else standing.opened_at,
        opened_by=decision.rule if decision.opens else standing.opened_by,
    )
    if decision.opens:
        stored = replace(stored, returned_on=None)
    if decision.returns:
        on = dt.date.fromisoformat(decision.evidence["on"])
        stored = replace(stored, returned_on=on)
    hours = 0
    while hours < 24 * 14:
        hours += 11
        later = at(0) + dt.timedelta(hours=hours)
        if decision.next_due is not None and later >= decision.next_due:
            break
        again = Reading(replace(stored, now=later), level).decision()
        assert (again.state, again.subtype) == (decision.state, decision.subtype)
        assert not again.opens
