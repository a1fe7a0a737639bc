"""The questions of the daily check-in, version by version, in each language.

The wording was reviewed as a set: a change of sense is a new version, and the old one
stays, because phones send answers to it for weeks.
"""

from dataclasses import dataclass
from enum import StrEnum

from apps.care.rules.wording import Text

VERSION = "2026-12"
# What a program may leave out. The urge, use, a call and safety are always asked.
OPTIONAL = ("triggers", "coping_used", "mood", "sleep", "body", "confidence")
USUAL_QUESTIONS = tuple(key for key in OPTIONAL if key != "sleep")
PATH_ALWAYS = ("craving_peak", "use_reported", "contact_request", "feels_safe")
# The question about safety follows from these: one of them stays.
ONE_STAYS = ("mood", "confidence")
CHIP_LIMIT = 3
NOTE_LENGTH = 500


class Kind(StrEnum):
    SCALE = "SCALE"
    FACES = "FACES"
    CHOICE = "CHOICE"
    CHIPS = "CHIPS"
    NOTE = "NOTE"


@dataclass(frozen=True)
class Asking:
    """What is known before the first question."""

    has_medication: bool = False
    past_day: bool = False
    optional: frozenset[str] = frozenset(USUAL_QUESTIONS)


@dataclass(frozen=True)
class Option:
    value: str
    text: Text
    # Its button sends the screen, as no other answer could be missing.
    submits: bool = False
    for_medication: bool = False


@dataclass(frozen=True)
class Question:
    key: str
    kind: Kind
    text: Text
    required: bool = False
    # The same question about a day gone by.
    past_text: Text | None = None
    options: tuple[Option, ...] = ()
    # Chips from the vocabulary, with the client's own before them.
    vocabulary: str = ""
    max_choices: int | None = None
    # An answer that gives way to any other one, except those that may stand beside it.
    only_alone: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    # At most one of these.
    either: frozenset[str] = frozenset()
    low: Text | None = None
    high: Text | None = None
    hint: Text | None = None

    def wording(self, asking: Asking, language: str) -> str:
        text = self.past_text if asking.past_day and self.past_text else self.text
        return text.in_language(language)

    def choices(self, asking: Asking) -> tuple[Option, ...]:
        """What can be answered by somebody with or without a medicine."""
        return tuple(
            option
            for option in self.options
            if asking.has_medication or not option.for_medication
        )


_RATHER_NOT = Text("Rather not say", "Prefiero no decir")
_MEDICINE = frozenset({"med_taken", "med_not_today"})

_2026_11 = (
    Question(
        "craving_peak",
        Kind.SCALE,
        Text(
            "Since this time yesterday, how strong was your strongest urge to drink or "
            "use?",
            "Desde ayer a esta hora, ¿qué tan fuerte fue tu impulso más fuerte de beber "
            "o consumir?",
        ),
        required=True,
        past_text=Text(
            "That day, how strong was your strongest urge to drink or use?",
            "Ese día, ¿qué tan fuerte fue tu impulso más fuerte de beber o consumir?",
        ),
        low=Text("none", "nada"),
        high=Text("as strong as it gets", "lo más fuerte posible"),
    ),
    Question(
        "triggers",
        Kind.CHIPS,
        Text("What set it off?", "¿Qué lo provocó?"),
        vocabulary="triggers",
        max_choices=CHIP_LIMIT,
        hint=Text("Up to 3.", "Hasta 3."),
    ),
    Question(
        "coping_used",
        Kind.CHIPS,
        Text("What helped?", "¿Qué te ayudó?"),
        vocabulary="coping",
        max_choices=CHIP_LIMIT,
        only_alone=frozenset({"cop.none_yet"}),
        hint=Text("Up to 3.", "Hasta 3."),
    ),
    Question(
        "mood",
        Kind.FACES,
        Text("How is your mood right now?", "¿Cómo está tu ánimo ahora?"),
        past_text=Text("How was your mood that day?", "¿Cómo estuvo tu ánimo ese día?"),
        options=(
            Option("1", Text("Very low", "Muy bajo")),
            Option("2", Text("Low", "Bajo")),
            Option("3", Text("In between", "Regular")),
            Option("4", Text("Good", "Bueno", about="mood")),
            Option("5", Text("Very good", "Muy bueno")),
        ),
    ),
    Question(
        "body",
        Kind.CHIPS,
        Text(
            "How are you right now? Tap all that fit.",
            "¿Cómo estás ahora? Toca todo lo que aplique.",
        ),
        past_text=Text(
            "How were you that day? Tap all that fit.",
            "¿Cómo estabas ese día? Toca todo lo que aplique.",
        ),
        options=(
            Option("hungry", Text("Hungry", "Hambre")),
            Option("angry", Text("Angry", "Enojo")),
            Option("lonely", Text("Lonely", "Soledad")),
            Option("tired", Text("Tired", "Cansancio")),
            Option("pain", Text("In pain", "Dolor")),
            Option("sick", Text("Sick or shaking", "Malestar o temblores")),
            Option(
                "med_taken",
                Text("Took my medicine", "Tomé mi medicina"),
                for_medication=True,
            ),
            Option(
                "med_not_today",
                Text("Not my medicine today", "Mi medicina, hoy no"),
                for_medication=True,
            ),
            Option("fine", Text("Fine", "Bien"), submits=True),
        ),
        only_alone=frozenset({"fine"}),
        beside=_MEDICINE,
        either=_MEDICINE,
    ),
    Question(
        "confidence",
        Kind.SCALE,
        Text(
            "How sure are you that you can stick to your goal until this time tomorrow?",
            "¿Cuánta confianza tienes en cumplir tu meta hasta mañana a esta hora?",
        ),
        low=Text("not at all", "ninguna"),
        high=Text("completely", "toda"),
    ),
    Question(
        "use_reported",
        Kind.CHOICE,
        Text(
            "Since this time yesterday, did you drink or use anything you are trying not "
            "to?",
            "Desde ayer a esta hora, ¿bebiste o consumiste algo que intentas evitar?",
        ),
        required=True,
        past_text=Text(
            "That day, did you drink or use anything you are trying not to?",
            "Ese día, ¿bebiste o consumiste algo que intentas evitar?",
        ),
        options=(
            Option("no", Text("No", "No")),
            Option("yes", Text("Yes", "Sí")),
            Option("rather_not", _RATHER_NOT),
        ),
    ),
    Question(
        "use_what",
        Kind.CHIPS,
        Text("What was it?", "¿Qué fue?"),
        options=(
            Option("alcohol", Text("Alcohol", "Alcohol")),
            Option(
                "opioids",
                Text("Opioids or street pills", "Opioides o pastillas de la calle"),
            ),
            Option("cocaine", Text("Cocaine or crack", "Cocaína o crack")),
            Option(
                "meth",
                Text("Meth or another stimulant", "Metanfetamina u otro estimulante"),
            ),
            Option("benzos", Text("Benzos", "Benzodiacepinas")),
            Option("cannabis", Text("Cannabis", "Cannabis")),
            Option("other", Text("Something else", "Otra cosa")),
            Option(
                "rather_not",
                Text("Rather not say what", "Prefiero no decir qué"),
                submits=True,
            ),
        ),
    ),
    Question(
        "contact_request",
        Kind.CHOICE,
        Text("Would you like to hear from us?", "¿Quieres que te contactemos?"),
        options=(
            Option("no", Text("No, thanks", "No, gracias")),
            Option("today", Text("Call me today", "Que me llamen hoy")),
            Option(
                "next", Text("Talk at my next session", "Hablar en mi próxima sesión")
            ),
        ),
    ),
    Question(
        "feels_safe",
        Kind.CHOICE,
        Text("Do you feel safe right now?", "¿Te sientes a salvo ahora?"),
        options=(
            Option("yes", Text("Yes", "Sí")),
            Option("not_sure", Text("Not sure", "No sé")),
            Option("no", Text("No", "No")),
        ),
    ),
    Question(
        "unsafe_because",
        Kind.CHOICE,
        Text("What makes it feel unsafe?", "¿Qué te hace sentir en peligro?"),
        options=(
            Option("thoughts", Text("My thoughts", "Mis pensamientos")),
            Option(
                "someone", Text("Someone may hurt me", "Alguien puede hacerme daño")
            ),
            Option("place", Text("Where I am", "El lugar donde estoy")),
            Option("rather_not", _RATHER_NOT),
        ),
    ),
    Question(
        "one_tap",
        Kind.CHOICE,
        Text("How is today?", "¿Cómo va tu día?"),
        required=True,
        past_text=Text("How was that day?", "¿Cómo estuvo ese día?"),
        options=(
            Option("GOOD", Text("Good", "Bien", about="the day")),
            Option("OK", Text("OK", "Regular")),
            Option("HARD", Text("Hard", "Difícil")),
        ),
    ),
    Question(
        "note",
        Kind.NOTE,
        Text(
            "Anything you want your team to read?",
            "¿Hay algo que quieras que lea tu equipo?",
        ),
        hint=Text(
            "Your team reads this on work days.",
            "Tu equipo lee esto en días de trabajo.",
        ),
    ),
)

_SLEEP = Question(
    "sleep",
    Kind.CHOICE,
    Text("How did you sleep?", "¿Cómo dormiste?"),
    past_text=Text("How did you sleep that night?", "¿Cómo dormiste esa noche?"),
    options=(
        Option("well", Text("Well", "Bien", about="sleep")),
        Option("so_so", Text("So-so", "Más o menos")),
        Option("badly", Text("Badly", "Mal")),
        Option("hardly", Text("Hardly at all", "Casi nada")),
    ),
)
# With sleep behind the mood, where a program asks for it.
_2026_12 = (*_2026_11[:4], _SLEEP, *_2026_11[4:])

QUESTION_SETS: dict[str, dict[str, Question]] = {
    "2026-11": {question.key: question for question in _2026_11},
    VERSION: {question.key: question for question in _2026_12},
}
QUESTIONS = QUESTION_SETS[VERSION]
