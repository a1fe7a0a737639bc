"""The outreach ladder: few, kind steps after somebody slips or drifts, each once.

Texts go by themselves, calls and talks are tasks for people. A step is planned with its
moment; quiet hours and limits move it further, here and again when it is sent.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from apps.care.message_library import is_active
from apps.care.rules.drift import State, Subtype, Thresholds
from apps.care.rules.quiet import next_allowed
from apps.common.days import wall_to_utc

# After a missed start the first text goes two to four hours later, inside the hours.
FIRST_TEXT_AFTER = timedelta(hours=2)
NEXT_MORNING = time(9, 30)
MORNING = time(9)
# From this hour on a session is an evening one: its text waits for the morning.
EVENING = time(17)
STEP_IS_GOOD_FOR = timedelta(days=2)


class StepKind(StrEnum):
    AUTO_MESSAGE = "AUTO_MESSAGE"
    CALL_TASK = "CALL_TASK"
    # For the team rather than for one caller.
    STAFF_TASK = "STAFF_TASK"


@dataclass(frozen=True)
class Rung:
    code: str
    kind: StepKind
    day: int
    # For a message the text; for a call the text to send when nobody answers.
    template: str = ""


@dataclass(frozen=True)
class PlannedStep:
    """One step of one episode. ``code`` is there once in an episode."""

    code: str
    kind: StepKind
    day: int
    template: str
    not_before: datetime
    # Later than this it makes no sense any more.
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Standing:
    """What the ladder has to know of an episode."""

    level: str
    stage: State
    tz: ZoneInfo
    subtype: Subtype = Subtype.SILENT
    # The rule that began it, of the drift clocks.
    rule: str = ""
    # When it began, and the local day and moment it became a drift.
    started_at: datetime | None = None
    opened_on: date | None = None
    opened_at: datetime | None = None
    # Start of the last session missed.
    missed_start: datetime | None = None
    missed_in_a_row: int = 0


def _call(day: int, template: str = "OUT-06") -> Rung:
    return Rung(f"CALL-D{day}", StepKind.CALL_TASK, day, template)


def _text(day: int, template: str) -> Rung:
    return Rung(template, StepKind.AUTO_MESSAGE, day, template)


def _huddle(day: int) -> Rung:
    return Rung(f"HUDDLE-D{day}", StepKind.STAFF_TASK, day)


# Days count from the local day the episode opened. More intensive care, closer calls.
LADDERS: dict[str, tuple[Rung, ...]] = {
    "PHP": (
        _call(0),
        _call(1),
        _call(3, "OUT-08"),
        _text(4, "OUT-05"),
        _huddle(7),
        _text(9, "OUT-07"),
        _text(21, "OUT-09"),
    ),
    "IOP": (
        _call(0),
        _text(1, "OUT-02"),
        _call(3),
        _text(4, "OUT-05"),
        _huddle(7),
        _text(9, "OUT-07"),
        _call(14, "OUT-08"),
        _text(21, "OUT-09"),
    ),
    "OP": (
        _call(0),
        _text(4, "OUT-05"),
        _call(7),
        _huddle(10),
        _call(14, "OUT-08"),
        _text(21, "OUT-09"),
    ),
}
# Still in touch: a voice at the beginning, choices, and time before the next call.
QUIET_LADDER = (
    _call(0),
    _text(4, "OUT-05"),
    _call(7),
    _huddle(14),
)
CASE_REVIEW = "CASE-REVIEW"
FIRST_TEXT = "OUT-01"
CHECKIN_TEXT = "OUT-04"
CHECKIN_RULES = frozenset({"no_checkin", "checkins_halved"})


def steps_for(standing: Standing) -> list[PlannedStep]:
    """Every step of this episode as it stands, in order of time.

    The caller makes those whose moment has come, that are not there yet and have not
    expired. Switched-off texts have no step.
    """
    if standing.stage == State.SLIPPING:
        steps = _slipping(standing)
    elif standing.stage in (State.DRIFTING, State.AWAY) and standing.opened_on:
        steps = _opened(standing, standing.opened_on)
    else:
        steps = []
    usable = (
        step
        for step in steps
        if step.kind != StepKind.AUTO_MESSAGE or is_active(step.template)
    )
    return sorted(usable, key=lambda step: step.not_before)


def next_step_at(
    standing: Standing, made: Collection[str], now: datetime
) -> datetime | None:
    """When the next step not made yet has its moment; None when there is none."""
    return next(
        (
            max(step.not_before, now)
            for step in steps_for(standing)
            if step.code not in made
            and (step.expires_at is None or step.expires_at > now)
        ),
        None,
    )


def first_text_at(missed_start: datetime, tz: ZoneInfo) -> datetime:
    """When the first text goes after a missed start; an evening one waits for morning."""
    local = missed_start.astimezone(tz)
    if local.time() < EVENING:
        return next_allowed(missed_start + FIRST_TEXT_AFTER, tz)
    morning = local.date() + timedelta(days=1)
    return next_allowed(wall_to_utc(morning, NEXT_MORNING, tz), tz)


def _slipping(standing: Standing) -> list[PlannedStep]:
    if standing.rule in CHECKIN_RULES and standing.started_at:
        return [_message(CHECKIN_TEXT, 0, standing.started_at)]
    return _first_text(standing)


def _first_text(standing: Standing) -> list[PlannedStep]:
    if standing.missed_start is None:
        return []
    return [_message(FIRST_TEXT, 0, first_text_at(standing.missed_start, standing.tz))]


def _opened(standing: Standing, opened_on: date) -> list[PlannedStep]:
    rungs = (
        QUIET_LADDER
        if standing.subtype == Subtype.QUIET
        else LADDERS.get(standing.level, LADDERS["IOP"])
    )
    steps = _each_call_until_the_next(
        [_planned(rung, opened_on, standing) for rung in rungs]
    )
    if standing.missed_in_a_row == 1:
        # Opened by the first miss already: the plain text belongs to it all the same.
        steps += _first_text(standing)
    review = Thresholds.for_level(standing.level).case_review_day
    if review is not None:
        rung = Rung(CASE_REVIEW, StepKind.STAFF_TASK, review)
        steps.append(_planned(rung, opened_on, standing))
    return steps


def _each_call_until_the_next(steps: list[PlannedStep]) -> list[PlannedStep]:
    """A call nobody could be asked for in time is left out, never asked for twice."""
    calls = [step for step in steps if step.kind == StepKind.CALL_TASK]
    ends = {call.code: later.not_before for call, later in pairwise(calls)}
    return [
        replace(step, expires_at=ends[step.code]) if step.code in ends else step
        for step in steps
    ]


def _planned(rung: Rung, opened_on: date, standing: Standing) -> PlannedStep:
    morning = NEXT_MORNING if rung.kind == StepKind.AUTO_MESSAGE else MORNING
    at = wall_to_utc(opened_on + timedelta(days=rung.day), morning, standing.tz)
    if rung.day == 0 and standing.opened_at:
        # Today's call is asked for at once.
        at = standing.opened_at
    if rung.kind == StepKind.AUTO_MESSAGE:
        return _message(rung.template, rung.day, at)
    return PlannedStep(rung.code, rung.kind, rung.day, rung.template, at)


def _message(template: str, day: int, at: datetime) -> PlannedStep:
    return PlannedStep(
        template, StepKind.AUTO_MESSAGE, day, template, at, at + STEP_IS_GOOD_FOR
    )
