import uuid

from django.db import models

from apps.care.models import Client
from apps.common.fields import EncryptedJSONField


class PrivateNoteQuerySet(models.QuerySet):
    def of_client(self, user):
        return self.filter(client__user=user)


class PrivateNote(models.Model):
    """What a client writes for nobody else.

    No column beside the owner is readable: when it was written, what it says and how strong
    the craving was are one sealed value, so that nothing here can be counted by day, sorted or
    put beside a check-in. Nothing else refers to it (ADR 0029).
    """

    sealed_for = "client"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    # at and changed_at as ISO text, text, and craving or None.
    content = EncryptedJSONField()

    objects = PrivateNoteQuerySet.as_manager()

    def __str__(self):
        return f"Private note {self.pk}"
