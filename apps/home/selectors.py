"""Everything Today shows, in a fixed number of reads."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID, uuid4

from django.db.models import (
    Exists,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
)
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.care.models import Enrollment, Organization, Placement, Site, SiteLine
from apps.checkins import wording as checkin_wording
from apps.checkins.models import CheckinDay, Moment, Reply, WeeklyReview
from apps.checkins.selectors import is_asked_again, unread_replies
from apps.checkins.weekly_selectors import is_open_on, review_day
from apps.common.days import part_of_day
from apps.common.prepared import prepared
from apps.plans.models import PlanVersion
from apps.plans.selectors import NEWS, PlanNews, plan_news
from apps.sessions import wording
from apps.sessions.absent import Kept, kept_for
from apps.sessions.arriving import (
    Question,
    questions_of,
    rides_by_session,
    rides_of,
    shown_on_today,
)
from apps.sessions.marks import hours_of
from apps.sessions.models import GroupSession, Wait
from apps.sessions.selectors import (
    is_coming,
    next_session,
    own_enrollment,
    week_sessions,
)

VIDEO_OPENS = timedelta(minutes=10)


@dataclass(frozen=True)
class Coming:
    """The next session, in words."""

    group_session: GroupSession
    title: str
    where: str
    until: str
    own_clock: str
    changes: list[str]
    may_tell: bool
    # From ten minutes before it begins until it ends, and at no other time.
    join_url: str
    uuid: UUID


@dataclass(frozen=True)
class Today:
    enrollment: Enrollment
    part_of_day: str
    coming: Coming | None
    received: str
    promise: str
    replies: list[Reply]
    moment: Moment | None
    news: PlanNews | None
    hours: str
    twice: str
    rides: list[str]
    question: Question | None
    # What is not held today or tomorrow after all.
    called_off: list[str]
    kept: Kept | None
    looks_back: bool


def _id_of_first(rows: QuerySet) -> Subquery:
    return Subquery(rows.values("pk")[:1])


@prepared(user=UUIDField())
def _record(user):
    of_client = Q(client__user=user)
    days = CheckinDay.objects.filter(of_client).newest_first()
    moments = Moment.objects.filter(of_client).order_by("-occurred_at", "-pk")
    twice = CheckinDay.objects.twice_unread().filter(of_client).newest_first()
    plans = PlanVersion.objects.filter(of_client, state__in=NEWS).order_by(
        "-decided_at", "-pk"
    )
    last_placement = Placement.objects.filter(
        enrollment=OuterRef("pk"), to_on=None
    ).order_by()
    return (
        Enrollment.objects.of_client(user)
        .exclude(state=Enrollment.State.ENDED)
        .annotate(
            twice_on=Subquery(twice.values("local_on")[:1]),
            reviewed_on=Subquery(
                WeeklyReview.objects.filter(of_client)
                .newest_first()
                .values("due_on")[:1]
            ),
            last_weekdays=Subquery(last_placement.values("weekdays")[:1]),
            last_review_day=Subquery(
                last_placement.values("program__weekly_review_day")[:1]
            ),
            last_is_read=Subquery(
                last_placement.values("program__site__checkins_on")[:1]
            ),
            last_placed_on=Subquery(last_placement.values("from_on")[:1]),
            has_offer=Exists(
                Wait.objects.filter(enrollment=OuterRef("pk"), state=Wait.State.OFFERED)
            ),
            newest_day=FilteredRelation(
                "client__checkin_days",
                condition=Q(client__checkin_days__pk=_id_of_first(days)),
            ),
            newest_moment=FilteredRelation(
                "client__moments",
                condition=Q(client__moments__pk=_id_of_first(moments)),
            ),
            newest_plan=FilteredRelation(
                "client__plan_versions",
                condition=Q(client__plan_versions__pk=_id_of_first(plans)),
            ),
        )
        .select_related(
            "client",
            "program__site",
            "newest_day__seen_by",
            "newest_moment",
            "newest_plan__decided_by",
        )
    )


def record_of(user: User) -> Enrollment | None:
    """The open episode of care of a client, and beside it in the same read what is newest:
    ``newest_day``, ``newest_moment`` and ``newest_plan``, each a row or None, and
    ``twice_on``, a day with two check-ins that is to be told."""
    enrollment = next(iter(_record(user=user.pk)), None)
    for name in ("newest_day", "newest_moment", "newest_plan"):
        if enrollment is not None and not hasattr(enrollment, name):
            setattr(enrollment, name, None)
    return enrollment


def today_of(user: User, enrollment: Enrollment, at: datetime) -> Today:
    """Of a row of ``record_of``."""
    day = enrollment.newest_day
    if day is not None and day.local_on != enrollment.client_day(at):
        day = None
    if day is not None:
        day.enrollment, day.client = enrollment, enrollment.client
    moment = enrollment.newest_moment
    week = _week(enrollment, at)
    next_one = _next(enrollment, week, at)
    ahead = [*week, *filter(None, [next_one])]
    return Today(
        enrollment=enrollment,
        part_of_day=part_of_day(at, enrollment.zone),
        coming=_coming(enrollment, next_one, at),
        received=checkin_wording.received_words(day, enrollment.zone) if day else "",
        promise=checkin_wording.promise_of(day),
        replies=unread_replies(user, at),
        moment=moment if moment and is_asked_again(moment, at) else None,
        news=plan_news(enrollment.newest_plan, at),
        hours=_hours(week),
        twice=checkin_wording.twice_words(
            enrollment.twice_on, enrollment.client_day(at)
        ),
        rides=_rides(enrollment, next_one),
        called_off=_called_off(week, at),
        kept=kept_for(enrollment, at) if enrollment.has_offer else None,
        looks_back=_looks_back(enrollment, at),
        question=shown_on_today(questions_of(enrollment, ahead, at)),
    )


def _looks_back(enrollment: Enrollment, at: datetime) -> bool:
    """Whether a weekly review is open and not answered."""
    today = enrollment.client_day(at)
    placed_on, day = enrollment.last_placed_on, enrollment.last_review_day
    if not enrollment.last_is_read:
        # Nobody would read it.
        return False
    if placed_on is None or placed_on > today:
        # Other days are agreed from later on: the ones before still hold.
        day = review_day(enrollment, today)
    elif day is None:
        day = min(enrollment.last_weekdays, default=enrollment.started_on.weekday())
    return is_open_on(enrollment, today, day, enrollment.reviewed_on)


def _week(enrollment: Enrollment, at: datetime) -> list[GroupSession]:
    today = enrollment.program.site.local_date(at)
    monday = today - timedelta(days=today.weekday())
    return week_sessions(enrollment, monday)


def _hours(week: list[GroupSession]) -> str:
    """Here and planned. Never worded as a debt."""
    attended, planned = hours_of(week)
    words = {"done": wording.hours(attended), "of": wording.hours(planned)}
    if not planned:
        return ""
    if not attended:
        return _("About %(of)s hours are planned this week") % words
    return _("%(done)s of about %(of)s hours this week") % words


def _next(
    enrollment: Enrollment, week: list[GroupSession], at: datetime
) -> GroupSession | None:
    ahead = (each for each in week if is_coming(each, at))
    # Beyond this week only when nothing is left in it.
    return next(ahead, None) or next_session(enrollment, at)


def _rides(enrollment: Enrollment, next_one: GroupSession | None) -> list[str]:
    if next_one is None:
        return []
    rides = rides_of(enrollment, next_one.local_on, next_one.local_on)
    site = enrollment.program.site
    return rides_by_session(rides, site).get(next_one.pk, [])


def _coming(
    enrollment: Enrollment, group_session: GroupSession | None, at: datetime
) -> Coming | None:
    if group_session is None:
        return None
    where = (wording.place(group_session), wording.leader(group_session))
    return Coming(
        group_session=group_session,
        title=f"{wording.day_words(group_session, at)} "
        f"{wording.clock(group_session.starts_at, group_session.site.zone)}",
        where=" · ".join(filter(None, where)),
        until=wording.until_words(group_session, at),
        own_clock=wording.own_clock(group_session, enrollment.zone),
        changes=wording.changes(group_session),
        may_tell=at < group_session.ends_at
        and getattr(group_session, "mark", None) is None,
        join_url=_join_url(group_session, at),
        uuid=uuid4(),
    )


def _join_url(group_session: GroupSession, at: datetime) -> str:
    opens = group_session.starts_at - VIDEO_OPENS
    is_open = group_session.telehealth and opens <= at < group_session.ends_at
    return group_session.join_url if is_open else ""


def _called_off(week: list[GroupSession], at: datetime) -> list[str]:
    """Said where people look first: nobody should find a shut door."""
    words = []
    for each in week:
        ahead = (each.local_on - each.site.local_date(at)).days
        if each.is_cancelled and each.ends_at > at and ahead in (0, 1):
            when = f"{wording.day_words(each, at)} {wording.span(each)}"
            words.append(" ".join([f"{when}:", *wording.changes(each)]))
    return words


def lines_by_site(user) -> list[tuple[Site, list[SiteLine]]]:
    """Whom to call, the signed-in person's own site first.

    A visitor sees the organization this installation was made for.
    """
    enrollment = None
    if user.is_authenticated:
        organization_id = user.organization_id
        if user.is_client:
            enrollment = own_enrollment(user)
    else:
        organization_id = (
            Organization.objects.order_by("created_at")
            .values_list("pk", flat=True)
            .first()
        )
    lines = (
        SiteLine.objects.filter(site__organization=organization_id)
        .select_related("site")
        .order_by("site__name", "site", "position", "pk")
    )
    sites = groupby(lines, key=lambda line: line.site)
    own = enrollment.program.site if enrollment else None
    return sorted(
        ((site, list(group)) for site, group in sites), key=lambda pair: pair[0] != own
    )
