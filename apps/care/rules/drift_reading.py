"""Reading the two clocks at one moment."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from apps.care.rules.drift_facts import (
    ATTENDED,
    CANCELLED,
    CONSECUTIVE,
    DAYS_NO_CONTACT,
    DAYS_SINCE_ATTENDED,
    EXCUSED,
    IN_7D,
    LEFT_EARLY,
    NEW_MISSED,
    NO_SHOW,
    STILL_OPEN,
    UNKNOWN,
    WATCH_MISSED,
    DriftDecision,
    DriftFacts,
    State,
    Subtype,
    Thresholds,
    Visit,
)
from apps.common.days import local_day

Evidence = dict[str, Any]

# Soft signals, and what they are measured on.
SLIP_DAYS_NO_CHECKIN = 3
USUAL_CHECKINS = 4
SLIP_LEFT_EARLY = 2
SLIP_EXCUSED = 4


class Reading:
    """The clocks at one moment, and what they mean."""

    def __init__(self, facts: DriftFacts, thresholds: Thresholds):
        self.facts = facts
        self.thresholds = thresholds
        self.today = local_day(facts.now, facts.tz)
        self.begins = self._clocks_begin()
        self.visits = sorted(
            (visit for visit in facts.visits if self._counts(visit)),
            key=lambda visit: visit.starts_at,
        )
        self.past = [visit for visit in self.visits if visit.starts_at <= facts.now]
        self.attended = [visit for visit in self.past if visit.status in ATTENDED]
        self.last_attended = self.attended[-1] if self.attended else None
        self.run = self._run()
        self.since = self._days_since_attended()
        self.silent = self._days_silent()

    def decision(self) -> DriftDecision:
        facts = self.facts
        if self._is_paused(self.today):
            return self._says(State.ENGAGED, "paused")
        is_open = facts.state in (State.DRIFTING, State.AWAY)
        if is_open and (back := self._came_back()):
            on = {"on": self._day(back).isoformat()}
            return self._says(State.RETURNED, "attended", on, returns=True)
        rule, evidence = self._opening_rule()
        if rule or (is_open and not self._was_corrected()):
            return self._says(
                self._how_far(),
                rule or STILL_OPEN,
                evidence,
                subtype=self._subtype(),
                opens=not is_open,
            )
        if facts.state == State.RETURNED and self._is_watched(self.today):
            return self._says(State.RETURNED, "watch")
        rule, evidence = self._slipping_rule()
        return self._says(State.SLIPPING if rule else State.ENGAGED, rule, evidence)

    def _says(
        self,
        state: State,
        rule: str = "",
        evidence: Evidence | None = None,
        **more: Any,
    ) -> DriftDecision:
        return DriftDecision(
            state,
            rule,
            evidence or {},
            missed_in_a_row=len(self.run),
            days_since_attended=self.since,
            days_silent=self.silent,
            **more,
        )

    # What the facts say.

    def _day(self, visit: Visit) -> date:
        return local_day(visit.starts_at, self.facts.tz)

    def _is_paused(self, day: date) -> bool:
        return any(
            begins <= day and (ends is None or day <= ends)
            for begins, ends in self.facts.pauses
        )

    def _clocks_begin(self) -> date:
        """Everybody begins anew on the first day, and after an agreed pause."""
        ended = [
            ends + timedelta(days=1)
            for _, ends in self.facts.pauses
            if ends is not None and ends < self.today
        ]
        return max([self.facts.started_on, *ended])

    def _counts(self, visit: Visit) -> bool:
        """Coming always counts; the rest only on days people are expected."""
        if visit.status in ATTENDED:
            return True
        day = self._day(visit)
        return (
            day >= self.begins
            and day not in self.facts.holidays
            and not self._is_paused(day)
        )

    def _known_until(self, after: datetime | None) -> date:
        """The last day before a session, later than ``after``, of unknown outcome."""
        unknown = (
            self._day(visit)
            for visit in self.visits
            if visit.status == UNKNOWN and (after is None or visit.starts_at > after)
        )
        first = min(unknown, default=None)
        if first is None or first > self.today:
            return self.today
        return first - timedelta(days=1)

    def _run(self) -> list[Visit]:
        """Sessions missed in a row. One of unknown outcome may have been attended."""
        run: list[Visit] = []
        for visit in self.past:
            if visit.status == NO_SHOW:
                run.append(visit)
            elif visit.status in ATTENDED or visit.status == UNKNOWN:
                run = []
        return run

    def _missed_since_attended(self) -> list[Visit]:
        after = self.last_attended
        return [
            visit
            for visit in self.past
            if visit.status == NO_SHOW
            and (after is None or visit.starts_at > after.starts_at)
        ]

    def _clock_days(self, after: date, until: date) -> int:
        """Days after ``after`` up to ``until``, without holidays."""
        days = (until - after).days
        return max(days, 0) - sum(after < day <= until for day in self.facts.holidays)

    def _days_since_attended(self) -> int:
        """Clock A. The days that led to an excused or cancelled session do not count."""
        last = self.last_attended
        here = max(self._day(last), self.begins) if last else self.begins
        known_until = self._known_until(last.starts_at if last else None)
        days = 0
        for visit in self.past:
            day = self._day(visit)
            if visit.status in ATTENDED or not here < day <= known_until:
                continue
            if visit.status == NO_SHOW:
                days += self._clock_days(here, day)
            here = day
        return days + self._clock_days(here, known_until)

    def _days_silent(self) -> int:
        """Clock C: days since anything at all came from them."""
        contacts = [self.last_attended.starts_at] if self.last_attended else []
        if self.facts.last_contact_at:
            contacts.append(self.facts.last_contact_at)
        last = max(contacts, default=None)
        here = max(local_day(last, self.facts.tz), self.begins) if last else self.begins
        known_until = self._known_until(last)
        cancelled = {
            self._day(visit) for visit in self.past if visit.status == CANCELLED
        }
        days = self._clock_days(here, known_until)
        return days - sum(here < day <= known_until for day in cancelled)

    # What it means.

    def _came_back(self) -> Visit | None:
        """The first session attended after what opened the episode."""
        opened_at = self.facts.opened_at
        missed = [
            visit.starts_at
            for visit in self.past
            if visit.status == NO_SHOW
            and (opened_at is None or visit.starts_at <= opened_at)
        ]
        after = opened_at
        if missed and self.facts.opened_by != DAYS_NO_CONTACT:
            # A roster may be closed late: the session counts, not the moment of closing.
            after = missed[-1]
        if after is None:
            return self.last_attended
        back = (visit for visit in self.attended if visit.starts_at > after)
        return next(back, None)

    def _was_corrected(self) -> bool:
        """Nothing is left of the misses that opened it."""
        by_silence = self.facts.opened_by in ("", DAYS_NO_CONTACT)
        return not by_silence and not self._missed_since_attended()

    def _how_far(self) -> State:
        # With nothing missed, only the silence tells how long.
        days = self.since if self._missed_since_attended() else self.silent
        is_away = _reaches(days, self.thresholds.away_days)
        return State.AWAY if is_away else State.DRIFTING

    def _subtype(self) -> Subtype:
        """Quiet means that only the sessions stopped."""
        contact, limit = (
            self.facts.last_contact_at,
            self.thresholds.open_days_no_contact,
        )
        missed = self._missed_since_attended()
        in_touch = contact and missed and contact > missed[0].starts_at
        still = limit is None or self.silent < limit
        return Subtype.QUIET if in_touch and still else Subtype.SILENT

    def _is_watched(self, day: date) -> bool:
        back = self.facts.returned_on
        return back is not None and (day - back).days < self.thresholds.watch_days

    def _in_a_row(self) -> tuple[str, int | None]:
        """The rule for misses in a row that holds for this person, and its number."""
        limits, missed = self.thresholds, self._day(self.run[-1])
        is_new = (missed - self.facts.started_on).days < limits.new_days
        if is_new and limits.new_open_consecutive is not None:
            return NEW_MISSED, limits.new_open_consecutive
        if self._is_watched(missed) and limits.watch_open_consecutive is not None:
            return WATCH_MISSED, limits.watch_open_consecutive
        return CONSECUTIVE, limits.open_consecutive

    def _opening_rule(self) -> tuple[str, Evidence]:
        limits = self.thresholds
        if self.run:
            rule, needed = self._in_a_row()
            if _reaches(len(self.run), needed):
                return rule, self._missed(self.run)
            recent = [visit for visit in self.past if self._missed_lately(visit)]
            if _reaches(len(recent), limits.open_in_7d):
                return IN_7D, self._missed(recent)
        # With nothing missed, nobody was expected.
        if self._missed_since_attended() and _reaches(
            self.since, limits.open_days_since_attended
        ):
            return DAYS_SINCE_ATTENDED, {"days": self.since}
        if not self.facts.in_person and _reaches(
            self.silent, limits.open_days_no_contact
        ):
            return DAYS_NO_CONTACT, {"days": self.silent}
        return "", {}

    def _missed_lately(self, visit: Visit) -> bool:
        day, back = self._day(visit), self.facts.returned_on
        return (
            visit.status == NO_SHOW
            and (self.today - day).days < 7
            and (back is None or day > back)
        )

    def _missed(self, visits: Sequence[Visit]) -> Evidence:
        """How many, and the latest three by the wall clock they were on."""
        local = [visit.starts_at.astimezone(self.facts.tz) for visit in visits[-3:]]
        return {
            "missed": len(visits),
            "on": [at.strftime("%Y-%m-%dT%H:%M") for at in local],
        }

    def _slipping_rule(self) -> tuple[str, Evidence]:
        # An open roster begins nothing, and ends nothing that began.
        began = self.facts.state == State.SLIPPING
        missed = self._missed_since_attended() if began else self.run
        if missed and _reaches(len(missed), self.thresholds.slip_no_show):
            return "no_show", self._missed(missed)
        if not self.facts.in_person:
            rule, evidence = self._fewer_checkins()
            if rule:
                return rule, evidence
        early = [
            visit
            for visit in self.attended
            if visit.status == LEFT_EARLY and (self.today - self._day(visit)).days < 7
        ]
        if len(early) >= SLIP_LEFT_EARLY and early[-1] == self.last_attended:
            return "left_early", {"count": len(early)}
        excused = [
            visit
            for visit in self.past
            if visit.status == EXCUSED and (self.today - self._day(visit)).days < 14
        ]
        if len(excused) >= SLIP_EXCUSED and not self._attended_since(
            self._day(excused[-1])
        ):
            return "excused", {"count": len(excused)}
        return "", {}

    def _fewer_checkins(self) -> tuple[str, Evidence]:
        """Check-ins that stopped, or halved, since the last session attended."""
        days = [day for day in self.facts.checkin_days if day <= self.today]
        if days:
            last = max(days)
            usual = sum((last - day).days < 7 for day in days)
            quiet_from = max(last, self.begins) + timedelta(SLIP_DAYS_NO_CHECKIN + 1)
            if (
                usual >= USUAL_CHECKINS
                and quiet_from <= self.today
                and not self._attended_since(quiet_from)
            ):
                return "no_checkin", {"last": last.isoformat(), "usual": usual}
        return self._half_the_checkins()

    def _half_the_checkins(self) -> tuple[str, Evidence]:
        began, counts = None, None
        for back in range(8):
            day = self.today - timedelta(days=back)
            this, before = self._checkins(day, 7), self._checkins(day, 14)
            before -= this
            if before < USUAL_CHECKINS or this * 2 > before:
                break
            began, counts = day, counts or {"this": this, "before": before}
        if began is None or counts is None or self._attended_since(began):
            return "", {}
        return "checkins_halved", counts

    def _checkins(self, before: date, days: int) -> int:
        """Check-ins of the whole days before this one."""
        return sum(1 <= (before - day).days <= days for day in self.facts.checkin_days)

    def _attended_since(self, day: date) -> bool:
        return self.last_attended is not None and self._day(self.last_attended) >= day


def _reaches(value: int, limit: int | None) -> bool:
    return limit is not None and value >= limit
