"""A weekly review from the phone to the desk: kept once, read at once, never lost."""

import datetime as dt
import json
import re
import uuid

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse

from apps.audit.actors import Actor
from apps.audit.models import AuditEvent
from apps.care.models import Concern, Status
from apps.care.rules.weekly_questions import ITEMS, Answer
from apps.checkins import services
from apps.checkins.models import Draft, WeeklyReview, WeeklyWording
from apps.checkins.weekly_selectors import wording_for
from apps.desk.weekly_trend import trend_of
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory
from tests.factories.checkins import CALM_WEEK, WeeklyReviewFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
DAY, WEEK = dt.timedelta(days=1), dt.timedelta(weeks=1)
# A Monday; noon is the Wednesday after, the last day it is open.
DUE = dt.date(2026, 10, 12)
HARDER = CALM_WEEK | {"sleep": 7, "low_days": 6, "cravings": 3}
START, DONE = reverse("checkins:weekly"), reverse("checkins:weekly_done")
CHECK = reverse("checkins:weekly_check")
API, API_DUE = reverse("api:weekly"), reverse("api:weekly_due")


@pytest.fixture
def enrollment():
    return AssignmentFactory(staff__name="Ana").enrollment


@pytest.fixture
def phone(client, enrollment):
    client.force_login(enrollment.client.user)
    return client


def send(enrollment, answers=CALM_WEEK, at=NOON, **extra):
    given = {"uuid": uuid.uuid4(), "occurred_at": at, "by": Actor()} | extra
    return services.submit_review(
        enrollment=enrollment, answers=answers, at=at, **given
    )


def url(key):
    return reverse("checkins:weekly_question", args=[ITEMS[key].slug])


def answer(phone, answers, at=START):
    """From the first page on without JavaScript, as a browser goes; where it ends."""
    response = phone.get(at)
    if at == START:
        response = phone.get(response.context["next_url"])
    while "screen" in (response.context or {}):
        key = response.request["PATH_INFO"].split("/")[3]
        key = next(k for k, item in ITEMS.items() if item.slug == key)
        said = answers.get(key)
        data = {"skip": "1"} if said is None else {"answer": said}
        data["uuid"] = str(response.context["sitting"].uuid)
        response = phone.post(response.request["PATH_INFO"], data, follow=True)
    return response


def concern():
    return Concern.objects.open().first()


def official(version="2019-08", languages=("en", "es")):
    """A file as a house would load it; the words are made up here."""
    wanted = {Answer.DAYS: 0, Answer.YES_NO: 2, Answer.STEPS: 5}
    texts = {
        item.number: {"text": f"Official {item.number}, {version}?"}
        | ({"options": list("abcde"[:n])} if (n := wanted[item.answer]) else {})
        for item in ITEMS.values()
    }
    return {
        "name": "Example form",
        "version": version,
        "languages": dict.fromkeys(languages, texts),
    }


def load(enrollment, data=None, **place):
    return services.load_wording(
        organization=enrollment.organization,
        program=place.get("program"),
        data=data or official(),
        at=NOON,
        by=Actor(),
    )[0]


# -- Kept as sent -------------------------------------------------------------------------


def test_the_same_sending_twice_is_one_review_and_one_audit_row(enrollment):
    first, is_new = send(enrollment)
    again, is_new_again = send(enrollment, HARDER, uuid=first.uuid)

    assert (is_new, is_new_again, again) == (True, False, first)
    review = WeeklyReview.objects.get()
    assert (review.due_on, review.answers) == (DUE, CALM_WEEK)
    event = AuditEvent.objects.get(action="checkins.review_sent")
    assert event.field_names == sorted(CALM_WEEK)
    assert Status.objects.get(enrollment=enrollment).last_contact_at == NOON


def test_a_change_is_another_row_and_the_first_stays(enrollment):
    send(enrollment, at=NOON - DAY)
    send(enrollment, CALM_WEEK | {"work": 0})

    rows = WeeklyReview.objects.newest_first()
    assert [row.answers["work"] for row in rows] == [0, 4]
    assert {row.due_on for row in rows} == {DUE}


def test_what_comes_late_from_a_phone_belongs_to_the_day_it_was_answered(enrollment):
    review, _ = send(enrollment, at=NOON + 2 * DAY, occurred_at=NOON - DAY)

    assert (review.due_on, review.occurred_at) == (DUE, NOON - DAY)
    with pytest.raises(services.NotDue):
        send(enrollment, at=NOON + DAY)


def test_the_program_may_choose_another_day(enrollment):
    enrollment.program.weekly_review_day = 2
    enrollment.program.save()

    assert send(enrollment)[0].due_on == NOON.date()


# -- Read by its rule ---------------------------------------------------------------------


def test_change_raises_one_concern_with_its_numbers(enrollment):
    WeeklyReviewFactory(enrollment=enrollment, due_on=DUE - WEEK)
    send(enrollment, HARDER)

    finding = concern().finding
    assert (finding["rule"], concern().priority) == ("R15", 3)
    assert finding["evidence"]["because"] == ["risk_rose"]
    assert (finding["evidence"]["risk_before"], finding["evidence"]["risk"]) == (6, 14)


def test_our_own_words_raise_nothing_by_a_cut_off(enrollment):
    send(enrollment, HARDER | {"drugs": 7})

    assert concern() is None


def test_the_official_words_raise_by_their_cut_offs(enrollment):
    send(enrollment, HARDER | {"drugs": 7}, wording=load(enrollment))

    assert concern().finding["evidence"]["because"] == ["use", "risk"]


def test_a_week_asked_in_other_words_is_not_compared(enrollment):
    """Fault: the change of wording reads as a change of the person."""
    WeeklyReviewFactory(enrollment=enrollment, due_on=DUE - WEEK)
    calm_enough = CALM_WEEK | {"sleep": 5, "low_days": 5}
    send(enrollment, calm_enough, wording=load(enrollment))

    assert concern() is None


def test_a_late_older_week_says_nothing_about_now(enrollment):
    WeeklyReviewFactory(enrollment=enrollment, due_on=DUE - 2 * WEEK)
    WeeklyReviewFactory(enrollment=enrollment, due_on=DUE)
    send(enrollment, HARDER, occurred_at=NOON - WEEK)

    assert concern() is None


# -- Pages of the client ------------------------------------------------------------------


def test_one_question_a_page_to_thanks_and_nothing_is_scored(phone, enrollment):
    response = answer(phone, CALM_WEEK)

    assert response.request["PATH_INFO"] == DONE
    assert WeeklyReview.objects.get().answers == CALM_WEEK
    assert not Draft.objects.exists()
    for page in (DONE, START, reverse("checkins:weekly_past", args=[_only().pk])):
        body = phone.get(page).content.decode()
        assert not any(word in body for word in ("Risk", "Protective", "of 24"))


def _only():
    return WeeklyReview.objects.get()


def test_the_next_question_comes_with_the_answer_to_this_one(phone):
    """Fault: each tap asks a slow network twice, or what comes is another question."""
    swap = {"HTTP_HX_REQUEST": "true"}
    token = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
    first = next(iter(CALM_WEEK))
    page = phone.get(url(first))
    mine = {"uuid": str(page.context["sitting"].uuid)}

    told = phone.post(url(first), mine | {"answer": CALM_WEEK[first]}, **swap)

    alone = phone.get(told["HX-Push-Url"], **swap)
    assert told["HX-Push-Url"] == url(list(CALM_WEEK)[1])
    assert token.sub("", told.text) == token.sub("", alone.text)


def test_it_goes_on_where_it_stopped(phone, enrollment):
    phone.post(url("health"), {"answer": "3"})

    response = phone.get(START)
    assert response.context["next_url"] == url("sleep")
    back = phone.get(url("health"))
    assert back.context["screen"].given == "3"
    assert not WeeklyReview.objects.exists()


def test_numbers_that_do_not_fit_are_asked_again_and_then_taken(phone, enrollment):
    odd = CALM_WEEK | {"alcohol": 1, "alcohol_heavy": 3}

    response = answer(phone, odd)
    assert response.request["PATH_INFO"] == CHECK
    assert not WeeklyReview.objects.exists()
    phone.post(CHECK, {"uuid": response.context["sitting"].uuid})

    assert _only().answers == odd


def test_changing_one_answer_sends_the_week_again(phone, enrollment):
    send(enrollment, at=NOON - DAY)

    phone.get(url("work"))
    response = phone.post(url("work"), {"answer": "1", "uuid": uuid.uuid4()})

    assert response["Location"] == DONE
    assert WeeklyReview.objects.count() == 2
    newest = WeeklyReview.objects.newest_first().first()
    assert newest.answers == CALM_WEEK | {"work": 1}


def test_a_page_pressed_twice_sends_once(phone, enrollment):
    last = list(CALM_WEEK)[-1]
    for key in list(CALM_WEEK)[:-1]:
        phone.post(url(key), {"answer": CALM_WEEK[key]})
    data = {"answer": CALM_WEEK[last], "uuid": Draft.objects.get().uuid}

    for _ in range(2):
        assert phone.post(url(last), data)["Location"] == DONE
    # An old tab, whose number was sent: a change under it would be lost on the way.
    phone.post(url("alcohol"), {"answer": 2, "uuid": data["uuid"]})

    assert WeeklyReview.objects.count() == 1
    assert not Draft.objects.exists()


def test_what_was_asked_in_official_words_is_read_in_them_for_good(phone, enrollment):
    old = load(enrollment)
    review, _ = send(enrollment, wording=old)
    load(enrollment, official("2027-01"))

    page = phone.get(reverse("checkins:weekly_past", args=[review.pk]))

    assert "Official 2, 2019-08?" in page.content.decode()


def test_what_was_begun_is_finished_in_the_same_words(phone, enrollment):
    """Fault: half of it is asked in our words, and the cut-offs speak about all."""
    phone.post(url("health"), {"answer": "1"})
    load(enrollment)
    answer(phone, CALM_WEEK)

    assert _only().wording is None


def test_today_and_the_check_in_say_it_only_while_it_is_open(phone, enrollment):
    todays, start = reverse("home:today"), reverse("checkins:start")
    assert START in phone.get(todays).content.decode()
    assert "about 5 minutes" in phone.get(start).content.decode()
    send(enrollment)

    assert START not in phone.get(todays).content.decode()
    assert "about 5 minutes" not in phone.get(start).content.decode()


def test_nobody_is_asked_where_nobody_reads(phone, enrollment):
    site = enrollment.program.site
    site.checkins_on = False
    site.save()

    assert phone.get(START).context["sitting"] is None
    assert START not in phone.get(reverse("home:today")).content.decode()
    assert phone.get(API_DUE).status_code == 204
    with pytest.raises(services.CheckinsOff):
        send(enrollment)
    ana = enrollment.assignments.get().staff
    assert send(enrollment, with_staff=ana)[0].with_staff == ana


# -- The desk -----------------------------------------------------------------------------


def test_the_desk_shows_four_weeks_and_no_false_sum(enrollment):
    for ago, changed in enumerate(({"sleep": None}, {"sleep": 5}, {}, {}, {"work": 0})):
        WeeklyReviewFactory(
            enrollment=enrollment,
            due_on=DUE - ago * WEEK,
            answers=CALM_WEEK | changed,
        )

    trend = trend_of(enrollment.client, "en")

    assert trend.weeks == [DUE - ago * WEEK for ago in (3, 2, 1, 0)]
    use, risk, _ = trend.scales
    assert [cell.text for cell in use.cells] == ["0"] * 4
    assert [cell.text for cell in risk.cells] == ["6", "6", "8", ""]
    assert "1 answer" in risk.words
    sleep = next(row for row in trend.items if row.name.startswith("Nights"))
    assert [(cell.text, cell.rose) for cell in sleep.cells] == [
        ("1", False),
        ("1", False),
        ("5", True),
        ("", False),
    ]


def test_staff_fill_it_in_with_the_client_and_are_named(client, enrollment):
    ana = enrollment.assignments.get().staff
    client.force_login(ana)
    page = reverse("desk:weekly", args=[enrollment.client_id])
    odd = CALM_WEEK | {"alcohol": 1, "alcohol_heavy": 3}

    refused = client.post(page, odd)
    assert "Did we get this right?" in refused.content.decode()
    assert not WeeklyReview.objects.exists()
    client.post(page, odd | {"is_right": "on"})

    assert (_only().answers, _only().with_staff) == (odd, ana)


# -- The API ------------------------------------------------------------------------------


def test_the_api_asks_takes_once_and_tells_what_was_said(phone, enrollment):
    due = phone.get(API_DUE).json()
    assert (due["due_on"], len(due["questions"])) == (DUE.isoformat(), len(ITEMS))
    item = {
        "uuid": str(uuid.uuid4()),
        "occurred_at": NOON.isoformat(),
        "question_set": due["question_set"],
        "wording": due["wording"],
        "answers": CALM_WEEK,
    }

    codes = [
        phone.post(API, item, content_type="application/json").status_code
        for _ in range(2)
    ]

    assert codes == [201, 200]
    told = phone.get(API).json()["results"]
    assert [one["answers"] for one in told] == [CALM_WEEK]
    assert told[0]["said"][1]["answer"] == "1"
    assert not {"score", "scores", "risk"} & told[0].keys()
    assert phone.get(API_DUE).json()["is_answered"] is True


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"answers": {"sleep": 9}}, 400),
        ({"answers": {}}, 400),
        ({"question_set": "1999"}, 400),
        ({"wording": str(uuid.uuid4())}, 400),
        ({"occurred_at": "2026-10-11T12:00:00Z"}, 409),
    ],
)
def test_the_api_refuses_with_words(phone, enrollment, wrong, status):
    item = {
        "uuid": str(uuid.uuid4()),
        "occurred_at": NOON.isoformat(),
        "answers": CALM_WEEK,
    }

    answered = phone.post(API, item | wrong, content_type="application/json")

    assert answered.status_code == status, answered.content
    assert not WeeklyReview.objects.exists()


def test_nobody_sends_in_the_words_of_another_house(phone, enrollment):
    other = load(AssignmentFactory().enrollment)
    item = {
        "uuid": str(uuid.uuid4()),
        "occurred_at": NOON.isoformat(),
        "wording": str(other.pk),
        "answers": CALM_WEEK,
    }

    assert phone.post(API, item, content_type="application/json").status_code == 400


# -- Official words -----------------------------------------------------------------------


def command(enrollment, *args):
    name = enrollment.organization.name
    call_command("load_weekly_wording", *args, organization=name)


def test_a_file_is_loaded_once_replaced_and_taken_off(enrollment, phone, tmp_path):
    file = tmp_path / "words.json"
    for version in ("2019-08", "2019-08", "2027-01"):
        file.write_text(json.dumps(official(version, ["en"])))
        command(enrollment, str(file))

    assert WeeklyWording.objects.count() == 2
    assert WeeklyWording.objects.in_force().get().version == "2027-01"
    assert "Official 2, 2027-01?" in phone.get(url("sleep")).content.decode()
    # Nobody is asked in a translation of somebody's own.
    enrollment.client.user.language = "es"
    enrollment.client.user.save()
    spanish = phone.get(API_DUE, headers={"accept-language": "es"}).json()
    assert spanish["wording"] is None or spanish["language"] == "en"
    command(enrollment, "--own")
    assert "Official" not in phone.get(url("sleep")).content.decode()


def test_the_words_of_a_program_go_before_those_of_the_house(enrollment):
    load(enrollment)
    own = load(enrollment, official("own"), program=enrollment.program)

    assert wording_for(enrollment, NOON.date(), "en") == own


def _without(number):
    data = official()
    data["languages"]["en"] = {
        key: text for key, text in data["languages"]["en"].items() if key != number
    }
    return data


@pytest.mark.parametrize(
    "data",
    [
        [],
        official() | {"version": ""},
        official() | {"languages": {}},
        official() | {"languages": {"xx": {}}},
        _without("7G"),
        official() | {"languages": {"en": {str(n): {} for n in range(1, 18)}}},
    ],
)
def test_a_file_that_is_not_whole_changes_nothing(enrollment, data, tmp_path):
    """Fault: a question without words, found by the first client who is asked it."""
    file = tmp_path / "words.json"
    file.write_text(json.dumps(data))

    with pytest.raises(CommandError):
        command(enrollment, str(file))

    assert not WeeklyWording.objects.exists()


def test_other_words_under_the_same_version_are_refused(enrollment):
    load(enrollment)
    other = official()
    other["languages"]["en"]["1"]["text"] = "Something else?"

    with pytest.raises(services.BadWording):
        load(enrollment, other)


# -- A day is over at four in the morning ---------------------------------------------------


def test_the_third_day_ends_at_four_in_the_morning(phone, enrollment):
    night = dt.datetime(2026, 10, 15, 7, 30, tzinfo=dt.UTC)

    with time_machine.travel(night, tick=False):
        assert phone.get(START).context["sitting"] is not None
    with time_machine.travel(night + dt.timedelta(hours=1), tick=False):
        assert phone.get(START).context["sitting"] is None
