"""What each column says about people. A test fails for a column that could hold words and
is not declared here, or not as what it is.

Numbers, times, yes and no, choices of a list and references are not words: they say
nothing without the rest, and ``manage.py anonymize`` leaves them. So a copy made by it is
a copy without names and words. It is not anonymous in the sense of the law.
"""

from enum import Enum, auto

from django.db import models

from apps.common.fields import EncryptedField


class Says(Enum):
    # How somebody is called, here and in other rows the same.
    NAME = auto()
    SURNAME = auto()
    BIRTH_DATE = auto()
    # A number or an address, told apart by the column `kind`.
    CONTACT = auto()
    STAFF_EMAIL = auto()
    # Words that somebody typed.
    FREE_TEXT = auto()
    # Codes of ours with words between them.
    CODES_AND_WORDS = auto()
    # A keyed index of the column beside it, made anew with that.
    INDEX = auto()
    # What opens something: made unusable.
    SECRET = auto()
    # Random, and names a sign-in.
    HANDLE = auto()
    # Whose house this is.
    HOUSE = auto()
    PHONE_OF_THE_HOUSE = auto()
    # Codes, ids and settings of ours, never typed about anybody.
    NOTHING = auto()


NOTHING = Says.NOTHING

# Emptied in a copy, so that nothing waits, opens or sends there, and what they hold needs
# no second list.
EMPTIED = frozenset(
    {
        "account.EmailConfirmation",
        "audit.AuditCut",
        "audit.AuditEvent",
        "audit.AuditSeal",
        "audit.AuditTurn",
        "care.Invitation",
        "checkins.Draft",
        # Not even as a copy, with words made up: how many there are is nobody's.
        "checkins.PrivateNote",
        "feeds.CalendarFeed",
        "iop_sessions.Topic",
        "mfa.Authenticator",
        "notifications.Inbound",
        "notifications.OutboxMessage",
        "notifications.StateChange",
        "outreach.AnswerLink",
        "outreach.Step",
        "phone.Device",
        "phone.SealingKey",
        "phone.SetAside",
        "sessions.Session",
        "signin.AddressProof",
        "signin.CodeMessage",
        "signin.Hold",
        "signin.Knock",
        "signin.KnownBrowser",
        "signin.LateForm",
        "signin.Lock",
        "signin.Notice",
        "signin.PageToken",
        "signin.SignIn",
    }
)

PERSONAL: dict[str, dict[str, Says]] = {
    "account.EmailAddress": {"email": Says.STAFF_EMAIL},
    "accounts.User": {
        "password": Says.SECRET,
        "handle": Says.HANDLE,
        "email": Says.STAFF_EMAIL,
        "name": Says.NAME,
        "language": NOTHING,
    },
    "auth.Group": {"name": NOTHING},
    "auth.Permission": {"name": NOTHING, "codename": NOTHING},
    "care.Client": {
        "preferred_name": Says.NAME,
        "surname": Says.SURNAME,
        "surname_index": Says.INDEX,
        "birth_date": Says.BIRTH_DATE,
        "language": NOTHING,
        "timezone": NOTHING,
        "profile": Says.CODES_AND_WORDS,
        "interpreter_language": Says.FREE_TEXT,
    },
    "care.Concern": {
        "finding": Says.CODES_AND_WORDS,
        "rule_index": NOTHING,
        "fingerprint": NOTHING,
        "source": NOTHING,
        "source_key": NOTHING,
        "outcome_note": Says.FREE_TEXT,
    },
    "care.ContactPoint": {"value": Says.CONTACT, "value_index": Says.INDEX},
    "care.LevelAsk": {"words": Says.FREE_TEXT},
    "care.LivingSituation": {
        "place": Says.FREE_TEXT,
        "feels_safe": Says.CODES_AND_WORDS,
    },
    "care.Pause": {"note": Says.FREE_TEXT},
    "care.Referral": {"place": Says.FREE_TEXT, "outcome": Says.FREE_TEXT},
    "care.LevelOfCare": {
        "code": NOTHING,
        "name": NOTHING,
        "asam_edition": NOTHING,
        "asam_level": NOTHING,
        "drift_overrides": NOTHING,
    },
    "care.Organization": {
        "name": Says.HOUSE,
        "alias": Says.HOUSE,
        "app_name": Says.HOUSE,
    },
    "care.OwnItem": {"code": NOTHING, "label": Says.FREE_TEXT},
    "care.Placement": {"weekdays": NOTHING, "note": Says.FREE_TEXT},
    "care.LimitChange": {"limits": NOTHING},
    "care.Program": {
        "name": Says.HOUSE,
        "rule_limits": NOTHING,
        "optional_questions": NOTHING,
        "hidden_codes": NOTHING,
    },
    "care.ProgramItem": {
        "group": NOTHING,
        "code": NOTHING,
        "label_en": Says.FREE_TEXT,
        "label_es": Says.FREE_TEXT,
    },
    "care.Site": {
        "code": NOTHING,
        "name": Says.HOUSE,
        "address": Says.HOUSE,
        "timezone": NOTHING,
        "staffed_hours": NOTHING,
        "holidays": NOTHING,
        "after_hours": Says.FREE_TEXT,
        "holiday_cover": Says.FREE_TEXT,
    },
    "care.OutsidePlace": {
        "name": Says.FREE_TEXT,
        "about": Says.FREE_TEXT,
        "about_es": Says.FREE_TEXT,
        "address": Says.FREE_TEXT,
        "phone": Says.PHONE_OF_THE_HOUSE,
        "days": NOTHING,
        "languages": NOTHING,
    },
    "care.SiteLine": {
        "label": Says.FREE_TEXT,
        "number": Says.PHONE_OF_THE_HOUSE,
        "hours": NOTHING,
        "in_languages": NOTHING,
    },
    "care.StaffRole": {"credentials": Says.FREE_TEXT},
    "care.Task": {
        "details": Says.CODES_AND_WORDS,
        "source": NOTHING,
        "source_key": NOTHING,
        "outcome_note": Says.FREE_TEXT,
    },
    "checkins.CheckinDay": {
        "one_tap": NOTHING,
        "answers": Says.CODES_AND_WORDS,
        "note": Says.FREE_TEXT,
    },
    "checkins.Moment": {"details": Says.CODES_AND_WORDS},
    "checkins.Reply": {"text": Says.FREE_TEXT},
    "checkins.Submission": {
        "question_set": NOTHING,
        "language": NOTHING,
        "answers": Says.CODES_AND_WORDS,
    },
    "checkins.WeeklyReview": {
        "question_set": NOTHING,
        "language": NOTHING,
        "answers": Says.CODES_AND_WORDS,
    },
    "checkins.WeeklyWording": {
        "name": NOTHING,
        "version": NOTHING,
        "question_set": NOTHING,
        "texts": NOTHING,
    },
    "contenttypes.ContentType": {"app_label": NOTHING, "model": NOTHING},
    "disclosures.Disclosure": {
        "recipient": Says.CODES_AND_WORDS,
        "what": Says.FREE_TEXT,
        "purpose": Says.CODES_AND_WORDS,
        "notice": NOTHING,
    },
    "disclosures.Letter": {
        "days": Says.CODES_AND_WORDS,
        "objection": Says.FREE_TEXT,
    },
    "disclosures.NoticeRead": {"version": NOTHING},
    "disclosures.RecordRequest": {"words": Says.FREE_TEXT, "answer": Says.FREE_TEXT},
    "disclosures.SharingConsent": {
        "patient_name": Says.FREE_TEXT,
        "discloser": Says.FREE_TEXT,
        "categories": Says.CODES_AND_WORDS,
        "description": Says.FREE_TEXT,
        "recipient": Says.CODES_AND_WORDS,
        "purpose": Says.CODES_AND_WORDS,
        "revocation": Says.FREE_TEXT,
        "expires_event": Says.FREE_TEXT,
        "redisclosure": Says.FREE_TEXT,
        "signature": Says.FREE_TEXT,
        "wording_version": NOTHING,
        "holds_until": Says.FREE_TEXT,
    },
    "iop_sessions.Attendance": {"block_minutes": NOTHING},
    "iop_sessions.AttendanceChange": {
        "block_minutes_before": NOTHING,
        "block_minutes_after": NOTHING,
    },
    "iop_sessions.Barrier": {"answer": Says.CODES_AND_WORDS},
    "iop_sessions.Ride": {"words": Says.FREE_TEXT},
    "iop_sessions.Block": {"title": NOTHING},
    "iop_sessions.Closure": {"note": Says.FREE_TEXT},
    "iop_sessions.GroupSession": {
        "title": Says.FREE_TEXT,
        "room": NOTHING,
        "change_note": Says.FREE_TEXT,
        # A copy must not lead into a room where people are.
        "join_url": Says.FREE_TEXT,
    },
    "iop_sessions.Series": {
        "title": NOTHING,
        "rrule": NOTHING,
        "skipped_days": NOTHING,
        "extra_days": NOTHING,
        "room": NOTHING,
        "join_url": Says.FREE_TEXT,
    },
    # Made anew for everybody; the old ones go.
    "keys.DataKey": {"wrapped": NOTHING},
    "keys.Rotation": {"master": NOTHING},
    "lifecycle.Hold": {"reason": Says.FREE_TEXT},
    "notifications.Consent": {"wording_version": NOTHING},
    "outreach.Answer": {"details": Says.CODES_AND_WORDS, "once_key": NOTHING},
    "outreach.Episode": {"finding": Says.CODES_AND_WORDS},
    "plans.Comment": {"section": NOTHING, "step": NOTHING, "text": Says.FREE_TEXT},
    "plans.LivePart": {"value": Says.CODES_AND_WORDS},
    "plans.PlanPerson": {"details": Says.CODES_AND_WORDS},
    "plans.PlanVersion": {
        "content": Says.CODES_AND_WORDS,
        "answered_content": Says.CODES_AND_WORDS,
    },
}
_WORDS = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.BinaryField,
    EncryptedField,
)


def could_hold_words(column: models.Field) -> bool:
    if column.is_relation or column.choices:
        return False
    return isinstance(column, _WORDS)


def said_by(model: type[models.Model]) -> dict[str, Says]:
    """The columns of this model that say something about people."""
    declared = PERSONAL.get(model._meta.label, {})
    return {name: says for name, says in declared.items() if says is not NOTHING}
