"""Words in free text that must reach a person. A match only ever adds help."""

import re
import unicodedata

_PHRASES = (
    # English
    r"kill(ing)? (myself|me)",
    r"suicid\w*",
    r"end(ing)? (my life|it all|things for good)",
    r"tak(e|ing) my (own )?life",
    r"want(ed)? to die",
    r"wanna die",
    r"wish i (was|were) dead",
    r"better off (dead|without me)",
    r"(do not|dont|no longer) want to (live|be alive|be here anymore|wake up)",
    r"(no|not a) reason to live",
    r"(hurt|harm|cut)(ing|ting)? myself",
    r"self ?harm\w*",
    r"overdos\w*",
    r"od ?ed",
    r"(he|hes|she|shes|they|theyre|someone)( is| are| keeps| will| is going to)? "
    r"(hit|hits|hitting|beat|beats|beating|hurt|hurts|hurting|kill) me",
    # Spanish
    r"matarme",
    r"me quiero matar",
    r"quitarme la vida",
    r"(me )?quiero morir(me)?",
    r"(ya )?no quiero (seguir viviendo|vivir|despertar)",
    r"(sin|no tengo) ganas de vivir",
    r"hacerme dano",
    r"lastimarme",
    r"cortarme",
    r"sobredosis",
    r"(me) (pega|golpea|va a matar|quiere matar)",
)
# Plain enough for the expressions of a browser: a phone without a network reads it too.
PATTERN = re.compile(r"\b(" + "|".join(_PHRASES) + r")\b")


def mentions_danger(text: str) -> bool:
    """Whether the words may mean that somebody is in danger."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = plain.replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", "")
    plain = re.sub(r"[^a-z0-9]+", " ", plain)
    return PATTERN.search(plain) is not None
