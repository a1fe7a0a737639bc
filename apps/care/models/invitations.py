import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.care.models.people import Client
from apps.care.models.places import Organization


class InvitationQuerySet(models.QuerySet):
    def open(self, at: datetime):
        """Neither used, taken back, too old nor tried too often."""
        return self.filter(
            accepted_at=None,
            revoked_at=None,
            expires_at__gt=at,
            tries__lt=Invitation.MAX_TRIES,
        )

    def accepted(self):
        return self.exclude(accepted_at=None)


class Invitation(models.Model):
    """A way in, once: the link says nothing, the code is handed over face to face."""

    MAX_TRIES = 5

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="invitations"
    )
    # One of the two: a client, or a user made for somebody of the staff.
    client = models.ForeignKey(
        Client, on_delete=models.CASCADE, null=True, related_name="invitations"
    )
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=128)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(client=None, staff__isnull=False)
                | Q(client__isnull=False, staff=None),
                name="care_invitation_is_for_one",
            ),
        ]

    def __str__(self):
        return f"Invitation {self.pk}"
