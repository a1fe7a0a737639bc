"""What the rules would have said, day by day, about answers that were given already.

Each day is judged by what was known on it, as if nobody had looked at anything before, so
that no rule keeps still. One replay for a table of answers kept elsewhere and for a
program's own last month, so that both count the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from apps.care.rules.hours import StaffedHours
from apps.care.rules.triage_answers import ALL_KNOWN, after_checkin, after_moment
from apps.care.rules.triage_facts import ClientFacts, DayAnswers, MomentLog, Profile
from apps.care.rules.triage_limits import Limits
from apps.care.rules.triage_time import over_time
from apps.common.days import local_day

UTC_ZONE = ZoneInfo("UTC")
NOBODYS_HOURS = StaffedHours(UTC_ZONE, {})
A_DAY = timedelta(days=1)
NO_PROFILE = Profile()


@dataclass(frozen=True)
class Person:
    """One person's answers, as the rules read them."""

    days: Sequence[DayAnswers] = ()
    moments: Sequence[MomentLog] = ()
    profile: Profile = NO_PROFILE
    tz: ZoneInfo = UTC_ZONE


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def by_day(person: Person, limits: Limits) -> Iterator[tuple[date, set[str]]]:
    """Each answered day with the rules that its check-in fires."""
    known: list[DayAnswers] = []
    for said in sorted(person.days, key=lambda day: day.day):
        known = [day for day in known if (said.day - day.day).days <= ALL_KNOWN]
        facts = _facts(person, limits, said.at, known)
        yield said.day, {flag.rule for flag in after_checkin(facts, said)}
        known.append(said)


def findings(
    person: Person, limits: Limits, first: date, last: date
) -> set[tuple[date, str]]:
    """Which rule speaks up on which day from ``first`` to ``last``, each once a day."""
    found = {(day, rule) for day, rules in by_day(person, limits) for rule in rules}
    for log in person.moments:
        facts = replace(
            _facts(person, limits, log.at, ()),
            # What came after it was not known yet.
            moments=[other for other in person.moments if other.at < log.at],
        )
        day = local_day(log.at, person.tz)
        found |= {(day, flag.rule) for flag in after_moment(facts, log)}
    found |= set(_silences(person, limits, last))
    return {(day, rule) for day, rule in found if first <= day <= last}


def _silences(person: Person, limits: Limits, last: date) -> Iterator[tuple[date, str]]:
    """A silence speaks up once, on the first day on which it is long enough."""
    days = sorted({day.day for day in person.days})
    for day, following in pairwise([*days, last + A_DAY]):
        noticed = day + (limits.silent_days + 1) * A_DAY
        # On that day itself somebody may still have answered, hours later.
        if noticed > min(following, last):
            continue
        known = [each for each in person.days if each.day <= day]
        facts = _facts(person, limits, noon(noticed), known)
        if any(flag.rule == "R11" for flag in over_time(facts)):
            yield noticed, "R11"


def _facts(
    person: Person, limits: Limits, now: datetime, days: Sequence[DayAnswers]
) -> ClientFacts:
    return ClientFacts(
        now=now,
        tz=person.tz,
        hours=NOBODYS_HOURS,
        limits=limits,
        profile=person.profile,
        days=days,
    )
