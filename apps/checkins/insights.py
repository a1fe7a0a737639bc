"""What a client's days and hard moments show: read for the client, the desk and the API.

Everything is derived when it is read, from 90 days at most. Whose days they are is decided
by who asks: the querysets come in with their scope.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.models import User
from apps.care import vocabulary
from apps.care.models import Enrollment
from apps.care.rules import insights as rules
from apps.care.rules.insight_sentences import BANDS, peak_sentence, three_sentences
from apps.care.rules.insights import Band
from apps.care.rules.wording import short_day
from apps.checkins.models import CheckinDay, Moment
from apps.common import pictures
from apps.common.days import local_day

LENGTHS = (rules.SHORT, rules.LONG)
A_DAY = timedelta(hours=24)
# What is listed before "All of it".
MOST_LISTED = 5
BEGINS = {band: time(hour) for hour, band in rules.BEGINS.items()}


@dataclass(frozen=True)
class Facts:
    """One person's, for as many days as anything here looks back."""

    days: list[rules.DayFact]
    moments: list[rules.MomentFact]
    today: date

    def within(self, length: int) -> "Facts":
        first = self.today - timedelta(days=length - 1)
        return replace(
            self,
            days=[day for day in self.days if first <= day.on <= self.today],
            moments=[each for each in self.moments if first <= each.on <= self.today],
        )


@dataclass(frozen=True)
class Cause:
    code: str
    label: str
    times: int
    # Empty where no weekday stands out.
    weekday: str


@dataclass(frozen=True)
class Helped:
    cause_code: str
    skill_code: str
    cause: str
    skill: str
    times: int
    # How hard moments were when they were looked at again; empty where too few were.
    looked_again: str


@dataclass(frozen=True)
class Skill:
    """What helped often enough to say so, and what it helped with often enough."""

    code: str
    label: str
    times: int
    helped_with: list[Helped]


@dataclass(frozen=True)
class HeatRow:
    label: str
    # Empty where the hour is not known.
    begins: time | None
    counts: list[int]


@dataclass(frozen=True)
class HeatTimes:
    weekday: int
    band: Band
    times: int


@dataclass(frozen=True)
class Insights:
    length: int
    sentences: list[str]
    numbers: rules.Numbers
    cravings: list[rules.DayFact]
    stretches: list[rules.SevenDays]
    picture: pictures.Picture
    times: list[HeatTimes]
    heat: pictures.HeatPicture
    peak: str
    weekdays: list[str]
    heat_rows: list[HeatRow]
    causes: list[Cause]
    skills: list[Skill]
    helped: list[Helped]

    @property
    def is_empty(self) -> bool:
        return not (self.cravings or self.heat.squares or self.helped)


def latest_of(user: User) -> Enrollment | None:
    """The episode whose zone and own words count, running or over."""
    return (
        Enrollment.objects.of_client(user)
        .select_related("client", "program__site")
        .order_by("-started_on", "-pk")
        .first()
    )


def facts_of(
    days: QuerySet[CheckinDay],
    moments: QuerySet[Moment],
    *,
    today: date,
    zone: ZoneInfo,
    length: int = rules.LONG,
) -> Facts:
    """Two reads. The sentences look back 14 days, whatever the pictures do."""
    since = today - timedelta(days=max(length, rules.SHORT) - 1)
    within = {"local_on__gte": since, "local_on__lte": today}
    columns = ("client", "local_on", "last_at", "craving", "answers")
    return Facts(
        days=[_day_fact(day, zone) for day in days.filter(**within).only(*columns)],
        moments=[_moment_fact(moment, zone) for moment in moments.filter(**within)],
        today=today,
    )


def _day_fact(day: CheckinDay, zone: ZoneInfo) -> rules.DayFact:
    # Said on another day, it is about that day alone.
    said_then = local_day(day.last_at, zone) == day.local_on
    return rules.DayFact(
        on=day.local_on,
        since=day.last_at - A_DAY if said_then else day.last_at,
        until=day.last_at,
        craving=day.craving,
        causes=frozenset(day.answers.get("triggers") or ()),
        helped=frozenset(day.answers.get("coping_used") or ()) - {rules.NOTHING_YET},
    )


def _moment_fact(moment: Moment, zone: ZoneInfo) -> rules.MomentFact:
    details = moment.details
    named = details.get("helped") or ()
    return rules.MomentFact(
        on=moment.local_on,
        at=moment.occurred_at,
        hour=moment.occurred_at.astimezone(zone).hour,
        before=moment.craving,
        after=moment.craving_after,
        cause=details.get("trigger") or details.get("sign") or "",
        tool=details.get("tool") or "",
        said_helped=frozenset([named] if isinstance(named, str) else named)
        - {rules.NOTHING_YET},
    )


def shown_up(days: QuerySet[CheckinDay], moments: QuerySet[Moment]) -> int:
    """Days with anything said, since the first one. Nothing takes one away again."""
    said = days.order_by().values("local_on")
    return said.union(moments.order_by().values("local_on")).count()


def insights_of(
    facts: Facts, *, length: int, language: str, own: vocabulary.Own
) -> Insights:
    of_length = facts.within(length)
    told = rules.occasions(of_length.days, of_length.moments)
    heat = rules.heat(told)
    bands = _bands(heat)
    label = partial(vocabulary.label, language=language, own=own)
    cravings = sorted(
        (day for day in of_length.days if day.craving is not None),
        key=lambda day: day.on,
    )
    stretches = rules.by_seven_days(cravings, facts.today, length)
    weekdays = [
        short_day(rules.A_MONDAY + timedelta(days=n), language)
        for n in range(rules.WEEK)
    ]
    helped = [_helped(each, label) for each in rules.helps(told, of_length.moments)]
    return Insights(
        length=length,
        sentences=sentences_of(facts, label, language),
        numbers=rules.numbers(cravings, facts.today, length),
        cravings=cravings,
        stretches=stretches,
        picture=_picture(cravings, stretches, facts.today, length),
        times=[HeatTimes(*key, count) for key, count in sorted(heat.times.items())],
        heat=pictures.draw_heat(
            heat.times,
            columns=weekdays,
            rows=[(band, BANDS[band].in_language(language)) for band in bands],
            open_rows=(Band.THAT_DAY,),
        ),
        peak=peak_sentence(heat, language),
        weekdays=weekdays,
        heat_rows=[_heat_row(band, heat, language) for band in bands],
        causes=[_cause(each, label) for each in rules.causes(told)],
        skills=[_skill(each, helped, label) for each in _often(rules.skills(told))],
        helped=helped,
    )


def sentences_of(facts: Facts, label: Callable[[str], str], language: str) -> list[str]:
    week = rules.last_seven(facts.days, facts.moments, facts.today)
    return three_sentences(week, label, language)


def _bands(heat: rules.Heat) -> list[Band]:
    """Without a hard moment no hour is known: "evening: none" would say too much."""
    found = {band for _, band in heat.times}
    timed = rules.CLOCK_BANDS if found.intersection(rules.CLOCK_BANDS) else ()
    return [*timed, *(band for band in (Band.THAT_DAY,) if band in found)]


def _heat_row(band: Band, heat: rules.Heat, language: str) -> HeatRow:
    counts = [heat.times.get((weekday, band), 0) for weekday in range(rules.WEEK)]
    return HeatRow(BANDS[band].in_language(language), BEGINS.get(band), counts)


def _picture(
    cravings: list[rules.DayFact],
    stretches: list[rules.SevenDays],
    today: date,
    length: int,
) -> pictures.Picture:
    """Day by day; in 90 days a line through what each seven days were on average."""
    averages = [
        (each.first, each.last, each.numbers.mean)
        for each in stretches
        if each.numbers.are_enough
    ]
    return pictures.draw(
        {day.on: day.craving for day in cravings},
        last=today,
        days=length,
        averages=averages if length == rules.LONG else None,
    )


def _cause(often: rules.Often, label: Callable[[str], str]) -> Cause:
    weekday = often.weekday
    return Cause(
        code=often.code,
        label=label(often.code),
        times=often.times,
        weekday=""
        if weekday is None
        else date_format(rules.A_MONDAY + timedelta(days=weekday), "l"),
    )


def _often(counted: list[rules.Often]) -> list[rules.Often]:
    return [each for each in counted if each.times >= rules.ENOUGH][:MOST_LISTED]


def _skill(
    often: rules.Often, helped: list[Helped], label: Callable[[str], str]
) -> Skill:
    return Skill(
        code=often.code,
        label=label(often.code),
        times=often.times,
        helped_with=[
            each
            for each in helped
            if each.skill_code == often.code and each.times >= rules.ENOUGH
        ][:MOST_LISTED],
    )


def _helped(helps: rules.Help, label: Callable[[str], str]) -> Helped:
    return Helped(
        cause_code=helps.cause,
        skill_code=helps.skill,
        cause=label(helps.cause),
        skill=label(helps.skill),
        times=helps.times,
        looked_again=_looked_again(helps) if helps.rated_enough else "",
    )


def _looked_again(helps: rules.Help) -> str:
    return ngettext(
        "Looked at again %(rated)s times, it was lower %(eased)s time.",
        "Looked at again %(rated)s times, it was lower %(eased)s times.",
        helps.eased,
    ) % {"rated": helps.rated, "eased": helps.eased}


def shown_up_words(count: int) -> str:
    return ngettext(
        "You have been here on %(count)s day so far.",
        "You have been here on %(count)s days so far.",
        count,
    ) % {"count": count}


def numbers_words(numbers: rules.Numbers) -> str:
    """The picture in one sentence, where there are enough days for one."""
    if not numbers.are_enough:
        return ""
    if numbers.low == numbers.high:
        return _("On %(count)s days with a number: %(low)s each time.") % {
            "count": numbers.count,
            "low": numbers.low,
        }
    return _(
        "On %(count)s days with a number: from %(low)s to %(high)s, about %(about)s on "
        "average."
    ) % {
        "count": numbers.count,
        "low": numbers.low,
        "high": numbers.high,
        "about": numbers.about,
    }
