"""What the desk shows about one client and about a caseload, in a fixed number of reads."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, prefetch_related_objects

from apps.accounts.models import User
from apps.care import replies, vocabulary
from apps.care.models import ContactPoint, Enrollment, Placement, Status
from apps.checkins import insights as looking_back
from apps.checkins.models import CheckinDay, Moment, Reply
from apps.common import pictures
from apps.desk import weekly_trend, wording
from apps.desk.arrivals import late_lines, late_moment
from apps.desk.board import own_labels
from apps.desk.week_rows import WeekRow, week_rows
from apps.outreach.models import Step
from apps.plans.models import PlanVersion
from apps.sessions.models import Attendance, Kind
from apps.sessions.past_weeks import last_weeks
from apps.sessions.selectors import expected_sessions

PICTURE_DAYS = 30
TIMELINE_DAYS = 30
WEEKS_SHOWN = 5
INSIGHT_DAYS = 90
ONE_TO_ONE_AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class PersonRow:
    enrollment: Enrollment
    level: str
    days: int
    week: int
    status: Status


@dataclass
class Entry:
    """One thing that happened, for the line of time."""

    at: datetime
    kind: str
    title: str
    lines: list[str] = field(default_factory=list)
    day: CheckinDay | None = None
    replies: list[Reply] = field(default_factory=list)
    # When it was said and when it came, where that was not at once.
    late: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Record:
    placement: Placement | None
    week: int
    contacts: list[ContactPoint]
    newest: CheckinDay | None
    picture: pictures.Picture
    weekly: weekly_trend.Trend | None
    timeline: list[tuple[date, list[Entry]]]
    attended: int
    expected: int
    weeks: list[WeekRow]
    plan: PlanVersion | None
    drift: str
    # None for who does not see hard moments.
    insights: looking_back.Insights | None
    one_to_one: datetime | None


def caseload(user: User, at: datetime) -> list[PersonRow]:
    enrollments = (
        Enrollment.objects.on_caseload_of(user, at)
        .exclude(state=Enrollment.State.ENDED)
        .select_related("client", "program__site", "status")
        .prefetch_related(
            Prefetch("placements", Placement.objects.select_related("level"))
        )
        .order_by("client__preferred_name", "pk")
    )
    rows = []
    for enrollment in enrollments:
        today = enrollment.program.site.local_date(at)
        placement = enrollment.placement_on(today)
        rows.append(
            PersonRow(
                enrollment=enrollment,
                level=placement.level.code if placement else "",
                days=placement.days_per_week if placement else 0,
                week=enrollment.week_number(today),
                status=enrollment.status,
            )
        )
    return rows


def checkins_only(record: Record) -> Record:
    """For who leads the room: no messages, no plan and no numbers to call."""
    kinds = ("checkin", "attendance")
    days = (
        (day, [e for e in said if e.kind in kinds]) for day, said in record.timeline
    )
    timeline = [(day, said) for day, said in days if said]
    return replace(
        record, timeline=timeline, contacts=[], plan=None, insights=None, weekly=None
    )


def client_record(enrollment: Enrollment, at: datetime, language: str) -> Record:
    zone = enrollment.program.site.zone
    today = enrollment.client_day(at)
    since = today - timedelta(days=max(PICTURE_DAYS, TIMELINE_DAYS) - 1)
    own = own_labels([enrollment.client_id])[enrollment.client_id]
    days = list(
        enrollment.checkin_days.filter(local_on__gte=since)
        .select_related("seen_by")
        .prefetch_related(Prefetch("replies", Reply.objects.select_related("by")))
    )
    marks = list(
        Attendance.objects.filter(
            enrollment=enrollment,
            group_session__local_on__gte=since,
            group_session__roster_closed_at__isnull=False,
        ).select_related("group_session")
    )
    moments = enrollment.moments.filter(local_on__gte=since)
    placements = Placement.objects.select_related("level", "program__site")
    prefetch_related_objects([enrollment], Prefetch("placements", placements))
    placement = enrollment.placement_on(enrollment.program.site.local_date(at))
    late = late_lines(days, zone, language, own)
    entries = [
        *(checkin_entry(day, language, own, late[day.local_on]) for day in days),
        *(_moment_entry(moment, language, own, zone) for moment in moments),
        *(_attendance_entry(mark) for mark in marks),
        *_outreach_entries(enrollment, since, language),
    ]
    entries.sort(key=lambda entry: entry.at, reverse=True)
    by_day = groupby(entries, key=lambda entry: entry.at.astimezone(zone).date())
    counted = [mark for mark in marks if mark.status not in ("CANCELLED", "EXCUSED")]
    return Record(
        placement=placement,
        week=enrollment.week_number(today),
        contacts=list(enrollment.client.contact_points.filter(stopped_at=None)),
        newest=max(days, key=lambda day: day.local_on, default=None),
        picture=pictures.draw(
            {day.local_on: day.craving for day in days if day.craving is not None},
            _attended_by_day(counted),
            last=today,
            days=PICTURE_DAYS,
        ),
        weekly=weekly_trend.trend_of(enrollment.client, language),
        timeline=[(day, list(group)) for day, group in by_day],
        attended=sum(mark.status in Attendance.ATTENDED for mark in counted),
        expected=len(counted),
        weeks=week_rows(last_weeks(enrollment, at, WEEKS_SHOWN)),
        plan=enrollment.client.plan_versions.exclude(
            state__in=(PlanVersion.State.SUPERSEDED, PlanVersion.State.WITHDRAWN)
        )
        .order_by("-number")
        .first(),
        drift=enrollment.status.get_drift_display(),
        insights=_insights(enrollment, today, language, own),
        one_to_one=_next_one_to_one(enrollment, at),
    )


def _insights(
    enrollment: Enrollment, today: date, language: str, own: dict[str, str]
) -> looking_back.Insights:
    """What the client can look back on too, as far as this episode of care goes."""
    facts = looking_back.facts_of(
        enrollment.checkin_days.all(),
        enrollment.moments.all(),
        today=today,
        zone=enrollment.zone,
    )
    return looking_back.insights_of(
        facts, length=INSIGHT_DAYS, language=language, own=own
    )


def _next_one_to_one(enrollment: Enrollment, at: datetime) -> datetime | None:
    coming = expected_sessions(enrollment, at, at + ONE_TO_ONE_AHEAD).held()
    ones = coming.filter(kind=Kind.INDIVIDUAL).values_list("starts_at", flat=True)
    return ones.first()


def _attended_by_day(marks) -> dict[date, bool]:
    came: dict[date, bool] = defaultdict(bool)
    for mark in marks:
        came[mark.group_session.local_on] |= mark.status in Attendance.ATTENDED
    return came


def checkin_entry_alone(day: CheckinDay, language: str, zone: ZoneInfo) -> Entry:
    own = own_labels([day.client_id])[day.client_id]
    late = late_lines([day], zone, language, own)
    return checkin_entry(day, language, own, late[day.local_on])


def checkin_entry(
    day: CheckinDay, language: str, own: vocabulary.Own, late: list[str]
) -> Entry:
    return Entry(
        at=day.last_at,
        kind="checkin",
        title=wording.checkin_title(day),
        lines=wording.answer_lines(day.answers, language, own),
        day=day,
        replies=list(day.replies.all()),
        late=late,
    )


def _moment_entry(
    moment: Moment, language: str, own: vocabulary.Own, zone: ZoneInfo
) -> Entry:
    details = moment.details
    labels = [
        vocabulary.label(code, language, own)
        for code in (details.get("trigger"), details.get("tool"))
        if code
    ]
    return Entry(
        at=moment.occurred_at,
        kind="moment",
        title=wording.moment_title(moment),
        lines=labels,
        late=late_moment(moment, zone),
    )


def _attendance_entry(mark: Attendance) -> Entry:
    lines = [mark.get_reason_display()] if mark.reason else []
    return Entry(
        at=mark.group_session.starts_at,
        kind="attendance",
        title=f"{mark.get_status_display()} · {mark.group_session.title}",
        lines=lines,
    )


def _outreach_entries(
    enrollment: Enrollment, since: date, language: str
) -> list[Entry]:
    steps = Step.objects.filter(
        episode__enrollment=enrollment,
        message__accepted_at__date__gte=since,
    ).select_related("message")
    answers = enrollment.episodes.filter(answers__at__date__gte=since).prefetch_related(
        "answers"
    )
    entries = [
        Entry(
            at=step.message.accepted_at,
            kind="message",
            title=wording.message_title(step.message),
            lines=[step.message.body] if step.message.body else [],
        )
        for step in steps
    ]
    entries += [
        Entry(
            at=answer.at,
            kind="answer",
            title=replies.answer_sentence(answer.details.get("choice", ""), language),
            lines=[text] if (text := answer.details.get("text")) else [],
        )
        for episode in answers.distinct()
        for answer in episode.answers.all()
    ]
    return entries
