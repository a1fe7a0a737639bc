"""One delivery engine: the rows are the queue, a broker only wakes workers."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.care.models import Client, Enrollment, Organization
from apps.common.fields import EncryptedTextField


class Channel(models.TextChoices):
    SMS = "SMS", _("Text message")
    EMAIL = "EMAIL", _("E-mail")
    PUSH = "PUSH", _("Push")


class Purpose(models.TextChoices):
    OUTREACH = "OUTREACH", _("Keeping in touch")
    REMINDER = "REMINDER", _("Reminders")
    ANSWER = "ANSWER", _("Answers to what they sent")
    STAFF_ALERT = "STAFF_ALERT", _("Alerts to staff")


class ConsentQuerySet(models.QuerySet):
    def current(self):
        return self.filter(revoked_at=None)

    def covers(self, client, channel, purpose) -> bool:
        return (
            self.current()
            .filter(client=client, channel=channel, purpose=purpose)
            .exists()
        )


class Consent(models.Model):
    """Permission for one channel and one purpose, with the words that were shown."""

    class Because(models.TextChoices):
        STOP = "STOP", _("Asked to stop, by text or link")
        CHOICE = "CHOICE", _("Chose other messages")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(
        Client, on_delete=models.CASCADE, related_name="consents"
    )
    channel = models.CharField(max_length=10, choices=Channel)
    purpose = models.CharField(max_length=12, choices=Purpose)
    wording_version = models.CharField(max_length=20)
    given_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    # Only what STOP took away comes back with START.
    revoked_because = models.CharField(max_length=10, choices=Because, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "channel", "purpose"],
                condition=Q(revoked_at=None),
                name="notifications_one_current_consent",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_because="")
                | (Q(revoked_at__isnull=False) & ~Q(revoked_because="")),
                name="notifications_revoked_with_reason",
            ),
        ]

    def __str__(self):
        return f"Consent {self.pk}"


class OutboxMessageQuerySet(models.QuerySet):
    def due(self, at):
        return self.filter(state=OutboxMessage.State.PLANNED, send_after__lte=at)

    def to_clients(self):
        return self.filter(client__isnull=False)

    def on_caseload_of(self, user, at):
        return self.filter(enrollment__in=Enrollment.objects.on_caseload_of(user, at))


class OutboxMessage(models.Model):
    """One message, from the decision to send it to its known end.

    PLANNED → CLAIMED (with a lease) → SUBMITTING → ACCEPTED → DELIVERED or FAILED.
    SUBMITTING is committed before the provider is called; a crash there becomes
    UNCONFIRMED and a task for a person, never a second message.
    """

    sealed_for = "client"

    class State(models.TextChoices):
        PLANNED = "PLANNED", _("Planned")
        CLAIMED = "CLAIMED", _("Taken by a worker")
        SUBMITTING = "SUBMITTING", _("Being handed over")
        ACCEPTED = "ACCEPTED", _("Handed over")
        DELIVERED = "DELIVERED", _("Arrived")
        FAILED = "FAILED", _("Not accepted")
        UNCONFIRMED = "UNCONFIRMED", _("Not known")
        CANCELLED = "CANCELLED", _("Not sent")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    # One of the two: a client, or somebody of the staff.
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, null=True, related_name="messages"
    )
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.PROTECT, null=True, related_name="messages"
    )
    channel = models.CharField(max_length=10, choices=Channel)
    purpose = models.CharField(max_length=12, choices=Purpose)
    template = models.CharField(max_length=20)
    language = models.CharField(max_length=10, default="en")
    # Empty after 90 days.
    body = EncryptedTextField(null=True)
    # The same decision made twice is the same key: the database keeps it one message.
    once_key = models.CharField(max_length=100, unique=True)
    state = models.CharField(max_length=12, choices=State, default=State.PLANNED)
    created_at = models.DateTimeField()
    send_after = models.DateTimeField()
    # Past this moment the message makes no sense any more and is cancelled.
    expires_at = models.DateTimeField(null=True)
    claimed_by = models.CharField(max_length=60, blank=True)
    lease_until = models.DateTimeField(null=True)
    # How often it was offered and clearly not taken.
    attempts = models.PositiveSmallIntegerField(default=0)
    submitted_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    provider_id = models.CharField(max_length=80, blank=True, db_index=True)
    # Why it was cancelled, or how it ended, in one of our words.
    reason = models.CharField(max_length=40, blank=True)

    objects = OutboxMessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(client=None, staff__isnull=False)
                | Q(client__isnull=False, staff=None),
                name="notifications_message_is_for_one",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("ACCEPTED", "DELIVERED"))
                | Q(accepted_at__isnull=False),
                name="notifications_accepted_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("CLAIMED", "SUBMITTING"))
                | (Q(lease_until__isnull=False) & ~Q(claimed_by="")),
                name="notifications_in_hand_has_lease",
            ),
        ]
        indexes = [
            models.Index(
                fields=["send_after"],
                condition=Q(state="PLANNED"),
                name="notifications_due",
            ),
            models.Index(
                fields=["lease_until"],
                condition=Q(state__in=("CLAIMED", "SUBMITTING")),
                name="notifications_in_hand",
            ),
            models.Index(
                fields=["client", "submitted_at"],
                name="notifications_sent_to",
            ),
        ]

    def __str__(self):
        return f"Message {self.pk}"


class StateChange(models.Model):
    """One move of a message, kept for staff who ask what became of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.ForeignKey(
        OutboxMessage, on_delete=models.CASCADE, related_name="changes"
    )
    state = models.CharField(max_length=12, choices=OutboxMessage.State)
    at = models.DateTimeField()
    reason = models.CharField(max_length=40, blank=True)

    def __str__(self):
        return f"{self.state} of {self.message_id}"


class Inbound(models.Model):
    """What came back from a phone, as it was written."""

    sealed_for = "client"

    # Meanings that no template gives; the others are those of the message library.
    STOP, START, HELP, WRONG_NUMBER = "stop", "start", "help", "wrong_number"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="inbound_messages"
    )
    # The last message really sent, which gives a digit its meaning.
    in_reply_to = models.ForeignKey(
        OutboxMessage, on_delete=models.PROTECT, null=True, related_name="answers"
    )
    # The provider's id: the same message delivered twice is one row.
    provider_id = models.CharField(max_length=80, unique=True)
    # Empty after 90 days.
    text = EncryptedTextField(null=True)
    meaning = models.CharField(max_length=30, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["client", "received_at"], name="notifications_came_from"
            ),
        ]

    def __str__(self):
        return f"Inbound {self.pk}"
