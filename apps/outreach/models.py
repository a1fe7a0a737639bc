"""Who drifted away, what was done about it, and what they answered."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.care.models import Enrollment, Organization, Task
from apps.common.fields import EncryptedJSONField
from apps.notifications.models import Channel, OutboxMessage


class EpisodeQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at=None)

    def on_caseload_of(self, user, at):
        return self.filter(enrollment__in=Enrollment.objects.on_caseload_of(user, at))


class Episode(models.Model):
    """One stretch of drifting, opened and closed once."""

    sealed_for = "enrollment.client"

    NOT_NOW_FOR_GOOD = 3

    class Stage(models.TextChoices):
        SLIPPING = "SLIPPING", _("Slipping")
        DRIFTING = "DRIFTING", _("Drifting")
        AWAY = "AWAY", _("Away")
        RETURNED = "RETURNED", _("Just back")
        CLOSED = "CLOSED", _("Closed")

    class Subtype(models.TextChoices):
        QUIET = "QUIET", _("Still in touch")
        SILENT = "SILENT", _("No contact")

    class CloseReason(models.TextChoices):
        BACK = "BACK", _("Came back")
        PAUSED = "PAUSED", _("Agreed pause")
        ENDED = "ENDED", _("Care ended")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.PROTECT, related_name="episodes"
    )
    stage = models.CharField(max_length=10, choices=Stage)
    subtype = models.CharField(max_length=10, choices=Subtype)
    # {"rule": id, "evidence": {…}, "opened_by": id}: the sentence is made when read.
    finding = EncryptedJSONField()
    started_at = models.DateTimeField(help_text="The first signal.")
    # When it became a drift; the ladder counts its days from this local day.
    opened_on = models.DateField(null=True)
    opened_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    close_reason = models.CharField(max_length=10, choices=CloseReason, blank=True)
    # "Not now": nothing automatic before this moment.
    quiet_until = models.DateTimeField(null=True)
    not_now_count = models.PositiveSmallIntegerField(default=0)
    relapse_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = EpisodeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment"],
                condition=Q(closed_at=None),
                name="outreach_one_open_episode",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, close_reason="")
                | (Q(closed_at__isnull=False, stage="CLOSED") & ~Q(close_reason="")),
                name="outreach_closed_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=("DRIFTING", "AWAY"))
                | Q(opened_on__isnull=False, opened_at__isnull=False),
                name="outreach_drift_has_a_day",
            ),
        ]

    def __str__(self):
        return f"Episode {self.pk}"

    @property
    def wants_no_more(self) -> bool:
        """Said "not now" so often that nothing automatic is planned any more."""
        return self.not_now_count >= self.NOT_NOW_FOR_GOOD


class Step(models.Model):
    """One rung of the ladder. It exists at most once in an episode, whatever runs twice."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="steps")
    code = models.CharField(max_length=30)
    planned_at = models.DateTimeField()
    message = models.OneToOneField(
        OutboxMessage, on_delete=models.PROTECT, null=True, related_name="step"
    )
    task = models.OneToOneField(
        Task, on_delete=models.PROTECT, null=True, related_name="step"
    )
    # Why nothing was made of it: the phone is monitored, consent is missing …
    skipped_because = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["episode", "code"], name="outreach_step_once"
            ),
            models.CheckConstraint(
                condition=Q(message__isnull=False, task=None, skipped_because="")
                | Q(message=None, task__isnull=False, skipped_because="")
                | (Q(message=None, task=None) & ~Q(skipped_because="")),
                name="outreach_step_has_one_end",
            ),
        ]

    def __str__(self):
        return f"Step {self.code} of {self.episode_id}"


class AnswerLink(models.Model):
    """A link that opens "I'm glad you're here". It shows no record and needs no password."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token_hash = models.CharField(max_length=64, unique=True)
    episode = models.ForeignKey(
        Episode, on_delete=models.PROTECT, related_name="answer_links"
    )
    # How it was sent: "please stop" on its page is about this channel.
    channel = models.CharField(max_length=10, choices=Channel)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    def __str__(self):
        return f"Answer link {self.pk}"


class Answer(models.Model):
    """What would help now, in the client's words or choice."""

    sealed_for = "episode.enrollment.client"

    class Via(models.TextChoices):
        SMS = "SMS", _("Text message")
        LINK = "LINK", _("Link")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    episode = models.ForeignKey(
        Episode, on_delete=models.PROTECT, related_name="answers"
    )
    via = models.CharField(max_length=10, choices=Via)
    # One of the library's meanings as ``choice``, or the words as ``text``.
    details = EncryptedJSONField()
    at = models.DateTimeField()
    # An inbound row or a link answers once, however often it is delivered.
    once_key = models.CharField(max_length=60, unique=True)
    # What somebody was asked to do about it.
    task = models.ForeignKey(
        Task, on_delete=models.PROTECT, null=True, related_name="answers"
    )

    def __str__(self):
        return f"Answer {self.pk}"
