"""Everything the rules ask about many people, gathered in a fixed number of reads."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Max, Prefetch

from apps.care.models import (
    Concern,
    Enrollment,
    LevelOfCare,
    Pause,
    Placement,
    Program,
    Status,
)
from apps.care.rules import drift, triage
from apps.care.rules.hours import StaffedHours
from apps.checkins.models import CheckinDay
from apps.checkins.selectors import client_facts, day_answers, hours_of
from apps.outreach.models import Episode
from apps.outreach.people_only import people_only
from apps.outreach.visits import visits_of
from apps.plans.selectors import plan_facts

LOOK_BACK = timedelta(days=60)
LOOK_AHEAD = timedelta(days=30)
ANSWERS_BACK = timedelta(days=40)


@dataclass
class Case:
    """One enrollment at one moment, with all that is known about it."""

    enrollment: Enrollment
    status: Status
    at: datetime
    level: LevelOfCare | None
    program: Program
    visits: list[drift.Visit]
    days: list[triage.DayAnswers]
    plan: triage.PlanFacts
    pauses: list[tuple[date, date | None]]
    concerns: list[Concern]
    episode: Episode | None
    # Codes of the rungs that were made in this episode.
    done: set[str] = field(default_factory=set)
    # The last day of a decision about a known silence.
    decided_until: date | None = None

    def __post_init__(self) -> None:
        self.site = self.program.site
        self.tz = self.enrollment.zone
        self.today = self.enrollment.client_day(self.at)
        self.hours = hours_of(self.site)
        self.thresholds = drift.Thresholds.for_level(
            self.level.code if self.level else "",
            self.level.drift_overrides if self.level else None,
        )

    @property
    def is_in_care(self) -> bool:
        enrollment = self.enrollment
        is_active = enrollment.state == Enrollment.State.ACTIVE
        return is_active and enrollment.client.died_on is None

    @property
    def is_paused(self) -> bool:
        return any(
            first <= self.today and (last is None or self.today <= last)
            for first, last in self.pauses
        )

    @property
    def people_only(self) -> bool:
        return people_only(self.concerns)

    def drift_facts(self) -> drift.DriftFacts:
        episode = self.episode
        state, returned_on = drift.State.ENGAGED, None
        if episode is not None:
            state = drift.State(episode.stage)
            if episode.returned_at is not None:
                returned_on = self.enrollment.client_day(episode.returned_at)
        return drift.DriftFacts(
            now=self.at,
            tz=self.tz,
            started_on=self.enrollment.started_on,
            visits=self.visits,
            last_contact_at=self.status.last_contact_at,
            checkin_days=frozenset(day.day for day in self.days),
            pauses=self.pauses,
            holidays=self.hours.holidays,
            state=state,
            opened_at=episode.opened_at if episode else None,
            opened_by=episode.finding["opened_by"] if episode else "",
            returned_on=returned_on,
            in_person=self.enrollment.client.no_phone,
        )

    def client_facts(self, decision: drift.DriftDecision) -> triage.ClientFacts:
        episode, contact = self.episode, self.status.last_contact_at
        standing = triage.DriftStanding(days_silent=decision.days_silent)
        if episode is not None:
            back = episode.returned_at
            standing = triage.DriftStanding(
                state=drift.State(episode.stage),
                rule=episode.finding["rule"],
                evidence=episode.finding["evidence"],
                subtype=episode.subtype,
                opened_on=episode.opened_on,
                returned_on=self.enrollment.client_day(back) if back else None,
                days_silent=decision.days_silent,
                watch_days=self.thresholds.watch_days,
            )
        return replace(
            client_facts(self.enrollment, self.program, self.at),
            days=self.days,
            visits=self.visits,
            plan=self.plan,
            drift=standing,
            last_contact_on=self.enrollment.client_day(contact) if contact else None,
            paused=self.is_paused,
            standing_decision_until=self.decided_until,
        )

    def next_visit(self, after: datetime) -> drift.Visit | None:
        """The first session to come that nobody cancelled."""
        coming = (
            visit
            for visit in self.visits
            if visit.starts_at > after and visit.status == ""
        )
        return next(coming, None)


def call_by(hours: StaffedHours, at: datetime) -> datetime:
    """When a call is due for sure. A site that named no hours is late at once."""
    try:
        return hours.call_by(at)
    except ValueError:
        return at


def gather(statuses: Iterable[Status], at: datetime) -> list[Case]:
    by_id = {status.pk: status for status in statuses}
    enrollments = list(
        Enrollment.objects.filter(pk__in=by_id)
        .select_related("client", "organization", "program__site")
        .prefetch_related(
            Prefetch(
                "placements",
                Placement.objects.select_related("level", "program__site"),
            )
        )
        .order_by("pk")
    )
    today = at.date()
    visits = visits_of(enrollments, today - LOOK_BACK, today + LOOK_AHEAD)
    days = _answers(by_id, today - ANSWERS_BACK)
    plans = plan_facts(enrollments)
    pauses = _grouped(
        (pause.enrollment_id, (pause.from_on, pause.to_on))
        for pause in Pause.objects.filter(enrollment__in=by_id)
    )
    concerns = _grouped(
        (concern.enrollment_id, concern)
        for concern in Concern.objects.open().filter(enrollment__in=by_id)
    )
    episodes = {
        episode.enrollment_id: episode
        for episode in Episode.objects.open()
        .filter(enrollment__in=by_id)
        .prefetch_related("steps")
    }
    decided = dict(
        Concern.objects.filter(enrollment__in=by_id, decided_until__isnull=False)
        .values_list("enrollment")
        .annotate(until=Max("decided_until"))
    )
    cases = []
    for enrollment in enrollments:
        placement = enrollment.placement_on(enrollment.client_day(at))
        program = placement.program if placement else enrollment.program
        episode = episodes.get(enrollment.pk)
        cases.append(
            Case(
                enrollment=enrollment,
                status=by_id[enrollment.pk],
                at=at,
                level=placement.level if placement else None,
                program=program,
                visits=visits[enrollment.pk],
                days=days[enrollment.pk],
                plan=plans.get(enrollment.client_id, triage.PlanFacts()),
                pauses=pauses[enrollment.pk],
                concerns=concerns[enrollment.pk],
                episode=episode,
                done={step.code for step in episode.steps.all()} if episode else set(),
                decided_until=decided.get(enrollment.pk),
            )
        )
    return cases


def _answers(people: Collection[UUID], since: date) -> dict:
    days = CheckinDay.objects.filter(enrollment__in=people, local_on__gte=since)
    return _grouped(
        (day.enrollment_id, day_answers(day)) for day in days.order_by("local_on")
    )


def _grouped(pairs) -> dict:
    groups = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups
