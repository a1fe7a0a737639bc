"""Against the placement, for one occurrence."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.care.models import Enrollment
from apps.sessions.models.occurrences import GroupSession


class Override(models.Model):
    """An occurrence a client comes to, or does not, against their placement."""

    class Kind(models.TextChoices):
        ADDED = "ADDED", _("Also comes")
        DROPPED = "DROPPED", _("Does not come")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.CASCADE, related_name="overrides"
    )
    group_session = models.ForeignKey(
        GroupSession, on_delete=models.CASCADE, related_name="overrides"
    )
    kind = models.CharField(max_length=10, choices=Kind)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment", "group_session"], name="sessions_override_once"
            ),
        ]

    def __str__(self):
        return f"Override {self.pk}"
