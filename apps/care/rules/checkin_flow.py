"""The daily check-in: what is asked, in which order, when, and where it ends."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from apps.care import vocabulary
from apps.care.rules.checkin_questions import (
    NOTE_LENGTH,
    OPTIONAL,
    QUESTION_SETS,
    QUESTIONS,
    VERSION,
    Asking,
    Kind,
    Option,
    Question,
)
from apps.care.rules.safety_words import mentions_danger
from apps.care.rules.wording import Text

__all__ = [
    "QUESTIONS",
    "VERSION",
    "AnswerProblem",
    "Answers",
    "Asking",
    "Ending",
    "Kind",
    "Option",
    "Question",
    "UnknownQuestionSet",
    "clean_answer",
    "clean_answers",
    "ending",
    "is_offered",
    "kept",
    "missing_required",
    "next_question",
    "previous_question",
    "progress",
    "visible_questions",
]

# A skipped question is there with None; one not reached yet is not there.
Answers = Mapping[str, Any]

PATH = (
    "craving_peak",
    "triggers",
    "coping_used",
    "mood",
    "sleep",
    "body",
    "confidence",
    "use_reported",
    "use_what",
    "contact_request",
    "feels_safe",
    "unsafe_because",
)
ONE_TAP_PATH = ("one_tap", "feels_safe", "unsafe_because")
EVERYDAY = Asking()
# What may come in: phones ask the usual set whatever a program leaves out.
ANYTHING = frozenset(OPTIONAL)
RIDE_FROM = 7
LOW_CONFIDENCE = 2
# Fentanyl turns up in these too, and silence about the substance is not safety.
OVERDOSE_RISK = frozenset({"opioids", "cocaine", "meth", "other", "rather_not"})
STOPPING_RISK = frozenset({"alcohol", "benzos"})

CHOOSE_ONE = Text("Choose one of the answers.", "Elige una de las respuestas.")
CHOOSE_NUMBER = Text("Choose a number from 0 to 10.", "Elige un número del 0 al 10.")
CHOOSE_FACE = Text("Choose one of the five faces.", "Elige una de las cinco caras.")
CHOOSE_FROM_LIST = Text("Choose from the list.", "Elige de la lista.")
CHOOSE_UP_TO = Text("Choose up to {most}.", "Elige hasta {most}.")
OWN_LENGTH, OWN_MOST = 60, 30
WRITE_OWN = Text("Write a word or two first.", "Primero escribe una o dos palabras.")
OWN_TOO_LONG = Text(
    "Keep your own words to {most} letters or fewer.",
    "Usa {most} letras o menos en tus propias palabras.",
)
OWN_FULL = Text(
    "You have {most} of your own already. Choose one of those, or something close.",
    "Ya tienes {most} en tus propias palabras. Elige una de esas, o algo parecido.",
)
CHOOSE_ONE_MEDICINE = Text(
    "Choose one about your medicine: taken, or not today.",
    "Elige una sobre tu medicina: tomada, u hoy no.",
)
NEEDED = Text(
    "This one needs an answer. It can be any of them.",
    "Esta pregunta necesita una respuesta. Puede ser cualquiera.",
)
NOTE_TOO_LONG = Text(
    "Keep your note to {most} letters or fewer.",
    "Tu nota puede tener hasta {most} letras.",
)


class AnswerProblem(Exception):
    """An answer that cannot be taken as it is, with words for the person who gave it."""

    def __init__(self, key: str, text: Text, **values: object):
        super().__init__(f"{key}: {text.filled('en', **values)}")
        self.key = key
        self.text = text
        self.values = values

    def words(self, language: str) -> str:
        return self.text.filled(language, **self.values)


class UnknownQuestionSet(Exception):
    """No question set of this version was ever asked."""


@dataclass(frozen=True)
class Ending:
    """Where a check-in arrives: its screens in order, and what they must carry."""

    screens: tuple[str, ...]
    overdose: bool = False
    stopping: bool = False
    violence: bool = False
    offer_full: bool = False


def visible_questions(answers: Answers, asking: Asking = EVERYDAY) -> list[str]:
    """The questions that belong to the answers given so far, in order."""
    path = ONE_TAP_PATH if "one_tap" in answers else PATH
    return [key for key in path if _is_asked(key, answers, asking)]


def next_question(answers: Answers, asking: Asking = EVERYDAY) -> str | None:
    """The first question not reached yet; None when the check-in is done."""
    for key in visible_questions(answers, asking):
        if key not in answers:
            return key
    return None


def previous_question(
    answers: Answers, key: str, asking: Asking = EVERYDAY
) -> str | None:
    """The question before this one; None at the first."""
    path = visible_questions(answers, asking)
    place = path.index(key)
    return path[place - 1] if place else None


def progress(answers: Answers, key: str, asking: Asking = EVERYDAY) -> tuple[int, int]:
    """Which question this is, of how many as far as is known: "2 of 6"."""
    path = visible_questions(answers, asking)
    return path.index(key) + 1, len(path)


def missing_required(answers: Answers, asking: Asking = EVERYDAY) -> list[str]:
    return [
        key
        for key in visible_questions(answers, asking)
        if QUESTIONS[key].required and answers.get(key) is None
    ]


def kept(answers: Answers, asking: Asking = EVERYDAY) -> dict[str, Any]:
    """The answers without those to questions that a later change has hidden."""
    path = {*visible_questions(answers, asking), "note"}
    return {key: value for key, value in answers.items() if key in path}


def clean_answer(
    key: str,
    raw: Any,
    asking: Asking = EVERYDAY,
    own_codes: Collection[str] = (),
    offered: Collection[str] | None = None,
) -> Any:
    """The answer as it is stored; None when it was skipped.

    ``own_codes`` are triggers and tools beside the common list: the client's and the
    program's. ``offered`` stands in for the common list where only that may be chosen.

    :raises AnswerProblem: if it is none of the answers, or skips what is needed.
    """
    question = QUESTIONS[key]
    if raw is None or raw in ("", []):
        if question.required:
            raise AnswerProblem(key, NEEDED)
        return None
    match question.kind:
        case Kind.SCALE:
            return _whole_number(key, raw, 0, 10, CHOOSE_NUMBER)
        case Kind.FACES:
            return _whole_number(key, raw, 1, 5, CHOOSE_FACE)
        case Kind.NOTE:
            return _note(key, raw)
        case Kind.CHOICE:
            if raw not in [option.value for option in question.choices(asking)]:
                raise AnswerProblem(key, CHOOSE_ONE)
            return raw
        case Kind.CHIPS:
            return _chips(question, raw, asking, own_codes, offered)


def clean_answers(
    raw: Answers,
    asking: Asking = EVERYDAY,
    own_codes: Collection[str] = (),
    version: str = VERSION,
) -> dict[str, Any]:
    """A whole check-in as a phone sent it, with answers to hidden questions dropped.

    :raises UnknownQuestionSet: if the version was never asked.
    :raises AnswerProblem: at the first answer that cannot be taken, or is missing.
    """
    if version not in QUESTION_SETS:
        raise UnknownQuestionSet(version)
    answers = {
        key: clean_answer(key, value, asking, own_codes)
        for key, value in raw.items()
        if key in QUESTION_SETS[version]
    }
    answers = kept(answers, asking)
    for key in missing_required(answers, asking):
        raise AnswerProblem(key, NEEDED)
    return answers


def ending(answers: Answers, asking: Asking = EVERYDAY) -> Ending:
    """Where these answers lead. Safety comes first; reported use always has its screen."""
    answers = kept(answers, asking)
    screens = []
    unsafe = answers.get("feels_safe") in ("no", "not_sure")
    if unsafe:
        screens.append("safe")
    used = answers.get("use_reported") == "yes"
    # A question about the substance left open counts like "rather not say".
    what = frozenset(answers.get("use_what") or ["rather_not"]) if used else frozenset()
    if used:
        screens.append("use")
    elif (answers.get("craving_peak") or 0) >= RIDE_FROM:
        screens.append("ride")
    return Ending(
        screens=tuple(screens) or ("thanks",),
        overdose=bool(what & OVERDOSE_RISK),
        stopping=bool(what & STOPPING_RISK),
        violence=unsafe and answers.get("unsafe_because") == "someone",
        offer_full=answers.get("one_tap") == "HARD",
    )


def cannot_wait(raw: Answers) -> bool:
    """Whether answers as they were sent, of any form at all, tell of danger to life.

    Not being safe, use that may end in an overdose (also of what is not named), and
    words of danger in a note.
    """
    what, note = raw.get("use_what"), raw.get("note")
    named = what if isinstance(what, list) else []
    used = raw.get("use_reported") == "yes"
    return (
        raw.get("feels_safe") in ("no", "not_sure")
        or (used and (not named or any(one in [*OVERDOSE_RISK] for one in named)))
        or (isinstance(note, str) and mentions_danger(note))
    )


def is_offered(key: str, asking: Asking) -> bool:
    """Whether the program asks it of this person at all, whatever else they answer."""
    if key in OPTIONAL and key not in asking.optional:
        # A missed medicine is heard nowhere else.
        return key == "body" and asking.has_medication
    return True


def _is_asked(key: str, answers: Answers, asking: Asking) -> bool:
    if not is_offered(key, asking):
        return False
    match key:
        case "triggers" | "coping_used":
            return (answers.get("craving_peak") or 0) >= 1
        case "confidence":
            # "Until this time tomorrow" makes no sense about a day gone by.
            return not asking.past_day
        case "use_what":
            return answers.get("use_reported") == "yes"
        case "feels_safe":
            return _safety_is_asked(answers)
        case "unsafe_because":
            return _safety_is_asked(answers) and answers.get("feels_safe") in (
                "no",
                "not_sure",
            )
    return True


def _safety_is_asked(answers: Answers) -> bool:
    if "one_tap" in answers:
        return answers["one_tap"] == "HARD"
    confidence = answers.get("confidence")
    return (
        answers.get("mood") == 1
        or answers.get("use_reported") == "yes"
        or (confidence is not None and confidence <= LOW_CONFIDENCE)
        or answers.get("contact_request") == "today"
    )


def _whole_number(key: str, raw: Any, low: int, high: int, problem: Text) -> int:
    if isinstance(raw, str) and raw.isascii() and raw.isdigit():
        raw = int(raw)
    if type(raw) is not int or not low <= raw <= high:
        raise AnswerProblem(key, problem)
    return raw


def _note(key: str, raw: Any) -> str | None:
    if not isinstance(raw, str):
        raise AnswerProblem(key, NOTE_TOO_LONG, most=NOTE_LENGTH)
    note = raw.strip()
    if len(note) > NOTE_LENGTH:
        raise AnswerProblem(key, NOTE_TOO_LONG, most=NOTE_LENGTH)
    return note or None


def _chips(
    question: Question,
    raw: Any,
    asking: Asking,
    own_codes: Collection[str],
    offered: Collection[str] | None,
) -> list[str]:
    chosen = [raw] if isinstance(raw, str) else raw
    if not isinstance(chosen, list | tuple):
        raise AnswerProblem(question.key, CHOOSE_FROM_LIST)
    allowed: set[str]
    if not question.vocabulary:
        allowed = {option.value for option in question.choices(asking)}
    elif offered is None:
        allowed = vocabulary.EVERYTHING.codes(question.vocabulary) | {*own_codes}
    else:
        allowed = {*offered, *own_codes}
    # Once each, in the order they were tapped.
    chosen = list(dict.fromkeys(chosen)) if _all_text(chosen) else [None]
    if not allowed.issuperset(chosen):
        raise AnswerProblem(question.key, CHOOSE_FROM_LIST)
    if question.either and question.either.issubset(chosen):
        raise AnswerProblem(question.key, CHOOSE_ONE_MEDICINE)
    others = [code for code in chosen if code not in question.only_alone]
    if others and set(others) - question.beside:
        chosen = others
    # Without a network, words of their own join what is chosen already.
    counted = chosen if offered is not None else set(chosen).difference(own_codes)
    if question.max_choices and len(counted) > question.max_choices:
        raise AnswerProblem(question.key, CHOOSE_UP_TO, most=question.max_choices)
    return chosen


def _all_text(values: Collection[Any]) -> bool:
    return all(isinstance(value, str) for value in values)
