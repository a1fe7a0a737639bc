"""What the team has to look at: concerns, tasks, and the one status row that ranks them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.care.models.people import Enrollment
from apps.care.models.places import Organization
from apps.common.fields import EncryptedJSONField, EncryptedTextField


class Outcome(models.TextChoices):
    REACHED = "REACHED", _("Talked with them")
    LEFT_MESSAGE = "LEFT_MESSAGE", _("Left a message")
    IN_PERSON = "IN_PERSON", _("Talked in person")
    PLAN_CHANGED = "PLAN_CHANGED", _("Changed the plan together")
    PASSED_ON = "PASSED_ON", _("Passed to a colleague")
    NO_ACTION = "NO_ACTION", _("No action needed, because …")


class ConcernQuerySet(models.QuerySet):
    def open(self):
        return self.filter(resolved_at=None)

    def on_caseload_of(self, user, at):
        return self.filter(enrollment__in=Enrollment.objects.on_caseload_of(user, at))


class Concern(models.Model):
    """A rule fired. Holds the rule and its numbers sealed; sentences are made when read."""

    sealed_for = "enrollment.client"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.PROTECT, related_name="concerns"
    )
    # {"rule": "R05", "version": 1, "evidence": {...}}
    finding = EncryptedJSONField()
    # Keyed fingerprints, so that the database can keep them unique without reading them.
    rule_index = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64, unique=True)
    priority = models.PositiveSmallIntegerField()
    raised_at = models.DateTimeField()
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    # What raised it, by kind and id: nothing below knows its caller.
    source = models.CharField(max_length=20)
    source_key = models.CharField(max_length=60)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    claimed_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    outcome_note = EncryptedTextField(null=True)
    silenced_until = models.DateTimeField(null=True)
    # When the newest answer behind it came in; empty while there was only the first.
    last_raised_at = models.DateTimeField(null=True)
    # A silence that is known and accepted for now: nothing more until after this day.
    decided_until = models.DateField(null=True)
    # What cannot wait: 0 not yet, 1 after 15 minutes, 2 after 30. Priority 2: 2 once the
    # supervisor was asked, after a work day.
    escalation = models.PositiveSmallIntegerField(default=0)

    objects = ConcernQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule_index"],
                condition=Q(resolved_at=None),
                name="care_one_open_concern_a_rule",
            ),
            models.CheckConstraint(
                condition=Q(priority__gte=1, priority__lte=5),
                name="care_concern_priority_1_to_5",
            ),
            models.CheckConstraint(
                condition=Q(claimed_by=None, claimed_at=None)
                | Q(claimed_by__isnull=False, claimed_at__isnull=False),
                name="care_concern_claim_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_until=None) | Q(resolved_at__isnull=False),
                name="care_concern_decided_when_closed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["enrollment", "priority"],
                condition=Q(resolved_at=None),
                name="care_concern_open",
            ),
            models.Index(
                fields=["raised_at"],
                condition=Q(resolved_at=None, priority=1),
                name="care_concern_cannot_wait",
            ),
        ]

    def __str__(self):
        return f"Concern {self.pk}"


class TaskQuerySet(models.QuerySet):
    def open(self):
        return self.filter(done_at=None)

    def for_staff(self, user, at):
        """Given to this person, or about somebody on their caseload."""
        return self.filter(
            Q(assignee=user)
            | Q(enrollment__in=Enrollment.objects.on_caseload_of(user, at))
        )


class Task(models.Model):
    """Something a named person is asked to do, once."""

    sealed_for = "enrollment.client"

    class Kind(models.TextChoices):
        CALL = "CALL", _("Call")
        ANSWER = "ANSWER", _("They answered")
        HUDDLE = "HUDDLE", _("Look at this together")
        ROSTER = "ROSTER", _("Close the roster")
        UNCONFIRMED = "UNCONFIRMED", _("A message may not have arrived")
        RIDE = "RIDE", _("Find a way to get here")
        WELCOME = "WELCOME", _("Say hello")
        GLASS = "GLASS", _("Somebody opened a record with a reason")
        LEVEL = "LEVEL", _("Talk about more or less support")
        REFERRAL = "REFERRAL", _("Ask how a place outside went")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.PROTECT, null=True, related_name="tasks"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="tasks"
    )
    # What the sentence is made from, for example {"choice": "call_me"}.
    details = EncryptedJSONField(default=dict)
    source = models.CharField(max_length=20)
    source_key = models.CharField(max_length=60)
    priority = models.PositiveSmallIntegerField(default=2)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    outcome_note = EncryptedTextField(null=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "source", "source_key"], name="care_task_once"
            ),
            models.UniqueConstraint(
                fields=["enrollment"],
                condition=Q(kind="LEVEL", done_at=None),
                name="care_one_open_level_task",
            ),
        ]
        indexes = [
            models.Index(
                fields=["assignee", "due_at"],
                condition=Q(done_at=None),
                name="care_task_open_of_staff",
            ),
            models.Index(
                fields=["enrollment", "due_at"],
                condition=Q(done_at=None),
                name="care_task_open_of_client",
            ),
        ]

    def __str__(self):
        return f"Task {self.pk}"


class Status(models.Model):
    """Where one enrollment stands, kept true in the transaction of each event.

    The desk and the sweep read this row, never the history; ``rebuild_status`` makes it
    anew from history and a test compares the two.
    """

    class Drift(models.TextChoices):
        ENGAGED = "ENGAGED", _("On track")
        SLIPPING = "SLIPPING", _("Slipping")
        DRIFTING = "DRIFTING", _("Drifting")
        AWAY = "AWAY", _("Away")
        RETURNED = "RETURNED", _("Just back")

    enrollment = models.OneToOneField(
        Enrollment, on_delete=models.CASCADE, primary_key=True, related_name="status"
    )
    drift = models.CharField(max_length=10, choices=Drift, default=Drift.ENGAGED)
    drift_since = models.DateField(null=True)
    last_checkin_on = models.DateField(null=True)
    last_checkin_at = models.DateTimeField(null=True)
    last_attended_at = models.DateTimeField(null=True)
    last_contact_at = models.DateTimeField(null=True)
    last_human_contact_at = models.DateTimeField(null=True)
    missed_in_a_row = models.PositiveSmallIntegerField(default=0)
    last_craving = models.PositiveSmallIntegerField(null=True)
    # The most urgent open concern or task, so that the board is one ordered read.
    open_priority = models.PositiveSmallIntegerField(null=True)
    open_due_at = models.DateTimeField(null=True)
    open_since = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["open_priority", "open_due_at"],
                condition=Q(open_priority__isnull=False),
                name="care_status_needs_someone",
            ),
        ]

    def __str__(self):
        return f"Status of {self.enrollment_id}"


class DueMoment(models.Model):
    """When the clocks of an enrollment must be read again. Narrow, so it stays cheap."""

    enrollment = models.OneToOneField(
        Enrollment,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="due_moment",
    )
    at = models.DateTimeField(db_index=True)

    def __str__(self):
        return f"Due {self.enrollment_id}"
