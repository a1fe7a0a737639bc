"""What a calendar gets at its address, and what nobody gets there."""

import datetime as dt
import logging
from uuid import UUID, uuid5

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from apps.care.models import Enrollment, Pause
from apps.care.rules.lexicon import telling_words
from apps.feeds import limits
from apps.feeds.models import CalendarFeed
from apps.sessions.services import cancel_session, change_session
from tests.conftest import NOON
from tests.factories.care import StaffFactory
from tests.factories.feeds import CalendarFeedFactory
from tests.factories.sessions import (
    GroupSessionFactory,
    OneToOneFactory,
    OverrideFactory,
    SeriesFactory,
    seated,
)
from tests.feeds.reading import read, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
TOKEN = "k" * 43
TODAY = NOON.date()
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


def path(token=TOKEN) -> str:
    return reverse("feeds:feed", args=[token])


@pytest.fixture
def series():
    site = {"program__site__name": "Harbor Street", "program__site__address": "1 Main"}
    return SeriesFactory(title="Relapse prevention group", **site)


@pytest.fixture
def rooms(series):
    """Monday to Friday of this week, of which it is Wednesday noon."""
    monday = TODAY - 2 * DAY
    return [GroupSessionFactory(series=series, on=monday + n * DAY) for n in range(5)]


@pytest.fixture
def rosa(rooms):
    return seated(rooms[0], placement__weekdays=[0, 1, 2, 3, 4])[0]


@pytest.fixture
def feed(rosa):
    return CalendarFeedFactory(client=rosa.client, token=TOKEN)


@pytest.fixture
def ask(feed):
    """A browser of nobody's: calendars have no cookies."""

    def ask(token=TOKEN, **headers):
        return Client().get(path(token), headers=headers)

    return ask


def times(response) -> list[dt.datetime]:
    return [event.starts_at for event in read(response.content)]


def test_it_says_when_and_nothing_else(ask, rooms):
    response = ask()

    events = read(response.content)
    assert [event.starts_at for event in events] == [room.starts_at for room in rooms]
    assert {(event.summary, event.location, event.status) for event in events} == {
        ("Busy", "", "CONFIRMED")
    }
    text = said(response.content)
    assert telling_words(text) == []
    for word in ("Harbor", "Main", "Room", "Staff", "Person", str(rooms[0].pk)):
        assert word not in text


def test_the_answer_is_private_and_leaves_no_trace(ask):
    response = ask(cookie="sessionid=x; csrftoken=y", accept_language="es")

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Cache-Control"] == "private, no-cache"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response.get("Vary", "") in ("", "Accept-Encoding")
    assert not response.cookies
    assert "SUMMARY:Busy" in response.text


def test_it_speaks_the_words_and_the_place_that_were_chosen(rosa, rooms):
    rooms[0].room = "Group room 2"
    rooms[0].save()
    chosen = {"title_kind": "OWN", "title": "Errands; then, \\ home 😀"}
    CalendarFeedFactory(client=rosa.client, token=TOKEN, with_place=True, **chosen)

    events = read(Client().get(path()).content)

    assert {event.summary for event in events} == {"Errands; then, \\ home 😀"}
    # The part of it that tells is left out, whatever was asked for.
    assert [event.location for event in events[:2]] == [
        "Harbor Street, 1 Main",
        "Room 2, Harbor Street, 1 Main",
    ]


@pytest.mark.parametrize(
    ("language", "alias", "title_kind", "title"),
    [
        pytest.param("es", "Harbor", "BUSY", "Busy", id="busy"),
        pytest.param("en", "Harbor", "ALIAS", "Harbor", id="the name in messages"),
        pytest.param("en", "Rehab Line", "ALIAS", "Busy", id="a name that tells"),
    ],
)
def test_what_each_time_is_called(rosa, language, alias, title_kind, title):
    with translation.override(language):
        said_there = translation.gettext(title)
    rosa.organization.alias = alias
    rosa.organization.save()
    CalendarFeedFactory(
        client=rosa.client, token=TOKEN, title_kind=title_kind, language=language
    )

    assert {e.summary for e in read(Client().get(path()).content)} == {said_there}


def test_a_moved_and_a_cancelled_one_stay_themselves(ask, rooms, actor):
    before = read(ask().content)
    moved_to = rooms[3].starts_at + 26 * HOUR
    change_session(
        group_session=rooms[3],
        starts_at=moved_to,
        room="Room 9",
        facilitator=StaffFactory(organization_id=rooms[3].organization_id),
        at=NOON,
        by=actor,
    )
    cancel_session(group_session=rooms[4], note="Snow", at=NOON, by=actor)

    after = {event.uid: event for event in read(ask().content)}

    moved, cancelled = (after[before[n].uid] for n in (3, 4))
    assert (moved.starts_at, moved.sequence) == (moved_to, 1)
    assert (moved.status, cancelled.status) == ("CONFIRMED", "CANCELLED")
    assert cancelled.sequence == 1
    assert len(after) == len(rooms)


def test_it_is_the_agenda_with_all_that_changes_it(ask, rosa, series, rooms):
    """Fault: what was dropped, a pause or the end of a stay shows in the calendar only."""
    OverrideFactory(enrollment=rosa, group_session=rooms[0], kind="DROPPED")
    elsewhere = GroupSessionFactory(
        on=TODAY + 5 * DAY, series__program__site=series.program.site
    )
    OverrideFactory(enrollment=rosa, group_session=elsewhere)
    Pause.objects.create(
        enrollment=rosa, kind="TRAVEL", from_on=TODAY + DAY, to_on=TODAY + DAY
    )
    alone = OneToOneFactory(enrollment=rosa, on=TODAY + 7 * DAY)
    expected = [rooms[1], rooms[2], rooms[4], elsewhere, alone]
    # Nobody else's one-to-one, and no time outside the window.
    OneToOneFactory(
        on=TODAY,
        enrollment__client__organization=rosa.organization,
        site=series.program.site,
    )
    for far in (-15, 85):
        GroupSessionFactory(series=series, on=TODAY + far * DAY)

    assert times(ask()) == [room.starts_at for room in expected]


def test_after_the_stay_the_calendar_is_emptied(ask, rosa):
    """Fault: an error leaves what the calendar holds on a phone for good."""
    rosa.state, rosa.ended_on, rosa.end_reason = "ENDED", TODAY, "COMPLETED"
    rosa.save()

    response = ask()

    assert (response.status_code, times(response)) == (200, [])
    assert Enrollment.objects.get(pk=rosa.pk).state == "ENDED"


def _stopped(feed):
    feed.revoked_at = NOON


def _over(feed):
    feed.created_at, feed.expires_at = NOON - 180 * DAY, NOON


def _watched(feed):
    feed.client.monitored_phone = True


def _died(feed):
    feed.client.died_on = TODAY


def _switched_off(feed):
    feed.client.user.is_active = False


@pytest.mark.parametrize("ended", [_stopped, _over, _watched, _died, _switched_off])
def test_what_is_over_is_answered_like_what_never_was(
    ask, feed, ended, django_assert_num_queries
):
    """Fault: somebody learns that an address was once one of ours."""
    ended(feed)
    for row in (feed, feed.client, feed.client.user):
        row.save()
    with django_assert_num_queries(1):
        over = ask()
    with django_assert_num_queries(1):
        unknown = ask("z" * 43)

    assert (over.status_code, over.content) == (404, b"")
    assert over.headers == unknown.headers


def test_what_did_not_change_is_not_sent_again(ask, rooms, actor, time_machine):
    first = ask()
    etag, modified = first["ETag"], first["Last-Modified"]
    time_machine.move_to(NOON + HOUR)
    same = [ask(if_none_match=etag), ask(if_modified_since=modified)]

    assert [(r.status_code, r.content) for r in same] == [(304, b"")] * 2
    assert [r["ETag"] for r in same] == [etag] * 2
    assert same[0]["Cache-Control"] == "private, no-cache"

    cancel_session(group_session=rooms[4], note="Snow", at=NOON, by=actor)
    changed = [ask(if_none_match=etag), ask(if_modified_since=modified)]
    assert [r.status_code for r in changed] == [200, 200]


def test_who_asks_for_the_time_only_also_learns_of_a_seat(
    ask, rosa, rooms, time_machine
):
    """Fault: an override touches no occurrence, so its time of change stays what it was."""
    modified = ask()["Last-Modified"]
    OverrideFactory(enrollment=rosa, group_session=rooms[4], kind="DROPPED")
    time_machine.move_to(NOON + HOUR)

    response = ask(if_modified_since=modified)

    assert (response.status_code, len(times(response))) == (200, 4)


def test_it_notes_the_day_and_not_the_hour(ask, feed, django_assert_num_queries):
    ask()
    feed.refresh_from_db()
    assert feed.last_read_on == TODAY

    # The address, the stay, the times; nothing is written on the same day.
    with django_assert_num_queries(3):
        ask()


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_for_any_number_of_times(
    series, count, django_assert_num_queries
):
    rooms = [
        GroupSessionFactory(series=series, on=TODAY + n * DAY) for n in range(count)
    ]
    person = seated(rooms[0], placement__weekdays=[0, 1, 2, 3, 4])[0]
    CalendarFeedFactory(client=person.client, token=TOKEN, with_place=True)

    # And what is noted.
    with django_assert_num_queries(4):
        response = Client().get(path())

    assert len(times(response)) == count


def test_one_calendar_that_asks_too_often_waits_alone(ask, rosa, monkeypatch):
    monkeypatch.setattr(limits, "OF_A_FEED", (2, HOUR))
    other = CalendarFeedFactory(client=rosa.client, token="other")

    assert [ask().status_code for _ in range(3)] == [200, 200, 429]
    assert ask("other").status_code == 200
    assert CalendarFeed.objects.get(pk=other.pk).last_read_on == TODAY


def test_who_tries_addresses_out_shuts_nobody_out(ask, monkeypatch):
    """Fault: a company that reads for thousands is locked out by one wrong address."""
    monkeypatch.setattr(limits, "MISSES", (2, HOUR))

    assert [ask(f"no-{n}").status_code for n in range(3)] == [404, 404, 429]
    assert ask().status_code == 200


def test_the_address_stands_in_no_log(ask, rosa, caplog, monkeypatch):
    """Fault: an error while reading writes the path, and with it the address."""
    from apps.common.logs import AllowedFields

    def broken(**kwargs):
        raise RuntimeError(TOKEN)

    monkeypatch.setattr("apps.feeds.views.services.read_feed", broken)
    with caplog.at_level(logging.DEBUG):
        Client(raise_request_exception=False).get(path())
        ask("unknown-token")
    lines = [AllowedFields().format(record) for record in caplog.records]

    assert any("RuntimeError" in line for line in lines)
    assert [line for line in lines if TOKEN in line or "unknown-token" in line] == []


def test_two_people_of_one_room_have_no_id_in_common(rosa, rooms):
    """Fault: who keeps the calendars of both learns from the ids that it is one room."""
    [dev] = seated(rooms[0], placement__weekdays=[0, 1, 2, 3, 4])
    uids = []
    for person, token in ((rosa, TOKEN), (dev, "other")):
        CalendarFeedFactory(client=person.client, token=token)
        uids.append({e.uid for e in read(Client().get(path(token)).content)})

    assert [len(found) for found in uids] == [5, 5]
    assert uids[0] & uids[1] == set()


def test_one_time_as_a_file_is_the_same_time_as_in_the_calendar(
    client, ask, rosa, rooms
):
    client.force_login(rosa.client.user)

    response = client.get(reverse("feeds:one", args=[rooms[3].pk]))

    [event] = read(response.content)
    assert event in read(ask().content)
    assert UUID(event.uid) == uuid5(rosa.client_id, str(rooms[3].pk))
    assert response["Content-Disposition"] == 'attachment; filename="calendar.ics"'
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("why", ["stranger", "dropped", "watched"])
def test_one_time_of_somebody_else_is_not_there(client, rosa, rooms, why):
    if why == "stranger":
        [asking] = seated(rooms[0], placement__weekdays=[0])
    else:
        asking = rosa
        OverrideFactory(enrollment=rosa, group_session=rooms[3], kind="DROPPED")
    if why == "watched":
        asking.client.monitored_phone = True
        asking.client.save()
    client.force_login(asking.client.user)
    asked = rooms[4] if why == "watched" else rooms[3]

    assert client.get(reverse("feeds:one", args=[asked.pk])).status_code == 404
