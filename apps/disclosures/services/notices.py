"""Which wording of the notice a client was shown, and when."""

from datetime import datetime

from django.db import transaction

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Client
from apps.disclosures import patient_notice
from apps.disclosures.models import NoticeRead


def read_of(client: Client) -> NoticeRead | None:
    """Of the notice as it is worded now."""
    return NoticeRead.objects.filter(
        client=client, version=patient_notice.version()
    ).first()


@transaction.atomic
def note_read(*, client: Client, at: datetime, by: Actor) -> None:
    """Shown, once for each wording. Pressed twice, the first stands."""
    read, is_new = NoticeRead.objects.get_or_create(
        client=client, version=patient_notice.version(), defaults={"read_at": at}
    )
    if is_new:
        record(
            action="disclosures.notice_read",
            at=at,
            by=by,
            subject=read,
            client_id=client.pk,
        )
