"""Where care happens: organization, sites, levels of care, programs, and who works there."""

import uuid
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from apps.care.rules.checkin_questions import USUAL_QUESTIONS


class Organization(models.Model):
    """Whose records these are. The wall between organizations runs along this row."""

    class AppIcon(models.TextChoices):
        """Pictures that say nothing. Each is ``static/icons/app-<name>.svg``."""

        WAVE = "WAVE", _("Wave")
        # Not the short name of a weekday.
        SUN = "SUN", pgettext_lazy("picture", "Sun")
        LEAF = "LEAF", _("Leaf")
        DOOR = "DOOR", _("Door")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    # How the sender is called where a stranger may read it. Never the legal name.
    alias = models.CharField(max_length=30)
    # How the app is called on the phones of its people. Blank: as the installation is.
    app_name = models.CharField(
        max_length=20,
        blank=True,
        db_default="",
        validators=[
            RegexValidator(r"^[\w .'&-]*$", _("Letters, digits and spaces only."))
        ],
    )
    app_icon = models.CharField(
        max_length=10, choices=AppIcon, default=AppIcon.WAVE, db_default=AppIcon.WAVE
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(app_icon__in=["WAVE", "SUN", "LEAF", "DOOR"]),
                name="care_app_icon_is_ours",
            ),
        ]

    def __str__(self):
        return self.name


class Site(models.Model):
    """One address with its own clock, phone lines and staffed hours."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="sites"
    )
    code = models.CharField(max_length=10)
    name = models.CharField(max_length=80)
    address = models.CharField(max_length=200, blank=True)
    timezone = models.CharField(max_length=50)
    # {"0": ["09:00", "17:00"], …}: weekday (Monday 0) to the hours the queue is read.
    staffed_hours = models.JSONField(default=dict)
    # Local dates the site is closed, ISO format.
    holidays = models.JSONField(default=list)
    # Who is told at once of an answer that cannot wait.
    on_call = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    # Nobody is asked how they are where nobody reads it: off until all of this is said.
    checkins_on = models.BooleanField(default=False, db_default=False)
    checkin_readers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    # What happens with an answer outside the hours, and on days the site is closed.
    after_hours = models.CharField(max_length=300, blank=True, db_default="")
    holiday_cover = models.CharField(max_length=300, blank=True, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "code"], name="care_site_code_once"
            ),
            models.CheckConstraint(
                condition=Q(checkins_on=False)
                | ~Q(after_hours="") & ~Q(holiday_cover=""),
                name="care_checkins_on_with_cover",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def local_date(self, at: datetime) -> date:
        """The calendar day of the wall clock, as schedules mean it."""
        return at.astimezone(self.zone).date()


class SiteLine(models.Model):
    """A number people may call or text, with the day somebody last checked it."""

    class Kind(models.TextChoices):
        PROGRAM = "PROGRAM", _("Front desk")
        AFTER_HOURS = "AFTER_HOURS", _("After hours")
        LOCAL_HELP = "LOCAL_HELP", _("Local help line")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="lines")
    kind = models.CharField(max_length=20, choices=Kind)
    label = models.CharField(max_length=80)
    number = models.CharField(max_length=30)
    hours = models.CharField(max_length=80, blank=True)
    # {"es": {"label": "Recepción", "hours": "lun a vie, 8:30 a 17:30"}}: as the site itself
    # says it in other languages.
    in_languages = models.JSONField(
        default=dict, blank=True, db_default=models.Value({}, models.JSONField())
    )
    last_checked_on = models.DateField()
    position = models.PositiveSmallIntegerField(default=0)

    def __str__(self):
        return f"{self.label} {self.number}"

    @property
    def said_label(self) -> str:
        return self._said("label")

    @property
    def said_hours(self) -> str:
        return self._said("hours")

    def _said(self, name: str) -> str:
        """In the reader's language, where the site has written it down."""
        words = self.in_languages.get(get_language(), {})
        return words.get(name) or getattr(self, name)


class LevelOfCare(models.Model):
    """An intensity with its ranges. Sources disagree about hours, so they are data."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="levels"
    )
    code = models.CharField(max_length=10, help_text="PHP, IOP, OP …")
    name = models.CharField(max_length=60)
    asam_edition = models.CharField(max_length=10, blank=True)
    asam_level = models.CharField(max_length=40, blank=True)
    weekly_hours_min = models.DecimalField(max_digits=4, decimal_places=1)
    weekly_hours_max = models.DecimalField(max_digits=4, decimal_places=1)
    days_min = models.PositiveSmallIntegerField()
    days_max = models.PositiveSmallIntegerField()
    usual_weeks = models.PositiveSmallIntegerField()
    # Overrides of apps.care.rules.drift.Thresholds, by field name.
    drift_overrides = models.JSONField(default=dict, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    # What a payer asks of a week at this level: so many days of so many minutes, breaks
    # not counted. Empty: nothing is asked.
    floor_days = models.PositiveSmallIntegerField(null=True, blank=True)
    floor_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    # How often the level is looked at together. Empty: a share of the usual weeks.
    review_weeks = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "code"], name="care_level_code_once"
            ),
            models.CheckConstraint(
                condition=Q(weekly_hours_min__lte=F("weekly_hours_max")),
                name="care_level_hours_in_order",
            ),
            models.CheckConstraint(
                condition=Q(floor_days=None, floor_minutes=None)
                | Q(floor_days__gte=1, floor_minutes__gte=1),
                name="care_level_floor_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(review_weeks=None) | Q(review_weeks__gte=1),
                name="care_level_review_weeks_at_least_one",
            ),
        ]

    def __str__(self):
        return self.code


def usual_questions() -> list[str]:
    return list(USUAL_QUESTIONS)


class Program(models.Model):
    """A level-independent offering at a site, such as "Day" or "Evening"."""

    class Track(models.TextChoices):
        DAY = "DAY", _("Day")
        EVENING = "EVENING", _("Evening")
        WEEKEND = "WEEKEND", _("Weekend")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="programs")
    name = models.CharField(max_length=80)
    track = models.CharField(max_length=10, choices=Track)
    # Who leads a room sees who is in it. The check-ins of these people, only where a
    # program says so.
    facilitators_see_checkins = models.BooleanField(default=False, db_default=False)
    # Who cannot come takes another open seat by their own tap; else staff find one.
    own_makeups = models.BooleanField(default=True, db_default=True)
    # Whether its people may have their times in calendars of their own.
    allows_calendars = models.BooleanField(default=True, db_default=True)
    # The weekday (Monday 0) on which people look back at their week. Empty: the first day
    # of the week that each of them is here.
    weekly_review_day = models.PositiveSmallIntegerField(null=True, blank=True)
    # What differs from the usual numbers of apps.care.rules.triage_limits, by name. Changed
    # by services.limits alone, which keeps who chose what and when.
    rule_limits = models.JSONField(
        default=dict, blank=True, db_default=models.Value({}, models.JSONField())
    )
    # Of the questions of a check-in that need not be asked, those that are.
    optional_questions = models.JSONField(
        default=usual_questions,
        db_default=models.Value(list(USUAL_QUESTIONS), models.JSONField()),
    )
    # Codes of the common list that its people are not offered.
    hidden_codes = models.JSONField(
        default=list, db_default=models.Value([], models.JSONField())
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(weekly_review_day=None) | Q(weekly_review_day__lte=6),
                name="care_review_day_is_a_weekday",
            ),
            models.UniqueConstraint(
                fields=["site", "name"], name="care_program_name_once_a_site"
            ),
        ]

    def __str__(self):
        return f"{self.site} {self.name}"


class StaffRole(models.Model):
    """What somebody does at a site. It opens pages; records open by assignment."""

    class Role(models.TextChoices):
        COUNSELOR = "COUNSELOR", _("Counselor")
        FACILITATOR = "FACILITATOR", _("Facilitator")
        CASE_MANAGER = "CASE_MANAGER", _("Case manager")
        NURSE = "NURSE", _("Nurse")
        PEER = "PEER", _("Peer coach")
        FRONT_DESK = "FRONT_DESK", _("Front desk")
        SUPERVISOR = "SUPERVISOR", _("Supervisor")
        DIRECTOR = "DIRECTOR", _("Director")
        ADMIN = "ADMIN", _("Program admin")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="staff_roles"
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="staff_roles"
    )
    site = models.ForeignKey(
        Site,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="staff_roles",
        help_text="Empty means every site.",
    )
    role = models.CharField(max_length=20, choices=Role)
    credentials = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "site", "role"], name="care_staff_role_once_a_site"
            ),
            models.UniqueConstraint(
                fields=["user", "organization", "role"],
                condition=Q(site=None),
                name="care_staff_role_everywhere_once",
            ),
        ]

    def __str__(self):
        return f"{self.role} {self.user_id}"
