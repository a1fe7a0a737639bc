"""How hard a text is to read: by the usual formulas, on syllables counted by rule.

Two counters and two formulas: a package for it would bring dictionaries along and count no
better on sentences as short as ours.
"""

import re

EN_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*|\d+")
ES_WORD = re.compile(r"[a-záéíóúüñ]+|\d+", re.IGNORECASE)
# A vowel that is spoken by itself, or weak ones that no strong one takes along.
ES_NUCLEUS = re.compile(r"[aeoáéóíú]|(?<![aeoáéóíú])[iuü]+(?![aeoáéóíú])")


def english_syllables(word: str) -> int:
    """As a rule of thumb: groups of vowels, without a silent e."""
    word = re.sub(r"[^a-z]", "", word.lower())
    groups = len(re.findall(r"[aeiouy]+", word))
    silent = re.search(r"[^aeiouyl]e$|[^aeiouytd]ed$|[^aeiouyscxz]es$", word)
    return max(1, groups - bool(silent and groups > 1))


def spanish_syllables(word: str) -> int:
    word = re.sub(r"qu|gu(?=[eiéí])", "q", word.lower())
    word = re.sub(r"y(?![aeiouáéíóú])", "i", word)
    return max(1, len(ES_NUCLEUS.findall(word)))


def school_year(*sentences: str) -> float:
    """Flesch-Kincaid: the American school year that reads it."""
    words = [word for each in sentences for word in EN_WORD.findall(each)]
    syllables = sum(english_syllables(word) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def ease(*sentences: str) -> float:
    """Fernández-Huerta: 70 to 80 is the sixth year, 80 to 90 the fifth, 100 the easiest."""
    words = [word for each in sentences for word in ES_WORD.findall(each)]
    syllables = sum(spanish_syllables(word) for word in words)
    return 206.84 - 60 * syllables / len(words) - 1.02 * len(words) / len(sentences)
