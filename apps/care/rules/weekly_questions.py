"""The questions of the weekly review, version by version, in our own plain words.

The domains and the order are those of a published weekly measure; its wording is not here.
Ours is not validated: what it says is read for change, until a program has the official
wording loaded over it. A change of sense is a new version, and the old one stays, because
what was answered is read beside what was asked.
"""

from dataclasses import dataclass
from enum import StrEnum

from apps.care.rules.wording import Text

VERSION = "2026-11"
DAYS = 7
MOST = 4


class Scale(StrEnum):
    USE = "USE"
    RISK = "RISK"
    PROTECTIVE = "PROTECTIVE"


class Answer(StrEnum):
    # How many of the last seven days, kept as that number.
    DAYS = "DAYS"
    # Five steps, kept as 0 to 4.
    STEPS = "STEPS"
    YES_NO = "YES_NO"


@dataclass(frozen=True)
class Item:
    """``number`` is the place in the measure; ``name`` is short, for who reads the answers."""

    number: str
    key: str
    answer: Answer
    scale: Scale | None
    name: Text
    text: Text
    hint: Text | None = None
    # From 0 to 4, where the answer is one of five steps.
    steps: tuple[Text, ...] = ()

    @property
    def slug(self) -> str:
        """Paths stay in the history of a shared phone: they say which, not what."""
        return self.number.lower()


NO, YES = Text("No", "No"), Text("Yes", "Sí")
_AMOUNT = (
    Text("Not at all", "Nada"),
    Text("A little", "Un poco"),
    Text("Somewhat", "Algo"),
    Text("A lot", "Mucho"),
    Text("Very much", "Muchísimo"),
)
_HEALTH = (
    Text("Very good", "Muy bien", about="the body"),
    Text("Good", "Bien", about="the body"),
    Text("In between", "Regular", about="the body"),
    Text("Not so good", "No muy bien", about="the body"),
    Text("Bad", "Mal", about="the body"),
)
_SURE = (
    Text("Not at all", "Ninguna", about="sure"),
    Text("A little", "Poca", about="sure"),
    Text("Somewhat", "Algo", about="sure"),
    Text("A lot", "Mucha", about="sure"),
    Text("Completely", "Toda", about="sure"),
)


def _class(letter: str, key: str, name: Text, text: Text) -> Item:
    return Item(f"7{letter}", f"drugs_{key}", Answer.DAYS, None, name, text)


_2026_11 = (
    Item(
        "1",
        "health",
        Answer.STEPS,
        Scale.RISK,
        Text("Physical health", "Salud física"),
        Text(
            "In the last 7 days, how has your body felt?",
            "En los últimos 7 días, ¿cómo se ha sentido tu cuerpo?",
        ),
        steps=_HEALTH,
    ),
    Item(
        "2",
        "sleep",
        Answer.DAYS,
        Scale.RISK,
        Text("Nights of poor sleep", "Noches de mal sueño"),
        Text(
            "On how many of the last 7 nights did you sleep badly?",
            "¿En cuántas de las últimas 7 noches dormiste mal?",
        ),
    ),
    Item(
        "3",
        "low_days",
        Answer.DAYS,
        Scale.RISK,
        Text("Days of strong low mood, worry or anger", "Días de tristeza o enojo"),
        Text(
            "On how many of the last 7 days were you very sad, tense or mad most of the "
            "day?",
            "¿En cuántos de los últimos 7 días sentiste mucha tristeza, preocupación o "
            "enojo casi todo el día?",
        ),
    ),
    Item(
        "4",
        "alcohol",
        Answer.DAYS,
        Scale.USE,
        Text("Days of any alcohol", "Días con alcohol"),
        Text(
            "On how many of the last 7 days did you drink any alcohol?",
            "¿En cuántos de los últimos 7 días bebiste algo de alcohol?",
        ),
    ),
    Item(
        "5",
        "alcohol_heavy",
        Answer.DAYS,
        Scale.USE,
        Text("Days of heavy drinking", "Días de beber mucho"),
        Text(
            "On how many of those days did you drink a lot?",
            "¿En cuántos de esos días bebiste mucho?",
        ),
        hint=Text(
            "A lot is 5 drinks or more in one day; for women, 4 or more.",
            "Mucho son 5 tragos o más en un día; para las mujeres, 4 o más.",
        ),
    ),
    Item(
        "6",
        "drugs",
        Answer.DAYS,
        Scale.USE,
        Text("Days of illegal or misused drugs", "Días con drogas"),
        Text(
            "On how many of the last 7 days did you use a street drug?",
            "¿En cuántos de los últimos 7 días consumiste una droga de la calle?",
        ),
        hint=Text(
            "Or a medicine, but not the way it was meant for you.",
            "O una medicina, pero no como te la dieron.",
        ),
    ),
    _class(
        "A",
        "cannabis",
        Text("Days of cannabis", "Días con cannabis"),
        Text(
            "On how many of those days was it cannabis?",
            "¿En cuántos de esos días fue cannabis?",
        ),
    ),
    _class(
        "B",
        "sedatives",
        Text("Days of sedatives", "Días con calmantes"),
        Text(
            "On how many of those days was it benzos or pills to sleep or calm down?",
            "¿En cuántos de esos días fueron benzodiacepinas o pastillas para dormir o "
            "calmarte?",
        ),
    ),
    _class(
        "C",
        "cocaine",
        Text("Days of cocaine or crack", "Días con cocaína o crack"),
        Text(
            "On how many of those days was it cocaine or crack?",
            "¿En cuántos de esos días fue cocaína o crack?",
        ),
    ),
    _class(
        "D",
        "stimulants",
        Text("Days of other stimulants", "Días con otros estimulantes"),
        Text(
            "On how many of those days was it meth or another stimulant?",
            "¿En cuántos de esos días fue cristal u otro estimulante?",
        ),
    ),
    _class(
        "E",
        "opioids",
        Text("Days of opioids", "Días con opioides"),
        Text(
            "On how many of those days was it heroin, fentanyl or pain pills?",
            "¿En cuántos de esos días fue heroína, fentanilo o algo para el dolor?",
        ),
    ),
    _class(
        "F",
        "inhalants",
        Text("Days of inhalants", "Días con inhalantes"),
        Text(
            "On how many of those days was it something you breathe in, like glue or "
            "paint thinner?",
            "¿En cuántos de esos días fue algo que se inhala, como pegamento o solvente?",
        ),
    ),
    _class(
        "G",
        "other",
        Text("Days of other drugs", "Días con otras drogas"),
        Text(
            "On how many of those days was it something else?",
            "¿En cuántos de esos días fue otra cosa?",
        ),
    ),
    Item(
        "8",
        "cravings",
        Answer.STEPS,
        Scale.RISK,
        Text("Bothered by cravings", "Molestia por los impulsos"),
        Text(
            "In the last 7 days, how much did urges to drink or use bother you?",
            "En los últimos 7 días, ¿cuánto te molestaron los impulsos de beber o "
            "consumir?",
        ),
        steps=_AMOUNT,
    ),
    Item(
        "9",
        "sure",
        Answer.STEPS,
        Scale.PROTECTIVE,
        Text("Sure of the goal", "Confianza en la meta"),
        Text(
            "How sure are you that you can stick to your goal in the next 7 days?",
            "¿Cuánta confianza tienes en cumplir tu meta en los próximos 7 días?",
        ),
        steps=_SURE,
    ),
    Item(
        "10",
        "meetings",
        Answer.DAYS,
        Scale.PROTECTIVE,
        Text("Days with a support meeting", "Días con reunión de apoyo"),
        Text(
            "On how many of the last 7 days did you go to a peer support meeting?",
            "¿En cuántos de los últimos 7 días fuiste a una reunión de apoyo?",
        ),
        hint=Text("In a room or online.", "En persona o en línea."),
    ),
    Item(
        "11",
        "risky",
        Answer.DAYS,
        Scale.RISK,
        Text("Days in places that tempt", "Días en lugares que tientan"),
        Text(
            "On how many of the last 7 days were you in places that make your goal hard?",
            "¿En cuántos de los últimos 7 días estuviste en lugares que hacen difícil tu "
            "meta?",
        ),
        hint=Text("Or with people who do.", "O con gente que la hace difícil."),
    ),
    Item(
        "12",
        "faith",
        Answer.STEPS,
        Scale.PROTECTIVE,
        Text("Support from faith or spirit", "Apoyo de la fe o lo espiritual"),
        Text(
            "How much does faith, or something larger than you, help you with your goal?",
            "¿Cuánto te ayuda con tu meta la fe, o algo más grande que tú?",
        ),
        steps=_AMOUNT,
    ),
    Item(
        "13",
        "work",
        Answer.DAYS,
        Scale.PROTECTIVE,
        Text("Days of work, school or volunteering", "Días de trabajo o estudio"),
        Text(
            "On how many of the last 7 days did you work or go to school?",
            "¿En cuántos de los últimos 7 días fuiste al trabajo o a clases?",
        ),
        hint=Text("Volunteer work counts too.", "El voluntariado también cuenta."),
    ),
    Item(
        "14",
        "income",
        Answer.YES_NO,
        Scale.PROTECTIVE,
        Text("Enough lawful income", "Ingreso legal suficiente"),
        Text(
            "Do you have enough legal income to live on?",
            "¿Te alcanza tu ingreso legal para vivir?",
        ),
        hint=Text(
            "From work or benefits. Also for those you care for.",
            "De trabajo o ayudas. También para quienes dependen de ti.",
        ),
    ),
    Item(
        "15",
        "conflict",
        Answer.STEPS,
        Scale.RISK,
        Text("Bothered by conflict at home or with friends", "Molestia por conflictos"),
        Text(
            "In the last 7 days, how much did trouble with family or friends bother you?",
            "En los últimos 7 días, ¿cuánto te molestaron los problemas con familia o "
            "amistades?",
        ),
        steps=_AMOUNT,
    ),
    Item(
        "16",
        "support",
        Answer.DAYS,
        Scale.PROTECTIVE,
        Text("Days with people who help", "Días con gente que apoya"),
        Text(
            "On how many of the last 7 days were you in touch with people who back your "
            "goal?",
            "¿En cuántos de los últimos 7 días hablaste con gente que apoya tu meta?",
        ),
        hint=Text("Family or friends.", "Familia o amistades."),
    ),
    Item(
        "17",
        "progress",
        Answer.STEPS,
        None,
        Text("Content with how it goes", "Satisfacción con el avance"),
        Text(
            "How happy are you with how things are going toward your goal?",
            "¿Qué tan bien sientes que vas hacia tu meta?",
        ),
        steps=_AMOUNT,
    ),
)

QUESTION_SETS: dict[str, dict[str, Item]] = {
    VERSION: {item.key: item for item in _2026_11},
}
ITEMS = QUESTION_SETS[VERSION]
BY_SLUG = {item.slug: item.key for item in _2026_11}
DRUG_CLASSES = tuple(key for key in ITEMS if key.startswith("drugs_"))
