"""Every kind of row that is about one client, and what of it goes into their download.

A model that leads to a client and is in neither list fails a test, and so does a column
that is neither given nor left out by name.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Kind:
    """``owned_by`` are ways from a row to its client; with more than one, any counts."""

    model: str
    title: str
    owned_by: tuple[str, ...] = ("client",)
    # Ways to the user a client signs in as.
    used_by: tuple[str, ...] = ()
    order: tuple[str, ...] = ("pk",)


BY_ENROLLMENT = ("enrollment__client",)

KINDS = (
    Kind("care.Client", _("You"), ("pk",)),
    Kind("accounts.User", _("Your sign-in name"), (), ("pk",)),
    Kind("care.ContactPoint", _("How to reach you")),
    Kind("care.Enrollment", _("Your time with us"), order=("started_on", "pk")),
    Kind("care.Placement", _("Level and days"), BY_ENROLLMENT, order=("from_on", "pk")),
    Kind("care.Pause", _("Time away"), BY_ENROLLMENT, order=("from_on", "pk")),
    Kind(
        "care.LevelAsk",
        _("More or less support"),
        BY_ENROLLMENT,
        order=("asked_at", "pk"),
    ),
    Kind(
        "care.LivingSituation",
        _("Where you live"),
        BY_ENROLLMENT,
        order=("from_on", "said_at", "pk"),
    ),
    Kind("care.Referral", _("Places outside"), BY_ENROLLMENT, order=("made_on", "pk")),
    Kind("care.CareAssignment", _("Who looks after you"), BY_ENROLLMENT),
    Kind("care.Invitation", _("Invitations")),
    Kind("care.OwnItem", _("Your own words"), order=("kind", "position", "pk")),
    Kind("checkins.CheckinDay", _("Check-ins, day by day"), order=("local_on", "pk")),
    Kind("checkins.Submission", _("Check-ins as sent"), order=("occurred_at", "pk")),
    Kind("checkins.Draft", _("Check-ins not finished")),
    Kind(
        "checkins.WeeklyReview",
        _("Looks back at a week"),
        order=("due_on", "occurred_at", "pk"),
    ),
    Kind("checkins.Moment", _("Hard moments"), order=("occurred_at", "pk")),
    Kind("checkins.PrivateNote", _("Just for me")),
    Kind(
        "checkins.Reply",
        _("What was written back"),
        ("day__client",),
        order=("at", "pk"),
    ),
    Kind("plans.PlanVersion", _("Your plan"), order=("number", "pk")),
    Kind("plans.Comment", _("Words about your plan"), ("version__client",)),
    Kind("plans.PlanPerson", _("Your people")),
    Kind("plans.LivePart", _("Parts of your plan that change")),
    Kind(
        "iop_sessions.Attendance",
        _("When you came"),
        BY_ENROLLMENT,
        order=("marked_at", "pk"),
    ),
    Kind(
        "iop_sessions.GroupSession",
        _("One-to-one times"),
        BY_ENROLLMENT,
        order=("starts_at", "pk"),
    ),
    Kind("iop_sessions.Topic", _("What you bring to your group"), BY_ENROLLMENT),
    Kind("iop_sessions.Override", _("Changes to your schedule"), BY_ENROLLMENT),
    Kind(
        "iop_sessions.Absence",
        _("When you could not come"),
        BY_ENROLLMENT,
        order=("told_at", "pk"),
    ),
    Kind(
        "iop_sessions.Wait",
        _("Seats you waited for"),
        BY_ENROLLMENT,
        order=("asked_at", "pk"),
    ),
    Kind(
        "iop_sessions.AttendanceChange",
        _("When it was corrected whether you came"),
        ("attendance__enrollment__client",),
        order=("at", "pk"),
    ),
    Kind(
        "iop_sessions.Barrier",
        _("What was in the way"),
        BY_ENROLLMENT,
        order=("on", "pk"),
    ),
    Kind("iop_sessions.Ride", _("Rides"), BY_ENROLLMENT, order=("picks_up_at", "pk")),
    Kind(
        "feeds.CalendarFeed",
        _("Calendars that show your times"),
        order=("created_at", "pk"),
    ),
    Kind("care.Concern", _("What the team looked at"), BY_ENROLLMENT),
    Kind("care.Task", _("What the team was asked to do"), BY_ENROLLMENT),
    Kind("care.Status", _("Where you stand"), BY_ENROLLMENT),
    Kind("notifications.Consent", _("Messages you said yes to")),
    Kind(
        "notifications.OutboxMessage",
        _("Messages about you"),
        ("client", "enrollment__client"),
        order=("created_at", "pk"),
    ),
    Kind(
        "notifications.StateChange",
        _("What became of each message"),
        ("message__client", "message__enrollment__client"),
        order=("at", "pk"),
    ),
    Kind("notifications.Inbound", _("Messages from you"), order=("received_at", "pk")),
    Kind("outreach.Episode", _("When we reached out"), BY_ENROLLMENT),
    Kind("outreach.Step", _("How we reached out"), ("episode__enrollment__client",)),
    Kind("outreach.Answer", _("What you answered"), ("episode__enrollment__client",)),
    Kind("outreach.AnswerLink", _("Links to answer"), ("episode__enrollment__client",)),
    Kind("disclosures.SharingConsent", _("What you signed for sharing")),
    Kind("disclosures.Disclosure", _("What was shared"), order=("at", "pk")),
    Kind("disclosures.Letter", _("Letters about when you came")),
    Kind("disclosures.RecordRequest", _("What you asked about your records")),
    Kind("disclosures.NoticeRead", _("The notice you were shown")),
    Kind("lifecycle.Hold", _("Kept longer than usual")),
    Kind("phone.Device", _("Phones that send for you")),
    Kind("phone.SetAside", _("Sent by a phone, not taken")),
    Kind("signin.SignIn", _("Where you are signed in"), (), ("user",)),
    Kind("signin.LateForm", _("Typed, not saved yet"), (), ("user",)),
)

STAFFS = "Of the staff. What it says about a client stands in the client's own rows."
# Models that lead to a client or to somebody who signs in, and are not in the download.
NOT_GIVEN = {
    "account.EmailAddress": STAFFS,
    "account.EmailConfirmation": STAFFS,
    "care.DueMoment": "A timer: when a clock is read again. Made from other rows.",
    "care.Site": STAFFS,
    "care.SiteLine": STAFFS,
    "care.LimitChange": STAFFS,
    "care.OutsidePlace": STAFFS,
    "care.Program": STAFFS,
    "care.ProgramItem": STAFFS,
    "checkins.Pace": "Counts of a program and week. Made so that it names nobody.",
    "care.StaffRole": STAFFS,
    "disclosures.DataRequest": (
        "Says that a download was taken back. Whoever made somebody ask for it may be the"
        " one who reads it."
    ),
    "iop_sessions.Block": STAFFS,
    "iop_sessions.Closure": STAFFS,
    "iop_sessions.Series": STAFFS,
    "setup.Import": STAFFS,
    "checkins.WeeklyWording": STAFFS,
    "mfa.Authenticator": "Secrets of ways to sign in.",
    "signin.AddressChange": "That an address was replaced. The addresses are given.",
    "signin.AddressProof": "An address nobody has proven; gone within minutes.",
    "signin.Knock": STAFFS,
    "signin.KnownBrowser": STAFFS,
    "signin.CodeMessage": "A code on its way. Gone within minutes, and opens a sign-in.",
    "signin.Hold": "That codes wait for paper, because a phone was lost.",
    "signin.Lock": "Says that there is a lock, to whoever made somebody ask.",
    "signin.Notice": "That a sign-in was new or ended. The sign-ins are given.",
    "signin.PageToken": "A one-way mark of a form. Says nothing about anybody.",
}

ONE_WAY = "A keyed mark to find a row by; nobody can read anything from it."
WORKINGS = "How a row is handled once and by whom; says nothing about the client."
OTHERS = "How many others there are."
KEY = "Opens a sign-in."
COLUMNS_NOT_GIVEN = {
    "accounts.User.email": "Staff only.",
    "accounts.User.handle": ONE_WAY,
    "accounts.User.organization_id": WORKINGS,
    "accounts.User.password": KEY,
    "care.Client.surname_index": ONE_WAY,
    "care.Client.user": WORKINGS,
    "care.Concern.fingerprint": ONE_WAY,
    "care.Concern.rule_index": ONE_WAY,
    "care.ContactPoint.value_index": ONE_WAY,
    "care.Invitation.code_hash": KEY,
    "care.Invitation.staff": "Empty for clients.",
    "care.Invitation.token_hash": KEY,
    "feeds.CalendarFeed.body_changed_at": WORKINGS,
    "feeds.CalendarFeed.body_digest": WORKINGS,
    "feeds.CalendarFeed.token_hash": "Opens a calendar.",
    "iop_sessions.GroupSession.capacity": OTHERS,
    "iop_sessions.GroupSession.cancelled_for": "What changed says it in words.",
    "iop_sessions.GroupSession.closure": "What changed says it in words.",
    "iop_sessions.GroupSession.collides": WORKINGS,
    "iop_sessions.GroupSession.seats_taken": OTHERS,
    "iop_sessions.GroupSession.join_url": "A way into a room, shown shortly before it begins.",
    "iop_sessions.GroupSession.sequence": "A number for calendars.",
    "iop_sessions.GroupSession.told": "A number for messages.",
    "iop_sessions.GroupSession.series": "Empty for a one-to-one.",
    "iop_sessions.GroupSession.series_on": "Empty for a one-to-one.",
    "notifications.OutboxMessage.attempts": WORKINGS,
    "notifications.OutboxMessage.claimed_by": WORKINGS,
    "notifications.OutboxMessage.lease_until": WORKINGS,
    "notifications.OutboxMessage.once_key": ONE_WAY,
    "outreach.Answer.once_key": ONE_WAY,
    "outreach.AnswerLink.token_hash": KEY,
    "phone.Device.key_digest": KEY,
    "signin.LateForm.path_index": ONE_WAY,
    "signin.LateForm.user": WORKINGS,
    "signin.SignIn.locked_at": WORKINGS,
    "signin.SignIn.open_at": WORKINGS,
    "signin.SignIn.session_key": KEY,
    "signin.SignIn.tries": WORKINGS,
    "signin.SignIn.user": WORKINGS,
    "signin.SignIn.whole_at": "Empty for clients.",
}
