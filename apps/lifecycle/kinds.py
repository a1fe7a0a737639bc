"""How long everything is kept: one line for each kind, and no model without a kind.

A test walks all models. Whoever adds one decides here what becomes of its rows.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta
from django.apps import apps
from django.conf import settings
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate

RECORDS = "records"
Rows = Callable[[datetime], QuerySet]


@dataclass(frozen=True)
class Kind:
    name: str
    # Whose rows these are, by label; what hangs on them by a foreign key needs no line.
    models: tuple[str, ...]
    # In words, for the person who runs the command.
    kept: str
    # The rows that are too old; none where nothing ends, or where another task ends it.
    too_old: Rows | None = None
    # The way to the client whose hold stops it.
    client: str = ""
    # Emptied and not removed.
    emptied: str = ""
    # The task that already removes these.
    removed_by: str = ""
    # Also removed with these, by the database or by erasing a client.
    with_them: tuple[str, ...] = field(default=())


def _before(label: str, column: str, **age: int) -> Rows:
    return lambda at: _rows(label).filter(
        **{f"{column}__lt": at - relativedelta(**age)}
    )


def _rows(label: str) -> QuerySet:
    return apps.get_model(label)._base_manager.all()  # type: ignore[attr-defined]


def _records(at: datetime) -> QuerySet:
    """Clients whose last episode ended so long ago, or who never had one."""
    last_day: date = (at - relativedelta(years=settings.RECORD_YEARS)).date()
    enrollments = _rows("care.Enrollment").filter(client=OuterRef("pk"))
    return (
        _rows("care.Client")
        .filter(~Exists(enrollments.exclude(state="ENDED")))
        .annotate(
            over=Coalesce(Max("enrollments__ended_on"), TruncDate(F("created_at")))
        )
        .filter(over__lt=last_day)
    )


def _bodies(label: str, column: str, since: str) -> Rows:
    return lambda at: _rows(label).filter(
        **{f"{column}__isnull": False, f"{since}__lt": at - timedelta(days=90)}
    )


def _deliveries(at: datetime) -> QuerySet:
    """What a step of a ladder names goes with that record instead."""
    old = _rows("notifications.OutboxMessage").filter(
        created_at__lt=at - relativedelta(years=6), step=None
    )
    answers = _rows("notifications.Inbound").filter(in_reply_to=OuterRef("pk"))
    return old.filter(~Exists(answers))


def _invitations(at: datetime) -> QuerySet:
    """Those that nobody used. One that was used is part of the record."""
    unused = Q(accepted_at=None)
    return _rows("care.Invitation").filter(unused, expires_at__lt=at)


KINDS = (
    Kind(
        "drafts",
        ("checkins.Draft",),
        "7 days after the last touch: the day cannot be filled in any more",
        _before("checkins.Draft", "changed_at", days=7),
        client="client",
    ),
    Kind(
        "message bodies",
        ("notifications.OutboxMessage",),
        "90 days",
        _bodies("notifications.OutboxMessage", "body", "created_at"),
        client="client",
        emptied="body",
    ),
    Kind(
        "answers by text",
        ("notifications.Inbound",),
        "90 days",
        _bodies("notifications.Inbound", "text", "received_at"),
        client="client",
        emptied="text",
    ),
    Kind(
        "deliveries answered",
        ("notifications.Inbound",),
        "6 years",
        _before("notifications.Inbound", "received_at", years=6),
        client="client",
    ),
    Kind(
        "deliveries",
        ("notifications.OutboxMessage",),
        "6 years",
        _deliveries,
        client="client",
        with_them=("notifications.StateChange",),
    ),
    Kind(
        "invitations",
        ("care.Invitation",),
        "until they expire",
        _invitations,
        client="client",
    ),
    Kind(
        "links to answer",
        ("outreach.AnswerLink",),
        "until they expire",
        lambda at: _rows("outreach.AnswerLink").filter(expires_at__lt=at),
        client="episode__enrollment__client",
    ),
    Kind(
        "calendar addresses",
        ("feeds.CalendarFeed",),
        "until they expire, 180 days after they were made",
        lambda at: _rows("feeds.CalendarFeed").filter(expires_at__lt=at),
        client="client",
    ),
    Kind(
        "topics for a group",
        ("iop_sessions.Topic",),
        "until that time is over",
        lambda at: _rows("iop_sessions.Topic").filter(group_session__ends_at__lt=at),
    ),
    Kind(
        "codes on their way",
        ("signin.CodeMessage",),
        "a day; one that was sent is gone at once",
        _before("signin.CodeMessage", "created_at", days=1),
    ),
    Kind(
        "confirmations",
        ("account.EmailConfirmation",),
        "3 days",
        _before("account.EmailConfirmation", "created", days=3),
    ),
    Kind(
        "sign-ins",
        ("sessions.Session", "signin.SignIn", "signin.PageToken", "signin.Notice"),
        "90 days at most; pages somewhat longer",
        removed_by="signin.forget_ended",
    ),
    Kind(
        "browsers of staff",
        ("signin.KnownBrowser", "signin.Knock"),
        "180 days after the last sign-in there; who waits to come in, an hour",
        removed_by="signin.forget_ended",
    ),
    Kind(
        "locks and holds of sign-ins",
        ("signin.Lock", "signin.Hold"),
        "until the person takes the lock off, or comes in by paper",
    ),
    Kind(
        "addresses that are not proven yet",
        ("signin.AddressProof",),
        "10 minutes",
        removed_by="signin.forget_ended",
    ),
    Kind(
        "forms that came late",
        ("signin.LateForm",),
        "3 days",
        removed_by="signin.forget_ended",
    ),
    Kind(
        "keys of phones",
        ("phone.SealingKey",),
        "private halves 180 days after they were retired",
        removed_by="phone.forget_keys",
    ),
    Kind(
        RECORDS,
        ("care.Client",),
        "7 years after the last episode ended, or as COMPANION_RECORD_YEARS says",
        _records,
        client="pk",
        with_them=(
            "care.CareAssignment",
            "care.Concern",
            "care.ContactPoint",
            "signin.AddressChange",
            "care.DueMoment",
            "care.Enrollment",
            "care.LevelAsk",
            "care.LivingSituation",
            "care.OwnItem",
            "care.Pause",
            "care.Placement",
            "care.Referral",
            "care.Status",
            "care.Task",
            "checkins.CheckinDay",
            "checkins.Moment",
            "checkins.PrivateNote",
            "checkins.Reply",
            "checkins.Submission",
            "checkins.WeeklyReview",
            "disclosures.DataRequest",
            "disclosures.Disclosure",
            "disclosures.Letter",
            "disclosures.NoticeRead",
            "disclosures.RecordRequest",
            "disclosures.SharingConsent",
            "iop_sessions.Attendance",
            "iop_sessions.AttendanceChange",
            "iop_sessions.Barrier",
            "iop_sessions.Absence",
            "iop_sessions.Override",
            "iop_sessions.Wait",
            "iop_sessions.Ride",
            "lifecycle.Hold",
            "notifications.Consent",
            "outreach.Answer",
            "outreach.Episode",
            "outreach.Step",
            "phone.Device",
            "phone.SetAside",
            "plans.Comment",
            "plans.LivePart",
            "plans.PlanPerson",
            "plans.PlanVersion",
        ),
    ),
    Kind(
        "audit",
        (
            "audit.AuditCut",
            "audit.AuditEvent",
            "audit.AuditSeal",
            "audit.AuditTurn",
        ),
        "6 years; whole segments, by the owner's role (expire_audit)",
    ),
    Kind(
        "keys of clients",
        ("keys.DataKey", "keys.Rotation"),
        "for good: a destroyed key stays as a mark, without the key",
    ),
    Kind(
        "the house and its staff",
        (
            "account.EmailAddress",
            "accounts.User",
            "auth.Group",
            "auth.Permission",
            "care.LevelOfCare",
            "care.LimitChange",
            "care.Organization",
            "care.OutsidePlace",
            "care.Program",
            "care.ProgramItem",
            "care.Site",
            "care.SiteLine",
            "care.StaffRole",
            "checkins.WeeklyWording",
            "checkins.Pace",
            "contenttypes.ContentType",
            "iop_sessions.Block",
            "iop_sessions.Closure",
            "iop_sessions.GroupSession",
            "iop_sessions.Series",
            "lifecycle.ExpiryDay",
            "mfa.Authenticator",
            "setup.Import",
        ),
        "for good: nothing clinical, and names that records refer to",
    ),
)
