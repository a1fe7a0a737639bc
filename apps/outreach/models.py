"""Who drifted away, what was done about it, and what they answered."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.care.models import Enrollment, Organization, Task
from apps.common.fields import EncryptedJSONField
from apps.notifications.models import OutboxMessage


class EpisodeQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at=None)

    def on_caseload_of(self, user, at):
        return self.filter(enrollment__in=Enrollment.objects.on_caseload_of(user, at))


class Episode(models.Model):
    """One stretch of drifting, opened and closed once."""

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
    # {"rule": id, "evidence": {…}}: the sentence is made when read.
    finding = EncryptedJSONField()
    started_at = models.DateTimeField(help_text="The first signal.")
    # When it became a drift; the ladder counts its days from this local day.
    opened_on = models.DateField(null=True)
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
        ]

    def __str__(self):
        return f"Episode {self.pk}"


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
    message = models.ForeignKey(
        OutboxMessage, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    def __str__(self):
        return f"Answer link {self.pk}"


class Answer(models.Model):
    """What would help now, in the client's words or choice."""

    class Via(models.TextChoices):
        SMS = "SMS", _("Text message")
        LINK = "LINK", _("Link")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    episode = models.ForeignKey(
        Episode, on_delete=models.PROTECT, related_name="answers"
    )
    via = models.CharField(max_length=10, choices=Via)
    # {"choice": "call_me", "text": ""}
    details = EncryptedJSONField()
    at = models.DateTimeField()
    # An inbound row or a link answers once, however often it is delivered.
    once_key = models.CharField(max_length=60, unique=True)

    def __str__(self):
        return f"Answer {self.pk}"
