import uuid

from django.db import models
from django.db.models import Q

from apps.care.models.people import Client
from apps.care.models.places import Organization, Program
from apps.common.fields import EncryptedTextField


class OwnItem(models.Model):
    """A client's own trigger, skill or sign, or one of the common list they pinned.

    ``code`` is from the vocabulary, or ``trg.own.<n>`` and the like with a ``label``.
    Published here by the plan, or written in a check-in, so that each offers what the
    other holds without knowing it.
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


class ProgramItem(models.Model):
    """A trigger, skill, sign or good thing that a program added to the common list.

    Numbered through the whole house: who moves to another program keeps their answers, and
    a code must not say something else there. Never deleted: old answers name it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, related_name="added_items"
    )
    kind = models.CharField(max_length=12, choices=OwnItem.Kind)
    group = models.CharField(max_length=20)
    code = models.CharField(max_length=40)
    label_en = models.CharField(max_length=60)
    label_es = models.CharField(max_length=60)
    is_offered = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "code"], name="care_program_item_once"
            ),
            models.CheckConstraint(
                condition=~Q(label_en="") & ~Q(label_es=""),
                name="care_program_item_has_words",
            ),
        ]

    def __str__(self):
        return self.code
