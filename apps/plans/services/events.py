from datetime import datetime

from apps.audit.actors import Actor
from apps.care.models import Client
from apps.care.services.status import note_contact, wake_at


def note_event(*, client: Client, at: datetime, by: Actor) -> None:
    """What the client does is contact; whatever happened, the clocks are read again."""
    enrollment = client.enrollments.active().first()
    if enrollment is None:
        return
    if by.user_id == client.user_id:
        note_contact(enrollment=enrollment, at=at)
    wake_at(enrollment=enrollment, moment=at)
