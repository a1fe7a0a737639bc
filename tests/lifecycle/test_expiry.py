"""Everything is kept for its time, not a moment less, and not for good."""

import datetime as dt

import pytest
import time_machine
from allauth.account.models import EmailAddress, EmailConfirmation
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection, transaction

from apps.accounts.models import User
from apps.audit import sealing
from apps.audit.actors import SYSTEM
from apps.audit.expiry import expire as expire_audit
from apps.audit.models import AuditEvent
from apps.audit.services import record
from apps.care.models import Client, Invitation
from apps.checkins.models import Draft
from apps.common import crypto
from apps.feeds.models import CalendarFeed
from apps.keys.models import DataKey
from apps.lifecycle.erasing import IsHeld, erase, rows_of
from apps.lifecycle.kinds import KINDS
from apps.lifecycle.models import ExpiryDay
from apps.lifecycle.services import expire, expire_once_a_day, lift_hold, place_hold
from apps.notifications.models import Inbound, OutboxMessage
from apps.outreach.models import AnswerLink
from apps.phone.models import SealingKey
from apps.phone.tasks import forget_keys
from apps.sessions.models import Topic
from apps.signin.models import CodeMessage, LateForm, SignIn
from apps.signin.tasks import forget_ended
from tests.conftest import NOON
from tests.factories.care import EnrollmentFactory, StaffFactory
from tests.factories.feeds import CalendarFeedFactory
from tests.factories.notifications import OutboxMessageFactory
from tests.factories.outreach import AnswerLinkFactory
from tests.factories.sessions import GroupSessionFactory
from tests.world import MARK, World

MOMENT = dt.timedelta(seconds=1)
DAY = dt.timedelta(days=1)


def years(number: int, since: dt.datetime = NOON) -> dt.datetime:
    return since.replace(year=since.year + number)


def draft(enrollment):
    Draft.objects.create(
        client=enrollment.client,
        kind="CHECKIN",
        uuid=enrollment.pk,
        local_on=NOON.date(),
        changed_at=NOON,
    )
    return Draft.objects.all()


def body(enrollment):
    OutboxMessageFactory(enrollment=enrollment, created_at=NOON)
    return OutboxMessage.objects.filter(body__isnull=False)


def inbound_of(enrollment):
    return Inbound.objects.create(
        organization=enrollment.organization,
        client=enrollment.client,
        provider_id="x",
        text="1",
        received_at=NOON,
    )


def text(enrollment):
    inbound_of(enrollment)
    return Inbound.objects.filter(text__isnull=False)


def delivery(enrollment):
    OutboxMessageFactory(enrollment=enrollment, created_at=NOON)
    return OutboxMessage.objects.all()


def answer(enrollment):
    inbound_of(enrollment)
    return Inbound.objects.all()


def invitation(enrollment):
    Invitation.objects.create(
        organization=enrollment.organization,
        client=enrollment.client,
        token_hash="x",
        code_hash="x",
        created_at=NOON - DAY,
        expires_at=NOON,
    )
    return Invitation.objects.all()


def link(enrollment):
    AnswerLinkFactory(episode__enrollment=enrollment, expires_at=NOON)
    return AnswerLink.objects.all()


def calendar(enrollment):
    CalendarFeedFactory(client=enrollment.client, created_at=NOON - 180 * DAY)
    return CalendarFeed.objects.all()


def topic(enrollment):
    room = GroupSessionFactory(starts_at=NOON - DAY, ends_at=NOON)
    Topic.objects.create(
        enrollment=enrollment, group_session=room, content={"words": "x"}
    )
    return Topic.objects.all()


def code(enrollment):
    CodeMessage.objects.create(
        user=enrollment.client.user, address_index="x", code="x", created_at=NOON
    )
    return CodeMessage.objects.all()


def confirmation(enrollment):
    address = EmailAddress.objects.create(user=StaffFactory(), email="a@example.org")
    EmailConfirmation.objects.create(email_address=address, key="x", created=NOON)
    return EmailConfirmation.objects.all()


def record_of(enrollment):
    enrollment.state, enrollment.ended_on = "ENDED", NOON.date()
    enrollment.end_reason = "COMPLETED"
    enrollment.save()
    return Client.objects.all()


OURS = {
    "drafts": (draft, NOON + 7 * DAY),
    "message bodies": (body, NOON + 90 * DAY),
    "answers by text": (text, NOON + 90 * DAY),
    "deliveries": (delivery, years(6)),
    "deliveries answered": (answer, years(6)),
    "invitations": (invitation, NOON),
    "links to answer": (link, NOON),
    "calendar addresses": (calendar, NOON),
    "topics for a group": (topic, NOON),
    "codes on their way": (code, NOON + DAY),
    "confirmations": (confirmation, NOON + 3 * DAY),
    # The day after the last whole day of the seventh year.
    "records": (record_of, years(7).replace(hour=23, minute=59, second=59)),
}


def test_every_kind_that_ends_has_its_line_here():
    assert set(OURS) == {kind.name for kind in KINDS if kind.too_old}


@pytest.mark.django_db
@pytest.mark.parametrize("name", OURS)
def test_not_before_but_after(name):
    make, last_moment = OURS[name]
    rows = make(EnrollmentFactory())

    expire(at=last_moment, by=SYSTEM)
    before = rows.count()
    expire(at=last_moment + MOMENT, by=SYSTEM)

    assert (before, rows.count()) == (1, 0)
    event = AuditEvent.objects.filter(action="lifecycle.expired").get(
        reason__startswith=name + ":"
    )
    assert event.reason == f"{name}: 1"


@pytest.mark.django_db
@pytest.mark.parametrize("name", [kind.name for kind in KINDS if kind.client])
def test_a_hold_stops_it_until_it_is_lifted(name):
    make, last_moment = OURS[name]
    enrollment = EnrollmentFactory()
    rows, user = make(enrollment), StaffFactory()
    hold = place_hold(
        client=enrollment.client, reason="A letter came", user=user, at=NOON, by=SYSTEM
    )

    found = expire(at=last_moment + MOMENT, by=SYSTEM)
    held = rows.count()
    lift_hold(hold=hold, user=user, at=NOON, by=SYSTEM)
    expire(at=last_moment + MOMENT, by=SYSTEM)

    assert (held, rows.count()) == (1, 0)
    assert [each.held for each in found if each.kind.name == name] == [1]


@pytest.mark.django_db
def test_a_hold_of_one_keeps_nobody_elses():
    held, other = EnrollmentFactory(), EnrollmentFactory()
    draft(held)
    draft(other)
    place_hold(client=held.client, reason="x", user=StaffFactory(), at=NOON, by=SYSTEM)

    expire(at=NOON + 8 * DAY, by=SYSTEM)

    assert Draft.objects.get().client == held.client


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("task", "model", "values", "kept"),
    [
        pytest.param(
            forget_ended,
            SignIn,
            {"session_key": "x", "device": "PHONE", "began_at": NOON},
            90 * DAY,
            id="sign-in",
        ),
        pytest.param(
            forget_ended,
            LateForm,
            {"path_index": "x", "content": {}, "kept_at": NOON},
            3 * DAY,
            id="late form",
        ),
        pytest.param(
            forget_ended,
            Session,
            {"session_key": "x", "session_data": "", "expire_date": NOON},
            dt.timedelta(0),
            id="session",
        ),
        pytest.param(
            forget_keys,
            SealingKey,
            {"public": b"x", "private": "x", "made_at": NOON, "retired_at": NOON},
            180 * DAY,
            id="key of phones",
        ),
    ],
)
def test_what_another_task_removes_goes_in_time(task, model, values, kept):
    if model in (SignIn, LateForm):
        values = {**values, "user": EnrollmentFactory().client.user}
    if model is SignIn:
        values["seen_at"] = NOON + kept - MOMENT
    made = model.objects.create(**values)
    there = model.objects.filter(pk=made.pk)
    if model is SealingKey:
        there = there.filter(private__isnull=False)
    counts = []
    for at in (NOON + kept - MOMENT, NOON + kept + MOMENT):
        with time_machine.travel(at, tick=False):
            task()
        counts.append(there.count())

    assert counts == [1, 0]


@pytest.mark.django_db
def test_a_dry_run_counts_and_removes_nothing(capsys):
    rows = draft(EnrollmentFactory())

    with time_machine.travel(NOON + 8 * DAY, tick=False):
        call_command("expire", dry_run=True)

    assert rows.count() == 1
    assert not AuditEvent.objects.filter(action="lifecycle.expired").exists()
    assert "drafts (7 days" in capsys.readouterr().out


@pytest.mark.django_db
def test_one_kind_that_fails_keeps_no_other(monkeypatch):
    from apps.lifecycle import services

    remove = services._remove

    def fails(kind, *rest):
        if kind.name == "drafts":
            raise RuntimeError
        return remove(kind, *rest)

    monkeypatch.setattr(services, "_remove", fails)
    enrollment = EnrollmentFactory()
    drafts, bodies = draft(enrollment), body(enrollment)

    with pytest.raises(services.NotAll, match="drafts"):
        expire(at=NOON + 91 * DAY, by=SYSTEM)

    assert (drafts.count(), bodies.count()) == (1, 0)


@pytest.mark.django_db
def test_the_tick_does_it_once_a_night():
    rows = draft(EnrollmentFactory())
    night = (NOON + 8 * DAY).replace(hour=8, minute=0)

    expire_once_a_day(at=night - MOMENT, by=SYSTEM)
    first = rows.count()
    draft(EnrollmentFactory())
    expire_once_a_day(at=night + dt.timedelta(hours=23), by=SYSTEM)

    assert (first, rows.count()) == (0, 0)
    draft(EnrollmentFactory())
    expire_once_a_day(at=night + dt.timedelta(hours=23, minutes=59), by=SYSTEM)
    assert rows.count() == 1
    assert ExpiryDay.objects.count() == 2


@pytest.mark.django_db
def test_a_hold_keeps_what_was_done_with_the_record_too():
    client, user = EnrollmentFactory().client, StaffFactory()
    with transaction.atomic():
        record(action="desk.client_read", at=NOON, by=SYSTEM, client_id=client.pk)
    hold = place_hold(client=client, reason="x", user=user, at=NOON, by=SYSTEM)
    sealing.seal_due(at=years(7))

    held = expire_audit(at=years(7), by=SYSTEM, held=[])
    lift_hold(hold=hold, user=user, at=NOON, by=SYSTEM)
    free = expire_audit(at=years(7), by=SYSTEM, held=[])

    assert (held, free > 0) == (0, True)


# --- a whole record


def raw_bytes() -> bytes:
    """What lies in the database, as who steals the disk finds it."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with open(connection.settings_dict["NAME"], "rb") as file:
            return file.read()
    from apps.backups.databases import ours

    with ours() as database:
        database.read_from_here()
        return b"".join(
            part
            for table, columns in database.tables().items()
            for part in database.parts(table, columns)
        )


@pytest.mark.django_db(transaction=True)
def test_of_a_record_that_is_erased_no_byte_is_left():
    world = World().make_everything()
    world.rosa.user.name = MARK
    world.rosa.user.save()
    lift_hold(hold=world.hold, user=world.hers.staff, at=NOON, by=SYSTEM)
    theirs = rows_of(Client, [world.rosa.pk])
    staff = User.objects.filter(kind="STAFF").count()
    assert MARK.encode() in raw_bytes()

    erase(world.rosa.pk, at=NOON)

    for model, ids in theirs.items():
        assert not model._base_manager.filter(pk__in=ids).exists(), model
    assert MARK.encode() not in raw_bytes()
    assert not User.objects.filter(pk=world.rosa.user_id).exists()
    assert not DataKey.objects.readable().filter(subject=world.rosa.pk).exists()
    # Nobody else lost anything, and what was done with the record is still told.
    assert User.objects.filter(kind="STAFF").count() == staff
    assert Client.objects.get().pk == world.other.enrollment.client_id
    assert AuditEvent.objects.filter(client_id=world.rosa.pk).exists()
    crypto.data_keys.forget()
    assert Client.objects.get().surname == "Sample"


@pytest.mark.django_db
def test_a_record_that_is_held_is_not_erased():
    client = EnrollmentFactory().client
    place_hold(client=client, reason="x", user=StaffFactory(), at=NOON, by=SYSTEM)

    with pytest.raises(IsHeld):
        erase(client.pk, at=NOON)

    assert Client.objects.filter(pk=client.pk).exists()


@pytest.mark.django_db
def test_who_came_back_is_kept_whole():
    """Fault: the first episode is old, and the second is not over."""
    enrollment = EnrollmentFactory()
    record_of(enrollment)
    EnrollmentFactory(client=enrollment.client, program=enrollment.program)

    expire(at=years(8), by=SYSTEM)

    assert Client.objects.count() == 1


# --- no model without a kind


def test_no_model_is_kept_by_nobodys_decision():
    declared = [label for kind in KINDS for label in kind.models + kind.with_them]
    models = {model._meta.label for model in apps.get_models()}

    assert models - set(declared) == set(), "say in apps/lifecycle/kinds.py how long"
    assert set(declared) - models == set()


def test_what_is_said_to_go_with_a_record_hangs_on_it():
    """Fault: a model without a foreign key to the client outlives the record."""
    (records,) = (kind for kind in KINDS if kind.name == "records")
    reached = {Client}
    while True:
        more = {
            model
            for model in apps.get_models()
            for column in model._meta.concrete_fields
            if column.is_relation and column.related_model in reached
        }
        if more <= reached:
            break
        reached |= more

    assert set(records.with_them) <= {model._meta.label for model in reached}
    others = {label for kind in KINDS for label in kind.models + kind.with_them}
    assert {m._meta.label for m in reached} <= others
