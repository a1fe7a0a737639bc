"""The weekly review: what is asked, what it comes to, when it is due and whom it concerns."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.care.rules import weekly_review as rules
from apps.care.rules.checkin_flow import AnswerProblem, UnknownQuestionSet
from apps.care.rules.triage import sentence
from apps.care.rules.weekly_questions import DRUG_CLASSES, ITEMS, Answer, Scale

USE, RISK, PROTECTIVE = Scale
MOST = {Answer.DAYS: 7, Answer.STEPS: 4}
DAY = dt.timedelta(days=1)


def everything(risky: int, helpful: int) -> dict:
    """Every answer at one end: 0 or 1, by whether the item is a risk or a help."""
    return {
        key: ("no", "yes")[side]
        if item.answer is Answer.YES_NO
        else side * MOST[item.answer]
        for key, item in ITEMS.items()
        for side in [helpful if item.scale is PROTECTIVE else risky]
    }


WORST, BEST = everything(risky=1, helpful=0), everything(risky=0, helpful=1)


def test_the_extremes_come_to_the_ends_of_the_published_ranges():
    """Fault: an item in the wrong scale, or turned round."""
    assert rules.scores(WORST) == {USE: 12, RISK: 24, PROTECTIVE: 0}
    assert rules.scores(rules.clean(BEST)) == {USE: 0, RISK: 0, PROTECTIVE: 24}


def test_days_become_points_by_the_one_table_of_seven_days():
    days = [rules.points("sleep", {"sleep": n}) for n in range(8)]

    assert days == [0, 1, 2, 2, 3, 3, 4, 4]


def test_income_is_worth_nothing_or_four():
    assert [rules.points("income", {"income": s}) for s in ("no", "yes")] == [0, 4]


def test_no_alcohol_asks_nothing_about_heavy_drinking_and_counts_it_as_none():
    """Fault: the skipped question counts as missing, and Use has no sum."""
    dry = BEST | {"alcohol": 0, "alcohol_heavy": 7}

    assert "alcohol_heavy" not in rules.visible(dry)
    assert "alcohol_heavy" not in rules.clean(dry)
    assert rules.score(USE, rules.clean(dry)) == 0
    assert "alcohol_heavy" in rules.visible({"alcohol": None})


@pytest.mark.parametrize("drugs", [0, None])
def test_which_drugs_is_asked_only_after_days_with_some(drugs):
    assert set(DRUG_CLASSES).isdisjoint(rules.visible({"drugs": drugs}))
    assert set(DRUG_CLASSES) <= set(rules.visible({"drugs": 1}))


@pytest.mark.parametrize("scale", Scale)
def test_an_answer_left_out_never_counts_as_zero(scale):
    """Fault: a half-filled review reads as a calm one."""
    for key in rules.scored(scale):
        without = WORST | {key: None}

        assert rules.missing(scale, without) == [key]
        assert rules.score(scale, without) is None
        assert None not in [rules.score(s, without) for s in Scale if s is not scale]


@pytest.mark.parametrize(
    ("said", "asked_again"),
    [
        ({"alcohol": 2, "alcohol_heavy": 3}, [("alcohol_heavy", "alcohol")]),
        ({"alcohol": 2, "alcohol_heavy": 2}, []),
        ({"drugs": 1, "drugs_opioids": 4}, [("drugs_opioids", "drugs")]),
        ({"drugs": None, "drugs_opioids": 4}, []),
        ({"alcohol": 0, "alcohol_heavy": 4}, []),
    ],
)
def test_numbers_that_do_not_fit_are_asked_again(said, asked_again):
    assert rules.doubts(said) == asked_again


@pytest.mark.parametrize(
    ("key", "raw"),
    [
        ("sleep", 8),
        ("sleep", "-1"),
        ("sleep", True),
        ("sleep", "34"),
        ("sleep", ""),
        ("health", 5),
        ("income", 1),
        ("craving_peak", 1),
    ],
)
def test_what_is_no_answer_is_refused_with_words(key, raw):
    with pytest.raises(AnswerProblem) as refused:
        rules.clean_answer(key, raw)

    assert refused.value.words("es") != refused.value.words("en")


def test_questions_that_were_never_asked_are_refused():
    with pytest.raises(UnknownQuestionSet):
        rules.clean(BEST, "1999-01")


# -- Properties ---------------------------------------------------------------------------


def _answers_of(item):
    if item.answer is Answer.YES_NO:
        return st.sampled_from(["no", "yes"])
    return st.integers(0, MOST[item.answer])


ANY = {key: _answers_of(item) for key, item in ITEMS.items()}
WHOLE = st.fixed_dictionaries(ANY)
ANSWERS = st.fixed_dictionaries(
    {}, optional={key: st.none() | said for key, said in ANY.items()}
)
SCORED = [key for key, item in ITEMS.items() if item.scale]
UNSCORED = [key for key, item in ITEMS.items() if not item.scale]


@given(ANSWERS)
def test_every_sum_is_none_or_within_its_range(answers):
    for scale, cut in rules.SCALES.items():
        total = rules.score(scale, rules.clean(answers))
        assert total is None or 0 <= total <= cut.most
        assert (total is None) == bool(rules.missing(scale, rules.clean(answers)))


@given(WHOLE, st.sampled_from(SCORED), st.data())
def test_more_of_one_item_never_lowers_its_scale(answers, key, data):
    item = ITEMS[key]
    if item.answer is Answer.YES_NO:
        more = "yes"
    else:
        more = data.draw(st.integers(answers[key], MOST[item.answer]))

    before, after = (
        rules.score(item.scale, said) for said in (answers, answers | {key: more})
    )

    assert after >= before


@given(WHOLE, ANSWERS)
def test_questions_without_a_scale_change_no_sum(answers, others):
    """Fault: a class of drugs counted a second time beside item 6."""
    changed = answers | {key: others.get(key) for key in UNSCORED}

    assert rules.scores(changed) == rules.scores(answers)


@given(ANSWERS)
def test_cleaning_twice_is_cleaning_once_and_the_way_ends(answers):
    clean = rules.clean(answers)

    assert rules.clean(clean) == clean
    asked = 0
    while (key := rules.next_question(clean)) is not None:
        clean, asked = rules.clean(clean | {key: None}), asked + 1
        assert asked <= len(ITEMS)


# -- When it is due -----------------------------------------------------------------------

MONDAY = dt.date(2026, 10, 12)
LONG_AGO = MONDAY - 30 * DAY


def test_it_is_open_three_days_from_its_fixed_day_on():
    open_on = [
        (MONDAY + n * DAY)
        for n in range(7)
        if rules.due_on(MONDAY + n * DAY, 0, LONG_AGO, None)
    ]

    assert open_on == [MONDAY, MONDAY + DAY, MONDAY + 2 * DAY]


def test_nobody_is_asked_about_a_week_before_they_came():
    assert rules.due_on(MONDAY, 0, MONDAY, None) is None
    assert rules.due_on(MONDAY, 0, MONDAY - DAY, None) == MONDAY


def test_what_is_answered_stays_open_for_changes_and_then_closes():
    days = [rules.due_on(MONDAY + n * DAY, 0, LONG_AGO, MONDAY) for n in range(8)]

    assert days == [MONDAY] * 3 + [None] * 4 + [MONDAY + 7 * DAY]


@given(st.lists(st.integers(0, 6), min_size=60, max_size=60), st.integers(0, 29))
def test_new_days_never_ask_twice_within_a_week(weekdays, skips):
    """Fault: a step-down moves the fixed day, and the same week is asked for again."""
    answered = []
    for n, weekday in enumerate(weekdays):
        today = MONDAY + n * DAY
        last = answered[-1] if answered else None
        due = rules.due_on(today, weekday, LONG_AGO, last)
        if due is not None and due != last and n % 30 != skips:
            answered.append(due)

    assert all((b - a).days >= 5 for a, b in itertools.pairwise(answered))


def test_the_next_day_it_opens_is_said():
    assert rules.opens_next(MONDAY + 3 * DAY, 0, LONG_AGO, MONDAY) == MONDAY + 7 * DAY
    assert rules.opens_next(MONDAY, 0, MONDAY, None) == MONDAY + 7 * DAY


# -- R15 ----------------------------------------------------------------------------------

# Risk 5, Protective 15, no use: beyond no cut-off.
CALM = {
    "health": 1,
    "sleep": 1,
    "low_days": 1,
    "cravings": 1,
    "risky": 1,
    "conflict": 0,
    "alcohol": 0,
    "drugs": 0,
    "progress": 2,
    "faith": 2,
    "sure": 3,
    "meetings": 2,
    "work": 2,
    "income": "yes",
    "support": 2,
}
# Risk 9: four more.
HARDER = CALM | {"sleep": 4, "risky": 4}
WORSE = CALM | {"health": 4, "sleep": 7, "low_days": 4, "cravings": 3, "risky": 2}


def fires(answers, before=None, official=True):
    flag = rules.after_review(answers, before, is_official=official, key="one")
    return flag.evidence["because"] if flag else []


@pytest.mark.parametrize(
    ("answers", "because"),
    [
        (CALM, []),
        (CALM | {"drugs": 1}, ["use"]),
        (WORSE, ["risk", "crossed"]),
        (CALM | {"income": "no"}, ["protective"]),
        (CALM | {"sleep": None, "drugs": None, "faith": None}, []),
    ],
)
def test_the_official_words_have_cut_offs(answers, because):
    assert fires(answers) == because


def test_our_own_words_have_none():
    """Fault: a cut-off that was found for other words sends somebody to a client."""
    assert fires(WORST, official=False) == []


@pytest.mark.parametrize("official", [True, False])
def test_a_rise_speaks_in_any_words(official):
    assert fires(HARDER, CALM, official=official) == ["risk_rose"]
    assert fires(CALM, HARDER, official=official) == []
    slightly = CALM | {"sleep": 4, "risky": 2}
    assert fires(slightly, CALM, official=official) == []


def test_more_use_than_last_time_speaks_without_a_cut_off():
    used, before = CALM | {"drugs": 2}, CALM | {"drugs": 1}

    assert fires(used, before, official=False) == ["use_rose"]
    assert fires(before, used, official=False) == []


def test_with_an_answer_left_out_nothing_is_compared():
    """Fault: a sum of nothing counts as zero, and the next whole one as a rise."""
    assert fires(HARDER, CALM | {"sleep": None}, official=False) == []
    assert fires(CALM | {"drugs": 2}, CALM | {"drugs": None}, official=False) == []


def test_the_sentence_says_sums_and_the_items_that_rose():
    flag = rules.after_review(HARDER, CALM, is_official=False, key="one")

    assert flag.evidence["rises"] == [["sleep", 1, 3], ["risky", 1, 3]]
    assert sentence("R15", flag.evidence, "en") == (
        "Weekly review: Risk rose from 5 to 9; nights of poor sleep: 1, now 3; days in "
        "places that tempt: 1, now 3."
    )
