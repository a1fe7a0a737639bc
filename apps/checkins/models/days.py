"""What clients say about their days. Submissions are kept as sent; the day is derived."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.care.models import Client, Enrollment, Organization
from apps.common.fields import EncryptedJSONField, EncryptedTextField


class CheckinDayQuerySet(models.QuerySet):
    def of_client(self, user):
        return self.filter(enrollment__in=Enrollment.objects.of_client(user))

    def on_caseload_of(self, user, at):
        return self.filter(enrollment__in=Enrollment.objects.on_caseload_of(user, at))

    def newest_first(self):
        return self.order_by("-local_on", "-pk")

    def twice_unread(self):
        """Days with two whole check-ins that the client was not told about yet."""
        return self.filter(twice_at__isnull=False, twice_read_at=None)


class Submission(models.Model):
    """One sending of answers, append-only, under a UUID the phone made.

    The same UUID may arrive any number of times and stays one row.
    """

    sealed_for = "client"

    class Kind(models.TextChoices):
        DAILY = "DAILY", _("Daily check-in")
        ONE_TAP = "ONE_TAP", _("One tap")
        STAFF = "STAFF", _("Entered by staff")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="submissions"
    )
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.PROTECT, related_name="submissions"
    )
    uuid = models.UUIDField()
    kind = models.CharField(max_length=10, choices=Kind)
    question_set = models.CharField(max_length=20)
    language = models.CharField(max_length=10)
    local_on = models.DateField(help_text="The client's own day, 04:00 to 03:59.")
    # When it happened, by the phone, and when it arrived here. The day is told in the order
    # it happened.
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    answers = EncryptedJSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "uuid"], name="checkins_submission_once"
            ),
        ]
        indexes = [
            models.Index(fields=["client", "local_on"], name="checkins_submission_day"),
        ]

    def __str__(self):
        return f"Submission {self.pk}"


class CheckinDay(models.Model):
    """The check-in of one client and one day: the latest answer to each question."""

    sealed_for = "client"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="checkin_days"
    )
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.PROTECT, related_name="checkin_days"
    )
    local_on = models.DateField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    craving = models.PositiveSmallIntegerField(null=True)
    mood = models.PositiveSmallIntegerField(null=True)
    confidence = models.PositiveSmallIntegerField(null=True)
    # GOOD, OK or HARD while nothing more was answered.
    one_tap = models.CharField(max_length=5, blank=True)
    answers = EncryptedJSONField()
    note = EncryptedTextField(null=True)
    # The reading of what stands here now: whatever comes later is unread again.
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    seen_at = models.DateTimeField(null=True)
    # A second whole check-in of this day arrived, and the client has read that both are kept.
    twice_at = models.DateTimeField(null=True)
    twice_read_at = models.DateTimeField(null=True)

    objects = CheckinDayQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "local_on"], name="checkins_one_a_day"
            ),
            models.CheckConstraint(
                condition=Q(craving=None) | Q(craving__lte=10),
                name="checkins_craving_0_to_10",
            ),
            models.CheckConstraint(
                condition=Q(mood=None) | Q(mood__gte=1, mood__lte=5),
                name="checkins_mood_1_to_5",
            ),
            models.CheckConstraint(
                condition=Q(confidence=None) | Q(confidence__lte=10),
                name="checkins_confidence_0_to_10",
            ),
            models.CheckConstraint(
                condition=Q(twice_read_at=None) | Q(twice_at__isnull=False),
                name="checkins_twice_before_read",
            ),
        ]
        indexes = [
            models.Index(fields=["enrollment", "-local_on"], name="checkins_day_of"),
            # Read by every Today, and nearly always empty.
            models.Index(
                fields=["client"],
                condition=Q(twice_at__isnull=False, twice_read_at=None),
                name="checkins_twice_unread",
            ),
        ]

    def __str__(self):
        return f"Check-in {self.pk} on {self.local_on}"

    @property
    def said(self) -> dict:
        """The answers as rules read them, with the one tap among them."""
        return self.answers | ({"one_tap": self.one_tap} if self.one_tap else {})

    @property
    def is_whole(self) -> bool:
        """More than the one tap."""
        return "craving_peak" in self.answers

    def state_with(self, sendings: int) -> str:
        """Other than before as soon as anything more was said about this day."""
        return f"{self.last_at.isoformat()} {sendings}"


class Draft(models.Model):
    """Answers begun and not sent: they survive a time-out, a sign-out and a lost phone."""

    sealed_for = "client"

    class Kind(models.TextChoices):
        CHECKIN = "CHECKIN", _("Check-in")
        MOMENT = "MOMENT", _("Hard moment")
        WEEKLY = "WEEKLY", _("Look back at a week")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=10, choices=Kind)
    # The UUID the finished submission or moment will carry.
    uuid = models.UUIDField()
    local_on = models.DateField()
    answers = EncryptedJSONField(default=dict)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "local_on"],
                condition=Q(kind="CHECKIN"),
                name="checkins_one_draft_a_day",
            ),
            models.UniqueConstraint(
                fields=["client", "local_on"],
                condition=Q(kind="WEEKLY"),
                name="checkins_one_draft_a_week",
            ),
            models.UniqueConstraint(
                fields=["client", "uuid"], name="checkins_draft_once"
            ),
        ]

    def __str__(self):
        return f"Draft {self.pk}"
