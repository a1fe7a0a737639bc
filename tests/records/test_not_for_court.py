"""Said where people write, and true: see tests/disclosures/test_rules.py."""

import re

import pytest
from django.urls import reverse

from tests.factories.care import AssignmentFactory
from tests.factories.checkins import CheckinDayFactory
from tests.factories.plans import PlanVersionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
SAID = "We don't send check-ins to court or probation unless you sign or a judge orders it."


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("checkins:done", []),
        ("plans:section", ["why"]),
        ("plans:steps", []),
        ("records:my_data", []),
        ("records:my_records", []),
    ],
)
def test_it_is_said_where_they_write(client, name, args):
    enrollment = AssignmentFactory().enrollment
    CheckinDayFactory(enrollment=enrollment)
    PlanVersionFactory(client=enrollment.client)
    client.force_login(enrollment.client.user)

    response = client.get(reverse(name, args=args), {"step": "last"})

    assert SAID in response.text


def test_without_a_network_it_is_said_in_words_that_tell_a_stranger_nothing(client):
    """Fault: a page that lies on the phone for everybody names a court, or promises nothing."""
    page = client.get("/offline/en/check-in/").text

    assert "Almost all others need you to sign first" in page
    assert not re.search(r"\b(?:court|probation|judge)", page, re.IGNORECASE)
