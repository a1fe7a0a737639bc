"""Words that come with the rules themselves, in each language they are offered in."""

from dataclasses import dataclass
from datetime import date, datetime, time

LANGUAGES = ("en", "es")

_DAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "es": ("lun", "mar", "mié", "jue", "vie", "sáb", "dom"),
}
_LONG_DAYS = {
    "en": (
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}
_MONTHS = {
    "en": (
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "May",
        "Jun",
        "Jul",
        "Aug",
        "Sep",
        "Oct",
        "Nov",
        "Dec",
    ),
    "es": (
        "ene",
        "feb",
        "mar",
        "abr",
        "may",
        "jun",
        "jul",
        "ago",
        "sep",
        "oct",
        "nov",
        "dic",
    ),
}


def spoken(language: str) -> str:
    """The language among ours for a code such as ``es-us``; English for any other."""
    code = language.split("-")[0].lower()
    return code if code in LANGUAGES else "en"


@dataclass(frozen=True)
class Text:
    en: str
    es: str

    def in_language(self, language: str) -> str:
        return self.es if spoken(language) == "es" else self.en

    def filled(self, language: str, **values: object) -> str:
        return self.in_language(language).format(**values)


def short_day(day: date, language: str) -> str:
    """``Tue``"""
    return _DAYS[spoken(language)][day.weekday()]


def long_day(day: date, language: str) -> str:
    """``Tuesday``"""
    return _LONG_DAYS[spoken(language)][day.weekday()]


def short_date(day: date, language: str) -> str:
    """``Tue Nov 17``"""
    month = _MONTHS[spoken(language)][day.month - 1]
    if spoken(language) == "es":
        return f"{short_day(day, language)} {day.day} {month}"
    return f"{short_day(day, language)} {month} {day.day}"


def clock(at: time | datetime) -> str:
    """``9:05``, on the wall clock that ``at`` already carries."""
    return f"{at.hour}:{at.minute:02}"


def said_clock(at: time | datetime, language: str) -> str:
    """``5 pm``, ``9:30 am``; in Spanish ``17:00``."""
    if spoken(language) == "es":
        return clock(at)
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes} {'am' if at.hour < 12 else 'pm'}"
