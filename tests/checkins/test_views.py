import datetime as dt
import re
import uuid

import pytest
from django.urls import reverse

from apps.care.models import Concern, OwnItem
from apps.checkins.models import CheckinDay, Draft, Reply, Submission
from tests.conftest import BOSTON
from tests.factories.care import AssignmentFactory, EnrollmentFactory
from tests.factories.checkins import CheckinDayFactory, DraftFactory, ReplyFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
DAY = dt.timedelta(days=1)
TODAY = dt.date(2026, 10, 14)
START = reverse("checkins:start")


def url(slug, on=TODAY):
    return reverse("checkins:question", args=[slug], query={"on": on.isoformat()})


def done(on=TODAY, **query):
    return reverse("checkins:done", query={"on": on.isoformat(), **query})


@pytest.fixture
def enrollment():
    return AssignmentFactory(staff__name="Ana").enrollment


@pytest.fixture
def phone(client, enrollment):
    client.force_login(enrollment.client.user)
    return client


def form_of(response) -> dict:
    """The hidden fields of the question on the page, as a browser would send them."""
    return {
        "on": response.context["sitting"].on.isoformat(),
        "uuid": str(response.context["sitting"].uuid),
    }


FIRST = url("first")


def fill_in(phone, answers, at=FIRST):
    """Answer one page after the other without JavaScript; the slugs seen, and the end."""
    seen = []
    response = phone.get(at)
    while response.status_code == 200 and "screen" in (response.context or {}):
        slug = response.request["PATH_INFO"].split("/")[2]
        seen.append(slug)
        data = form_of(response) | answers[slug]
        response = phone.post(response.request["PATH_INFO"], data, follow=True)
    return seen, response


CALM = {
    "first": {"answer": "0"},
    "mood": {"answer": "4"},
    "now": {"only": "fine"},
    "tomorrow": {"answer": "8"},
    "since": {"answer": "no"},
    "hear": {"answer": "no"},
}


# -- The path ---------------------------------------------------------------------------


def test_a_calm_day_takes_six_screens_and_never_asks_about_safety(phone):
    seen, end = fill_in(phone, CALM)

    assert seen == ["first", "mood", "now", "tomorrow", "since", "hear"]
    assert end.redirect_chain[-1][0] == done()
    assert "Thanks, that&#x27;s enough for today." in end.text
    assert CheckinDay.objects.get().answers["body"] == ["fine"]


def test_craving_eight_payday_and_a_call_without_javascript(phone, enrollment):
    answers = CALM | {
        "first": {"answer": "8"},
        "before": {"answer": ["trg.time.payday"]},
        "helped": {"skip": "1"},
        "hear": {"answer": "today"},
        "safe": {"answer": "yes"},
    }

    seen, end = fill_in(phone, answers)

    assert seen == [
        "first", "before", "helped", "mood", "now", "tomorrow", "since", "hear", "safe",
    ]  # fmt: skip
    assert "Ana will call you by 5 pm today" in end.text
    assert reverse("checkins:wave") in end.text
    rules = {concern.finding["rule"] for concern in Concern.objects.all()}
    assert rules == {"R03", "R05"}
    day = CheckinDay.objects.get()
    assert (day.craving, day.answers["triggers"]) == (8, ["trg.time.payday"])
    assert day.answers["coping_used"] is None
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("what", "warned"),
    [
        pytest.param("opioids", True, id="opioids"),
        pytest.param("cocaine", True, id="cocaine may hold fentanyl"),
        pytest.param("cannabis", False, id="cannabis"),
    ],
)
def test_reported_use_always_ends_on_its_own_screen(phone, what, warned):
    answers = CALM | {
        "since": {"answer": "yes"},
        "which": {"answer": [what]},
        "safe": {"answer": "yes"},
    }

    _, end = fill_in(phone, answers)

    assert "one hard day does not erase your work" in end.text
    assert ("Keep naloxone close" in end.text) == warned


def test_not_feeling_safe_ends_with_a_person_to_call(phone):
    answers = CALM | {
        "mood": {"answer": "1"},
        "safe": {"answer": "no"},
        "because": {"answer": "someone"},
    }

    seen, end = fill_in(phone, answers)

    assert seen[-2:] == ["safe", "because"]
    assert [link in end.text for link in ("tel:988", "sms:988", "tel:911")] == [
        True
    ] * 3
    assert "1-800-799-7233" in end.text
    assert "Your team is here now" in end.text


def test_after_hours_nothing_is_promised_that_is_not_staffed(phone, frozen_noon):
    frozen_noon.move_to(dt.datetime(2026, 10, 17, 22, 0, tzinfo=BOSTON))
    saturday = dt.date(2026, 10, 17)
    answers = CALM | {"mood": {"answer": "1"}, "safe": {"answer": "not_sure"}}
    answers |= {"because": {"skip": "1"}, "hear": {"answer": "today"}}

    _, end = fill_in(phone, answers, at=url("first", saturday))

    assert "Ana will call you by 10 am on Monday" in end.text
    assert "Your team reads this from 9 am on Monday" in end.text


def test_both_screens_come_one_after_the_other_safety_first(phone, enrollment):
    CheckinDayFactory(
        enrollment=enrollment,
        answers={
            "craving_peak": 3, "mood": 1, "use_reported": "yes", "use_what": ["alcohol"],
            "feels_safe": "no",
        },
    )  # fmt: skip

    pages = [phone.get(done(step=step)) for step in ("0", "1", "2", "99")]

    assert [page.templates[0].name for page in pages] == [
        "checkins/ending_safe.html",
        "checkins/ending_use.html",
        "checkins/ending_thanks.html",
        "checkins/ending_thanks.html",
    ]


# -- Nothing is lost, nothing is sent twice ---------------------------------------------


def test_an_answer_waits_on_the_server_through_a_sign_out(phone, enrollment):
    page = phone.get(url("first"))
    phone.post(url("first"), form_of(page) | {"answer": "3"})
    phone.logout()
    phone.force_login(enrollment.client.user)

    start = phone.get(START)

    assert "Go on where you left off" in start.text
    assert start.context["next_url"] == url("before")
    assert phone.get(url("first")).context["screen"].given == "3"


def test_looking_at_questions_leaves_no_draft(phone):
    for slug in ("first", "mood", "since"):
        phone.get(url(slug))

    assert not Draft.objects.exists()


def test_the_last_tap_twice_is_one_submission(phone):
    fill_in(phone, CALM)
    sent = Submission.objects.get()

    again = phone.post(
        url("hear"), {"on": TODAY.isoformat(), "uuid": str(sent.uuid), "answer": "no"}
    )

    assert again.url == done()
    assert Submission.objects.count() == 1


def test_a_draft_is_sealed(phone):
    page = phone.get(url("first"))
    phone.post(url("first"), form_of(page) | {"answer": "7"})

    assert b"craving" not in Draft.objects.values_list("answers", flat=True)[0].token


def test_what_must_not_wait_is_sent_before_the_last_question(phone):
    answers = CALM | {"since": {"answer": "yes"}, "which": {"answer": ["opioids"]}}
    del answers["hear"]

    with pytest.raises(KeyError, match="hear"):
        fill_in(phone, answers)

    assert Concern.objects.get().finding["rule"] == "R02"
    assert phone.get(START).context["next_url"] == url("hear")


def test_a_no_to_safety_is_sent_before_its_reason(phone):
    answers = CALM | {"mood": {"answer": "1"}, "safe": {"answer": "no"}}

    with pytest.raises(KeyError, match="because"):
        fill_in(phone, answers)

    assert "R01" in {concern.finding["rule"] for concern in Concern.objects.all()}


def test_more_than_three_chips_come_back_with_what_was_chosen(phone, enrollment):
    DraftFactory(client=enrollment.client, answers={"craving_peak": 5})
    page = phone.get(url("before"))
    codes = [code for code, _ in page.context["screen"].choices[:4]]

    refused = phone.post(url("before"), form_of(page) | {"answer": codes})

    assert refused.status_code == 200
    assert "Choose up to 3." in refused.text
    assert refused.context["screen"].given == codes


@pytest.mark.parametrize("on", [TODAY, TODAY - DAY])
def test_the_next_question_comes_with_the_answer_to_this_one(phone, enrollment, on):
    """Fault: each tap asks a slow network twice, or what comes is another question."""
    swap = {"HTTP_HX_REQUEST": "true"}
    first = url("first", on)
    mine = form_of(phone.get(first))

    told = phone.post(first, mine | {"answer": "4"}, **swap)

    assert told.status_code == 200
    assert told["HX-Push-Url"] == url("before", on)
    assert told.context["screen"].key == "triggers"
    # The same as it is asked by itself, under the same number.
    alone = phone.get(told["HX-Push-Url"], **swap)
    assert form_of(told) == form_of(alone) == mine
    token = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
    assert token.sub("", told.text) == token.sub("", alone.text)


def test_what_must_not_wait_is_sent_before_the_next_question_is_asked(phone):
    """Fault: the page goes on under the number of what was sent already."""
    swap = {"HTTP_HX_REQUEST": "true"}
    answers = {"first": "4", "mood": "4", "tomorrow": "8", "since": "yes"}
    for slug in ("first", "before", "helped", "mood", "now", "tomorrow", "since"):
        mine = form_of(phone.get(url(slug)))
        value = {"answer": answers[slug]} if slug in answers else {"skip": "1"}
        phone.post(url(slug), mine | value, **swap)

    told = phone.post(url("which"), mine | {"answer": ["opioids"]}, **swap)

    assert (told.status_code, told["Location"]) == (302, url("hear"))
    assert Submission.objects.get().answers["use_what"] == ["opioids"]


def test_htmx_gets_the_question_alone_and_leaves_for_the_end(phone, enrollment):
    swap = {"HTTP_HX_REQUEST": "true"}
    page = phone.get(url("hear"), **swap)
    DraftFactory(
        client=enrollment.client,
        answers={
            "craving_peak": 0,
            "mood": None,
            "body": None,
            "confidence": None,
            "use_reported": "no",
        },
    )

    end = phone.post(url("hear"), {"on": TODAY.isoformat(), "answer": "no"}, **swap)

    assert page.text.lstrip().startswith('<section class="question" id="question"')
    assert end["HX-Redirect"] == done()


def test_a_question_that_is_not_asked_leads_to_the_one_that_is(phone):
    assert phone.get(url("which")).url == url("first")


# -- Days -------------------------------------------------------------------------------


def test_a_correction_changes_one_answer_and_keeps_the_rest(phone, enrollment):
    day = CheckinDayFactory(enrollment=enrollment)
    page = phone.get(url("mood"))

    response = phone.post(url("mood"), form_of(page) | {"answer": "2"})

    day.refresh_from_db()
    assert response.url == done()
    assert (day.mood, day.craving) == (2, 2)
    assert Submission.objects.get().answers == {"mood": 2}


def test_yesterday_is_asked_in_its_own_words_and_kept_on_its_day(phone):
    yesterday = TODAY - DAY
    answers = {slug: CALM[slug] for slug in CALM if slug != "tomorrow"}

    seen, end = fill_in(phone, answers, at=url("first", yesterday))

    assert "tomorrow" not in seen
    assert "That day, how strong" in phone.get(url("first", yesterday)).text
    assert CheckinDay.objects.get().local_on == yesterday
    assert end.redirect_chain[-1][0] == done(yesterday)


@pytest.mark.parametrize("back", [-1, 3, 40])
def test_a_day_that_is_closed_leads_to_today(phone, back):
    assert phone.get(START, {"on": TODAY - back * DAY}).url == START
    assert phone.post(url("first", TODAY - back * DAY), {"answer": "1"}).url == START
    assert not Draft.objects.exists()


def test_the_other_days_say_what_is_open(phone, enrollment):
    CheckinDayFactory(enrollment=enrollment, local_on=TODAY - DAY)

    others = phone.get(START).context["others"]

    assert [(day.on, day.done) for day in others] == [
        (TODAY - DAY, True),
        (TODAY - 2 * DAY, False),
    ]


# -- One tap ----------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["GOOD", "OK"])
def test_one_tap_is_enough(phone, value):
    response = phone.post(reverse("checkins:one_tap"), {"answer": value})

    assert response.url == done()
    assert CheckinDay.objects.get().one_tap == value


def test_a_hard_day_counts_at_once_and_asks_about_safety(phone):
    response = phone.post(reverse("checkins:one_tap"), {"answer": "HARD"})
    assert response.url == url("safe")

    seen, end = fill_in(
        phone,
        {"safe": {"answer": "no"}, "because": {"answer": "place"}},
        at=url("safe"),
    )

    assert seen == ["safe", "because"]
    assert "You deserve to talk with a person, not an app." in end.text
    assert "R01" in {concern.finding["rule"] for concern in Concern.objects.all()}
    assert CheckinDay.objects.get().one_tap == "HARD"


def test_a_hard_day_offers_to_say_more(phone):
    phone.post(reverse("checkins:one_tap"), {"answer": "HARD"})
    fill_in(phone, {"safe": {"answer": "yes"}}, at=url("safe"))

    end = phone.get(done())

    assert url("first").replace("&", "&amp;") in end.text


def test_the_tap_sent_twice_is_one_submission(phone):
    data = {"answer": "OK", "uuid": str(uuid.uuid4())}

    for _ in range(2):
        phone.post(reverse("checkins:one_tap"), data)

    assert Submission.objects.count() == 1


# -- The end ----------------------------------------------------------------------------


def test_a_note_is_added_where_the_check_in_ends(phone, enrollment):
    day = CheckinDayFactory(enrollment=enrollment)
    data = {"text": "Slept badly.", "on": TODAY.isoformat(), "uuid": str(uuid.uuid4())}

    for _ in range(2):
        response = phone.post(reverse("checkins:note"), data)

    day.refresh_from_db()
    assert response.url == done(step="last")
    assert (day.note, day.craving) == ("Slept badly.", 2)
    assert Submission.objects.count() == 1
    assert "This app is not watched all the time." in phone.get(response.url).text


def test_a_note_of_danger_is_answered_with_a_person_to_call(phone, enrollment):
    CheckinDayFactory(enrollment=enrollment)

    response = phone.post(
        reverse("checkins:note"), {"text": "I want to die"}, follow=True
    )

    assert "You deserve to talk with a person, not an app." in response.text


def test_a_note_that_is_too_long_is_not_lost(phone, enrollment):
    CheckinDayFactory(enrollment=enrollment)

    response = phone.post(reverse("checkins:note"), {"text": "x" * 501})

    assert "Keep your note to 500 letters or fewer." in response.text
    assert "x" * 501 in response.text


def test_call_me_says_who_and_by_when_also_when_asked_later(
    phone, enrollment, frozen_noon
):
    CheckinDayFactory(enrollment=enrollment)

    end = phone.post(reverse("checkins:call"), follow=True)
    frozen_noon.shift(dt.timedelta(hours=7))
    later = phone.get(START, {"on": TODAY})

    assert "Ana will call you by 5 pm today" in end.text
    assert "Ana will call you by 5 pm today" in later.text
    assert Concern.objects.get().finding["rule"] == "R03"


def test_call_me_after_a_hard_tap_is_heard(phone):
    phone.post(reverse("checkins:one_tap"), {"answer": "HARD"})

    end = phone.post(reverse("checkins:call"), follow=True)

    assert "Ana will call you by 5 pm today" in end.text


def test_the_ride_offers_the_clients_own_skills(phone, enrollment):
    CheckinDayFactory(enrollment=enrollment, craving=8)
    OwnItem.objects.create(
        client=enrollment.client, kind="COPING", code="cop.own.1", label="Call Dee",
        pinned=True,
    )  # fmt: skip

    end = phone.get(done())

    assert "Call Dee" in end.text
    assert reverse("checkins:wave") in end.text


def test_without_a_check_in_there_is_no_end(phone):
    assert phone.get(done()).url == START


def test_need_help_now_is_on_every_question(phone, enrollment):
    DraftFactory(
        client=enrollment.client,
        answers={
            "craving_peak": 5,
            "mood": 1,
            "use_reported": "yes",
            "feels_safe": "no",
        },
    )
    slugs = [
        "first", "before", "helped", "mood", "now", "tomorrow", "since", "which", "hear",
        "safe", "because",
    ]  # fmt: skip

    without = [s for s in slugs if "Need help now" not in phone.get(url(s)).text]

    assert without == []


# -- Who --------------------------------------------------------------------------------


def test_without_running_care_the_page_says_so_kindly(client):
    enrollment = EnrollmentFactory(state="ENDED", ended_on=TODAY)
    client.force_login(enrollment.client.user)

    assert "Check-ins are resting" in client.get(START).text
    assert client.post(url("first"), {"answer": "1"}).status_code == 404


def test_a_reply_is_put_away_by_its_own_client_only(phone, enrollment):
    mine = ReplyFactory(day=CheckinDayFactory(enrollment=enrollment))
    strangers = ReplyFactory()

    answers = [
        phone.post(reverse("checkins:read_reply", args=[reply.pk])).status_code
        for reply in (mine, strangers)
    ]

    assert answers == [302, 404]
    assert [r.pk for r in Reply.objects.filter(read_at=None)] == [strangers.pk]


def test_nothing_of_a_stranger_shows(phone):
    CheckinDayFactory(craving=9, note="Strange words")

    page = phone.get(START)

    assert page.context["sitting"].day is None
    assert "Strange words" not in page.text


# -- Cost -------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_the_question_with_chips_costs_the_same_for_any_history(
    phone, enrollment, count, django_assert_num_queries
):
    for back in range(1, count + 1):
        CheckinDayFactory(enrollment=enrollment, local_on=TODAY - back * DAY)
        OwnItem.objects.create(
            client=enrollment.client, kind="TRIGGER", code=f"trg.own.{back}",
            label=f"Own {back}", pinned=True, position=back,
        )  # fmt: skip
    DraftFactory(client=enrollment.client, answers={"craving_peak": 5})

    # Session and user; enrollment, draft, day; own words and the last days.
    with django_assert_num_queries(9):
        page = phone.get(url("before"))

    assert page.context["screen"].choices[0] == ("trg.own.1", "Own 1")


@pytest.mark.parametrize("count", [1, 3])
def test_the_start_costs_the_same_for_any_number_of_days(
    phone, enrollment, count, django_assert_num_queries
):
    for back in range(count):
        CheckinDayFactory(enrollment=enrollment, local_on=TODAY - back * DAY)

    # Session and user; enrollment and where it is placed, draft, day, own words, open days, a
    # day to tell of, a week to look back at.
    with django_assert_num_queries(11):
        phone.get(START)
