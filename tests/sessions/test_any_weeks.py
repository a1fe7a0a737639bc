"""Any rule, any zone, any edits: what is made does not depend on when somebody looked."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.audit.actors import SYSTEM
from apps.common.days import wall_to_utc
from apps.sessions.models import Closure, GroupSession, Series
from apps.sessions.services import (
    ClosedThen,
    DoubleBooked,
    HasBegun,
    SeriesEnded,
    TimeIsOver,
    add_day,
    cancel_session,
    change_series,
    change_session,
    close_site,
    create_series,
    end_series,
    keep_ahead,
    reopen,
    set_holidays,
    skip_day,
)
from apps.sessions.services.occurrences import CLOCK_CHANGE
from tests.factories.care import (
    LevelFactory,
    OrganizationFactory,
    ProgramFactory,
    SiteFactory,
    StaffFactory,
)

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
REFUSALS = (ClosedThen, DoubleBooked, HasBegun, SeriesEnded, TimeIsOver)
# An hour, half an hour, none, and the other way round.
ZONES = ["America/New_York", "Australia/Lord_Howe", "America/Phoenix", "Europe/Dublin"]
RULES = [
    "FREQ=WEEKLY;BYDAY=MO,TU,TH",
    "FREQ=WEEKLY;BYDAY=TU",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU",
    "FREQ=WEEKLY;INTERVAL=3",
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=5",
    "FREQ=MONTHLY;BYDAY=2SU",
    "FREQ=MONTHLY;BYMONTHDAY=14,31",
]
# In the hours that a clock change skips or repeats, and away from them.
CLOCKS = [dt.time(0, 15), dt.time(1, 30), dt.time(2, 15), dt.time(9), dt.time(17, 30)]
# A few weeks before each of both changes of these zones.
FIRSTS = [dt.date(2027, 2, 22), dt.date(2027, 3, 15), dt.date(2027, 9, 20)]
SOON = st.integers(0, 20)

EDITS = st.one_of(
    st.tuples(st.just("rule"), SOON, st.sampled_from(RULES)),
    st.tuples(st.just("clock"), SOON, st.sampled_from(CLOCKS)),
    st.tuples(st.just("minutes"), SOON, st.sampled_from([60, 90, 240])),
    st.tuples(st.just("room"), SOON, st.sampled_from(["Room 2", "Room 7"])),
    st.tuples(st.just("end"), SOON, st.none()),
    st.tuples(st.just("skip"), SOON, st.none()),
    st.tuples(st.just("add"), SOON, st.none()),
    st.tuples(st.just("move"), st.integers(0, 4), st.integers(-2, 3)),
    st.tuples(st.just("cancel"), st.integers(0, 4), st.none()),
    st.tuples(st.just("close"), SOON, st.integers(1, 9)),
    st.tuples(st.just("reopen"), st.just(0), st.none()),
    st.tuples(st.just("holiday"), SOON, st.none()),
    st.tuples(st.just("no holiday"), st.just(0), st.none()),
)
# How many days until each.
STEPS = st.lists(st.tuples(st.integers(0, 20), EDITS), max_size=6)


class World:
    """One site with one series, told the same as another."""

    def __init__(self, zone, rule, clock, first):
        house = OrganizationFactory()
        self.site = SiteFactory(organization=house, timezone=zone)
        self.at = dt.datetime.combine(first, dt.time(12), dt.UTC)
        self.moved: set[dt.date] = set()
        self.series = create_series(
            program=ProgramFactory(site=self.site),
            title="Group",
            kind="GROUP",
            rrule=rule,
            starts_at_time=clock,
            minutes=90,
            valid_from=first,
            levels=[LevelFactory(organization=house, code="IOP")],
            facilitator=StaffFactory(organization_id=house.pk),
            room="Room 1",
            at=self.at,
            by=SYSTEM,
        )

    def rooms(self):
        return GroupSession.objects.filter(site=self.site).order_by("series_on", "pk")

    def coming(self):
        soon = self.at + 21 * DAY
        return list(self.rooms().held().filter(starts_at__range=(self.at, soon)))

    def begun(self):
        return list(self.rooms().filter(starts_at__lte=self.at).values())

    def as_people_see_it(self):
        """Without days that an edit took away again: who looked late never saw them."""
        return list(
            self.rooms()
            .exclude(cancelled_for="RULE")
            .values_list(
                "series_on", "starts_at", "ends_at", "room", "state", "change_note"
            )
        )

    def tell(self, edit) -> str:
        """Do it, and say how it was refused if it was."""
        kind, ahead, what = edit
        begun = self.begun()
        try:
            with transaction.atomic():
                self._do(kind, ahead, what)
        except REFUSALS as refused:
            said = type(refused).__name__
        else:
            said = ""
        assert self.begun() == begun, "history was written anew"
        return said

    def _do(self, kind, ahead, what):
        now = {"at": self.at, "by": SYSTEM}
        on = self.site.local_date(self.at) + ahead * DAY
        fields = {"rule": "rrule", "clock": "starts_at_time"}
        match kind:
            case "rule" | "clock" | "minutes" | "room":
                change = {fields.get(kind, kind): what}
                change_series(series=self.series, from_on=on, **now, **change)
            case "end":
                end_series(series=self.series, on=on, **now)
            case "skip":
                skip_day(series=self.series, on=on, **now)
            case "add":
                add_day(series=self.series, on=on, **now)
            case "move":
                self._move(ahead, what)
            case "cancel":
                for room in self.coming()[ahead : ahead + 1]:
                    cancel_session(group_session=room, note="Not this time.", **now)
            case "close":
                starts_at = wall_to_utc(on, dt.time(8), self.site.zone)
                close_site(
                    site=self.site,
                    starts_at=starts_at,
                    ends_at=starts_at + what * DAY / 2,
                    kind="SNOW",
                    note="Snow day",
                    **now,
                )
            case "reopen":
                for closure in Closure.objects.in_force().filter(site=self.site)[:1]:
                    reopen(closure=closure, **now)
            case "holiday":
                set_holidays(site=self.site, days=[on], **now)
            case "no holiday":
                set_holidays(site=self.site, days=[], **now)

    def _move(self, number, days):
        for room in self.coming()[number : number + 1]:
            self.moved.add(room.series_on)
            change_session(
                group_session=room,
                starts_at=room.starts_at + days * DAY + dt.timedelta(minutes=45),
                room=room.room,
                facilitator=room.facilitator,
                at=self.at,
                by=SYSTEM,
            )

    def assert_on_the_wall_clock(self):
        zone = self.site.zone
        for room in self.rooms().held().select_related("series"):
            if room.series_on in self.moved:
                continue
            usual = room.series.starts_at_time
            begins = room.starts_at.astimezone(zone)
            assert begins.date() == room.local_on == room.series_on
            assert room.ends_at - room.starts_at == room.series.minutes * dt.timedelta(
                minutes=1
            )
            if begins.time() != usual:
                assert room.change_note == CLOCK_CHANGE
                assert not exists(room.series_on, usual, zone)
            assert begins.fold == 0, "of a doubled time, the first is meant"


def exists(day: dt.date, clock: dt.time, zone: ZoneInfo) -> bool:
    wall = dt.datetime.combine(day, clock, zone)
    return wall.astimezone(dt.UTC).astimezone(zone).time() == clock


def hold(zone, rule, clock, first, steps):
    """Faults: days are made twice or not at all, move with the clocks, or rewrite the past."""
    daily, seldom = (World(zone, rule, clock, first) for _ in range(2))
    for days, edit in [*steps, (1, None)]:
        for _ in range(days):
            daily.at += DAY
            keep_ahead(daily.at)
        seldom.at = daily.at
        if edit is not None:
            assert daily.tell(edit) == seldom.tell(edit)
    keep_ahead(daily.at)

    assert daily.as_people_see_it() == seldom.as_people_see_it()
    daily.assert_on_the_wall_clock()
    days = [room.series_on for room in daily.rooms().exclude(cancelled_for="RULE")]
    assert len(days) == len(set(days))
    before = list(GroupSession.objects.order_by("pk").values())
    series = list(Series.objects.order_by("pk").values())
    assert keep_ahead(daily.at) == 0
    assert list(GroupSession.objects.order_by("pk").values()) == before
    assert list(Series.objects.order_by("pk").values()) == series


ANY = {
    "zone": st.sampled_from(ZONES),
    "rule": st.sampled_from(RULES),
    "clock": st.sampled_from(CLOCKS),
    "first": st.sampled_from(FIRSTS),
    "steps": STEPS,
}
ANYWAY = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large],
}


def _once(**kwargs):
    with transaction.atomic():
        hold(**kwargs)
        transaction.set_rollback(True)


@settings(max_examples=8, derandomize=True, **ANYWAY)
@given(**ANY)
def test_looked_at_daily_or_seldom_the_weeks_are_the_same(**kwargs):
    _once(**kwargs)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@settings(max_examples=500, **ANYWAY)
@given(**ANY)
def test_the_weeks_are_the_same_whatever_happens(**kwargs):
    _once(**kwargs)
