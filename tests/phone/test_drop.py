import base64
import datetime as dt
import threading
import uuid

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from apps.audit.actors import Actor
from apps.audit.models import AuditEvent
from apps.care.models import Concern, Task
from apps.checkins import services as checkins
from apps.checkins.models import CheckinDay, Draft, Moment, Submission
from apps.phone import limits
from apps.phone.models import Device, SealingKey, SetAside
from apps.phone.services import end_devices, rotate_drop_key
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory, EnrollmentFactory
from tests.phone.sealing import CALM, DROP, Phone, hand_in, statuses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
MINUTE, HOUR, DAY = (dt.timedelta(**{each: 1}) for each in ("minutes", "hours", "days"))


@pytest.fixture
def enrollment():
    return AssignmentFactory().enrollment


@pytest.fixture
def phone(enrollment):
    return Phone(enrollment.client)


def nothing_was_made() -> bool:
    models = (Submission, Moment, Draft, SetAside, Task, Concern)
    return not any(model.objects.exists() for model in models)


# -- Taken once -------------------------------------------------------------------------


def test_a_check_in_comes_through_without_a_session_or_a_token(phone, enrollment):
    item = phone.hold(ago=3 * HOUR, answers=CALM | {"note": "Long day."})

    answer = hand_in(item)

    assert answer.json() == {"items": [{"uuid": item["uuid"], "status": "taken"}]}
    sent, day = Submission.objects.get(), CheckinDay.objects.get()
    assert (sent.client, sent.occurred_at, sent.received_at) == (
        enrollment.client,
        NOON - 3 * HOUR,
        NOON,
    )
    assert (day.local_on, day.note, day.craving) == (NOON.date(), "Long day.", 0)
    seen = AuditEvent.objects.get(action="checkins.submitted")
    assert (seen.actor_id, seen.actor_role, seen.source) == (
        enrollment.client.user_id,
        "CLIENT",
        "PHONE",
    )


def test_sent_twice_it_is_one(phone):
    """Fault: the answer got lost on the way, and the check-in counts twice."""
    item = phone.hold(answers=CALM | {"mood": 1, "feels_safe": "no"})

    answers = [statuses(hand_in(item)), statuses(hand_in(item, item))]

    assert answers == [["taken"], ["known"]]
    assert (Submission.objects.count(), Concern.objects.count()) == (1, 1)


def test_what_was_sealed_to_a_retired_pair_still_opens(phone, actor):
    item = phone.hold()
    rotate_drop_key(at=NOON, by=actor)

    assert statuses(hand_in(item)) == ["taken"]


def test_a_batch_says_of_each_what_became_of_it(phone):
    known, bad = phone.hold(), {"uuid": str(uuid.uuid4()), "sealed": "AAAA"}
    hand_in(known)

    answer = hand_in(bad, known, phone.hold(ago=DAY), {"uuid": "no name"}, "nothing")

    assert statuses(answer) == ["later", "known", "taken"]


def test_a_batch_is_taken_in_the_order_it_happened(phone):
    """Fault: an afterthought comes before its check-in, and nothing is made of it."""
    late = phone.hold(answers={"contact_request": "today"})
    early = phone.hold(ago=MINUTE)

    assert statuses(hand_in(late, early)) == ["taken", "taken"]
    assert CheckinDay.objects.get().answers["contact_request"] == "today"
    assert not SetAside.objects.exists()


def test_the_phone_was_seen(phone):
    Device.objects.update(made_at=NOON - DAY, last_seen_at=NOON - DAY)

    hand_in(phone.hold())

    assert Device.objects.get().last_seen_at == NOON


def test_whoever_is_signed_in_there_by_now_has_no_part_in_it(phone, enrollment):
    """Fault: what waited goes to the next person who signs in on this phone."""
    next_one = Client()
    next_one.force_login(AssignmentFactory().enrollment.client.user)

    assert statuses(hand_in(phone.hold(), browser=next_one)) == ["taken"]
    assert Submission.objects.get().client == enrollment.client
    actor = AuditEvent.objects.get(action="checkins.submitted").actor_id
    assert actor == enrollment.client.user_id


# -- Trusted, or not --------------------------------------------------------------------


def test_an_unknown_phone_is_told_to_wait(phone):
    """Fault: anybody can put words in the mouth of a client."""
    strangers = [
        phone.hold(device=str(uuid.uuid4())),
        phone.hold(key="x" * 43),
        phone.hold(key=None),
        phone.hold(device=7),
        phone.hold(device="phone"),
        phone.hold(key="\ud800"),
    ]

    assert set(statuses(hand_in(*strangers))) == {"later"}
    assert nothing_was_made()


def test_the_key_of_one_phone_does_not_speak_for_another(phone):
    other = Phone(EnrollmentFactory().client)

    assert statuses(hand_in(phone.hold(device=other.device))) == ["later"]
    assert nothing_was_made()


def test_a_lost_phone_that_was_ended_hands_in_nothing(phone, enrollment, actor):
    end_devices(client_id=enrollment.client_id, at=NOON, by=actor)

    assert statuses(hand_in(phone.hold())) == ["later"]
    assert nothing_was_made()


def test_an_envelope_under_another_name_does_not_open(phone):
    """Fault: the same words, sealed once, are handed in under many names."""
    item = phone.hold()

    moved = item | {"uuid": str(uuid.uuid4())}

    assert statuses(hand_in(moved)) == ["later"]
    assert nothing_was_made()


def test_a_name_inside_that_is_not_the_one_outside_is_not_believed(phone):
    said = phone.said()
    other = said | {"uuid": str(uuid.uuid4())}

    item = phone.sealed(other, bound_to=said["uuid"]) | {"uuid": said["uuid"]}

    assert statuses(hand_in(item)) == ["later"]


@pytest.mark.parametrize("place", [0, 1, 20, 85, 100, -1])
def test_a_changed_byte_does_not_open(phone, place):
    item = phone.hold()
    envelope = bytearray(base64.b64decode(item["sealed"]))
    envelope[place] ^= 1

    changed = base64.b64encode(envelope).decode()

    assert statuses(hand_in(item | {"sealed": changed})) == ["later"]
    assert nothing_was_made()


def test_what_a_later_phone_writes_waits_for_a_later_server(phone):
    assert statuses(hand_in(phone.hold(v=2))) == ["later"]


# -- When it happened -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong_by", "ago"),
    [
        pytest.param(dt.timedelta(), 20 * HOUR, id="right"),
        pytest.param(3 * DAY, 20 * HOUR, id="fast"),
        pytest.param(-400 * DAY, 20 * HOUR, id="slow"),
    ],
)
def test_a_wrong_clock_still_tells_how_long_ago_it_was(phone, wrong_by, ago):
    """Fault: the day it arrived is taken for the day it was about."""
    phone.at = NOON + wrong_by
    item = phone.hold(ago=ago)

    hand_in(item, clock=NOON + wrong_by)

    sent = Submission.objects.get()
    assert (sent.occurred_at, sent.received_at) == (NOON - ago, NOON)
    assert sent.local_on == dt.date(2026, 10, 13)


@pytest.mark.parametrize(
    "when",
    ["9999-12-31T23:59:59Z", "2026-10-14T11:00:00", "yesterday", 7, None, "0001-01-01"],
)
def test_a_wild_time_is_the_time_it_came(phone, when):
    assert statuses(hand_in(phone.hold(occurred_at=when))) == ["taken"]
    assert Submission.objects.get().occurred_at == NOON


def test_three_in_the_morning_belongs_to_the_day_before(phone, frozen_noon):
    frozen_noon.move_to(NOON - 3 * HOUR)
    item = phone.hold(ago=9 * HOUR + MINUTE)

    hand_in(item, clock=NOON)

    assert Submission.objects.get().local_on == dt.date(2026, 10, 13)


def test_days_in_a_drawer_are_still_days_of_their_own(phone):
    """What waited past the days that a page would still take is a check-in all the same."""
    hand_in(phone.hold(ago=12 * DAY))

    assert CheckinDay.objects.get().local_on == dt.date(2026, 10, 2)


# -- Hard moments -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["CHECKIN", "DRAFT"])
def test_a_day_gone_by_stays_the_day_it_was_asked_about(phone, kind):
    yesterday = NOON.date() - dt.timedelta(days=1)

    hand_in(phone.hold(kind, {"craving_peak": 3} | CALM, local_on=str(yesterday)))

    rows = {"CHECKIN": Submission, "DRAFT": Draft}[kind].objects
    assert rows.get().local_on == yesterday


def test_a_hard_moment_comes_through_with_how_it_went_on(phone):
    answers = {"craving": 9, "trigger": "trg.time.payday", "tool": "cop.move.walk"}

    hand_in(phone.hold("MOMENT", answers | {"craving_after": 4}, ago=HOUR))

    moment = Moment.objects.get()
    assert (moment.craving, moment.craving_after) == (9, 4)
    assert moment.details == {"trigger": "trg.time.payday", "tool": "cop.move.walk"}
    assert (moment.occurred_at, moment.received_at) == (NOON - HOUR, NOON)


def test_how_it_went_on_may_follow(phone):
    said = phone.said("MOMENT", {"craving": 9}, ago=HOUR)
    hand_in(phone.sealed(said))

    said["answers"] |= {"craving_after": 3}

    assert statuses(hand_in(phone.sealed(said))) == ["known"]
    assert Moment.objects.get().craving_after == 3


# -- Half a check-in --------------------------------------------------------------------


def test_half_a_check_in_goes_on_where_it_was_left(phone, enrollment):
    said = phone.said("DRAFT", {"craving_peak": 3, "triggers": ["trg.feel.stress"]})

    answers = [statuses(hand_in(phone.sealed(said))) for _ in range(2)]

    draft = Draft.objects.get()
    assert answers == [["taken"], ["known"]]
    assert (str(draft.uuid), draft.answers) == (said["uuid"], said["answers"])


def test_the_whole_one_follows_under_the_same_name(phone):
    said = phone.said("DRAFT", {"craving_peak": 3})
    hand_in(phone.sealed(said))

    whole = phone.sealed(said | {"kind": "CHECKIN", "answers": CALM})

    assert statuses(hand_in(whole)) == ["taken"]
    assert (Draft.objects.count(), Submission.objects.count()) == (0, 1)
    assert statuses(hand_in(phone.sealed(said))) == ["known"]
    assert not Draft.objects.exists()


def test_half_a_check_in_does_not_cover_newer_answers(phone, enrollment):
    Draft.objects.create(
        client=enrollment.client,
        kind="CHECKIN",
        uuid=uuid.uuid4(),
        local_on=NOON.date(),
        answers={"craving_peak": 8},
        changed_at=NOON - HOUR,
    )

    hand_in(phone.hold("DRAFT", {"craving_peak": 2, "mood": 3}, ago=2 * HOUR))

    assert Draft.objects.get().answers == {"craving_peak": 8, "mood": 3}


def test_half_a_check_in_that_was_passed_is_kept_out_of_the_way(phone):
    half = phone.hold("DRAFT", {"craving_peak": 8}, ago=HOUR)
    hand_in(phone.hold())

    assert statuses(hand_in(half)) == ["taken"]
    assert not Draft.objects.exists()
    assert (SetAside.objects.get().reason, Task.objects.count()) == ("HasPassed", 0)


# -- Set aside --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        pytest.param({"answers": CALM | {"mood": 9}}, "AnswerProblem", id="no answer"),
        pytest.param({"answers": {"mood": 2}}, "AnswerProblem", id="needed missing"),
        pytest.param({"answers": []}, "AnswerProblem", id="a list"),
        pytest.param(
            {"question_set": "1999-01"}, "UnknownQuestionSet", id="never asked"
        ),
        pytest.param({"kind": "POEM"}, "CannotBeTaken", id="unknown kind"),
        pytest.param(
            {"answers": CALM | {"note": "\ud800"}}, "CannotBeTaken", id="half a letter"
        ),
        pytest.param(
            {"kind": "MOMENT", "answers": {"craving": True}},
            "CannotBeTaken",
            id="no strength",
        ),
        pytest.param(
            {"kind": "MOMENT", "answers": {"craving": 5, "trigger": "trg.own.9"}},
            "CannotBeTaken",
            id="not their own",
        ),
    ],
)
def test_what_no_check_in_can_be_made_of_goes_to_a_person(
    phone, enrollment, given, reason
):
    item = phone.hold(**given)

    answers = [statuses(hand_in(item)), statuses(hand_in(item))]

    aside, task = SetAside.objects.get(), Task.objects.get()
    assert answers == [["taken"], ["known"]]
    assert (aside.reason, aside.item["uuid"]) == (reason, item["uuid"])
    assert "key" not in aside.item
    assert task.assignee == enrollment.assignments.get().staff
    assert (task.kind, task.due_at) == ("HUDDLE", NOON + DAY)
    assert AuditEvent.objects.get(action="phone.set_aside").source == "PHONE"


def test_what_was_set_aside_cannot_be_read_in_the_database(phone):
    hand_in(phone.hold(answers={"note": "Canary of mine"}))

    with connection.cursor() as cursor:
        cursor.execute("SELECT item FROM phone_setaside")
        assert b"Canary" not in bytes(cursor.fetchone()[0])


@pytest.mark.parametrize(
    "said",
    [{"feels_safe": "no"}, {"contact_request": "today"}, {"use_reported": "yes"}],
)
def test_what_cannot_wait_does_not_wait_for_whole_answers(phone, enrollment, said):
    """Fault: half an envelope says that somebody is in danger, and it waits a day."""
    hand_in(phone.hold(answers={"mood": 77} | said))

    task = Task.objects.get(source="phone")
    assert (task.kind, task.due_at, task.priority) == ("CALL", NOON, 1)
    assert task.details == {"handed_in": said}


def test_danger_in_what_was_set_aside_raises_its_concern(phone):
    hand_in(phone.hold(answers={"mood": 77, "feels_safe": "no"}))

    assert [c.finding["rule"] for c in Concern.objects.all()] == ["R01"]


def test_after_care_has_ended_it_goes_to_a_person(phone, enrollment):
    enrollment.state, enrollment.ended_on = "ENDED", NOON.date()
    enrollment.save()

    assert statuses(hand_in(phone.hold())) == ["taken"]
    assert (SetAside.objects.get().reason, Task.objects.count()) == ("NotInCare", 1)
    assert not Submission.objects.exists()


def test_the_desk_says_what_was_handed_in(phone, enrollment, client):
    hand_in(
        phone.hold(answers={"mood": 77, "feels_safe": "no", "note": "At my sister's"})
    )
    client.force_login(enrollment.assignments.get().staff)

    page = client.get(reverse("desk:client", args=[enrollment.client_id])).text

    assert "Something sent from their phone did not become a check-in" in page
    assert "Feels safe: No" in page
    assert "At my sister&#x27;s" in page


# -- Told to both sides -----------------------------------------------------------------


@pytest.fixture
def page_of(client, enrollment):
    def page_of(path, who="client"):
        staff = enrollment.assignments.get().staff
        client.force_login(enrollment.client.user if who == "client" else staff)
        return client.get(path).text

    return page_of


def test_the_desk_says_that_it_came_later_than_it_was_said(phone, enrollment, page_of):
    hand_in(phone.hold(ago=17 * HOUR), phone.hold("MOMENT", {"craving": 8}, ago=HOUR))

    page = page_of(reverse("desk:client", args=[enrollment.client_id]), "staff")

    assert "answered Tue 7 pm, arrived Wed noon" in page
    assert "answered Wed 11 am, arrived Wed noon" in page


def test_what_was_only_on_its_way_is_not_called_late(phone, enrollment, page_of):
    hand_in(phone.hold(ago=4 * MINUTE))

    page = page_of(reverse("desk:client", args=[enrollment.client_id]), "staff")

    assert "arrived" not in page


def test_two_check_ins_of_a_day_are_told_to_both(phone, enrollment, page_of, client):
    """Fault: one of two check-ins is gone, and nobody was told."""
    mine = {"enrollment": enrollment, "by": Actor(), "at": NOON}
    checkins.submit_checkin(
        uuid=uuid.uuid4(), answers=CALM, occurred_at=NOON - 16 * HOUR, **mine
    )
    hand_in(phone.hold(answers=CALM | {"mood": 1, "note": "Hard."}, ago=17 * HOUR))
    words = "You checked in twice on Tuesday. Both are kept."

    told = [words in page_of(path) for path in ("/", "/check-in/")]
    client.post(reverse("checkins:twice"), {"back": "check-in"})
    after = [words in page_of(path) for path in ("/", "/check-in/")]
    desk = page_of(reverse("desk:client", args=[enrollment.client_id]), "staff")

    assert (told, after) == ([True, True], [False, False])
    assert desk.count("Checked in twice. At") == 2
    assert "“Hard.”" in desk


def test_half_a_check_in_is_offered_where_it_was_left(phone, page_of):
    hand_in(phone.hold("DRAFT", {"craving_peak": 3}))

    page = page_of("/check-in/")

    assert "Go on where you left off." in page
    assert "/check-in/before/" in page


# -- What anybody may send here ---------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "", "[]", "7", "null", '"items"', "{}", '{"items": {}}', '{"items": []}',
        '{"items": ' + "[" * 50_000, b"\xff\xfe\x00", "{" * 60_000,
        '{"items": [{}], "clock": ' + "9" * 5000 + "}",
    ],
)  # fmt: skip
def test_what_is_no_batch_is_refused(body):
    answer = Client().post(DROP, body, content_type="application/json")

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "item",
    [
        None, 7, [], {}, {"uuid": 7}, {"uuid": None, "sealed": None}, {"uuid": "\ud800"},
        {"uuid": "x" * 10_000}, {"sealed": "AAAA"},
    ],
)  # fmt: skip
def test_what_has_no_name_gets_no_answer(item):
    assert hand_in(item).json() == {"items": []}


@pytest.mark.parametrize(
    "sealed",
    [
        None, 7, "", "not base64!", "ÄÖÜ", "A" * 20_000, "AQ==",
        base64.b64encode(b"\x01" * 200).decode(), base64.b64encode(bytes(4000)).decode(),
    ],
)  # fmt: skip
def test_what_is_no_envelope_waits(sealed):
    item = {"uuid": str(uuid.uuid4()), "sealed": sealed}

    assert statuses(hand_in(item)) == ["later"]


@pytest.mark.parametrize(
    "plain",
    [
        b"7", b"[]", b"null", b"{", b"\xff\xfe", b"[" * 5000, b"9" * 4500, b'{"v": 1}',
        b'{"v": NaN}', b'{"v": 1e999}',
    ],
)  # fmt: skip
def test_what_is_sealed_well_and_makes_no_sense_waits(phone, plain):
    said = phone.said()

    assert statuses(hand_in(phone.sealed(said, raw=plain))) == ["later"]


@pytest.mark.parametrize(
    "answers",
    [
        {"craving_peak": 10**400}, {"craving_peak": float("inf")}, {"mood": -1},
        {"craving_peak": 4, "triggers": [[["x"]]]}, {"note": "x" * 3000}, {"x" * 900: 1},
        {"note": ["\ud800"]}, {"use_what": {"a": None}}, {"one_tap": {}}, {"one_tap": []},
        {"feels_safe": ["no"]}, {"contact_request": {"today": 1}}, {"triggers": "trg.own.1"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["CHECKIN", "MOMENT", "DRAFT"])
def test_odd_answers_are_never_an_error_of_ours(phone, kind, answers, caplog):
    odd, fine = phone.hold(kind, CALM | answers), phone.hold()

    assert statuses(hand_in(odd, fine)) == ["taken", "taken"]
    assert caplog.records == []


def test_one_item_too_many_or_too_much_is_refused(phone):
    item = phone.hold()
    many = [item | {"uuid": str(uuid.uuid4())} for _ in range(21)]

    assert hand_in(*many).status_code == 400
    assert hand_in(item | {"more": "x" * 65_536}).status_code == 413
    assert nothing_was_made()


def test_the_longest_notes_fit(phone):
    long = CALM | {"note": "🙂" * 500}
    items = [phone.hold(answers=long, ago=n * DAY) for n in range(6)]

    assert set(statuses(hand_in(*items))) == {"taken"}


# -- How often --------------------------------------------------------------------------


def test_a_flood_from_one_address_is_told_to_wait(phone, monkeypatch):
    monkeypatch.setattr(limits, "FROM_AN_ADDRESS", (2, MINUTE))
    item = phone.hold()

    answers = [hand_in(item) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]


def test_a_flood_of_one_phone_waits_and_others_go_on(phone, monkeypatch):
    monkeypatch.setattr(limits, "OF_A_DEVICE", (2, DAY))
    other = Phone(AssignmentFactory().enrollment.client)

    hand_in(phone.hold(), phone.hold())

    assert statuses(hand_in(phone.hold(), other.hold())) == ["later", "taken"]


def test_a_counter_that_fails_lets_check_ins_through(phone, monkeypatch):
    def broken(*args, **kwargs):
        raise OSError

    monkeypatch.setattr(cache, "get", broken)

    assert statuses(hand_in(phone.hold())) == ["taken"]


def test_looking_is_refused(client):
    assert client.get(DROP).status_code == 405


def test_a_batch_costs_the_same_keys_for_any_number(
    phone, django_assert_max_num_queries
):
    items = [phone.hold(v=1, key="wrong") for _ in range(20)]

    # The pair, the phone.
    with django_assert_max_num_queries(2):
        hand_in(*items)


# -- At the same moment -----------------------------------------------------------------


def at_once(count, send):
    ready, answers = threading.Barrier(count), []

    def run():
        try:
            ready.wait()
            answers.append(send())
        finally:
            connection.close()

    with time_machine.travel(NOON, tick=False):
        threads = [threading.Thread(target=run) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("kind", "answers", "model"),
    [
        ("CHECKIN", CALM | {"mood": 1, "feels_safe": "no"}, Submission),
        ("CHECKIN", {"mood": 77, "feels_safe": "no"}, SetAside),
        ("MOMENT", {"craving": 9, "craving_after": 2}, Moment),
        ("DRAFT", {"craving_peak": 4}, Draft),
    ],
)
def test_page_and_worker_at_the_same_moment_send_it_once(kind, answers, model):
    """Fault: two workers both find no row and both write one."""
    item = Phone(AssignmentFactory().enrollment.client).hold(kind, answers)

    said = at_once(4, lambda: statuses(hand_in(item)))

    assert sorted(said) == [["known"]] * 3 + [["taken"]]
    assert model.objects.count() == 1
    assert Concern.objects.count() <= 1


@pytest.mark.django_db(transaction=True)
def test_the_first_two_phones_at_the_same_moment_seal_to_one_pair():
    people = [AssignmentFactory().enrollment.client for _ in range(3)]
    browsers = []
    for person in people:
        browser = Client()
        browser.force_login(person.user)
        browsers.append(browser)

    told = at_once(3, lambda: browsers.pop().post(reverse("api:phone")).json()["drop"])

    assert len({each["id"] for each in told}) == SealingKey.objects.count() == 1
