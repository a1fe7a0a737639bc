"""What clients say about a week, and the words it was asked in."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.care.models import Client, Enrollment, Organization, Program
from apps.common.fields import EncryptedJSONField


class WeeklyWordingQuerySet(models.QuerySet):
    def in_force(self):
        return self.filter(ended_at=None)


class WeeklyWording(models.Model):
    """The official words of the weekly measure, as a house has loaded them.

    Kept for good and never changed: what was answered is read beside what was asked.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    # Empty: for every program of the house that has none of its own.
    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, null=True, related_name="+"
    )
    name = models.CharField(max_length=60)
    version = models.CharField(max_length=40)
    # Whose questions these are words for, by our version of them.
    question_set = models.CharField(max_length=20)
    # {"en": {"1": {"text": …, "hint": …, "options": [five]}, …}, "es": …}
    texts = models.JSONField()
    loaded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = WeeklyWordingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(program=None, ended_at=None),
                name="checkins_one_wording_a_house",
            ),
            models.UniqueConstraint(
                fields=["program"],
                condition=Q(ended_at=None),
                name="checkins_one_wording_a_program",
            ),
        ]

    def __str__(self):
        return f"{self.name} {self.version}"


class WeeklyReviewQuerySet(models.QuerySet):
    def of_client(self, user):
        return self.filter(enrollment__in=Enrollment.objects.of_client(user))

    def newest_first(self):
        """Of one week the last said comes first: the others are its history."""
        return self.order_by("-due_on", "-occurred_at", "-received_at", "-pk")


class WeeklyReview(models.Model):
    """One sending of a weekly review, append-only, under a UUID the phone made.

    A change sends all of it again for the same ``due_on``; the last said stands.
    """

    sealed_for = "client"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="weekly_reviews"
    )
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.PROTECT, related_name="weekly_reviews"
    )
    uuid = models.UUIDField()
    due_on = models.DateField(
        help_text="The fixed day it was due, in the client's zone."
    )
    question_set = models.CharField(max_length=20)
    # Empty: asked in our own words.
    wording = models.ForeignKey(
        WeeklyWording, on_delete=models.PROTECT, null=True, related_name="+"
    )
    language = models.CharField(max_length=10)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    # Raw: days 0 to 7, steps 0 to 4, yes or no; null where it was left out.
    answers = EncryptedJSONField()
    # Who of the staff filled it in beside the client.
    with_staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = WeeklyReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "uuid"], name="checkins_review_once"
            ),
        ]
        indexes = [
            models.Index(fields=["client", "-due_on"], name="checkins_review_of"),
        ]

    def __str__(self):
        return f"Weekly review {self.pk}"
