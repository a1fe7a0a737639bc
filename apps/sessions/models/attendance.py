"""Who came."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.care.models import Enrollment
from apps.sessions.models.occurrences import GroupSession


class AttendanceQuerySet(models.QuerySet):
    def of_client(self, user):
        return self.filter(enrollment__in=Enrollment.objects.of_client(user))

    def on_caseload_of(self, user, at):
        return self.filter(enrollment__in=Enrollment.objects.on_caseload_of(user, at))


class Attendance(models.Model):
    """What happened for one person at one occurrence, and the minutes that count."""

    class Status(models.TextChoices):
        PRESENT = "PRESENT", _("Here")
        LATE = "LATE", _("Here, came late")
        LEFT_EARLY = "LEFT_EARLY", _("Here, left early")
        ONE_TO_ONE = "ONE_TO_ONE", _("Seen one-to-one")
        EXCUSED = "EXCUSED", _("Told us before")
        NO_SHOW = "NO_SHOW", _("Not here")
        CANCELLED = "CANCELLED", _("Cancelled by us")

    ATTENDED = ("PRESENT", "LATE", "LEFT_EARLY", "ONE_TO_ONE")

    class Reason(models.TextChoices):
        WORK = "WORK", _("Work")
        CHILDREN = "CHILDREN", _("Children or family")
        RIDE = "RIDE", _("No ride")
        ILL = "ILL", _("Ill")
        HOSPITAL = "HOSPITAL", _("Hospital")
        COURT = "COURT", _("Court")
        WEATHER = "WEATHER", _("Weather")
        FAITH = "FAITH", _("Faith day")
        OTHER = "OTHER", _("Something else")
        # Nobody has to say why.
        NOT_SAID = "NOT_SAID", _("Did not say why")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    group_session = models.ForeignKey(
        GroupSession, on_delete=models.PROTECT, related_name="attendance"
    )
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.PROTECT, related_name="attendance"
    )
    status = models.CharField(max_length=12, choices=Status)
    reason = models.CharField(max_length=12, choices=Reason, blank=True)
    telehealth = models.BooleanField(default=False)
    arrived_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    minutes = models.PositiveSmallIntegerField(default=0)
    # Of each block that counts, by the minute it begins at ({"0": 70, "100": 90}); empty
    # when nothing of any was missed. Kept, because blocks may be other ones next month.
    block_minutes = models.JSONField(
        default=dict, db_default=models.Value({}, models.JSONField())
    )
    marked_at = models.DateTimeField()
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group_session", "enrollment"],
                name="sessions_attendance_once",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("PRESENT", "LATE", "LEFT_EARLY", "ONE_TO_ONE"))
                | Q(minutes=0),
                name="sessions_minutes_only_when_attended",
            ),
        ]
        indexes = [
            models.Index(
                fields=["enrollment", "marked_at"], name="sessions_attendance_of"
            ),
        ]

    def __str__(self):
        return f"Attendance {self.pk}"


class AttendanceChange(models.Model):
    """What stood on a roster before somebody corrected it, and what stands since.

    Rows are only added. The first mark of a person has none; it is the mark itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    attendance = models.ForeignKey(
        Attendance, on_delete=models.CASCADE, related_name="changes"
    )
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    status_before = models.CharField(max_length=12, choices=Attendance.Status)
    status_after = models.CharField(max_length=12, choices=Attendance.Status)
    reason_before = models.CharField(
        max_length=12, choices=Attendance.Reason, blank=True
    )
    reason_after = models.CharField(
        max_length=12, choices=Attendance.Reason, blank=True
    )
    telehealth_before = models.BooleanField()
    telehealth_after = models.BooleanField()
    arrived_at_before = models.DateTimeField(null=True)
    arrived_at_after = models.DateTimeField(null=True)
    left_at_before = models.DateTimeField(null=True)
    left_at_after = models.DateTimeField(null=True)
    minutes_before = models.PositiveSmallIntegerField()
    minutes_after = models.PositiveSmallIntegerField()
    block_minutes_before = models.JSONField(default=dict)
    block_minutes_after = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["attendance", "at"], name="sessions_change_of_mark"),
        ]

    def __str__(self):
        return f"Change {self.pk}"
