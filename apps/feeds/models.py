"""Addresses that a client gave to calendars of theirs."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from apps.care.models import Client, Organization, Placement
from apps.common.fields import EncryptedTextField


def placed_where_forbidden(at: datetime) -> models.QuerySet[Placement]:
    """Today's placements, not the ones that wait. Zones differ by less than they last."""
    today = Placement.objects.on(at.date())
    return today.filter(program__allows_calendars=False).exclude(
        enrollment__state="ENDED"
    )


class CalendarFeedQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(client__user=user)

    def open(self, at: datetime):
        return self.filter(revoked_at=None, expires_at__gt=at)

    def allowed(self, at: datetime):
        """Of people whose phone nobody else reads, in programs that do not forbid it."""
        forbidden = placed_where_forbidden(at).filter(
            enrollment__client=OuterRef("client")
        )
        return self.filter(
            ~Exists(forbidden),
            client__user__is_active=True,
            client__monitored_phone=False,
            client__died_on=None,
        )


class CalendarFeed(models.Model):
    """One address that a calendar reads. The address itself is in that calendar only."""

    sealed_for = "client"

    class Title(models.TextChoices):
        """What each time is called there. Never what it is."""

        BUSY = "BUSY", _("Busy")
        ALIAS = "ALIAS", _("The name we use in messages")
        OWN = "OWN", _("My own words")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    client = models.ForeignKey(
        Client, on_delete=models.CASCADE, related_name="calendar_feeds"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    title_kind = models.CharField(
        max_length=5, choices=Title, default=Title.BUSY, db_default=Title.BUSY
    )
    title = EncryptedTextField(null=True, help_text="The client's own words.")
    with_place = models.BooleanField(default=False, db_default=False)
    language = models.CharField(max_length=10, default="en")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    # A day is enough to see that somebody reads it, and says little about when.
    last_read_on = models.DateField(null=True)
    # Of what was given last: who joins or leaves a room changes it without a time of its
    # own, so when it changed is noticed here.
    body_digest = models.CharField(max_length=64, blank=True, db_default="")
    body_changed_at = models.DateTimeField()

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(title_kind="OWN", title__isnull=False)
                | (~Q(title_kind="OWN") & Q(title__isnull=True)),
                name="feeds_own_words_when_chosen",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="feeds_expires_after_made",
            ),
        ]

    def __str__(self):
        return f"Calendar feed {self.pk}"
