"""Where somebody is on the way, what is agreed to come, and what they asked for; in words."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from apps.care.models import Enrollment, LevelAsk, LevelOfCare, Placement
from apps.care.rules.wording import long_day
from apps.sessions import taper


@dataclass(frozen=True)
class Way:
    """Where somebody is, what usually comes, and about when it is looked at together."""

    level: LevelOfCare | None = None
    steps: list[taper.Step] = field(default_factory=list)
    look_again_on: date | None = None
    # The change that is agreed: from when, and what is different then.
    coming: str = ""

    @property
    def look_again(self) -> str:
        if self.look_again_on is None:
            return ""
        return date_format(self.look_again_on, "MONTH_DAY_FORMAT")


def way_of(enrollment: Enrollment, at: datetime) -> Way:
    today = enrollment.program.site.local_date(at)
    placements = placements_of(enrollment)
    now = enrollment.placement_on(today)
    if now is None:
        return Way()
    levels = LevelOfCare.objects.filter(organization=enrollment.organization_id)
    planned = next((each for each in placements if each.from_on > today), None)
    return Way(
        level=now.level,
        steps=taper.path(
            [_stay(placement) for placement in placements],
            [_rule(level) for level in levels],
            today,
        ),
        look_again_on=taper.look_again_on(_stay(now), _rule(now.level), today),
        coming=change_words(now, planned, today) if planned and planned != now else "",
    )


def placements_of(enrollment: Enrollment) -> list[Placement]:
    """All of an episode in order, each with its level and place; read once."""
    placements = Placement.objects.select_related("level", "program__site")
    prefetch_related_objects([enrollment], Prefetch("placements", placements))
    return sorted(enrollment.placements.all(), key=lambda each: each.from_on)


def change_words(before: Placement, after: Placement, today: date) -> str:
    """ "From Monday: 3 days a week." """
    said = [
        _("From %(day)s: %(days)s.")
        % {"day": day_words(after.from_on, today), "days": days_words(after)}
    ]
    if after.program.site_id != before.program.site_id:
        said.append(_("In %(site)s.") % {"site": after.program.site.name})
    elif after.program_id != before.program_id:
        said.append(_("With %(group)s.") % {"group": after.program.name})
    return " ".join(said)


def days_words(placement: Placement) -> str:
    """How many, and which: "3 days a week, Mon, Wed and Fri"."""
    number = placement.days_per_week
    count = ngettext("%(n)s day a week", "%(n)s days a week", number) % {"n": number}
    return f"{count} ({weekday_words(placement.weekdays)})"


def weekday_words(weekdays: Iterable[int]) -> str:
    # 2024 began on a Monday.
    return ", ".join(
        date_format(date(2024, 1, 1 + day), "D") for day in sorted(weekdays)
    )


def day_words(day: date, today: date) -> str:
    """The weekday alone within a week, with its date after that."""
    # Inside a sentence: Spanish writes it small, which the format for dates does not.
    named = long_day(day, get_language() or "en")
    if 0 <= (day - today).days < 7:
        return named
    return f"{named}, {date_format(day, 'MONTH_DAY_FORMAT')}"


def _rule(level: LevelOfCare) -> taper.Level:
    return taper.Level(
        level.position,
        level.days_min,
        level.days_max,
        level.usual_weeks,
        level.review_weeks,
    )


def _stay(placement: Placement) -> taper.Stay:
    return taper.Stay(
        placement.level.position, placement.days_per_week, placement.from_on
    )


@dataclass(frozen=True)
class Asked:
    """The newest "more or less support", and what became of it."""

    ask: LevelAsk
    is_open: bool
    words: str


def ask_words(enrollment: Enrollment, at: datetime) -> Asked | None:
    ask = (
        enrollment.level_asks.select_related("task__assignee", "task__done_by")
        .order_by("-asked_at", "-pk")
        .first()
    )
    if ask is None:
        return None
    zone = enrollment.program.site.zone
    asked = {"day": _day(ask.asked_at, zone)}
    if ask.task.done_at is None:
        words = _("You asked on %(day)s.") % asked
        return Asked(ask, True, f"{words} {promise(ask, at, zone)}")
    answered = {"name": ask.task.done_by.name if ask.task.done_by else _("Your team")}
    words = _("You asked on %(day)s. %(name)s answered.") % {**asked, **answered}
    return Asked(ask, False, words)


def promise(ask: LevelAsk, at: datetime, zone: ZoneInfo) -> str:
    """Who answers and by when: only what is staffed, and no day that is over."""
    name, due = ask.task.assignee.name, ask.task.due_at
    if due <= at or due <= ask.asked_at:
        return _("%(name)s will talk with you about it.") % {"name": name}
    day = day_words(due.astimezone(zone).date(), at.astimezone(zone).date())
    return _("%(name)s will talk with you about it by %(day)s.") % {
        "name": name,
        "day": day,
    }


def _day(moment: datetime, zone: ZoneInfo) -> str:
    return capfirst(date_format(moment.astimezone(zone).date(), "MONTH_DAY_FORMAT"))
