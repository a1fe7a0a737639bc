"""The plan as other pages need it, in a fixed number of reads."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Prefetch
from django.db.models.functions import Coalesce

from apps.accounts.models import User
from apps.care.models import Client, Enrollment, Placement
from apps.care.rules import plan_rules, triage
from apps.care.rules.hours import StaffedHours
from apps.plans.models import Comment, LivePart, PlanPerson, PlanVersion
from apps.plans.sentences import own_labels

State = PlanVersion.State
# What a counselor decided last, as the first page tells it.
NEWS = (State.CHANGES_REQUESTED, State.APPROVED)
# How long an agreement is news there.
AGREED_IS_NEWS = timedelta(days=7)
REVIEW_SOON = timedelta(days=7)
# Skills that begin with a call or a text.
REACHES_SOMEBODY = frozenset(
    {"cop.con.call", "cop.con.text", "cop.con.sponsor", "cop.con.tell"}
)


@dataclass(frozen=True)
class CurrentPlan:
    agreed: PlanVersion | None = None
    open: PlanVersion | None = None

    @property
    def in_use(self) -> PlanVersion | None:
        """What counts on a bad day: the agreed words, else the draft from its first minute."""
        return self.agreed or self.open

    @property
    def newest(self) -> PlanVersion | None:
        return self.open or self.agreed


@dataclass(frozen=True)
class LiveParts:
    refill_on: date | None = None
    kit_order: tuple[str, ...] = ()


@dataclass(frozen=True)
class PinnedStep:
    sentence: str
    person: PlanPerson | None


@dataclass(frozen=True)
class PlanNews:
    """``state`` is CHANGES_REQUESTED or APPROVED; the words are the template's."""

    state: str
    by: User
    at: datetime


@dataclass(frozen=True)
class PlanRow:
    """A plan beside the episode of care it is read in."""

    version: PlanVersion
    enrollment: Enrollment
    level: str
    week: int
    sent_on: date | None
    # Since it was sent.
    work_days: int


def current_plan(client: Client) -> CurrentPlan:
    found = {
        version.is_agreed: version
        for version in client.plan_versions.filter(
            state__in=(State.APPROVED, *PlanVersion.OPEN)
        ).select_related("decided_by")
    }
    return CurrentPlan(agreed=found.get(True), open=found.get(False))


def agreed_before(version: PlanVersion) -> PlanVersion | None:
    """The version that was in use before this one."""
    return (
        version.client.plan_versions.filter(
            state__in=(State.APPROVED, State.SUPERSEDED), number__lt=version.number
        )
        .select_related("decided_by")
        .order_by("-number")
        .first()
    )


def live_parts(client: Client) -> LiveParts:
    values = {part.kind: part.value for part in client.plan_live_parts.current()}
    refill = values.get(LivePart.Kind.REFILL)
    order = values.get(LivePart.Kind.KIT_ORDER)
    return LiveParts(
        refill_on=date.fromisoformat(refill["on"]) if refill else None,
        kit_order=tuple(order["codes"]) if order else (),
    )


def people_of(client: Client) -> list[PlanPerson]:
    return list(client.plan_people.current().order_by("position", "since", "pk"))


def comments_on(version: PlanVersion, *, after: PlanVersion | None) -> list[Comment]:
    """What was said on the way to this version since the one agreed before, in order."""
    return list(
        Comment.objects.filter(
            version__client=version.client_id,
            version__number__gt=after.number if after else 0,
            version__number__lte=version.number,
        )
        .select_related("by")
        .order_by("at", "pk")
    )


def gaps_of(
    client: Client, content: dict, people: Collection[PlanPerson]
) -> list[plan_rules.Gap]:
    """What is still to do together. It never keeps a plan from being sent."""
    profile = client.profile
    substance = profile.get("substance", "")
    return plan_rules.gaps(
        content,
        plan_rules.PlanGapFacts(
            people=len(people),
            has_medication=bool(profile.get("medications")),
            opioids_near=profile.get("opioid_history", False)
            or substance in plan_rules.NALOXONE_SUBSTANCES,
        ),
    )


def pinned_step(client: Client, language: str) -> PinnedStep | None:
    """The step to show when Today is asked for it, and the person it means."""
    plan = current_plan(client).in_use
    if plan is None:
        return None
    steps = plan.content.get("if_then", {}).get("items", [])
    if not steps:
        return None
    kit = plan.content.get("kit", {}).get("items", [])
    pinned = {item["code"] for item in kit if item["pinned"]}
    step = next((step for step in steps if step["then_code"] in pinned), steps[0])
    person = None
    if step["then_code"] in REACHES_SOMEBODY:
        words = f"{step.get('where', '')} {step.get('words', '')}"
        person = person_named(words, people_of(client))
    sentence = plan_rules.if_then_sentence(step, language, own_labels(plan.content))
    return PinnedStep(sentence, person)


def person_named(words: str, people: Collection[PlanPerson]) -> PlanPerson | None:
    """Whoever the client's own words name; else the first one who can be called."""
    words = words.casefold()
    named = (p for p in people if p.details["name"].casefold() in words)
    return next(named, next((p for p in people if p.details["phone"]), None))


def plan_news(version: PlanVersion | None, at: datetime) -> PlanNews | None:
    """Of the version that was decided last. Reads ``decided_by``.

    Ideas are news until they are sent again; an agreement for a week.
    """
    if version is None or version.state not in NEWS:
        return None
    if version.is_agreed and version.decided_at <= at - AGREED_IS_NEWS:
        return None
    return PlanNews(version.state, version.decided_by, version.decided_at)


def waiting_plans(at: datetime) -> list[PlanRow]:
    """Every sent plan nobody answered yet, longest waiting first: the facts of R16."""
    versions = PlanVersion.objects.waiting()
    return _with_enrollments(versions, at)


def plans_to_read(user: User, at: datetime) -> list[PlanRow]:
    versions = PlanVersion.objects.on_caseload_of(user, at).waiting()
    return _with_enrollments(versions, at)


def plans_to_look_at_again(user: User, at: datetime) -> list[PlanRow]:
    """Agreed, with a review date that has come or comes within a week."""
    soon = at.date() + REVIEW_SOON
    versions = (
        PlanVersion.objects.on_caseload_of(user, at)
        .agreed()
        .filter(review_due_on__lte=soon)
        .exclude(client__plan_versions__state__in=PlanVersion.WAITING)
    )
    return _with_enrollments(versions, at)


def _with_enrollments(versions, at: datetime) -> list[PlanRow]:
    """Beside each plan the episode of care it is read in; without one nobody reads it."""
    enrollments = Enrollment.objects.exclude(
        state=Enrollment.State.ENDED
    ).select_related("program__site", "client", "status")
    placements = Placement.objects.select_related("level")
    enrollments = enrollments.prefetch_related(Prefetch("placements", placements))
    versions = (
        versions.select_related("client", "decided_by")
        .prefetch_related(
            Prefetch("client__enrollments", enrollments, to_attr="open_enrollments")
        )
        .defer("content", "answered_content")
        .order_by(Coalesce("submitted_at", "created_at"), "pk")
    )
    rows = []
    for version in versions:
        for enrollment in version.client.open_enrollments:
            rows.append(_row(version, enrollment, at))
    return rows


def _row(version: PlanVersion, enrollment: Enrollment, at: datetime) -> PlanRow:
    site = enrollment.program.site
    placement = enrollment.placement_on(site.local_date(at))
    today, sent_on, work_days = site.local_date(at), None, 0
    if version.submitted_at is not None:
        sent_on = site.local_date(version.submitted_at)
        hours = StaffedHours.of(site.zone, site.staffed_hours, site.holidays)
        work_days = hours.work_days_between(sent_on, today)
    return PlanRow(
        version=version,
        enrollment=enrollment,
        level=placement.level.code if placement else "",
        week=enrollment.week_number(today),
        sent_on=sent_on,
        work_days=work_days,
    )


def plan_facts(enrollments: Collection[Enrollment]) -> dict[UUID, triage.PlanFacts]:
    """By client, what the rules about waiting and review ask, in one read for many.

    Reads ``client`` and ``program.site`` of each enrollment.
    """
    by_client = {enrollment.client_id: enrollment for enrollment in enrollments}
    versions = PlanVersion.objects.filter(
        client__in=by_client, state__in=(State.APPROVED, *PlanVersion.WAITING)
    ).defer("content", "answered_content")
    found: dict[UUID, dict] = defaultdict(dict)
    for version in versions:
        if not version.is_agreed:
            found[version.client_id]["submitted_at"] = version.submitted_at
            continue
        looked_at = version.kept_at or version.decided_at
        found[version.client_id] |= {
            "agreed_on": by_client[version.client_id].client_day(looked_at),
            "review_due_on": version.review_due_on,
        }
    return {client_id: triage.PlanFacts(**facts) for client_id, facts in found.items()}
