"""What somebody's own days and hard moments show: true counts, and nothing more.

A day without an answer is no number, never a zero. What was counted fewer than three times
is shown as it is and never made into a claim. Nothing here reads whether somebody used.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

WEEK, SHORT, LONG = 7, 14, 90
# Fewer than this is what happened, not what usually happens.
ENOUGH = 3
CLEARLY = 1.5
# With more than two at the top, none of them stands out.
MOST_AT_THE_TOP = 2
NOTHING_YET = "cop.none_yet"

A_MONDAY = date(2024, 1, 1)

Pair = tuple[str, str]


class Band(StrEnum):
    MORNING = "MORNING"
    AFTERNOON = "AFTERNOON"
    EVENING = "EVENING"
    NIGHT = "NIGHT"
    # A check-in knows the day and not the hour.
    THAT_DAY = "THAT_DAY"


CLOCK_BANDS = (Band.MORNING, Band.AFTERNOON, Band.EVENING, Band.NIGHT)
BEGINS = {4: Band.MORNING, 12: Band.AFTERNOON, 17: Band.EVENING, 22: Band.NIGHT}


def band_of(hour: int) -> Band:
    """A day begins at four, so one in the night belongs to the evening before."""
    begun = [band for begins, band in BEGINS.items() if begins <= hour]
    return begun[-1] if begun else Band.NIGHT


@dataclass(frozen=True)
class DayFact:
    """A check-in of one day. ``since`` is what "since this time yesterday" reaches back to."""

    on: date
    since: datetime
    until: datetime
    craving: int | None = None
    causes: frozenset[str] = frozenset()
    helped: frozenset[str] = frozenset()


@dataclass(frozen=True)
class MomentFact:
    """A hard moment. ``hour`` is that of the wall clock where it happened."""

    on: date
    at: datetime
    hour: int
    before: int
    after: int | None = None
    cause: str = ""
    tool: str = ""
    said_helped: frozenset[str] = frozenset()

    @property
    def causes(self) -> frozenset[str]:
        return frozenset({self.cause} - {""})

    @property
    def eased(self) -> bool:
        return self.after is not None and self.after < self.before

    @property
    def helped(self) -> frozenset[str]:
        """What they said helped, and what they did where the urge was lower afterwards."""
        done = {self.tool} if self.eased else set()
        return self.said_helped | frozenset(done - {"", NOTHING_YET})


@dataclass(frozen=True)
class Occasion:
    """One time that something came up or something helped, counted once."""

    on: date
    band: Band
    causes: frozenset[str]
    helped: frozenset[str]
    pairs: frozenset[Pair]


def occasions(days: Iterable[DayFact], moments: Iterable[MomentFact]) -> list[Occasion]:
    """Hard moments, and what the check-ins tell beyond them."""
    moments = list(moments)
    return [_of_moment(moment) for moment in moments] + [
        _of_day(day, [moment for moment in moments if _is_about(day, moment)])
        for day in days
    ]


def _of_moment(moment: MomentFact) -> Occasion:
    return Occasion(
        on=moment.on,
        band=band_of(moment.hour),
        causes=moment.causes,
        helped=moment.helped,
        pairs=_pairs(moment.causes, moment.helped),
    )


def _of_day(day: DayFact, told: list[MomentFact]) -> Occasion:
    """What was told by a hard moment already is the same thing, not a second one."""
    return Occasion(
        on=day.on,
        band=Band.THAT_DAY,
        causes=day.causes.difference(*(moment.causes for moment in told)),
        helped=day.helped.difference(*(moment.helped for moment in told)),
        pairs=_pairs(day.causes, day.helped).difference(
            *(_pairs(moment.causes, moment.helped) for moment in told)
        ),
    )


def _is_about(day: DayFact, moment: MomentFact) -> bool:
    return day.on == moment.on or day.since <= moment.at <= day.until


def _pairs(causes: Iterable[str], helped: Iterable[str]) -> frozenset[Pair]:
    return frozenset((cause, skill) for cause in causes for skill in helped)


# -- The craving ------------------------------------------------------------------------


@dataclass(frozen=True)
class Numbers:
    """The strongest urge of each day that has one, within some days."""

    count: int = 0
    low: int | None = None
    high: int | None = None
    mean: float | None = None

    @property
    def are_enough(self) -> bool:
        return self.count >= ENOUGH

    @property
    def about(self) -> int | None:
        """The mean as it is said. Half a step is said as the next one up."""
        return None if self.mean is None else int(self.mean + 0.5)


def numbers(days: Iterable[DayFact], last: date, length: int) -> Numbers:
    """Of the ``length`` days that end with ``last``."""
    first = last - timedelta(days=length - 1)
    said = [
        day.craving
        for day in days
        if day.craving is not None and first <= day.on <= last
    ]
    if not said:
        return Numbers()
    return Numbers(len(said), min(said), max(said), sum(said) / len(said))


@dataclass(frozen=True)
class SevenDays:
    first: date
    last: date
    numbers: Numbers


def by_seven_days(days: Iterable[DayFact], last: date, length: int) -> list[SevenDays]:
    """Oldest first; seven days nobody said a number on are not there."""
    days = list(days)
    ends = [last - timedelta(days=back) for back in range(0, length, WEEK)]
    stretches = []
    for end in reversed(ends):
        # The oldest one may be shorter.
        reach = min(WEEK, length - (last - end).days)
        of_these = numbers(days, end, reach)
        if of_these.count:
            first = end - timedelta(days=reach - 1)
            stretches.append(SevenDays(first, end, of_these))
    return stretches


# -- What sets it off, and when ------------------------------------------------------------


@dataclass(frozen=True)
class Often:
    """Something that was counted, and the weekday it was most often on, if one stands out."""

    code: str
    times: int
    weekday: int | None = None


@dataclass(frozen=True)
class Heat:
    """How many times, by weekday (Monday is 0) and part of the day."""

    times: Mapping[tuple[int, Band], int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.times.values())

    @property
    def peak(self) -> tuple[int, Band] | None:
        """The hour and weekday that stand out, or the weekday alone."""
        timed = Counter(
            {key: n for key, n in self.times.items() if key[1] is not Band.THAT_DAY}
        )
        if key := _alone_at_the_top(timed):
            return key
        weekday = _alone_at_the_top(self.by_weekday)
        return None if weekday is None else (weekday, Band.THAT_DAY)

    @property
    def by_weekday(self) -> Counter[int]:
        by_weekday: Counter[int] = Counter()
        for (weekday, _), times in self.times.items():
            by_weekday[weekday] += times
        return by_weekday


def heat(told: Iterable[Occasion]) -> Heat:
    return Heat(Counter((each.on.weekday(), each.band) for each in told if each.causes))


def causes(told: Iterable[Occasion]) -> list[Often]:
    """Most often first; the same for any order they come in."""
    on: dict[str, Counter[int]] = {}
    for each in told:
        for code in each.causes:
            on.setdefault(code, Counter())[each.on.weekday()] += 1
    often = [
        Often(code, weekdays.total(), _alone_at_the_top(weekdays))
        for code, weekdays in on.items()
    ]
    return sorted(often, key=lambda each: (-each.times, each.code))


def _alone_at_the_top[Key](counted: Counter[Key]) -> Key | None:
    """What was counted most, when it was often enough and clearly more than the next.

    Somebody who checks in every day has a weekday with one more by chance.
    """
    top = counted.most_common(2)
    if not top or top[0][1] < ENOUGH:
        return None
    if len(top) > 1 and top[0][1] < CLEARLY * top[1][1]:
        return None
    return top[0][0]


# -- What helped ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Help:
    """A skill beside what set it off. ``eased`` of ``rated`` hard moments were looked at."""

    cause: str
    skill: str
    times: int
    eased: int = 0
    rated: int = 0

    @property
    def rated_enough(self) -> bool:
        return self.rated >= ENOUGH


def helps(told: Iterable[Occasion], moments: Iterable[MomentFact]) -> list[Help]:
    """Most often first; the same for any order they come in."""
    times = Counter(pair for each in told for pair in each.pairs)
    looked_at = [moment for moment in moments if moment.after is not None]
    rated = Counter((moment.cause, moment.tool) for moment in looked_at)
    eased = Counter((moment.cause, moment.tool) for moment in looked_at if moment.eased)
    found = [
        Help(cause, skill, count, eased[cause, skill], rated[cause, skill])
        for (cause, skill), count in times.items()
    ]
    return sorted(found, key=lambda each: (-each.times, each.cause, each.skill))


def skills(told: Iterable[Occasion]) -> list[Often]:
    counted = Counter(code for each in told for code in each.helped)
    often = [Often(code, times) for code, times in counted.items()]
    return sorted(often, key=lambda each: (-each.times, each.code))


# -- The last seven days ------------------------------------------------------------------


@dataclass(frozen=True)
class LastSeven:
    """The seven days that end today, for three sentences. ``days`` were checked in on."""

    days: int
    moments: int
    numbers: Numbers
    before: Numbers
    causes: tuple[Often, ...] = ()
    skills: tuple[Often, ...] = ()


def last_seven(
    days: Iterable[DayFact], moments: Iterable[MomentFact], today: date
) -> LastSeven:
    days = list(days)
    first = today - timedelta(days=WEEK - 1)
    these = [day for day in days if first <= day.on <= today]
    hard = [moment for moment in moments if first <= moment.on <= today]
    told = occasions(these, hard)
    return LastSeven(
        days=len({day.on for day in these}),
        moments=len(hard),
        numbers=numbers(days, today, WEEK),
        before=numbers(days, first - timedelta(days=1), WEEK),
        causes=tuple(causes(told)),
        skills=tuple(skills(told)),
    )


def at_the_top(counted: Iterable[Often]) -> list[Often]:
    """What stands out: counted often enough, and at most two of them equally often."""
    enough = [each for each in counted if each.times >= ENOUGH]
    most = max((each.times for each in enough), default=0)
    top = sorted((each for each in enough if each.times == most), key=lambda e: e.code)
    return top if len(top) <= MOST_AT_THE_TOP else []
