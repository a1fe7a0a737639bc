"""What was brought in from a spreadsheet. The text itself is kept nowhere."""

import uuid

from django.conf import settings
from django.db import models

from apps.care.models import Organization


class Import(models.Model):
    """One import that was made. Its id comes with the page, so that it is made once."""

    class Kind(models.TextChoices):
        PEOPLE = "PEOPLE"
        WEEK = "WEEK"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    made = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self):
        return f"{self.kind} {self.pk}"
