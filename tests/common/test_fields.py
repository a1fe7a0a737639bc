import pytest
from django.core.exceptions import FieldError
from django.db import connection

from apps.care.models import Client
from apps.common.crypto import CannotOpen
from tests.factories.care import ClientFactory

pytestmark = pytest.mark.django_db


def test_a_sealed_column_reads_back_as_it_was_written():
    client = ClientFactory(surname="Ñandú", profile={"substance": "alcohol"})

    loaded = Client.objects.get(pk=client.pk)

    assert (loaded.surname, loaded.profile) == ("Ñandú", {"substance": "alcohol"})


def test_a_sealed_column_holds_no_plain_text_in_the_database():
    ClientFactory(surname="Marker-Surname")

    with connection.cursor() as cursor:
        cursor.execute("SELECT surname FROM care_client")
        stored = bytes(cursor.fetchone()[0])

    assert b"Marker" not in stored


def test_a_value_moved_to_another_row_does_not_open():
    theirs = Client.objects.get(pk=ClientFactory(surname="Theirs").pk)
    mine = Client.objects.get(pk=ClientFactory(surname="Mine").pk)
    moved = theirs.__dict__["surname"]
    mine.surname = moved
    mine.save()

    with pytest.raises(CannotOpen):
        _ = Client.objects.get(pk=mine.pk).surname


def test_saving_an_unread_value_keeps_it():
    client = Client.objects.get(pk=ClientFactory(surname="Kept").pk)

    client.preferred_name = "Other"
    client.save()

    assert Client.objects.get(pk=client.pk).surname == "Kept"


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(lambda: Client.objects.filter(surname="x"), id="filter"),
        pytest.param(lambda: Client.objects.update(surname="x"), id="update"),
    ],
)
def test_searching_or_updating_a_sealed_column_is_refused(query):
    ClientFactory()

    with pytest.raises(FieldError):
        query()


def test_a_deferred_sealed_column_is_loaded_when_read():
    client = ClientFactory(surname="Later")

    assert Client.objects.defer("surname").get(pk=client.pk).surname == "Later"
