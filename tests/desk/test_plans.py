import datetime as dt

import pytest
from django.urls import reverse

from apps.audit.actors import Actor
from apps.audit.models import AuditEvent
from apps.plans import services
from apps.plans.models import Comment, PlanVersion
from tests.factories.care import AssignmentFactory, ClientUserFactory
from tests.factories.plans import (
    CommentFactory,
    PlanPersonFactory,
    PlanVersionFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]

State = PlanVersion.State
LIST = reverse("desk:plans")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def assignment():
    return AssignmentFactory(
        staff__name="Ana", enrollment__client__preferred_name="Rosa"
    )


@pytest.fixture
def rosa(assignment):
    return assignment.enrollment.client


@pytest.fixture
def desk(client, assignment):
    client.force_login(assignment.staff)
    return client


def sent(rosa, **kwargs):
    return PlanVersionFactory(**{"client": rosa, "state": State.SUBMITTED} | kwargs)


def url(name, version):
    return reverse(f"desk:{name}", args=[version.pk])


def stored(version):
    return PlanVersion.objects.get(pk=version.pk)


def say(desk, version, *, htmx=False, **data):
    data = {"section": "if_then", "step": "i1", "text": "Nights?"} | data
    headers = HTMX if htmx else {}
    return desk.post(url("plan_comment", version), data, headers=headers)


# -- The list ---------------------------------------------------------------------------


def test_a_sent_plan_is_on_the_list_at_once(desk, rosa):
    sent(rosa, submitted_at=dt.datetime(2026, 10, 9, 18, 0, tzinfo=dt.UTC))

    page = desk.get(LIST).text

    assert "Rosa" in page
    assert "IOP · week 5 of 10" in page
    assert "Sent Fri Oct 9 · waits 3 work days" in page


def test_a_plan_sent_today_is_new(desk, rosa, noon):
    sent(rosa, submitted_at=noon)

    assert "Sent Wed Oct 14 · new today" in desk.get(LIST).text


def test_who_waits_longest_stands_first(desk, assignment, noon):
    for days, name in ((1, "Dev"), (6, "Imani"), (3, "Gus")):
        other = AssignmentFactory(
            staff=assignment.staff,
            enrollment__client__preferred_name=name,
            enrollment__client__organization=assignment.enrollment.organization,
        )
        sent(other.enrollment.client, submitted_at=noon - dt.timedelta(days=days))

    rows = desk.get(LIST).context["waiting"]

    names = [row.enrollment.client.preferred_name for row in rows]
    assert names == ["Imani", "Gus", "Dev"]


@pytest.mark.parametrize(
    "state", [State.DRAFT, State.CHANGES_REQUESTED, State.APPROVED, State.WITHDRAWN]
)
def test_what_is_not_waiting_is_not_on_the_list(desk, rosa, state):
    sent(rosa, state=state)

    assert "No plan is waiting." in desk.get(LIST).text


def test_a_review_that_comes_is_listed(desk, rosa):
    sent(rosa, state=State.APPROVED, review_due_on=dt.date(2026, 10, 16))

    page = desk.get(LIST).text

    assert "Time for another look" in page
    assert "Review Fri Oct 16" in page


def test_the_list_of_a_colleague_stays_theirs(desk):
    sent(AssignmentFactory(staff__name="Kofi").enrollment.client)

    page = desk.get(LIST)

    assert page.context["waiting"] == []


def test_the_list_is_one_read_of_those_it_shows(desk, rosa):
    sent(rosa)
    sent(AssignmentFactory().enrollment.client)

    desk.get(LIST)

    event = AuditEvent.objects.get(action="desk.plans_read")
    assert event.client_ids == [str(rosa.pk)]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_length(
    desk, assignment, count, django_assert_num_queries
):
    for _ in range(count):
        for state in (State.SUBMITTED, State.APPROVED):
            other = AssignmentFactory(
                staff=assignment.staff,
                enrollment__client__organization=assignment.enrollment.organization,
            )
            PlanVersionFactory(
                client=other.enrollment.client,
                state=state,
                review_due_on=dt.date(2026, 10, 14),
            )

    with django_assert_num_queries(11):
        desk.get(LIST)


# -- Reading ----------------------------------------------------------------------------


def test_reading_shows_the_plan_and_is_written_down(desk, rosa, assignment):
    version = sent(rosa)
    PlanPersonFactory(client=rosa)

    page = desk.get(url("plan", version)).text

    assert "If it&#x27;s payday, then I will call someone safe: call Dee." in page
    assert "Dee, sister" in page
    assert "To do together" in page
    event = AuditEvent.objects.get(action="desk.plan_read")
    assert (event.client_id, event.actor_id) == (rosa.pk, assignment.staff_id)


def test_reading_changes_nothing(desk, rosa):
    version = sent(rosa)

    desk.get(url("plan", version))

    assert stored(version).state == State.SUBMITTED


@pytest.mark.parametrize("count", [1, 3])
def test_reading_costs_the_same_with_more_said(
    desk, rosa, count, django_assert_num_queries
):
    version = sent(rosa)
    CommentFactory.create_batch(count, version=version)
    PlanPersonFactory.create_batch(count, client=rosa)

    with django_assert_num_queries(12):
        desk.get(url("plan", version))


@pytest.mark.parametrize("state", [State.DRAFT, State.WITHDRAWN])
def test_what_is_not_sent_stays_with_the_client(desk, rosa, state):
    agreed = sent(rosa, state=State.APPROVED)
    version = sent(rosa, state=state, number=2)

    page = desk.get(url("plan", version)).text

    assert "Rosa is still writing" in page
    assert "payday" not in page
    assert url("plan", agreed) in page


def test_while_the_client_rewrites_the_desk_reads_what_was_sent(desk, rosa):
    version = sent(rosa, state=State.CHANGES_REQUESTED, decided_by__name="Kofi")
    version.content = {"why": {"lines": ["Half a sentence"]}}
    version.save()

    page = desk.get(url("plan", version)).text

    assert "Half a sentence" not in page
    assert "payday" in page
    assert "Kofi sent ideas back." in page


def test_what_changed_since_the_agreed_version_is_marked(desk, rosa):
    sent(rosa, state=State.APPROVED, content={"why": {"lines": ["To sleep"]}})
    version = sent(rosa, number=2, content={"why": {"lines": ["To sleep well"]}})

    page = desk.get(url("plan", version)).text

    assert "Changed since version 1" in page
    assert "To sleep <ins>well</ins>" in page


def test_a_person_changed_after_the_agreement_is_pointed_out(desk, rosa, noon):
    version = sent(rosa, state=State.APPROVED)
    PlanPersonFactory(client=rosa, since=noon - dt.timedelta(hours=2))

    assert "changed Wed 10" in desk.get(url("plan", version)).text


def test_start_reading_is_seen_by_the_client(desk, client, rosa):
    version = sent(rosa)

    desk.post(url("plan_read", version))
    desk.post(url("plan_read", version))

    assert stored(version).state == State.IN_REVIEW


# -- Answering --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"text": "Nights?"}, "Nights?"),
        ({"starter": "nights", "text": ""}, "Could we add one person for nights?"),
        (
            {"starter": "like", "text": "you named payday."},
            "I like how you you named payday.",
        ),
        (
            {"starter": "late", "text": "Dee?"},
            "What would make this one easier to do at 11 pm? Dee?",
        ),
    ],
)
def test_a_comment_begins_with_a_starter_or_not(desk, rosa, assignment, data, text):
    version = sent(rosa)

    answer = say(desk, version, **data)

    comment = Comment.objects.get()
    assert answer.url == f"{url('plan', version)}#if_then"
    assert (comment.text, comment.step, comment.by) == (text, "i1", assignment.staff)
    assert stored(version).state == State.IN_REVIEW


def test_htmx_gets_the_section_alone(desk, rosa):
    version = sent(rosa)

    page = say(desk, version, htmx=True).text

    assert page.strip().startswith("<section")
    assert page.count("<section") == 1
    assert "Nights?" in page


@pytest.mark.parametrize("htmx", [True, False])
@pytest.mark.parametrize("data", [{"text": " "}, {"starter": "like", "text": ""}])
def test_a_comment_without_words_is_asked_for_them(desk, rosa, htmx, data):
    version = sent(rosa)

    page = say(desk, version, htmx=htmx, **data).text

    assert "Write a few words first." in page
    assert not Comment.objects.exists()
    assert stored(version).state == State.SUBMITTED


@pytest.mark.parametrize("section", ["", "nothing"])
def test_a_comment_has_a_place(desk, rosa, section):
    version = sent(rosa)

    assert say(desk, version, section=section).status_code == 404
    assert not Comment.objects.exists()


def test_words_typed_while_a_colleague_agreed_are_kept(desk, rosa):
    version = sent(rosa, state=State.APPROVED, decided_by__name="Kofi")

    page = say(desk, version, text="Typed for long").text

    assert "Kofi agreed it with Rosa already." in page
    assert "Typed for long" in page
    assert not Comment.objects.exists()


def test_a_comment_on_a_plan_taken_back_is_told(desk, rosa):
    version = sent(rosa, state=State.WITHDRAWN)

    answer = say(desk, version)

    assert answer.url == url("plan", version)
    assert "Rosa took it back to write some more." in desk.get(answer.url).text


def test_ideas_go_back_with_a_comment_and_a_kind_word(desk, rosa):
    version = sent(rosa)
    say(desk, version)

    page = desk.post(
        url("plan_ideas", version), {"affirmation": "So clear."}, follow=True
    ).text

    assert "Sent to Rosa." in page
    assert stored(version).state == State.CHANGES_REQUESTED


@pytest.mark.parametrize(
    ("affirmation", "words"),
    [
        ("", "Write one thing you like about it first."),
        ("So clear.", "Write at least one idea beside a section or a step first."),
    ],
)
def test_ideas_are_not_sent_half(desk, rosa, affirmation, words):
    version = sent(rosa)

    page = desk.post(url("plan_ideas", version), {"affirmation": affirmation}).text

    assert words in page
    assert affirmation in page
    assert stored(version).state == State.SUBMITTED


def test_agreeing_sets_the_day_of_the_next_look(desk, rosa, assignment):
    version = sent(rosa)
    offered = desk.get(url("plan", version)).context["review_form"]

    page = desk.post(
        url("plan_agree", version), {"review_due_on": "2026-11-20"}, follow=True
    ).text

    assert offered.initial == {"review_due_on": dt.date(2026, 11, 13)}
    assert "Agreed with Rosa." in page
    assert stored(version).decided_by == assignment.staff
    assert stored(version).review_due_on == dt.date(2026, 11, 20)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("", "Choose a day to look at it again."),
        ("soon", "Choose a day from the calendar."),
        ("2026-10-14", "Choose a day that lies ahead."),
    ],
)
def test_a_review_needs_a_day_ahead(desk, rosa, day, words):
    version = sent(rosa)

    page = desk.post(url("plan_agree", version), {"review_due_on": day}).text

    assert words in page
    assert stored(version).state == State.SUBMITTED


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.APPROVED, "Kofi agreed it with Rosa already."),
        (State.CHANGES_REQUESTED, "Kofi sent ideas to Rosa already."),
        (State.WITHDRAWN, "Rosa took it back to write some more."),
    ],
)
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("plan_agree", {"review_due_on": "2026-11-20"}),
        ("plan_ideas", {"affirmation": "So clear."}),
        ("plan_read", {}),
    ],
)
def test_who_comes_second_is_told_kindly(desk, rosa, state, words, name, data):
    names = {} if state == State.WITHDRAWN else {"decided_by__name": "Kofi"}
    version = sent(rosa, state=state, **names)
    CommentFactory(version=version)

    page = desk.post(url(name, version), data, follow=True).text

    assert words in page
    assert stored(version).state == state


def test_keeping_moves_the_next_look(desk, rosa):
    version = sent(rosa, state=State.APPROVED)

    page = desk.post(
        url("plan_keep", version), {"review_due_on": "2026-12-01"}, follow=True
    ).text

    assert "Kept with Rosa." in page
    assert stored(version).review_due_on == dt.date(2026, 12, 1)


def test_what_was_replaced_is_not_kept(desk, rosa):
    version = sent(rosa, state=State.SUPERSEDED, decided_by__name="Kofi")

    desk.post(url("plan_keep", version), {"review_due_on": "2026-12-01"})

    assert stored(version).state == State.SUPERSEDED


# -- Strangers --------------------------------------------------------------------------

POSTS = ["plan_read", "plan_comment", "plan_ideas", "plan_agree", "plan_keep"]
COMPLETE = {
    "section": "why",
    "text": "Hello",
    "affirmation": "Hello",
    "review_due_on": "2026-12-01",
}


@pytest.fixture
def of_kofi():
    return sent(AssignmentFactory(staff__name="Kofi").enrollment.client)


def test_the_plan_of_another_caseload_is_not_there(desk, of_kofi):
    assert desk.get(url("plan", of_kofi)).status_code == 404
    assert not AuditEvent.objects.filter(action="desk.plan_read").exists()


@pytest.mark.parametrize("name", POSTS)
def test_nobody_answers_for_another_caseload(desk, of_kofi, name):
    assert desk.post(url(name, of_kofi), COMPLETE).status_code == 404
    assert stored(of_kofi).state == State.SUBMITTED


@pytest.mark.parametrize("name", POSTS)
def test_clients_have_no_desk(client, rosa, name):
    version = sent(rosa)
    client.force_login(rosa.user)

    assert client.get(LIST).status_code == 404
    assert client.get(url("plan", version)).status_code == 404
    assert client.post(url(name, version), COMPLETE).status_code == 404
    assert stored(version).state == State.SUBMITTED


def test_who_only_leads_the_room_reads_no_plan(client, rosa, assignment):
    version = sent(rosa)
    leads = AssignmentFactory(enrollment=assignment.enrollment, role="FACILITATING")
    client.force_login(leads.staff)

    assert client.get(url("plan", version)).status_code == 404


def test_another_client_reads_no_plan(client, rosa):
    version = sent(rosa)
    client.force_login(ClientUserFactory())

    assert client.get(url("plan", version)).status_code == 404


def test_two_who_agree_at_once_leave_one_agreement(desk, rosa, assignment, noon):
    version = sent(rosa)
    form = {"review_due_on": "2026-11-20"}
    colleague = AssignmentFactory(enrollment=assignment.enrollment, role="CO").staff
    services.agree(
        version=stored(version),
        review_due_on=dt.date(2026, 12, 24),
        at=noon,
        by=Actor(user_id=colleague.pk, role="STAFF"),
    )

    page = desk.post(url("plan_agree", version), form, follow=True).text

    assert "agreed it with Rosa already." in page
    assert stored(version).review_due_on == dt.date(2026, 12, 24)
    assert AuditEvent.objects.filter(action="plans.agreed").count() == 1
