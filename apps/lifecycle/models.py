import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.care.models import Client
from apps.common.fields import EncryptedTextField


class HoldQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(lifted_at=None)

    def for_staff(self, user):
        """Of the organization somebody answers for."""
        return self.filter(client__organization=user.organization_id)


class Hold(models.Model):
    """Nothing of this client is deleted, however old, until somebody lifts it."""

    sealed_for = "client"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="holds")
    reason = EncryptedTextField()
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    since = models.DateTimeField()
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client"],
                condition=Q(lifted_at=None),
                name="lifecycle_one_hold_a_client",
            ),
            models.CheckConstraint(
                condition=Q(lifted_by=None, lifted_at=None)
                | Q(lifted_by__isnull=False, lifted_at__isnull=False),
                name="lifecycle_lifting_is_whole",
            ),
        ]

    def __str__(self):
        return f"Hold {self.pk}"


class ExpiryDay(models.Model):
    """A day on which what is too old was removed: so that a day does it once."""

    on = models.DateField(primary_key=True)
    done_at = models.DateTimeField()

    def __str__(self):
        return f"Expiry of {self.on}"
