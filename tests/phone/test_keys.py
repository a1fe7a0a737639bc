import datetime as dt
from io import StringIO
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from apps.audit.models import AuditEvent
from apps.phone.models import Device, SealingKey
from apps.phone.services import current_sealing_key, rotate_drop_key
from apps.phone.tasks import forget_keys
from companion import celery_app as app
from tests.conftest import NOON
from tests.factories.care import EnrollmentFactory
from tests.phone.sealing import Phone, hand_in, statuses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
DAY = dt.timedelta(days=1)


@pytest.fixture
def phone():
    return Phone(EnrollmentFactory().client)


def test_the_first_to_ask_gets_a_pair_made_and_the_next_the_same():
    assert current_sealing_key(NOON) == current_sealing_key(NOON + DAY)


def test_there_is_one_current_pair_whoever_writes(actor):
    first = current_sealing_key(NOON)
    other = SealingKey(public=first.public, private=first.private, made_at=NOON)

    with pytest.raises(IntegrityError), transaction.atomic():
        other.save()


def test_the_private_half_cannot_be_read_in_the_database():
    key = current_sealing_key(NOON)

    assert "PRIVATE KEY" in key.private
    with connection.cursor() as cursor:
        cursor.execute("SELECT private FROM phone_sealingkey")
        assert b"PRIVATE KEY" not in bytes(cursor.fetchone()[0])


def test_rotating_makes_a_new_pair_and_says_which():
    old, out = current_sealing_key(NOON), StringIO()

    call_command("rotate_drop_key", stdout=out)

    old.refresh_from_db()
    new = current_sealing_key(NOON)
    assert (old.retired_at, new != old, str(new.pk) in out.getvalue()) == (
        NOON,
        True,
        True,
    )
    assert AuditEvent.objects.get(action="phone.key_rotated").source == "COMMAND"


@pytest.mark.parametrize(
    ("days", "status"), [pytest.param(180, "taken"), pytest.param(181, "later")]
)
def test_a_retired_pair_opens_for_180_days(phone, actor, frozen_noon, days, status):
    item = phone.hold()
    rotate_drop_key(at=NOON, by=actor)
    frozen_noon.move_to(NOON + days * DAY)

    forget_keys()

    assert statuses(hand_in(item)) == [status]
    assert SealingKey.objects.filter(private__isnull=True).count() == (
        status == "later"
    )
    assert SealingKey.objects.count() == 2


def test_forgetting_twice_writes_it_down_once(actor, frozen_noon):
    current_sealing_key(NOON)
    rotate_drop_key(at=NOON, by=actor)
    frozen_noon.move_to(NOON + 181 * DAY)

    forget_keys()
    forget_keys()

    assert AuditEvent.objects.filter(action="phone.key_forgotten").count() == 1


def test_the_beat_forgets():
    named = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert "phone.forget_keys" in named
    assert "phone.forget_keys" in app.tasks


def test_a_lost_phone_is_ended_by_its_owner_s_record(phone):
    out = StringIO()

    call_command("end_devices", str(phone.client.pk), stdout=out)

    assert (Device.objects.get().ended_at, "Ended: 1" in out.getvalue()) == (NOON, True)
    assert statuses(hand_in(phone.hold())) == ["later"]
    assert statuses(hand_in(Phone(phone.client).hold())) == ["taken"]


def test_a_record_that_is_not_there_is_said():
    with pytest.raises(CommandError):
        call_command("end_devices", str(uuid4()))
