"""A site closes and opens again; holidays. Nobody is marked, and it counts for nobody."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Program, Site
from apps.care.services.status import wake_all
from apps.sessions.models import Closure, GroupSession
from apps.sessions.services.conflicts import lock_schedule
from apps.sessions.services.occurrences import coming_rooms, people_of, settle


class NotAClosure(Exception):
    """It would end before it begins, or be over already."""


@transaction.atomic
def close_site(
    *,
    site: Site,
    starts_at: datetime,
    ends_at: datetime,
    kind: str,
    note: str,
    at: datetime,
    by: Actor,
    program: Program | None = None,
) -> Closure:
    """Nothing is held there between two instants. What has begun goes on.

    Occurrences made later for that time are made cancelled. The same closure twice is one.

    :raises NotAClosure: when it has no time left in it.
    """
    if ends_at <= max(starts_at, at):
        raise NotAClosure
    lock_schedule(site.organization_id)
    asked = {
        "site": site,
        "program": program,
        "starts_at": starts_at,
        "ends_at": ends_at,
    }
    if there := Closure.objects.in_force().filter(**asked).first():
        return there
    closure = Closure.objects.create(
        **asked,
        organization_id=site.organization_id,
        kind=kind,
        note=note,
        made_at=at,
        made_by_id=by.user_id,
    )
    rooms = GroupSession.objects.filter(
        site=site, starts_at__lt=ends_at, ends_at__gt=starts_at
    )
    _settle("sessions.site_closed", closure, site, coming_rooms(rooms, at), at, by)
    return closure


@transaction.atomic
def reopen(*, closure: Closure, at: datetime, by: Actor) -> None:
    """Bring back what this closure alone took away and what has not begun meanwhile."""
    lock_schedule(closure.organization_id)
    closure = Closure.objects.select_related("site").get(pk=closure.pk)
    if closure.reopened_at is not None:
        return
    closure.reopened_at = at
    closure.save(update_fields=["reopened_at"])
    rooms = coming_rooms(GroupSession.objects.filter(closure=closure), at)
    _settle("sessions.site_reopened", closure, closure.site, rooms, at, by)


@transaction.atomic
def set_holidays(
    *, site: Site, days: Collection[date], at: datetime, by: Actor
) -> None:
    """The days a site is closed for good, from today on; those that were stay written down."""
    lock_schedule(site.organization_id)
    site.refresh_from_db(fields=["holidays"])
    today = site.local_date(at).isoformat()
    before = set(site.holidays)
    past = {day for day in before if day < today}
    now = past | {day.isoformat() for day in days if day.isoformat() >= today}
    if now == before:
        return
    site.holidays = sorted(now)
    site.save(update_fields=["holidays"])
    changed = [date.fromisoformat(day) for day in now ^ before]
    rooms = GroupSession.objects.filter(site=site, local_on__in=changed)
    _settle("sessions.holidays_set", site, site, coming_rooms(rooms, at), at, by)


def _settle(
    action: str, subject, site: Site, rooms: list[GroupSession], at: datetime, by: Actor
) -> None:
    off, back = settle(rooms, site, at=at, by=by)
    people = people_of([*off, *back])
    record(
        action=action,
        at=at,
        by=by,
        subject=subject,
        client_ids=[person.client_id for person in people],
    )
    wake_all(enrollment_ids=[person.pk for person in people], at=at)
