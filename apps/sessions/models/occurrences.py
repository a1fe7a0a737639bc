"""What the weekly template made, one row for each time people meet."""

import uuid
from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.care.models import Enrollment, Organization, Site
from apps.sessions.models.closures import Closure
from apps.sessions.models.series import Kind, Series

SUBSTITUTE_KEEPS = timedelta(days=1)


def instants_of(first: date, last: date) -> tuple[datetime, datetime]:
    """Around days of any site, for the index: every zone is within a day of UTC."""
    midnight = datetime.combine(first, time.min, UTC)
    days = timedelta(days=(last - first).days)
    return midnight - timedelta(days=1), midnight + days + timedelta(days=2)


class GroupSessionQuerySet(models.QuerySet):
    def between(self, start, end):
        return self.filter(starts_at__gte=start, starts_at__lt=end)

    def on_days(self, first: date, last: date):
        """By the calendar of the site."""
        return self.filter(local_on__range=(first, last)).between(
            *instants_of(first, last)
        )

    def held(self):
        return self.filter(state=GroupSession.State.SCHEDULED)

    def roster_open(self):
        return self.held().filter(roster_closed_at=None)

    def led_by(self, user, at: datetime):
        """Rooms this person leads. A substitute keeps the roster until a day after."""
        return self.filter(
            Q(series__facilitator=user)
            | Q(series=None, facilitator=user)
            | Q(facilitator=user, ends_at__gt=at - SUBSTITUTE_KEEPS)
        )


class GroupSession(models.Model):
    """One occurrence. The instant is UTC; ``local_on`` is the calendar day of the site."""

    class State(models.TextChoices):
        SCHEDULED = "SCHEDULED", _("Planned")
        CANCELLED = "CANCELLED", _("Cancelled by us")

    class Cause(models.TextChoices):
        """Why it is not held, where it was not somebody's decision about this one alone.

        What a cause took away comes back with the cause: by itself, and nothing else.
        """

        HOLIDAY = "HOLIDAY", _("Holiday")
        CLOSURE = "CLOSURE", _("Closed")
        RULE = "RULE", _("The weekly plan changed")
        SKIPPED = "SKIPPED", _("Skipped this once")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    series = models.ForeignKey(
        Series, on_delete=models.PROTECT, null=True, related_name="occurrences"
    )
    # The day the rule gave, even when the occurrence was moved: who comes on Mondays comes
    # to Monday's session on whatever day it is held. ``weekday`` is of this day, Monday 0.
    series_on = models.DateField(null=True)
    weekday = models.PositiveSmallIntegerField()
    # For a one-to-one: whose it is. Empty for everything the series' placements expect.
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.PROTECT, null=True, related_name="own_sessions"
    )
    title = models.CharField(max_length=80)
    kind = models.CharField(max_length=20, choices=Kind)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    local_on = models.DateField()
    # Of the time between, what counts: lunch and breaks do not.
    service_minutes = models.PositiveSmallIntegerField()
    room = models.CharField(max_length=40, blank=True)
    telehealth = models.BooleanField(default=False)
    join_url = models.URLField(blank=True, db_default="")
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=10, choices=State, default=State.SCHEDULED)
    cancelled_for = models.CharField(
        max_length=10, choices=Cause, blank=True, db_default=""
    )
    closure = models.ForeignKey(
        Closure, on_delete=models.PROTECT, null=True, related_name="called_off"
    )
    # Came to stand on another by itself, made by the rule or brought back: the week of the
    # staff asks for another room. What a person puts there is refused instead.
    collides = models.BooleanField(default=False, db_default=False)
    change_note = models.CharField(max_length=120, blank=True)
    # Revisions, as a calendar counts them (RFC 5545, 3.8.7.4), and when the last one was.
    sequence = models.PositiveIntegerField(default=0, db_default=0)
    changed_at = models.DateTimeField(null=True)
    # The last revision that people were told of.
    told = models.PositiveIntegerField(default=0, db_default=0)
    capacity = models.PositiveSmallIntegerField()
    seats_taken = models.PositiveSmallIntegerField(default=0)
    roster_closed_at = models.DateTimeField(null=True)
    roster_closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = GroupSessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["series", "series_on"], name="sessions_one_occurrence_a_day"
            ),
            models.CheckConstraint(
                condition=Q(seats_taken__lte=F("capacity")),
                name="sessions_seats_within_capacity",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="sessions_end_after_start"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_for="") | Q(state="CANCELLED"),
                name="sessions_cause_when_cancelled",
            ),
            models.CheckConstraint(
                condition=Q(closure=None) | Q(cancelled_for="CLOSURE"),
                name="sessions_closure_is_a_cause",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "starts_at"], name="sessions_of_organization"
            ),
            models.Index(
                fields=["ends_at"],
                condition=Q(roster_closed_at=None, state="SCHEDULED"),
                name="sessions_roster_open",
            ),
            models.Index(
                fields=["facilitator", "starts_at"], name="sessions_of_facilitator"
            ),
            models.Index(
                fields=["starts_at"],
                condition=~Q(told=F("sequence")),
                name="sessions_change_untold",
            ),
        ]

    def __str__(self):
        return f"{self.title} {self.local_on}"

    @property
    def is_cancelled(self) -> bool:
        return self.state == self.State.CANCELLED
