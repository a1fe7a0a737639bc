import datetime as dt

import pytest

from apps.audit.actors import Actor
from apps.audit.models import AuditEvent
from apps.care.models import DueMoment, OwnItem
from apps.care.rules.plan_rules import PlanProblem
from apps.plans import services
from apps.plans.models import AgreedIsFinal, Comment, PlanVersion
from tests.factories.care import ClientFactory, EnrollmentFactory, StaffFactory
from tests.factories.plans import CommentFactory, PlanVersionFactory

pytestmark = pytest.mark.django_db

State = PlanVersion.State
DUE = dt.date(2026, 11, 13)


def of(user):
    return Actor(user_id=user.pk, role=user.kind)


@pytest.fixture
def ana():
    return StaffFactory(name="Ana")


def save(version, at, by):
    services.save_section(
        version=version, section="why", data={"lines": ["Rest"]}, at=at, by=by
    )


def send(version, at, by):
    services.send_plan(version=version, at=at, by=by)


def withdraw(version, at, by):
    services.withdraw(version=version, at=at, by=by)


def open_(version, at, by):
    services.open_for_review(version=version, at=at, by=by)


def comment(version, at, by):
    services.comment(
        version=version, section="why", step="", text="Good.", at=at, by=by
    )


def ask(version, at, by):
    Comment.objects.create(
        version=version, section="why", by_id=by.user_id, at=at, text="?"
    )
    services.ask_for_changes(version=version, affirmation="Clear.", at=at, by=by)


def agree(version, at, by):
    services.agree(version=version, review_due_on=DUE, at=at, by=by)


def keep(version, at, by):
    services.keep_plan(version=version, review_due_on=DUE, at=at, by=by)


ACTIONS = {
    save: (services.NotEditable, {State.DRAFT: State.DRAFT,
        State.CHANGES_REQUESTED: State.CHANGES_REQUESTED}),
    send: (services.NotEditable, {State.DRAFT: State.SUBMITTED,
        State.CHANGES_REQUESTED: State.SUBMITTED}),
    withdraw: (services.AlreadyBeingRead, {State.SUBMITTED: State.WITHDRAWN}),
    open_: (services.NotWaiting, {State.SUBMITTED: State.IN_REVIEW}),
    comment: (services.NotWaiting, {State.SUBMITTED: State.IN_REVIEW,
        State.IN_REVIEW: State.IN_REVIEW}),
    ask: (services.NotWaiting, {State.SUBMITTED: State.CHANGES_REQUESTED,
        State.IN_REVIEW: State.CHANGES_REQUESTED}),
    agree: (services.NotWaiting, {State.SUBMITTED: State.APPROVED,
        State.IN_REVIEW: State.APPROVED}),
    keep: (services.NothingAgreed, {State.APPROVED: State.APPROVED}),
}  # fmt: skip


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("act", ACTIONS, ids=lambda act: act.__name__.strip("_"))
def test_each_action_moves_only_from_the_states_it_fits(act, state, ana, noon):
    refusal, moves = ACTIONS[act]
    version = PlanVersionFactory(state=state)

    if state in moves:
        act(version, noon, of(ana))
    else:
        with pytest.raises(refusal):
            act(version, noon, of(ana))

    version = PlanVersion.objects.get(pk=version.pk)
    assert version.state == moves.get(state, state)


def test_the_first_draft_is_version_one_and_asking_twice_makes_one(noon, actor):
    client = ClientFactory()

    first = services.start_draft(client=client, at=noon, by=actor)
    again = services.start_draft(client=client, at=noon, by=actor)

    assert (first.number, first.state, first.content) == (1, State.DRAFT, {})
    assert again == first


@pytest.mark.parametrize("state", PlanVersion.WAITING)
def test_a_sent_plan_is_not_written_in(state, noon, actor):
    version = PlanVersionFactory(state=state)

    with pytest.raises(services.NotEditable):
        services.start_draft(client=version.client, at=noon, by=actor)


def test_beside_an_agreed_plan_no_draft_begins_by_itself(noon, actor):
    version = PlanVersionFactory(state=State.APPROVED)

    with pytest.raises(services.AgreedStands):
        services.start_draft(client=version.client, at=noon, by=actor)


def test_the_next_version_is_one_higher_and_prefilled(noon, actor):
    agreed = PlanVersionFactory(state=State.APPROVED, number=3)

    draft = services.start_next_version(client=agreed.client, at=noon, by=actor)
    again = services.start_next_version(client=agreed.client, at=noon, by=actor)

    assert (draft.number, draft.state) == (4, State.DRAFT)
    assert draft.content == agreed.content
    assert again == draft
    assert PlanVersion.objects.get(pk=agreed.pk).state == State.APPROVED


def test_a_next_version_needs_an_agreed_one(noon, actor):
    with pytest.raises(services.NothingAgreed):
        services.start_next_version(client=ClientFactory(), at=noon, by=actor)


@pytest.mark.parametrize("state", [State.APPROVED, State.SUPERSEDED, State.WITHDRAWN])
def test_what_is_over_keeps_what_it_says(state):
    version = PlanVersionFactory(state=state)
    version.content = {"why": {"lines": ["Something else"]}}

    with pytest.raises(AgreedIsFinal):
        version.save()

    assert PlanVersion.objects.get(pk=version.pk).content != version.content


def test_a_copy_loaded_before_the_agreement_cannot_write_over_it(ana, noon):
    version = PlanVersionFactory(state=State.IN_REVIEW)
    stale = PlanVersion.objects.get(pk=version.pk)
    services.agree(version=version, review_due_on=DUE, at=noon, by=of(ana))
    stale.content = {}

    with pytest.raises(AgreedIsFinal):
        stale.save()


def test_agreeing_replaces_the_version_agreed_before(ana, noon):
    before = PlanVersionFactory(state=State.APPROVED)
    version = PlanVersionFactory(client=before.client, number=2, state=State.IN_REVIEW)

    services.agree(version=version, review_due_on=DUE, at=noon, by=of(ana))

    states = dict(PlanVersion.objects.values_list("number", "state"))
    assert states == {1: State.SUPERSEDED, 2: State.APPROVED}
    assert (version.decided_by, version.decided_at) == (ana, noon)
    assert version.review_due_on == DUE


def test_of_two_who_agree_the_second_is_told_and_changes_nothing(ana, noon):
    version = PlanVersionFactory(state=State.IN_REVIEW)
    theirs = PlanVersion.objects.get(pk=version.pk)
    services.agree(version=version, review_due_on=DUE, at=noon, by=of(ana))

    with pytest.raises(services.NotWaiting):
        services.agree(
            version=theirs,
            review_due_on=DUE + dt.timedelta(days=9),
            at=noon,
            by=of(StaffFactory()),
        )

    stored = PlanVersion.objects.get(pk=version.pk)
    assert (stored.state, stored.decided_by) == (State.APPROVED, ana)
    assert stored.review_due_on == DUE


def test_a_refused_agreement_leaves_the_older_one_in_use(ana, noon):
    before = PlanVersionFactory(state=State.APPROVED)
    draft = PlanVersionFactory(client=before.client, number=2)

    with pytest.raises(services.NotWaiting):
        services.agree(version=draft, review_due_on=DUE, at=noon, by=of(ana))

    assert PlanVersion.objects.get(pk=before.pk).state == State.APPROVED


def test_a_review_lies_ahead(ana, noon):
    version = PlanVersionFactory(state=State.IN_REVIEW)

    with pytest.raises(services.ReviewInThePast):
        services.agree(version=version, review_due_on=noon.date(), at=noon, by=of(ana))


def test_ideas_go_back_with_a_comment_and_one_thing_that_was_liked(ana, noon):
    version = PlanVersionFactory(state=State.SUBMITTED)
    services.comment(
        version=version, section="kit", step="k1", text="Nights?", at=noon, by=of(ana)
    )

    services.ask_for_changes(
        version=version, affirmation=" So clear. ", at=noon, by=of(ana)
    )

    assert version.state == State.CHANGES_REQUESTED
    assert version.answered_content == version.content
    assert [c.text for c in version.comments.affirming()] == ["So clear."]
    assert [c.text for c in version.comments.about_a_section()] == ["Nights?"]


def test_ideas_without_a_comment_stay_here(ana, noon):
    version = PlanVersionFactory(state=State.IN_REVIEW)

    with pytest.raises(services.NeedsComment):
        services.ask_for_changes(
            version=version, affirmation="Clear.", at=noon, by=of(ana)
        )

    assert PlanVersion.objects.get(pk=version.pk).state == State.IN_REVIEW


def test_a_comment_of_an_earlier_round_is_not_an_idea_for_this_one(ana, noon):
    version = PlanVersionFactory(state=State.IN_REVIEW)
    CommentFactory(version=version, at=version.submitted_at - dt.timedelta(days=1))

    with pytest.raises(services.NeedsComment):
        services.ask_for_changes(
            version=version, affirmation="Clear.", at=noon, by=of(ana)
        )


def test_ideas_without_a_kind_word_stay_here(ana, noon):
    version = PlanVersionFactory(state=State.IN_REVIEW)
    CommentFactory(version=version)

    with pytest.raises(services.NeedsAffirmation):
        services.ask_for_changes(version=version, affirmation="  ", at=noon, by=of(ana))


def test_taking_back_goes_on_in_a_new_draft_with_the_same_words(noon, actor):
    version = PlanVersionFactory(state=State.SUBMITTED)

    draft = services.withdraw(version=version, at=noon, by=actor)

    assert version.state == State.WITHDRAWN
    assert (draft.number, draft.state) == (2, State.DRAFT)
    assert draft.content == version.content


def test_an_empty_plan_can_be_sent(noon, actor):
    version = services.start_draft(client=ClientFactory(), at=noon, by=actor)

    services.send_plan(version=version, at=noon, by=actor)

    assert (version.state, version.submitted_at) == (State.SUBMITTED, noon)


def test_saving_keeps_the_other_sections(noon, actor):
    version = PlanVersionFactory()

    services.save_section(
        version=version, section="slip", data={"lines": ["Call Dee"]}, at=noon, by=actor
    )

    stored = PlanVersion.objects.get(pk=version.pk).content
    assert stored["slip"]["lines"] == ["Call Dee"]
    assert stored["why"] == version.content["why"]


def test_what_does_not_fit_changes_nothing(noon, actor):
    version = PlanVersionFactory()

    with pytest.raises(PlanProblem):
        services.save_section(
            version=version,
            section="why",
            data={"lines": ["x" * 141]},
            at=noon,
            by=actor,
        )

    assert PlanVersion.objects.get(pk=version.pk).content == version.content


def test_the_plan_is_published_to_the_check_in(noon, actor):
    version = services.start_draft(client=ClientFactory(), at=noon, by=actor)

    version = services.save_section(
        version=version,
        section="kit",
        data={
            "items": [
                {"code": "cop.move.walk", "pinned": True},
                {"code": "", "label": "Sit with the dog", "pinned": False},
            ]
        },
        at=noon,
        by=actor,
    )

    rows = OwnItem.objects.order_by("position")
    assert [(r.code, r.label, r.pinned, r.kind) for r in rows] == [
        ("cop.move.walk", None, True, "COPING"),
        ("cop.own.1", "Sit with the dog", False, "COPING"),
    ]
    assert version.content["kit"]["items"][1]["label"] == "Sit with the dog"


def test_own_words_keep_their_code_and_leave_no_number_for_others(noon, actor):
    version = services.start_draft(client=ClientFactory(), at=noon, by=actor)

    def write(*labels):
        return services.save_section(
            version=version,
            section="triggers",
            data={"items": [{"code": "", "label": label} for label in labels]},
            at=noon,
            by=actor,
        )

    write("My old street")
    write("The bridge")
    written = write("my old STREET", "The market")

    codes = [item["code"] for item in written.content["triggers"]["items"]]
    assert codes == ["trg.own.1", "trg.own.3"]
    assert {(r.code, r.pinned) for r in OwnItem.objects.all()} == {
        ("trg.own.1", True),
        ("trg.own.2", False),
        ("trg.own.3", True),
    }


def test_a_common_word_that_left_the_plan_is_not_offered_first_any_more(noon, actor):
    version = services.start_draft(client=ClientFactory(), at=noon, by=actor)
    signs = {"items": [{"code": "wrn.do.isolate"}]}
    version = services.save_section(
        version=version, section="signs", data=signs, at=noon, by=actor
    )

    services.save_section(
        version=version, section="signs", data={"items": []}, at=noon, by=actor
    )

    assert not OwnItem.objects.exists()


def test_writing_is_contact_and_wakes_the_clocks(noon):
    enrollment = EnrollmentFactory()
    client = enrollment.client
    by = of(client.user)

    version = services.start_draft(client=client, at=noon, by=by)
    save(version, noon, by)

    enrollment.status.refresh_from_db()
    assert enrollment.status.last_contact_at == noon
    assert DueMoment.objects.get(enrollment=enrollment).at == noon


def test_an_answer_wakes_the_clocks_and_is_not_the_clients_contact(ana, noon):
    enrollment = EnrollmentFactory()
    version = PlanVersionFactory(client=enrollment.client, state=State.SUBMITTED)

    agree(version, noon, of(ana))

    enrollment.status.refresh_from_db()
    assert enrollment.status.last_contact_at is None
    assert DueMoment.objects.get(enrollment=enrollment).at == noon


def test_every_move_is_written_down_with_who_and_whose(ana, noon):
    version = PlanVersionFactory(state=State.SUBMITTED)

    comment(version, noon, of(ana))
    services.ask_for_changes(version=version, affirmation="Yes.", at=noon, by=of(ana))
    save(version, noon, of(version.client.user))
    send(version, noon, of(version.client.user))
    agree(version, noon, of(ana))

    events = AuditEvent.objects.filter(client_id=version.client_id).order_by("seq")
    assert [(e.action, e.actor_id) for e in events] == [
        ("plans.commented", ana.pk),
        ("plans.ideas_sent", ana.pk),
        ("plans.section_saved", version.client.user_id),
        ("plans.sent", version.client.user_id),
        ("plans.agreed", ana.pk),
    ]


@pytest.mark.parametrize(
    ("level", "days"), [("PHP", 30), ("IOP", 30), ("OP", 60), ("", 30)]
)
def test_a_plan_is_looked_at_again_sooner_the_more_care_there_is(level, days):
    today = dt.date(2026, 10, 14)

    assert services.review_date(level, today) == today + dt.timedelta(days=days)
