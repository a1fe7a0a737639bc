"""The weekly template."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import JSONField, Value
from django.utils.translation import gettext_lazy as _

from apps.care.models import LevelOfCare, Program


class Kind(models.TextChoices):
    """Every kind of service in one list."""

    GROUP = "GROUP", _("Group")
    INDIVIDUAL = "INDIVIDUAL", _("One-to-one")
    FAMILY = "FAMILY", _("Family")
    PSYCHOEDUCATION = "PSYCHOEDUCATION", _("Psycho-education")
    LIFE_SKILLS = "LIFE_SKILLS", _("Life skills")
    RELAPSE_PREVENTION = "RELAPSE_PREVENTION", _("Relapse prevention")
    MEDICAL = "MEDICAL", _("Medical")
    CASE_MANAGEMENT = "CASE_MANAGEMENT", _("Case management")
    WELLNESS = "WELLNESS", _("Wellness")
    TWELVE_STEP = "TWELVE_STEP", _("12-step text group")


class Series(models.Model):
    """A recurring attendance of a program: RFC 5545 rule, wall-clock time of the site."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, related_name="series"
    )
    levels = models.ManyToManyField(LevelOfCare, related_name="series")
    title = models.CharField(max_length=80)
    kind = models.CharField(max_length=20, choices=Kind)
    rrule = models.CharField(
        max_length=200, help_text="Such as FREQ=WEEKLY;BYDAY=MO,TU"
    )
    starts_at_time = models.TimeField()
    minutes = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    # Where "every other week" is counted from, when it is not the first day: what follows an
    # edit goes on in the same weeks.
    counted_from = models.DateField(null=True, editable=False)
    valid_until = models.DateField(null=True, blank=True)
    # Occurrences exist up to this day, so that the tick sees at once what lacks some.
    made_until = models.DateField(null=True, editable=False)
    room = models.CharField(max_length=40, blank=True)
    telehealth = models.BooleanField(default=False)
    # Where the room by video is; shown to who is expected there, shortly before it begins.
    join_url = models.URLField(blank=True, db_default="")
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    capacity = models.PositiveSmallIntegerField(default=12)
    # Single days against the rule (EXDATE and RDATE of RFC 5545), ISO format.
    skipped_days = models.JSONField(default=list, db_default=Value([], JSONField()))
    extra_days = models.JSONField(default=list, db_default=Value([], JSONField()))
    # Edits so far, so that a page that is not of today does not undo what another did.
    version = models.PositiveIntegerField(default=0, db_default=0)
    # "This one and later": what went before the day of the change.
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="followed_by"
    )

    class Meta:
        verbose_name_plural = "series"

    def __str__(self):
        return self.title


class Block(models.Model):
    """A named part of one attendance, such as 9:00 Little Big Book Group."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="blocks")
    title = models.CharField(max_length=80)
    kind = models.CharField(max_length=20, choices=Kind)
    offset_minutes = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField()
    # Lunch and breaks take time without being service.
    counts = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["series", "offset_minutes"], name="sessions_block_starts_once"
            ),
        ]

    def __str__(self):
        return self.title
