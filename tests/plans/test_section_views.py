import pytest
from django.urls import reverse

from apps.plans.chips import USUAL
from apps.plans.models import PlanPerson, PlanVersion
from apps.plans.reading import SLUGS
from tests.factories.care import AssignmentFactory
from tests.factories.plans import CommentFactory, PlanPersonFactory, PlanVersionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]

State = PlanVersion.State
STEPS = reverse("plans:steps")
PEOPLE = reverse("plans:people")
DEE = {"name": "Dee", "phone": "617 555 0142", "knows": "on"}


def url(key):
    return reverse("plans:section", args=[SLUGS[key]])


@pytest.fixture
def rosa():
    return AssignmentFactory(staff__name="Ana").enrollment.client


@pytest.fixture
def phone(client, rosa):
    client.force_login(rosa.user)
    return client


def content(rosa):
    return rosa.plan_versions.get().content


@pytest.mark.parametrize("key", SLUGS)
@pytest.mark.parametrize("state", [None, *State.values])
def test_every_section_opens_in_every_state(phone, rosa, key, state):
    if state:
        version = PlanVersionFactory(client=rosa, state=state)
        CommentFactory(version=version, section=key)

    assert phone.get(url(key)).status_code == 200


@pytest.mark.parametrize("key", SLUGS)
def test_looking_writes_nothing(phone, rosa, key):
    phone.get(url(key))

    assert not rosa.plan_versions.exists()


def test_no_section_has_another_name(phone):
    assert phone.get("/plan/anything/").status_code == 404
    assert phone.post("/plan/anything/out/").status_code == 404
    assert phone.post("/plan/why/out/").status_code == 404


@pytest.mark.parametrize(
    ("key", "data", "said"),
    [
        (
            "why",
            {"lines": " For my girls \n\nTo sleep"},
            {"lines": ["For my girls", "To sleep"]},
        ),
        (
            "goal",
            {"choice": "deciding", "words": "Not sure yet"},
            {"choice": "deciding", "which": "", "words": "Not sure yet"},
        ),
        (
            "medicine",
            {"name": "naltrexone", "prescriber": "ask me"},
            {"name": "naltrexone", "how": "", "prescriber": "ask me", "call": ""},
        ),
        (
            "space",
            {"naloxone": "have", "naloxone_where": "Kitchen"},
            {"lines": [], "naloxone": "have", "naloxone_where": "Kitchen"},
        ),
        (
            "slip",
            {"lines": "Call Dee", "call_first": "Dee"},
            {"lines": ["Call Dee"], "tell_myself": "", "call_first": "Dee"},
        ),
    ],
)
def test_the_first_words_begin_the_draft(phone, rosa, key, data, said):
    answer = phone.post(url(key), data)

    assert answer.url == f"/plan/#{SLUGS[key]}"
    assert content(rosa) == {key: said}


def test_the_first_hour_is_offered_and_can_be_emptied(phone, rosa):
    offered = phone.get(url("slip")).text
    phone.post(url("slip"), {"lines": ""})
    emptied = phone.get(url("slip")).text

    assert "Tell one person." in offered
    assert "Tell one person." not in emptied


def test_nothing_typed_is_lost_when_something_does_not_fit(phone, rosa):
    page = phone.post(url("why"), {"lines": "short\n" + "x" * 141}).text

    assert "x" * 141 in page
    assert "Keep it to 140 letters or fewer." in page
    assert "One moment: please check this" in page
    assert not rosa.plan_versions.exists()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.SUBMITTED, "You sent your plan. Take it back first"),
        (State.IN_REVIEW, "You sent your plan. Take it back first"),
        (State.APPROVED, "This plan is agreed. Start a new version"),
    ],
)
def test_what_was_typed_while_it_was_sent_elsewhere_is_kept(phone, rosa, state, words):
    PlanVersionFactory(client=rosa, state=state)

    page = phone.post(url("why"), {"lines": "Typed for long"}).text

    assert words in page
    assert "Typed for long" in page
    assert "Typed for long" not in str(content(rosa))


def test_chips_and_own_words_are_added_and_asked_about(phone, rosa):
    data = {"add": ["trg.time.payday", "trg.feel.stress"], "own": "The old bridge"}

    answer = phone.post(url("triggers"), data, follow=True)

    items = content(rosa)["triggers"]["items"]
    assert [item["code"] for item in items] == [
        "trg.time.payday",
        "trg.feel.stress",
        "trg.own.1",
    ]
    # The page is shown again, to say how strong each is.
    assert answer.redirect_chain == [(url("triggers"), 302)]
    assert answer.text.count("How strong") == 3


def test_what_belongs_to_an_item_is_saved_with_it(phone, rosa):
    PlanVersionFactory(client=rosa)

    answer = phone.post(url("triggers"), {"strength_t1": "1", "plan_t1": "avoid"})

    assert answer.url == "/plan/#sets-me-off"
    assert content(rosa)["triggers"]["items"] == [
        {"id": "t1", "code": "trg.time.payday", "strength": 1, "plan": "avoid"}
    ]


def test_one_tap_takes_an_item_out_and_keeps_the_rest(phone, rosa):
    PlanVersionFactory(client=rosa)

    phone.post(url("kit"), {"pinned_k1": "on", "out_k2": "on"})

    items = content(rosa)["kit"]["items"]
    assert [(item["id"], item["pinned"]) for item in items] == [("k1", True)]


def test_a_fourth_pin_does_not_fit_and_the_page_says_so(phone, rosa):
    codes = ("cop.con.call", "cop.dbt.breath", "cop.move.walk", "cop.mind.pray")
    kit = [
        {"id": f"k{n}", "code": code, "pinned": n > 0} for n, code in enumerate(codes)
    ]
    PlanVersionFactory(client=rosa, content={"kit": {"items": kit}})

    page = phone.post(url("kit"), {f"pinned_k{n}": "on" for n in range(4)}).text

    assert "Pin up to three skills." in page
    assert content(rosa)["kit"]["items"] == kit


def test_a_code_of_another_list_is_not_taken(phone, rosa):
    page = phone.post(url("triggers"), {"add": ["cop.con.call"]}).text

    assert "Choose from the list." in page
    assert not rosa.plan_versions.exists()


def test_own_words_come_first_and_what_is_in_the_plan_is_not_offered_again(phone, rosa):
    phone.post(url("triggers"), {"own": "The old bridge", "add": ["trg.time.payday"]})

    form = phone.get(STEPS).context["form"]
    labels = [chip.label for chip in form.when_chips.first]
    offered = phone.get(url("triggers")).context["form"].chips.pairs

    assert labels[:2] == ["The old bridge", "Payday"]
    assert {"trg.own.1", "trg.time.payday"}.isdisjoint(dict(offered))


@pytest.mark.parametrize("chosen", [0, 12])
def test_what_is_intimate_stands_behind_more(phone, rosa, chosen):
    usual = [code for code in USUAL if code.startswith("trg.")]
    items = [
        {"id": code, "code": code, "strength": None, "plan": ""}
        for code in usual[:chosen]
    ]
    PlanVersionFactory(client=rosa, content={"triggers": {"items": items}})

    chips = phone.get(url("triggers")).context["form"].chips

    assert "trg.people.intimacy" not in [chip.code for chip in chips.first]
    assert "trg.people.intimacy" in [chip.code for chip in chips.more["People"]]


def test_an_if_then_step_is_built_from_two_taps(phone, rosa):
    data = {"when": "trg.time.payday", "then": "cop.con.call", "words": "call Dee"}

    answer = phone.post(STEPS, data, follow=True)

    assert answer.redirect_chain == [(STEPS, 302)]
    assert "then I will call someone safe: call Dee." in answer.text


def test_own_words_make_a_step_too(phone, rosa):
    data = {"when_own": "the phone stays silent", "then_own": "Sit with the dog"}

    answer = phone.post(STEPS, data, follow=True)

    [item] = content(rosa)["if_then"]["items"]
    assert (item["when_code"], item["then_code"]) == ("trg.own.1", "cop.own.1")
    assert "then I will sit with the dog." in answer.text


def test_a_step_asks_for_both_halves_and_keeps_what_was_given(phone, rosa):
    page = phone.post(STEPS, {"when": "trg.time.payday", "words": "call Dee"}).text

    assert "Pick what you will do" in page
    assert "Pick what happens, or" not in page
    assert 'value="call Dee"' in page
    assert not rosa.plan_versions.exists()


def test_a_step_can_be_changed_in_its_place(phone, rosa):
    PlanVersionFactory(client=rosa)
    phone.post(STEPS, {"when": "trg.feel.stress", "then": "cop.move.walk"})

    phone.post(f"{STEPS}?step=i1", {"when": "trg.time.payday", "then": "cop.mind.pray"})

    items = content(rosa)["if_then"]["items"]
    assert [item["then_code"] for item in items] == ["cop.mind.pray", "cop.move.walk"]
    assert items[0]["id"] == "i1"


def test_changing_starts_from_what_stands_there(phone, rosa):
    PlanVersionFactory(client=rosa)

    form = phone.get(f"{STEPS}?step=i1").context["form"]

    assert (form["when"].value(), form["then"].value(), form["words"].value()) == (
        "trg.time.payday",
        "cop.con.call",
        "call Dee",
    )


def test_a_step_is_taken_out(phone, rosa):
    PlanVersionFactory(client=rosa)

    phone.post(reverse("plans:take_out", args=["if-then"]), {"step": "i1"})

    assert content(rosa)["if_then"]["items"] == []


def test_nothing_is_taken_out_of_a_sent_plan(phone, rosa):
    PlanVersionFactory(client=rosa, state=State.SUBMITTED)

    answer = phone.post(
        reverse("plans:take_out", args=["if-then"]), {"step": "i1"}, follow=True
    )

    assert "Take it back first" in answer.text
    assert len(content(rosa)["if_then"]["items"]) == 1


def test_a_hard_moment_ahead_goes_with_a_step(phone, rosa):
    PlanVersionFactory(client=rosa)

    page = phone.post(
        reverse("plans:week"), {"moment": "Friday", "if_then_id": "i1"}, follow=True
    ).text

    assert "Friday: If it&#x27;s payday" in page


def test_a_hard_moment_needs_a_when(phone, rosa):
    page = phone.post(reverse("plans:week"), {"moment": ""}).text

    assert "Write a day or a moment." in page


def test_the_emergency_card_is_looked_at_once_and_cannot_be_emptied(phone, rosa):
    card = reverse("plans:emergency")

    asked = phone.get(card).text
    phone.post(card)
    done = phone.get(card).text

    assert content(rosa)["emergency"] == {"opened": True}
    assert "looked at it" in asked
    assert "looked at it" not in done
    assert "tel:911" in done


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.APPROVED])
def test_the_kit_is_reordered_in_any_state(phone, rosa, state):
    PlanVersionFactory(client=rosa, state=state)

    answer = phone.post(reverse("plans:reorder"), {"step": "k2"}, follow=True)

    lines = [line.step for line in answer.context["read"].lines]
    assert lines == ["k2", "k1"]


@pytest.mark.parametrize("step", ["k1", "gone", ""])
def test_what_is_first_or_not_there_stays(phone, rosa, step):
    PlanVersionFactory(client=rosa)

    answer = phone.post(reverse("plans:reorder"), {"step": step}, follow=True)

    assert [line.step for line in answer.context["read"].lines] == ["k1", "k2"]


@pytest.mark.parametrize("state", [None, State.SUBMITTED, State.APPROVED])
def test_people_change_in_any_state(phone, rosa, state):
    if state:
        PlanVersionFactory(client=rosa, state=state)

    answer = phone.post(PEOPLE, DEE, follow=True)

    assert "(617) 555-0142" in answer.text
    assert rosa.plan_people.get().details["knows"] is True


def test_a_number_that_cannot_be_read_is_said_kindly_and_kept(phone, rosa):
    page = phone.post(PEOPLE, {**DEE, "phone": "55 12"}).text

    assert "We couldn&#x27;t read that number. Try it with the area code." in page
    assert 'value="55 12"' in page
    assert not rosa.plan_people.exists()


def test_a_person_is_changed(phone, rosa):
    person = PlanPersonFactory(client=rosa)

    phone.post(
        reverse("plans:person", args=[person.pk]), {**DEE, "phone": "617 555 0199"}
    )

    assert rosa.plan_people.current().get().details["phone"] == "+16175550199"
    assert PlanPerson.objects.count() == 2


def test_a_person_is_taken_out_whatever_stands_in_the_form(phone, rosa):
    person = PlanPersonFactory(client=rosa)

    phone.post(reverse("plans:person", args=[person.pk]), {"remove": "1", "name": ""})

    assert not rosa.plan_people.current().exists()


@pytest.mark.parametrize("verb", ["get", "post"])
def test_a_person_of_somebody_else_is_not_there(phone, verb):
    person = PlanPersonFactory()

    answer = getattr(phone, verb)(
        reverse("plans:person", args=[person.pk]), {"remove": "1"}
    )

    assert answer.status_code == 404
    assert PlanPerson.objects.current().get() == person


def test_nobody_yet_is_an_answer_and_becomes_something_to_do_together(phone, rosa):
    phone.post(reverse("plans:nobody_yet"))

    page = phone.get(reverse("plans:plan")).text

    assert content(rosa)["people"] == {"none_yet": True}
    assert "your counselor looks for one with you" in page


def test_the_refill_day_stays_open_when_the_plan_is_agreed(phone, rosa):
    PlanVersionFactory(client=rosa, state=State.APPROVED)

    phone.post(reverse("plans:refill"), {"refill_on": "2026-11-02"})

    assert "Next refill: Mon Nov 2" in phone.get(reverse("plans:plan")).text


def test_a_day_that_is_none_is_said_so(phone):
    page = phone.post(reverse("plans:refill"), {"refill_on": "soon"}).text

    assert "Choose a day from the calendar." in page


@pytest.mark.parametrize("count", [1, 3])
def test_people_cost_the_same_with_more_of_them(
    phone, rosa, count, django_assert_num_queries
):
    PlanPersonFactory.create_batch(count, client=rosa)

    with django_assert_num_queries(7):
        phone.get(PEOPLE)
