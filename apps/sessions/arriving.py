"""What a client is asked about coming, what becomes of the answer, and their rides."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.db.models import DateField, Q, UUIDField
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from apps.care.models import Enrollment, Site
from apps.common.prepared import prepared
from apps.sessions import wording
from apps.sessions.hours import WEEK, monday_of
from apps.sessions.models import Barrier, GroupSession, Ride

About, Answer = Barrier.About, Barrier.Answer
DAY = timedelta(days=1)
A_WEEK_AHEAD = 6


@dataclass(frozen=True)
class Question:
    """One question with a button for each answer; ``said`` once it was answered."""

    about: str
    on: date
    title: str
    choices: list[tuple[str, str]]
    uuid: UUID
    answer: str
    said: list[str]

    # Answered, and nothing is left to say about it but that it can be changed.
    is_put_away: bool = False

    @property
    def is_open(self) -> bool:
        return not self.answer


@prepared(enrollment=UUIDField(), first=DateField(), last=DateField())
def _rides(enrollment, first, last):
    return (
        Ride.objects.booked()
        .filter(enrollment=enrollment, on__gte=first, on__lte=last)
        .select_related("booked_by")
        .order_by("picks_up_at", "pk")
    )


def rides_of(enrollment: Enrollment, first: date, last: date) -> list[Ride]:
    """Booked for these days, in order, each with who booked it."""
    rides = _rides(enrollment=enrollment.pk, first=first, last=last)
    for ride in rides:
        # Whose key its words were sealed with.
        ride.enrollment = enrollment
    return rides


def ride_words(ride: Ride, site: Site) -> str:
    """ "Ride 8:20 am, booked by Pat. Blue van." """
    said = _("Ride %(time)s, booked by %(name)s.") % {
        "time": wording.clock(ride.picks_up_at, site.zone),
        "name": ride.booked_by.name,
    }
    return f"{said} {ride.words}" if ride.words else said


def rides_by_session(rides: Iterable[Ride], site: Site) -> dict[UUID | None, list[str]]:
    words: dict[UUID | None, list[str]] = {}
    for ride in rides:
        words.setdefault(ride.group_session_id, []).append(ride_words(ride, site))
    return words


def questions_of(
    enrollment: Enrollment, ahead: Iterable[GroupSession], at: datetime
) -> list[Question]:
    """What to ask now, one thing at a time, and what was answered and still stands.

    ``ahead`` are times somebody is expected at, of this week or further on. The day before
    asks about the next day, the first look of a week how they will get here.
    """
    if enrollment.state != Enrollment.State.ACTIVE:
        return []
    days = {s.local_on for s in ahead if s.starts_at > at and not s.is_cancelled}
    if not days:
        return []
    site = enrollment.program.site
    today = site.local_date(at)
    monday = monday_of(today)
    given = _given(enrollment, today)
    found = []
    if today + DAY in days:
        found.append(_day(today + DAY, given.get((About.DAY, today + DAY)), site, at))
    if today in days and (standing := given.get((About.DAY, today))):
        found.append(_day(today, standing, site, at))
    if min(days) < monday + WEEK:
        found.append(_week(monday, given.get((About.WEEK, monday)), site, at))
    first = next((question for question in found if question.is_open), None)
    return [each for each in found if not each.is_open or each is first]


def shown_on_today(questions: Iterable[Question]) -> Question | None:
    """One card at most. Somebody seeing to tomorrow stands before a question of the week."""
    return next((each for each in questions if not each.is_put_away), None)


@prepared(
    enrollment=UUIDField(),
    today=DateField(),
    tomorrow=DateField(),
    monday=DateField(),
)
def _barriers(enrollment, today, tomorrow, monday):
    return Barrier.objects.filter(
        Q(about=About.DAY, on=today)
        | Q(about=About.DAY, on=tomorrow)
        | Q(about=About.WEEK, on=monday),
        enrollment=enrollment,
    ).select_related("task__assignee")


def _given(enrollment: Enrollment, today: date) -> dict[tuple[str, date], Barrier]:
    rows = _barriers(
        enrollment=enrollment.pk,
        today=today,
        tomorrow=today + DAY,
        monday=monday_of(today),
    )
    for row in rows:
        row.enrollment = enrollment
    return {(row.about, row.on): row for row in rows}


def _day(on: date, given: Barrier | None, site: Site, at: datetime) -> Question:
    title = _("What is in the way of tomorrow?")
    if on == site.local_date(at):
        title = _("What is in the way of today?")
    choices = [(value, str(label)) for value, label in Answer.choices]
    return _question(About.DAY, on, title, choices, given, site, at)


def _week(on: date, given: Barrier | None, site: Site, at: datetime) -> Question:
    choices = [
        (Answer.FINE.value, _("I'm set")),
        (Answer.RIDE.value, _("I need a ride")),
        (Answer.OTHER.value, _("Not sure yet")),
    ]
    title = _("How will you get here this week?")
    return _question(About.WEEK, on, title, choices, given, site, at)


def _question(about, on, title, choices, given, site, at) -> Question:
    said = []
    if given is not None:
        said = [_("You said: %(answer)s.") % {"answer": dict(choices)[given.answer]}]
        said += _promise(given, site, at)
    return Question(
        about=about,
        on=on,
        title=title,
        choices=choices,
        uuid=uuid4(),
        answer=given.answer if given else "",
        said=said,
        is_put_away=given is not None and _is_put_away(given),
    )


def _is_put_away(given: Barrier) -> bool:
    is_seen_to = given.task is None or given.task.done_at is not None
    return given.answer == Answer.FINE or (given.about == About.WEEK and is_seen_to)


def _promise(given: Barrier, site: Site, at: datetime) -> list[str]:
    """Who sees to it and by when: only what is staffed, as for a call that was asked for."""
    task = given.task
    if task is None or given.answer == Answer.FINE:
        return []
    words = {"name": task.assignee.name}
    if task.done_at is not None:
        return [_("%(name)s saw to it.") % words]
    by = task.due_at.astimezone(site.zone)
    ahead = (by.date() - site.local_date(at)).days
    if not site.staffed_hours or ahead < 0 or task.due_at <= at:
        # What was promised and is late is not promised anew.
        return [_("%(name)s knows.") % words]
    words["time"] = time_format(by.time(), "TIME_FORMAT")
    words["day"] = date_format(by.date(), "l" if ahead <= A_WEEK_AHEAD else "l, F j")
    if ahead == 0:
        said = _("%(name)s will be in touch by %(time)s today.") % words
    elif ahead == 1:
        said = _("%(name)s will be in touch by %(time)s tomorrow.") % words
    else:
        said = _("%(name)s will be in touch by %(time)s on %(day)s.") % words
    if given.about == About.DAY and by.date() >= given.on:
        return [said, _("If that is too late, the numbers under Help are yours.")]
    return [said]
