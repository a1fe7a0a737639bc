"""When a site is closed: snow, the building, whatever it was."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.care.models import Organization, Program, Site


class ClosureQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Of the house; whoever changes the week may open it again."""
        return self.filter(organization=user.organization_id)

    def in_force(self):
        return self.filter(reopened_at=None)

    def around(self, start: datetime, end: datetime):
        return self.filter(starts_at__lt=end, ends_at__gt=start)


class Closure(models.Model):
    """A site, or one program of it, holds nothing between two instants."""

    class Kind(models.TextChoices):
        SNOW = "SNOW", _("Snow day")
        BUILDING = "BUILDING", _("The building")
        OTHER = "OTHER", _("Something else")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="closures")
    # Empty: everything at the site.
    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, null=True, related_name="+"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    # What people read on their schedule.
    note = models.CharField(max_length=120)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reopened_at = models.DateTimeField(null=True)

    objects = ClosureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="sessions_closure_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["site", "starts_at", "ends_at"],
                condition=Q(program=None, reopened_at=None),
                name="sessions_site_closed_once",
            ),
            models.UniqueConstraint(
                fields=["program", "starts_at", "ends_at"],
                condition=Q(reopened_at=None),
                name="sessions_program_closed_once",
            ),
        ]

    def __str__(self):
        return f"Closure {self.pk}"
