"""Half a year, week by week: what a calendar reads is the agenda, over both clock changes.

The agenda is what the API gives to the signed-in client. The file is read by a library and
by a program that did not write it.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import time_machine
from django.db.models import F
from django.test import Client
from django.urls import reverse

from apps.care.models import Enrollment, Pause
from apps.care.rules.lexicon import telling_words
from apps.care.services.enrollments import end_enrollment
from apps.care.services.placements import change_placement
from apps.common.days import wall_to_utc
from apps.feeds.services import make_feed
from apps.sessions.models import GroupSession
from apps.sessions.selectors import own_sessions
from apps.sessions.services import (
    cancel_session,
    change_session,
    keep_ahead,
    override_session,
)
from tests.factories.care import EnrollmentFactory, SiteFactory
from tests.factories.sessions import OneToOneFactory, SeriesFactory
from tests.feeds import khal
from tests.feeds.reading import Event, read, said

pytestmark = [pytest.mark.django_db, pytest.mark.once]
# Thursday. The clocks of New York change on November 1 and on March 14.
FIRST = dt.datetime(2026, 10, 1, 12, tzinfo=dt.UTC)
WEEKS = 26
WEEK, DAY = dt.timedelta(weeks=1), dt.timedelta(days=1)
AHEAD, BACK = 12 * WEEK, 2 * WEEK
# The first one, both changes in the middle of what is shown, one over the end of the year,
# and the last.
SOME = (0, 4, 13, 21, 25)


@dataclass
class Life:
    """One person, their program, and what happens to them in the half year."""

    enrollment: Enrollment
    series: list
    token: str
    # The id that a calendar knows a time by, for as long as it was seen.
    uids: dict[str, str] = field(default_factory=dict)

    @property
    def zone(self):
        return self.enrollment.program.site.zone


def _life(actor, zone: str, *, mornings: dt.time, evenings: dt.time) -> Life:
    site = SiteFactory(timezone=zone, name=f"House of {zone}", address="1 Main Street")
    enrollment = EnrollmentFactory(
        client__organization=site.organization,
        client__preferred_name="Rosamark",
        program__site=site,
        started_on=FIRST.date() - 30 * DAY,
        placement__weekdays=[0, 1, 3, 4, 6],
    )
    common = {"program": enrollment.program, "valid_from": FIRST.date() - 30 * DAY}
    series = [
        SeriesFactory(starts_at_time=mornings, title="Relapse group", **common),
        # On the nights of the changes as well.
        SeriesFactory(
            starts_at_time=evenings,
            rrule="FREQ=WEEKLY;BYDAY=SU,TH",
            minutes=90,
            title="Recovery evening",
            **common,
        ),
    ]
    made = make_feed(
        client=enrollment.client,
        title_kind="BUSY",
        with_place=False,
        language="en",
        at=FIRST,
        by=actor,
    )
    return Life(enrollment, series, made.token)


@pytest.fixture
def lives(actor):
    lives = [
        _life(actor, "America/New_York", mornings=dt.time(9), evenings=dt.time(1, 30)),
        _life(actor, "America/Phoenix", mornings=dt.time(8), evenings=dt.time(18)),
    ]
    # The same room in another house of the same zone: nobody's of these.
    SeriesFactory(starts_at_time=dt.time(9), valid_from=FIRST.date())
    return lives


def test_some_weeks_of_half_a_year(lives, actor, tmp_path):
    for week, at in _weeks(lives, actor):
        if week in SOME:
            for life in lives:
                events = look(life, at)
                if week in (SOME[0], SOME[1], SOME[3]):
                    place = tmp_path / f"{week}-{life.zone.key.replace('/', '-')}"
                    look_with_khal(life, events, at, place, khal.EVERY[-1])


@pytest.mark.soak
def test_every_week_of_half_a_year(lives, actor, tmp_path):
    for week, at in _weeks(lives, actor):
        for life in lives:
            events = look(life, at)
            for number, program in enumerate(khal.EVERY):
                name = f"{week}-{number}-{life.zone.key.replace('/', '-')}"
                look_with_khal(life, events, at, tmp_path / name, program)


def test_every_khal_is_a_program_of_its_own():
    """Fault: none is installed, and the test above looks with nothing."""
    assert khal.LOCKED in khal.EVERY


def _weeks(lives: list[Life], actor) -> Iterator[tuple[int, dt.datetime]]:
    for week in range(WEEKS):
        at = FIRST + week * WEEK
        with time_machine.travel(at, tick=False):
            keep_ahead(at)
            for life in lives:
                happen(life, week, at, actor)
            yield week, at


def happen(life: Life, week: int, at: dt.datetime, by) -> None:
    """Every week something moves and something is cancelled; now and then, more."""
    told = {"at": at, "by": by}
    person = life.enrollment
    today = person.program.site.local_date(at)
    near, far = (
        list(
            own_sessions(person, today + n * DAY, today + (n + 6) * DAY).filter(
                state="SCHEDULED", series__in=life.series, series_on=F("local_on")
            )
        )
        for n in (7, 70)
    )
    if near:
        change_session(
            group_session=near[0],
            starts_at=near[0].starts_at + dt.timedelta(days=1, hours=5, minutes=15),
            room="Group room 9",
            facilitator=near[0].facilitator,
            **told,
        )
    if len(near) > 1:
        cancel_session(group_session=near[1], note="Snow", **told)
    if far and week % 3 == 0:
        cancel_session(group_session=far[-1], note="Holiday", **told)
    if far and week % 4 == 1:
        override_session(
            enrollment=person, group_session=far[0], kind="DROPPED", **told
        )
    if week % 5 == 2:
        extra = GroupSession.objects.filter(
            series=life.series[0], weekday=2, local_on__gt=today, state="SCHEDULED"
        ).order_by("starts_at")[week % 7]
        override_session(enrollment=person, group_session=extra, kind="ADDED", **told)
        OneToOneFactory(enrollment=person, on=today + 40 * DAY)
    if week == 6:
        Pause.objects.create(
            enrollment=person,
            kind="TRAVEL",
            from_on=today + 3 * DAY,
            to_on=today + 12 * DAY,
        )
    if week == 10:
        change_placement(
            enrollment=person,
            level=person.placements.get(to_on=None).level,
            program=person.program,
            weekdays=[0, 3, 6],
            from_on=today + 14 * DAY,
            **told,
        )
    if week == WEEKS - 1 and life.zone.key == "America/Phoenix":
        end_enrollment(enrollment=person, on=today, reason="COMPLETED", **told)


def look(life: Life, at: dt.datetime) -> list[Event]:
    """The file beside the agenda. What it shows, for whoever looks again."""
    answer = Client().get(reverse("feeds:feed", args=[life.token]))
    assert answer.status_code == 200
    assert telling_words(said(answer.content)) == []
    assert "Rosamark" not in answer.text
    events = read(answer.content)
    today = life.enrollment.program.site.local_date(at)
    ahead = [e for e in events if e.starts_at.astimezone(life.zone).date() >= today]
    agenda = agenda_of(life, today)

    assert [_times(event) for event in ahead] == [
        (row["starts_at"], row["ends_at"], row["state"] == "CANCELLED")
        for row in agenda
    ]
    if life.enrollment.state == "ENDED":
        assert events == []
        return events
    assert len(agenda) > 20
    assert any(cancelled for *_, cancelled in map(_times, ahead))
    # A time keeps its id for as long as there is one, wherever it is moved to.
    for row, event in zip(agenda, ahead, strict=True):
        assert life.uids.setdefault(row["id"], event.uid) == event.uid
    assert len(set(life.uids.values())) == len(life.uids)
    assert min(e.starts_at for e in events) >= at - BACK - DAY
    on_the_wall(life, ahead)
    return events


def agenda_of(life: Life, today: dt.date) -> list[dict]:
    browser = Client()
    browser.force_login(life.enrollment.client.user)
    until = today + AHEAD
    rows = browser.get(
        reverse("api:schedule"), {"from": f"{today}", "to": f"{until}"}
    ).json()
    for row in rows:
        for name in ("starts_at", "ends_at"):
            row[name] = dt.datetime.fromisoformat(row[name]).astimezone(dt.UTC)
    return rows


def on_the_wall(life: Life, events: list[Event]) -> None:
    """What nobody moved begins by the clock on the wall, before the changes and after."""
    clocks = {series.starts_at_time for series in life.series}
    rows = GroupSession.objects.filter(series__in=life.series, sequence=0)
    unmoved = {
        row.starts_at: wall_to_utc(row.series_on, row.series.starts_at_time, life.zone)
        for row in rows.select_related("series")
    }
    at_home = [e for e in events if e.starts_at in unmoved]
    assert len(at_home) > 10
    for event in at_home:
        local = event.starts_at.astimezone(life.zone)
        assert local.time() in clocks
        assert event.starts_at == unmoved[event.starts_at]


def look_with_khal(life: Life, events, at, place, program) -> None:
    body = Client().get(reverse("feeds:feed", args=[life.token])).content
    seen = khal.read(program, body, place, (at - BACK - 2 * DAY).date())

    assert sorted(seen) == sorted((*_times(e), "Busy", "") for e in events)


def _times(event: Event) -> tuple[dt.datetime, dt.datetime, bool]:
    return event.starts_at, event.ends_at, event.status == "CANCELLED"
