import uuid

from django.conf import settings
from django.db import models

from apps.checkins.models.days import CheckinDay
from apps.common.fields import EncryptedTextField


class ReplyQuerySet(models.QuerySet):
    def of_client(self, user):
        return self.filter(day__in=CheckinDay.objects.of_client(user))


class Reply(models.Model):
    """What a counselor wrote back to a check-in. The client sees it and who wrote it."""

    sealed_for = "day.client"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    day = models.ForeignKey(
        CheckinDay, on_delete=models.PROTECT, related_name="replies"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    text = EncryptedTextField()
    read_at = models.DateTimeField(null=True)

    objects = ReplyQuerySet.as_manager()

    def __str__(self):
        return f"Reply {self.pk}"
