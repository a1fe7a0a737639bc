"""Around the level of care: what somebody asks for, where they live, and other places."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.care.models.people import Enrollment
from apps.care.models.work import Task
from apps.common.fields import EncryptedTextField


class LevelAsk(models.Model):
    """ "I'd like more or less support": each time it was said, by the id a phone made.

    Asked while the first one is open, both lead to the same task.
    """

    sealed_for = "enrollment.client"

    class Wish(models.TextChoices):
        MORE = "MORE", _("More support")
        LESS = "LESS", _("Less, or fewer days")
        UNSURE = "UNSURE", _("Not sure. Let's talk")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.CASCADE, related_name="level_asks"
    )
    uuid = models.UUIDField()
    wish = models.CharField(max_length=10, choices=Wish)
    words = EncryptedTextField(null=True)
    asked_at = models.DateTimeField()
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="level_asks")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment", "uuid"], name="care_level_ask_once"
            ),
        ]

    def __str__(self):
        return f"Level ask {self.pk}"


class LivingSituation(models.Model):
    """Where somebody lives from a day on, as they said it. The newest one counts."""

    sealed_for = "enrollment.client"

    class Kind(models.TextChoices):
        OWN = "OWN", _("Their own place")
        FAMILY = "FAMILY", _("With family or a partner")
        FRIENDS = "FRIENDS", _("With friends")
        SOBER_LIVING = "SOBER_LIVING", _("Sober living")
        RESIDENCE = "RESIDENCE", _("A residential program")
        SHELTER = "SHELTER", _("A shelter")
        NOWHERE = "NOWHERE", _("No steady place")
        OTHER = "OTHER", _("Somewhere else")
        NOT_SAID = "NOT_SAID", _("Rather not say")

    class Safe(models.TextChoices):
        YES = "YES", _("Yes")
        NO = "NO", _("No")
        UNSURE = "UNSURE", _("Not sure")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.CASCADE, related_name="living_situations"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    place = EncryptedTextField(null=True)
    # One of Safe, or nothing where nobody asked.
    feels_safe = EncryptedTextField(null=True)
    from_on = models.DateField()
    said_at = models.DateTimeField()
    said_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    def __str__(self):
        return f"Living situation {self.pk}"

    @property
    def is_safe(self) -> bool:
        return self.feels_safe == self.Safe.YES


class ReferralQuerySet(models.QuerySet):
    def on_caseload_of(self, user, at):
        """Also those of an earlier episode: whoever looks after them now follows up."""
        mine = Enrollment.objects.on_caseload_of(user, at)
        return self.filter(enrollment__client__in=mine.values("client"))


class Referral(models.Model):
    """A place outside the program, from the first thought of it to what came of it."""

    sealed_for = "enrollment.client"

    class Kind(models.TextChoices):
        WITHDRAWAL = "WITHDRAWAL", _("Detox")
        RESIDENTIAL = "RESIDENTIAL", _("Residential")
        HOUSING = "HOUSING", _("Housing or sober living")
        MEDICATION = "MEDICATION", _("Medicine (MAT)")
        PSYCHIATRY = "PSYCHIATRY", _("Psychiatry")
        OTHER = "OTHER", _("Somewhere else")

    class State(models.TextChoices):
        PLANNED = "PLANNED", _("Planned")
        SENT = "SENT", _("Sent")
        WENT = "WENT", _("Went there")
        DECLINED = "DECLINED", _("Chose not to")
        RETURNED = "RETURNED", _("Came back from there")
        CLOSED = "CLOSED", _("Closed")

    # Something still has to come of these.
    OPEN = ("PLANNED", "SENT", "WENT")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.CASCADE, related_name="referrals"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    place = EncryptedTextField()
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    made_on = models.DateField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    outcome = EncryptedTextField(null=True)
    follow_up_on = models.DateField(null=True, blank=True)
    # Asks for the follow-up of that day; empty until the day has come.
    task = models.ForeignKey(
        Task, on_delete=models.PROTECT, null=True, related_name="referrals"
    )
    changed_at = models.DateTimeField()

    objects = ReferralQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("PLANNED", "SENT", "WENT"))
                | Q(follow_up_on=None),
                name="care_referral_followed_up_while_open",
            ),
            models.CheckConstraint(
                condition=Q(follow_up_on=None) | Q(follow_up_on__gte=F("made_on")),
                name="care_referral_dates_in_order",
            ),
        ]
        indexes = [
            models.Index(
                fields=["follow_up_on"],
                condition=Q(task=None, follow_up_on__isnull=False),
                name="care_referral_to_follow_up",
            ),
        ]

    def __str__(self):
        return f"Referral {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN
