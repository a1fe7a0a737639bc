"""A plan goes back and forth between two phones until it is agreed."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from apps.plans.models import AgreedIsFinal, PlanVersion
from tests.factories.care import AssignmentFactory
from tests.factories.plans import CommentFactory, PlanVersionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]

State = PlanVersion.State
PLAN = reverse("plans:plan")
WHY = reverse("plans:section", args=["why"])


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_plan_that_came_back_is_sent_again_and_agreed():
    # Maeve's plan came back with suggestions.
    assignment = AssignmentFactory(
        staff__name="Kofi", enrollment__client__preferred_name="Maeve"
    )
    version = PlanVersionFactory(
        client=assignment.enrollment.client,
        state=State.CHANGES_REQUESTED,
        decided_by=assignment.staff,
    )
    CommentFactory(version=version, by=assignment.staff, text="Say more about sleep?")
    maeve, kofi = signed_in(version.client.user), signed_in(assignment.staff)
    desk = reverse("desk:plan", args=[version.pk])
    assert "Say more about sleep?" in maeve.get(PLAN).text

    # She edits and sends it.
    maeve.post(WHY, {"lines": "To sleep through the night"})
    assert "Sent to Kofi." in maeve.post(reverse("plans:send"), follow=True).text

    # It is on Kofi's list at once; he comments on a section and sends ideas back.
    listed = kofi.get(reverse("desk:plans")).text
    assert "Maeve" in listed
    assert "new today" in listed
    assert "<ins>through the night</ins>" in kofi.get(desk).text
    kofi.post(
        reverse("desk:plan_comment", args=[version.pk]),
        {"section": "why", "text": "What helps you at 11 pm?"},
    )
    kofi.post(
        reverse("desk:plan_ideas", args=[version.pk]),
        {"affirmation": "I like how plain this is."},
    )

    # She sees both, with his name, and sends it again as it is.
    page = maeve.get(PLAN).text
    assert "What helps you at 11 pm?" in page
    assert "I like how plain this is." in page
    assert "Kofi read it today and left ideas." in page
    maeve.post(reverse("plans:send"))

    # Agreed, it is immutable.
    kofi.post(
        reverse("desk:plan_agree", args=[version.pk]), {"review_due_on": "2026-11-20"}
    )
    assert "You and Kofi agreed on this today." in maeve.get(PLAN).text
    agreed = PlanVersion.objects.get(pk=version.pk)
    assert agreed.review_due_on == dt.date(2026, 11, 20)
    refused = maeve.post(WHY, {"lines": "Something else"}).text
    assert "This plan is agreed." in refused
    with pytest.raises(AgreedIsFinal):
        agreed.save()

    # A new draft is version n+1 and starts with the same words.
    maeve.post(reverse("plans:start"))
    maeve.post(WHY, {"lines": "To see the sea"})
    versions = version.client.plan_versions.order_by("number")
    assert [(v.number, v.state, v.content["why"]["lines"]) for v in versions] == [
        (1, State.APPROVED, ["To sleep through the night"]),
        (2, State.DRAFT, ["To see the sea"]),
    ]
    assert versions[1].content["kit"] == agreed.content["kit"]
