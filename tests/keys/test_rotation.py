"""A change of all keys: every ciphertext changes, and everybody goes on reading."""

import base64
import datetime as dt
import os
import random
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings as configured
from django.core.management import CommandError, call_command
from django.db import connection

from apps.care.models import Client, OwnItem
from apps.common import crypto
from apps.keys.models import DataKey, Rotation
from apps.keys.services import destroy_keys, forget_retired
from apps.signin import factors
from tests.conftest import NOON
from tests.factories.care import ClientFactory, StaffFactory
from tests.keys.test_keys import sealed_values
from tests.notifications.outside import database_url
from tests.world import World

NEW_KEY = "new:" + base64.b64encode(b"n" * 32).decode()


@pytest.fixture
def with_a_new_key(settings):
    settings.FIELD_KEYS = f"{NEW_KEY},{settings.FIELD_KEYS}"


def tokens() -> dict:
    return {
        (row._meta.label, row.pk, column.name): token.token
        for row, column, token in sealed_values()
    }


def plain() -> dict:
    return {
        (row._meta.label, row.pk, column.name): column.open(token, pk=row.pk)
        for row, column, token in sealed_values()
    }


def rotate(**options):
    call_command("rotate_keys", wait=0, **options)
    crypto.data_keys.forget()


@pytest.mark.django_db
def test_every_ciphertext_changes_and_says_the_same(settings):
    World().make_everything()
    before, said = tokens(), plain()
    settings.FIELD_KEYS = f"{NEW_KEY},{settings.FIELD_KEYS}"

    rotate()

    after = tokens()
    assert after.keys() == before.keys()
    assert not {key for key in after if after[key] == before[key]}
    # The old key can be taken away.
    settings.FIELD_KEYS = NEW_KEY
    crypto.data_keys.forget()
    assert plain() == said


@pytest.mark.django_db
def test_the_secrets_of_code_apps_change_too(settings, noon, rf):
    user = StaffFactory()
    secret = factors.new_secret()
    row = factors.Authenticator.objects.create(
        user=user,
        type=factors.APP,
        data={"secret": factors.seal_secret(user, secret), "step": 0},
    )
    ClientFactory()
    settings.FIELD_KEYS = f"{NEW_KEY},{settings.FIELD_KEYS}"

    rotate()

    settings.FIELD_KEYS = NEW_KEY
    row.refresh_from_db()
    assert factors.open_secret(user, row.data["secret"]) == secret
    assert row.data["step"] == 0


@pytest.mark.django_db
def test_without_a_new_key_nothing_is_begun():
    ClientFactory()

    with pytest.raises(CommandError, match="Put a new key first"):
        rotate()
    assert not Rotation.objects.exists()


@pytest.mark.django_db
def test_a_second_change_follows_the_first(settings, with_a_new_key):
    client = ClientFactory(surname="Twice")
    with pytest.raises(CommandError, match="sealed with new already"):
        rotate()
    settings.FIELD_KEYS = (
        "newest:" + base64.b64encode(b"m" * 32).decode() + "," + settings.FIELD_KEYS
    )

    rotate()

    assert Client.objects.get(pk=client.pk).surname == "Twice"
    assert DataKey.objects.current().get().rotation.master == "newest"


@pytest.mark.django_db
def test_an_erased_client_stays_erased(settings):
    erased, kept = ClientFactory(surname="Erased"), ClientFactory(surname="Kept")
    destroy_keys(erased.pk, at=NOON)
    crypto.data_keys.forget()
    settings.FIELD_KEYS = f"{NEW_KEY},{settings.FIELD_KEYS}"

    rotate()

    assert Client.objects.get(pk=kept.pk).surname == "Kept"
    assert not DataKey.objects.readable().filter(subject=erased.pk).exists()


@pytest.mark.django_db
def test_a_value_that_nothing_opens_is_named_and_stops_nobody(settings, capsys):
    broken, fine = ClientFactory(surname="Broken"), ClientFactory(surname="Fine")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE care_client SET surname = birth_date WHERE id = %s",
            [Client._meta.pk.get_db_prep_value(broken.pk, connection)],
        )
    settings.FIELD_KEYS = f"{NEW_KEY},{settings.FIELD_KEYS}"

    with pytest.raises(CommandError, match="1 values"):
        rotate()

    crypto.data_keys.forget()
    assert f"No key opens care_client {broken.pk} surname" in capsys.readouterr().err
    assert Client.objects.get(pk=fine.pk).surname == "Fine"


@pytest.mark.django_db
def test_what_somebody_writes_meanwhile_stays(settings, monkeypatch):
    """The old value was read, somebody writes another, and only then it would be replaced."""
    from apps.keys import rotation

    client = ClientFactory(surname="Before")
    write = rotation._write

    def late(model, column, changes):
        if model is Client and column.name == "surname" and changes:
            mine = Client.objects.get(pk=client.pk)
            mine.surname = "Typed just now"
            mine.save(update_fields=["surname"])
        write(model, column, changes)

    monkeypatch.setattr(rotation, "_write", late)
    settings.FIELD_KEYS = f"{NEW_KEY},{settings.FIELD_KEYS}"

    rotate()

    assert Client.objects.get(pk=client.pk).surname == "Typed just now"


@pytest.mark.django_db
def test_retired_keys_stay_as_long_as_backups_do(settings):
    ClientFactory()
    settings.FIELD_KEYS = f"{NEW_KEY},{settings.FIELD_KEYS}"
    rotate()
    retired = DataKey.objects.exclude(retired_at=None).get()
    moment = dt.timedelta(seconds=1)

    assert forget_retired(before=retired.retired_at) == 0
    assert forget_retired(before=retired.retired_at + moment) == 1
    assert DataKey.objects.count() == 1


def many(number: int) -> None:
    """So many sealed values, of twenty people."""
    clients = ClientFactory.create_batch(20)
    rows = (
        OwnItem(
            client=clients[n % 20],
            kind="TRIGGER",
            code=f"trg.own.{n}",
            label=f"Label {n}",
        )
        for n in range(number)
    )
    OwnItem.objects.bulk_create(rows, batch_size=2000)


def start(keys: str, folder) -> subprocess.Popen:
    return subprocess.Popen(
        [
            sys.executable,
            str(configured.BASE_DIR / "manage.py"),
            "rotate_keys",
            "--wait=0",
        ],
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "companion.settings",
            "COMPANION_VAR_DIR": str(folder),
            "DATABASE_URL": database_url(),
            "COMPANION_FIELD_KEYS": keys,
        },
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def readable(numbers) -> None:
    """Opened by a process that has no key in its hands."""
    crypto.data_keys.forget()
    for item in OwnItem.objects.filter(code__in=[f"trg.own.{n}" for n in numbers]):
        assert item.label == f"Label {item.code.rpartition('.')[2]}"


def kill_and_go_on(settings, folder, *, number: int, kills: int) -> None:
    many(number)
    before = dict(OwnItem.objects.values_list("pk", "label"))
    settings.FIELD_KEYS = f"{NEW_KEY},{settings.FIELD_KEYS}"
    chance = random.Random(number)
    killed_between = 0
    for kill in range(kills):
        process = start(settings.FIELD_KEYS, folder)
        # Killed when about so many of the values are new.
        wanted = number * (kill + 1) // (kills + 1)
        while process.poll() is None and _changed(before) < wanted:
            readable(chance.sample(range(number), 20))
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        killed_between += 0 < _changed(before) < number
        readable(chance.sample(range(number), min(number, 500)))
    process = start(settings.FIELD_KEYS, folder)
    said, _ = process.communicate()

    assert process.returncode == 0, said
    assert killed_between, "nothing was killed in the middle"
    assert _changed(before) == number
    settings.FIELD_KEYS = NEW_KEY
    for start_at in range(0, number, 5000):
        readable(range(start_at, min(number, start_at + 5000)))
    assert Rotation.objects.filter(finished_at=None).count() == 0
    # Everybody has one key that seals; the one before opens old copies.
    assert DataKey.objects.current().count() == Client.objects.count()


def _changed(before: dict) -> int:
    return sum(
        label.token != before[pk].token
        for pk, label in OwnItem.objects.values_list("pk", "label").iterator()
    )


@pytest.mark.django_db(transaction=True)
def test_a_killed_change_goes_on_where_it_was(settings, tmp_path):
    kill_and_go_on(settings, tmp_path, number=20_000, kills=2)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.django_db(transaction=True)
def test_a_million_values_change_through_kills(settings, tmp_path):
    kill_and_go_on(settings, tmp_path, number=1_000_000, kills=5)
