"""Hours by weekday, and how they are said. Pure."""

from itertools import groupby

# Weekday (Monday "0") to when somebody is there.
Hours = dict[str, list[str]]
DAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "es": ("lun", "mar", "mié", "jue", "vie", "sáb", "dom"),
}
LONGEST = 80


def hours_in_words(hours: Hours) -> dict[str, str]:
    """By language, such as "Mon to Fri, 9:00 am to 5:00 pm". Empty when that is too long."""
    said = {
        language: "; ".join(
            _said(language, days, times) for days, times in _stretches(hours)
        )
        for language in DAYS
    }
    return {key: words if len(words) <= LONGEST else "" for key, words in said.items()}


def _stretches(hours: Hours) -> list[tuple[list[int], list[str]]]:
    """Days in a row with the same hours."""
    open_days = [(int(day), times) for day, times in sorted(hours.items())]
    stretches = []
    for (times, _), found in groupby(
        enumerate(open_days), key=lambda pair: (pair[1][1], pair[1][0] - pair[0])
    ):
        stretches.append(([day for _, (day, _times) in found], times))
    return stretches


def _said(language: str, days: list[int], times: list[str]) -> str:
    names = DAYS[language]
    first, last = names[days[0]], names[days[-1]]
    to = "a" if language == "es" else "to"
    when = first if len(days) == 1 else f"{first} {to} {last}"
    opens, closes = (_clock(language, time) for time in times)
    return f"{when}, {opens} {to} {closes}"


def _clock(language: str, time: str) -> str:
    hour, minute = time.split(":")
    if language == "es":
        return f"{int(hour)}:{minute}"
    return f"{int(hour) % 12 or 12}:{minute} {'am' if int(hour) < 12 else 'pm'}"
