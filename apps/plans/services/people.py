"""What changes at once, outside the versions: people, the next refill, the kit's order."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Client
from apps.care.services.enrollments import normalized_phone
from apps.plans.models import LivePart, PlanPerson
from apps.plans.selectors import current_plan
from apps.plans.services.events import note_event
from apps.plans.services.own_words import publish

DETAILS = ("name", "relation", "phone", "best_time", "what_to_say", "knows")


class NotThereAnyMore(Exception):
    """The row was changed or taken away in the meantime."""


@transaction.atomic
def add_person(*, client: Client, details: dict, at: datetime, by: Actor) -> PlanPerson:
    """
    :raises NotANumber: a phone number that cannot be dialled.
    """
    last = client.plan_people.current().aggregate(last=Max("position"))["last"]
    return _add(client, details, 0 if last is None else last + 1, at, by)


@transaction.atomic
def change_person(
    *, person: PlanPerson, details: dict, at: datetime, by: Actor
) -> PlanPerson:
    """End the row and add another, so that what stood there before is still known.

    :raises NotANumber: a phone number that cannot be dialled.
    :raises NotThereAnyMore: when it was changed or taken away before.
    """
    _end(person, at)
    return _add(person.client, details, person.position, at, by)


@transaction.atomic
def remove_person(*, person: PlanPerson, at: datetime, by: Actor) -> None:
    """
    :raises NotThereAnyMore: when it was changed or taken away before.
    """
    _end(person, at)
    record(
        action="plans.person_removed",
        at=at,
        by=by,
        subject=person,
        client_id=person.client_id,
    )
    note_event(client=person.client, at=at, by=by)


def _add(client, details, position, at, by) -> PlanPerson:
    phone = details["phone"].strip()
    person = PlanPerson.objects.create(
        client=client,
        details={
            **{key: details[key] for key in DETAILS},
            "phone": normalized_phone(phone) if phone else "",
        },
        position=position,
        since=at,
    )
    record(
        action="plans.person_saved",
        at=at,
        by=by,
        subject=person,
        client_id=client.pk,
    )
    note_event(client=client, at=at, by=by)
    return person


def _end(person, at):
    ended = PlanPerson.objects.current().filter(pk=person.pk).update(until=at)
    if not ended:
        raise NotThereAnyMore


def set_refill(*, client: Client, on: date | None, at: datetime, by: Actor) -> None:
    value = {"on": on.isoformat()} if on else None
    _replace(client, LivePart.Kind.REFILL, value, at, by)


@transaction.atomic
def set_kit_order(*, client: Client, codes: list[str], at: datetime, by: Actor) -> None:
    _replace(client, LivePart.Kind.KIT_ORDER, {"codes": codes}, at, by)
    plan = current_plan(client).newest
    if plan is not None:
        publish(client=client, content=plan.content, kit_order=codes)


@transaction.atomic
def _replace(client, kind, value, at, by) -> None:
    Client.objects.select_for_update().get(pk=client.pk)
    current = client.plan_live_parts.current().filter(kind=kind)
    standing = current.first()
    if (standing.value if standing else None) == value:
        return
    current.update(until=at)
    if value is not None:
        LivePart.objects.create(client=client, kind=kind, value=value, since=at)
    record(
        action="plans.live_part_set",
        at=at,
        by=by,
        client_id=client.pk,
        field_names=[kind],
    )
    note_event(client=client, at=at, by=by)
