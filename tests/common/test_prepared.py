import datetime as dt
import threading

import pytest
from django.db import connection, connections
from django.db.models import CharField, DateField, UUIDField

from apps.care.models import Client, Enrollment
from apps.common.prepared import prepared
from tests.factories.care import EnrollmentFactory

pytestmark = pytest.mark.django_db
WORDED = []


@prepared(client=UUIDField(), since=DateField())
def stays(client, since):
    WORDED.append(1)
    return (
        Enrollment.objects.filter(client=client, started_on__gte=since)
        .select_related("client", "program__site")
        .prefetch_related("placements")
        .order_by("pk")
    )


@prepared(name=CharField())
def named(name):
    return Client.objects.filter(preferred_name=name).values_list("pk", "profile")


def test_rows_are_those_of_the_same_query_made_anew(django_assert_num_queries):
    one, other = EnrollmentFactory(), EnrollmentFactory()
    since = dt.date(2020, 1, 1)

    with django_assert_num_queries(4):
        found = [stays(client=each.client_id, since=since) for each in (one, other)]

    assert found == [[one], [other]]
    with django_assert_num_queries(0):
        assert found[0][0].client.preferred_name == one.client.preferred_name
        assert found[1][0].program.site == other.program.site
        assert len(found[1][0].placements.all()) == 1


def test_each_value_stands_in_its_own_place():
    enrollment = EnrollmentFactory()
    day = dt.timedelta(days=1)

    ask = [enrollment.started_on, enrollment.started_on + day]

    assert [bool(stays(client=enrollment.client_id, since=since)) for since in ask] == [
        True,
        False,
    ]


def test_a_query_is_worded_once_for_a_connection():
    client = EnrollmentFactory().client_id
    connections["default"].__dict__.pop("prepared", None)
    WORDED.clear()

    for _ in range(3):
        stays(client=client, since=dt.date(2020, 1, 1))

    assert WORDED == [1]


def test_a_value_is_never_part_of_the_words():
    EnrollmentFactory()

    assert named(name="' OR 1=1 --") == []


def test_columns_alone_come_as_plain_rows():
    client = EnrollmentFactory(client__preferred_name="Rosa").client

    assert [pk for pk, _ in named(name="Rosa")] == [client.pk]


def test_every_value_must_be_given():
    with pytest.raises(TypeError):
        stays(client=EnrollmentFactory().client_id)


@pytest.mark.django_db(transaction=True)
def test_threads_that_ask_at_once_get_their_own_rows():
    made = [EnrollmentFactory() for _ in range(4)]
    wrong = []

    def ask(enrollment):
        for _ in range(20):
            found = stays(client=enrollment.client_id, since=dt.date(2020, 1, 1))
            wrong.extend([] if found == [enrollment] else [found])
        connection.close()

    threads = [threading.Thread(target=ask, args=[each]) for each in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
