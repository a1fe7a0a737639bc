"""What waited on a phone: the same concerns stand in the end, whatever came first."""

import datetime as dt
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.audit.actors import SYSTEM, Actor
from apps.care.models import Concern, Status
from apps.care.rules import triage
from apps.care.services.concerns import resolve_concern
from apps.checkins import services
from apps.checkins.models import Moment
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory
from tests.factories.checkins import CheckinDayFactory

pytestmark = pytest.mark.django_db
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
CALM = {
    "craving_peak": 1,
    "mood": 4,
    "body": ["fine"],
    "confidence": 8,
    "use_reported": "no",
    "contact_request": "no",
}
# When the phone finds a network again.
ARRIVED = NOON + HOUR


def somebody(**profile):
    enrollment = AssignmentFactory(
        enrollment__started_on=NOON.date() - 60 * DAY
    ).enrollment
    enrollment.client.profile = profile
    enrollment.client.save()
    return enrollment


@pytest.fixture
def enrollment():
    return somebody()


def answer(enrollment, days_ago, at=ARRIVED, answers=None, **said):
    occurred_at = NOON - days_ago * DAY
    return services.submit_checkin(
        enrollment=enrollment,
        uuid=said.pop("uuid", None) or uuid.uuid4(),
        answers=answers if answers is not None else CALM | said,
        occurred_at=occurred_at,
        at=at,
        by=Actor(),
    )


def log(enrollment, hours_ago, craving, at=ARRIVED, **details):
    moment, _new = services.log_moment(
        enrollment=enrollment,
        uuid=uuid.uuid4(),
        craving=craving,
        details=details,
        occurred_at=NOON - hours_ago * HOUR,
        at=at,
        by=Actor(),
    )
    return moment


def standing(enrollment):
    return {
        concern.finding["rule"]: concern.finding["evidence"]
        for concern in Concern.objects.open().filter(enrollment=enrollment)
    }


def earlier(enrollment, first, *cravings):
    for n, craving in enumerate(cravings):
        CheckinDayFactory(
            enrollment=enrollment,
            local_on=NOON.date() - (first - n) * DAY,
            craving=craving,
        )


# -- In any order -----------------------------------------------------------------------

daily = st.fixed_dictionaries(
    {
        "craving_peak": st.integers(0, 10),
        "mood": st.integers(1, 5),
        "confidence": st.integers(0, 10),
        "body": st.sampled_from([["fine"], ["sick"], ["med_not_today"], ["med_taken"]]),
        "use_reported": st.sampled_from(["no", "no", "yes", "rather_not"]),
        "feels_safe": st.sampled_from(["yes", "yes", "no"]),
    }
).map(
    lambda said: (
        CALM
        | said
        | {"triggers": ["trg.feel.stress"]}
        | ({"use_what": ["alcohol"]} if said["use_reported"] == "yes" else {})
    )
)
items = st.tuples(
    st.dictionaries(st.integers(0, 12), daily, min_size=2, max_size=8),
    st.lists(
        st.tuples(st.integers(1, 72), st.integers(0, 10)),
        max_size=4,
        unique_by=lambda moment: moment[0],
    ),
)


@given(data=st.data(), said=items, has_history=st.booleans())
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_the_order_of_arrival_changes_nothing_in_the_end(data, said, has_history):
    """Fault: a rise over a gap that was filled, a second day without medicine that came
    first, the third hard moment of a day that came before the second."""
    days, moments = said
    calls = [("day", ago, answers) for ago, answers in days.items()]
    calls += [("moment", *moment) for moment in moments]
    in_order = sorted(calls, key=lambda each: each[1] * (24 if each[0] == "day" else 1))
    shuffled = data.draw(st.permutations(calls))
    profile = {"medications": ["naltrexone"], "opioid_history": has_history}
    both = []
    for order in (in_order[::-1], shuffled):
        enrollment = somebody(**profile)
        for kind, ago, value in order:
            if kind == "day":
                answer(enrollment, ago, answers=value)
            else:
                log(enrollment, ago, value)
        both.append(
            {
                rule: triage.said_at(evidence)
                for rule, evidence in standing(enrollment).items()
            }
        )

    assert both[0].keys() == both[1].keys()
    # The evidence is of the newest answer, too: not of the one that came last.
    trends = set(triage.TRENDS) | {"R01", "R03", "R05"}
    assert {rule: at for rule, at in both[0].items() if rule in trends} == {
        rule: at for rule, at in both[1].items() if rule in trends
    }


def test_sent_twice_changes_nothing(enrollment):
    key = uuid.uuid4()
    answer(enrollment, 1, uuid=key, craving_peak=9, feels_safe="no")
    before = standing(enrollment), list(Concern.objects.values())

    answer(enrollment, 1, at=ARRIVED + HOUR, uuid=key, craving_peak=9, feels_safe="no")

    assert (standing(enrollment), list(Concern.objects.values())) == before


def test_a_gap_that_is_filled_ends_a_rise_that_never_was(enrollment):
    for ago, craving in ((4, 3), (2, 5), (0, 6)):
        answer(enrollment, ago, craving_peak=craving)
    assert standing(enrollment)["R07"]["cravings"] == [3, 5, 6]

    answer(enrollment, 1, craving_peak=7)

    assert "R07" not in standing(enrollment)


def test_the_first_of_two_days_without_medicine_may_come_last():
    enrollment = somebody(medications=["naltrexone"])
    answer(enrollment, 0, body=["med_not_today"])
    assert standing(enrollment) == {}

    answer(enrollment, 1, body=["med_not_today"])

    assert standing(enrollment)["R10"]["days"] == 2


def test_sick_is_heard_when_the_drinking_before_it_arrives():
    """Fault: safety judged only by what had arrived before it."""
    enrollment = somebody(medications=["naltrexone"])
    answer(enrollment, 0, body=["sick"])

    answer(enrollment, 2, use_reported="yes", use_what=["alcohol"])

    assert standing(enrollment)["R21"]["because"] == ["sick"]


def test_three_hard_moments_of_a_day_may_come_backwards(enrollment):
    for hours_ago in (1, 5, 9):
        log(enrollment, hours_ago, 4)

    assert standing(enrollment)["R18"]["logs"] == 3


def test_an_older_answer_does_not_cover_a_newer_one(enrollment):
    answer(enrollment, 0, craving_peak=9)

    answer(enrollment, 1, craving_peak=8)

    assert standing(enrollment)["R05"]["craving"] == 9
    assert Concern.objects.open().count() == 1


def test_a_late_answer_says_when_it_was_given_and_when_it_came(enrollment):
    answer(enrollment, 1, craving_peak=9)

    evidence = standing(enrollment)["R05"]
    assert (evidence["at"], evidence["received"], evidence["late_hours"]) == (
        "2026-10-13T12:00",
        "2026-10-14T13:00",
        25,
    )
    assert triage.sentence("R05", evidence, "en").endswith("Received 25 h late.")


# -- Opening, refreshing, clearing, keeping still ----------------------------------------


@pytest.mark.parametrize(("third", "is_open"), [(5, False), (6, True)])
def test_three_calm_answers_clear_a_high_craving_in_their_own_transaction(
    enrollment, third, is_open
):
    answer(enrollment, 3, at=NOON - 3 * DAY, craving_peak=9)
    answer(enrollment, 2, at=NOON - 2 * DAY, craving_peak=2)
    answer(enrollment, 1, at=NOON - 1 * DAY, craving_peak=5)

    answer(enrollment, 0, at=NOON, craving_peak=third)

    assert ("R05" in standing(enrollment)) is is_open
    assert (Status.objects.get(enrollment=enrollment).open_priority == 2) is is_open


def test_a_strong_moment_that_comes_after_the_calm_days_is_closed_with_them(enrollment):
    for ago in (2, 1, 0):
        answer(enrollment, ago, craving_peak=2)

    log(enrollment, 24 * 3, 9)

    assert standing(enrollment) == {}
    assert Moment.objects.count() == Concern.objects.count() == 1


def test_a_rise_ends_when_it_falls(enrollment):
    for ago, craving in ((3, 3), (2, 5), (1, 6)):
        answer(enrollment, ago, craving_peak=craving)

    answer(enrollment, 0, craving_peak=5)

    assert "R07" not in standing(enrollment)


def test_a_correction_ends_a_jump_that_never_was_and_no_safety(enrollment):
    earlier(enrollment, 4, 1, 1, 1, 1)
    answer(enrollment, 0, craving_peak=7, feels_safe="no")
    assert {"R01", "R06"} <= standing(enrollment).keys()

    answer(enrollment, 0, at=ARRIVED + HOUR, answers={"craving_peak": 1})
    answer(enrollment, 0, at=ARRIVED + HOUR, answers={"feels_safe": "yes"})

    assert standing(enrollment).keys() == {"R01"}


def test_a_check_in_ends_the_silence_at_once(enrollment):
    from apps.care.services.concerns import raise_concern

    raise_concern(
        enrollment=enrollment,
        rule="R11",
        version=1,
        evidence={"last": "2026-10-08", "usual": 5},
        priority=4,
        due_at=NOON,
        source="outreach",
        source_key="2026-10-08",
        at=NOON - DAY,
        by=SYSTEM,
    )

    answer(enrollment, 0)

    assert standing(enrollment) == {}


def test_said_again_a_week_begins_anew(enrollment):
    """Fault: a week counted from the first word closes what was said again yesterday."""
    answer(enrollment, 8, at=NOON - 8 * DAY, confidence=2)
    answer(enrollment, 2, at=NOON - 2 * DAY, confidence=3)

    answer(enrollment, 0, at=NOON)

    assert standing(enrollment)["R08"]["confidence"] == 3


def test_a_call_asked_for_again_is_never_silenced(enrollment):
    """Fault: they are told who calls, and nobody is asked to."""
    answer(enrollment, 0, at=NOON, contact_request="today")
    [concern] = Concern.objects.open()
    resolve_concern(concern=concern, outcome="REACHED", at=NOON + HOUR, by=SYSTEM)

    answer(
        enrollment,
        0,
        at=NOON + 3 * HOUR,
        answers={"contact_request": "today"},
    )

    assert standing(enrollment).keys() == {"R03"}


def test_a_program_with_its_own_number_is_asked_by_it(enrollment):
    program = enrollment.placements.get().program
    program.rule_limits = {"craving_high": 6}
    program.save()

    answer(enrollment, 0, craving_peak=6)

    evidence = standing(enrollment)["R05"]
    assert evidence["limits"] == {"craving_high": 6}
    [concern] = Concern.objects.open()
    assert (concern.finding["rule"], concern.finding["version"]) == ("R05", 1)
