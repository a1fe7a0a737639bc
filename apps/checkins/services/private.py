"""What a client writes for nobody else. No status, no rule, no count knows of it."""

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Client
from apps.checkins.models import PrivateNote

# Written down like every use case, and by somebody who cannot be found again: no person, no
# client, no house, no request. All three deeds are one, so that rows say no more (ADR 0029).
NOBODY_TO_FIND = Actor(role="CLIENT", source="WEB")


@transaction.atomic
def write_private_note(
    *, client: Client, uuid: UUID, text: str, craving: int | None, at: datetime
) -> PrivateNote:
    """Sent twice under one UUID, it is there once, as it was first."""
    # Of the client and the UUID together, so that nobody's number is somebody else's row.
    pk = uuid5(client.pk, str(uuid))
    note = PrivateNote.objects.filter(pk=pk, client=client).first()
    if note is None:
        content = {"at": at.isoformat(), "text": text, "craving": craving}
        note = PrivateNote.objects.create(pk=pk, client=client, content=content)
        _record(at)
    return note


@transaction.atomic
def change_private_note(
    *, note: PrivateNote, text: str, craving: int | None, at: datetime
) -> None:
    said = {"text": text, "craving": craving}
    note.content = note.content | said | {"changed_at": at.isoformat()}
    note.save(update_fields=["content"])
    _record(at)


@transaction.atomic
def erase_private_note(*, note: PrivateNote, at: datetime) -> None:
    """For good: nothing of it stays anywhere but in backups."""
    note.delete()
    _record(at)


def _record(at: datetime) -> None:
    record(action="checkins.for_oneself", at=at, by=NOBODY_TO_FIND)
