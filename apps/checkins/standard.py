"""The check-in and the hard moment as anybody gets them, for a phone without a network."""

from apps.care import vocabulary
from apps.care.how_to import every_how_to, how_to
from apps.care.rules import checkin_flow, one_thing, safety_words
from apps.care.rules.checkin_flow import Asking, Kind, Question
from apps.care.rules.checkin_questions import NOTE_LENGTH
from apps.checkins.chips import (
    RIDE_IT_OUT,
    SKILLS_IN_A_MOMENT,
    TRIGGERS_IN_A_MOMENT,
    Chips,
    Pairs,
    standard_chips,
)
from apps.checkins.endings import words_in
from apps.checkins.sitting import Screen, option_chips, words

# The usual set: what one program asks beside it is asked with a network.
NOT_ON_THE_WAY = ("one_tap", "note", "sleep")
# The phone looks for them itself: nobody else reads what is written before it is sent.
DANGER = safety_words.PATTERN.pattern


def standard_screens(language: str) -> list[Screen]:
    """Every question of the usual set; the phone decides which of them are asked."""
    return [
        _screen(question, language)
        for key, question in checkin_flow.QUESTIONS.items()
        if key not in NOT_ON_THE_WAY
    ]


def standard_triggers(language: str) -> Chips:
    chips = standard_chips("triggers", language)
    everything = chips.first + chips.more
    return Chips(
        first=everything[:TRIGGERS_IN_A_MOMENT], more=everything[TRIGGERS_IN_A_MOMENT:]
    )


def standard_skills(language: str) -> Pairs:
    usual = standard_chips("coping", language).first
    return [pair for pair in usual if pair[0] != RIDE_IT_OUT][:SKILLS_IN_A_MOMENT]


def _screen(question: Question, language: str) -> Screen:
    chips = (
        standard_chips(question.vocabulary, language)
        if question.vocabulary
        else option_chips(question, Asking(), language)
    )
    return Screen(
        key=question.key,
        kind=question.kind,
        text=question.wording(Asking(), language),
        hint=words(question.hint, language),
        low=words(question.low, language),
        high=words(question.high, language),
        required=question.required,
        choices=chips.first,
        more=chips.more,
        at_once=chips.at_once,
        limit=question.max_choices,
        takes_own=bool(question.vocabulary),
        given=[] if question.kind is Kind.CHIPS else "",
        now=1,
        of=1,
        back=None,
    )


def check_in_page(language: str) -> dict:
    """What the page asks and says, in one language, without a person."""
    note = checkin_flow.QUESTIONS["note"]
    one_tap = checkin_flow.QUESTIONS["one_tap"]
    return {
        "screens": standard_screens(language),
        "question_set": checkin_flow.VERSION,
        "one_tap": [(o.value, words(o.text, language)) for o in one_tap.options],
        "note_label": words(note.text, language),
        "note_hint": words(note.hint, language),
        "note_length": NOTE_LENGTH,
        "danger": DANGER,
        "words": words_in(language),
        "things": [
            found for code in one_thing.CODES if (found := how_to(code, language))
        ],
    }


def moment_page(language: str) -> dict:
    return {
        "danger": DANGER,
        "triggers": standard_triggers(language),
        "skills": standard_skills(language),
        "ride_it_out": RIDE_IT_OUT,
        "nothing_yet": (
            vocabulary.NOTHING_YET,
            vocabulary.label(vocabulary.NOTHING_YET, language),
        ),
        # Any of them may have been chosen on a page that lost the network.
        "every_how_to": every_how_to(language),
    }
