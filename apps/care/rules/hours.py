"""The hours a site is staffed, and what may be promised inside them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from apps.care.rules.wording import Text, long_day, said_clock
from apps.common.days import wall_to_utc

# A request that comes later than this before closing is answered the next work day.
CALL_NEEDS = timedelta(hours=1)
NEXT_MORNING = timedelta(hours=1)
LAST_CALL_OF_THE_DAY = time(16)

TODAY_BY = Text("today by {time}", "hoy antes de las {time}")
DAY_BY = Text("{day} by {time}", "el {day} antes de las {time}")


@dataclass(frozen=True)
class StaffedHours:
    """When somebody reads the queue. A site without any hour has no work days at all."""

    tz: ZoneInfo
    weekly: Mapping[int, tuple[time, time]]
    holidays: frozenset[date] = field(default_factory=frozenset)

    @classmethod
    def of(
        cls,
        tz: ZoneInfo,
        weekly: Mapping[str, Iterable[str]],
        holidays: Iterable[str] = (),
    ) -> "StaffedHours":
        """From the stored form: ``{"0": ["09:00", "17:00"]}`` and ISO dates."""
        hours = {}
        for weekday, (opens, closes) in weekly.items():
            hours[int(weekday)] = (
                time.fromisoformat(opens),
                time.fromisoformat(closes),
            )
        return cls(tz, hours, frozenset(date.fromisoformat(day) for day in holidays))

    def bounds(self, day: date) -> tuple[datetime, datetime] | None:
        """Opening and closing of a work day, in UTC; None for any other day."""
        if day in self.holidays or day.weekday() not in self.weekly:
            return None
        return self._hours_of(day)

    def is_open(self, at: datetime) -> bool:
        hours = self.bounds(self._date(at))
        return hours is not None and hours[0] <= at < hours[1]

    def next_work_day(self, after: date) -> date:
        """The first work day later than ``after``.

        :raises ValueError: when the site has no work day in two months.
        """
        for ahead in range(1, 62):
            day = after + timedelta(days=ahead)
            if self.bounds(day):
                return day
        raise ValueError("A site needs staffed hours before anything can be due.")

    def work_days_between(self, start: date, end: date) -> int:
        """Work days after ``start`` up to and including ``end``."""
        span = range(1, (end - start).days + 1)
        return sum(self.bounds(start + timedelta(days=n)) is not None for n in span)

    def after_work_days(self, at: datetime, count: int) -> datetime:
        """``count`` work days after ``at``.

        Inside hours that is the same time on a later work day; outside hours the count
        begins with the next opening and ends at a closing.
        """
        day = self._date(at)
        hours = self.bounds(day)
        inside = self.is_open(at)
        ahead = count if inside else count - 1
        if not inside and not (hours and at < hours[0]):
            day = self.next_work_day(day)
        for _ in range(ahead):
            day = self.next_work_day(day)
        opens, closes = self._hours_of(day)
        if not inside:
            return closes
        same_time = wall_to_utc(day, at.astimezone(self.tz).time(), self.tz)
        return min(max(same_time, opens), closes)

    def call_by(self, at: datetime) -> datetime:
        """When somebody who asks now for a call has it for sure.

        The same work day until 16:00, then an hour after the next opening.
        """
        day = self._date(at)
        hours = self.bounds(day)
        if hours and at < min(
            wall_to_utc(day, LAST_CALL_OF_THE_DAY, self.tz), hours[1] - CALL_NEEDS
        ):
            return hours[1]
        return self._hours_of(self.next_work_day(day))[0] + NEXT_MORNING

    def call_window(self, at: datetime, language: str) -> str:
        """``today by 17:00`` or ``Monday by 10:00``: only what is staffed."""
        by = self.call_by(at).astimezone(self.tz)
        if by.date() == self._date(at):
            return TODAY_BY.filled(language, time=said_clock(by, language))
        return DAY_BY.filled(
            language, day=long_day(by.date(), language), time=said_clock(by, language)
        )

    def _hours_of(self, day: date) -> tuple[datetime, datetime]:
        opens, closes = self.weekly[day.weekday()]
        return wall_to_utc(day, opens, self.tz), wall_to_utc(day, closes, self.tz)

    def _date(self, at: datetime) -> date:
        return at.astimezone(self.tz).date()
