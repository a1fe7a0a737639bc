"""Words that may stand nowhere a stranger could read them.

Paths, page titles, message texts, sender names: a shared phone keeps them, a lock screen
shows them. Read from the start of a word, whatever the case.
"""

import re

WORDS = (
    r"addict|recover|rehab|sober|sobriety|relaps|substance|drug|alcohol|drink|opioid|"
    r"opiate|heroin|fentanyl|meth\b|cocaine|crack|benzo|suboxone|methadone|naltrex|"
    r"buprenorph|narcan|naloxone|crav|trigger|detox|withdraw|IOP\b|intensive outpatient|"
    r"outpatient|treatment|clinic|therap|counsel|patient|diagnos|MAT\b|12.?step|AA\b|"
    r"NA\b|clean\b|using\b|used\b|group\b|session\b|program\b|988|crisis"
)
SPANISH_WORDS = (
    r"adicc|adict|recuper|rehabilit|sobri|reca[ií]d|sustanci|beb[eií]|borrach|opi[aá]ce|"
    r"hero[ií]n|fentanil|metanf|coca[ií]n|metadon|naloxon|antojo|ansia|impulso|detonante|"
    r"desintox|abstinen|tratamiento|cl[ií]nic|terap|consejer|paciente|consum|grupo\b|"
    r"sesi[oó]n|programa\b|limpio\b|limpia\b"
)
TELLING = re.compile(rf"\b(?:{WORDS}|{SPANISH_WORDS})", re.IGNORECASE)


def telling_words(text: str) -> list[str]:
    """What in this text tells a stranger what this is about."""
    # A path and a file name join words that a reader sees apart.
    return TELLING.findall(re.sub(r"[_/.-]", " ", text))
