"""Where one person is on the way: read for their page, and said in sentences."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Prefetch
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.care.models import (
    CareAssignment,
    Concern,
    Enrollment,
    LevelAsk,
    LevelOfCare,
    LivingSituation,
    Pause,
    Placement,
    Referral,
)
from apps.care.rules import level_talk, payer_floor
from apps.care.rules.level_talk import Topic
from apps.care.services.asks import open_ask
from apps.care.services.placements import planned_change
from apps.care.services.places import lives_now
from apps.checkins.models import CheckinDay
from apps.plans.selectors import plan_facts
from apps.sessions import wording
from apps.sessions.models import Attendance, GroupSession, Override
from apps.sessions.schedule import monday_of
from apps.sessions.selectors import own_sessions
from apps.sessions.ways import (
    Way,
    change_words,
    day_words,
    days_words,
    placements_of,
    way_of,
)

URGENT = {"R01", "R02"}
# Answered and answered no; "rather not say" is no answer.
USED = {"yes": True, "no": False}
WEEK = timedelta(days=7)
IN_TOUCH = timedelta(days=14)


@dataclass(frozen=True)
class Down:
    """What speaks for fewer days, and what is not there yet."""

    met: list[str]
    missing: list[str]


@dataclass(frozen=True)
class WeekLine:
    title: str
    hours: str
    warning: str


@dataclass(frozen=True)
class EpisodeLine:
    enrollment: Enrollment
    path: str
    counselor: str


@dataclass(frozen=True)
class Care:
    enrollment: Enrollment
    today: date
    now: Placement | None
    now_words: str
    planned: Placement | None
    planned_words: str
    way: Way
    down: Down | None
    up: list[str]
    weeks: list[WeekLine]
    living: LivingSituation | None
    asked: LevelAsk | None
    pauses: list[Pause]
    overrides: list[Override]
    referrals: list[Referral]
    episodes: list[EpisodeLine]

    @property
    def is_over(self) -> bool:
        return self.enrollment.state == Enrollment.State.ENDED

    @property
    def review_is_near(self) -> bool:
        day = self.way.look_again_on
        return day is not None and day - self.today <= WEEK


def care_of(enrollment: Enrollment, at: datetime) -> Care:
    """``enrollment`` with its client, site and status."""
    today = enrollment.program.site.local_date(at)
    placements = placements_of(enrollment)
    now = enrollment.placement_on(today)
    is_over = enrollment.state == Enrollment.State.ENDED
    planned = None if is_over else planned_change(enrollment, today)
    monday = monday_of(today)
    sessions = list(own_sessions(enrollment, monday - WEEK - WEEK, monday + 2 * WEEK))
    asked = open_ask(enrollment)
    living = lives_now(enrollment, today)
    facts = _facts(enrollment, sessions, asked, living, at)
    before = [each for each in placements if each.from_on <= today]
    return Care(
        enrollment=enrollment,
        today=today,
        now=now,
        now_words=days_words(now) if now else "",
        planned=planned,
        planned_words=change_words(before[-1], planned, today)
        if planned and before
        else "",
        way=way_of(enrollment, at),
        down=None if is_over else _down(facts),
        up=[] if is_over else _up(facts),
        weeks=[] if is_over else _weeks(enrollment, sessions, today),
        living=living,
        asked=asked,
        pauses=list(enrollment.pauses.order_by("-from_on", "pk")),
        overrides=_overrides(enrollment, at),
        referrals=_referrals(enrollment),
        episodes=_episodes(enrollment),
    )


def floor_of(level: LevelOfCare | None) -> payer_floor.Floor | None:
    if level is None or level.floor_days is None or level.floor_minutes is None:
        return None
    return payer_floor.Floor(level.floor_days, level.floor_minutes)


def floor_warning(level: LevelOfCare | None, minutes_by_day: dict[date, int]) -> str:
    """A week below what a payer asks, with its numbers; "" where it is not."""
    short = payer_floor.short_of(floor_of(level), minutes_by_day)
    if short is None:
        return ""
    floor = {"days": short.floor.days, "hours": wording.hours(short.floor.minutes)}
    words = ngettext(
        "%(n)s day of %(hours)s hours or more; payers ask for %(days)s.",
        "%(n)s days of %(hours)s hours or more; payers ask for %(days)s.",
        short.days_enough,
    ) % {"n": short.days_enough, **floor}
    said = [
        _("%(day)s has %(time)s.")
        % {"day": date_format(day, "D"), "time": wording.duration(minutes)}
        for day, minutes in short.too_short.items()
    ]
    return " ".join([words, *said])


def usual_week(
    level: LevelOfCare, program, weekdays, from_on: date
) -> dict[date, int] | None:
    """Minutes a day that a placement brings in its first whole week; None if none is made."""
    monday = monday_of(from_on + timedelta(days=6))
    rooms = GroupSession.objects.filter(
        series__program=program,
        series__levels=level,
        series_on__range=(monday, monday + timedelta(days=6)),
    )
    minutes: dict[date, int] = {}
    found = False
    for day, weekday, service in rooms.values_list(
        "series_on", "weekday", "service_minutes"
    ):
        found = True
        if weekday in weekdays:
            minutes[day] = minutes.get(day, 0) + service
    return minutes if found else None


def _facts(enrollment, sessions, asked, living, at: datetime) -> level_talk.Facts:
    today = enrollment.program.site.local_date(at)
    since = today - level_talk.TWO_WEEKS
    counted = [
        room
        for room in sessions
        if room.local_on > since
        and room.roster_closed_at is not None
        and not room.is_cancelled
        and (room.mark in Attendance.ATTENDED or room.mark == Attendance.Status.NO_SHOW)
    ]
    days = CheckinDay.objects.filter(enrollment=enrollment, local_on__gt=since)
    answers = [
        (day.local_on, USED[day.said.get("use_reported")])
        for day in days
        if day.said.get("use_reported") in USED
    ]
    open_rules = [
        concern.finding["rule"]
        for concern in Concern.objects.open().filter(enrollment=enrollment)
    ]
    plan = plan_facts([enrollment]).get(enrollment.client_id)
    contact = enrollment.status.last_contact_at
    return level_talk.Facts(
        today=today,
        minutes_attended=sum(room.minutes or 0 for room in counted),
        minutes_planned=sum(room.service_minutes for room in counted),
        use_answers=answers,
        plan_agreed=bool(plan and plan.agreed_on),
        home_is_safe=living.is_safe if living and living.feels_safe else None,
        urgent=sum(rule in URGENT for rule in open_rules),
        in_contact=contact is not None and at - contact <= IN_TOUCH,
        asked_for=asked.wish if asked else "",
    )


def _down(facts: level_talk.Facts) -> Down | None:
    prompts = level_talk.step_down(facts)
    if not prompts:
        return None
    return Down(
        met=[_said(each) for each in prompts if each.speaks_for],
        missing=[_said(each) for each in prompts if not each.speaks_for],
    )


def _up(facts: level_talk.Facts) -> list[str]:
    return [_said(each) for each in level_talk.step_up(facts)]


def _said(prompt: level_talk.Prompt) -> str:
    numbers = prompt.numbers
    match prompt.topic:
        case Topic.CAME | Topic.ABSENT:
            came, planned, share = numbers
            return _(
                "Came for %(came)s of %(planned)s hours in two weeks: %(n)s of 100."
            ) % {
                "came": wording.hours(came),
                "planned": wording.hours(planned),
                "n": share,
            }
        case Topic.NO_USE if prompt.speaks_for:
            return _("No use in %(n)s answers of two weeks.") % {"n": numbers[1]}
        case Topic.NO_USE:
            return _("Use on %(n)s of %(of)s answered days in two weeks.") % {
                "n": numbers[0],
                "of": numbers[1],
            }
        case Topic.PLAN:
            return (
                _("The plan is agreed.")
                if prompt.speaks_for
                else _("No agreed plan yet.")
            )
        case Topic.HOME if prompt.speaks_for:
            return _("Feels safe where they live.")
        case Topic.HOME:
            return _("Does not feel safe where they live, or is not sure.")
        case Topic.USE:
            return _("Use on %(n)s days in seven.") % {"n": numbers[0]}
        case Topic.SAFETY:
            return _("Something about safety or overdose risk is open.")
        case _:
            return _("Asks for more support.")


def _weeks(enrollment, sessions, today: date) -> list[WeekLine]:
    """The last one as it was, this one and the next as planned."""
    this = monday_of(today)
    titles = {
        this - WEEK: _("Last week"),
        this: _("This week"),
        this + WEEK: _("Next week"),
    }
    lines = []
    for monday, title in titles.items():
        if monday + WEEK <= enrollment.started_on:
            continue
        rooms = [r for r in sessions if monday <= r.local_on < monday + WEEK]
        came = sum(room.minutes or 0 for room in rooms)
        planned = [room for room in rooms if not room.is_cancelled]
        hours = {
            "came": wording.hours(came),
            "planned": wording.hours(sum(room.service_minutes for room in planned)),
        }
        placement = enrollment.placement_on(monday + timedelta(days=6))
        is_past = monday < this
        by_day: dict[date, int] = {}
        for room in rooms if is_past else planned:
            counted = (room.minutes or 0) if is_past else room.service_minutes
            by_day[room.local_on] = by_day.get(room.local_on, 0) + counted
        words = (
            _("About %(planned)s hours planned.")
            if monday > this
            else _("%(came)s of %(planned)s hours.")
        )
        lines.append(
            WeekLine(
                title,
                words % hours,
                # A week that began without them says nothing.
                floor_warning(placement.level, by_day)
                if placement and monday >= enrollment.started_on
                else "",
            )
        )
    return lines


def _overrides(enrollment: Enrollment, at: datetime) -> list[Override]:
    return list(
        Override.objects.filter(enrollment=enrollment, group_session__starts_at__gt=at)
        .select_related("group_session__site", "group_session__series")
        .order_by("group_session__starts_at", "pk")
    )


def _referrals(enrollment: Enrollment) -> list[Referral]:
    """Of every episode: what is open first, then the newest."""
    rows = (
        Referral.objects.filter(enrollment__client=enrollment.client_id)
        .select_related("made_by")
        .order_by("-made_on", "-pk")
    )
    return sorted(rows, key=lambda referral: not referral.is_open)


def _episodes(enrollment: Enrollment) -> list[EpisodeLine]:
    """All of them over the years, the newest first. Only dates, places and names."""
    primary = CareAssignment.objects.filter(role="PRIMARY").select_related("staff")
    rows = (
        Enrollment.objects.filter(client=enrollment.client_id)
        .select_related("program__site")
        .prefetch_related(
            Prefetch(
                "placements",
                Placement.objects.select_related("level").order_by("from_on"),
                to_attr="in_order",
            ),
            Prefetch(
                "assignments",
                primary.order_by("-since", "-pk"),
                to_attr="own_counselors",
            ),
        )
        .order_by("-started_on", "-pk")
    )
    return [
        EpisodeLine(
            enrollment=row,
            path=" → ".join(
                f"{placement.level.code} {placement.days_per_week}"
                for placement in row.in_order
            ),
            counselor=row.own_counselors[0].staff.name if row.own_counselors else "",
        )
        for row in rows
    ]


def room_words(room: GroupSession, today: date) -> str:
    """ "Tuesday 9:00–12:30, Day morning" """
    return f"{capfirst(day_words(room.local_on, today))} {wording.span(room)}, {room.title}"
