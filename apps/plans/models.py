"""The relapse-prevention plan: versions that never change once agreed."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.care.models import Client, Enrollment, Organization
from apps.common.fields import EncryptedJSONField, EncryptedTextField


class AgreedIsFinal(Exception):
    """An agreed version, or one that is over, keeps what it says."""


class PlanVersionQuerySet(models.QuerySet):
    def of_client(self, user):
        return self.filter(client__user=user)

    def on_caseload_of(self, user, at):
        clients = Enrollment.objects.on_caseload_of(user, at).values("client")
        return self.filter(client__in=clients)

    def open_to(self, user, at):
        """The caseload's, and those of a client opened with a reason: for reading."""
        clients = Enrollment.objects.open_to(user, at).values("client")
        return self.filter(client__in=clients)

    def open(self):
        return self.filter(state__in=PlanVersion.OPEN)

    def agreed(self):
        return self.filter(state=PlanVersion.State.APPROVED)

    def waiting(self):
        return self.filter(state__in=PlanVersion.WAITING)

    def shared_with_staff(self):
        """What the client has sent. A draft, or one taken back, is theirs alone."""
        return self.exclude(state__in=PlanVersion.PRIVATE)


class PlanVersion(models.Model):
    """One version of a client's plan. Owned by the client, so that it outlives an episode.

    At most one is open (not agreed, replaced or withdrawn); an agreed one is immutable.
    """

    sealed_for = "client"

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("Draft")
        SUBMITTED = "SUBMITTED", _("Sent")
        IN_REVIEW = "IN_REVIEW", _("Being read")
        CHANGES_REQUESTED = "CHANGES_REQUESTED", _("Ideas to look at")
        APPROVED = "APPROVED", _("Agreed")
        SUPERSEDED = "SUPERSEDED", _("Replaced by a newer one")
        WITHDRAWN = "WITHDRAWN", _("Taken back")

    EDITABLE = ("DRAFT", "CHANGES_REQUESTED")
    WAITING = ("SUBMITTED", "IN_REVIEW")
    OPEN = EDITABLE + WAITING
    PRIVATE = ("DRAFT", "WITHDRAWN")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="plan_versions"
    )
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    # By section key of apps.care.rules.plan_rules.
    content = EncryptedJSONField(default=dict)
    # What the counselor had read when sending ideas back: the next reading is compared
    # with it, and until then staff read this and not what is half rewritten.
    answered_content = EncryptedJSONField(null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    # When ideas came back or the version was agreed, and by whom.
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    review_due_on = models.DateField(null=True)
    # Looked at again later and kept as it is.
    kept_at = models.DateTimeField(null=True)

    objects = PlanVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "number"], name="plans_version_number_once"
            ),
            models.UniqueConstraint(
                fields=["client"],
                condition=Q(
                    state__in=("DRAFT", "SUBMITTED", "IN_REVIEW", "CHANGES_REQUESTED")
                ),
                name="plans_one_open_version",
            ),
            models.UniqueConstraint(
                fields=["client"],
                condition=Q(state="APPROVED"),
                name="plans_one_agreed_version",
            ),
            models.CheckConstraint(
                condition=~Q(state="APPROVED")
                | Q(
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                    review_due_on__isnull=False,
                ),
                name="plans_agreed_says_by_whom",
            ),
        ]
        indexes = [
            models.Index(
                fields=["submitted_at"],
                condition=Q(state__in=("SUBMITTED", "IN_REVIEW")),
                name="plans_waiting",
            ),
        ]

    def __str__(self):
        return f"Plan version {self.pk}"

    def save(self, *args, **kwargs):
        """:raises AgreedIsFinal: when the stored row is no longer open."""
        # The row and not this instance is asked: another request may have agreed it.
        closed = PlanVersion.objects.exclude(state__in=self.OPEN)
        if not self._state.adding and closed.filter(pk=self.pk).exists():
            raise AgreedIsFinal
        super().save(*args, **kwargs)

    @property
    def is_editable(self) -> bool:
        return self.state in self.EDITABLE

    @property
    def is_waiting(self) -> bool:
        return self.state in self.WAITING

    @property
    def is_agreed(self) -> bool:
        return self.state == self.State.APPROVED

    @property
    def is_shared_with_staff(self) -> bool:
        return self.state not in self.PRIVATE

    @property
    def content_for_staff(self) -> dict:
        """What was sent: while the client rewrites, the text that was answered."""
        if self.state == self.State.CHANGES_REQUESTED:
            return self.answered_content  # type: ignore[return-value]
        return self.content


class CommentQuerySet(models.QuerySet):
    def about_a_section(self):
        return self.exclude(section="")

    def affirming(self):
        return self.filter(section="")


class Comment(models.Model):
    """A counselor's words about one section, or one step in it. The client sees it."""

    sealed_for = "version.client"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(
        PlanVersion, on_delete=models.PROTECT, related_name="comments"
    )
    # Empty: the one thing that was liked about the whole plan.
    section = models.CharField(max_length=30, blank=True)
    # The id of the step inside the section, when the comment is about one.
    step = models.CharField(max_length=40, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    text = EncryptedTextField()

    objects = CommentQuerySet.as_manager()

    def __str__(self):
        return f"Comment {self.pk}"


class CurrentQuerySet(models.QuerySet):
    def current(self):
        return self.filter(until=None)

    def of_client(self, user):
        return self.filter(client__user=user)


class PlanPerson(models.Model):
    """Somebody the client can call. Outside the version: a number changes at once."""

    sealed_for = "client"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(
        Client, on_delete=models.CASCADE, related_name="plan_people"
    )
    # {"name", "relation", "phone", "best_time", "what_to_say", "knows": bool}
    details = EncryptedJSONField()
    position = models.PositiveSmallIntegerField(default=0)
    since = models.DateTimeField()
    # A change ends the row and adds another, so the history stays.
    until = models.DateTimeField(null=True)

    objects = CurrentQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "plan people"
        indexes = [
            models.Index(
                fields=["client", "position"],
                condition=Q(until=None),
                name="plans_people_now",
            ),
        ]

    def __str__(self):
        return f"Plan person {self.pk}"


class LivePart(models.Model):
    """A piece of the plan that changes at once, without a new version."""

    sealed_for = "client"

    class Kind(models.TextChoices):
        # {"on": ISO date}
        REFILL = "REFILL"
        # {"codes": [skill code]}, the first to reach for first
        KIT_ORDER = "KIT_ORDER"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(
        Client, on_delete=models.CASCADE, related_name="plan_live_parts"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    value = EncryptedJSONField()
    since = models.DateTimeField()
    # A change ends the row and adds another, so the history stays.
    until = models.DateTimeField(null=True)

    objects = CurrentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "kind"],
                condition=Q(until=None),
                name="plans_one_live_part_a_kind",
            ),
        ]

    def __str__(self):
        return f"Live part {self.pk}"
