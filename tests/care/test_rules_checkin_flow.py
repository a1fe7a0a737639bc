import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.care.rules.checkin_flow import (
    QUESTIONS,
    VERSION,
    AnswerProblem,
    Asking,
    Ending,
    Kind,
    UnknownQuestionSet,
    clean_answer,
    clean_answers,
    ending,
    kept,
    missing_required,
    next_question,
    previous_question,
    progress,
    visible_questions,
)

QUIET_DAY = {
    "craving_peak": 0,
    "mood": 4,
    "body": ["fine"],
    "confidence": 8,
    "use_reported": "no",
    "contact_request": "no",
}
EVERYDAY = Asking()
WITH_MEDICINE = Asking(has_medication=True)
YESTERDAY = Asking(past_day=True)
GENDERED = ("bienvenido", "seguro te", "cansado", "listo", "preocupado", "solo/")


def answered(**changes):
    return QUIET_DAY | changes


def walk(choose, asking=EVERYDAY):
    """Answer every question as it comes; the screens shown and the answers given."""
    answers, shown = {}, []
    while key := next_question(answers, asking):
        shown.append(key)
        answers[key] = choose(key)
    return shown, answers


def test_a_quiet_day_is_six_screens():
    shown, answers = walk(QUIET_DAY.get)

    assert shown == [
        "craving_peak",
        "mood",
        "body",
        "confidence",
        "use_reported",
        "contact_request",
    ]
    assert ending(answers) == Ending(screens=("thanks",))


def test_a_medicine_adds_no_screen():
    shown, _ = walk(QUIET_DAY.get, WITH_MEDICINE)

    assert len(shown) == 6


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        pytest.param({"craving_peak": 0}, [], id="no urge"),
        pytest.param(
            {"craving_peak": 1}, ["triggers", "coping_used"], id="the slightest urge"
        ),
        pytest.param({"mood": 2}, [], id="mood low"),
        pytest.param({"mood": 1}, ["feels_safe"], id="mood very low"),
        pytest.param({"mood": None}, [], id="mood skipped"),
        pytest.param({"confidence": 3}, [], id="confidence 3"),
        pytest.param({"confidence": 2}, ["feels_safe"], id="confidence 2"),
        pytest.param({"confidence": 0}, ["feels_safe"], id="confidence 0"),
        pytest.param({"confidence": None}, [], id="confidence skipped"),
        pytest.param({"use_reported": "yes"}, ["use_what", "feels_safe"], id="use"),
        pytest.param({"use_reported": "rather_not"}, [], id="rather not say"),
        pytest.param({"contact_request": "today"}, ["feels_safe"], id="call today"),
        pytest.param({"contact_request": "next"}, [], id="talk next time"),
        pytest.param({"mood": 1, "feels_safe": "yes"}, ["feels_safe"], id="feels safe"),
        pytest.param(
            {"mood": 1, "feels_safe": "not_sure"},
            ["feels_safe", "unsafe_because"],
            id="not sure",
        ),
        pytest.param(
            {"mood": 1, "feels_safe": "no"},
            ["feels_safe", "unsafe_because"],
            id="does not feel safe",
        ),
        pytest.param({"feels_safe": "no"}, [], id="an answer nobody asked for"),
    ],
)
def test_what_more_is_asked(changes, asked):
    usual = set(QUIET_DAY)

    more = [key for key in visible_questions(answered(**changes)) if key not in usual]

    assert more == asked


def test_a_day_gone_by_is_not_asked_about_tomorrow():
    assert "confidence" not in visible_questions({}, YESTERDAY)
    assert QUESTIONS["mood"].wording(YESTERDAY, "en") == "How was your mood that day?"
    assert QUESTIONS["mood"].wording(Asking(), "en") == "How is your mood right now?"


@pytest.mark.parametrize(
    ("answers", "path"),
    [
        pytest.param({"one_tap": "GOOD"}, ["one_tap"], id="good"),
        pytest.param({"one_tap": "OK"}, ["one_tap"], id="ok"),
        pytest.param({"one_tap": "HARD"}, ["one_tap", "feels_safe"], id="hard"),
        pytest.param(
            {"one_tap": "HARD", "feels_safe": "no"},
            ["one_tap", "feels_safe", "unsafe_because"],
            id="hard and not safe",
        ),
    ],
)
def test_one_tap_asks_about_safety_only_when_the_day_is_hard(answers, path):
    assert visible_questions(answers) == path


def test_a_skipped_question_is_not_asked_again():
    assert next_question({"craving_peak": 0, "mood": None}) == "body"


def test_previous_question_skips_what_is_not_asked():
    assert previous_question({"craving_peak": 0}, "mood") == "craving_peak"
    assert previous_question({"craving_peak": 4}, "mood") == "coping_used"
    assert previous_question({}, "craving_peak") is None


@pytest.mark.parametrize(
    ("answers", "key", "expected"),
    [
        pytest.param({}, "craving_peak", (1, 6), id="at the start"),
        pytest.param({"craving_peak": 0}, "mood", (2, 6), id="without an urge"),
        pytest.param({"craving_peak": 5}, "mood", (4, 8), id="with an urge"),
        pytest.param({"one_tap": "HARD"}, "feels_safe", (2, 2), id="one tap"),
    ],
)
def test_progress_counts_what_will_be_asked(answers, key, expected):
    assert progress(answers, key) == expected


def test_only_urge_and_use_are_needed():
    skipped = dict.fromkeys(visible_questions({}))

    assert missing_required(skipped) == ["craving_peak", "use_reported"]
    assert missing_required({"one_tap": "HARD"}) == []


def test_kept_drops_what_a_later_change_has_hidden():
    answers = answered(craving_peak=0, triggers=["trg.time.payday"], note="Long day")

    assert kept(answers) == answered(note="Long day")


@pytest.mark.parametrize(
    ("key", "raw", "clean"),
    [
        pytest.param("craving_peak", "0", 0, id="zero as text"),
        pytest.param("craving_peak", "10", 10, id="ten as text"),
        pytest.param("craving_peak", 7, 7, id="a number"),
        pytest.param("mood", "5", 5, id="a face"),
        pytest.param("confidence", "", None, id="scale skipped"),
        pytest.param("triggers", [], None, id="nothing tapped"),
        pytest.param(
            "triggers",
            ["trg.time.payday", "trg.time.payday"],
            ["trg.time.payday"],
            id="tapped twice",
        ),
        pytest.param("triggers", ["trg.own.1"], ["trg.own.1"], id="their own"),
        pytest.param("coping_used", "cop.none_yet", ["cop.none_yet"], id="nothing yet"),
        pytest.param(
            "coping_used",
            ["cop.con.call", "cop.none_yet"],
            ["cop.con.call"],
            id="nothing yet gives way",
        ),
        pytest.param("body", ["hungry", "fine"], ["hungry"], id="fine gives way"),
        pytest.param(
            "body", ["med_taken", "fine"], ["med_taken", "fine"], id="fine and medicine"
        ),
        pytest.param("use_reported", "rather_not", "rather_not", id="rather not say"),
        pytest.param(
            "use_what", ["alcohol", "benzos"], ["alcohol", "benzos"], id="two of them"
        ),
        pytest.param("note", "  Slept well. ", "Slept well.", id="note"),
        pytest.param("note", "   ", None, id="blank note"),
        pytest.param("note", "x" * 500, "x" * 500, id="the longest note"),
    ],
)
def test_answers_are_taken(key, raw, clean):
    assert clean_answer(key, raw, WITH_MEDICINE, {"trg.own.1"}) == clean


@pytest.mark.parametrize(
    ("key", "raw", "words"),
    [
        pytest.param("craving_peak", "11", "from 0 to 10", id="eleven"),
        pytest.param("craving_peak", "-1", "from 0 to 10", id="below zero"),
        pytest.param("craving_peak", "7.5", "from 0 to 10", id="a fraction"),
        pytest.param("craving_peak", True, "from 0 to 10", id="not a number"),
        pytest.param("craving_peak", "", "needs an answer", id="urge skipped"),
        pytest.param("mood", "0", "five faces", id="no such face"),
        pytest.param("mood", "6", "five faces", id="a sixth face"),
        pytest.param("use_reported", None, "needs an answer", id="use skipped"),
        pytest.param("use_reported", "maybe", "Choose one", id="no such choice"),
        pytest.param("triggers", ["trg.nothing"], "from the list", id="no such chip"),
        pytest.param("triggers", ["trg.own.2"], "from the list", id="not their own"),
        pytest.param("triggers", [3], "from the list", id="a number as chip"),
        pytest.param("triggers", {"a": 1}, "from the list", id="an object as chips"),
        pytest.param(
            "triggers",
            ["trg.time.payday", "trg.people.family", "trg.none", "trg.other"],
            "up to 3",
            id="four chips",
        ),
        pytest.param(
            "body", ["med_taken", "med_not_today"], "about your medicine", id="both"
        ),
        pytest.param("note", "x" * 501, "500", id="a note too long"),
        pytest.param("note", 5, "500", id="a note that is no text"),
    ],
)
def test_answers_that_cannot_be_taken_say_what_can_be_done(key, raw, words):
    with pytest.raises(AnswerProblem) as problem:
        clean_answer(key, raw, WITH_MEDICINE, {"trg.own.1"})

    assert words in problem.value.words("en")


def test_the_medicine_chips_need_a_medicine():
    with pytest.raises(AnswerProblem):
        clean_answer("body", ["med_taken"])


def test_a_whole_checkin_is_cleaned_at_once():
    raw = answered(craving_peak="0", triggers=["trg.time.payday"], later="field")

    assert clean_answers(raw) == QUIET_DAY


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param({"use_reported": "no"}, id="without the urge"),
        pytest.param({"craving_peak": 3, "use_reported": None}, id="use skipped"),
        pytest.param({}, id="empty"),
        pytest.param({"one_tap": ""}, id="one tap without a tap"),
    ],
)
def test_a_whole_checkin_needs_its_two_answers(raw):
    with pytest.raises(AnswerProblem):
        clean_answers(raw)


def test_a_version_that_was_never_asked_is_refused():
    with pytest.raises(UnknownQuestionSet):
        clean_answers(QUIET_DAY, version="1999-01")

    assert clean_answers(QUIET_DAY, version=VERSION) == QUIET_DAY


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, Ending(("thanks",)), id="quiet"),
        pytest.param({"craving_peak": 6}, Ending(("thanks",)), id="urge 6"),
        pytest.param({"craving_peak": 7}, Ending(("ride",)), id="urge 7"),
        pytest.param(
            {"use_reported": "yes", "use_what": ["alcohol"]},
            Ending(("use",), stopping=True),
            id="alcohol",
        ),
        pytest.param(
            {"use_reported": "yes", "use_what": ["benzos"]},
            Ending(("use",), stopping=True),
            id="benzos",
        ),
        pytest.param(
            {"use_reported": "yes", "use_what": ["cannabis"]},
            Ending(("use",)),
            id="cannabis",
        ),
        *(
            pytest.param(
                {"use_reported": "yes", "use_what": [what]},
                Ending(("use",), overdose=True),
                id=what,
            )
            for what in ("opioids", "cocaine", "meth", "other", "rather_not")
        ),
        pytest.param(
            {"use_reported": "yes", "use_what": None},
            Ending(("use",), overdose=True),
            id="what it was is skipped",
        ),
        pytest.param(
            {"use_reported": "yes", "use_what": ["alcohol", "cocaine"]},
            Ending(("use",), overdose=True, stopping=True),
            id="two kinds of risk",
        ),
        pytest.param(
            {"use_reported": "yes", "use_what": ["alcohol"], "craving_peak": 9},
            Ending(("use",), stopping=True),
            id="use stands over the urge",
        ),
        pytest.param(
            {"use_reported": "rather_not"}, Ending(("thanks",)), id="rather not say"
        ),
        pytest.param({"mood": 1, "feels_safe": "no"}, Ending(("safe",)), id="not safe"),
        pytest.param(
            {"mood": 1, "feels_safe": "not_sure"}, Ending(("safe",)), id="not sure"
        ),
        pytest.param(
            {"mood": 1, "feels_safe": "yes"}, Ending(("thanks",)), id="feels safe"
        ),
        pytest.param(
            {"mood": 1, "feels_safe": "no", "unsafe_because": "someone"},
            Ending(("safe",), violence=True),
            id="someone may hurt them",
        ),
        pytest.param(
            {"mood": 1, "feels_safe": "no", "unsafe_because": "thoughts"},
            Ending(("safe",)),
            id="their thoughts",
        ),
        pytest.param(
            {
                "use_reported": "yes",
                "use_what": ["opioids"],
                "feels_safe": "no",
                "unsafe_because": "rather_not",
            },
            Ending(("safe", "use"), overdose=True),
            id="not safe and use",
        ),
        pytest.param(
            {"feels_safe": "no"}, Ending(("thanks",)), id="an answer nobody asked for"
        ),
    ],
)
def test_where_a_checkin_ends(changes, expected):
    assert ending(answered(**changes)) == expected


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param({"one_tap": "GOOD"}, Ending(("thanks",)), id="good"),
        pytest.param(
            {"one_tap": "HARD", "feels_safe": "yes"},
            Ending(("thanks",), offer_full=True),
            id="hard",
        ),
        pytest.param(
            {"one_tap": "HARD", "feels_safe": "no", "unsafe_because": "someone"},
            Ending(("safe",), violence=True, offer_full=True),
            id="hard and in danger",
        ),
    ],
)
def test_where_one_tap_ends(answers, expected):
    assert ending(answers) == expected


SCALE = st.none() | st.integers(0, 10)


@given(
    craving=st.integers(0, 10),
    mood=st.none() | st.integers(1, 5),
    confidence=SCALE,
    use=st.sampled_from(["no", "yes", "rather_not"]),
    contact=st.sampled_from([None, "no", "today", "next"]),
    safe=st.sampled_from([None, "yes", "not_sure", "no"]),
)
def test_reported_use_always_ends_on_its_screen_and_safety_only_by_its_rule(
    craving, mood, confidence, use, contact, safe
):
    choices = {
        "craving_peak": craving,
        "mood": mood,
        "confidence": confidence,
        "use_reported": use,
        "contact_request": contact,
        "feels_safe": safe,
    }

    shown, answers = walk(choices.get)

    screens = ending(answers).screens
    assert ("use" in screens) is (use == "yes")
    by_rule = (
        mood == 1
        or use == "yes"
        or contact == "today"
        or (confidence is not None and confidence <= 2)
    )
    assert ("feels_safe" in shown) is by_rule
    assert ("safe" in screens) is (by_rule and safe in ("no", "not_sure"))
    if craving == 0 and use != "yes" and not by_rule:
        assert len(shown) == 6


def test_every_word_is_there_in_both_languages_and_fits_everybody():
    for question in QUESTIONS.values():
        texts = [question.text, question.past_text, question.hint]
        texts += [question.low, question.high, *(o.text for o in question.options)]
        for text in filter(None, texts):
            assert text.en
            assert text.es
            assert not any(form in text.es.casefold() for form in GENDERED), text


def test_asks_about_the_time_since_yesterday_not_since_the_last_checkin():
    for key in ("craving_peak", "use_reported"):
        assert QUESTIONS[key].text.en.startswith("Since this time yesterday")
        assert QUESTIONS[key].text.es.startswith("Desde ayer a esta hora")


def test_single_choices_offer_words_and_chips_know_where_they_come_from():
    for question in QUESTIONS.values():
        match question.kind:
            case Kind.CHOICE | Kind.FACES:
                assert question.options
            case Kind.CHIPS:
                assert bool(question.options) != bool(question.vocabulary)
            case Kind.SCALE:
                assert question.low
                assert question.high


def test_values_of_options_are_unique():
    for question in QUESTIONS.values():
        pairs = itertools.combinations([o.value for o in question.options], 2)
        assert all(one != other for one, other in pairs)
