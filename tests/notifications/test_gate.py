import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from apps.audit.actors import SYSTEM
from apps.notifications import delivery, hooks
from apps.notifications.models import Channel, Consent, Inbound, OutboxMessage, Purpose
from apps.notifications.services import stop_consents
from tests.conftest import BOSTON, NOON
from tests.factories.care import EnrollmentFactory
from tests.factories.notifications import (
    InboundFactory,
    OutboxMessageFactory,
    make_reachable,
)
from tests.notifications.provider import Provider

State = OutboxMessage.State
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)

pytestmark = pytest.mark.django_db


def deliver_at(at, provider=None):
    provider = provider or Provider()
    delivery.deliver_due(clock=lambda: at, transmit=provider)
    return provider


def boston(*when):
    return dt.datetime(*when, tzinfo=BOSTON)


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("died_on", NOON.date(), "DIED"),
        ("monitored_phone", True, "MONITORED_PHONE"),
        ("no_phone", True, "NO_PHONE"),
    ],
)
@pytest.mark.parametrize(
    "purpose", [Purpose.OUTREACH, Purpose.REMINDER, Purpose.ANSWER]
)
def test_what_changed_about_the_person_since_planning_stops_every_message(
    noon, column, value, reason, purpose
):
    message = OutboxMessageFactory(purpose=purpose)
    setattr(message.client, column, value)
    message.client.save()

    provider = deliver_at(noon)

    message.refresh_from_db()
    assert provider.sent == []
    assert (message.state, message.reason) == (State.CANCELLED, reason)


@pytest.mark.parametrize("purpose", [Purpose.OUTREACH, Purpose.REMINDER])
def test_without_consent_for_this_purpose_nothing_goes_out(noon, purpose):
    message = OutboxMessageFactory(purpose=purpose)
    Consent.objects.filter(purpose=purpose).delete()

    provider = deliver_at(noon)

    message.refresh_from_db()
    assert (provider.sent, message.reason) == ([], "NO_CONSENT")


def test_an_answer_to_their_own_text_needs_no_consent(noon):
    OutboxMessageFactory(purpose=Purpose.ANSWER)
    Consent.objects.all().delete()

    assert len(deliver_at(noon).sent) == 1


@pytest.mark.parametrize("column", [{"stopped_at": NOON}, {"verified_at": None}])
def test_a_number_that_is_stopped_or_not_proved_gets_nothing(noon, column):
    message = OutboxMessageFactory()
    message.client.contact_points.update(**column)

    provider = deliver_at(noon)

    message.refresh_from_db()
    assert (provider.sent, message.reason) == ([], "NO_ADDRESS")


@pytest.mark.parametrize("purpose", Purpose.values[:3])
def test_stop_cancels_what_is_planned_and_what_a_worker_holds(noon, purpose):
    planned = OutboxMessageFactory(purpose=purpose, send_after=noon + HOUR)
    held = OutboxMessageFactory(purpose=purpose, enrollment=planned.enrollment)
    delivery.claim_due(at=noon, worker="w", limit=10)

    stop_consents(
        client=planned.client, channel=Channel.SMS, because="STOP", at=noon, by=SYSTEM
    )
    provider = Provider()
    delivery.deliver(
        message_id=held.pk, worker="w", clock=lambda: noon, transmit=provider
    )
    deliver_at(noon + DAY, provider)

    for message in (planned, held):
        message.refresh_from_db()
        assert message.state == State.CANCELLED
    assert provider.sent == []
    assert not Consent.objects.current().exists()


def test_a_stop_that_came_after_planning_is_seen_even_if_nothing_was_cancelled(noon):
    message = OutboxMessageFactory(purpose=Purpose.ANSWER)
    InboundFactory(
        client=message.client,
        meaning=Inbound.STOP,
        received_at=noon + dt.timedelta(seconds=1),
    )

    provider = deliver_at(noon + dt.timedelta(seconds=2))

    message.refresh_from_db()
    assert (provider.sent, message.reason) == ([], "STOPPED")


@pytest.mark.parametrize(
    ("planned", "sent"),
    [
        pytest.param(boston(2026, 10, 14, 19, 59), None, id="just before eight"),
        pytest.param(
            boston(2026, 10, 14, 20), boston(2026, 10, 15, 9), id="eight in the evening"
        ),
        pytest.param(
            boston(2026, 10, 15, 2), boston(2026, 10, 15, 9), id="in the night"
        ),
        pytest.param(
            boston(2026, 10, 18, 10), boston(2026, 10, 18, 12), id="Sunday morning"
        ),
    ],
)
def test_quiet_hours_are_looked_at_when_sending(planned, sent):
    message = OutboxMessageFactory(created_at=planned, send_after=planned)

    provider = deliver_at(planned)
    message.refresh_from_db()

    assert bool(provider.sent) is (sent is None)
    if sent is not None:
        assert (message.state, message.send_after) == (State.PLANNED, sent)


def test_the_quiet_hours_are_those_of_the_recipient(noon):
    """Noon in Boston is six in the morning on Hawaii."""
    enrollment = EnrollmentFactory(client__timezone="Pacific/Honolulu")
    message = OutboxMessageFactory(enrollment=enrollment)

    provider = deliver_at(noon)

    message.refresh_from_db()
    nine = dt.datetime(2026, 10, 14, 9, tzinfo=ZoneInfo("Pacific/Honolulu"))
    assert (provider.sent, message.send_after) == ([], nine)


def test_an_answer_to_their_own_text_may_come_at_night():
    late = boston(2026, 10, 14, 23)
    OutboxMessageFactory(purpose=Purpose.ANSWER, created_at=late, send_after=late)

    assert len(deliver_at(late).sent) == 1


US_ZONES = (
    "America/New_York",
    "America/Detroit",
    "America/Kentucky/Louisville",
    "America/Kentucky/Monticello",
    "America/Indiana/Indianapolis",
    "America/Indiana/Vincennes",
    "America/Indiana/Winamac",
    "America/Indiana/Marengo",
    "America/Indiana/Petersburg",
    "America/Indiana/Vevay",
    "America/Chicago",
    "America/Indiana/Tell_City",
    "America/Indiana/Knox",
    "America/Menominee",
    "America/North_Dakota/Center",
    "America/North_Dakota/New_Salem",
    "America/North_Dakota/Beulah",
    "America/Denver",
    "America/Boise",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "America/Juneau",
    "America/Sitka",
    "America/Metlakatla",
    "America/Yakutat",
    "America/Nome",
    "America/Adak",
    "Pacific/Honolulu",
)
TRANSITIONS = (
    dt.datetime(2027, 3, 14, 9, tzinfo=dt.UTC),
    dt.datetime(2027, 11, 7, 8, tzinfo=dt.UTC),
)
near_a_transition = st.builds(
    lambda middle, seconds: middle + dt.timedelta(seconds=seconds),
    st.sampled_from(TRANSITIONS),
    st.integers(-36 * 3600, 36 * 3600),
)
any_moment = st.builds(
    lambda seconds: (
        dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)
    ),
    st.integers(0, 3 * 365 * 24 * 3600),
)


@pytest.fixture
def far_away():
    """One person whose zone each example sets."""
    message = OutboxMessageFactory(created_at=TRANSITIONS[0] - 400 * DAY)
    message.expires_at = None
    message.save()
    return message


def check_quiet_hours(message, zone, at):
    tz = ZoneInfo(zone)
    message.client.timezone = zone
    message.client.save()
    OutboxMessage.objects.filter(pk=message.pk).update(
        state=State.PLANNED, send_after=at, submitted_at=None, accepted_at=None
    )

    provider = deliver_at(at)
    message.refresh_from_db()
    moment = at if provider.sent else message.send_after
    if not provider.sent:
        assert len(deliver_at(moment - dt.timedelta(seconds=1)).sent) == 0
        assert len(deliver_at(moment).sent) == 1

    local = moment.astimezone(tz)
    opens = dt.time(12) if local.weekday() == 6 else dt.time(9)
    assert opens <= local.time() < dt.time(20)
    if moment != at:
        # Not a moment longer than needed: it waited for this very opening.
        assert local.time() == opens
        assert moment - at <= dt.timedelta(hours=17)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(zone=st.sampled_from(US_ZONES), at=near_a_transition | any_moment)
@example(zone="America/New_York", at=dt.datetime(2027, 3, 15, 0, 30, tzinfo=dt.UTC))
@example(zone="America/New_York", at=dt.datetime(2027, 11, 8, 0, 30, tzinfo=dt.UTC))
def test_nothing_is_sent_in_the_quiet_hours_of_any_zone(far_away, zone, at):
    check_quiet_hours(far_away, zone, at)


@pytest.mark.soak
@settings(
    max_examples=20_000,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(zone=st.sampled_from(US_ZONES), at=near_a_transition | any_moment)
def test_nothing_is_sent_in_the_quiet_hours_of_any_zone_at_length(far_away, zone, at):
    check_quiet_hours(far_away, zone, at)


def test_nothing_arrives_while_they_sit_in_their_own_session(noon, monkeypatch):
    monkeypatch.setattr(
        hooks,
        "_busy_times",
        [lambda enrollment, start, end: [(noon - HOUR, noon + HOUR)]],
    )
    message = OutboxMessageFactory()

    provider = deliver_at(noon)

    message.refresh_from_db()
    assert (provider.sent, message.send_after) == ([], noon + HOUR)


def arrived(enrollment, at, purpose=Purpose.OUTREACH, state=State.ACCEPTED):
    return OutboxMessageFactory(
        enrollment=enrollment,
        purpose=purpose,
        state=state,
        submitted_at=at,
        accepted_at=at,
    )


@pytest.mark.parametrize("state", [State.ACCEPTED, State.DELIVERED, State.UNCONFIRMED])
def test_outreach_keeps_72_hours_between_two_also_when_one_is_not_known(noon, state):
    message = OutboxMessageFactory()
    arrived(message.enrollment, noon - 71 * HOUR, state=state)

    provider = deliver_at(noon)

    message.refresh_from_db()
    assert (provider.sent, message.send_after) == ([], noon + HOUR)


def test_two_due_at_the_same_moment_do_not_both_go_out(noon):
    first = OutboxMessageFactory()
    second = OutboxMessageFactory(enrollment=first.enrollment, send_after=noon - HOUR)

    provider = deliver_at(noon)

    first.refresh_from_db()
    assert provider.ids == [second.pk]
    assert (first.state, first.send_after) == (State.PLANNED, noon + 72 * HOUR)


def test_the_ninth_of_a_month_waits(noon):
    message = OutboxMessageFactory()
    for back in range(8):
        arrived(message.enrollment, noon - (29 - 3.5 * back) * DAY)

    provider = deliver_at(noon)

    message.refresh_from_db()
    assert provider.sent == []
    assert message.send_after == noon + DAY


def test_a_reminder_keeps_away_from_outreach(noon):
    message = OutboxMessageFactory(purpose=Purpose.REMINDER)
    arrived(message.enrollment, noon - 18 * HOUR)

    provider = deliver_at(noon)

    message.refresh_from_db()
    assert (provider.sent, message.send_after) == ([], noon + 2 * HOUR)


def test_a_message_that_would_come_too_late_is_cancelled_instead_of_moved(noon):
    message = OutboxMessageFactory(expires_at=noon + DAY)
    arrived(message.enrollment, noon - HOUR)

    provider = deliver_at(noon)

    message.refresh_from_db()
    assert (provider.sent, message.reason) == ([], "TOO_LATE")


def test_a_message_whose_time_has_passed_is_cancelled(noon):
    message = OutboxMessageFactory(expires_at=noon)

    provider = deliver_at(noon)

    message.refresh_from_db()
    assert (provider.sent, message.reason) == ([], "TOO_LATE")


def test_a_purpose_may_ask_its_owner_whether_it_is_still_wanted(noon, monkeypatch):
    monkeypatch.setitem(
        hooks._still_wanted, Purpose.REMINDER, lambda message, at: "CANCELLED_BY_US"
    )
    message = OutboxMessageFactory(purpose=Purpose.REMINDER)

    provider = deliver_at(noon)

    message.refresh_from_db()
    assert (provider.sent, message.reason) == ([], "CANCELLED_BY_US")


def test_consent_on_another_channel_is_no_consent(noon):
    message = OutboxMessageFactory(reachable=False)
    make_reachable(message.enrollment)
    Consent.objects.update(channel=Channel.EMAIL)

    assert deliver_at(noon).sent == []
