"""Clients, their episodes of care, and who looks after them."""

import uuid
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from apps.accounts import policy
from apps.care.models.places import LevelOfCare, Organization, Program, Site
from apps.common.days import local_day
from apps.common.fields import SELF, EncryptedJSONField, EncryptedTextField


class Client(models.Model):
    """The person. Owns contacts, own words and the plan; outlives every enrollment."""

    sealed_for = SELF

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="clients"
    )
    # Empty until the invitation is accepted.
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="client",
    )
    preferred_name = models.CharField(max_length=60)
    surname = EncryptedTextField(null=True)
    surname_index = models.CharField(max_length=64, blank=True, db_index=True)
    birth_date = EncryptedTextField(help_text="ISO date; adults only.")
    language = models.CharField(max_length=10, default="en")
    # Empty means the zone of the site.
    timezone = models.CharField(max_length=50, blank=True)
    # {"substance": str, "opioid_history": bool, "medications": [str], "court_ordered": bool}
    profile = EncryptedJSONField(default=dict)
    interpreter_language = models.CharField(max_length=40, blank=True)
    # Somebody else may read this phone: nothing is sent, nothing is kept on it.
    monitored_phone = models.BooleanField(default=False)
    # Keeps in touch in person: printed week, check-ins entered by staff.
    no_phone = models.BooleanField(default=False)
    # A supervisor's status that freezes every queue.
    died_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()

    def __str__(self):
        return f"Client {self.pk}"


class ContactPoint(models.Model):
    """A phone number or address of a client. Found by its keyed index only."""

    sealed_for = "client"

    class Kind(models.TextChoices):
        PHONE = "PHONE", _("Phone")
        EMAIL = "EMAIL", _("E-mail")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(
        Client, on_delete=models.CASCADE, related_name="contact_points"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    value = EncryptedTextField(help_text="E.164 number, or lower-case e-mail.")
    value_index = models.CharField(max_length=64)
    verified_at = models.DateTimeField(null=True, blank=True)
    # "Wrong number" stops it for good.
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "value_index"],
                condition=Q(stopped_at=None),
                name="care_contact_point_of_one_client",
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.pk}"


class EnrollmentQuerySet(models.QuerySet):
    def active(self):
        return self.filter(state=Enrollment.State.ACTIVE)

    def of_client(self, user):
        return self.filter(client__user=user)

    def on_caseload_of(self, user, at: datetime):
        """Records open by assignment, for as long as it runs, and to the care team."""
        if not policy.is_one_of(user, policy.CARE_TEAM):
            return self.none()
        # EXISTS, not a join: two roles of one person must not double the row.
        return self._assigned(user, at, CareAssignment.CLINICAL)

    def open_to(self, user, at: datetime):
        """The caseload, and what was opened with a reason: for reading one record.

        ``is_assigned`` tells the two apart. No list and no board asks this: a broken glass
        puts nobody on them.
        """
        if not policy.is_one_of(user, policy.CARE_TEAM):
            return self.none()
        assigned = self._assignment(user, at, CareAssignment.CLINICAL)
        glass = self._assignment(user, at, [CareAssignment.Role.BROKEN_GLASS])
        return self.annotate(is_assigned=assigned).filter(assigned | glass)

    def led_and_shown_to(self, user, at: datetime):
        """Whose check-ins somebody may read who leads their room: where a program says so."""
        if not policy.is_one_of(user, policy.IN_THE_ROOM):
            return self.none()
        placed = Placement.objects.filter(
            enrollment=OuterRef("pk"),
            program__facilitators_see_checkins=True,
        ).on(at.date())
        leads = self._assignment(user, at, [CareAssignment.Role.FACILITATING])
        return self.filter(leads, Exists(placed))

    def on_roster_of(self, user, at: datetime):
        """Names and attendance: also for who only leads the room."""
        if not policy.is_one_of(user, policy.IN_THE_ROOM):
            return self.none()
        return self._assigned(user, at, CareAssignment.IN_THE_ROOM)

    def _assigned(self, user, at, roles):
        return self.filter(self._assignment(user, at, roles))

    def _assignment(self, user, at, roles):
        return Exists(
            CareAssignment.objects.filter(
                Q(until__gt=at) | Q(until=None),
                enrollment=OuterRef("pk"),
                staff=user,
                role__in=roles,
                since__lte=at,
            )
        )


class Enrollment(models.Model):
    """One episode of care. Decides who may see what; clinical records hang off it."""

    class State(models.TextChoices):
        INVITED = "INVITED", _("Invited")
        ACTIVE = "ACTIVE", _("In care")
        ENDED = "ENDED", _("Ended")

    class EndReason(models.TextChoices):
        COMPLETED = "COMPLETED", _("Completed")
        TRANSFERRED = "TRANSFERRED", _("Moved to other care")
        DECLINED = "DECLINED", _("Chose to stop")
        MOVED = "MOVED", _("Moved away")
        LOST_TOUCH = "LOST_TOUCH", _("Closed with the door open")
        DIED = "DIED", _("Died")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="enrollments"
    )
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="enrollments"
    )
    program = models.ForeignKey(
        Program,
        on_delete=models.PROTECT,
        related_name="enrollments",
        help_text="Where the episode began; placements say where it is today.",
    )
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    started_on = models.DateField()
    planned_weeks = models.PositiveSmallIntegerField(default=10)
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, choices=EndReason, blank=True)

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client"],
                condition=~Q(state="ENDED"),
                name="care_one_open_enrollment_a_client",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="ENDED", ended_on__isnull=False)
                    | (~Q(state="ENDED") & Q(ended_on=None))
                ),
                name="care_ended_has_a_date",
            ),
        ]

    def __str__(self):
        return f"Enrollment {self.pk}"

    @property
    def zone(self) -> ZoneInfo:
        """The client's own zone. Reads ``client`` and ``program.site``."""
        return ZoneInfo(self.client.timezone or self.program.site.timezone)

    def client_day(self, at: datetime) -> date:
        """The day the client means: 04:00 to 03:59 in their own zone."""
        return local_day(at, self.zone)

    def placement_on(self, day: date) -> "Placement | None":
        """The last one that has begun by then, or the first to come. Reads all of them."""
        placements = sorted(self.placements.all(), key=lambda each: each.from_on)
        begun = [each for each in placements if each.from_on <= day]
        return begun[-1] if begun else next(iter(placements), None)

    def site_at(self, at: datetime) -> Site:
        """Where they are placed now: a placement may have moved them."""
        today = self.program.site.local_date(at)
        begun = self.placements.filter(from_on__lte=today)
        placement = begun.select_related("program__site").order_by("-from_on").first()
        return placement.program.site if placement else self.program.site

    def week_number(self, on: date) -> int:
        return max(1, (on - self.started_on).days // 7 + 1)


class PlacementQuerySet(models.QuerySet):
    def on(self, day: date):
        return self.filter(Q(to_on__gte=day) | Q(to_on=None), from_on__lte=day)


class Placement(models.Model):
    """Level, program and weekdays for a stretch of time. A step-down adds a row."""

    sealed_for = "enrollment.client"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.CASCADE, related_name="placements"
    )
    level = models.ForeignKey(LevelOfCare, on_delete=models.PROTECT, related_name="+")
    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, related_name="placements"
    )
    # Weekdays expected, Monday 0.
    weekdays = models.JSONField(default=list)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    note = EncryptedTextField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment"],
                condition=Q(to_on=None),
                name="care_one_open_placement",
            ),
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")),
                name="care_placement_dates_in_order",
            ),
        ]
        indexes = [
            # A person's sessions ask of each whether their placement brings them to it.
            models.Index(fields=["enrollment", "program"], name="care_placement_of"),
        ]

    def __str__(self):
        return f"Placement {self.pk}"

    @property
    def days_per_week(self) -> int:
        return len(self.weekdays)


class PauseQuerySet(models.QuerySet):
    def on_caseload_of(self, user, at: datetime):
        return self.filter(enrollment__in=Enrollment.objects.on_caseload_of(user, at))


class Pause(models.Model):
    """A stretch in which they are not expected and no clock runs. Why is for staff only."""

    sealed_for = "enrollment.client"

    class Kind(models.TextChoices):
        HOSPITAL = "HOSPITAL", _("Hospital")
        CUSTODY = "CUSTODY", _("Custody")
        TRAVEL = "TRAVEL", _("Travel")
        HIGHER_LEVEL = "HIGHER_LEVEL", _("Higher level of care")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.CASCADE, related_name="pauses"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    note = EncryptedTextField(null=True)

    objects = PauseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")),
                name="care_pause_dates_in_order",
            ),
        ]

    def __str__(self):
        return f"Pause {self.pk}"


class CareAssignment(models.Model):
    """Somebody looks after this enrollment, in this way, for this time."""

    class Role(models.TextChoices):
        PRIMARY = "PRIMARY", _("Counselor")
        CO = "CO", _("Co-counselor")
        COVERING = "COVERING", _("Covering")
        SUPERVISING = "SUPERVISING", _("Supervisor")
        CARE_TEAM = "CARE_TEAM", _("Care team")
        FACILITATING = "FACILITATING", _("Leads the room")
        # Nobody's caseload: see services.glass.
        BROKEN_GLASS = "BROKEN_GLASS", _("Opened with a reason")

    CLINICAL = ("PRIMARY", "CO", "COVERING", "SUPERVISING", "CARE_TEAM")
    IN_THE_ROOM = (*CLINICAL, "FACILITATING")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.CASCADE, related_name="assignments"
    )
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments"
    )
    role = models.CharField(max_length=20, choices=Role)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment"],
                condition=Q(role="PRIMARY", until=None),
                name="care_one_primary_counselor",
            ),
            models.UniqueConstraint(
                fields=["enrollment", "staff", "role"],
                condition=Q(until=None),
                name="care_assignment_once",
            ),
            models.CheckConstraint(
                condition=~Q(role="BROKEN_GLASS") | Q(until__isnull=False),
                name="care_broken_glass_ends",
            ),
        ]
        indexes = [
            models.Index(
                fields=["staff", "enrollment"], name="care_assignment_of_staff"
            ),
        ]

    def __str__(self):
        return f"{self.role} of {self.enrollment_id}"
