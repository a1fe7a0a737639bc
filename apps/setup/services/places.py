"""What a program admin sets up: sites with their lines and hours, programs, levels."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import LevelOfCare, Organization, Program, Site, SiteLine
from apps.care.services.checkin_gate import NotCovered, gaps_of
from apps.care.services.organizations import tells
from apps.setup.hours import Hours, hours_in_words

LINES = {
    SiteLine.Kind.PROGRAM: ("Front desk", "Recepción"),
    SiteLine.Kind.AFTER_HOURS: ("Evenings and weekends", "Noches y fines de semana"),
}


class NameTaken(Exception):
    """Another one here is called so."""


class AppNameTells(Exception):
    """The app on people's phones is called like this site."""


@dataclass(frozen=True)
class SiteDetails:
    """``lines`` by kind: the number as people dial it. ``holidays`` None: as they are."""

    name: str
    address: str
    timezone: str
    staffed_hours: Hours
    lines: dict[str, str]
    checked_on: date
    on_call: User | None = None
    holidays: list[str] | None = None


@transaction.atomic
def open_site(
    *, organization: Organization, details: SiteDetails, at: datetime, by: Actor
) -> Site:
    """
    :raises NameTaken: by another site of the organization.
    :raises AppNameTells: when the app would say where its people go.
    """
    # Two who add a site at once would choose the same code.
    Organization.objects.select_for_update(of=("self",)).get(pk=organization.pk)
    site = Site(organization=organization, code=_code(organization, details.name))
    _write(site, details)
    record(action="care.site_opened", at=at, by=by, subject=site)
    return site


@transaction.atomic
def change_site(*, site: Site, details: SiteDetails, at: datetime, by: Actor) -> Site:
    """
    :raises NameTaken: by another site of the organization.
    :raises AppNameTells: when the app would say where its people go.
    :raises NotCovered: when check-ins are on and nobody would read them any more.
    """
    site = Site.objects.select_for_update(of=("self",)).get(pk=site.pk)
    gaps_before = gaps_of(site)
    _write(site, details)
    made = [gap for gap in gaps_of(site) if gap not in gaps_before]
    if site.checkins_on and made:
        raise NotCovered(made)
    record(action="care.site_changed", at=at, by=by, subject=site)
    return site


def _write(site: Site, details: SiteDetails) -> None:
    house = site.organization
    others = Site.objects.filter(organization=house, name__iexact=details.name)
    if others.exclude(pk=site.pk).exists():
        raise NameTaken
    if house.app_name and tells(house.app_name, names=[details.name]):
        raise AppNameTells
    said_before = hours_in_words(site.staffed_hours)
    site.name = details.name
    site.address = details.address
    site.timezone = details.timezone
    site.staffed_hours = details.staffed_hours
    site.on_call = details.on_call
    if details.holidays is not None:
        site.holidays = sorted(details.holidays)
    site.save()
    for position, kind in enumerate(LINES):
        _write_line(site, kind, position, details, said_before)


def _write_line(site, kind, position, details, said_before) -> None:
    """One number. Words that somebody wrote beside it stay as they are."""
    number = details.lines.get(kind, "")
    line = site.lines.filter(kind=kind).order_by("position", "pk").first()
    if not number:
        if line is not None:
            line.delete()
        return
    if line is None:
        label, spanish = LINES[kind]
        line = SiteLine(site=site, kind=kind, label=label, position=position)
        line.in_languages = {"es": {"label": spanish}}
    if kind == SiteLine.Kind.PROGRAM and line.hours in ("", said_before["en"]):
        said = hours_in_words(details.staffed_hours)
        line.hours = said["en"]
        spoken = {**line.in_languages.get("es", {}), "hours": said["es"]}
        line.in_languages = {**line.in_languages, "es": spoken}
    line.number = number
    line.last_checked_on = details.checked_on
    line.save()


def _code(organization: Organization, name: str) -> str:
    """Three letters of the name; a number behind them where they are taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    letters = re.sub(r"[^A-Za-z0-9]", "", plain).upper()[:3] or "S"
    taken = set(organization.sites.values_list("code", flat=True))
    number, code = 1, letters
    while code in taken:
        number += 1
        code = f"{letters}{number}"
    return code


@transaction.atomic
def open_program(
    *,
    site: Site,
    name: str,
    track: str,
    facilitators_see_checkins: bool,
    at: datetime,
    by: Actor,
    weekly_review_day: int | None = None,
) -> Program:
    """:raises NameTaken: by another program of the site."""
    Site.objects.select_for_update(of=("self",)).get(pk=site.pk)
    program = Program(site=site, weekly_review_day=weekly_review_day)
    return _save_program(
        program, name, track, facilitators_see_checkins, "care.program_opened", at, by
    )


@transaction.atomic
def change_program(
    *,
    program: Program,
    name: str,
    track: str,
    facilitators_see_checkins: bool,
    at: datetime,
    by: Actor,
    weekly_review_day: int | None = None,
) -> Program:
    """:raises NameTaken: by another program of the site."""
    Site.objects.select_for_update(of=("self",)).get(pk=program.site_id)
    program.weekly_review_day = weekly_review_day
    return _save_program(
        program, name, track, facilitators_see_checkins, "care.program_changed", at, by
    )


def _save_program(program, name, track, see_checkins, action, at, by) -> Program:
    others = Program.objects.filter(site=program.site_id, name__iexact=name)
    if others.exclude(pk=program.pk).exists():
        raise NameTaken
    program.name, program.track = name, track
    program.facilitators_see_checkins = see_checkins
    program.save()
    record(action=action, at=at, by=by, subject=program)
    return program


@transaction.atomic
def save_level(
    *, organization: Organization, level: LevelOfCare, at: datetime, by: Actor
) -> LevelOfCare:
    """A level as the form left it, new or changed.

    :raises NameTaken: when another level has this code.
    """
    house = Organization.objects.select_for_update(of=("self",)).get(pk=organization.pk)
    others = LevelOfCare.objects.filter(organization=house).exclude(pk=level.pk)
    if others.filter(code__iexact=level.code).exists():
        raise NameTaken
    is_new = level._state.adding
    level.organization = house
    if is_new:
        level.position = others.count()
    level.save()
    action = "care.level_opened" if is_new else "care.level_changed"
    record(action=action, at=at, by=by, subject=level)
    return level
