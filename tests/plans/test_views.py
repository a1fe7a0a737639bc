import datetime as dt

import pytest
from django.urls import reverse

from apps.care.models import Task
from apps.plans.models import PlanVersion
from tests.factories.care import AssignmentFactory, ClientFactory, StaffFactory
from tests.factories.plans import (
    CommentFactory,
    PlanPersonFactory,
    PlanVersionFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]

State = PlanVersion.State
PLAN = reverse("plans:plan")


@pytest.fixture
def rosa():
    """A client whose counselor is Ana."""
    return AssignmentFactory(staff__name="Ana").enrollment.client


@pytest.fixture
def phone(client, rosa):
    client.force_login(rosa.user)
    return client


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (None, "Nothing is written yet."),
        (State.DRAFT, "Send it to Ana any time."),
        (State.SUBMITTED, "Sent to Ana on Saturday. Plans are read on work days."),
        (State.IN_REVIEW, "Ana is reading it."),
        (State.CHANGES_REQUESTED, "Kofi read it on Monday and left ideas."),
        (State.APPROVED, "You and Kofi agreed on this on Monday."),
        (State.WITHDRAWN, "Nothing is written yet."),
    ],
)
def test_the_state_is_told_in_words(phone, rosa, state, words):
    if state:
        PlanVersionFactory(client=rosa, state=state, decided_by__name="Kofi")

    assert words in phone.get(PLAN).text


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (5, "You look at it together again around Oct 19."),
        (0, "It is time for another"),
    ],
)
def test_an_agreed_plan_says_when_it_is_looked_at_again(phone, rosa, noon, days, words):
    PlanVersionFactory(
        client=rosa,
        state=State.APPROVED,
        review_due_on=noon.date() + dt.timedelta(days=days),
    )

    assert words in phone.get(PLAN).text


def test_steps_and_people_stand_on_top(phone, rosa):
    PlanVersionFactory(client=rosa)
    PlanPersonFactory(client=rosa)

    page = phone.get(PLAN).text

    assert page.index("If it&#x27;s payday") < page.index("What I wrote")
    assert 'href="tel:+16175550142"' in page
    assert 'href="sms:+16175550142"' in page


def test_comments_stand_at_their_step_with_name_and_time(phone, rosa):
    version = PlanVersionFactory(client=rosa, state=State.CHANGES_REQUESTED)
    CommentFactory(
        version=version, section="kit", step="k2", by__name="Kofi", text="Before bed?"
    )

    page = phone.get(PLAN).text
    after_the_step = page[page.index("Slow breathing (in 4") :]

    assert after_the_step.index("Before bed?") < after_the_step.index("My people")
    assert "Kofi · Tue noon" in after_the_step


def test_the_kind_word_that_came_with_ideas_stands_above_them(phone, rosa):
    version = PlanVersionFactory(client=rosa, state=State.CHANGES_REQUESTED)
    CommentFactory(version=version, section="", text="Your reasons are so clear.")

    page = phone.get(PLAN).text

    assert page.index("Your reasons are so clear.") < page.index("What I wrote")


def test_nobody_sees_the_comments_of_somebody_else(phone, rosa):
    PlanVersionFactory(client=rosa, state=State.CHANGES_REQUESTED)
    CommentFactory(text="For somebody else")
    PlanPersonFactory(details={"name": "Stranger", "phone": ""})

    page = phone.get(PLAN).text

    assert "For somebody else" not in page
    assert "Stranger" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_plan_costs_the_same_with_more_in_it(
    phone, rosa, count, django_assert_num_queries
):
    version = PlanVersionFactory(client=rosa, state=State.CHANGES_REQUESTED)
    CommentFactory.create_batch(count, version=version)
    PlanPersonFactory.create_batch(count, client=rosa)

    with django_assert_num_queries(8):
        phone.get(PLAN)


def test_gaps_are_named_and_never_keep_it_from_being_sent(phone, rosa):
    page = phone.get(PLAN).text
    answer = phone.post(reverse("plans:send"), follow=True)

    assert "One person you can call." in page
    assert "Sent to Ana." in answer.text
    assert rosa.plan_versions.get().state == State.SUBMITTED


def test_sending_twice_sends_once(phone, rosa):
    PlanVersionFactory(client=rosa)
    phone.post(reverse("plans:send"))

    again = phone.post(reverse("plans:send"), follow=True)

    assert "Your plan is on its way already." in again.text
    assert rosa.plan_versions.get().state == State.SUBMITTED


def test_an_agreed_plan_is_not_sent_again(phone, rosa):
    PlanVersionFactory(client=rosa, state=State.APPROVED)

    answer = phone.post(reverse("plans:send"), follow=True)

    assert "This plan is agreed." in answer.text
    assert rosa.plan_versions.get().state == State.APPROVED


def test_taking_back_opens_it_for_writing(phone, rosa):
    PlanVersionFactory(client=rosa, state=State.SUBMITTED)

    answer = phone.post(reverse("plans:take_back"), follow=True)

    assert "You have it back. Nothing is lost." in answer.text
    assert rosa.plan_versions.open().get().state == State.DRAFT


def test_once_it_is_read_it_stays_there(phone, rosa):
    PlanVersionFactory(client=rosa, state=State.IN_REVIEW)

    answer = phone.post(reverse("plans:take_back"), follow=True)

    assert "Ana is reading it already." in answer.text
    assert rosa.plan_versions.get().state == State.IN_REVIEW


def test_with_nothing_sent_there_is_nothing_to_take_back(phone):
    assert phone.post(reverse("plans:take_back")).status_code == 302


def test_a_new_version_starts_on_purpose(phone, rosa):
    PlanVersionFactory(client=rosa, state=State.APPROVED, number=2)

    answer = phone.post(reverse("plans:start"), follow=True)

    assert "A new version is open." in answer.text
    assert rosa.plan_versions.open().get().number == 3


def test_without_an_agreed_plan_no_new_version_starts(phone, rosa):
    PlanVersionFactory(client=rosa)

    answer = phone.post(reverse("plans:start"), follow=True)

    assert "You can write in this one." in answer.text
    assert rosa.plan_versions.count() == 1


def test_now_holds_three_stages_and_the_numbers(phone, rosa):
    rosa.enrollments.get().program.site.lines.create(
        kind="PROGRAM",
        label="Front desk",
        number="617-555-0100",
        last_checked_on=dt.date(2026, 10, 1),
    )
    PlanVersionFactory(
        client=rosa,
        content={
            "signs": {"items": [{"id": "s1", "code": "wrn.body.sleep"}], "who": "Bo"},
            "if_then": {
                "items": [
                    {
                        "id": "i1",
                        "when_code": "wrn.body.sleep",
                        "then_code": "cop.dbt.breath",
                    },
                    {
                        "id": "i2",
                        "when_code": "trg.time.payday",
                        "then_code": "cop.move.walk",
                    },
                ]
            },
        },
    )

    page = phone.get(reverse("plans:now")).text
    early, rest = page.split("getting stronger")
    rising, emergency = rest.split(">Emergency<")

    assert "Sleep is off" in early
    assert "breathe slowly" in early
    assert "payday" in rising
    assert "payday" not in early
    for number in ("tel:911", "tel:988", "sms:988", "tel:617-555-0100"):
        assert number in emergency


def test_the_numbers_are_there_without_a_plan_and_without_care(client):
    client.force_login(ClientFactory().user)

    assert "tel:988" in client.get(reverse("plans:now")).text
    assert "tel:911" in client.get(reverse("plans:section", args=["emergency"])).text


def test_the_agreed_plan_is_in_use_while_a_new_one_is_written(phone, rosa):
    PlanVersionFactory(client=rosa, state=State.APPROVED)
    PlanVersionFactory(client=rosa, number=2, content={})

    assert "payday" in phone.get(reverse("plans:now")).text


def test_after_a_slip_the_words_written_in_advance_are_there(phone, rosa):
    PlanVersionFactory(
        client=rosa,
        content={
            "slip": {
                "lines": ["Go to my sister's"],
                "tell_myself": "One step.",
                "call_first": "Dee",
            },
            "space": {"lines": [], "naloxone": "have", "naloxone_where": "Kitchen"},
        },
    )
    PlanPersonFactory(client=rosa, details={"name": "Bo", "phone": "+16175550100"})
    PlanPersonFactory(client=rosa, position=1)

    page = phone.get(reverse("plans:after")).text

    assert "Go to my sister" in page
    assert "One step." in page
    assert "Naloxone: Kitchen" in page
    assert "tel:+16175550142" in page


def test_i_want_back_in_asks_for_a_call_once_and_says_when(phone, rosa):
    answer = phone.post(reverse("plans:after"), follow=True)
    phone.post(reverse("plans:after"))

    task = Task.objects.get()
    assert "Ana&#x27;s team calls you today by 5 pm." in answer.text
    assert (task.kind, task.assignee.name, task.details) == (
        "CALL",
        "Ana",
        {"choice": "call_me"},
    )
    assert task.enrollment.client == rosa


def test_nothing_is_promised_to_who_nobody_looks_after(client):
    client.force_login(ClientFactory().user)

    answer = client.post(reverse("plans:after"), follow=True)

    assert "The door is open." in answer.text
    assert not Task.objects.exists()


def test_what_changed_is_told_since_the_agreed_version_and_since_ideas(phone, rosa):
    why = {"why": {"lines": ["For my girls", "To sleep"]}}
    PlanVersionFactory(
        client=rosa, state=State.APPROVED, content={"why": {"lines": ["To sleep"]}}
    )
    PlanVersionFactory(
        client=rosa,
        number=2,
        state=State.CHANGES_REQUESTED,
        content={"why": {"lines": ["For my girls", "To sleep well"]}},
        answered_content=why,
    )

    page = phone.get(reverse("plans:changes")).text
    since_ideas, since_agreed = page.split("Since version 1")

    assert "To sleep <ins>well</ins>" in since_ideas
    assert "<ins>For my girls</ins>" not in since_ideas
    assert "<ins>For my girls</ins>" in since_agreed
    assert "Added" in since_agreed


def test_one_version_has_nothing_to_compare(phone, rosa):
    PlanVersionFactory(client=rosa)

    assert "one version so far" in phone.get(reverse("plans:changes")).text


@pytest.mark.parametrize("name", ["plan", "now", "after", "changes"])
def test_the_page_opens_without_anything_written(phone, name):
    assert phone.get(reverse(f"plans:{name}")).status_code == 200


@pytest.mark.parametrize("name", ["plan", "now", "after", "changes", "people", "steps"])
def test_staff_have_no_plan_of_their_own(client, name):
    client.force_login(StaffFactory())

    assert client.get(reverse(f"plans:{name}")).status_code == 404
