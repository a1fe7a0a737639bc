"""The weekly template, the occurrences made from it, and who came."""

import uuid
from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.care.models import Enrollment, LevelOfCare, Organization, Program, Site

SUBSTITUTE_KEEPS = timedelta(days=1)


class Kind(models.TextChoices):
    """Every kind of service in one list."""

    GROUP = "GROUP", _("Group")
    INDIVIDUAL = "INDIVIDUAL", _("One-to-one")
    FAMILY = "FAMILY", _("Family")
    PSYCHOEDUCATION = "PSYCHOEDUCATION", _("Psycho-education")
    LIFE_SKILLS = "LIFE_SKILLS", _("Life skills")
    RELAPSE_PREVENTION = "RELAPSE_PREVENTION", _("Relapse prevention")
    MEDICAL = "MEDICAL", _("Medical")
    CASE_MANAGEMENT = "CASE_MANAGEMENT", _("Case management")
    WELLNESS = "WELLNESS", _("Wellness")
    TWELVE_STEP = "TWELVE_STEP", _("12-step text group")


class Series(models.Model):
    """A recurring attendance of a program: RFC 5545 rule, wall-clock time of the site."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, related_name="series"
    )
    levels = models.ManyToManyField(LevelOfCare, related_name="series")
    title = models.CharField(max_length=80)
    kind = models.CharField(max_length=20, choices=Kind)
    rrule = models.CharField(
        max_length=200, help_text="Such as FREQ=WEEKLY;BYDAY=MO,TU"
    )
    starts_at_time = models.TimeField()
    minutes = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    # Occurrences exist up to this day, so that the tick sees at once what lacks some.
    made_until = models.DateField(null=True, editable=False)
    room = models.CharField(max_length=40, blank=True)
    telehealth = models.BooleanField(default=False)
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    capacity = models.PositiveSmallIntegerField(default=12)

    class Meta:
        verbose_name_plural = "series"

    def __str__(self):
        return self.title


class Block(models.Model):
    """A named part of one attendance, such as 9:00 Little Big Book Group."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="blocks")
    title = models.CharField(max_length=80)
    kind = models.CharField(max_length=20, choices=Kind)
    offset_minutes = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField()
    # Lunch and breaks take time without being service.
    counts = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["series", "offset_minutes"], name="sessions_block_starts_once"
            ),
        ]

    def __str__(self):
        return self.title


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
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=10, choices=State, default=State.SCHEDULED)
    change_note = models.CharField(max_length=120, blank=True)
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
        ]

    def __str__(self):
        return f"{self.title} {self.local_on}"

    @property
    def is_cancelled(self) -> bool:
        return self.state == self.State.CANCELLED


class Override(models.Model):
    """An occurrence a client comes to, or does not, against their placement."""

    class Kind(models.TextChoices):
        ADDED = "ADDED", _("Also comes")
        DROPPED = "DROPPED", _("Does not come")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.CASCADE, related_name="overrides"
    )
    group_session = models.ForeignKey(
        GroupSession, on_delete=models.CASCADE, related_name="overrides"
    )
    kind = models.CharField(max_length=10, choices=Kind)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment", "group_session"], name="sessions_override_once"
            ),
        ]

    def __str__(self):
        return f"Override {self.pk}"


class AttendanceQuerySet(models.QuerySet):
    def of_client(self, user):
        return self.filter(enrollment__in=Enrollment.objects.of_client(user))

    def on_caseload_of(self, user, at):
        return self.filter(enrollment__in=Enrollment.objects.on_caseload_of(user, at))


class Attendance(models.Model):
    """What happened for one person at one occurrence, and the minutes that count."""

    class Status(models.TextChoices):
        PRESENT = "PRESENT", _("Here")
        LATE = "LATE", _("Here, came late")
        LEFT_EARLY = "LEFT_EARLY", _("Here, left early")
        ONE_TO_ONE = "ONE_TO_ONE", _("Seen one-to-one")
        EXCUSED = "EXCUSED", _("Told us before")
        NO_SHOW = "NO_SHOW", _("Not here")
        CANCELLED = "CANCELLED", _("Cancelled by us")

    ATTENDED = ("PRESENT", "LATE", "LEFT_EARLY", "ONE_TO_ONE")

    class Reason(models.TextChoices):
        WORK = "WORK", _("Work")
        CHILDREN = "CHILDREN", _("Children or family")
        RIDE = "RIDE", _("No ride")
        ILL = "ILL", _("Ill")
        HOSPITAL = "HOSPITAL", _("Hospital")
        COURT = "COURT", _("Court")
        WEATHER = "WEATHER", _("Weather")
        FAITH = "FAITH", _("Faith day")
        OTHER = "OTHER", _("Something else")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    group_session = models.ForeignKey(
        GroupSession, on_delete=models.PROTECT, related_name="attendance"
    )
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.PROTECT, related_name="attendance"
    )
    status = models.CharField(max_length=12, choices=Status)
    reason = models.CharField(max_length=12, choices=Reason, blank=True)
    telehealth = models.BooleanField(default=False)
    arrived_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    minutes = models.PositiveSmallIntegerField(default=0)
    marked_at = models.DateTimeField()
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group_session", "enrollment"],
                name="sessions_attendance_once",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("PRESENT", "LATE", "LEFT_EARLY", "ONE_TO_ONE"))
                | Q(minutes=0),
                name="sessions_minutes_only_when_attended",
            ),
        ]
        indexes = [
            models.Index(
                fields=["enrollment", "marked_at"], name="sessions_attendance_of"
            ),
        ]

    def __str__(self):
        return f"Attendance {self.pk}"
