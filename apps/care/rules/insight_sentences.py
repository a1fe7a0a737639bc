"""What was counted, in plain sentences: made when they are read, the same for both readers.

Every number in them is a count. What stands out is said only where it was counted often
enough; the rest is left to the tables.
"""

from collections.abc import Callable
from datetime import timedelta

from apps.care.rules.insights import (
    A_MONDAY,
    ENOUGH,
    MOST_AT_THE_TOP,
    Band,
    Heat,
    LastSeven,
    Often,
    at_the_top,
)
from apps.care.rules.wording import Text, long_day

QUIET = Text(
    "It has been quiet here these 7 days. You can begin again any time.",
    "Ha habido silencio aquí estos 7 días. Puedes empezar otra vez cuando quieras.",
)
DAYS = Text("You checked in on {days} days.", "Dijiste cómo te fue {days} días.")
ONE_DAY = Text("You checked in on one day.", "Dijiste cómo te fue un día.")
MOMENTS = Text(
    "You logged {moments} hard moments.",
    "Dijiste cómo te fue en {moments} momentos difíciles.",
)
ONE_MOMENT = Text(
    "You logged one hard moment.", "Dijiste cómo te fue en un momento difícil."
)
DAYS_AND_MOMENTS = Text(
    "You checked in on {days} days and logged {moments} hard moments.",
    "Dijiste cómo te fue en {days} días y en {moments} momentos difíciles.",
)
DAYS_AND_ONE_MOMENT = Text(
    "You checked in on {days} days and logged one hard moment.",
    "Dijiste cómo te fue en {days} días y en un momento difícil.",
)
ONE_DAY_AND_MOMENTS = Text(
    "You checked in on one day and logged {moments} hard moments.",
    "Dijiste cómo te fue en un día y en {moments} momentos difíciles.",
)
ONE_DAY_AND_ONE_MOMENT = Text(
    "You checked in on one day and logged one hard moment.",
    "Dijiste cómo te fue en un día y en un momento difícil.",
)
FIRST = {
    (0, 1): ONE_MOMENT,
    (0, 2): MOMENTS,
    (1, 0): ONE_DAY,
    (1, 1): ONE_DAY_AND_ONE_MOMENT,
    (1, 2): ONE_DAY_AND_MOMENTS,
    (2, 0): DAYS,
    (2, 1): DAYS_AND_ONE_MOMENT,
    (2, 2): DAYS_AND_MOMENTS,
}

TOO_FEW = Text(
    "With 3 days or more, this also says how strong the urge was.",
    "Con 3 días o más, aquí también dice qué tan fuerte fue el impulso.",
)
NO_URGE = Text(
    "On {count} days you gave a number, and each time it was no urge.",
    "En {count} días diste un número, y cada vez fue sin impulso.",
)
SAME_URGE = Text(
    "On {count} days you gave a number: the strongest urge was {low} of 10 each time.",
    "En {count} días diste un número: el impulso más fuerte fue {low} de 10 cada vez.",
)
URGE = Text(
    "On {count} days you gave a number: the strongest urge was {low} to {high}, about "
    "{about} on average.",
    "En {count} días diste un número: el impulso más fuerte fue de {low} a {high}, en "
    "promedio cerca de {about}.",
)
BEFORE = Text(
    "{said} The 7 days before, it was about {about}.",
    "{said} Los 7 días anteriores fue cerca de {about}.",
)

NOTHING_OFTEN = Text(
    "Nothing came up or helped 3 times or more.",
    "Nada se repitió ni ayudó 3 veces o más.",
)
NO_ONE_THING = Text(
    "Several things came up or helped, and none stands out.",
    "Varias cosas se repitieron o ayudaron, y ninguna se destaca.",
)
CAME_UP = Text(
    "What came up most: {causes}, {times} times.",
    "Lo que más se repitió: {causes}, {times} veces.",
)
HELPED = Text(
    "What helped most: {skills}, {times} times.",
    "Lo que más ayudó: {skills}, {times} veces.",
)
CAME_UP_AND_HELPED = Text(
    "What came up most: {causes}, {times} times; what helped most: {skills}, {helped} "
    "times.",
    "Lo que más se repitió: {causes}, {times} veces; lo que más ayudó: {skills}, "
    "{helped} veces.",
)
QUOTED = Text("“{words}”", "«{words}»")
BOTH = Text("{one} and {other}", "{one} y {other}")


def three_sentences(
    week: LastSeven, label: Callable[[str], str], language: str
) -> list[str]:
    """Always three: that they were here, how strong it was, what came up and helped."""
    return [
        _here(week, language),
        _how_strong(week, language),
        _what_came_up(week, label, language),
    ]


def _here(week: LastSeven, language: str) -> str:
    text = FIRST.get((min(week.days, 2), min(week.moments, 2)), QUIET)
    return text.filled(language, days=week.days, moments=week.moments)


def _how_strong(week: LastSeven, language: str) -> str:
    said = week.numbers
    if not said.are_enough:
        return TOO_FEW.in_language(language)
    text = URGE if said.low != said.high else SAME_URGE if said.high else NO_URGE
    sentence = text.filled(
        language, count=said.count, low=said.low, high=said.high, about=said.about
    )
    if not week.before.are_enough:
        return sentence
    return BEFORE.filled(language, said=sentence, about=week.before.about)


def _what_came_up(week: LastSeven, label: Callable[[str], str], language: str) -> str:
    came_up, helped = at_the_top(week.causes), at_the_top(week.skills)
    words = {
        "causes": _listed(came_up, label, language),
        "skills": _listed(helped, label, language),
        "times": (came_up or helped)[0].times if came_up or helped else 0,
        "helped": helped[0].times if helped else 0,
    }
    if came_up and helped:
        return CAME_UP_AND_HELPED.filled(language, **words)
    if came_up or helped:
        return (CAME_UP if came_up else HELPED).filled(language, **words)
    often = any(each.times >= ENOUGH for each in (*week.causes, *week.skills))
    return (NO_ONE_THING if often else NOTHING_OFTEN).in_language(language)


def _listed(counted: list[Often], label: Callable[[str], str], language: str) -> str:
    quoted = [QUOTED.filled(language, words=label(each.code)) for each in counted]
    if len(quoted) < MOST_AT_THE_TOP:
        return "".join(quoted)
    return BOTH.filled(language, one=quoted[0], other=quoted[1])


# As they stand beside the picture.
BANDS = {
    Band.MORNING: Text("Morning", "Mañana"),
    Band.AFTERNOON: Text("Afternoon", "Tarde"),
    Band.EVENING: Text("Evening", "Tarde-noche"),
    Band.NIGHT: Text("Late night", "Noche"),
    Band.THAT_DAY: Text("That day", "Ese día"),
}
PEAK = {
    Band.MORNING: Text(
        "Most often on {day} mornings, {times} times.",
        "Lo más frecuente: {day} por la mañana, {times} veces.",
    ),
    Band.AFTERNOON: Text(
        "Most often on {day} afternoons, {times} times.",
        "Lo más frecuente: {day} por la tarde, {times} veces.",
    ),
    Band.EVENING: Text(
        "Most often on {day} evenings, {times} times.",
        "Lo más frecuente: {day} por la tarde-noche, {times} veces.",
    ),
    Band.NIGHT: Text(
        "Most often on {day} late at night, {times} times.",
        "Lo más frecuente: {day} por la noche, {times} veces.",
    ),
    Band.THAT_DAY: Text(
        "Most often on a {day}, {times} times.",
        "Lo más frecuente: {day}, {times} veces.",
    ),
}


def peak_sentence(heat: Heat, language: str) -> str:
    """The weekday and part of the day that stand out; nothing when none does."""
    if heat.peak is None:
        return ""
    weekday, band = heat.peak
    on_that = heat.by_weekday[weekday]
    times = on_that if band is Band.THAT_DAY else heat.times[weekday, band]
    day = long_day(A_MONDAY + timedelta(days=weekday), language)
    return PEAK[band].filled(language, day=day, times=times)
