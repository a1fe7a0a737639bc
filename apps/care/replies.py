"""What an answer to a text means: a digit, a word, or a wish to be left alone."""

import re
import unicodedata
from collections.abc import Mapping

from apps.care.rules.wording import Text

MEANINGS = {
    "intent_next": Text("Plans to come next time.", "Piensa venir la próxima vez."),
    "confirm": Text("Says yes.", "Dice que sí."),
    "call_me": Text("Would like a call.", "Quiere una llamada."),
    "call_today": Text("Today is good for a call.", "Hoy puede hablar por teléfono."),
    "call_tomorrow": Text(
        "Tomorrow is good for a call.", "Mañana puede hablar por teléfono."
    ),
    "text_only": Text(
        "Would rather have texts than calls.", "Prefiere textos en vez de llamadas."
    ),
    "new_time": Text("Would like another time.", "Quiere otra hora."),
    "telehealth": Text("Would like to join by video.", "Quiere conectarse por video."),
    "one_to_one": Text(
        "Would like to meet one-to-one first.", "Quiere hablar a solas primero."
    ),
    "fewer_days": Text("Would like fewer days.", "Quiere venir menos días."),
    "more_support": Text("Would like more support.", "Quiere más apoyo."),
    "not_now": Text("Not now.", "Ahora no."),
    "running_late": Text("Is running late.", "Va a llegar tarde."),
    "stop_caring": Text("No more of these notes.", "No quiere más de estas notas."),
    "barrier_ride": Text("Needs a ride.", "Necesita transporte."),
    "barrier_kids": Text("Children make it hard to come.", "Los hijos lo dificultan."),
    "barrier_work": Text(
        "Work hours make it hard to come.", "El trabajo lo dificulta."
    ),
    "barrier_cost": Text("Cost makes it hard to come.", "El dinero lo dificulta."),
    "barrier_dread": Text("Is dreading it.", "Le cuesta mucho venir."),
    "makeup": Text("Would like to make up a time.", "Quiere reponer un día."),
    "tell_change": Text(
        "Their time changed. Tell them in person.",
        "Su hora cambió. Hay que avisarle en persona.",
    ),
    "barrier_other": Text("Something else is in the way.", "Hay otra dificultad."),
}
ANSWERED = Text("Sent an answer.", "Mandó una respuesta.")

# Understood after any message, and without one.
ALWAYS = ("call_me", "running_late")
# The words people send in place of a digit, with what they may mean, first choice first.
_WORDS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("confirm", "intent_next"): (
        "yes",
        "yeah",
        "yep",
        "y",
        "ok",
        "okay",
        "sure",
        "see you",
        "see you then",
        "see you there",
        "on track",
        "si",
        "claro",
        "dale",
        "listo",
        "nos vemos",
        "voy",
    ),
    ("call_me", "call_today"): (
        "call",
        "call me",
        "call me please",
        "call me first",
        "phone",
        "llamar",
        "llamame",
        "llamenme",
        "llamada",
        "una llamada",
        "antes una llamada",
        "hablar",
        "talk",
    ),
    ("call_today",): ("today", "hoy"),
    ("call_tomorrow",): ("tomorrow", "manana"),
    ("text_only",): ("text only", "text", "solo texto", "texto"),
    ("not_now", "stop_caring"): (
        "later",
        "not now",
        "no",
        "no thanks",
        "no thank you",
        "luego",
        "despues",
        "ahora no",
        "no gracias",
    ),
    ("new_time",): ("new time", "change it", "another time", "otra hora", "cambiar"),
    ("telehealth",): ("video", "join by video", "by video", "por video"),
    ("barrier_ride",): ("ride", "a ride", "need a ride", "transporte"),
    ("barrier_kids",): ("kids", "children", "hijos"),
    ("barrier_work",): ("work", "work hours", "trabajo"),
    ("barrier_cost",): ("cost", "money", "dinero"),
    ("fewer_days",): ("fewer days", "venir menos"),
    ("running_late",): ("late", "running late", "im late", "llego tarde", "voy tarde"),
}
_MEANT_BY = {word: meant for meant, words in _WORDS.items() for word in words}
_NUMBERS = {
    word: str(number)
    for number, words in enumerate(
        ("one uno una", "two dos", "three tres", "four cuatro", "five cinco"), start=1
    )
    for word in words.split()
}
_POLITE = re.compile(r" (please|pls|thanks|thank you|thx|por favor|gracias)$")

_STOP_WORDS = (
    "stop|stopall|stop all|unsubscribe|cancel|end|quit|revoke|optout|opt out|"
    "alto|baja|parar|paren|cancelar|detener|basta|no mas|no more"
)
_MESSAGES = r"(texts?|texting|messages?|messaging|msgs?|sms|mensajes|textos)"
_STOP = re.compile(
    rf"^(please |pls |por favor )?({_STOP_WORDS})"
    r"( it| now| this| all| already| ya| please| pls| por favor| thanks| gracias)*$"
    r"|(?<!dont )(?<!not )(?<!never )\b(stop|quit) (all )?"
    r"(texting|messaging|contacting|sending|writing|bothering)\b"
    rf"|(?<!dont )(?<!not )(?<!never )\b(stop|end|cancel) (all )?(of )?"
    rf"(these |the |your |my |those )?{_MESSAGES}\b"
    rf"|\bno more (of )?(these |your )?{_MESSAGES}\b"
    r"|\b(dont|do not) want (any |to get |to receive )?(any )?(more )?(of )?"
    rf"(these |your |the )?{_MESSAGES}\b"
    r"|\b(dont|do not|never) (text|message|contact|write)( to)? me\b"
    r"|\b(remove|delete|take) (me|my number)\b"
    r"|\bunsubscribe\b|\bopt (me )?out\b|\bleave me alone\b|\blose (my|this) number\b"
    r"|\b(deja|deje|dejen|dejar|para|paren|parar) (ya )?de "
    r"(escribir|mandar|enviar|molestar|contactar|textear)\w*"
    r"|\bno me (escriba|escriban|escribas|mande|manden|mandes|envie|envien|envies|"
    r"contacte|contacten|contactes|moleste|molesten|molestes)\b"
    r"|\bno quiero (recibir )?(mas )?(de estos |estos |sus |tus )?(mensajes|textos)\b"
    r"|\bno mas (mensajes|textos)\b"
    r"|\b(quitame|quitenme|sacame|saquenme|borrame|borrenme)\b|\bdar(me|se)? de baja\b"
)
_WRONG_NUMBER = re.compile(
    r"\bwrong (number|person)\b|\b(numero|persona) equivocad[oa]\b"
    r"|\b(isnt|is not|not) (his|her|their) (number|phone)\b"
    r"|\bno es (su|el) (numero|telefono) de\b|\bse equivoc(o|aron) de numero\b"
)
_HELP = re.compile(r"^(help|info|ayuda|auxilio)$")
_START = re.compile(r"^(start|unstop|restart|empezar|comenzar)$")


def meaning_in(replies: Mapping[str, str], text: str) -> str | None:
    """What a digit or a word means among these answers; None when it fits none."""
    words = _POLITE.sub("", _plain(text))
    digit = _NUMBERS.get(words, words)
    if digit in replies:
        return replies[digit]
    understood = {*replies.values(), *ALWAYS}
    meant = _MEANT_BY.get(words, ())
    return next((meaning for meaning in meant if meaning in understood), None)


def answer_sentence(meaning: str, language: str) -> str:
    """What somebody answered, in words for the desk."""
    return MEANINGS.get(meaning, ANSWERED).in_language(language)


def is_opt_out(text: str) -> bool:
    """Whether a reasonable person reads this as: no more texts. A wrong number is one."""
    return _STOP.search(_plain(text)) is not None or is_wrong_number(text)


def is_wrong_number(text: str) -> bool:
    return _WRONG_NUMBER.search(_plain(text)) is not None


def is_help(text: str) -> bool:
    return _HELP.match(_plain(text)) is not None


def is_opt_in(text: str) -> bool:
    return _START.match(_plain(text)) is not None


def _plain(text: str) -> str:
    """Small letters without accents, with one space where anything else was."""
    text = unicodedata.normalize("NFKD", text.casefold())
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    text = text.replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", "")
    return re.sub(r"[^a-z0-9]+", " ", text).strip()
