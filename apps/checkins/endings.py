"""Where a check-in ends: help first, then thanks, then only what is really staffed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from apps.care.models import Enrollment
from apps.care.rules import checkin_flow, safety_words, screens
from apps.care.rules.wording import Text
from apps.checkins.models import CheckinDay
from apps.checkins.selectors import (
    asking_of,
    call_asked_at,
    counselor_of,
    hours_of,
    site_of,
)

# Further ahead than this, the name of a weekday needs its date.
A_WEEK_AHEAD = 6


def words_in(language: str) -> dict:
    """The approved texts of the last screens, by name, for a template."""
    return {"NATIONAL_LINES": screens.NATIONAL_LINES} | {
        name: text.in_language(language)
        if isinstance(text, Text)
        else [each.in_language(language) for each in text]
        for name, text in vars(screens).items()
        if name.isupper() and isinstance(text, Text | tuple)
    }


@dataclass(frozen=True)
class Way:
    """The screens in order; the last one says thanks and holds the note."""

    screens: tuple[str, ...]
    overdose: bool
    stopping: bool
    violence: bool
    offer_full: bool

    def place(self, asked: str) -> int:
        """Which screen is meant by ``?step=``: its number, "last", or the first."""
        if asked == "last":
            return len(self.screens) - 1
        return min(int(asked), len(self.screens) - 1) if asked.isdecimal() else 0


def way_of(day: CheckinDay) -> Way:
    ending = checkin_flow.ending(day.said, asking_of(day.client))
    unsafe = day.answers.get("feels_safe") in ("no", "not_sure")
    path = [screen for screen in ending.screens if screen != "safe"]
    if unsafe or safety_words.mentions_danger(day.note or ""):
        path.insert(0, "safe")
    if path[-1] not in ("ride", "thanks"):
        path.append("thanks")
    return Way(
        screens=tuple(path),
        overdose=ending.overdose,
        stopping=ending.stopping,
        violence=unsafe and day.answers.get("unsafe_because") == "someone",
        offer_full=ending.offer_full,
    )


def call_promise(enrollment: Enrollment, asked_at: datetime) -> str:
    """Who calls and by when, by the hours of the site; nothing when it named none."""
    site = site_of(enrollment)
    try:
        by = hours_of(site).call_by(asked_at).astimezone(site.zone)
    except ValueError:
        return ""
    counselor = counselor_of(enrollment, asked_at)
    words = {
        "name": counselor.name if counselor else _("Your team"),
        "time": time_format(by.time(), "TIME_FORMAT"),
        "day": date_format(by.date(), "l"),
    }
    ahead = (by.date() - site.local_date(asked_at)).days
    if ahead == 0:
        return _("%(name)s will call you today by %(time)s.") % words
    if ahead == 1:
        return _("%(name)s will call you tomorrow by %(time)s.") % words
    if ahead > A_WEEK_AHEAD:
        words["day"] += ", " + date_format(by.date(), "MONTH_DAY_FORMAT")
    return _("%(name)s will call you on %(day)s by %(time)s.") % words


def promise_of(day: CheckinDay | None) -> str:
    """The call this day asked for, as it was promised then."""
    asked_at = call_asked_at(day) if day is not None else None
    return call_promise(day.enrollment, asked_at) if asked_at else ""


def reading_of(enrollment: Enrollment, at: datetime) -> str:
    """When the team looks at what was just said. Nothing is promised that is not staffed."""
    site = site_of(enrollment)
    hours = hours_of(site)
    if hours.is_open(at):
        return _("Your team is here now and will see this today.")
    told = [_("Whoever is on call has been told.")] if site.on_call_id else []
    today = site.local_date(at)
    bounds = (hours.bounds(today + timedelta(days=n)) for n in range(A_WEEK_AHEAD + 1))
    opens = next((b[0] for b in bounds if b and b[0] > at), None)
    if opens is None:
        told.append(_("Your team will see this on their next work day."))
    else:
        local = opens.astimezone(site.zone)
        told.append(
            _("Your team reads this on %(day)s from %(time)s.")
            % {
                "day": date_format(local.date(), "l"),
                "time": time_format(local.time(), "TIME_FORMAT"),
            }
        )
    return " ".join(told)
