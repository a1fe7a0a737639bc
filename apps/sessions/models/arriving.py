"""What may stand between a person and the room: their word about it, and a ride."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.care.models import Enrollment, Task
from apps.common.fields import EncryptedTextField
from apps.sessions.models.occurrences import GroupSession


class Barrier(models.Model):
    """One answer to "What is in the way of tomorrow?" or "How will you get here?".

    The last answer stands; ``uuid`` is the number the phone gave to it.
    """

    sealed_for = "enrollment.client"

    class About(models.TextChoices):
        DAY = "DAY", _("The next day here")
        WEEK = "WEEK", _("The week")

    class Answer(models.TextChoices):
        RIDE = "RIDE", _("A ride")
        CHILDREN = "CHILDREN", _("Child care")
        WORK = "WORK", _("Work")
        DREAD = "DREAD", _("Dreading it")
        OTHER = "OTHER", _("Something else")
        FINE = "FINE", _("I'm fine")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.CASCADE, related_name="barriers"
    )
    about = models.CharField(max_length=4, choices=About)
    # The day of the site it is about; of a week its Monday.
    on = models.DateField()
    uuid = models.UUIDField()
    answer = EncryptedTextField(help_text="One of Answer.")
    answered_at = models.DateTimeField()
    # Who was asked to see to it; empty while nobody has to.
    task = models.OneToOneField(
        Task, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment", "about", "on"], name="sessions_barrier_once"
            ),
        ]

    def __str__(self):
        return f"Barrier {self.pk}"


class RideQuerySet(models.QuerySet):
    def on_caseload_of(self, user, at):
        return self.filter(enrollment__in=Enrollment.objects.on_caseload_of(user, at))

    def booked(self):
        return self.filter(state=Ride.State.BOOKED)


class Ride(models.Model):
    """A ride that somebody of the team booked: "Ride 8:20, booked by Pat"."""

    sealed_for = "enrollment.client"

    class State(models.TextChoices):
        BOOKED = "BOOKED", _("Booked")
        CANCELLED = "CANCELLED", _("Called off")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.CASCADE, related_name="rides"
    )
    # Empty for a ride to something that is on no schedule.
    group_session = models.ForeignKey(
        GroupSession, on_delete=models.SET_NULL, null=True, related_name="rides"
    )
    on = models.DateField()
    picks_up_at = models.DateTimeField()
    # "Blue van, at the side door."
    words = EncryptedTextField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.BOOKED)
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    booked_at = models.DateTimeField()

    objects = RideQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment", "picks_up_at"],
                condition=Q(state="BOOKED"),
                name="sessions_ride_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["on"], condition=Q(state="BOOKED"), name="sessions_rides_of_day"
            ),
        ]

    def __str__(self):
        return f"Ride {self.pk}"
