"""The relapse-prevention plan: versions that never change once agreed."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.care.models import Client, Enrollment, Organization
from apps.common.fields import EncryptedJSONField, EncryptedTextField


class PlanVersionQuerySet(models.QuerySet):
    def of_client(self, user):
        return self.filter(client__user=user)

    def on_caseload_of(self, user, at):
        clients = Enrollment.objects.on_caseload_of(user, at).values("client")
        return self.filter(client__in=clients)

    def waiting(self):
        return self.filter(
            state__in=(PlanVersion.State.SUBMITTED, PlanVersion.State.IN_REVIEW)
        )


class PlanVersion(models.Model):
    """One version of a client's plan. Owned by the client, so that it outlives an episode.

    At most one is open (not agreed, replaced or withdrawn); an agreed one is immutable.
    """

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("Draft")
        SUBMITTED = "SUBMITTED", _("Sent")
        IN_REVIEW = "IN_REVIEW", _("Being read")
        CHANGES_REQUESTED = "CHANGES_REQUESTED", _("Ideas to look at")
        APPROVED = "APPROVED", _("Agreed")
        SUPERSEDED = "SUPERSEDED", _("Replaced by a newer one")
        WITHDRAWN = "WITHDRAWN", _("Taken back")

    EDITABLE = ("DRAFT", "CHANGES_REQUESTED")

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
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    review_due_on = models.DateField(null=True)

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

    @property
    def is_editable(self) -> bool:
        return self.state in self.EDITABLE


class Comment(models.Model):
    """A counselor's words about one section, or one step in it. The client sees it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(
        PlanVersion, on_delete=models.PROTECT, related_name="comments"
    )
    section = models.CharField(max_length=30)
    # The id of the step inside the section, when the comment is about one.
    step = models.CharField(max_length=40, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    text = EncryptedTextField()

    def __str__(self):
        return f"Comment {self.pk}"


class PlanPerson(models.Model):
    """Somebody the client can call. Outside the version: a number changes at once."""

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

    class Meta:
        verbose_name_plural = "plan people"

    def __str__(self):
        return f"Plan person {self.pk}"
