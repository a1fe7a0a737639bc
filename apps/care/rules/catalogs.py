"""The words of the rules in any language that does not stand beside them in the sources.

English and Spanish are reviewed as a set and live in the rules and in ``apps/care/data``.
Each further language has one catalog, ``locale/<language>/LC_MESSAGES/rules.po``, that goes
from the English words to its own.
"""

import gettext
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[3] / "locale"


def translated(english: str, language: str, about: str = "") -> str:
    """In a language such as ``pt-br``; English where its catalog says nothing yet."""
    catalog = _catalog(_locale(language))
    return catalog.pgettext(about, english) if about else catalog.gettext(english)


def _locale(language: str) -> str:
    """``pt-br`` is kept as ``pt_BR``."""
    spoken, _, region = language.partition("-")
    return f"{spoken.lower()}_{region.upper()}" if region else spoken.lower()


@cache
def _catalog(locale: str) -> gettext.NullTranslations:
    # A process keeps what it has read, as Django does with its own catalogs.
    return gettext.translation("rules", FOLDER, [locale], fallback=True)
