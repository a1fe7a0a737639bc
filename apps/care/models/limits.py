import uuid

from django.conf import settings
from django.db import models

from apps.care.models.places import Organization, Program


class LimitChange(models.Model):
    """Somebody chose other numbers for the rules of a program. Rows are only added."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, related_name="limit_changes"
    )
    # All that differed from the usual numbers from then on.
    limits = models.JSONField(default=dict)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["program", "-changed_at"], name="care_limit_change_of"
            ),
        ]

    def __str__(self):
        return f"Limits of {self.program_id} from {self.changed_at}"
