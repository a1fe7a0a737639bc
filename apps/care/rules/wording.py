"""Words that come with the rules themselves, in every language they are offered in."""

from dataclasses import dataclass
from datetime import date, datetime, time

from apps.care.rules.catalogs import translated


@dataclass(frozen=True)
class Text:
    """English and Spanish side by side; any other language has them in its catalog."""

    en: str
    es: str
    # Keeps two meanings apart that are one word in English.
    about: str = ""

    @classmethod
    def of_a_house(cls, en: str, es: str) -> "Text":
        """Words that somebody wrote down, which no catalog has."""
        return cls(en, es)

    def in_language(self, language: str) -> str:
        spoken = language.split("-")[0].lower()
        if spoken == "en":
            return self.en
        if spoken == "es":
            return self.es
        return translated(self.en, language, self.about)

    def filled(self, language: str, **values: object) -> str:
        return self.in_language(language).format(**values)


_DAYS = (
    Text("Mon", "lun"),
    Text("Tue", "mar"),
    Text("Wed", "mié"),
    Text("Thu", "jue"),
    Text("Fri", "vie"),
    Text("Sat", "sáb"),
    Text("Sun", "dom"),
)
_LONG_DAYS = (
    Text("Monday", "lunes"),
    Text("Tuesday", "martes"),
    Text("Wednesday", "miércoles"),
    Text("Thursday", "jueves"),
    Text("Friday", "viernes"),
    Text("Saturday", "sábado"),
    Text("Sunday", "domingo"),
)
_MONTHS = (
    Text("Jan", "ene"),
    Text("Feb", "feb"),
    Text("Mar", "mar"),
    Text("Apr", "abr"),
    Text("May", "may"),
    Text("Jun", "jun"),
    Text("Jul", "jul"),
    Text("Aug", "ago"),
    Text("Sep", "sep"),
    Text("Oct", "oct"),
    Text("Nov", "nov"),
    Text("Dec", "dic"),
)
_DATE = Text("{day} {month} {number}", "{day} {number} {month}")
# Of 17:30, ``twelve`` is 5, ``past`` is ":30" and empty on the hour.
_CLOCK = Text("{twelve}{past} {half}", "{hour}:{minute}")
_HALVES = (Text("am", "am"), Text("pm", "pm"))


def short_day(day: date, language: str) -> str:
    """``Tue``"""
    return _DAYS[day.weekday()].in_language(language)


def long_day(day: date, language: str) -> str:
    """``Tuesday``"""
    return _LONG_DAYS[day.weekday()].in_language(language)


def short_date(day: date, language: str) -> str:
    """``Tue Nov 17``"""
    return _DATE.filled(
        language,
        day=short_day(day, language),
        month=_MONTHS[day.month - 1].in_language(language),
        number=day.day,
    )


def clock(at: time | datetime) -> str:
    """``9:05``, on the wall clock that ``at`` already carries."""
    return f"{at.hour}:{at.minute:02}"


def said_clock(at: time | datetime, language: str) -> str:
    """``5 pm``, ``9:30 am``; in Spanish ``17:00``."""
    return _CLOCK.filled(
        language,
        hour=at.hour,
        minute=f"{at.minute:02}",
        twelve=at.hour % 12 or 12,
        past=f":{at.minute:02}" if at.minute else "",
        half=_HALVES[at.hour >= 12].in_language(language),
    )
