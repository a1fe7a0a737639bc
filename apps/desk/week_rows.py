"""The last weeks in hours, with a word where a colleague may want to look."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from apps.sessions.hours import Look, Prescribed, Week

NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class WeekRow:
    week_of: str
    attended: str
    planned: str
    prescribed: str
    words: str
    is_below: bool


def week_rows(weeks: Iterable[Week]) -> list[WeekRow]:
    """Newest first; the first one is still running."""
    return [_row(week, is_running=n == 0) for n, week in enumerate(weeks)]


def exact_hours(minutes: int) -> str:
    """To the tenth of an hour: "9.0", "3.2". Staff compare it with a floor."""
    return number_format(minutes / 60, decimal_pos=1)


def _row(week: Week, *, is_running: bool) -> WeekRow:
    return WeekRow(
        week_of=date_format(week.monday, _("M j")).replace(" ", NO_BREAK),
        attended=exact_hours(week.attended),
        planned=exact_hours(week.planned),
        prescribed=_range(week.prescribed),
        words=_words(week, is_running),
        is_below=week.look == Look.BELOW,
    )


def _range(prescribed: Prescribed | None) -> str:
    if prescribed is None:
        return ""
    least, most = (
        number_format(n / 60, decimal_pos=0 if n % 60 == 0 else 1)
        for n in (prescribed.least, prescribed.most)
    )
    return f"{least}–{most}"


def _words(week: Week, is_running: bool) -> str:
    said = []
    if week.cancelled:
        hours = exact_hours(week.cancelled)
        said.append(_("%(hours)s h cancelled by us.") % {"hours": hours})
    if is_running:
        said.append(_("Still running."))
    elif week.look == Look.BELOW:
        said.append(_("Below the level. Ask what would help."))
    elif week.look == Look.PLANNED_BELOW:
        said.append(_("Fewer hours were planned than the level has."))
    elif not week.is_whole:
        said.append(_("Not a whole week, or not all is written down."))
    return " ".join(said)
