"""Who may be told what, who was, and what a client asks about their own records."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.accounts import policy
from apps.care.models import Client, Enrollment, Organization
from apps.common.fields import EncryptedJSONField, EncryptedTextField


class OfClientQuerySet(models.QuerySet):
    def of_client(self, user):
        return self.filter(client__user=user)

    def on_caseload_of(self, user, at: datetime):
        enrollments = Enrollment.objects.on_caseload_of(user, at)
        return self.filter(client__in=enrollments.values("client"))


class DataRequest(models.Model):
    """A client asked for everything that is theirs. Nothing is made before it is fetched.

    Ten minutes lie between, so that whoever was made to ask can take it back when alone.
    """

    WAIT = timedelta(minutes=10)
    OPEN_FOR = timedelta(hours=24)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(
        Client, on_delete=models.CASCADE, related_name="data_requests"
    )
    asked_at = models.DateTimeField()
    ready_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)

    objects = OfClientQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ready_at__gt=F("asked_at"))
                & Q(expires_at__gt=F("ready_at")),
                name="disclosures_data_waits_first",
            ),
            models.CheckConstraint(
                condition=Q(fetched_at=None) | Q(fetched_at__gte=F("ready_at")),
                name="disclosures_data_not_before_its_time",
            ),
        ]

    def __str__(self):
        return f"Data request {self.pk}"

    def is_ready(self, at: datetime) -> bool:
        return self.cancelled_at is None and self.ready_at <= at < self.expires_at


class RecipientKind(models.TextChoices):
    CARE = "CARE", _("A doctor or other care")
    PAYER = "PAYER", _("A health plan")
    COURT = "COURT", _("A court, probation or parole")
    EMPLOYER = "EMPLOYER", _("Work or school")
    FAMILY = "FAMILY", _("Family or a friend")
    OTHER = "OTHER", _("Somebody else")


class Category(models.TextChoices):
    ATTENDANCE = "ATTENDANCE", _("When I came")
    CHECKINS = "CHECKINS", _("My check-ins")
    PLAN = "PLAN", _("My plan")
    PROGRESS = "PROGRESS", _("How it is going, in a few words")
    MEDICINE = "MEDICINE", _("My medicine")
    CONTACTS = "CONTACTS", _("How to reach me")
    COUNSELING_NOTES = "COUNSELING_NOTES", _("Counseling notes")


class Purpose(models.TextChoices):
    CARE = "CARE", _("My care")
    PAYMENT = "PAYMENT", _("To pay for care")
    WORK = "WORK", _("For work or school")
    SUPERVISION = "SUPERVISION", _("To show that I come")
    FAMILY = "FAMILY", _("So that they can support me")
    MY_REQUEST = "MY_REQUEST", _("Because I ask for it")
    PROCEEDINGS = "PROCEEDINGS", _("For a court case or other legal proceeding")


class SharingConsent(models.Model):
    """One consent of a client that something may go to somebody (42 CFR 2.31).

    Each element has a column, so that the database can say whether all of them are there.
    """

    sealed_for = "client"

    class Kind(models.TextChoices):
        TPO = "TPO", _("Care, payment and running the program")
        RECORDS = "RECORDS", _("Some things, to somebody")
        NOTES = "NOTES", _("Counseling notes only")
        PROCEEDINGS = "PROCEEDINGS", _("A legal proceeding only")

    class State(models.TextChoices):
        PROPOSED = "PROPOSED", _("Waits for a signature")
        ACTIVE = "ACTIVE", _("Signed")
        REVOKED = "REVOKED", _("Taken back")
        DECLINED = "DECLINED", _("Not signed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="sharing_consents"
    )
    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    patient_name = EncryptedTextField(null=True)
    discloser = EncryptedTextField(null=True)
    categories = EncryptedJSONField(null=True)
    description = EncryptedTextField(null=True)
    # {"name": str, "kind": RecipientKind}
    recipient = EncryptedJSONField(null=True)
    purpose = EncryptedTextField(null=True)
    revocation = EncryptedTextField(null=True)
    expires_on = models.DateField(null=True)
    expires_event = EncryptedTextField(null=True)
    redisclosure = EncryptedTextField(null=True)
    signature = EncryptedTextField(null=True)
    signed_at = models.DateTimeField(null=True)
    wording_version = models.CharField(max_length=20, null=True)  # noqa: DJ001
    # § 2.35: a consent to criminal justice may hold until a stated event.
    holds_until = EncryptedTextField(null=True)
    # The event of ``expires_event`` or ``holds_until``, once it happened.
    event_on = models.DateField(null=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = OfClientQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("PROPOSED", "DECLINED"))
                | (
                    Q(
                        patient_name__isnull=False,
                        discloser__isnull=False,
                        categories__isnull=False,
                        description__isnull=False,
                        recipient__isnull=False,
                        purpose__isnull=False,
                        revocation__isnull=False,
                        signature__isnull=False,
                        signed_at__isnull=False,
                        wording_version__isnull=False,
                    )
                    & (Q(expires_on__isnull=False) | Q(expires_event__isnull=False))
                    & (~Q(kind="TPO") | Q(redisclosure__isnull=False))
                ),
                name="disclosures_consent_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("PROPOSED", "ACTIVE"), ended_at=None)
                | Q(state__in=("REVOKED", "DECLINED"), ended_at__isnull=False),
                name="disclosures_consent_ended_has_time",
            ),
        ]

    def __str__(self):
        return f"Consent {self.pk}"

    @property
    def is_held(self) -> bool:
        """Signed to hold until something that has not happened yet."""
        return bool(self.holds_until) and self.event_on is None


class DisclosureQuerySet(OfClientQuerySet):
    def newest_first(self):
        return self.order_by("-at", "-pk")


class Disclosure(models.Model):
    """Something left: to whom, what, why, by whom, under which consent. Append-only."""

    sealed_for = "client"

    class Basis(models.TextChoices):
        CONSENT = "CONSENT", _("You signed for it")
        OWN = "OWN", _("You took it yourself")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="disclosures"
    )
    consent = models.ForeignKey(
        SharingConsent,
        on_delete=models.PROTECT,
        null=True,
        related_name="disclosures",
    )
    basis = models.CharField(max_length=10, choices=Basis)
    at = models.DateTimeField()
    # {"name": str, "kind": str}
    recipient = EncryptedJSONField()
    what = EncryptedTextField()
    purpose = EncryptedTextField()
    # The version of the notice that went along.
    notice = models.CharField(max_length=10)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(basis="CONSENT", consent__isnull=False)
                | Q(basis="OWN", consent=None),
                name="disclosures_shared_under_a_consent",
            ),
        ]
        indexes = [
            models.Index(fields=["client", "at"], name="disclosures_of_client"),
        ]

    def __str__(self):
        return f"Disclosure {self.pk}"


class Letter(models.Model):
    """Attendance and nothing else, for one recipient. Its client reads it first."""

    sealed_for = "client"

    class State(models.TextChoices):
        WAITING = "WAITING", _("Not read yet")
        READ = "READ", _("Read")
        OBJECTED = "OBJECTED", _("They do not want it")
        GIVEN = "GIVEN", _("Given out")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="letters")
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.PROTECT, related_name="letters"
    )
    consent = models.ForeignKey(
        SharingConsent, on_delete=models.PROTECT, related_name="letters"
    )
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    from_on = models.DateField()
    to_on = models.DateField()
    # [{"on": iso day, "came": bool}], as it stood when the letter was made.
    days = EncryptedJSONField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    objected_at = models.DateTimeField(null=True)
    objection = EncryptedTextField(null=True)
    disclosure = models.OneToOneField(
        Disclosure, on_delete=models.PROTECT, null=True, related_name="letter"
    )

    objects = OfClientQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="WAITING", read_at=None, disclosure=None)
                | Q(state="READ", read_at__isnull=False, disclosure=None)
                | Q(state="OBJECTED", objected_at__isnull=False, disclosure=None)
                | Q(
                    state="GIVEN",
                    read_at__isnull=False,
                    objected_at=None,
                    disclosure__isnull=False,
                ),
                name="disclosures_letter_is_read_first",
            ),
            models.CheckConstraint(
                condition=Q(to_on__gte=F("from_on")),
                name="disclosures_letter_days_in_order",
            ),
        ]

    def __str__(self):
        return f"Letter {self.pk}"


class RecordRequestQuerySet(OfClientQuerySet):
    def for_staff(self, user):
        """To erase a record is asked of who answers for the house, and of nobody else."""
        if not policy.is_one_of(user, policy.SUPERVISION):
            return self.none()
        return self.filter(organization=user.organization_id, kind="ERASE")

    def on_caseload_of(self, user, at: datetime):
        return super().on_caseload_of(user, at).exclude(kind=RecordRequest.Kind.ERASE)


class RecordRequest(models.Model):
    """A client asks to share less, to correct what is written, or to erase it."""

    sealed_for = "client"

    class Kind(models.TextChoices):
        LIMIT = "LIMIT", _("Share less")
        CORRECT = "CORRECT", _("Correct something")
        ERASE = "ERASE", _("Erase everything")

    class State(models.TextChoices):
        ASKED = "ASKED", _("Asked")
        AGREED = "AGREED", _("Agreed")
        REFUSED = "REFUSED", _("Not agreed")
        TAKEN_BACK = "TAKEN_BACK", _("You took it back")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="record_requests"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    words = EncryptedTextField()
    asked_at = models.DateTimeField()
    answer = EncryptedTextField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    objects = RecordRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client"],
                condition=Q(kind="ERASE", state__in=("ASKED", "AGREED")),
                name="disclosures_erase_asked_once",
            ),
            models.CheckConstraint(
                condition=Q(state="ASKED", decided_at=None)
                | (
                    ~Q(state="ASKED")
                    & Q(
                        decided_at__isnull=False,
                        decided_by__isnull=False,
                        answer__isnull=False,
                    )
                ),
                name="disclosures_request_answered_with_reason",
            ),
        ]

    def __str__(self):
        return f"Record request {self.pk}"


class NoticeRead(models.Model):
    """A client was shown the notice about their records, in this wording."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(
        Client, on_delete=models.CASCADE, related_name="notices_read"
    )
    version = models.CharField(max_length=64)
    read_at = models.DateTimeField()

    objects = OfClientQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "version"], name="disclosures_notice_once_a_version"
            ),
        ]

    def __str__(self):
        return f"Notice read {self.pk}"
