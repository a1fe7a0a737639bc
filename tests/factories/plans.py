import datetime as dt

import factory
from factory.django import DjangoModelFactory

from apps.plans.models import Comment, PlanPerson, PlanVersion
from tests.conftest import NOON
from tests.factories.care import ClientFactory, StaffFactory

State = PlanVersion.State

# A plan with something in every kind of section.
CONTENT = {
    "why": {"lines": ["For my girls.", "To sleep again."]},
    "triggers": {
        "items": [
            {"id": "t1", "code": "trg.time.payday", "strength": 3, "plan": "face"},
        ]
    },
    "if_then": {
        "items": [
            {
                "id": "i1",
                "when_code": "trg.time.payday",
                "then_code": "cop.con.call",
                "where": "",
                "words": "call Dee",
            }
        ]
    },
    "kit": {
        "items": [
            {"id": "k1", "code": "cop.con.call", "pinned": True},
            {"id": "k2", "code": "cop.dbt.breath", "pinned": False},
        ]
    },
}


class PlanVersionFactory(DjangoModelFactory):
    """A draft; ``state=`` brings the times and names that state has."""

    class Meta:
        model = PlanVersion

    client = factory.SubFactory(ClientFactory)
    organization = factory.SelfAttribute("client.organization")
    number = 1
    state = State.DRAFT
    content = factory.LazyFunction(lambda: dict(CONTENT))
    created_at = NOON - dt.timedelta(days=10)
    changed_at = NOON - dt.timedelta(days=5)
    submitted_at = factory.Maybe(
        factory.LazyAttribute(lambda version: version.state == State.DRAFT),
        yes_declaration=None,
        no_declaration=NOON - dt.timedelta(days=4),
    )
    decided_at = factory.Maybe(
        "is_decided", NOON - dt.timedelta(days=2), no_declaration=None
    )
    decided_by = factory.Maybe(
        "is_decided", factory.SubFactory(StaffFactory), no_declaration=None
    )
    review_due_on = factory.Maybe(
        "is_agreed", NOON.date() + dt.timedelta(days=28), no_declaration=None
    )
    answered_content = factory.Maybe(
        factory.LazyAttribute(lambda version: version.state == State.CHANGES_REQUESTED),
        yes_declaration=factory.SelfAttribute("content"),
        no_declaration=None,
    )

    class Params:
        is_agreed = factory.LazyAttribute(
            lambda version: version.state in (State.APPROVED, State.SUPERSEDED)
        )
        is_decided = factory.LazyAttribute(
            lambda version: (
                version.is_agreed or version.state == State.CHANGES_REQUESTED
            )
        )


class CommentFactory(DjangoModelFactory):
    class Meta:
        model = Comment

    version = factory.SubFactory(PlanVersionFactory, state=State.IN_REVIEW)
    section = "why"
    by = factory.SubFactory(StaffFactory)
    at = NOON - dt.timedelta(days=1)
    text = "What would make this easier at 11 pm?"


class PlanPersonFactory(DjangoModelFactory):
    class Meta:
        model = PlanPerson

    client = factory.SubFactory(ClientFactory)
    details = factory.LazyFunction(
        lambda: {
            "name": "Dee",
            "relation": "sister",
            "phone": "+16175550142",
            "best_time": "evenings",
            "what_to_say": "Stay on the line.",
            "knows": True,
        }
    )
    since = NOON - dt.timedelta(days=10)
