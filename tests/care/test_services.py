import datetime as dt

import pytest

from apps.audit.actors import Actor
from apps.audit.models import AuditEvent
from apps.care.models import Concern, ContactPoint, Enrollment, Placement, Status, Task
from apps.care.services import concerns, enrollments, placements, tasks
from tests.factories.care import (
    AssignmentFactory,
    ClientFactory,
    EnrollmentFactory,
    LevelFactory,
    OrganizationFactory,
    StaffFactory,
    StaffRoleFactory,
)

pytestmark = pytest.mark.django_db
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def raised(enrollment, at, *, rule="R05", priority=2, key="a", craving=8):
    return concerns.raise_concern(
        enrollment=enrollment,
        rule=rule,
        version=1,
        evidence={"craving": craving},
        priority=priority,
        due_at=at + HOUR,
        source="CHECKIN",
        source_key=key,
        at=at,
        by=Actor(),
    )


@pytest.fixture
def clinician():
    role = StaffRoleFactory()
    return Actor(
        user_id=role.user_id, role="STAFF", organization_id=role.organization_id
    )


def test_a_concern_is_raised_once_for_its_source(noon):
    enrollment = EnrollmentFactory()

    first, again = raised(enrollment, noon), raised(enrollment, noon)

    assert first == again
    assert Concern.objects.count() == 1


def test_the_same_rule_again_refreshes_the_open_concern(noon):
    enrollment = EnrollmentFactory()
    first = raised(enrollment, noon, key="a")

    second = raised(enrollment, noon + DAY, key="b")

    assert (second.pk, second.due_at) == (first.pk, noon + HOUR)


def test_a_concern_puts_the_client_on_the_board(noon):
    enrollment = EnrollmentFactory()

    raised(enrollment, noon, rule="R11", priority=4, key="x")
    raised(enrollment, noon, rule="R05", priority=2, key="y")

    status = Status.objects.get(enrollment=enrollment)
    assert (status.open_priority, status.open_due_at) == (2, noon + HOUR)


def test_what_is_sealed_names_no_rule_in_the_columns(noon):
    concern = raised(EnrollmentFactory(), noon)

    row = Concern.objects.filter(pk=concern.pk).values().get()

    assert b"R05" not in row["finding"].token
    assert "R05" not in row["rule_index"] + row["fingerprint"]


def test_closing_takes_the_client_off_the_board(noon, clinician):
    enrollment = EnrollmentFactory()
    concern = raised(enrollment, noon)

    concerns.resolve_concern(concern=concern, outcome="REACHED", at=noon, by=clinician)

    status = Status.objects.get(enrollment=enrollment)
    assert (status.open_priority, status.last_human_contact_at) == (None, noon)


@pytest.mark.parametrize(
    ("priority", "later", "comes_back"),
    [
        pytest.param(2, dt.timedelta(hours=23), False, id="quiet for a day"),
        pytest.param(2, dt.timedelta(hours=25), True, id="after a day"),
        pytest.param(3, dt.timedelta(days=6), False, id="quiet for a week"),
        pytest.param(3, dt.timedelta(days=8), True, id="after a week"),
        pytest.param(1, dt.timedelta(minutes=1), True, id="safety is never silenced"),
    ],
)
def test_a_closed_rule_leaves_people_in_peace(
    noon, clinician, priority, later, comes_back
):
    enrollment = EnrollmentFactory()
    first = raised(enrollment, noon, priority=priority)
    concerns.resolve_concern(concern=first, outcome="REACHED", at=noon, by=clinician)

    again = raised(enrollment, noon + later, priority=priority, key="later")

    assert (again is not None) == comes_back


def test_a_worse_value_breaks_the_silence(noon, clinician):
    enrollment = EnrollmentFactory()
    first = raised(enrollment, noon)
    concerns.resolve_concern(concern=first, outcome="REACHED", at=noon, by=clinician)

    again = raised(enrollment, noon + HOUR, key="worse", craving=10)

    assert again is not None


def test_safety_is_closed_by_a_clinician_only(noon, clinician):
    concern = raised(EnrollmentFactory(), noon, rule="R01", priority=1)
    driver = StaffRoleFactory(role="CASE_MANAGER")

    with pytest.raises(concerns.NeedsClinician):
        concerns.resolve_concern(
            concern=concern,
            outcome="REACHED",
            at=noon,
            by=Actor(user_id=driver.user_id),
        )
    concerns.resolve_concern(concern=concern, outcome="REACHED", at=noon, by=clinician)

    concern.refresh_from_db()
    assert concern.resolved_at == noon


def test_a_long_silence_ends_with_a_word_or_with_a_day(noon, clinician):
    """Fault: one press, and the silence of somebody with opioids behind them is forgotten."""
    concern = raised(EnrollmentFactory(), noon, rule="R22", priority=1)
    said = {"concern": concern, "outcome": "LEFT_MESSAGE", "at": noon}
    driver = Actor(user_id=StaffRoleFactory(role="CASE_MANAGER").user_id)

    for day in (None, noon.date() - dt.timedelta(days=1)):
        with pytest.raises(concerns.NeedsDecision):
            concerns.resolve_concern(**said, decided_until=day, by=clinician)
    with pytest.raises(concerns.NeedsClinician):
        concerns.resolve_concern(**said, decided_until=noon.date(), by=driver)
    concerns.resolve_concern(**said, decided_until=noon.date(), by=clinician)

    concern.refresh_from_db()
    assert concern.decided_until == noon.date()
    concerns.reopen_concern(concern=concern, at=noon, by=clinician)
    concerns.resolve_concern(**(said | {"outcome": "REACHED"}), by=driver)


def test_no_action_needs_words(noon, clinician):
    concern = raised(EnrollmentFactory(), noon)

    with pytest.raises(concerns.OutcomeNeedsWords):
        concerns.resolve_concern(
            concern=concern, outcome="NO_ACTION", note=" ", at=noon, by=clinician
        )


def test_two_people_closing_one_concern_the_second_is_told(noon, clinician):
    concern = raised(EnrollmentFactory(), noon)
    concerns.resolve_concern(concern=concern, outcome="REACHED", at=noon, by=clinician)

    with pytest.raises(concerns.AlreadyResolved):
        concerns.resolve_concern(
            concern=concern, outcome="LEFT_MESSAGE", at=noon, by=clinician
        )


def test_a_claim_belongs_to_the_first(noon):
    concern = raised(EnrollmentFactory(), noon)
    first, second = (Actor(user_id=StaffFactory().pk) for _ in range(2))
    concerns.claim_concern(concern=concern, at=noon, by=first)

    with pytest.raises(concerns.AlreadyClaimed):
        concerns.claim_concern(concern=concern, at=noon, by=second)


def test_a_task_is_made_once_for_its_source(noon):
    assignment = AssignmentFactory()
    task = {
        "kind": Task.Kind.CALL,
        "organization_id": assignment.enrollment.organization_id,
        "assignee": assignment.staff,
        "source": "STEP",
        "source_key": "1",
        "due_at": noon,
        "at": noon,
        "by": Actor(),
        "enrollment": assignment.enrollment,
    }

    tasks.create_task(**task)
    tasks.create_task(**task)

    assert Task.objects.count() == 1
    assert AuditEvent.objects.filter(action="care.task_created").count() == 1


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        pytest.param([], "PRIMARY", id="own counselor"),
        pytest.param(["COVERING"], "COVERING", id="while a colleague covers"),
        pytest.param(["SUPERVISING"], "PRIMARY", id="before the supervisor"),
    ],
)
def test_who_is_asked(noon, others, expected):
    enrollment = EnrollmentFactory()
    for role in ["PRIMARY", *others]:
        AssignmentFactory(enrollment=enrollment, role=role)

    chosen = tasks.primary_counselor(enrollment, noon)

    assert enrollment.assignments.get(staff=chosen).role == expected


def test_a_counselor_who_left_is_not_asked(noon):
    enrollment = EnrollmentFactory()
    AssignmentFactory(enrollment=enrollment, staff=StaffFactory(is_active=False))
    supervisor = AssignmentFactory(enrollment=enrollment, role="SUPERVISING")

    assert tasks.primary_counselor(enrollment, noon) == supervisor.staff


@pytest.mark.parametrize(
    ("born", "accepted"),
    [
        pytest.param(dt.date(2008, 10, 14), True, id="eighteen today"),
        pytest.param(dt.date(2008, 10, 15), False, id="eighteen tomorrow"),
    ],
)
def test_only_adults_are_registered(noon, actor, born, accepted):
    def register():
        return enrollments.register_client(
            organization=OrganizationFactory(),
            preferred_name="Jo",
            surname="Sample",
            birth_date=born,
            at=noon,
            by=actor,
        )

    if accepted:
        assert register().preferred_name == "Jo"
    else:
        with pytest.raises(enrollments.TooYoung):
            register()


def test_one_number_belongs_to_one_client(noon, actor):
    mine = {"kind": "PHONE", "value": "(617) 555-0142", "at": noon, "by": actor}
    first = enrollments.add_contact_point(client=ClientFactory(), **mine)

    with pytest.raises(enrollments.AddressTaken):
        enrollments.add_contact_point(
            client=ClientFactory(), **mine | {"value": "+16175550142"}
        )

    assert first.value == "+16175550142"
    assert ContactPoint.objects.count() == 1


def test_a_step_down_adds_a_placement_and_rewrites_nothing(noon, actor):
    enrollment = EnrollmentFactory()
    before = enrollment.placements.get()
    outpatient = LevelFactory(
        organization=enrollment.organization, code="OP", days_min=1, days_max=2
    )

    placements.change_placement(
        enrollment=enrollment,
        level=outpatient,
        program=enrollment.program,
        weekdays=[3],
        from_on=dt.date(2026, 10, 19),
        at=noon,
        by=actor,
    )

    before.refresh_from_db()
    assert before.to_on == dt.date(2026, 10, 18)
    on = Placement.objects.filter(enrollment=enrollment).on
    assert on(dt.date(2026, 10, 18)).get() == before
    assert on(dt.date(2026, 10, 19)).get().level == outpatient


def test_a_placement_outside_the_days_of_its_level_is_refused(noon, actor):
    enrollment = EnrollmentFactory()

    with pytest.raises(enrollments.WeekdaysDoNotFit):
        placements.change_placement(
            enrollment=enrollment,
            level=enrollment.placements.get().level,
            program=enrollment.program,
            weekdays=[1, 2],
            from_on=noon.date(),
            at=noon,
            by=actor,
        )


@pytest.mark.parametrize(
    ("role", "caseload", "roster"),
    [
        pytest.param("PRIMARY", 1, 1, id="own counselor"),
        pytest.param("CO", 1, 1, id="shared client"),
        pytest.param("FACILITATING", 0, 1, id="leads the room only"),
    ],
)
def test_records_open_by_assignment(noon, role, caseload, roster):
    assignment = AssignmentFactory(role=role)
    EnrollmentFactory()

    seen = Enrollment.objects.on_caseload_of(assignment.staff, noon)
    on_roster = Enrollment.objects.on_roster_of(assignment.staff, noon)

    assert (seen.count(), on_roster.count()) == (caseload, roster)


@pytest.mark.parametrize(
    ("since", "until", "sees"),
    [
        pytest.param(-2 * DAY, DAY, True, id="during"),
        pytest.param(DAY, 2 * DAY, False, id="before"),
        pytest.param(-2 * DAY, -HOUR, False, id="after"),
    ],
)
def test_cover_opens_records_only_while_it_runs(noon, since, until, sees):
    cover = AssignmentFactory(role="COVERING", since=noon + since, until=noon + until)

    assert Enrollment.objects.on_caseload_of(cover.staff, noon).exists() == sees
