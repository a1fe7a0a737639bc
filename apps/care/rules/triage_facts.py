"""What the rules of triage look at, and what a rule says when it fires."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from apps.care.rules.drift import State, Visit
from apps.care.rules.hours import StaffedHours
from apps.care.rules.safety_words import mentions_danger
from apps.care.rules.triage_limits import USUAL, Limits


class DueRule(StrEnum):
    NOW = "NOW"
    # Weekends included.
    SAME_DAY = "SAME_DAY"
    SAME_WORK_DAY = "SAME_WORK_DAY"
    ONE_WORK_DAY = "ONE_WORK_DAY"
    TWO_WORK_DAYS = "TWO_WORK_DAYS"
    NEXT_SESSION = "NEXT_SESSION"


class Path(StrEnum):
    """Who is asked to look."""

    COUNSELOR = "COUNSELOR"
    NURSE = "NURSE"
    # Told at once, and again when nobody answers.
    ON_CALL = "ON_CALL"


@dataclass(frozen=True)
class Rule:
    id: str
    priority: int
    due: DueRule
    clears: str
    path: Path = Path.COUNSELOR
    clinician_only: bool = False
    expires_after: timedelta | None = None
    version: int = 1


_WEEK = timedelta(days=7)

RULES = {
    rule.id: rule
    for rule in (
        Rule("R01", 1, DueRule.NOW, "outcome", Path.ON_CALL, clinician_only=True),
        Rule("R02", 1, DueRule.SAME_DAY, "outcome", Path.ON_CALL, clinician_only=True),
        Rule("R03", 2, DueRule.SAME_WORK_DAY, "call"),
        Rule("R04", 2, DueRule.ONE_WORK_DAY, "contact"),
        Rule("R05", 2, DueRule.ONE_WORK_DAY, "contact_or_calm"),
        Rule("R06", 3, DueRule.TWO_WORK_DAYS, "seen", expires_after=_WEEK),
        Rule("R07", 3, DueRule.TWO_WORK_DAYS, "seen_or_falls"),
        Rule("R08", 3, DueRule.TWO_WORK_DAYS, "seen", expires_after=_WEEK),
        Rule("R09", 3, DueRule.TWO_WORK_DAYS, "seen"),
        Rule("R10", 2, DueRule.ONE_WORK_DAY, "seen", Path.NURSE),
        Rule("R11", 4, DueRule.NEXT_SESSION, "checkin"),
        Rule("R12", 3, DueRule.ONE_WORK_DAY, "attended"),
        Rule("R13", 2, DueRule.ONE_WORK_DAY, "state_change"),
        Rule("R14", 3, DueRule.NEXT_SESSION, "watch_over"),
        Rule("R15", 3, DueRule.NEXT_SESSION, "seen"),
        Rule("R16", 4, DueRule.SAME_WORK_DAY, "response"),
        Rule("R17", 4, DueRule.NEXT_SESSION, "new_version"),
        Rule("R18", 3, DueRule.TWO_WORK_DAYS, "seen", version=2),
        Rule("R20", 5, DueRule.NEXT_SESSION, "said", expires_after=_WEEK),
        Rule("R21", 1, DueRule.SAME_DAY, "outcome", Path.NURSE, clinician_only=True),
        Rule("R22", 1, DueRule.NOW, "standing_decision"),
    )
}


@dataclass(frozen=True)
class Flag:
    """A rule fired. ``key`` is the same whenever it fires for the same thing."""

    rule: str
    key: str
    # Numbers and codes only: the sentence is made when somebody reads it.
    evidence: dict[str, Any]
    priority: int

    @property
    def version(self) -> int:
        return RULES[self.rule].version

    @property
    def due(self) -> DueRule:
        return RULES[self.rule].due

    @property
    def path(self) -> Path:
        return RULES[self.rule].path

    @property
    def clears(self) -> str:
        return RULES[self.rule].clears


def fire(
    rule: str, key: str, /, *, priority: int | None = None, **evidence: Any
) -> Flag:
    return Flag(rule, key, evidence, priority or RULES[rule].priority)


@dataclass(frozen=True)
class DayAnswers:
    """What somebody said about one day. None is no answer, and never zero."""

    day: date
    at: datetime
    received_at: datetime | None = None
    # When the first word about this day was said; later words may have corrected it.
    first_at: datetime | None = None
    # Names the submission, so that it raises its concerns once.
    source: str = ""
    craving: int | None = None
    mood: int | None = None
    confidence: int | None = None
    med_missed: bool | None = None
    use: str | None = None
    use_what: frozenset[str] = frozenset()
    contact_request: str | None = None
    feels_safe: str | None = None
    unsafe_because: str | None = None
    triggers: tuple[str, ...] = ()
    body: frozenset[str] = frozenset()
    one_tap: str = ""
    note_danger: bool = False

    @classmethod
    def of(
        cls,
        day: date,
        at: datetime,
        answers: Mapping[str, Any],
        *,
        source: str = "",
        received_at: datetime | None = None,
        first_at: datetime | None = None,
    ) -> "DayAnswers":
        """From the answers of a check-in, as ``checkin_flow`` cleans them."""
        body = frozenset(answers.get("body") or ())
        medicine = {"med_taken": False, "med_not_today": True}
        return cls(
            day=day,
            at=at,
            received_at=received_at,
            first_at=first_at,
            source=source,
            craving=answers.get("craving_peak"),
            mood=answers.get("mood"),
            confidence=answers.get("confidence"),
            med_missed=next(
                (missed for chip, missed in medicine.items() if chip in body), None
            ),
            use=answers.get("use_reported"),
            use_what=frozenset(answers.get("use_what") or ()),
            contact_request=answers.get("contact_request"),
            feels_safe=answers.get("feels_safe"),
            unsafe_because=answers.get("unsafe_because"),
            triggers=tuple(answers.get("triggers") or ()),
            body=body,
            one_tap=answers.get("one_tap") or "",
            note_danger=mentions_danger(answers.get("note") or ""),
        )


@dataclass(frozen=True)
class MomentLog:
    """One hard moment, or one of the own signs tapped."""

    at: datetime
    source: str
    craving: int | None = None
    trigger: str = ""
    wants_call: bool = False
    received_at: datetime | None = None
    # When the call was asked for, which may be a while after the moment.
    called_at: datetime | None = None
    sign: str = ""


@dataclass(frozen=True)
class Profile:
    substance: str = ""
    opioid_history: bool = False
    medications: frozenset[str] = frozenset()
    # Keeps in touch in person: silence on the phone means nothing.
    in_person: bool = False


@dataclass(frozen=True)
class PlanFacts:
    # Waiting for the counselor since.
    submitted_at: datetime | None = None
    agreed_on: date | None = None
    review_due_on: date | None = None


@dataclass(frozen=True)
class DriftStanding:
    """Where the drift clocks stand, and the finding they stand there by."""

    state: State = State.ENGAGED
    rule: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    subtype: str = ""
    opened_on: date | None = None
    returned_on: date | None = None
    days_silent: int | None = None
    watch_days: int = 28


@dataclass(frozen=True)
class ClientFacts:
    """One client at one moment. ``days`` and ``moments`` go back 40 days."""

    now: datetime
    tz: ZoneInfo
    hours: StaffedHours
    # As the program of this client chose them.
    limits: Limits = USUAL
    profile: Profile = Profile()
    days: Sequence[DayAnswers] = ()
    moments: Sequence[MomentLog] = ()
    visits: Sequence[Visit] = ()
    plan: PlanFacts = PlanFacts()
    drift: DriftStanding = DriftStanding()
    last_contact_on: date | None = None
    # A dated decision about a silence that is known and accepted for now.
    standing_decision_until: date | None = None
    paused: bool = False
