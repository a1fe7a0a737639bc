import datetime as dt

import pytest

from apps.audit.actors import SYSTEM
from apps.care.models import CareAssignment, Concern, StaffRole, Status, Task
from apps.care.services.concerns import (
    expire_concern,
    raise_concern,
    reopen_concern,
    resolve_concern,
)
from apps.notifications.models import OutboxMessage, Purpose
from apps.outreach.services import escalate
from tests.conftest import BOSTON
from tests.factories.care import (
    AssignmentFactory,
    StaffFactory,
    StaffRoleFactory,
)
from tests.factories.outreach import Story

MINUTE = dt.timedelta(minutes=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrollment():
    enrollment = Story().enrollment
    site = enrollment.program.site
    site.on_call = StaffFactory(organization_id=site.organization_id)
    site.save()
    return enrollment


@pytest.fixture
def supervisor(enrollment):
    return AssignmentFactory(
        enrollment=enrollment, role=CareAssignment.Role.SUPERVISING
    ).staff


def boston(day, hour, minute=0):
    """In October 2026; the 14th is a Wednesday."""
    return dt.datetime(2026, 10, day, hour, minute, tzinfo=BOSTON).astimezone(dt.UTC)


def raise_rule(enrollment, rule, at, priority=1, key="1"):
    return raise_concern(
        enrollment=enrollment,
        rule=rule,
        version=1,
        evidence={},
        priority=priority,
        due_at=at,
        source="test",
        source_key=key,
        at=at,
        by=SYSTEM,
    )


def alerted():
    messages = OutboxMessage.objects.filter(purpose=Purpose.STAFF_ALERT)
    return [message.staff for message in messages.order_by("created_at", "pk")]


def test_what_nobody_takes_is_told_again_after_15_and_after_30_minutes(
    enrollment, supervisor, noon
):
    raise_rule(enrollment, "R01", noon)
    told = {}
    for minute in range(40):
        for _ in range(2):
            escalate(at=noon + minute * MINUTE, by=SYSTEM)
        told[minute] = len(alerted())

    assert (told[14], told[15], told[29], told[30], told[39]) == (0, 2, 2, 4, 4)
    on_call = enrollment.program.site.on_call
    assert set(alerted()[:2]) == set(alerted()[2:]) == {supervisor, on_call}


def test_what_somebody_took_is_not_told_again(enrollment, supervisor, noon):
    concern = raise_rule(enrollment, "R01", noon)
    Concern.objects.update(claimed_by=supervisor, claimed_at=noon)

    escalate(at=noon + 60 * MINUTE, by=SYSTEM)

    concern.refresh_from_db()
    assert (alerted(), concern.escalation) == ([], 0)


def test_what_is_resolved_is_not_told_again(enrollment, supervisor, noon):
    raise_rule(enrollment, "R01", noon)
    Concern.objects.update(resolved_at=noon)

    escalate(at=noon + 60 * MINUTE, by=SYSTEM)

    assert alerted() == []


@pytest.mark.parametrize(
    ("rule", "priority", "is_told"),
    [("R01", 1, True), ("R02", 1, True), ("R22", 1, False), ("R05", 2, False)],
)
def test_only_what_goes_to_the_on_call_path_climbs(
    enrollment, supervisor, noon, rule, priority, is_told
):
    raise_rule(enrollment, rule, noon, priority)

    escalate(at=noon + 20 * MINUTE, by=SYSTEM)

    assert bool(alerted()) is is_told


def test_after_a_long_night_the_tick_tells_once_at_the_highest_step(
    enrollment, supervisor, noon
):
    concern = raise_rule(enrollment, "R01", noon)

    for _ in range(3):
        escalate(at=noon + 600 * MINUTE, by=SYSTEM)

    concern.refresh_from_db()
    assert (concern.escalation, len(alerted())) == (2, 2)


def test_without_a_supervisor_of_the_record_those_of_the_site_are_told_and_may_read(
    enrollment, noon
):
    site = enrollment.program.site
    role = StaffRoleFactory(
        role=StaffRole.Role.SUPERVISOR, organization=site.organization, site=site
    )
    StaffRoleFactory(role=StaffRole.Role.SUPERVISOR)  # Of somebody else.
    raise_rule(enrollment, "R01", noon)

    escalate(at=noon + 15 * MINUTE, by=SYSTEM)

    assert set(alerted()) == {role.user, site.on_call}
    grant = enrollment.assignments.get(staff=role.user)
    assert grant.until == noon + 15 * MINUTE + dt.timedelta(days=2)


def waiting_tasks():
    return list(Task.objects.filter(kind=Task.Kind.HUDDLE).order_by("created_at"))


@pytest.mark.parametrize(
    ("rule", "raised", "before", "after"),
    [
        # A Friday afternoon waits for Monday, not for Saturday.
        ("R05", boston(16, 15), boston(19, 14, 59), boston(19, 15)),
        ("R04", boston(14, 12), boston(15, 11, 59), boston(15, 12)),
        # Said on a Saturday, it has the whole of Monday.
        ("R03", boston(17, 12), boston(19, 16, 59), boston(19, 17)),
    ],
)
def test_what_nobody_looked_at_for_a_work_day_is_the_supervisors(
    enrollment, supervisor, rule, raised, before, after
):
    """Fault: asks for a call on Friday, and on Tuesday still nobody knows of it."""
    raise_rule(enrollment, rule, raised, priority=2)

    escalate(at=before, by=SYSTEM)
    assert waiting_tasks() == []
    for _ in range(2):
        escalate(at=after, by=SYSTEM)

    [task] = waiting_tasks()
    assert (task.assignee, task.details) == (supervisor, {"waits": rule})
    assert alerted() == []


@pytest.mark.parametrize("closes", ["somebody", "by itself"])
def test_what_is_closed_waits_for_no_supervisor(enrollment, supervisor, closes):
    """Fault: it was seen to, and a supervisor is still asked why nobody looked."""
    concern = raise_rule(enrollment, "R05", boston(14, 12), priority=2)
    other = raise_rule(enrollment, "R04", boston(14, 12), priority=2)
    escalate(at=boston(15, 12), by=SYSTEM)
    concern.refresh_from_db()
    at = boston(15, 13)

    if closes == "by itself":
        expire_concern(concern=concern, at=at, by=SYSTEM)
    else:
        resolve_concern(concern=concern, outcome="REACHED", at=at, by=SYSTEM)

    [left] = Task.objects.open().filter(kind=Task.Kind.HUDDLE)
    assert left.details == {"waits": other.finding["rule"]}
    status = Status.objects.get(enrollment=enrollment)
    assert status.open_priority == 2
    # Closed by mistake, all of it is there again.
    reopen_concern(concern=concern, at=at + MINUTE, by=SYSTEM)
    assert Task.objects.open().filter(kind=Task.Kind.HUDDLE).count() == 2


@pytest.mark.parametrize(
    ("rule", "priority"),
    [
        pytest.param("R13", 2, id="a drift has its own steps"),
        pytest.param("R06", 3, id="less urgent"),
    ],
)
def test_what_may_wait_longer_is_nobody_elses(enrollment, supervisor, rule, priority):
    raise_rule(enrollment, rule, boston(14, 12), priority)

    escalate(at=boston(21, 12), by=SYSTEM)

    assert waiting_tasks() == []


def test_said_again_after_somebody_took_it_is_told_again(enrollment, supervisor, noon):
    """Fault: taken on Monday, and not feeling safe again on Thursday reaches nobody."""
    concern = raise_rule(enrollment, "R01", noon)
    Concern.objects.update(claimed_by=supervisor, claimed_at=noon, escalation=2)
    again = noon + 3 * 1440 * MINUTE
    raise_rule(enrollment, "R01", again, key="2")

    for minute in (14, 15, 30, 31):
        escalate(at=again + minute * MINUTE, by=SYSTEM)

    concern.refresh_from_db()
    assert concern.escalation == 2
    assert len(alerted()) == 4
