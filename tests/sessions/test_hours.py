"""Hours by week: what was attended, planned and prescribed, and what staff look at."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.care.models import Pause, Placement
from apps.sessions.hours import Look, Prescribed, Slot, minutes_of, week_of
from apps.sessions.models import GroupSession
from apps.sessions.past_weeks import last_weeks
from apps.sessions.services import cancel_session, close_roster, mark_attendance
from tests.factories.care import LevelFactory
from tests.factories.sessions import (
    MORNING,
    GroupSessionFactory,
    SeriesFactory,
    seated,
)

MONDAY = dt.date(2026, 10, 5)
NEXT = MONDAY + dt.timedelta(days=7)
NINE_TO_NINETEEN = Prescribed(9 * 60, 19 * 60)
EVENING = Slot(180, 180)


def test_three_evenings_are_nine_hours_and_that_is_enough():
    week = week_of(MONDAY, [EVENING] * 3, today=NEXT, prescribed=NINE_TO_NINETEEN)

    assert (week.attended, week.planned) == (540, 540)
    assert week.look == Look.NOTHING


@pytest.mark.parametrize(
    ("slots", "told", "look"),
    [
        pytest.param(
            [EVENING, EVENING, Slot(180, 179)], {}, Look.BELOW, id="a minute below"
        ),
        pytest.param(
            [EVENING, EVENING, Slot(180, None, is_held=False)],
            {},
            Look.PLANNED_BELOW,
            id="ours to answer for: one was cancelled",
        ),
        pytest.param(
            [EVENING, Slot(180), Slot(180, None, is_open=True)],
            {},
            Look.NOTHING,
            id="a roster is still open",
        ),
        pytest.param(
            [EVENING, Slot(180), Slot(180)],
            {"today": NEXT - dt.timedelta(days=1)},
            Look.NOTHING,
            id="Sunday is not over",
        ),
        pytest.param(
            [EVENING, Slot(180), Slot(180)],
            {"is_steady": False},
            Look.NOTHING,
            id="a pause, or a change of level",
        ),
        pytest.param(
            [EVENING], {"prescribed": None}, Look.NOTHING, id="no level at all"
        ),
    ],
)
def test_staff_are_asked_to_look_only_at_whole_weeks_below(slots, told, look):
    """Fault: a week that we cut short, or that is not written down, is held against somebody."""
    told = {"today": NEXT, "prescribed": NINE_TO_NINETEEN} | told

    assert week_of(MONDAY, slots, **told).look == look


@given(
    st.lists(
        st.builds(
            Slot,
            planned=st.integers(0, 400),
            attended=st.none() | st.integers(0, 400),
            is_held=st.booleans(),
        )
    ),
    st.integers(0, 20),
)
def test_minutes_of_a_week_are_those_of_its_parts(slots, cut):
    """Fault: the hours of a week depend on how they are added up."""
    parts = [minutes_of(slots[:cut]), minutes_of(slots[cut:])]

    assert minutes_of(slots) == tuple(map(sum, zip(*parts, strict=True)))


@pytest.fixture
def room():
    return GroupSessionFactory(series=SeriesFactory(with_blocks=MORNING), on=MONDAY)


@pytest.mark.django_db
def test_weeks_are_read_from_monday_to_sunday_at_the_level_of_then(
    room, noon, actor, django_assert_num_queries
):
    """Fault: a step-down last week asks for the hours of the old level this week."""
    days = [MONDAY + dt.timedelta(days=n) for n in (1, 2, 6, 7)]
    rooms = [room, *(GroupSessionFactory(series=room.series, on=day) for day in days)]
    person = seated(room, placement__weekdays=list(range(7)))[0]
    person.started_on = MONDAY
    person.save()
    for each in rooms[:3]:
        mark_attendance(
            group_session=each,
            enrollment=person,
            status="PRESENT",
            at=each.ends_at,
            by=actor,
        )
    for each in rooms[:4]:
        close_roster(group_session=each, at=each.ends_at, by=actor)
    step = LevelFactory(
        organization=person.organization,
        code="OP",
        weekly_hours_min=1,
        weekly_hours_max=4,
    )
    old = person.placements.get()
    old.to_on = NEXT - dt.timedelta(days=1)
    old.save()
    Placement.objects.create(
        enrollment=person, level=step, program=old.program, from_on=NEXT
    )

    with django_assert_num_queries(3):
        this, last = last_weeks(person, noon, 5)

    # The room on Sunday was not attended; it is of this week, not of the next.
    assert (last.attended, last.planned, last.look) == (630, 840, Look.NOTHING)
    assert (last.prescribed, this.prescribed) == (NINE_TO_NINETEEN, Prescribed(60, 240))
    assert (this.monday, this.is_whole) == (NEXT, False)

    Pause.objects.create(enrollment=person, kind="TRAVEL", from_on=MONDAY, to_on=MONDAY)
    assert not last_weeks(person, noon, 5)[1].is_whole


@pytest.mark.django_db
def test_what_we_cancel_is_told_apart_and_planned_by_nobody(room, noon, actor):
    """Fault: a snow day makes a debt of three hours."""
    person = seated(room)[0]
    cancel_session(group_session=room, note="Snow", at=noon, by=actor)

    week = last_weeks(person, noon, 2)[1]

    assert (week.planned, week.cancelled) == (0, 210)
    assert GroupSession.objects.get(pk=room.pk).is_cancelled
