import uuid

from django.db import models

from apps.care.models.people import Client
from apps.common.fields import EncryptedTextField


class OwnItem(models.Model):
    """A client's own trigger, skill or sign, or one of the common list they pinned.

    ``code`` is from the vocabulary, or ``trg.own.<n>`` and the like with a ``label``.
    Published here by the plan, so that check-ins can offer it without knowing plans.
    """

    sealed_for = "client"

    class Kind(models.TextChoices):
        TRIGGER = "TRIGGER"
        COPING = "COPING"
        WARNING = "WARNING"
        PROTECTIVE = "PROTECTIVE"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(
        Client, on_delete=models.CASCADE, related_name="own_items"
    )
    kind = models.CharField(max_length=12, choices=Kind)
    code = models.CharField(max_length=40)
    label = EncryptedTextField(null=True)
    pinned = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "code"], name="care_own_item_once"
            ),
        ]

    def __str__(self):
        return f"Own item {self.pk}"
