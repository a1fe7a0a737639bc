"""What must happen after an old backup was put back, before people are let in."""

from datetime import datetime

from allauth.account.models import EmailConfirmation
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef

from apps.audit.actors import Actor
from apps.care.models import Client
from apps.keys.models import DataKey
from apps.lifecycle.erasing import remove_rows
from apps.notifications.models import OutboxMessage
from apps.notifications.moves import move

State = OutboxMessage.State


def erase_again(at: datetime, by: Actor) -> None:
    """Clients who were erased after the backup: their key is destroyed, their rows are back."""
    keys = DataKey.objects.filter(subject=OuterRef("pk"))
    gone = Client.objects.filter(
        Exists(keys.exclude(destroyed_at=None)), ~Exists(keys.readable())
    )
    for client_id in gone.values_list("pk", flat=True):
        remove_rows(client_id, at=at)


def end_sign_ins(at: datetime, by: Actor) -> None:
    """Who was signed out, or left, since the backup is not signed in by it."""
    Session.objects.all().delete()
    EmailConfirmation.objects.all().delete()


def hold_back(at: datetime, by: Actor) -> None:
    """What was due before now may have been sent since the backup: never twice.

    It looks like what a worker had in hand when it died: the next tick makes it a task.
    """
    due = OutboxMessage.objects.filter(state=State.PLANNED, send_after__lte=at)
    for message in due | OutboxMessage.objects.filter(state=State.CLAIMED):
        move(
            message.pk,
            out_of=[State.PLANNED, State.CLAIMED],
            to=State.SUBMITTING,
            at=at,
            reason="RESTORED",
            claimed_by="restore",
            lease_until=at,
        )
