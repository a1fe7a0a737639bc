"""A copy to try things out with holds nothing that anybody said or was called."""

import json

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from apps.audit.actors import SYSTEM
from apps.care.models import Client, ContactPoint
from apps.care.services.enrollments import (
    add_contact_point,
    contact_index,
    find_contact_point,
)
from apps.common import crypto
from apps.common.fields import EncryptedJSONField, sealed_fields
from apps.keys.models import DataKey
from apps.keys.services import destroy_keys
from apps.lifecycle.anonymizing import Making, NotACopy, anonymize
from apps.lifecycle.personal import (
    EMPTIED,
    NOTHING,
    PERSONAL,
    Says,
    could_hold_words,
    said_by,
)
from tests.conftest import NOON
from tests.factories.care import ClientFactory
from tests.lifecycle.test_expiry import raw_bytes
from tests.world import MARK, World

NUMBER = "+16175550147"


@pytest.fixture
def a_copy(monkeypatch):
    """The database of the tests says of itself that it is a copy."""
    from apps.lifecycle import anonymizing

    monkeypatch.setattr(anonymizing, "refuse_production", lambda: None)


def make_a_house() -> World:
    world = World().make_everything()
    rosa = world.rosa
    rosa.surname, rosa.birth_date = "Okaforova", "1987-03-21"
    rosa.surname_index = crypto.blind_index("okaforova", purpose="surname")
    rosa.profile = {"substance": "opioids", "note": "Sleeps at Bramblestreet"}
    rosa.interpreter_language = "Quenyalike"
    rosa.save()
    rosa.user.name = MARK
    rosa.user.save()
    world.hers.staff.name = "Zanziana"
    world.hers.staff.email = "zanziana@realhouse.org"
    world.hers.staff.save()
    add_contact_point(client=rosa, kind="PHONE", value=NUMBER, at=NOON, by=SYSTEM)
    world.plan.content = {"why": {"lines": ["For Bramblechild"]}, "mood": 3}
    world.plan.save()
    world.concern.outcome_note = "Told Bramblenote"
    world.concern.save()
    return world


SAID = (
    MARK,
    "Okaforova",
    "1987-03-21",
    "Bramble",
    "Quenyalike",
    "Zanziana",
    "zanziana",
    "realhouse",
    NUMBER,
)


def opened() -> str:
    """Everything that can be read with the keys, beside what lies open."""
    crypto.data_keys.forget()
    found = []
    for model in apps.get_models():
        for row in model._base_manager.all():
            found += [
                json.dumps(getattr(row, column.attname), default=str)
                for column in sealed_fields(model)
            ]
    return "\n".join(found)


@pytest.mark.django_db(transaction=True)
def test_nothing_that_was_said_is_left(a_copy):
    make_a_house()
    crypto.data_keys.forget()
    before, raw = opened(), raw_bytes().decode(errors="replace")
    assert all(word in before or word in raw for word in SAID)
    sealed = [
        bytes(wrapped) for wrapped in DataKey.objects.values_list("wrapped", flat=True)
    ]

    anonymize(at=NOON)

    after = opened()
    assert [word for word in SAID if word in after] == []
    raw = raw_bytes()
    assert [word for word in SAID if word.encode() in raw] == []
    # Nor can what was sealed before be opened with the keys of the copy.
    assert [wrapped for wrapped in sealed if wrapped in raw] == []


@pytest.mark.django_db(transaction=True)
def test_numbers_that_are_made_up_may_be_in_use_already(a_copy):
    """Fault: a copy of a copy, or of the demonstration, breaks on its own numbers."""
    numbers = [f"+161755500{number:02}" for number in range(12)]
    for number in numbers:
        client = ClientFactory()
        add_contact_point(client=client, kind="PHONE", value=number, at=NOON, by=SYSTEM)
    crypto.data_keys.forget()

    for _ in range(2):
        anonymize(at=NOON)

    points = list(ContactPoint.objects.all())
    assert len({point.value for point in points}) == len(points) == len(numbers)
    assert all(p.value_index == contact_index(p.kind, p.value) for p in points)


@pytest.mark.django_db(transaction=True)
def test_what_opens_sends_or_waits_is_gone(a_copy):
    make_a_house()

    anonymize(at=NOON)

    left = {
        label: apps.get_model(label)._base_manager.count()
        for label in EMPTIED
        if apps.get_model(label)._base_manager.exists()
    }
    assert left == {}


@pytest.mark.django_db(transaction=True)
def test_the_copy_still_runs(a_copy, client, frozen_noon):
    world = make_a_house()

    anonymize(at=NOON)
    world.hers.staff.refresh_from_db()
    world.rosa.user.refresh_from_db()
    rosa = Client.objects.get(pk=world.rosa.pk)

    client.force_login(world.hers.staff)
    for name in ("desk:board", "desk:people"):
        assert client.get(reverse(name)).status_code == 200
    page = client.get(reverse("desk:client", args=[rosa.pk]))
    assert rosa.preferred_name in page.text
    assert client.get(reverse("desk:plan", args=[world.plan.pk])).status_code == 200
    client.force_login(world.rosa.user)
    assert client.get(reverse("home:today")).status_code == 200
    # Names are one name, and what is looked up by its index is found by the new one.
    assert rosa.preferred_name == world.rosa.user.name
    contact = ContactPoint.objects.filter(client=rosa, kind="PHONE")[0]
    assert find_contact_point(kind="PHONE", value=contact.value) == contact
    assert rosa.surname_index == crypto.blind_index(
        rosa.surname.casefold(), purpose="surname"
    )
    # What counts stays.
    world.checkin.refresh_from_db()
    assert world.checkin.craving == 8


@pytest.mark.django_db(transaction=True)
def test_who_was_erased_does_not_stop_it(a_copy):
    world = make_a_house()
    destroy_keys(world.rosa.pk, at=NOON)
    crypto.data_keys.forget()

    anonymize(at=NOON)

    assert Client.objects.get().pk == world.other.enrollment.client_id


def test_codes_stay_and_words_do_not():
    making = Making()
    said = {
        "triggers": ["trg.people.pressure", "trg.own.3", "my brother Bramble"],
        "at": "2026-10-14T16:00:00Z",
        "phone": NUMBER,
        "Bramblekey": 4,
    }

    made = making.tree(said)

    assert made["triggers"][:2] == said["triggers"][:2]
    assert made["at"] == said["at"]
    assert "Bramble" not in json.dumps(made)
    assert made["phone"] != NUMBER
    assert len(made["triggers"][2]) == len(said["triggers"][2])
    assert 4 in made.values()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "loopback"), [("companion", True), ("companion_copy", False)]
)
def test_it_refuses_the_database_people_use(settings, monkeypatch, name, loopback):
    monkeypatch.setitem(connection.settings_dict, "NAME", f"/srv/copy/{name}")
    settings.IS_LOOPBACK = loopback

    with pytest.raises(NotACopy):
        anonymize(at=NOON)


@pytest.mark.django_db
def test_it_asks_for_the_flag():
    with pytest.raises(CommandError, match="--this-is-a-copy"):
        call_command("anonymize")


# --- every column is declared


def test_every_column_that_could_hold_words_is_declared():
    undeclared, gone = [], []
    for model in apps.get_models():
        label = model._meta.label
        if label in EMPTIED:
            continue
        columns = {c.name for c in model._meta.concrete_fields if could_hold_words(c)}
        declared = set(PERSONAL.get(label, {}))
        undeclared += [f"{label}.{name}" for name in columns - declared]
        gone += [f"{label}.{name}" for name in declared - columns]

    assert undeclared == [], "say in apps/lifecycle/personal.py what it says of people"
    assert gone == []
    assert not EMPTIED & PERSONAL.keys()


def test_what_is_sealed_says_something():
    """A column is sealed because it is personal; NOTHING would leave it as it is."""
    nothing = [
        f"{label}.{column.name}"
        for label, declared in PERSONAL.items()
        for column in sealed_fields(apps.get_model(label))
        if declared[column.name] is NOTHING
    ]

    assert nothing == []


def test_a_column_with_structure_keeps_it():
    """Fault: a page that asks for a key of it finds words."""
    wrong = [
        f"{model._meta.label}.{name}"
        for model in apps.get_models()
        for name, says in said_by(model).items()
        if isinstance(model._meta.get_field(name), EncryptedJSONField)
        and says is not Says.CODES_AND_WORDS
    ]

    assert wrong == []
