import datetime as dt
import uuid

import pytest
from django.forms.models import model_to_dict

from apps.audit.actors import Actor
from apps.audit.models import AuditEvent
from apps.care.models import CareAssignment, Concern, Enrollment, Status, Task
from apps.care.rules.checkin_flow import AnswerProblem, UnknownQuestionSet
from apps.checkins import services
from apps.checkins.models import CheckinDay, Draft, Submission
from apps.notifications.models import OutboxMessage
from apps.outreach.services.rebuilding import rebuild_status
from tests.conftest import BOSTON
from tests.factories.care import (
    AssignmentFactory,
    SiteFactory,
    StaffFactory,
)
from tests.factories.checkins import CheckinDayFactory, DraftFactory

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = (dt.timedelta(**{each: 1}) for each in ("minutes", "hours", "days"))
LAST = ("last_checkin_on", "last_checkin_at", "last_craving", "last_contact_at")
CALM = {
    "craving_peak": 0,
    "mood": 4,
    "body": ["fine"],
    "confidence": 8,
    "use_reported": "no",
    "contact_request": "no",
}


@pytest.fixture
def enrollment():
    return AssignmentFactory().enrollment


def submit(enrollment, at, answers=CALM, **extra):
    given = {"uuid": uuid.uuid4(), "occurred_at": at, "by": Actor()} | extra
    return services.submit_checkin(
        enrollment=enrollment, answers=answers, at=at, **given
    )


def rules(enrollment):
    """The open concerns as rule and evidence, the most urgent first."""
    return {
        concern.finding["rule"]: concern.finding["evidence"]
        for concern in Concern.objects.open()
        .filter(enrollment=enrollment)
        .order_by("priority")
    }


# -- Kept as sent, merged into its day --------------------------------------------------


def test_a_checkin_is_kept_as_sent_and_makes_its_day(enrollment, noon):
    result = submit(enrollment, noon, language="es")

    sent, day = Submission.objects.get(), CheckinDay.objects.get()
    assert (result.created, result.submission, result.day) == (True, sent, day)
    assert (sent.answers, sent.language, sent.question_set) == (CALM, "es", "2026-12")
    assert (day.answers, day.craving, day.mood, day.confidence) == (CALM, 0, 4, 8)


def test_the_same_uuid_is_taken_once_and_the_first_sending_stands(enrollment, noon):
    first = submit(enrollment, noon, CALM | {"craving_peak": 8})

    again = submit(
        enrollment, noon + HOUR, CALM, uuid=first.submission.uuid, occurred_at=noon
    )

    assert (again.created, again.submission, again.day) == (
        False,
        first.submission,
        first.day,
    )
    assert [day.craving for day in CheckinDay.objects.all()] == [8]


def test_a_day_takes_the_latest_answer_to_each_question(enrollment, noon):
    submit(enrollment, noon, CALM | {"note": "Long day."})

    submit(enrollment, noon + HOUR, {"mood": 2})

    day = CheckinDay.objects.get()
    assert day.answers == CALM | {"mood": 2}
    assert (day.mood, day.note, day.last_at) == (2, "Long day.", noon + HOUR)
    assert [sent.answers.get("mood") for sent in _sent()] == [4, 2]


def _sent():
    return Submission.objects.order_by("received_at")


# -- What arrives late ------------------------------------------------------------------


def test_what_happened_before_fills_gaps_and_covers_nothing(enrollment, noon):
    """Fault: what waited on a phone overwrites what was said after it."""
    submit(enrollment, noon, CALM | {"mood": 5, "note": "Better now."})

    older = CALM | {"mood": 1, "confidence": 1, "note": "Bad morning."}
    late = submit(
        enrollment,
        noon + HOUR,
        older | {"feels_safe": "no", "contact_request": "today"},
        occurred_at=noon - HOUR,
    )

    day = CheckinDay.objects.get()
    assert (day.mood, day.confidence, day.note) == (5, 8, "Better now.")
    assert (day.answers["contact_request"], day.answers["feels_safe"]) == ("no", "no")
    assert (day.first_at, day.last_at) == (noon - HOUR, noon)
    assert [sent.answers["mood"] for sent in _sent()] == [5, 1]
    assert late.submission.answers["note"] == "Bad morning."


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ({"mood": 1, "feels_safe": "no"}, "R01"),
        ({"use_reported": "yes", "use_what": ["opioids"]}, "R02"),
        ({"contact_request": "today"}, "R03"),
        ({"note": "I want to kill myself"}, "R01"),
    ],
)
def test_what_cannot_wait_is_raised_however_late_and_whatever_was_said_since(
    enrollment, noon, said, rule
):
    submit(enrollment, noon, CALM | {"feels_safe": "yes"})

    submit(enrollment, noon + HOUR, CALM | said, occurred_at=noon - HOUR)

    assert rule in rules(enrollment)


def test_a_late_arrival_between_two_others_takes_its_place(enrollment, noon):
    submit(enrollment, noon, CALM | {"mood": 2, "craving_peak": 0})
    submit(enrollment, noon + 2 * HOUR, {"mood": 5})

    submit(
        enrollment,
        noon + 3 * HOUR,
        CALM | {"mood": 3, "confidence": 4},
        occurred_at=noon + HOUR,
    )

    day = CheckinDay.objects.get()
    assert (day.mood, day.confidence) == (5, 4)


def test_answers_that_belong_together_are_not_mixed(enrollment, noon):
    submit(enrollment, noon, CALM | {"use_reported": "no"})

    submit(
        enrollment,
        noon + HOUR,
        CALM | {"use_reported": "yes", "use_what": ["alcohol"]},
        occurred_at=noon - HOUR,
    )

    answers = CheckinDay.objects.get().answers
    assert (answers["use_reported"], "use_what" in answers) == ("no", False)


def test_a_late_arrival_is_unread_again(enrollment, noon):
    submit(enrollment, noon)
    staff = Actor(user_id=StaffFactory().pk, role="STAFF")
    services.mark_seen(days=CheckinDay.objects.all(), at=noon, by=staff)

    submit(enrollment, noon + HOUR, CALM | {"mood": 1}, occurred_at=noon - HOUR)

    assert CheckinDay.objects.get().seen_by is None


@pytest.mark.parametrize(
    "late", [pytest.param(HOUR, id="same day"), pytest.param(2 * DAY, id="day before")]
)
def test_a_late_arrival_does_not_move_the_status_back(enrollment, noon, late):
    """Fault: the board shows somebody as silent who checked in this morning."""
    submit(enrollment, noon, CALM | {"craving_peak": 2, "triggers": ["trg.none"]})

    older = CALM | {"craving_peak": 9, "triggers": ["trg.none"]}
    submit(enrollment, noon + HOUR, older, occurred_at=noon - late)

    status = enrollment.status
    status.refresh_from_db()
    assert (status.last_checkin_on, status.last_checkin_at) == (noon.date(), noon)
    assert (status.last_craving, status.last_contact_at) == (2, noon)


def test_the_status_row_is_what_the_history_gives_in_any_order(enrollment, noon):
    given = [(0, 3), (2, None), (1, 8), (1, 5), (3, 1)]
    for step, (ago, craving) in enumerate(given):
        answers = (
            {"one_tap": "OK"}
            if craving is None
            else CALM
            | {
                "craving_peak": craving,
                "triggers": ["trg.none"],
            }
        )
        at = noon + (step + 1) * HOUR
        submit(enrollment, at, answers, occurred_at=noon - ago * DAY - step * MINUTE)
    enrollment.status.refresh_from_db()
    kept = model_to_dict(enrollment.status)

    rebuilt = rebuild_status(enrollment=enrollment, at=noon)

    assert {key: getattr(rebuilt, key) for key in LAST} == {
        key: kept[key] for key in LAST
    }


# -- Twice on one day -------------------------------------------------------------------


def test_two_whole_check_ins_of_a_day_are_told_once(enrollment, noon, actor):
    submit(enrollment, noon)
    submit(enrollment, noon + HOUR, CALM | {"mood": 1}, occurred_at=noon - HOUR)
    submit(enrollment, noon + 2 * HOUR, CALM, occurred_at=noon - 2 * HOUR)
    told = CheckinDay.objects.twice_unread().get()

    services.mark_twice_read(client=enrollment.client, at=noon, by=actor)

    assert (told.twice_at, CheckinDay.objects.twice_unread().count()) == (
        noon + HOUR,
        0,
    )


@pytest.mark.parametrize(
    "second",
    [{"mood": 1}, {"craving_peak": 3}, {"note": "More."}, {"use_reported": "yes"}],
)
def test_a_change_is_not_a_second_check_in(enrollment, noon, second):
    submit(enrollment, noon)

    submit(enrollment, noon + HOUR, second)

    assert not CheckinDay.objects.twice_unread().exists()


def test_a_tap_and_a_whole_check_in_are_not_two(enrollment, noon):
    submit(enrollment, noon, {"one_tap": "GOOD"})

    submit(enrollment, noon + HOUR)

    assert not CheckinDay.objects.twice_unread().exists()


# ---------------------------------------------------------------------------------------


def test_a_correction_that_hides_a_question_drops_its_answer(enrollment, noon):
    submit(
        enrollment, noon, CALM | {"craving_peak": 6, "triggers": ["trg.time.payday"]}
    )

    submit(enrollment, noon + HOUR, {"craving_peak": 0})

    assert "triggers" not in CheckinDay.objects.get().answers


def test_a_correction_never_takes_back_the_concern_of_a_safety_answer(enrollment, noon):
    submit(enrollment, noon, CALM | {"mood": 1, "feels_safe": "no"})

    submit(enrollment, noon + HOUR, {"mood": 4, "feels_safe": "yes"})

    assert "R01" in rules(enrollment)
    assert CheckinDay.objects.get().answers["feels_safe"] == "yes"


def test_what_comes_later_is_unread_again(enrollment, noon):
    submit(enrollment, noon)
    staff = Actor(user_id=StaffFactory().pk, role="STAFF")
    services.mark_seen(days=CheckinDay.objects.all(), at=noon, by=staff)

    submit(enrollment, noon + HOUR, {"mood": 2})

    assert CheckinDay.objects.get().seen_by is None


def test_the_one_tap_is_contact_and_gives_way_to_a_whole_checkin(enrollment, noon):
    submit(enrollment, noon, {"one_tap": "HARD"}, kind=Submission.Kind.ONE_TAP)
    tapped = CheckinDay.objects.get()

    submit(enrollment, noon + HOUR)

    whole = CheckinDay.objects.get()
    assert (tapped.one_tap, tapped.craving, tapped.is_whole) == ("HARD", None, False)
    assert (whole.one_tap, whole.craving, whole.is_whole) == ("", 0, True)


def test_a_tap_after_a_whole_checkin_changes_no_answer(enrollment, noon):
    submit(enrollment, noon)

    submit(enrollment, noon + HOUR, {"one_tap": "HARD", "feels_safe": "no"})

    day = CheckinDay.objects.get()
    assert (day.one_tap, day.answers) == ("", CALM | {"feels_safe": "no"})
    assert "R01" in rules(enrollment)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        pytest.param({}, "This one needs an answer.", id="nothing"),
        pytest.param({"mood": 3}, "This one needs an answer.", id="needed missing"),
        pytest.param(CALM | {"craving_peak": 11}, "from 0 to 10", id="too high"),
        pytest.param(CALM | {"craving_peak": True}, "from 0 to 10", id="no number"),
        pytest.param(CALM | {"body": 5}, "Choose from the list.", id="no list"),
        pytest.param(
            CALM | {"craving_peak": 3, "triggers": ["trg.own.1"]},
            "Choose from the list.",
            id="somebody else's own words",
        ),
    ],
)
def test_an_answer_that_cannot_be_taken_is_refused_in_plain_words(
    enrollment, noon, answers, said
):
    with pytest.raises(AnswerProblem) as refused:
        submit(enrollment, noon, answers)

    assert said in refused.value.text.en
    assert not Submission.objects.exists()


def test_an_unknown_question_set_is_refused(enrollment, noon):
    with pytest.raises(UnknownQuestionSet):
        submit(enrollment, noon, question_set="1999-01")


@pytest.mark.parametrize("state", ["INVITED", "ENDED"])
def test_without_running_care_nothing_is_taken(enrollment, noon, state):
    enrollment.state = state

    with pytest.raises(services.NotInCare):
        submit(enrollment, noon)


def test_sending_clears_its_draft_and_what_is_long_forgotten(enrollment, noon):
    draft = DraftFactory(client=enrollment.client)
    other = DraftFactory(client=enrollment.client, local_on=noon.date() - DAY)
    DraftFactory(client=enrollment.client, kind="MOMENT", changed_at=noon - 8 * DAY)

    submit(enrollment, noon, uuid=draft.uuid)

    assert list(Draft.objects.all()) == [other]


# -- Which day --------------------------------------------------------------------------


def wall(*parts):
    return dt.datetime(*parts, tzinfo=BOSTON).astimezone(dt.UTC)


@pytest.mark.parametrize(
    ("occurred", "day"),
    [
        pytest.param(wall(2026, 10, 14, 3, 59), dt.date(2026, 10, 13), id="3:59"),
        pytest.param(wall(2026, 10, 14, 4, 0), dt.date(2026, 10, 14), id="4:00"),
        # The night of the change has 25 hours; 3:59 comes after the second 1:30.
        pytest.param(wall(2026, 11, 1, 3, 59), dt.date(2026, 10, 31), id="autumn 3:59"),
        pytest.param(wall(2026, 11, 1, 4, 0), dt.date(2026, 11, 1), id="autumn 4:00"),
        pytest.param(wall(2027, 3, 14, 3, 59), dt.date(2027, 3, 13), id="spring 3:59"),
        pytest.param(wall(2027, 3, 14, 4, 0), dt.date(2027, 3, 14), id="spring 4:00"),
    ],
)
def test_a_day_begins_at_four_in_the_clients_own_zone(enrollment, occurred, day):
    submit(enrollment, occurred)

    assert CheckinDay.objects.get().local_on == day


def test_a_client_elsewhere_has_another_day(enrollment):
    enrollment.client.timezone = "America/Los_Angeles"

    submit(enrollment, wall(2026, 10, 14, 6, 0))

    assert CheckinDay.objects.get().local_on == dt.date(2026, 10, 13)


@pytest.mark.parametrize("back", [0, 1, 2])
def test_today_and_the_two_days_before_can_be_filled_in(enrollment, noon, back):
    on = noon.date() - back * DAY

    submit(enrollment, noon, local_on=on)

    day = CheckinDay.objects.get()
    assert (day.local_on, day.first_at) == (on, noon)


@pytest.mark.parametrize("back", [-1, 3])
def test_other_days_are_closed(enrollment, noon, back):
    with pytest.raises(services.DayClosed):
        submit(enrollment, noon, local_on=noon.date() - back * DAY)


def test_an_answer_that_waited_on_the_phone_belongs_to_its_own_day(enrollment, noon):
    submit(enrollment, noon, occurred_at=noon - 6 * DAY)

    sent, day = Submission.objects.get(), CheckinDay.objects.get()
    assert (sent.occurred_at, sent.received_at) == (noon - 6 * DAY, noon)
    assert day.local_on == noon.date() - 6 * DAY


@pytest.mark.parametrize(
    "off",
    [
        pytest.param(2 * DAY, id="ahead"),
        pytest.param(-400 * DAY, id="before the care began"),
    ],
)
def test_a_phone_clock_that_cannot_be_right_is_not_believed(enrollment, noon, off):
    submit(enrollment, noon, occurred_at=noon + off)

    assert Submission.objects.get().occurred_at == noon
    assert CheckinDay.objects.get().local_on == noon.date()


# -- What it sets off -------------------------------------------------------------------


def test_the_status_row_and_the_clocks_hear_of_it(enrollment, noon):
    submit(enrollment, noon, CALM | {"craving_peak": 5}, occurred_at=noon - HOUR)

    status = Status.objects.get(enrollment=enrollment)
    assert (status.last_checkin_on, status.last_checkin_at, status.last_craving) == (
        noon.date(),
        noon - HOUR,
        5,
    )
    assert status.last_contact_at == noon - HOUR
    assert enrollment.due_moment.at == noon


def test_the_audit_row_names_fields_and_no_values(enrollment, noon):
    submit(enrollment, noon)

    event = AuditEvent.objects.get(action="checkins.submitted")
    assert event.client_id == enrollment.client_id
    assert event.field_names == sorted(CALM)


def test_craving_eight_payday_and_a_call_are_two_reasons_at_once(enrollment, noon):
    answers = CALM | {
        "craving_peak": 8,
        "triggers": ["trg.time.payday"],
        "contact_request": "today",
        "feels_safe": "yes",
    }

    result = submit(enrollment, noon, answers)

    found = rules(enrollment)
    assert (
        found["R05"] | {"craving": 8, "triggers": ["trg.time.payday"]} == found["R05"]
    )
    assert "R03" in found
    assert len(result.concerns) == len(found)
    assert Status.objects.get(enrollment=enrollment).open_priority == 2


def test_rather_not_say_never_counts_as_use(enrollment, noon):
    submit(enrollment, noon, CALM | {"use_reported": "rather_not"})

    assert rules(enrollment) == {}


@pytest.mark.parametrize(
    ("before", "jumps"),
    [
        pytest.param([2, 2, 2], False, id="three answers are too few"),
        pytest.param([2, 2, 2, 2], True, id="four answers"),
        pytest.param([2, 2, 2, None], False, id="a missing answer is no zero"),
    ],
)
def test_a_craving_jump_needs_four_answers_in_seven_days(
    enrollment, noon, before, jumps
):
    for back, craving in enumerate(before, start=1):
        CheckinDayFactory(
            enrollment=enrollment, local_on=noon.date() - back * DAY, craving=craving
        )

    submit(enrollment, noon, CALM | {"craving_peak": 6})

    assert ("R06" in rules(enrollment)) == jumps


def test_danger_reaches_the_person_on_call_at_once(enrollment, noon):
    site = enrollment.program.site
    site.on_call = StaffFactory(organization_id=enrollment.organization_id)
    site.save()

    submit(enrollment, noon, CALM | {"mood": 1, "feels_safe": "no"})

    [task] = Task.objects.all()
    [message] = OutboxMessage.objects.all()
    assert (task.assignee, task.priority, task.due_at) == (site.on_call, 1, noon)
    assert (message.staff, message.purpose) == (site.on_call, "STAFF_ALERT")
    assert rules(enrollment)["R01"]["feels_safe"] == "no"


def test_the_person_on_call_may_open_the_record_for_a_while(enrollment, noon):
    site = enrollment.program.site
    site.on_call = StaffFactory(organization_id=enrollment.organization_id)
    site.save()

    submit(enrollment, noon, CALM | {"mood": 1, "feels_safe": "no"})

    def opens(at):
        return Enrollment.objects.on_caseload_of(site.on_call, at).exists()

    assert (opens(noon), opens(noon + 3 * DAY)) == (True, False)


def test_without_somebody_on_call_the_own_counselor_is_told(enrollment, noon):
    counselor = CareAssignment.objects.get(enrollment=enrollment).staff

    submit(enrollment, noon, CALM | {"use_reported": "yes", "use_what": ["opioids"]})

    assert "R02" in rules(enrollment)
    assert [task.assignee for task in Task.objects.all()] == [counselor]
    assert [m.staff for m in OutboxMessage.objects.all()] == [counselor]
    assert CareAssignment.objects.count() == 1


def test_the_reason_given_after_a_no_refines_the_concern_and_alerts_nobody_again(
    enrollment, noon
):
    submit(enrollment, noon, CALM | {"mood": 1, "feels_safe": "no"})

    submit(enrollment, noon, {"unsafe_because": "someone"})

    assert rules(enrollment)["R01"]["because"] == "someone"
    assert (Task.objects.count(), OutboxMessage.objects.count()) == (1, 1)


def test_danger_and_use_in_one_sending_are_one_call(enrollment, noon):
    submit(
        enrollment,
        noon,
        CALM | {"use_reported": "yes", "use_what": ["opioids"], "feels_safe": "no"},
    )

    assert {"R01", "R02"} <= rules(enrollment).keys()
    assert [task.details["rule"] for task in Task.objects.all()] == ["R01"]
    assert OutboxMessage.objects.count() == 1


def test_who_left_is_not_called(enrollment, noon):
    """Fault: the task and the message go to an account nobody opens any more."""
    counselor = CareAssignment.objects.get(enrollment=enrollment).staff
    site = enrollment.program.site
    site.on_call = StaffFactory(
        organization_id=enrollment.organization_id, is_active=False
    )
    site.save()

    submit(enrollment, noon, CALM | {"mood": 1, "feels_safe": "no"})

    assert [task.assignee for task in Task.objects.all()] == [counselor]


@pytest.fixture
def nurse(enrollment):
    """Of every site; the one of another site and the one who left are not asked."""
    house = enrollment.organization_id
    ours = StaffFactory(organization_id=house, role="NURSE")
    left = StaffFactory(organization_id=house, role="NURSE", is_active=False)
    left.staff_roles.update(site=enrollment.program.site)
    elsewhere = StaffFactory(organization_id=house, role="NURSE").staff_roles.get()
    elsewhere.site = SiteFactory(organization=enrollment.program.site.organization)
    elsewhere.save()
    return ours


SICK = {"use_reported": "yes", "use_what": ["alcohol"], "body": ["sick"]}


@pytest.mark.parametrize("is_open", [True, False])
def test_what_is_about_medicine_is_the_nurses_while_the_site_is_open(
    enrollment, nurse, noon, is_open
):
    """Fault: the nurse is called at night, or a missed medicine waits for a counselor."""
    counselor = CareAssignment.objects.get(enrollment=enrollment).staff
    at = noon if is_open else noon + 10 * HOUR

    submit(enrollment, at, CALM | SICK)

    [task] = Task.objects.all()
    assert task.details["rule"] == "R21"
    assert task.assignee == (nurse if is_open else counselor)
    assert [m.staff for m in OutboxMessage.objects.all()] == [task.assignee]
    assert Enrollment.objects.on_caseload_of(task.assignee, at).exists()


def test_danger_beside_medicine_calls_each_once(enrollment, nurse, noon):
    """Fault: the first reason found keeps the second from who can help with it."""
    counselor = CareAssignment.objects.get(enrollment=enrollment).staff

    submit(enrollment, noon, CALM | SICK | {"feels_safe": "no"})

    calls = {task.assignee: task.details["rule"] for task in Task.objects.all()}
    assert calls == {counselor: "R01", nurse: "R21"}
    assert {m.staff for m in OutboxMessage.objects.all()} == {counselor, nurse}


def test_the_nurse_of_the_site_goes_before_the_one_of_every_site(
    enrollment, nurse, noon
):
    own = StaffFactory(organization_id=enrollment.organization_id, role="NURSE")
    own.staff_roles.update(site=enrollment.program.site)

    submit(enrollment, noon, CALM | SICK)

    assert Task.objects.get().assignee == own


def test_a_site_without_hours_still_hears_of_danger(enrollment, noon):
    site = enrollment.program.site
    site.staffed_hours = {}
    site.save()

    submit(enrollment, noon, CALM | {"contact_request": "today", "feels_safe": "no"})

    assert {"R01", "R03"} <= rules(enrollment).keys()


def test_not_feeling_safe_again_is_told_again(enrollment, noon):
    submit(enrollment, noon, CALM | {"mood": 1, "feels_safe": "no"})

    submit(enrollment, noon + HOUR, {"feels_safe": "no"})

    assert OutboxMessage.objects.count() == 2


def test_correcting_another_answer_repeats_no_concern(enrollment, noon):
    submit(enrollment, noon, CALM | {"mood": 1, "feels_safe": "no"})
    Concern.objects.update(resolved_at=noon)

    submit(enrollment, noon + HOUR, {"confidence": 7})

    assert rules(enrollment) == {}


def test_words_of_danger_in_the_note_count_like_a_no(enrollment, noon):
    submit(enrollment, noon, note="I want to die")

    assert rules(enrollment)["R01"]["words"] is True


def test_no_answer_leaves_the_database_in_the_clear(enrollment, noon):
    submit(
        enrollment,
        noon,
        CALM | {"use_reported": "yes", "use_what": ["opioids"], "note": "Bad day"},
    )

    rows = [
        repr(list(model.objects.values()))
        for model in (Submission, CheckinDay, Concern, Task, OutboxMessage, AuditEvent)
    ]
    assert [word for word in ("opioids", "Bad day", "R02") if word in str(rows)] == []
