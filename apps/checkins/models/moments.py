import uuid

from django.db import models
from django.db.models import Q

from apps.care.models import Client, Enrollment, Organization
from apps.common.fields import EncryptedJSONField


class MomentQuerySet(models.QuerySet):
    def of_client(self, user):
        return self.filter(enrollment__in=Enrollment.objects.of_client(user))

    def on_caseload_of(self, user, at):
        return self.filter(enrollment__in=Enrollment.objects.on_caseload_of(user, at))


class Moment(models.Model):
    """A hard moment, logged in three taps while it lasts."""

    sealed_for = "client"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="moments")
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.PROTECT, related_name="moments"
    )
    uuid = models.UUIDField()
    local_on = models.DateField()
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    craving = models.PositiveSmallIntegerField()
    craving_after = models.PositiveSmallIntegerField(null=True)
    after_at = models.DateTimeField(null=True)
    # Codes of the vocabulary under trigger or sign, tool and helped; call_asked_at when
    # somebody should call.
    details = EncryptedJSONField(default=dict)

    objects = MomentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "uuid"], name="checkins_moment_once"
            ),
            models.CheckConstraint(
                condition=Q(craving__lte=10)
                & (Q(craving_after=None) | Q(craving_after__lte=10)),
                name="checkins_moment_0_to_10",
            ),
        ]
        indexes = [
            models.Index(
                fields=["enrollment", "occurred_at"], name="checkins_moment_of"
            ),
        ]

    def __str__(self):
        return f"Moment {self.pk}"
