"""Nothing that reached us is lost: what no check-in can be made of goes to a person."""

from datetime import datetime, timedelta

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Enrollment, Task
from apps.care.rules.checkin_flow import QUESTIONS, AnswerProblem, Asking, clean_answer
from apps.care.services.enrollments import assign
from apps.care.services.tasks import create_task, primary_counselor
from apps.checkins.selectors import VERY_STRONG, asking_of, own_codes, site_of
from apps.checkins.services import read_unfiled
from apps.phone.models import Device, SetAside
from apps.phone.services.items import Item

SOURCE = "phone"
LOOKED_AT_WITHIN = timedelta(days=1)
# How long somebody who is asked, and is not of the care team, may open the record.
MAY_READ = timedelta(days=7)
# Said in these words, somebody looks now.
CANNOT_WAIT = {
    "feels_safe": ("no", "not_sure"),
    "contact_request": ("today",),
    "use_reported": ("yes",),
}


def set_aside(
    *,
    item: Item,
    device: Device,
    enrollment: Enrollment,
    reason: str,
    is_asked: bool,
    at: datetime,
    by: Actor,
) -> SetAside:
    """Keep it as it was sent; tell somebody what of it can be read.

    What cannot wait is always told; the rest only if it ``is_asked`` to be looked at.
    """
    aside = SetAside.objects.create(
        organization_id=device.organization_id,
        client_id=device.client_id,
        device=device,
        uuid=item.uuid,
        kind=item.kind,
        reason=reason,
        item=item.said,
        occurred_at=item.occurred_at,
        received_at=at,
    )
    record(
        action="phone.set_aside",
        at=at,
        by=by,
        subject=aside,
        client_id=device.client_id,
    )
    said = sayable(item, enrollment, asking_of(enrollment.client))
    urgent = _cannot_wait(item, said)
    if urgent:
        read_unfiled(
            enrollment=enrollment,
            answers=said,
            occurred_at=item.occurred_at,
            source_key=str(aside.pk),
            at=at,
            by=by,
        )
    if urgent or is_asked:
        _ask_somebody(aside, enrollment, said, urgent, at, by)
    return aside


def _ask_somebody(
    aside: SetAside,
    enrollment: Enrollment,
    said: dict,
    urgent: bool,
    at: datetime,
    by: Actor,
) -> None:
    try:
        assignee = primary_counselor(enrollment, at)
    except ValueError:
        on_call = site_of(enrollment, at).on_call
        if on_call is None:
            return
        assignee = on_call
    caseload = Enrollment.objects.on_caseload_of(assignee, at)
    if not caseload.filter(pk=enrollment.pk).exists():
        assign(
            enrollment=enrollment,
            staff=assignee,
            role="CARE_TEAM",
            at=at,
            by=by,
            until=at + MAY_READ,
        )
    create_task(
        kind=Task.Kind.CALL if urgent else Task.Kind.HUDDLE,
        organization_id=enrollment.organization_id,
        enrollment=enrollment,
        assignee=assignee,
        details={"handed_in": said},
        source=SOURCE,
        source_key=str(aside.pk),
        priority=1 if urgent else 2,
        due_at=at if urgent else at + LOOKED_AT_WITHIN,
        at=at,
        by=by,
    )


def sayable(item: Item, enrollment: Enrollment, asking: Asking) -> dict:
    """The answers among them that this server knows how to read."""
    found = {}
    for key, raw in item.answers.items():
        if key not in QUESTIONS:
            continue
        try:
            own = own_codes(enrollment.client, {key: raw})
            found[key] = clean_answer(key, _written(raw), asking, own)
        except (AnswerProblem, TypeError):
            continue
    return found


def _written(raw):
    """Without the lone halves of letters that no column takes."""
    return raw.encode(errors="replace").decode() if isinstance(raw, str) else raw


def _cannot_wait(item: Item, said: dict) -> bool:
    strength = item.answers.get("craving")
    return (
        any(said.get(key) in values for key, values in CANNOT_WAIT.items())
        or item.answers.get("call") is True
        or (type(strength) is int and VERY_STRONG <= strength <= 10)
    )
