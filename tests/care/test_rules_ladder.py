import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.care.message_library import get, is_active
from apps.care.rules.drift import State, Subtype
from apps.care.rules.ladder import (
    PlannedStep,
    Standing,
    StepKind,
    first_text_at,
    next_step_at,
    steps_for,
)
from apps.care.rules.limits import OUTREACH, Sent, next_within_limits
from apps.care.rules.quiet import allowed_at, next_allowed
from apps.common.days import wall_to_utc

BOSTON = ZoneInfo("America/New_York")
# A Wednesday.
OPENED = dt.date(2026, 10, 14)


def boston(day, hour, minute=0):
    return wall_to_utc(day, dt.time(hour, minute), BOSTON)


def october(day, hour, minute=0):
    return boston(dt.date(2026, 10, day), hour, minute)


DRIFTING = Standing(
    level="IOP",
    stage=State.DRIFTING,
    tz=BOSTON,
    rule="consecutive",
    started_at=october(12, 17),
    opened_on=OPENED,
    opened_at=october(14, 17),
    missed_start=october(14, 9),
    missed_in_a_row=2,
)
SLIPPING = Standing(
    level="IOP",
    stage=State.SLIPPING,
    tz=BOSTON,
    rule="no_show",
    started_at=october(12, 13),
    missed_start=october(12, 9),
    missed_in_a_row=1,
)


def rungs(standing):
    return [(step.day, step.code) for step in steps_for(standing)]


@pytest.mark.parametrize(
    ("missed", "goes"),
    [
        pytest.param(october(14, 9), october(14, 11), id="a morning: two hours later"),
        pytest.param(october(14, 12, 30), october(14, 14, 30), id="noon"),
        pytest.param(
            october(14, 16, 59), october(14, 18, 59), id="late afternoon, still inside"
        ),
        pytest.param(
            october(14, 17), october(15, 9, 30), id="evening: half past nine next day"
        ),
        pytest.param(october(14, 17, 30), october(15, 9, 30), id="evening session"),
        pytest.param(
            october(17, 18), october(18, 12), id="Saturday evening: Sunday noon"
        ),
        pytest.param(october(18, 9), october(18, 12), id="Sunday morning: noon"),
        pytest.param(
            october(31, 17, 30),
            boston(dt.date(2026, 11, 1), 12),
            id="over the night the clocks go back",
        ),
    ],
)
def test_when_the_first_text_goes(missed, goes):
    assert first_text_at(missed, BOSTON) == goes


def test_one_missed_session_plans_one_text():
    goes = october(12, 11)

    assert steps_for(SLIPPING) == [
        PlannedStep(
            "OUT-01",
            StepKind.AUTO_MESSAGE,
            0,
            "OUT-01",
            goes,
            goes + dt.timedelta(days=2),
        )
    ]


@pytest.mark.parametrize("rule", ["no_checkin", "checkins_halved"])
def test_fewer_check_ins_plan_one_light_text(rule):
    quiet = replace(SLIPPING, rule=rule, missed_start=None, missed_in_a_row=0)

    assert rungs(quiet) == [(0, "OUT-04")]


@pytest.mark.parametrize("rule", ["left_early", "excused"])
def test_other_soft_signals_plan_nothing(rule):
    soft = replace(SLIPPING, rule=rule, missed_start=None, missed_in_a_row=0)

    assert steps_for(soft) == []


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        pytest.param(
            "PHP",
            [
                (0, "CALL-D0"),
                (1, "CALL-D1"),
                (3, "CALL-D3"),
                (4, "OUT-05"),
                (7, "HUDDLE-D7"),
                (14, "CASE-REVIEW"),
            ],
            id="PHP",
        ),
        pytest.param(
            "IOP",
            [
                (0, "CALL-D0"),
                (3, "CALL-D3"),
                (4, "OUT-05"),
                (7, "HUDDLE-D7"),
                (14, "CALL-D14"),
                (30, "CASE-REVIEW"),
            ],
            id="IOP",
        ),
        pytest.param(
            "OP",
            [
                (0, "CALL-D0"),
                (4, "OUT-05"),
                (7, "CALL-D7"),
                (10, "HUDDLE-D10"),
                (14, "CALL-D14"),
                (60, "CASE-REVIEW"),
            ],
            id="OP",
        ),
    ],
)
def test_the_ladder_of_each_level(level, expected):
    assert rungs(replace(DRIFTING, level=level)) == expected


def test_who_is_still_in_touch_gets_the_softer_ladder():
    quiet = replace(DRIFTING, subtype=Subtype.QUIET)

    assert rungs(quiet) == [
        (0, "CALL-D0"),
        (4, "OUT-05"),
        (7, "CALL-D7"),
        (14, "HUDDLE-D14"),
        (30, "CASE-REVIEW"),
    ]


def test_being_away_goes_on_with_the_same_steps():
    assert steps_for(replace(DRIFTING, stage=State.AWAY)) == steps_for(DRIFTING)


@pytest.mark.parametrize(
    "stage",
    [State.ENGAGED, State.RETURNED],
)
def test_nothing_is_planned_for_who_is_there(stage):
    assert steps_for(replace(DRIFTING, stage=stage)) == []


def test_an_episode_opened_by_the_first_miss_still_sends_the_plain_text():
    new = replace(DRIFTING, rule="new_missed", missed_in_a_row=1)

    assert rungs(new)[:2] == [(0, "OUT-01"), (0, "CALL-D0")]


def test_the_call_is_asked_for_at_once_and_the_rest_in_the_morning():
    by_code = {step.code: step for step in steps_for(DRIFTING)}

    assert by_code["CALL-D0"].not_before == october(14, 17)
    assert by_code["CALL-D3"].not_before == october(17, 9)
    assert by_code["OUT-05"].not_before == october(18, 9, 30)
    assert by_code["OUT-05"].expires_at == october(20, 9, 30)
    assert by_code["HUDDLE-D7"].kind == StepKind.STAFF_TASK


def test_a_call_is_asked_for_until_the_next_one():
    calls = [step for step in steps_for(DRIFTING) if step.kind == StepKind.CALL_TASK]

    assert [call.expires_at for call in calls] == [
        calls[1].not_before,
        calls[2].not_before,
        None,
    ]


def test_days_are_counted_on_the_wall_clock():
    # The clocks go back on November 1: day 30 begins at nine all the same.
    review = steps_for(DRIFTING)[-1]

    assert review.not_before.astimezone(BOSTON) == dt.datetime(
        2026, 11, 13, 9, 0, tzinfo=BOSTON
    )


def every_standing():
    for level in ("PHP", "IOP", "OP", "ALUM"):
        for subtype in Subtype:
            for missed in (1, 2):
                yield replace(
                    DRIFTING, level=level, subtype=subtype, missed_in_a_row=missed
                )


def test_codes_are_unique_and_texts_are_switched_on_and_sent_by_themselves():
    for standing in every_standing():
        steps = steps_for(standing)
        codes = [step.code for step in steps]
        assert len(codes) == len(set(codes))
        for step in steps:
            if step.template:
                assert is_active(step.template)
            if step.kind == StepKind.AUTO_MESSAGE:
                assert get(step.template).sent_by == "auto"


def test_the_next_step_is_the_first_not_made_yet():
    now = october(14, 18)

    assert next_step_at(DRIFTING, set(), now) == now
    assert next_step_at(DRIFTING, {"CALL-D0"}, now) == october(17, 9)
    made = {step.code for step in steps_for(DRIFTING)}
    assert next_step_at(DRIFTING, made, now) is None


def test_a_step_that_expired_is_not_the_next_one():
    late = october(25, 12)

    assert next_step_at(DRIFTING, {"CALL-D0", "CALL-D3", "HUDDLE-D7"}, late) == october(
        28, 9
    )


@given(
    opened=st.dates(dt.date(2027, 1, 1), dt.date(2027, 12, 31)),
    level=st.sampled_from(["PHP", "IOP", "OP"]),
    subtype=st.sampled_from(list(Subtype)),
    hour=st.sampled_from([9, 12, 17]),
)
def test_planned_texts_can_always_keep_quiet_hours_and_limits(
    opened, level, subtype, hour
):
    first_miss = boston(opened - dt.timedelta(days=2), hour)
    slipping = replace(SLIPPING, level=level, missed_start=first_miss)
    drifting = replace(
        DRIFTING, level=level, subtype=subtype, opened_on=opened, opened_at=None
    )
    history = []
    for step in (*steps_for(slipping), *steps_for(drifting)):
        if step.kind != StepKind.AUTO_MESSAGE:
            continue
        at = next_within_limits(OUTREACH, step.not_before, history, BOSTON)
        at = next_allowed(at, BOSTON)

        assert allowed_at(at, BOSTON)
        assert at < step.expires_at
        history.append(Sent(at, OUTREACH))
