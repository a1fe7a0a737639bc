import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from apps.audit.actors import SYSTEM
from apps.audit.models import AuditEvent
from apps.care import message_library
from apps.notifications.models import Channel, Consent, OutboxMessage, Purpose
from apps.notifications.services import (
    cancel_planned,
    give_consent,
    plan_message,
    plan_staff_alert,
    restart_consents,
    stop_consents,
)
from tests.factories.care import AssignmentFactory, EnrollmentFactory, StaffFactory
from tests.factories.notifications import (
    ConsentFactory,
    OutboxMessageFactory,
    make_reachable,
)

State = OutboxMessage.State
HOUR = dt.timedelta(hours=1)
WORDS = {"first": "Rosa", "sender": "Ana", "day": "Thursday", "time": "9 am"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrollment():
    enrollment = EnrollmentFactory(client__preferred_name="Rosa")
    make_reachable(enrollment)
    return enrollment


def plan(enrollment, at, **changes):
    return plan_message(
        **{
            "client": enrollment.client,
            "enrollment": enrollment,
            "channel": Channel.SMS,
            "purpose": Purpose.OUTREACH,
            "template": "OUT-05",
            "variables": WORDS,
            "once_key": "step:1",
            "send_after": at,
            "at": at,
            "by": SYSTEM,
        }
        | changes
    )


def test_a_plan_is_the_approved_text_in_their_language(enrollment, noon):
    enrollment.client.language = "es"

    message = plan(enrollment, noon, variables=WORDS | {"day": "jueves"})

    assert (message.state, message.language) == (State.PLANNED, "es")
    assert message.body == message_library.render(
        "OUT-05", "es", WORDS | {"day": "jueves"}
    )
    assert OutboxMessage.objects.get().body == message.body


def test_the_same_decision_made_twice_is_one_message(enrollment, noon):
    first = plan(enrollment, noon)

    second = plan(enrollment, noon + HOUR, template="OUT-08")

    assert second == first
    assert (second.template, OutboxMessage.objects.count()) == ("OUT-05", 1)
    events = AuditEvent.objects.filter(action="notifications.message_planned")
    assert events.count() == 1


def test_the_database_itself_refuses_a_second_row_of_the_same_key(enrollment, noon):
    plan(enrollment, noon)

    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxMessageFactory(enrollment=enrollment, once_key="step:1")


def test_what_may_not_be_sent_is_kept_with_its_reason(enrollment, noon):
    enrollment.client.monitored_phone = True

    message = plan(enrollment, noon)

    assert (message.state, message.reason) == (State.CANCELLED, "MONITORED_PHONE")
    assert message.ended_at == noon


def test_an_email_carries_the_link_and_no_digits(enrollment, noon):
    message = plan(
        enrollment,
        noon,
        channel=Channel.EMAIL,
        variables=WORDS | {"link": "https://x.example/a/abc/"},
    )

    assert "https://x.example/a/abc/" in message.body
    assert "1 Come" not in message.body


def test_a_template_that_lacks_a_word_plans_nothing(enrollment, noon):
    with pytest.raises(message_library.MissingVariable):
        plan(enrollment, noon, variables={"first": "Rosa"})

    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_due_now_rings_the_bell_once_it_is_committed(noon, time_machine):
    """Eagerly, so that hearing the bell is trying to send: without a provider, later."""
    time_machine.move_to(noon, tick=False)
    enrollment = EnrollmentFactory()
    make_reachable(enrollment)

    with transaction.atomic():
        now = plan(enrollment, noon)
        before_commit = OutboxMessage.objects.get(pk=now.pk).attempts
    later = plan(enrollment, noon, once_key="step:2", send_after=noon + HOUR)

    now.refresh_from_db()
    later.refresh_from_db()
    assert (before_commit, now.attempts, later.attempts) == (0, 1, 0)
    assert now.reason == "NOT_SET_UP"


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_does_not_fail_what_was_committed(
    noon, monkeypatch, caplog
):
    from apps.notifications.tasks import deliver_due

    def down(*args, **kwargs):
        raise ConnectionError("no broker")

    monkeypatch.setattr(deliver_due, "apply_async", down)
    enrollment = EnrollmentFactory()
    make_reachable(enrollment)

    message = plan(enrollment, noon)

    assert OutboxMessage.objects.get() == message


def test_an_alert_goes_to_staff_by_email_and_links_to_the_desk(noon, settings):
    settings.PUBLIC_BASE_URL = "https://x.example"
    staff, assignment = StaffFactory(), AssignmentFactory()

    message = plan_staff_alert(
        staff=staff,
        enrollment=assignment.enrollment,
        once_key="alert-1",
        at=noon,
        by=SYSTEM,
    )

    assert (message.staff, message.client, message.channel) == (staff, None, "EMAIL")
    assert "https://x.example/desk/" in message.body
    assert assignment.enrollment.client.preferred_name not in message.body


def test_cancelling_takes_only_what_it_was_asked_to(enrollment, noon):
    outreach = plan(enrollment, noon + HOUR)
    reminder = plan(enrollment, noon + HOUR, once_key="r", purpose=Purpose.REMINDER)
    other = EnrollmentFactory()
    make_reachable(other)
    strangers = plan(other, noon + HOUR, once_key="s")

    count = cancel_planned(
        client=enrollment.client,
        purpose=Purpose.OUTREACH,
        reason="CAME_BACK",
        at=noon,
        by=SYSTEM,
    )

    for message in (outreach, reminder, strangers):
        message.refresh_from_db()
    assert count == 1
    assert (outreach.state, outreach.reason) == (State.CANCELLED, "CAME_BACK")
    assert (reminder.state, strangers.state) == (State.PLANNED, State.PLANNED)


def test_consent_keeps_its_history(enrollment, noon):
    Consent.objects.all().delete()
    for days in range(3):
        at = noon + dt.timedelta(days=days)
        give_consent(
            client=enrollment.client,
            channel=Channel.SMS,
            purposes=[Purpose.OUTREACH],
            wording_version="2026-11",
            at=at,
            by=SYSTEM,
        )
        stop_consents(
            client=enrollment.client,
            channel=Channel.SMS,
            because="CHOICE",
            at=at + HOUR,
            by=SYSTEM,
        )

    rows = Consent.objects.order_by("given_at").values_list("given_at", "revoked_at")
    assert list(rows) == [
        (
            noon + dt.timedelta(days=days),
            noon + dt.timedelta(days=days) + HOUR,
        )
        for days in range(3)
    ]


def test_giving_consent_again_changes_nothing(enrollment, noon):
    before = Consent.objects.count()

    give_consent(
        client=enrollment.client,
        channel=Channel.SMS,
        purposes=[Purpose.OUTREACH],
        wording_version="newer",
        at=noon,
        by=SYSTEM,
    )

    assert Consent.objects.count() == before


def test_start_brings_back_only_what_the_last_stop_took(enrollment, noon):
    client = enrollment.client
    # Reminders were switched off by choice before, so START leaves them off.
    stop_consents(
        client=client,
        channel=Channel.SMS,
        because="CHOICE",
        purposes=[Purpose.REMINDER],
        at=noon - HOUR,
        by=SYSTEM,
    )
    stop_consents(
        client=client, channel=Channel.SMS, because="STOP", at=noon, by=SYSTEM
    )

    restart_consents(client=client, channel=Channel.SMS, at=noon + HOUR, by=SYSTEM)

    current = Consent.objects.current().values_list("purpose", "given_at")
    assert list(current) == [(Purpose.OUTREACH, noon + HOUR)]


def test_start_of_somebody_who_never_agreed_gives_nothing(noon):
    enrollment = EnrollmentFactory()
    ConsentFactory()

    restart_consents(client=enrollment.client, channel=Channel.SMS, at=noon, by=SYSTEM)

    assert not Consent.objects.current().filter(client=enrollment.client).exists()
