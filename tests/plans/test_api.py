import pytest
from django.urls import reverse

from tests.factories.care import AssignmentFactory, ClientFactory, StaffFactory
from tests.factories.plans import CommentFactory, PlanPersonFactory, PlanVersionFactory

pytestmark = pytest.mark.django_db

URL = reverse("api:plan")


def test_a_client_reads_their_plan_whole(client, django_assert_num_queries):
    mine = AssignmentFactory(staff__name="Ana").enrollment.client
    agreed = PlanVersionFactory(client=mine, state="APPROVED")
    draft = PlanVersionFactory(client=mine, number=2, state="CHANGES_REQUESTED")
    CommentFactory(version=draft, by__name="Ana", text="Nights?")
    PlanPersonFactory(client=mine)
    client.force_login(mine.user)

    with django_assert_num_queries(7):
        plan = client.get(URL).json()

    assert (plan["agreed"]["id"], plan["agreed"]["state"]) == (
        str(agreed.pk),
        "APPROVED",
    )
    assert (plan["open"]["number"], plan["open"]["content"]) == (2, draft.content)
    assert [(c["by"], c["text"]) for c in plan["comments"]] == [("Ana", "Nights?")]
    assert [p["name"] for p in plan["people"]] == ["Dee"]
    assert plan["pinned_step"]["person"]["phone"] == "+16175550142"


def test_without_a_plan_there_is_nothing_of_anybody_else(client):
    PlanVersionFactory(state="APPROVED")
    PlanPersonFactory()
    CommentFactory()
    client.force_login(ClientFactory().user)

    assert client.get(URL).json() == {
        "agreed": None,
        "open": None,
        "comments": [],
        "people": [],
        "pinned_step": None,
    }


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_is_read_only(client, method):
    client.force_login(ClientFactory().user)

    assert getattr(client, method)(URL).status_code == 405


def test_staff_have_no_plan(client):
    client.force_login(StaffFactory())

    assert client.get(URL).status_code == 404


def test_a_visitor_is_refused(client):
    assert client.get(URL).status_code == 403
