"""What clients look back on: pages, the same at the desk, and the API."""

import datetime as dt
import re
from uuid import uuid4

import pytest
from django.urls import reverse

from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.care.models import OwnItem
from apps.care.rules import checkin_questions
from apps.care.rules.wording import Text
from apps.checkins.models import CheckinDay, Submission
from apps.checkins.services import submit_checkin
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory, EnrollmentFactory, StaffRoleFactory
from tests.factories.checkins import CheckinDayFactory, MomentFactory
from tests.factories.sessions import OneToOneFactory

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
TODAY = NOON.date()
LATELY, DAYS, API = (
    reverse("checkins:insights"),
    reverse("checkins:history"),
    reverse("api:insights"),
)
PAYDAY, STRESS = "trg.time.payday", "trg.feel.stress"
CALL, WALK = "cop.con.call", "cop.move.walk"
pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa(frozen_noon):
    assignment = AssignmentFactory(
        staff__name="Ana", enrollment__client__preferred_name="Rosa"
    )
    StaffRoleFactory(
        user=assignment.staff, organization=assignment.enrollment.organization
    )
    return assignment.enrollment


@pytest.fixture
def phone(client, rosa):
    client.force_login(rosa.client.user)
    return client


def said_on(enrollment, back, craving, causes=(), helped=()):
    on = TODAY - back * DAY
    answers = {
        "craving_peak": craving,
        "triggers": list(causes),
        "coping_used": list(helped),
        "use_reported": "no",
    }
    return CheckinDayFactory(
        enrollment=enrollment, local_on=on, craving=craving, answers=answers
    )


def moment_at(enrollment, at, *, after=None, cause=PAYDAY, tool=WALK):
    return MomentFactory(
        enrollment=enrollment,
        occurred_at=at,
        local_on=enrollment.client_day(at),
        craving=7,
        craving_after=after,
        after_at=(after is not None and at + HOUR) or None,
        details={"trigger": cause, "tool": tool},
    )


def sent(enrollment, at, **answers):
    user = enrollment.client.user
    return submit_checkin(
        enrollment=enrollment,
        uuid=uuid4(),
        answers=answers,
        occurred_at=at,
        at=at,
        by=Actor(user.pk, user.kind, user.organization_id, source="WEB"),
    ).day


# -- How it has been --------------------------------------------------------------------


def test_a_page_with_nothing_is_an_invitation_without_a_number(phone):
    response = phone.get(LATELY)

    assert "This page fills by itself." in response.text
    assert not re.search(r"\b0\b", re.search(r"<main.*</main>", response.text, re.S)[0])


def test_what_was_said_comes_back_in_counts_and_pictures(phone, rosa):
    for back, craving in ((0, 2), (1, 4), (2, 6)):
        said_on(rosa, back, craving, [STRESS], [CALL])
    # Friday evening in Boston, looked at again an hour later.
    moment_at(rosa, NOON - 5 * DAY + 7 * HOUR, after=3)

    response = phone.get(LATELY)
    found = response.context["insights"]

    assert found.sentences == [
        "You checked in on 3 days and logged one hard moment.",
        "On 3 days you gave a number: the strongest urge was 2 to 6, about 4 on average.",
        "What came up most: “Stressed or swamped”, 3 times; what helped most: “Call "
        "someone safe”, 3 times.",
    ]
    assert [len(found.picture.points), found.picture.paths != []] == [3, True]
    assert [(each.weekday, each.band, each.times) for each in found.times] == [
        (0, "THAT_DAY", 1),
        (1, "THAT_DAY", 1),
        (2, "THAT_DAY", 1),
        (4, "EVENING", 1),
    ]
    assert [(each.skill, each.cause, each.times) for each in found.helped] == [
        ("Call someone safe", "Stressed or swamped", 3),
        ("Take a walk", "Payday", 1),
    ]
    assert [skill.label for skill in found.skills] == ["Call someone safe"]
    assert response.text.count("<table") == 4


def test_a_check_in_does_not_count_a_hard_moment_again(phone, rosa):
    """Fault: one evening is two paydays, because it was logged and then checked in."""
    moment_at(rosa, NOON - 15 * HOUR, after=2)
    said_on(rosa, 0, 7, [PAYDAY, STRESS], [WALK, CALL])

    found = phone.get(LATELY).context["insights"]

    assert {each.code: each.times for each in found.causes} == {PAYDAY: 1, STRESS: 1}
    walked = [each for each in found.helped if each.skill_code == WALK]
    assert {each.cause_code: each.times for each in walked} == {PAYDAY: 1, STRESS: 1}


def test_ninety_days_are_a_line_of_averages_and_old_days_stay_out(phone, rosa):
    for back in (0, 1, 2, 20, 35, 36, 37, 89, 90):
        said_on(rosa, back, 5)

    fourteen = phone.get(LATELY).context["insights"]
    ninety = phone.get(LATELY, {"days": "90"}).context["insights"]

    assert [len(fourteen.cravings), len(ninety.cravings)] == [3, 8]
    assert [each.numbers.count for each in ninety.stretches] == [1, 3, 1, 3]
    # Two stretches with enough days, apart from each other: no line joins them.
    assert [ninety.picture.is_averaged, ninety.picture.paths] == [True, []]


def test_days_they_were_here_only_grow(phone, rosa):
    """Fault: another episode, a hard moment or use begins the count again."""
    for back in (400, 1):
        said_on(rosa, back, 3)
    moment_at(rosa, NOON)
    day = said_on(rosa, 0, 9, [PAYDAY])
    day.answers = day.answers | {"use_reported": "yes", "use_what": ["alcohol"]}
    day.save()
    rosa.started_on = TODAY
    rosa.save()

    response = phone.get(LATELY)

    assert "You have been here on 3 days so far." in response.text


def test_use_is_read_nowhere(phone, rosa):
    """Fault: a picture or a sentence of a day is another one because somebody used."""
    day = said_on(rosa, 0, 5, [STRESS], [CALL])
    without = phone.get(LATELY).context["insights"]
    day.answers = day.answers | {"use_reported": "yes", "use_what": ["alcohol"]}
    day.save()

    assert phone.get(LATELY).context["insights"] == without


def test_own_words_are_theirs_and_nobody_elses_days_are_here(phone, rosa):
    OwnItem.objects.create(
        client=rosa.client,
        kind="TRIGGER",
        code="trg.own.1",
        label="Uncle Ray",
        position=1,
    )
    said_on(rosa, 0, 5, ["trg.own.1"])
    said_on(EnrollmentFactory(), 0, 9, [PAYDAY])

    response = phone.get(LATELY)

    assert "Uncle Ray" in response.text
    assert "Payday" not in response.text


def test_spanish_says_the_same(phone, rosa):
    User.objects.filter(pk=rosa.client.user_id).update(language="es")
    for back in range(3):
        said_on(rosa, back, 4, [PAYDAY])
    phone.cookies["django_language"] = "es"

    found = phone.get(LATELY).context["insights"]

    assert found.sentences == [
        "Dijiste cómo te fue 3 días.",
        "En 3 días diste un número: el impulso más fuerte fue 4 de 10 cada vez.",
        "Lo que más se repitió: «Día de pago», 3 veces.",
    ]


def test_what_they_said_stays_theirs_when_care_is_over(phone, rosa):
    said_on(rosa, 0, 4)
    rosa.state, rosa.ended_on, rosa.end_reason = "ENDED", TODAY, "COMPLETED"
    rosa.save()

    pages = [phone.get(url) for url in (LATELY, DAYS, API)]

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert "Change or add" not in pages[1].text


@pytest.mark.parametrize("count", [1, 3])
def test_looking_back_costs_the_same(phone, rosa, count, django_assert_num_queries):
    for back in range(count):
        said_on(rosa, back, 5, [PAYDAY], [CALL])
        moment_at(rosa, NOON - back * DAY - HOUR, after=3)

    # Session, user; the episode, days, moments, own words; how many days in all.
    with django_assert_num_queries(7):
        phone.get(LATELY, {"days": "90"})
    with django_assert_num_queries(7):
        phone.get(API, {"days": "90"})
    # Session, user; the episode, months around, days, as sent, own words.
    with django_assert_num_queries(7):
        phone.get(DAYS)


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_reads_a_client_at_the_same_cost(
    client, rosa, count, django_assert_num_queries
):
    for back in range(count):
        said_on(rosa, back, 5, [PAYDAY], [CALL])
        moment_at(rosa, NOON - back * DAY - HOUR, after=3)
        OneToOneFactory(enrollment=rosa, on=TODAY + (back + 1) * DAY)
    client.force_login(rosa.assignments.get().staff)

    # Of these four are for looking back: days, moments, weeks, and the next one-to-one.
    with django_assert_num_queries(27):
        client.get(reverse("desk:client", args=[rosa.client_id]))


# -- Day by day --------------------------------------------------------------------------


def test_a_correction_keeps_what_was_said_first(phone, rosa):
    """Fault: the newest answer hides that there was another one."""
    first = NOON - 15 * HOUR  # Tuesday, 9 in the evening.
    sent(rosa, first, craving_peak=7, triggers=[PAYDAY], use_reported="no", note="Hm.")
    sent(rosa, first + HOUR, craving_peak=5)
    sent(rosa, first + 2 * HOUR, craving_peak=5, mood=4)

    (day,) = phone.get(DAYS).context["month"].days
    urge, *_ = day.lines

    assert (urge.answer, urge.changed) == (
        "5 of 10",
        "You first said 7 of 10 (9 pm), then 5 of 10 (10 pm).",
    )
    assert [line.label for line in day.lines] == [
        "Strongest urge",
        "What set it off",
        "Mood",
        "Drank or used",
        "Your note",
    ]
    assert [line.changed for line in day.lines[1:]] == [""] * 4


def test_an_answer_that_fell_away_is_still_said(phone, rosa):
    sent(rosa, NOON - HOUR, craving_peak=7, triggers=[PAYDAY], use_reported="no")
    sent(rosa, NOON, craving_peak=0)

    response = phone.get(DAYS)
    (day,) = response.context["month"].days

    assert [(line.answer, line.changed) for line in day.lines[:2]] == [
        ("0 of 10", "You first said 7 of 10 (11 am), then 0 of 10 (noon)."),
        ("", "You first said Payday (11 am)."),
    ]
    assert "Not asked any more" in response.text


def test_answers_to_older_questions_stay_readable(phone, rosa, monkeypatch):
    """Fault: a question that is asked no more takes its answers with it, or breaks the page."""
    slept = checkin_questions.Question(
        "slept",
        checkin_questions.Kind.CHOICE,
        Text("How did you sleep?", "¿Cómo dormiste?"),
        options=(checkin_questions.Option("well", Text("Well", "Bien")),),
    )
    monkeypatch.setitem(checkin_questions.QUESTION_SETS, "2020-01", {"slept": slept})
    day = said_on(rosa, 40, 4)
    Submission.objects.create(
        organization=rosa.organization,
        client=rosa.client,
        enrollment=rosa,
        uuid=uuid4(),
        kind="DAILY",
        question_set="2020-01",
        language="en",
        local_on=day.local_on,
        occurred_at=day.last_at,
        received_at=day.last_at,
        answers={"slept": "well", "craving_peak": 4, "gone_for_good": "x"},
    )

    response = phone.get(DAYS, {"month": f"{day.local_on:%Y-%m}"})

    (shown,) = response.context["month"].days
    assert ("How did you sleep?", "Well") in [(x.label, x.answer) for x in shown.lines]
    assert not shown.can_change


def test_months_lead_to_each_other_and_only_two_days_back_can_change(phone, rosa):
    for back in (0, 2, 3, 13, 14, 100):
        said_on(rosa, back, 4)

    october = phone.get(DAYS).context["month"]
    september = phone.get(DAYS, {"month": "2026-09"}).context["month"]

    assert [day.can_change for day in october.days] == [True, True, False, False]
    assert (october.older, october.newer) == (dt.date(2026, 9, 30), None)
    assert (september.older, september.newer) == (
        dt.date(2026, 7, 6),
        dt.date(2026, 10, 1),
    )


@pytest.mark.parametrize(
    "month", ["2026-13", "0000-01", "9999-12", "x", "2026-1", "²026-01"]
)
def test_a_month_that_is_none_is_this_one(phone, rosa, month):
    said_on(rosa, 0, 4)

    assert phone.get(DAYS, {"month": month}).context["month"].first == dt.date(
        2026, 10, 1
    )


# -- At the desk and for other apps --------------------------------------------------------


def test_the_counselor_reads_the_same_three_sentences(client, rosa):
    """Fault: at the desk stands something that the client was never shown."""
    for back in range(3):
        said_on(rosa, back, 4, [PAYDAY], [CALL])
    moment_at(rosa, NOON - 3 * DAY, after=1)
    OneToOneFactory(enrollment=rosa, starts_at=NOON + DAY)
    client.force_login(rosa.client.user)
    own = client.get(LATELY).context["insights"].sentences
    client.force_login(rosa.assignments.get().staff)

    response = client.get(reverse("desk:client", args=[rosa.client_id]))

    assert response.context["record"].insights.sentences == own
    assert all(sentence in response.text for sentence in own)
    assert "Before the one-to-one, Thursday noon" in response.text


def test_other_apps_of_the_client_read_the_numbers(phone, rosa):
    for back in range(3):
        said_on(rosa, back, 4, [PAYDAY], [CALL])

    body = phone.get(API, {"days": 90}).json()

    assert (body["days"], body["shown_up"], len(body["sentences"])) == (90, 3, 3)
    assert body["numbers"] == {"count": 3, "low": 4, "high": 4, "mean": 4.0}
    assert body["helped"] == [
        {
            "cause": PAYDAY,
            "cause_label": "Payday",
            "skill": CALL,
            "skill_label": "Call someone safe",
            "times": 3,
        }
    ]
    assert phone.get(API, {"days": 30}).status_code == 400
    assert CheckinDay.objects.count() == 3
