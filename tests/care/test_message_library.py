import datetime as dt
import re

import pytest
from django.conf import settings

from apps.care import message_library
from apps.care.message_library import (
    MissingVariable,
    TooLong,
    answer_sentence,
    day_word,
    get,
    is_gsm_7,
    is_help,
    is_opt_in,
    is_opt_out,
    is_wrong_number,
    meaning_of,
    render,
    span_word,
    templates,
    time_word,
    to_gsm_7,
)
from apps.care.rules.lexicon import telling_words

WEEK = [dt.date(2026, 10, 12) + dt.timedelta(days=n) for n in range(7)]
# Ten letters are the longest names the demonstration and the forms hand out uncut.
NAMES = ["Al", "Maximilian", "José", "Tomás", "Ñusta Quispe", "Zoë", "李明", "Dee-Dee"]
LANGUAGES = [code for code, _ in settings.LANGUAGES]
# The one answer that may name a help line.
TO_DANGER = "SAFE-01"
# Attendance, absence, distress or affection, in either language.
NEVER_SAYS = re.compile(
    r"miss|absen|attend|came\b|skip|no.?show|gone|where (are|were) you|why did|worr|"
    r"hard\b|struggl|sad\b|love|proud|glad|good to see|failed|must\b|last chance|"
    r"(?<!hace )falt(a|o|as)\b|asist|viniste|ausen|preocup|dif[ií]cil|triste|quer(er|emos)\b|"
    r"orgull|gusto verte|te extra|por qué",
    re.IGNORECASE,
)


def longest(code, language, **changes):
    days = [day_word(day, language) for day in WEEK]
    return {
        "first": "Maximilian",
        "sender": "Alexandria",
        "alias": "Harbor Lane of Example Wharves",
        "day": max(days, key=len),
        "time": time_word(dt.time(10, 40), language),
        "window": {
            "en": "Wednesday by 10:00",
            "es": "el miércoles antes de las 10:00",
        }[language],
        "span": max((span_word(n, language) for n in (7, 30)), key=len),
        "link": "https://companion.harborlane.example/help/",
        "n": "12",
        "number": "+1 617-555-0100",
        **changes,
    }


every = pytest.mark.parametrize("code", sorted(templates()))
in_each_language = pytest.mark.parametrize("language", LANGUAGES)


@every
@in_each_language
@pytest.mark.parametrize("first", NAMES)
def test_every_text_fits_one_message_with_every_name_and_day(code, language, first):
    for day in WEEK:
        words = longest(code, language, first=first, day=day_word(day, language))

        text = render(code, language, words)

        assert len(text) <= 160
        assert is_gsm_7(text)
        assert "{" not in text


@every
@in_each_language
def test_no_text_tells_a_stranger_what_this_is_about(code, language):
    text = render(code, language, longest(code, language, link="https://h.example/a"))

    told = telling_words(text)

    assert told == (["988"] if code == TO_DANGER else [])


@every
@in_each_language
def test_no_active_text_states_attendance_absence_distress_or_affection(code, language):
    template = get(code)
    if template.active:
        assert not NEVER_SAYS.search(template.text(language))


@every
@in_each_language
def test_no_text_carries_a_help_line_or_an_exclamation(code, language):
    text = get(code).text(language)

    assert "{help24}" not in text
    assert "!" not in text
    assert not re.search(r"\d{3}[-. ]\d{4}", text)


@every
def test_both_languages_ask_for_the_same_words_and_offer_the_same_digits(code):
    template = get(code)

    offered = {
        language: set(re.findall(r"(?:^|\s)(\d)\s(?!\d)", template.text(language)))
        | set(re.findall(r"(?:Send|Reply|Manda) (\d)", template.text(language)))
        for language in LANGUAGES
    }
    assert offered["en"] == offered["es"] == set(template.replies)


@every
def test_every_digit_means_something_that_has_a_sentence(code):
    for meaning in get(code).replies.values():
        assert meaning in message_library.MEANINGS


def test_what_is_off_stays_off():
    off = {code for code, template in templates().items() if not template.active}

    assert off == {"OUT-02", "OUT-07", "OUT-09"}


def test_render_says_which_word_is_missing():
    with pytest.raises(MissingVariable, match="sender"):
        render("OUT-04", "en", {"first": "Dee", "link": "x"})


def test_a_sender_no_phone_can_show_is_missing():
    with pytest.raises(MissingVariable, match="sender"):
        render("OUT-04", "en", {"first": "Dee", "sender": "李", "link": "x"})


def test_render_refuses_what_does_not_fit():
    with pytest.raises(TooLong):
        render("OUT-04", "en", {"first": "Dee", "sender": "Ana", "link": "x" * 160})


def test_a_long_name_is_cut_only_when_it_has_to_be():
    long = {"first": "Wolfeschlegelsteinhausen", "sender": "Ana"}

    short_text = render("OUT-10", "en", long)
    crowded = longest("OUT-01", "es", first=long["first"])
    tight_text = render("OUT-01", "es", crowded)

    assert "Wolfeschlegelsteinhausen" in short_text
    assert "Wolfeschlegelsteinhausen" not in tight_text
    assert "Wolfesch" in tight_text


@pytest.mark.parametrize(
    ("code", "begins"),
    [
        pytest.param("OUT-04", "Hi, no rush.", id="after a greeting"),
        pytest.param("SCH-01", "Wednesday at", id="at the start"),
    ],
)
def test_a_name_no_phone_can_show_leaves_the_sentence_whole(code, begins):
    text = render(code, "en", longest(code, "en", first="李明", day="Wednesday"))

    assert text.startswith(begins)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        pytest.param("José", "José", id="a letter of the set"),
        pytest.param("Tomás", "Tomas", id="an accent outside the set"),
        pytest.param("Zoë", "Zoe", id="a diaeresis outside the set"),
        pytest.param("Ñusta", "Ñusta", id="Ñ"),
        pytest.param("it’s", "it's", id="a typed apostrophe"),
        pytest.param("Łukasz", "ukasz", id="a letter without any other form"),
        pytest.param("李明", "", id="another script"),
    ],
)
def test_to_gsm_7(written, shown):
    assert to_gsm_7(written) == shown


@pytest.mark.parametrize(
    ("at", "spoken"),
    [
        pytest.param(dt.time(9), "9 am", id="full hour"),
        pytest.param(dt.time(17, 30), "5:30 pm", id="half past"),
        pytest.param(dt.time(12, 5), "12:05 pm", id="after noon"),
        pytest.param(dt.time(0, 0), "12 am", id="midnight"),
    ],
)
def test_times_as_people_say_them(at, spoken):
    assert time_word(at, "en") == spoken


def test_days_fit_the_letters_of_a_text():
    words = [day_word(day, language) for day in WEEK for language in LANGUAGES]

    assert all(is_gsm_7(word) for word in words)
    assert day_word(WEEK[5], "es") == "sab"


@pytest.mark.parametrize(
    ("code", "text", "meaning"),
    [
        pytest.param("OUT-01", "1", "intent_next", id="digit"),
        pytest.param("OUT-01", " 2. ", "call_me", id="digit with a dot"),
        pytest.param("OUT-01", "2 please", "call_me", id="digit, politely"),
        pytest.param("OUT-01", "dos", "call_me", id="digit as a word"),
        pytest.param("OUT-01", "4", "not_now", id="last digit"),
        pytest.param("OUT-01", "5", None, id="a digit not offered"),
        pytest.param("OUT-01", "2 pm works", None, id="a time, not a digit"),
        pytest.param("OUT-01", "12", None, id="two digits"),
        pytest.param("OUT-01", "Yes", "intent_next", id="yes"),
        pytest.param("SCH-01", "sí", "confirm", id="sí"),
        pytest.param("SCH-01", "2", "barrier_ride", id="a ride"),
        pytest.param("OUT-01", "Call me", "call_me", id="call me"),
        pytest.param("OUT-01", "Llámame, por favor", "call_me", id="llámame"),
        pytest.param("OUT-06", "hoy", "call_today", id="today"),
        pytest.param("OUT-06", "mañana", "call_tomorrow", id="tomorrow"),
        pytest.param("OUT-06", "Text only", "text_only", id="text only"),
        pytest.param("OUT-05", "later", "not_now", id="later"),
        pytest.param("OUT-05", "luego", "not_now", id="luego"),
        pytest.param("OUT-05", "video", "telehealth", id="video"),
        pytest.param("OUT-11", "no thanks", "stop_caring", id="no to a caring note"),
        pytest.param("ACK-03", "kids", "barrier_kids", id="a reason"),
        pytest.param("OUT-04", "1", None, id="no digit was offered"),
        pytest.param("OUT-04", "call me", "call_me", id="a call can always be asked"),
        pytest.param(None, "call me", "call_me", id="a call without any message"),
        pytest.param(None, "running late", "running_late", id="late without any"),
        pytest.param(None, "yes", None, id="yes to nothing"),
        pytest.param("OUT-01", "I might come", None, id="anything else"),
        pytest.param("OUT-01", "", None, id="empty"),
    ],
)
def test_what_an_answer_means(code, text, meaning):
    assert meaning_of(code, text) == meaning


def test_answers_are_told_in_words():
    assert answer_sentence("call_me", "en") == "Would like a call."
    assert answer_sentence("call_me", "es") == "Quiere una llamada."
    assert answer_sentence("", "en") == "Sent an answer."


MUST_STOP = [
    "STOP",
    "stop",
    "Stop.",
    "STOP!!",
    "stop please",
    "please stop",
    "stop it",
    "STOPALL",
    "stop all",
    "UNSUBSCRIBE",
    "unsubscribe me please",
    "Cancel",
    "END",
    "QUIT",
    "Revoke",
    "OPTOUT",
    "opt out",
    "Opt-out",
    "opt me out",
    "please stop texting me",
    "stop messaging me",
    "Stop sending me these",
    "stop these texts",
    "stop the messages",
    "quit texting me",
    "no more texts",
    "No more of these messages",
    "I don't want any more texts",
    "I do not want these messages",
    "don't text me",
    "Do not contact me again",
    "never message me",
    "remove me",
    "take me off your list",
    "delete my number",
    "leave me alone",
    "lose my number",
    "ALTO",
    "Baja",
    "no más",
    "No más mensajes",
    "dejen de escribirme",
    "Deja de mandarme mensajes",
    "no me escriban",
    "no quiero más mensajes",
    "quiero darme de baja",
    "Bórrame",
    "wrong number",
    "you have the wrong person",
    "número equivocado",
    "this isn't her number",
]
MUST_NOT_STOP = [
    "can't stop thinking about it",
    "I'll stop by tomorrow",
    "I want to stop drinking",
    "don't stop texting me",
    "please do not stop sending these",
    "when does it end",
    "Can I cancel Thursday",
    "I quit my job",
    "at the end of the week",
    "no más alcohol",
    "para mañana",
    "alto estrés hoy",
    "la presión baja",
    "bus stop on Main",
    "not now",
    "4",
    "leave me a message",
    "I don't want to be alone",
    "",
]


@pytest.mark.parametrize("text", MUST_STOP)
def test_what_a_reasonable_person_reads_as_stop(text):
    assert is_opt_out(text)


@pytest.mark.parametrize("text", MUST_NOT_STOP)
def test_what_goes_to_a_person_instead(text):
    assert not is_opt_out(text)


@pytest.mark.parametrize("text", MUST_STOP[-4:])
def test_a_wrong_number_is_known_as_one(text):
    assert is_wrong_number(text)


def test_stop_is_not_taken_for_a_wrong_number():
    assert not any(is_wrong_number(text) for text in MUST_STOP[:-4])


@pytest.mark.parametrize(
    ("text", "helps", "starts"),
    [
        pytest.param("HELP", True, False, id="help"),
        pytest.param("Ayuda.", True, False, id="ayuda"),
        pytest.param("help me move", False, False, id="a sentence"),
        pytest.param("START", False, True, id="start"),
        pytest.param("unstop", False, True, id="unstop"),
        pytest.param("when do we start", False, False, id="a question"),
    ],
)
def test_help_and_start(text, helps, starts):
    assert (is_help(text), is_opt_in(text)) == (helps, starts)
