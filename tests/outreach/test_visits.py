import datetime as dt

import pytest

from apps.outreach.visits import visits_of
from apps.sessions.marks import attendance_marks
from apps.sessions.models import GroupSession, Override
from tests.conftest import NOON
from tests.factories.care import LevelFactory
from tests.factories.outreach import DAY, Story
from tests.factories.sessions import (
    AttendanceFactory,
    GroupSessionFactory,
    OneToOneFactory,
    OverrideFactory,
    SeriesFactory,
)

WED = NOON.date()
MON = WED - 2 * DAY
FIRST, LAST = MON - 30 * DAY, MON + 30 * DAY

pytestmark = pytest.mark.django_db


def several_people():
    """Everything a schedule knows, for people who share rooms."""
    rosa = Story()
    others = [Story(series=rosa.series) for _ in range(5)]
    evening = SeriesFactory(
        program=rosa.enrollment.program,
        starts_at_time=dt.time(18),
        levels=["IOP"],
        title="Evening",
    )
    other_level = SeriesFactory(program=rosa.enrollment.program, levels=["PHP"])
    rosa.coming(MON, 10)
    cancelled = rosa.session(MON + 4 * DAY)
    cancelled.state = GroupSession.State.CANCELLED
    cancelled.save()
    rosa.came(MON, close=False)
    others[0].missed(MON)
    rosa.came(MON + DAY, close=False)

    dropped, added, paused, ended, moved = (other.enrollment for other in others)
    OverrideFactory(
        enrollment=dropped, group_session=rosa.session(WED), kind=Override.Kind.DROPPED
    )
    OverrideFactory(
        enrollment=added, group_session=GroupSessionFactory(series=other_level, on=WED)
    )
    GroupSessionFactory(series=evening, on=WED)
    paused.pauses.create(kind="TRAVEL", from_on=WED, to_on=WED + DAY)
    ended.state, ended.ended_on, ended.end_reason = "ENDED", WED, "MOVED"
    ended.save()
    php = LevelFactory(organization=moved.organization, code="PHP")
    moved.placements.update(to_on=MON + DAY)
    moved.placements.create(
        level=php, program=moved.program, weekdays=[2, 4], from_on=WED
    )
    # Somebody who came although nobody expected them, and a one-to-one of their own.
    AttendanceFactory(enrollment=dropped, group_session=rosa.session(WED))
    OneToOneFactory(enrollment=rosa.enrollment, on=WED)
    OneToOneFactory(enrollment=paused, on=WED)
    return [rosa.enrollment, *(other.enrollment for other in others)]


def test_many_at_once_read_what_one_at_a_time_would():
    people = several_people()

    together = visits_of(people, FIRST, LAST)

    assert {person.pk: together[person.pk] for person in people} == {
        person.pk: attendance_marks(person, FIRST, LAST) for person in people
    }
    statuses = {visit.status for visits in together.values() for visit in visits}
    assert statuses >= {"", "PRESENT", "NO_SHOW", "CANCELLED"}


@pytest.mark.parametrize("people", [1, 3])
def test_the_reads_are_the_same_for_any_number(people, django_assert_num_queries):
    first = Story()
    stories = [first, *(Story(series=first.series) for _ in range(people - 1))]
    first.coming(MON)

    with django_assert_num_queries(6):
        visits_of([story.enrollment for story in stories], FIRST, LAST)
