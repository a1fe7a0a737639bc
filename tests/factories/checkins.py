import datetime as dt
import uuid

import factory
from factory.django import DjangoModelFactory

from apps.care.rules.weekly_questions import VERSION
from apps.checkins.models import CheckinDay, Draft, Moment, Reply, WeeklyReview
from tests.conftest import NOON
from tests.factories.care import EnrollmentFactory, StaffFactory

CALM_WEEK = {
    "health": 1,
    "sleep": 1,
    "low_days": 1,
    "alcohol": 0,
    "drugs": 0,
    "cravings": 1,
    "sure": 3,
    "meetings": 3,
    "risky": 1,
    "faith": 2,
    "work": 4,
    "income": "yes",
    "conflict": 1,
    "support": 4,
    "progress": 3,
}


class CheckinDayFactory(DjangoModelFactory):
    """A whole, calm check-in of today."""

    class Meta:
        model = CheckinDay

    enrollment = factory.SubFactory(EnrollmentFactory)
    organization = factory.SelfAttribute("enrollment.organization")
    client = factory.SelfAttribute("enrollment.client")
    local_on = NOON.date()
    first_at = factory.LazyAttribute(
        lambda day: NOON - dt.timedelta(days=(NOON.date() - day.local_on).days)
    )
    last_at = factory.SelfAttribute("first_at")
    craving = 2
    mood = 4
    confidence = 8
    answers = factory.LazyAttribute(
        lambda day: {
            "craving_peak": day.craving,
            "triggers": ["trg.feel.stress"],
            "coping_used": None,
            "mood": day.mood,
            "body": ["fine"],
            "confidence": day.confidence,
            "use_reported": "no",
            "contact_request": "no",
        }
    )


class DraftFactory(DjangoModelFactory):
    class Meta:
        model = Draft

    client = factory.SelfAttribute("enrollment.client")
    kind = Draft.Kind.CHECKIN
    uuid = factory.LazyFunction(uuid.uuid4)
    local_on = NOON.date()
    answers = factory.LazyFunction(dict)
    changed_at = NOON

    class Params:
        enrollment = factory.SubFactory(EnrollmentFactory)


class MomentFactory(DjangoModelFactory):
    class Meta:
        model = Moment

    enrollment = factory.SubFactory(EnrollmentFactory)
    organization = factory.SelfAttribute("enrollment.organization")
    client = factory.SelfAttribute("enrollment.client")
    uuid = factory.LazyFunction(uuid.uuid4)
    local_on = NOON.date()
    occurred_at = NOON
    received_at = factory.SelfAttribute("occurred_at")
    craving = 6
    details = factory.LazyFunction(
        lambda: {"trigger": "trg.time.payday", "tool": "cop.move.walk"}
    )


class WeeklyReviewFactory(DjangoModelFactory):
    """A calm week, in our own words; due on the Monday before."""

    class Meta:
        model = WeeklyReview

    enrollment = factory.SubFactory(EnrollmentFactory)
    organization = factory.SelfAttribute("enrollment.organization")
    client = factory.SelfAttribute("enrollment.client")
    uuid = factory.LazyFunction(uuid.uuid4)
    due_on = NOON.date() - dt.timedelta(days=2)
    question_set = VERSION
    language = "en"
    occurred_at = factory.LazyAttribute(
        lambda review: NOON - dt.timedelta(days=(NOON.date() - review.due_on).days)
    )
    received_at = factory.SelfAttribute("occurred_at")
    answers = factory.LazyFunction(lambda: dict(CALM_WEEK))


class ReplyFactory(DjangoModelFactory):
    class Meta:
        model = Reply

    day = factory.SubFactory(CheckinDayFactory)
    by = factory.SubFactory(
        StaffFactory, organization_id=factory.SelfAttribute("..day.organization_id")
    )
    at = NOON
    text = "Thanks for telling me."
