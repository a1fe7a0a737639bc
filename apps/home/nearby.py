"""What is near a client's site, as the staff last checked it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils.dates import WEEKDAYS
from django.utils.formats import time_format
from django.utils.text import capfirst
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.care.models import OutsidePlace, Site
from apps.sessions.selectors import own_enrollment


@dataclass(frozen=True)
class Near:
    place: OutsidePlace
    stale: bool

    @property
    def when(self) -> str:
        return when_words(self.place)

    @property
    def spoken(self) -> str:
        return ", ".join(language_name(code) for code in self.place.languages)


def when_words(place: OutsidePlace) -> str:
    """ "Tuesday, Thursday 7 p.m." """
    days = capfirst(", ".join(str(WEEKDAYS[day]) for day in sorted(place.days)))
    time = time_format(place.starts_at, "TIME_FORMAT") if place.starts_at else ""
    if len(place.days) == len(WEEKDAYS):
        days = _("Every day")
    return f"{days} {time}".strip()


def language_name(code: str) -> str:
    return get_language_info(code)["name_local"].capitalize()


def nearby(
    user: User, at: datetime, chosen: Mapping[str, str]
) -> list[tuple[Site, list[Near]]]:
    """By site, the client's own first; of the kind, day and language that are asked for.

    A place with no fixed day is there on each. A language nobody wrote down is no match.
    """
    rows = OutsidePlace.objects.visible_to(user).shown().select_related("site")
    if kind := chosen.get("kind"):
        rows = rows.filter(kind=kind)
    found = list(rows.order_by("site__name", "site", "name", "pk"))
    if day := chosen.get("day"):
        found = [row for row in found if not row.days or int(day) in row.days]
    if language := chosen.get("language"):
        found = [row for row in found if language in row.languages]
    enrollment = own_enrollment(user)
    own = enrollment.program.site if enrollment else None
    sites = [
        (site, [Near(row, row.is_stale(site.local_date(at))) for row in group])
        for site, group in groupby(found, key=lambda row: row.site)
    ]
    return sorted(sites, key=lambda pair: pair[0] != own)


def languages_of(user: User) -> list[tuple[str, str]]:
    """Spoken at any of the places that are shown."""
    rows = OutsidePlace.objects.visible_to(user).shown()
    spoken = {
        code for codes in rows.values_list("languages", flat=True) for code in codes
    }
    return sorted((code, language_name(code)) for code in spoken)
