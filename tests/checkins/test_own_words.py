"""Words of somebody's own beside the chips, and chips as their program offers them."""

import uuid

import pytest
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.care.models import Concern, OwnItem, Task
from apps.checkins.models import CheckinDay, Draft, Moment, Submission
from apps.plans.book import Book
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory, ProgramItemFactory, StaffFactory
from tests.factories.checkins import CheckinDayFactory
from tests.phone.sealing import CALM, Phone, hand_in, statuses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
BEFORE = reverse("checkins:question", args=["before"])
DOCK = "The ferry dock"


@pytest.fixture
def enrollment():
    return AssignmentFactory(staff__name="Ana").enrollment


@pytest.fixture
def phone(client, enrollment):
    client.force_login(enrollment.client.user)
    client.post(reverse("checkins:question", args=["first"]), {"answer": "4"})
    return client


def draft():
    return Draft.objects.get().answers


def test_a_word_of_their_own_is_there_and_chosen_at_once(phone, enrollment):
    answer = phone.post(
        BEFORE,
        {"answer": ["trg.time.payday"], "own": "  The   ferry dock ", "add": "1"},
    )

    item = OwnItem.objects.get()
    assert (item.code, item.label, item.client) == (
        "trg.own.1",
        DOCK,
        enrollment.client,
    )
    assert draft()["triggers"] == ["trg.time.payday", "trg.own.1"]
    page = phone.get(answer["Location"])
    assert (item.code, DOCK) in page.context["screen"].choices
    assert f'value="{item.code}" checked' in page.text
    [event] = AuditEvent.objects.filter(action="checkins.own_word_added")
    assert (event.client_id, event.object_id) == (enrollment.client_id, item.pk)


def test_the_same_words_are_the_same_item_however_often_they_come(phone):
    """Fault: a page sent twice makes two chips that say the same."""
    for own in (DOCK, "the FERRY dock", DOCK):
        phone.post(BEFORE, {"own": own})

    assert OwnItem.objects.get().code == "trg.own.1"
    assert AuditEvent.objects.filter(action="checkins.own_word_added").count() == 1


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        ({"own": "x" * 61}, "60 letters or fewer"),
        ({"own": " ", "add": "1"}, "Write a word or two first."),
        (
            {
                "own": DOCK,
                "answer": ["trg.time.payday", "trg.body.tired", "trg.feel.lonely"],
            },
            "Choose up to 3.",
        ),
    ],
)
def test_what_cannot_be_taken_is_shown_again_as_it_was_typed(phone, sent, problem):
    """Fault: one chip too many, and the words are gone, or made a chip all the same."""
    page = phone.post(BEFORE, sent)

    assert problem in page.context["problem"]
    assert page.context["screen"].typed == sent["own"]
    assert page.context["screen"].given == sent.get("answer", [])
    assert not OwnItem.objects.exists()


def test_thirty_fit_and_the_next_is_said(phone, enrollment):
    OwnItem.objects.bulk_create(
        OwnItem(
            client=enrollment.client, kind="TRIGGER", code=f"trg.own.{n}", label=f"W{n}"
        )
        for n in range(1, 31)
    )

    page = phone.post(BEFORE, {"own": DOCK})
    again = phone.post(BEFORE, {"own": "w7"})

    assert "You have 30 of your own already" in page.context["problem"]
    assert again.status_code == 302
    assert draft()["triggers"] == ["trg.own.7"]
    # However many there are, common ones stay in sight.
    first = phone.get(BEFORE).context["screen"].choices
    assert sum(".own." not in code for code, _ in first) >= 3
    assert len(first) <= 9


def test_own_words_that_may_mean_danger_reach_somebody_now(phone, enrollment):
    """Fault: what nobody else reads says that somebody is in danger, and waits in a draft."""
    answer = phone.post(BEFORE, {"own": "he hits me"})

    assert [c.finding["rule"] for c in Concern.objects.all()] == ["R01"]
    assert Task.objects.get().kind == "CALL"
    page = phone.get(answer["Location"])
    assert "tel:988" in page.text
    assert 'role="alert"' in page.text
    # It is chosen and kept all the same, and told once however often it is sent.
    assert draft()["triggers"] == ["trg.own.1"]
    phone.post(BEFORE, {"own": "he hits me"})
    assert (Concern.objects.count(), Task.objects.count()) == (1, 1)


def test_danger_is_heard_also_in_words_that_are_refused(phone):
    """Fault: one letter too many, and nobody hears that somebody wants to die."""
    words = "I want to die. " + "x" * 50
    three = ["trg.time.payday", "trg.body.tired", "trg.feel.lonely"]
    pk = uuid.uuid4()
    phone.post(reverse("checkins:moment"), {"uuid": pk, "answer": "7"})

    pages = [
        phone.post(BEFORE, {"own": words}),
        phone.post(BEFORE, {"own": "I want to die", "answer": three}),
        phone.post(reverse("checkins:moment_what", args=[pk]), {"own": words}),
    ]

    assert all(page.context["told"] for page in pages)
    assert not OwnItem.objects.exists()
    [concern] = Concern.objects.all()
    assert concern.finding["rule"] == "R01"


def test_the_plan_offers_what_was_written_in_a_check_in(phone, enrollment):
    phone.post(BEFORE, {"own": DOCK})

    page = phone.get(reverse("plans:section", args=["sets-me-off"]))

    assert ("trg.own.1", DOCK) in page.context["form"].chips.pairs
    assert Book(enrollment.client, NOON, "en").words.own == {"trg.own.1": DOCK}


def test_a_hard_moment_takes_words_of_their_own_in_both_places(phone):
    pk = uuid.uuid4()
    phone.post(reverse("checkins:moment"), {"uuid": pk, "answer": "7"})
    what, tool = (reverse(f"checkins:moment_{n}", args=[pk]) for n in ("what", "try"))

    assert "60 letters" in phone.post(what, {"own": "x" * 61}).context["problem"]
    assert phone.post(what, {"own": DOCK})["Location"] == tool
    phone.post(tool, {"own": "Feed the gulls"})

    moment = Moment.objects.get()
    assert moment.details == {"trigger": "trg.own.1", "tool": "cop.own.1"}
    page = phone.get(reverse("checkins:moment_tool", args=[pk]))
    assert "Feed the gulls" in page.text


def test_words_that_a_page_could_not_send_come_with_the_item(enrollment):
    """Fault: typed on the train, and lost in the tunnel."""
    mine = Phone(enrollment.client)
    answers = CALM | {"craving_peak": 3, "triggers": None, "own_triggers": DOCK}
    moment = {"craving": 6, "tool": "", "own_tool": "Feed the gulls"}

    item = mine.hold(answers=answers)
    sent = statuses(hand_in(item, mine.hold(kind="MOMENT", answers=moment)))

    assert sent == ["taken", "taken"]
    assert CheckinDay.objects.get().answers["triggers"] == ["trg.own.1"]
    assert Moment.objects.get().details["tool"] == "cop.own.1"
    assert statuses(hand_in(item)) == ["known"]
    assert OwnItem.objects.count() == 2


# -- As the program offers them ---------------------------------------------------------


def test_what_a_program_hid_is_refused_and_stays_readable(phone, enrollment):
    """Fault: a chip that is gone is sent by hand, or an old answer shows as a code."""
    program = enrollment.program
    program.hidden_codes = ["trg.time.payday"]
    program.save()
    CheckinDayFactory(
        enrollment=enrollment,
        answers={
            "craving_peak": 4,
            "triggers": ["trg.time.payday"],
            "use_reported": "no",
        },
        craving=4,
    )
    Draft.objects.all().delete()

    start = phone.get(reverse("checkins:start"))
    page = phone.get(BEFORE)
    kept = phone.post(BEFORE, {"answer": ["trg.time.payday"]})
    Submission.objects.all().delete()
    CheckinDay.objects.all().delete()
    Draft.objects.all().delete()
    phone.post(reverse("checkins:question", args=["first"]), {"answer": "4"})
    refused = phone.post(BEFORE, {"answer": ["trg.time.payday"]})

    assert "Payday" in start.text
    assert ("trg.time.payday", "Payday") in page.context["screen"].choices
    assert kept.status_code == 302
    assert refused.context["problem"] == "Choose from the list."


@pytest.mark.parametrize(
    ("question_set", "status"), [("2026-11", 201), ("2026-12", 400), (None, 400)]
)
def test_only_older_phones_may_name_what_is_hidden(
    client, enrollment, question_set, status
):
    """Fault: the server offers less and takes more, or an older phone loses a check-in."""
    enrollment.program.hidden_codes = ["trg.time.payday"]
    enrollment.program.save()
    client.force_login(enrollment.client.user)
    answers = CALM | {"craving_peak": 2, "triggers": ["trg.time.payday"]}
    item = {
        "uuid": str(uuid.uuid4()),
        "occurred_at": NOON.isoformat(),
        "answers": answers,
    } | ({"question_set": question_set} if question_set else {})

    answer = client.post(reverse("api:checkins"), item, content_type="application/json")

    assert answer.status_code == status
    assert answer.json()["reason"] == (None if status == 201 else "answer")
    # What was sealed on a phone was asked from the usual list, whatever its version.
    assert statuses(hand_in(Phone(enrollment.client).hold(answers=answers))) == [
        "taken"
    ]


def test_a_word_of_the_program_is_chosen_read_and_planned(phone, enrollment):
    item = ProgramItemFactory(program=enrollment.program)
    page = phone.get(BEFORE).context["screen"]
    assert (item.code, DOCK) in page.choices + page.more

    phone.post(BEFORE, {"answer": [item.code]})
    section = reverse("plans:section", args=["sets-me-off"])
    phone.post(section, {"add": [item.code]})
    item.is_offered, item.label_en = False, "Dock 2"
    item.save()

    plan = enrollment.client.plan_versions.get().content["triggers"]["items"]
    # The plan says what it said when it was written; the check-in, what it is called now.
    assert [(i["code"], i["label"]) for i in plan] == [(item.code, DOCK)]
    assert DOCK in phone.get(reverse("plans:plan")).text
    assert (item.code, "Dock 2") in phone.get(BEFORE).context["screen"].choices


def test_a_word_of_another_house_is_none(phone):
    """Fault: codes are numbered in each house, and one house's are taken in another."""
    theirs = ProgramItemFactory(code="trg.prg.7")

    page = phone.post(BEFORE, {"answer": [theirs.code]})
    item = {
        "uuid": str(uuid.uuid4()),
        "occurred_at": NOON.isoformat(),
        "question_set": "2026-11",
        "answers": CALM | {"craving_peak": 2, "triggers": [theirs.code]},
    }
    sent = phone.post(reverse("api:checkins"), item, content_type="application/json")

    assert page.context["problem"] == "Choose from the list."
    assert (sent.status_code, sent.json()["reason"]) == (400, "answer")


# -- Questions of a program -------------------------------------------------------------


def path_of(phone, answers) -> list[str]:
    seen, response = [], phone.get(reverse("checkins:question", args=["first"]))
    while "screen" in (response.context or {}):
        path = response.request["PATH_INFO"]
        seen.append(path.split("/")[2])
        response = phone.post(path, answers[seen[-1]], follow=True)
    return seen


QUIET = {
    "first": {"answer": "0"},
    "mood": {"answer": "4"},
    "night": {"answer": "badly"},
    "now": {"only": "fine"},
    "tomorrow": {"answer": "8"},
    "since": {"answer": "no"},
    "hear": {"answer": "no"},
}


def test_the_usual_way_is_six_screens_and_sleep_is_one_more(client, enrollment):
    """Fault: a new question makes everybody's check-in longer."""
    client.force_login(enrollment.client.user)
    usual = path_of(client, QUIET)
    sent = Submission.objects.get()
    Submission.objects.all().delete()
    CheckinDay.objects.all().delete()
    enrollment.program.optional_questions = ["sleep", "confidence"]
    enrollment.program.save()
    own = path_of(client, QUIET)

    assert usual == ["first", "mood", "now", "tomorrow", "since", "hear"]
    assert (sent.question_set, "sleep" in sent.answers) == ("2026-12", False)
    assert own == ["first", "night", "tomorrow", "since", "hear"]
    assert CheckinDay.objects.get().answers["sleep"] == "badly"
    assert "Badly" in client.get(reverse("checkins:start")).text


def test_a_phone_asks_the_usual_set_and_all_of_it_is_taken(client, enrollment):
    """Fault: what was said offline about a question that is left out here is dropped."""
    enrollment.program.optional_questions = ["confidence"]
    enrollment.program.save()

    hand_in(Phone(enrollment.client).hold(answers=CALM, question_set="2026-11"))

    assert CheckinDay.objects.get().answers == CALM
    client.force_login(enrollment.client.user)
    # It can be read and changed like any other.
    assert "Mood" in client.get(reverse("checkins:start")).text
    assert client.get(reverse("checkins:question", args=["mood"])).status_code == 200


# -- Where nobody reads -----------------------------------------------------------------


def test_where_nobody_reads_nothing_is_asked_and_help_stays(phone, enrollment):
    """Fault: a check-in is taken that nobody will read, or one on its way is lost."""
    site = enrollment.program.site
    site.lines.create(
        kind="PROGRAM", label="Front desk", number="617-555-0110",
        last_checked_on=NOON.date(),
    )  # fmt: skip
    day = CheckinDayFactory(enrollment=enrollment, local_on=NOON.date().replace(day=12))
    site.checkins_on = False
    site.save()

    halfway = phone.post(BEFORE, {"answer": ["trg.time.payday"]}, follow=True)

    assert draft()["triggers"] == ["trg.time.payday"]
    for page in (halfway, phone.get(reverse("checkins:start"))):
        assert "Check-ins are not open right now" in page.text
        assert "617-555-0110" in page.text
        assert reverse("home:help") in page.text
    wave = phone.get(reverse("checkins:moment"))
    assert wave["Location"] == reverse("checkins:wave")
    note = phone.post(
        reverse("checkins:note", query={"on": day.local_on.isoformat()}),
        {"text": "Long week", "on": day.local_on.isoformat()},
    )
    assert "Long week" in note.text
    assert not Submission.objects.exists()
    # On again, it goes on where it was left; nothing was hidden in between.
    site.checkins_on = True
    site.save()
    assert "Go on" in phone.get(reverse("checkins:start")).text


def test_what_waits_on_a_phone_waits_until_somebody_reads(client, enrollment):
    """Fault: the phone is told that it arrived, and nobody has it."""
    site = enrollment.program.site
    site.checkins_on = False
    site.save()
    mine = Phone(enrollment.client)
    held = mine.hold(answers=CALM | {"own_triggers": DOCK, "craving_peak": 2})
    moment = mine.hold(kind="MOMENT", answers={"craving": 5, "tool": "cop.urge.surf"})
    client.force_login(enrollment.client.user)
    item = {"uuid": str(uuid.uuid4()), "occurred_at": NOON.isoformat(), "answers": CALM}

    waits = statuses(hand_in(held, moment))
    refused = client.post(
        reverse("api:checkins"), item, content_type="application/json"
    )

    assert waits == ["later", "later"]
    assert not OwnItem.objects.exists()
    assert (refused.status_code, refused.json()["reason"]) == (409, "checkins_off")
    site.checkins_on = True
    site.save()
    assert statuses(hand_in(held, moment)) == ["taken", "taken"]
    assert CheckinDay.objects.get().answers["triggers"] == ["trg.own.1"]


def test_own_words_join_a_full_choice_that_waited_on_a_phone(enrollment):
    """Fault: three are chosen and one is written, and none of it is taken."""
    three = ["trg.time.payday", "trg.feel.bored", "trg.feel.lonely"]
    mine = Phone(enrollment.client)
    answers = CALM | {"craving_peak": 2, "triggers": three, "own_triggers": DOCK}

    assert statuses(hand_in(mine.hold(answers=answers))) == ["taken"]

    assert CheckinDay.objects.get().answers["triggers"] == [*three, "trg.own.1"]
    assert not Task.objects.exists()


def test_what_helped_may_be_words_of_their_own(enrollment):
    mine = Phone(enrollment.client)
    said = {"craving": 5, "tool": "", "own_tool": "Call Dee"}
    rated = said | {"craving_after": 2, "helped": "", "own_helped": "Call Dee"}

    assert statuses(hand_in(mine.hold(kind="MOMENT", answers=rated))) == ["taken"]

    details = Moment.objects.get().details
    assert details["helped"] == details["tool"] == "cop.own.1"


@pytest.mark.parametrize(
    ("answers", "is_taken"),
    [
        pytest.param({"feels_safe": "no"}, True, id="not safe"),
        pytest.param({"feels_safe": "not_sure"}, True, id="not sure"),
        pytest.param({"feels_safe": "yes"}, False, id="safe"),
        pytest.param(
            {"use_reported": "yes", "use_what": ["opioids"]}, True, id="overdose"
        ),
        pytest.param({"use_reported": "yes", "use_what": []}, True, id="not named"),
        pytest.param(
            {"use_reported": "yes", "use_what": ["alcohol"]}, False, id="alcohol"
        ),
        pytest.param({"use_reported": "rather_not"}, False, id="rather not say"),
        pytest.param({"note": "I want to die"}, True, id="words of danger"),
        pytest.param({"note": "A long week"}, False, id="a note"),
        pytest.param({"craving_peak": 10}, False, id="strong"),
    ],
)
def test_danger_is_taken_also_where_nobody_reads(client, enrollment, answers, is_taken):
    """Fault: somebody is in danger, and it waits on a phone for a switch."""
    site = enrollment.program.site
    site.checkins_on = False
    site.on_call = StaffFactory(organization_id=enrollment.organization_id)
    site.save()
    held = Phone(enrollment.client).hold(answers=CALM | answers)

    assert statuses(hand_in(held)) == ["taken" if is_taken else "later"]
    assert CheckinDay.objects.exists() == is_taken
    called = [task.assignee for task in Task.objects.all()]
    assert called == ([site.on_call] if is_taken else [])


def sent(client, enrollment, **answers):
    client.force_login(enrollment.client.user)
    item = {"uuid": str(uuid.uuid4()), "occurred_at": NOON.isoformat()}
    item["answers"] = CALM | {"craving_peak": 2} | answers

    def send():
        where = reverse("api:checkins")
        return client.post(where, item, content_type="application/json").status_code

    return send


def test_what_arrived_stands_though_it_is_offered_no_more(client, enrollment):
    """Fault: the phone keeps it for good, and sends it day after day."""
    send = sent(client, enrollment, triggers=["trg.time.payday"])
    assert send() == 201

    enrollment.program.hidden_codes = ["trg.time.payday"]
    enrollment.program.save()

    assert send() == 200


def test_words_that_arrived_are_not_taken_again(client, enrollment):
    """Fault: what was called something else since is there a second time."""
    send = sent(client, enrollment, own_triggers=DOCK)
    assert send() == 201

    word = OwnItem.objects.get()
    word.label = "The pier"
    word.save()

    assert send() == 200
    assert OwnItem.objects.get().label == "The pier"


def test_words_beside_an_answer_that_is_refused_are_not_taken(client, enrollment):
    """Fault: half of what was sent is kept, and sent again it is there twice."""
    assert sent(client, enrollment, own_triggers=DOCK, mood=9)() == 400

    assert not OwnItem.objects.exists()
    assert not AuditEvent.objects.filter(action="checkins.own_word_added").exists()


@pytest.mark.parametrize("use_what", [[{}], {}, "opioids", 3, [["opioids"]]])
def test_what_is_sent_may_be_anything_where_nobody_reads(client, enrollment, use_what):
    """Fault: looking for danger falls over what is no answer at all."""
    site = enrollment.program.site
    site.checkins_on = False
    site.save()
    client.force_login(enrollment.client.user)
    answers = CALM | {"use_reported": "yes", "use_what": use_what, "note": 3}
    item = {"uuid": str(uuid.uuid4()), "occurred_at": NOON.isoformat()}

    refused = client.post(
        reverse("api:checkins"),
        item | {"answers": answers},
        content_type="application/json",
    )

    assert refused.status_code in (400, 409)
    assert not CheckinDay.objects.exists()
