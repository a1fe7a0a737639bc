"""What a program admin may see and change: of their own organization, and nothing clinical."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.care.models import (
    LevelOfCare,
    LimitChange,
    Organization,
    OutsidePlace,
    Program,
    ProgramItem,
    Site,
    SiteLine,
    StaffRole,
)
from apps.sessions.models import GroupSession, Series

CHECKED_FOR = timedelta(days=90)
LEADERS = (
    StaffRole.Role.COUNSELOR,
    StaffRole.Role.FACILITATOR,
    StaffRole.Role.SUPERVISOR,
    StaffRole.Role.CASE_MANAGER,
    StaffRole.Role.NURSE,
    StaffRole.Role.PEER,
)
# Who may be told at once of what cannot wait: people who open records.
ON_CALL = (
    StaffRole.Role.COUNSELOR,
    StaffRole.Role.SUPERVISOR,
    StaffRole.Role.DIRECTOR,
    StaffRole.Role.CASE_MANAGER,
    StaffRole.Role.NURSE,
)


def house_of(user) -> Organization:
    return Organization.objects.get(pk=user.organization_id)


def sites_of(user) -> QuerySet[Site]:
    own = Site.objects.filter(organization=user.organization_id)
    return own.select_related("organization", "on_call").order_by("name", "pk")


def programs_of(user) -> QuerySet[Program]:
    own = Program.objects.filter(site__organization=user.organization_id)
    return own.select_related("site__organization").order_by("site__name", "name", "pk")


def limit_changes(program: Program, most: int) -> list[LimitChange]:
    """Who chose other numbers for its rules, the newest first."""
    changes = LimitChange.objects.filter(program=program).select_related("changed_by")
    return list(changes.order_by("-changed_at", "-pk")[:most])


def added_words_of(user) -> QuerySet[ProgramItem]:
    own = ProgramItem.objects.filter(organization=user.organization_id)
    return own.select_related("program__site")


@dataclass(frozen=True)
class NearPlace:
    place: OutsidePlace
    stale: bool

    @property
    def when(self) -> str:
        days = ", ".join(str(WEEKDAYS[day]).capitalize() for day in self.place.days)
        starts = self.place.starts_at
        clock = time_format(starts, "TIME_FORMAT") if starts else ""
        return f"{days} {clock}".strip()


def nearby_of(user, at: datetime) -> list[tuple[Site, list[NearPlace]]]:
    """Every site with what is near it, what was checked longest ago first."""
    places = OutsidePlace.objects.order_by("last_checked_on", "name", "pk")
    sites = sites_of(user).prefetch_related(Prefetch("outside_places", places))
    return [
        (
            site,
            [
                NearPlace(place, place.is_stale(site.local_date(at)))
                for place in site.outside_places.all()
            ],
        )
        for site in sites
    ]


def levels_of(user) -> QuerySet[LevelOfCare]:
    own = LevelOfCare.objects.filter(organization=user.organization_id)
    return own.order_by("position", "code")


def staff_of(user, roles=LEADERS) -> QuerySet[User]:
    """Who works here in one of these roles, or will once they took their invitation."""
    return staff_in(user.organization_id, roles)


def staff_in(organization_id, roles=LEADERS) -> QuerySet[User]:
    here = StaffRole.objects.filter(organization=organization_id, role__in=roles)
    still_to_come = Q(is_active=False, last_login=None)
    return User.objects.filter(
        Q(is_active=True) | still_to_come,
        kind=User.Kind.STAFF,
        organization_id=organization_id,
        pk__in=here.values("user"),
    ).order_by("name", "pk")


def zone_of_house(user):
    """The clock of the first site."""
    site = Site.objects.filter(organization=user.organization_id).order_by("code")[:1]
    return next((one.zone for one in site), None)


@dataclass(frozen=True)
class SiteCard:
    """One site, and what is missing before it works."""

    site: Site
    today: date
    has_counselor: bool
    programs: list[Program] = field(default_factory=list)

    @cached_property
    def lines(self) -> dict[str, SiteLine]:
        return {line.kind: line for line in self.site.lines.all()}

    @cached_property
    def missing(self) -> list[str]:
        found = []
        if SiteLine.Kind.PROGRAM not in self.lines:
            found.append(_("No phone number for people to call yet."))
        if SiteLine.Kind.AFTER_HOURS not in self.lines:
            found.append(_("No phone number for evenings and weekends yet."))
        if not self.site.staffed_hours:
            found.append(_("No hours when the desk is staffed yet."))
        if self.site.on_call_id is None:
            found.append(_("Nobody is on call."))
        if not self.has_counselor:
            found.append(_("No counselor works here yet."))
        if not self.programs:
            found.append(_("No program yet."))
        found += [
            _("%(name)s has nothing in its week yet.") % {"name": program.name}
            for program in self.programs
            if not program.running
        ]
        return found + self._old_lines

    @property
    def _old_lines(self) -> list[str]:
        old = [
            line.last_checked_on
            for line in self.lines.values()
            if line.last_checked_on < self.today - CHECKED_FOR
        ]
        words = _("Nobody has called its numbers since %(day)s to see that they work.")
        return (
            [words % {"day": date_format(min(old), "MONTH_DAY_FORMAT")}] if old else []
        )


def site_cards(user, at: datetime, only: Site | None = None) -> list[SiteCard]:
    """Every site with its lines, programs and what is missing; four queries for any number."""
    sites = sites_of(user)
    if only is not None:
        sites = sites.filter(pk=only.pk)
    day = at.date()
    running = Series.objects.filter(Q(valid_until=None) | Q(valid_until__gte=day))
    programs = Program.objects.annotate(
        running=Count("series", filter=Q(series__in=running), distinct=True)
    ).order_by("name", "pk")
    counselors = list(
        StaffRole.objects.filter(
            organization=user.organization_id, role=StaffRole.Role.COUNSELOR
        ).values_list("site", flat=True)
    )
    sites = sites.prefetch_related("lines", Prefetch("programs", programs))
    return [
        SiteCard(
            site=site,
            today=site.local_date(at),
            has_counselor=None in counselors or site.pk in counselors,
            programs=list(site.programs.all()),
        )
        for site in sites
    ]


def week_of(site: Site, day: date) -> QuerySet[Series]:
    """What the week of a site holds from a day on."""
    return (
        Series.objects.filter(
            Q(valid_until=None) | Q(valid_until__gte=day), program__site=site
        )
        .select_related("program", "facilitator")
        .prefetch_related("levels", "blocks")
        .order_by("program__name", "starts_at_time", "title", "pk")
    )


def has_week(site: Site) -> bool:
    """Whether anything was ever planned there."""
    return Series.objects.filter(program__site=site).exists()


def rooms_ahead(programs, at: datetime) -> QuerySet[GroupSession]:
    """The groups of some programs that are still to come."""
    return GroupSession.objects.filter(
        series__program__in=programs, enrollment=None, starts_at__gt=at
    ).order_by("starts_at", "pk")


def first_full_room(*, program, level, weekdays, since, at) -> GroupSession | None:
    """The first group without a seat that this placement would bring somebody to."""
    at_level = Series.levels.through.objects.filter(
        series=OuterRef("series"), levelofcare=level
    )
    return next(
        (
            room
            for room in rooms_ahead([program], at).filter(
                Exists(at_level), weekday__in=weekdays, local_on__gte=since
            )
            if room.seats_taken >= room.capacity
        ),
        None,
    )
