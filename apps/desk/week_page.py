"""The week of a site as the staff see it: what is held where, by whom, with how many seats.

It names no clients. One-to-ones are not on it: their time and leader say whose they are.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from apps.accounts import policy
from apps.accounts.models import User
from apps.care.models import Program, Site
from apps.sessions import wording
from apps.sessions.models import Closure, GroupSession, instants_of
from apps.sessions.schedule import monday_of
from apps.sessions.selectors import AHEAD

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
BACK = timedelta(days=3 * 365)


@dataclass(frozen=True)
class Entry:
    room: GroupSession
    span: str
    place: str
    changes: list[str]
    is_over: bool


@dataclass(frozen=True)
class Day:
    on: date
    title: str
    is_today: bool
    is_holiday: bool
    entries: list[Entry]


@dataclass(frozen=True)
class Closed:
    closure: Closure
    when: str


@dataclass(frozen=True)
class SiteWeek:
    site: Site
    sites: list[Site]
    track: str
    monday: date
    is_current: bool
    days: list[Day]
    closures: list[Closed]
    may_change: bool

    @property
    def title(self) -> str:
        ends = (self.monday, self.monday + WEEK - DAY)
        return "\N{NO-BREAK SPACE}– ".join(
            date_format(day, "MONTH_DAY_FORMAT") for day in ends
        )

    @property
    def previous(self) -> date:
        return self.monday - WEEK

    @property
    def following(self) -> date:
        return self.monday + WEEK

    @property
    def tracks(self) -> list[tuple[str, str]]:
        return [("", _("All")), *Program.Track.choices]

    @property
    def query(self) -> str:
        """Site and track, for links that stay with them."""
        return f"site={self.site.code}&track={self.track}"


def may_change_week(user: User) -> bool:
    return policy.is_one_of(user, policy.TIMETABLE)


def sites_of(user: User) -> list[Site]:
    """All of the house, where somebody works themselves first."""
    own = set(user.staff_roles.values_list("site", flat=True))
    sites = Site.objects.filter(organization=user.organization_id).order_by("name")
    return sorted(sites, key=lambda site: site.pk not in own)


def site_week(
    user: User, *, code: str, track: str, asked: date | None, at: datetime
) -> SiteWeek | None:
    sites = sites_of(user)
    site = next(
        (site for site in sites if site.code == code), sites[0] if sites else None
    )
    if site is None:
        return None
    today = site.local_date(at)
    asked = min(max(asked or today, today - BACK), today + 2 * AHEAD)
    monday = monday_of(asked)
    track = track if track in Program.Track.values else ""
    rooms = (
        GroupSession.objects.filter(site=site, enrollment=None)
        .on_days(monday, monday + 6 * DAY)
        # Taken out of the weekly plan, and nobody had it in theirs.
        .exclude(Q(cancelled_for=GroupSession.Cause.RULE, seats_taken=0))
        .select_related("site", "series", "facilitator")
        .order_by("starts_at", "title", "pk")
    )
    if track:
        rooms = rooms.filter(series__program__track=track)
    return SiteWeek(
        site=site,
        sites=sites,
        track=track,
        monday=monday,
        is_current=monday == monday_of(today),
        days=_days(list(rooms), site, monday, today, at),
        closures=_closures(site, monday),
        may_change=may_change_week(user),
    )


def _days(
    rooms: list[GroupSession], site: Site, monday: date, today: date, at: datetime
) -> list[Day]:
    days = []
    for offset in range(7):
        on = monday + offset * DAY
        entries = [_entry(room, at) for room in rooms if room.local_on == on]
        is_holiday = on.isoformat() in site.holidays
        # A weekend without anything takes no room of the days that have something.
        if offset < 5 or entries or is_holiday:
            title = capfirst(date_format(on, "D j"))
            days.append(Day(on, title, on == today, is_holiday, entries))
    return days


def _entry(room: GroupSession, at: datetime) -> Entry:
    return Entry(
        room=room,
        span=wording.span(room),
        place=wording.place(room),
        changes=wording.changes(room),
        is_over=room.starts_at <= at,
    )


def _closures(site: Site, monday: date) -> list[Closed]:
    around = instants_of(monday, monday + 6 * DAY)
    rows = Closure.objects.in_force().filter(site=site).around(*around)
    return [
        Closed(closure, wording.closed_when(closure, site))
        for closure in rows.select_related("program").order_by("starts_at", "pk")
    ]


def coming_holidays(site: Site, at: datetime) -> list[date]:
    today = site.local_date(at)
    return [d for d in map(date.fromisoformat, site.holidays) if d >= today]


def occurrence_of(user: User, pk: UUID) -> GroupSession | None:
    """One of a series, in the house of somebody who may change it."""
    return (
        GroupSession.objects.filter(
            pk=pk, organization=user.organization_id, series__isnull=False
        )
        .select_related("site", "series__program__site", "facilitator")
        .first()
    )
