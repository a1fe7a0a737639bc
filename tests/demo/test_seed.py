"""A few people of the demonstration, run through the services: the widest journey."""

import datetime as dt

import pytest

from apps.care.models import Concern, Enrollment, Status, Task
from apps.checkins.models import CheckinDay, Submission
from apps.demo.seed import levels, records
from apps.demo.seed.people import people
from apps.demo.seed.program import build_program
from apps.demo.seed.simulation import Simulation
from apps.disclosures.models import Letter, SharingConsent
from apps.notifications.models import OutboxMessage
from apps.outreach.models import Episode, Step
from apps.outreach.services.rebuilding import rebuild_status
from apps.plans.models import PlanVersion
from apps.sessions.models import AttendanceChange, Barrier, Ride, Topic
from tests.conftest import BOSTON

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 18)
NOW = dt.datetime.combine(TODAY, dt.time(21, 30), BOSTON)
# A steady newcomer, one with ideas for a plan, one with a hard week, one drifting, one new.
CAST = {
    "Dev": None,
    "Yesenia": None,
    "Tess": None,
    "Lena": 30,
    "Beth": None,
    # Left three weeks ago, and came back.
    "Joy": 30,
}


@pytest.fixture
def world(monkeypatch):
    """Their days up to a Wednesday night, in the order in which they happened."""
    chosen = [person for person in people() if person.name in CAST]
    chosen = [
        type(person)(**vars(person) | {"days_in_care": CAST[person.name] or person.days_in_care})
        for person in chosen
    ]  # fmt: skip
    first = TODAY - dt.timedelta(days=max(person.days_in_care for person in chosen))
    start = dt.datetime.combine(first, dt.time(6), BOSTON)
    world = build_program(first_day=first, today=TODAY, at=start)
    simulation = Simulation(world, chosen, TODAY, NOW)
    simulation.run()
    return simulation


def test_the_simulated_past_is_what_the_services_make_of_it(world):
    assert_who_is_in_care(world)
    assert_check_ins_are_kept_and_read(world)
    assert_plans_are_where_they_should_be(world)
    assert_the_drifting_one_was_looked_after(world)
    assert_status_rows_follow_from_history()
    assert_records_are_as_people_left_them(world)
    assert_something_of_arriving_is_shown(world)
    assert_levels_are_as_they_were_agreed(world)


def assert_something_of_arriving_is_shown(world):
    """Fault: the demonstration has no ride, no answer and no corrected roster to look at."""
    assert [ride.enrollment_id for ride in Ride.objects.all()] == [
        world.enrollments["Yesenia"].pk
    ]
    assert Barrier.objects.get().task.assignee.name == "Ana"
    assert [topic.enrollment_id for topic in Topic.objects.all()] == [
        world.enrollments["Joy"].pk
    ]
    change = AttendanceChange.objects.get()
    assert change.minutes_after < change.minutes_before


def assert_who_is_in_care(world):
    episodes = Enrollment.objects.order_by("started_on")
    joy = [row.state for row in episodes if world.names[row.pk] == "Joy"]
    assert joy == [Enrollment.State.ENDED, Enrollment.State.ACTIVE]
    states = {world.names[row.pk]: row.state for row in episodes}
    assert states.pop("Beth") == Enrollment.State.INVITED
    assert set(states.values()) == {Enrollment.State.ACTIVE}


def assert_check_ins_are_kept_and_read(world):
    assert CheckinDay.objects.count() == len(
        set(Submission.objects.values_list("client", "local_on"))
    )
    tess = world.enrollments["Tess"]
    rules = {
        concern.finding["rule"]
        for concern in Concern.objects.open().filter(enrollment=tess)
    }
    assert {"R03", "R05"} <= rules
    assert CheckinDay.objects.exclude(seen_by=None).exists()


def assert_plans_are_where_they_should_be(world):
    states = {
        world.names[version.client.enrollments.first().pk]: version.state
        for version in PlanVersion.objects.select_related("client")
    }
    assert states["Dev"] == PlanVersion.State.SUBMITTED
    assert states["Yesenia"] == PlanVersion.State.CHANGES_REQUESTED


def assert_the_drifting_one_was_looked_after(world):
    lena = world.enrollments["Lena"]
    episode = Episode.objects.get(enrollment=lena, closed_at=None)
    steps = Step.objects.filter(episode=episode)
    codes = list(steps.values_list("code", flat=True))
    sent = OutboxMessage.objects.filter(enrollment=lena, purpose="OUTREACH").exclude(
        accepted_at=None
    )

    assert episode.stage == Episode.Stage.DRIFTING
    assert len(codes) == len(set(codes)) > 1
    assert sent.count() == len(set(sent.values_list("once_key"))) >= 1
    calls = Task.objects.filter(enrollment=lena, kind=Task.Kind.CALL)
    assert calls.exists()
    assert set(calls.values_list("outcome", flat=True)) <= {"LEFT_MESSAGE", ""}


def assert_status_rows_follow_from_history():
    for kept in Status.objects.all():
        before = comparable(kept)
        rebuilt = rebuild_status(enrollment=kept.enrollment, at=NOW)
        assert comparable(rebuilt) == before


def comparable(status: Status) -> dict:
    columns = {field.attname for field in Status._meta.concrete_fields}
    return {name: getattr(status, name) for name in columns - {"changed_at"}}


def assert_records_are_as_people_left_them(world):
    records.build(world.world.organization, NOW)

    states = SharingConsent.objects.values_list("state", flat=True)
    assert sorted(states) == ["ACTIVE", "ACTIVE", "PROPOSED", "REVOKED"]
    [letter] = Letter.objects.all()
    assert letter.state == "WAITING"
    assert letter.days


def assert_levels_are_as_they_were_agreed(world):
    """Yesenia stands in for Rosa, and so on: whoever is there has what happens."""
    cast = {"Rosa": "Yesenia", "Kim": "Dev", "Ray": "Joy", "Andre": "Tess"}
    for name, stands_in in cast.items():
        client = world.enrollments[stands_in].client
        client.preferred_name = name
        client.save(update_fields=["preferred_name"])

    levels.build(world.world.organization, NOW)

    yesenia = world.enrollments["Yesenia"]
    planned = yesenia.placements.get(to_on=None)
    assert (planned.weekdays, planned.from_on) == ([0, 3, 4], dt.date(2026, 11, 23))
    assert world.enrollments["Dev"].referrals.get().outcome
    assert world.enrollments["Joy"].pauses.get().to_on > TODAY
    assert world.enrollments["Tess"].level_asks.get().task.kind == "LEVEL"
