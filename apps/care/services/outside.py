"""Meetings and help outside of the house: written down, checked, hidden."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import OutsidePlace, Site


@dataclass(frozen=True)
class OutsideDetails:
    kind: str
    name: str
    about: str
    about_es: str
    address: str
    phone: str
    days: list[int]
    starts_at: time | None
    languages: list[str]
    last_checked_on: date


@transaction.atomic
def add_outside_place(
    *, site: Site, details: OutsideDetails, at: datetime, by: Actor
) -> OutsidePlace:
    place = OutsidePlace.objects.create(
        organization_id=site.organization_id, site=site, **vars(details)
    )
    record(action="care.outside_added", at=at, by=by, subject=place)
    return place


@transaction.atomic
def change_outside_place(
    *, place: OutsidePlace, details: OutsideDetails, at: datetime, by: Actor
) -> None:
    place = OutsidePlace.objects.select_for_update(of=("self",)).get(pk=place.pk)
    for name, value in vars(details).items():
        setattr(place, name, value)
    place.save()
    record(action="care.outside_changed", at=at, by=by, subject=place)


@transaction.atomic
def note_outside_checked(
    *, place: OutsidePlace, on: date, at: datetime, by: Actor
) -> None:
    """Somebody called or went there, and all of it is still so."""
    OutsidePlace.objects.filter(pk=place.pk).update(last_checked_on=on)
    record(action="care.outside_checked", at=at, by=by, subject=place)


@transaction.atomic
def show_outside_place(
    *, place: OutsidePlace, shown: bool, at: datetime, by: Actor
) -> bool:
    """Hide it from clients or show it again. False when it was so before."""
    changed = OutsidePlace.objects.filter(pk=place.pk, hidden_at__isnull=not shown)
    if not changed.update(hidden_at=None if shown else at):
        return False
    action = "care.outside_shown" if shown else "care.outside_hidden"
    record(action=action, at=at, by=by, subject=place)
    return True
