"""One key for each client: what it opens, and that without it nothing opens."""

from operator import attrgetter

import pytest
from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

from apps.care.models import Client
from apps.common import crypto
from apps.common.fields import SELF, Sealed, sealed_fields, subject_of
from apps.keys.models import DataKey
from apps.keys.services import destroy_keys, unwrap
from apps.outreach.models import Answer
from tests.conftest import NOON
from tests.factories.care import ClientFactory, EnrollmentFactory
from tests.factories.checkins import CheckinDayFactory
from tests.factories.outreach import EpisodeFactory
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


def whose(row):
    """Walked one object after the other, as the columns themselves do not."""
    path = getattr(row, "sealed_for", None)
    if path is None:
        return None
    if path == SELF:
        return row.pk
    try:
        found = attrgetter(path)(row)
    except (AttributeError, ObjectDoesNotExist):
        # A task about no client; what staff had typed.
        return None
    return found and found.pk


def test_the_values_of_a_client_are_sealed_with_the_key_of_that_client(two):
    keys = dict(DataKey.objects.values_list("subject", "id"))
    values = [(row, crypto.key_name(token.token)) for row, _, token in sealed_values()]

    assert [name for _, name in values] == [
        keys.get(whose(row), "test") for row, _ in values
    ]
    assert {keys[pk] for pk in two} <= {name for _, name in values}


@pytest.mark.parametrize(
    "model",
    [model for model in sealed_models() if hasattr(model, "sealed_for")],
    ids=lambda model: model._meta.label,
)
def test_every_path_leads_to_the_client(model):
    client = ClientFactory()

    assert subject_of(_leading_to(client, model, model.sealed_for)) == client.pk


def _leading_to(client, model, path):
    """A row, not saved, whose path ends at this client."""
    if path == SELF:
        return client
    name, _, rest = path.partition(".")
    if (name, rest) == ("user", "client"):
        return model(user=client.user)
    related = model._meta.get_field(name).related_model
    return model(**{name: _leading_to(client, related, rest) if rest else client})


def test_a_path_is_found_by_ids_alone(django_assert_num_queries):
    episode = EpisodeFactory()
    client_id = episode.enrollment.client_id

    with django_assert_num_queries(1):
        # Asked once: whose an episode is never changes.
        assert subject_of(Answer(episode_id=episode.pk)) == client_id
        assert subject_of(Answer(episode_id=episode.pk)) == client_id


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


def test_a_wrapped_key_opens_for_its_own_client_only():
    mine, theirs = (DataKey.objects.get(subject=ClientFactory().pk) for _ in range(2))

    with pytest.raises(crypto.CannotOpen):
        unwrap(bytes(theirs.wrapped), key_id=mine.pk, subject=mine.subject)


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
