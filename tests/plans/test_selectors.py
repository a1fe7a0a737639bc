import datetime as dt

import pytest

from apps.care.rules.triage import PlanFacts
from apps.plans import selectors
from tests.factories.care import AssignmentFactory, ClientFactory, EnrollmentFactory
from tests.factories.plans import (
    CommentFactory,
    PlanPersonFactory,
    PlanVersionFactory,
)

pytestmark = pytest.mark.django_db


def test_the_agreed_plan_stays_in_use_while_the_next_is_written():
    agreed = PlanVersionFactory(state="APPROVED")
    draft = PlanVersionFactory(client=agreed.client, number=2)

    plan = selectors.current_plan(agreed.client)

    assert (plan.agreed, plan.open) == (agreed, draft)
    assert (plan.in_use, plan.newest) == (agreed, draft)


@pytest.mark.parametrize("state", ["DRAFT", "SUBMITTED", "CHANGES_REQUESTED"])
def test_a_draft_is_in_use_from_its_first_minute(state):
    draft = PlanVersionFactory(state=state)

    assert selectors.current_plan(draft.client).in_use == draft


@pytest.mark.parametrize("state", ["WITHDRAWN", "SUPERSEDED"])
def test_what_is_over_is_not_the_plan(state):
    version = PlanVersionFactory(state=state)

    assert selectors.current_plan(version.client).newest is None


def test_the_pinned_step_names_the_person_it_means():
    version = PlanVersionFactory()
    PlanPersonFactory(client=version.client, details={"name": "Ari", "phone": ""})
    dee = PlanPersonFactory(client=version.client, position=1)

    step = selectors.pinned_step(version.client, "en")

    assert step.sentence == "If it's payday, then I will call someone safe: call Dee."
    assert step.person == dee


def test_a_step_with_a_pinned_skill_goes_before_the_others():
    walk = {
        "id": "i0",
        "when_code": "trg.feel.bored",
        "then_code": "cop.move.walk",
    }
    version = PlanVersionFactory()
    version.content["if_then"]["items"].insert(0, walk)
    version.save()

    assert "payday" in selectors.pinned_step(version.client, "en").sentence


def test_a_step_without_a_person_offers_no_call():
    version = PlanVersionFactory(
        content={
            "if_then": {
                "items": [
                    {
                        "id": "i1",
                        "when_code": "trg.own.1",
                        "when_label": "the old bridge",
                        "then_code": "cop.move.walk",
                    }
                ]
            }
        }
    )
    PlanPersonFactory(client=version.client)

    step = selectors.pinned_step(version.client, "en")

    assert step.sentence == ("If the old bridge comes up, then I will take a walk.")
    assert step.person is None


@pytest.mark.parametrize("content", [{}, {"if_then": {"items": []}}])
def test_without_steps_nothing_is_pinned(content):
    version = PlanVersionFactory(content=content)

    assert selectors.pinned_step(version.client, "en") is None
    assert selectors.pinned_step(ClientFactory(), "en") is None


def test_ideas_are_news_until_they_are_sent_again(noon):
    version = PlanVersionFactory(state="CHANGES_REQUESTED")

    news = selectors.plan_news(version, noon + dt.timedelta(days=40))

    assert (news.state, news.by) == ("CHANGES_REQUESTED", version.decided_by)


@pytest.mark.parametrize(("days", "is_news"), [(1, True), (5, False)])
def test_an_agreement_is_news_for_a_week(days, is_news, noon):
    # Decided two days before noon.
    version = PlanVersionFactory(state="APPROVED")

    news = selectors.plan_news(version, noon + dt.timedelta(days=days))

    assert bool(news) is is_news


@pytest.mark.parametrize("state", ["DRAFT", "SUBMITTED", "IN_REVIEW"])
def test_what_nobody_answered_is_no_news(state, noon):
    version = PlanVersionFactory(state=state)

    assert selectors.plan_news(version, noon) is None


def test_comments_stay_with_the_plan_until_it_is_agreed():
    agreed = PlanVersionFactory(state="APPROVED")
    settled = CommentFactory(version=agreed, text="Old")
    taken_back = PlanVersionFactory(client=agreed.client, number=2, state="WITHDRAWN")
    idea = CommentFactory(version=taken_back)
    draft = PlanVersionFactory(client=agreed.client, number=3)
    CommentFactory(text="Of somebody else")

    assert selectors.comments_on(draft, after=agreed) == [idea]
    assert selectors.comments_on(agreed, after=None) == [settled]


@pytest.mark.parametrize(
    ("profile", "sections"),
    [
        pytest.param({}, [], id="nothing known"),
        pytest.param(
            {"medications": ["naltrexone"]}, ["medicine"], id="takes medicine"
        ),
        pytest.param({"substance": "cocaine"}, ["space"], id="fentanyl turns up in it"),
        pytest.param({"opioid_history": True}, ["space"], id="opioids before"),
    ],
)
def test_what_is_to_do_together_depends_on_the_person(profile, sections):
    client = ClientFactory(profile=profile)
    without_profile = selectors.gaps_of(ClientFactory(), {}, [])

    gaps = selectors.gaps_of(client, {}, [])

    more = [gap.section for gap in gaps if gap not in without_profile]
    assert more == sections


def test_waiting_plans_count_work_days_and_stop_when_answered(noon):
    enrollment = EnrollmentFactory()
    # Sent on Saturday; noon is a Wednesday.
    waiting = PlanVersionFactory(client=enrollment.client, state="SUBMITTED")
    for state in ("DRAFT", "CHANGES_REQUESTED", "APPROVED", "WITHDRAWN"):
        PlanVersionFactory(client=EnrollmentFactory().client, state=state)

    [row] = selectors.waiting_plans(noon)

    assert (row.version, row.enrollment, row.level) == (waiting, enrollment, "IOP")
    assert row.work_days == 3


def test_a_plan_sent_after_the_last_discharge_waits_for_nobody(noon):
    PlanVersionFactory(state="SUBMITTED")

    assert selectors.waiting_plans(noon) == []


@pytest.mark.parametrize(("days", "is_listed"), [(8, False), (7, True), (-3, True)])
def test_a_review_is_listed_a_week_ahead(days, is_listed, noon):
    assignment = AssignmentFactory()
    PlanVersionFactory(
        client=assignment.enrollment.client,
        state="APPROVED",
        review_due_on=noon.date() + dt.timedelta(days=days),
    )

    rows = selectors.plans_to_look_at_again(assignment.staff, noon)

    assert bool(rows) is is_listed


def test_a_plan_already_sent_again_is_not_asked_for(noon):
    assignment = AssignmentFactory()
    client = assignment.enrollment.client
    PlanVersionFactory(client=client, state="APPROVED", review_due_on=noon.date())
    PlanVersionFactory(client=client, state="SUBMITTED", number=2)

    assert selectors.plans_to_look_at_again(assignment.staff, noon) == []


def test_plan_facts_are_read_at_once_for_many(noon, django_assert_num_queries):
    sent = EnrollmentFactory()
    waiting = PlanVersionFactory(client=sent.client, state="SUBMITTED")
    settled = EnrollmentFactory()
    agreed = PlanVersionFactory(
        client=settled.client,
        state="APPROVED",
        # Late in the evening of the 12th in Boston.
        decided_at=dt.datetime(2026, 10, 13, 2, 0, tzinfo=dt.UTC),
    )
    quiet = EnrollmentFactory()

    with django_assert_num_queries(1):
        facts = selectors.plan_facts([sent, settled, quiet])

    assert facts == {
        sent.client_id: PlanFacts(submitted_at=waiting.submitted_at),
        settled.client_id: PlanFacts(
            agreed_on=dt.date(2026, 10, 12), review_due_on=agreed.review_due_on
        ),
    }


def test_a_plan_looked_at_again_counts_from_then(noon):
    enrollment = EnrollmentFactory()
    PlanVersionFactory(client=enrollment.client, state="APPROVED", kept_at=noon)

    facts = selectors.plan_facts([enrollment])[enrollment.client_id]

    assert facts.agreed_on == noon.date()
