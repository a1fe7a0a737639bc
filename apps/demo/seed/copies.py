"""Bulk copies for benches: the same histories under new ids, sealed for their new rows."""

import uuid
from datetime import datetime

from apps.care.models import (
    CareAssignment,
    Client,
    Concern,
    DueMoment,
    Enrollment,
    Placement,
    Status,
)
from apps.checkins.models import CheckinDay, Submission
from apps.common.crypto import blind_index
from apps.common.fields import EncryptedField
from apps.demo.seed.program import World

BATCH = 2000


def fill_up(world: World, *, total: int, at: datetime) -> None:
    """Copy Harbor Lane's active clients until ``total``; nothing happens below."""
    templates = list(
        Enrollment.objects.filter(
            organization=world.organization, state=Enrollment.State.ACTIVE
        ).select_related("client")
    )
    have = Client.objects.filter(organization=world.organization).count()
    if total <= have:
        return
    histories = {template.pk: _history(template) for template in templates}
    batch: list = []
    for number in range(total - have):
        template = templates[number % len(templates)]
        batch += _copies(template, histories[template.pk], number)
        if len(batch) >= BATCH:
            _save(batch)
    _save(batch)


def _history(enrollment: Enrollment) -> list:
    of_enrollment = (Placement, CareAssignment, Submission, CheckinDay, Concern)
    rows = [
        row
        for model in of_enrollment
        for row in model.objects.filter(enrollment=enrollment)
    ]
    return [*rows, *Status.objects.filter(enrollment=enrollment)]


def _copies(template: Enrollment, rows: list, number: int) -> list:
    client = _copy(template.client, user=None, user_id=None)
    client.preferred_name = f"{template.client.preferred_name} {number}"
    enrollment = _copy(template, client=client)
    made = [client, enrollment]
    for row in rows:
        changes = {"enrollment": enrollment}
        if hasattr(row, "client_id"):
            changes["client"] = client
        copied = _copy(row, **changes)
        if isinstance(copied, Concern):
            copied.fingerprint = blind_index(str(copied.pk), purpose="copy")
            copied.rule_index = blind_index(
                f"{row.rule_index}|{enrollment.pk}", purpose="copy"
            )
        made.append(copied)
    due = DueMoment.objects.filter(enrollment=template).first()
    if due is not None:
        made.append(DueMoment(enrollment=enrollment, at=due.at))
    return made


def _copy(row, **changes):
    """The same values under a new id; sealed columns are opened and sealed again."""
    model = type(row)
    values = {
        field.attname: getattr(row, field.attname)
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedField) or field.attname != model._meta.pk.attname
    }
    copied = model(**values)
    if model._meta.pk.name == "id":
        copied.pk = uuid.uuid4()
    for name, value in changes.items():
        setattr(copied, name, value)
    return copied


def _save(batch: list) -> None:
    # In the order of their references: clients before enrollments before the rest.
    by_model: dict[type, list] = {}
    for row in batch:
        by_model.setdefault(type(row), []).append(row)
    order = [Client, Enrollment]
    for model in [*order, *(m for m in by_model if m not in order)]:
        model.objects.bulk_create(by_model.get(model, []), batch_size=200)
    batch.clear()
