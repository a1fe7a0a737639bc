"""The keys of sealed columns: one for each client, wrapped by a key of the environment."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Rotation(models.Model):
    """One change of all keys, from the decision to the last value; goes on after a stop."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The name of the key in COMPANION_FIELD_KEYS that everything goes under.
    master = models.CharField(max_length=40)
    began_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["master"],
                condition=Q(finished_at=None),
                name="keys_one_rotation_to_a_key",
            ),
        ]

    def __str__(self):
        return f"Rotation {self.pk}"


class DataKeyQuerySet(models.QuerySet):
    def current(self):
        return self.filter(retired_at=None)

    def readable(self):
        return self.filter(destroyed_at=None)


class DataKey(models.Model):
    """What the values of one client are sealed with. Without it nobody reads them again.

    Ids instead of foreign keys: keys lie below every app, and a destroyed one outlives
    the rows it had sealed, so that it is known to be gone when an old copy comes back.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The client.
    subject = models.UUIDField()
    organization_id = models.UUIDField(db_index=True)
    # Sealed by crypto.seal under the first key of COMPANION_FIELD_KEYS; empty once destroyed.
    wrapped = models.BinaryField()
    # By the database: whoever saves a new client passes no time down to here.
    made_at = models.DateTimeField(db_default=Now())
    # Empty when the client was new.
    rotation = models.ForeignKey(Rotation, on_delete=models.PROTECT, null=True)
    # Reads what it sealed, and seals nothing new.
    retired_at = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True)

    objects = DataKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject"],
                condition=Q(retired_at=None),
                name="keys_one_current_key",
            ),
            models.CheckConstraint(
                condition=Q(destroyed_at=None, wrapped__gt=b"")
                | Q(destroyed_at__isnull=False, wrapped=b""),
                name="keys_destroyed_is_empty",
            ),
        ]
        indexes = [models.Index(fields=["subject"], name="keys_of_subject")]

    def __str__(self):
        return f"Data key {self.pk}"
