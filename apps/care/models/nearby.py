import uuid
from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.care.models.places import Organization, Site

# Longer than this without a call, and nobody should drive there on the word of a list.
CHECKED_FOR = timedelta(days=90)


class OutsidePlaceQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(organization=user.organization_id)

    def shown(self):
        return self.filter(hidden_at=None)


class OutsidePlace(models.Model):
    """A meeting or a helping hand outside of the house, as somebody here last checked it.

    It names no client; who took it into their plan stands in the plan alone.
    """

    class Kind(models.TextChoices):
        MEETING = "MEETING", _("Meetings and peers")
        FAMILY = "FAMILY", _("For family and friends")
        FOOD = "FOOD", _("Food")
        HOME = "HOME", _("A place to stay")
        HEALTH = "HEALTH", _("Health and medicine")
        WORK = "WORK", _("Work, school and papers")
        OTHER = "OTHER", _("Something else")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    site = models.ForeignKey(
        Site, on_delete=models.CASCADE, related_name="outside_places"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    # As long as the words of a plan may be, where it may be taken into.
    name = models.CharField(max_length=60)
    about = models.CharField(max_length=200, blank=True)
    about_es = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    # Weekdays, Monday 0; none where no day is fixed.
    days = models.JSONField(default=list)
    starts_at = models.TimeField(null=True)
    # Codes of languages that are spoken there: ["en", "es"].
    languages = models.JSONField(default=list)
    last_checked_on = models.DateField()
    hidden_at = models.DateTimeField(null=True)

    objects = OutsidePlaceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="care_outside_has_name"),
            models.CheckConstraint(
                condition=~Q(address="") | ~Q(phone=""),
                name="care_outside_can_be_reached",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def said_about(self) -> str:
        in_spanish = (get_language() or "").startswith("es")
        return (self.about_es if in_spanish else "") or self.about

    def is_stale(self, today: date) -> bool:
        return self.last_checked_on < today - CHECKED_FOR
