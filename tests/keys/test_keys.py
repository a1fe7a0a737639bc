"""One key for each client: what it opens, and that without it nothing opens."""

import pytest
from django.apps import apps
from django.db import transaction

from apps.care.models import Client
from apps.common import crypto
from apps.common.fields import Sealed, sealed_fields, subject_of
from apps.keys.models import DataKey
from apps.keys.services import destroy_keys
from tests.conftest import NOON
from tests.factories.care import ClientFactory, EnrollmentFactory
from tests.factories.checkins import CheckinDayFactory
from tests.world import World

pytestmark = pytest.mark.django_db

# Sealed for the program: no value of these is a client's, each with the reason.
NOBODYS = {
    "phone.SealingKey": "the private half that every phone of the program seals to",
    "signin.CodeMessage": "a code, gone once a worker has taken it",
    "signin.SignIn": "the key of a session",
}


def sealed_models():
    return [model for model in apps.get_models() if sealed_fields(model)]


def sealed_values():
    """Every sealed value there is: the row, the column and the ciphertext."""
    for model in sealed_models():
        for row in model._base_manager.all():
            for column in sealed_fields(model):
                token = row.__dict__[column.attname]
                if isinstance(token, Sealed):
                    yield row, column, token


def opens(row, column, token) -> bool:
    try:
        column.open(token, pk=row.pk)
    except crypto.KeyDestroyed:
        return False
    return True


@pytest.fixture
def two():
    """Two people, one with everything."""
    world = World().make_everything()
    CheckinDayFactory(enrollment=world.other.enrollment, note="Theirs")
    return world.enrollment.client_id, world.other.enrollment.client_id


@pytest.mark.parametrize("model", sealed_models(), ids=lambda m: m._meta.label)
def test_every_sealed_model_says_whose_its_values_are(model):
    declared = hasattr(model, "sealed_for")

    assert declared != (model._meta.label in NOBODYS)


def test_the_values_of_a_client_are_sealed_with_the_key_of_that_client(two):
    keys = dict(DataKey.objects.values_list("subject", "id"))
    expected = {
        (row._meta.label, row.pk): keys.get(subject_of(row), "test")
        for row, _column, _token in sealed_values()
    }
    found = {
        (row._meta.label, row.pk): crypto.key_name(token.token)
        for row, _column, token in sealed_values()
    }

    assert found == expected
    assert {keys[pk] for pk in two} <= set(found.values())


def test_destroying_the_key_closes_exactly_the_values_of_that_client(two):
    erased, _kept = two
    theirs = {
        (row._meta.label, row.pk)
        for row, _column, _token in sealed_values()
        if subject_of(row) == erased
    }

    destroy_keys(erased, at=NOON)
    crypto.data_keys.forget()

    closed = {
        (row._meta.label, row.pk)
        for row, *value in sealed_values()
        if not opens(row, *value)
    }
    assert closed == theirs
    assert len({label for label, _pk in closed}) > 10


def test_nothing_of_the_key_is_left_in_its_row():
    client = ClientFactory()

    destroy_keys(client.pk, at=NOON)

    (left,) = DataKey.objects.filter(subject=client.pk)
    assert (bytes(left.wrapped), left.destroyed_at) == (b"", NOON)


def test_nothing_is_written_for_a_client_whose_key_is_gone():
    client = ClientFactory()
    destroy_keys(client.pk, at=NOON)
    crypto.data_keys.forget()

    client.surname = "New"
    with pytest.raises(crypto.KeyDestroyed):
        client.save()


def test_a_key_that_was_rolled_back_seals_nothing():
    organization = EnrollmentFactory().organization
    client = ClientFactory.build(organization=organization, user=None)

    with transaction.atomic():
        client.save()
        transaction.set_rollback(True)
    client._state.adding = True
    client.surname = "Second try"
    client.save()
    crypto.data_keys.forget()

    assert Client.objects.get(pk=client.pk).surname == "Second try"


def test_a_key_of_one_client_does_not_open_under_another_name():
    mine, theirs = ClientFactory(), ClientFactory()
    wrapped = DataKey.objects.get(subject=theirs.pk).wrapped
    DataKey.objects.filter(subject=mine.pk).update(wrapped=wrapped)
    crypto.data_keys.forget()

    with pytest.raises(crypto.CannotOpen):
        _ = Client.objects.get(pk=mine.pk).surname


@pytest.mark.parametrize("people", [3, 12])
def test_a_cold_process_fetches_the_keys_of_a_whole_desk_at_once(
    people, django_assert_num_queries
):
    organization = EnrollmentFactory().organization
    ClientFactory.create_batch(people, organization=organization, surname="Same")
    crypto.data_keys.forget()
    clients = list(Client.objects.filter(organization=organization))

    # One for the first of them, one for everybody else.
    with django_assert_num_queries(2):
        assert [c.surname for c in clients].count("Same") == people


def test_a_phone_needs_the_key_of_one_person(django_assert_num_queries):
    client = ClientFactory(surname="Alone")
    ClientFactory.create_batch(3, organization=client.organization)
    crypto.data_keys.forget()
    loaded = Client.objects.get(pk=client.pk)

    with django_assert_num_queries(1):
        assert loaded.surname == "Alone"
    assert len(crypto.data_keys._by_id) == 1


def test_a_destroyed_key_is_forgotten_in_time(settings):
    client = ClientFactory(surname="Gone")
    destroy_keys(client.pk, at=NOON)
    settings.DATA_KEYS_REMEMBERED_FOR = -1

    with pytest.raises(crypto.KeyDestroyed):
        _ = Client.objects.get(pk=client.pk).surname
