from datetime import datetime

from django.db import transaction

from apps.audit.actors import Actor
from apps.care.models import Client, Task
from apps.care.rules.hours import StaffedHours
from apps.care.services.status import note_contact, wake_at
from apps.care.services.tasks import create_task, primary_counselor

CALL_PRIORITY = 2


def note_event(*, client: Client, at: datetime, by: Actor) -> None:
    """What the client does is contact; whatever happened, the clocks are read again."""
    enrollment = client.enrollments.active().first()
    if enrollment is None:
        return
    if by.user_id == client.user_id:
        note_contact(enrollment=enrollment, at=at)
    wake_at(enrollment=enrollment, moment=at)


@transaction.atomic
def ask_for_call(
    *, client: Client, language: str, at: datetime, by: Actor
) -> str | None:
    """A call from the own counselor, once a day; returns when it comes, in words.

    None when nobody looks after the client now, or the site names no hours.
    """
    enrollment = (
        client.enrollments.active().select_related("program__site", "client").first()
    )
    if enrollment is None:
        return None
    site = enrollment.site_at(at)
    hours = StaffedHours.of(site.zone, site.staffed_hours, site.holidays)
    try:
        counselor, due_at = primary_counselor(enrollment, at), hours.call_by(at)
    except ValueError:
        return None
    create_task(
        kind=Task.Kind.CALL,
        organization_id=enrollment.organization_id,
        enrollment=enrollment,
        assignee=counselor,
        details={"choice": "call_me"},
        source="plan",
        source_key=f"{client.pk}:{enrollment.client_day(at)}",
        priority=CALL_PRIORITY,
        due_at=due_at,
        at=at,
        by=by,
    )
    note_event(client=client, at=at, by=by)
    return hours.call_window(at, language)
