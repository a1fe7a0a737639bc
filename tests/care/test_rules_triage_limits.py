"""The numbers a program may choose: how far, for which rules, and what they can never do."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.care.rules.triage import RULES, over_time, sentence
from apps.care.rules.triage_answers import after_checkin
from apps.care.rules.triage_facts import ClientFacts, DayAnswers, MomentLog, Profile
from apps.care.rules.triage_limits import (
    MAY_BE_OFF,
    RANGES,
    Limits,
    OutOfRange,
)
from apps.care.rules.triage_replay import NOBODYS_HOURS, UTC_ZONE, Person, findings
from apps.care.rules.triage_replay import noon as noon_of

FIRST = dt.date(2026, 10, 1)
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
SAFETY = ("R01", "R02", "R03", "R04", "R21", "R22")
# A higher number raises more here, a lower one everywhere else.
UP_IS_STRICT = {"confidence_low"}


def test_the_usual_numbers_are_those_of_the_specification():
    assert Limits() == Limits(
        craving_high=8,
        craving_jump=3,
        usual_needs=4,
        craving_rise=2,
        craving_floor=4,
        confidence_low=3,
        confidence_drop=3,
        mood_days=3,
        medicine_days=2,
        silent_days=3,
        logs_a_day=3,
        off=frozenset(),
    )
    assert all(
        allowed.holds(getattr(Limits(), name)) for name, allowed in RANGES.items()
    )
    # R06 is silent below four answers, whatever a program chooses.
    assert RANGES["usual_needs"].least == 4


@pytest.mark.parametrize(
    ("chosen", "name"),
    [
        ({"craving_high": 10}, "craving_high"),
        ({"craving_high": 4}, "craving_high"),
        ({"craving_high": "8"}, "craving_high"),
        ({"craving_high": True}, "craving_high"),
        ({"silent_days": None}, "silent_days"),
        ({"made_up": 3}, "made_up"),
        *(({"off": [rule]}, rule) for rule in (*SAFETY, "R05", "R10", "R18")),
    ],
)
def test_what_may_not_be_chosen_is_refused(chosen, name):
    with pytest.raises(OutOfRange) as refused:
        Limits.checked(chosen)

    assert refused.value.name == name


def test_no_number_and_no_switch_belongs_to_what_keeps_people_safe():
    assert not {allowed.rule for allowed in RANGES.values()} & set(SAFETY)
    assert not set(MAY_BE_OFF) & {
        rule.id for rule in RULES.values() if rule.priority < 3
    }


def test_with_everything_loosened_safety_is_heard_all_the_same():
    loosest = Limits.checked(
        {name: _end(name, strict=False) for name in RANGES} | {"off": list(MAY_BE_OFF)}
    )
    said = DayAnswers(
        FIRST,
        noon_of(FIRST),
        use="yes",
        use_what=frozenset({"opioids"}),
        feels_safe="no",
        contact_request="today",
        med_missed=True,
        craving=9,
    )
    facts = _facts(loosest, profile=Profile(medications=frozenset({"methadone"})))

    fired = {flag.rule for flag in after_checkin(facts, said)}

    assert fired == {"R01", "R02", "R21", "R03", "R05"}


def test_what_was_stored_and_cannot_be_is_as_if_it_never_was():
    """Fault: a bad row in the database, and every answer of a program is lost over it."""
    rubbish = {
        "craving_high": 99,
        "mood_days": "x",
        "old_name": 1,
        "off": ["R01", "R06"],
    }

    assert Limits.of(rubbish) == Limits(off=frozenset({"R06"}))
    assert Limits.of(None) == Limits()


def test_only_what_differs_is_stored():
    chosen = Limits.checked({"craving_high": 7, "mood_days": 3, "off": ["R07"]})

    assert chosen.overrides == {"craving_high": 7, "off": ["R07"]}
    assert Limits.of(chosen.overrides) == chosen


def test_a_sentence_stays_true_when_the_number_changes_later():
    """Fault: the sentence reads the number of today instead of the one that held."""
    quiet = [
        DayAnswers(FIRST + n * DAY, noon_of(FIRST + n * DAY), craving=1)
        for n in range(4)
    ]
    at = noon_of(FIRST + 9 * DAY)
    five = Limits.checked({"silent_days": 5})

    [flag] = over_time(_facts(five, days=quiet, now=at))

    assert flag.evidence["limits"] == {"silent_days": 5}
    assert "No check-in for 5 days" in sentence("R11", flag.evidence, "en")
    two = {"logs": 2, "sign": "", "limits": {"logs_a_day": 2}}
    assert sentence("R18", two, "en") == "2 hard moments in 24 hours."


def _facts(limits, *, days=(), profile=None, now=None):
    return ClientFacts(
        now=now or noon_of(FIRST),
        tz=UTC_ZONE,
        hours=NOBODYS_HOURS,
        limits=limits,
        days=days,
        profile=profile or Profile(),
    )


def _end(name, *, strict):
    allowed = RANGES[name]
    return allowed.most if strict is (name in UP_IS_STRICT) else allowed.least


answers = st.builds(
    lambda day, craving, mood, confidence, missed: DayAnswers(
        FIRST + day * DAY,
        noon_of(FIRST + day * DAY),
        craving=craving,
        mood=mood,
        confidence=confidence,
        med_missed=missed,
    ),
    st.integers(0, 29),
    st.none() | st.integers(0, 10),
    st.none() | st.integers(1, 5),
    st.none() | st.integers(0, 10),
    st.none() | st.booleans(),
)
people = st.builds(
    lambda days, hours: Person(
        days=days,
        moments=[
            MomentLog(noon_of(FIRST) + hour * HOUR, f"log-{hour}", craving=hour % 11)
            for hour in hours
        ],
        profile=Profile(medications=frozenset({"naltrexone"})),
    ),
    st.lists(answers, max_size=25, unique_by=lambda said: said.day),
    st.lists(st.integers(0, 700), max_size=10, unique=True),
)
pairs = st.fixed_dictionaries(
    {
        name: st.tuples(*[st.integers(allowed.least, allowed.most)] * 2)
        for name, allowed in RANGES.items()
    }
)


@given(person=people, both=pairs)
@settings(max_examples=150, deadline=None)
def test_stricter_numbers_never_raise_fewer(person, both):
    """Fault: a number that works the wrong way round in one of the rules."""
    strict, loose = (
        Limits.checked(
            {
                name: (max if is_strict is (name in UP_IS_STRICT) else min)(pair)
                for name, pair in both.items()
            }
        )
        for is_strict in (True, False)
    )
    last = FIRST + 40 * DAY
    found = findings(person, strict, FIRST, last), findings(person, loose, FIRST, last)
    # A silence is noticed sooner, so its day differs; how often does not grow.
    spoke = [{each for each in one if each[1] != "R11"} for one in found]
    silences = [sum(rule == "R11" for _day, rule in one) for one in found]

    assert spoke[0] >= spoke[1]
    assert silences[0] >= silences[1]
