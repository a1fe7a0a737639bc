import datetime as dt
import uuid

import pytest
from django.urls import reverse

from apps.care.models import Concern, OwnItem, Status
from apps.checkins.models import Draft, Moment
from tests.factories.care import AssignmentFactory, EnrollmentFactory
from tests.factories.checkins import DraftFactory, MomentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
FIRST = reverse("checkins:moment")


def step(name, pk):
    return reverse(f"checkins:{name}", args=[pk])


@pytest.fixture
def enrollment():
    return AssignmentFactory(staff__name="Ana").enrollment


@pytest.fixture
def phone(client, enrollment):
    client.force_login(enrollment.client.user)
    return client


def log(phone, craving="7", trigger="trg.time.payday", tool="cop.urge.surf"):
    """The three taps; the page they lead to."""
    pk = phone.get(FIRST).context["uuid"]
    phone.post(FIRST, {"uuid": pk, "answer": craving})
    phone.post(step("moment_what", pk), {"answer": trigger})
    return phone.post(step("moment_try", pk), {"answer": tool}, follow=True)


def rules():
    return sorted(concern.finding["rule"] for concern in Concern.objects.all())


def test_three_taps_save_it_and_open_the_wave(phone, enrollment, noon):
    page = log(phone)

    moment = Moment.objects.get()
    assert (moment.craving, moment.enrollment, moment.occurred_at) == (
        7,
        enrollment,
        noon,
    )
    assert moment.details == {"trigger": "trg.time.payday", "tool": "cop.urge.surf"}
    assert "It rises, it crests, it passes." in page.text
    assert Status.objects.get(enrollment=enrollment).last_contact_at == noon


def test_nothing_is_saved_before_the_third_tap(phone):
    pk = phone.get(FIRST).context["uuid"]
    phone.post(FIRST, {"uuid": pk, "answer": "9"})
    phone.post(step("moment_what", pk), {"skip": "1"})

    assert not Moment.objects.exists()
    assert b"craving" not in Draft.objects.values_list("answers", flat=True)[0].token


def test_a_number_that_a_check_in_began_under_gives_way(phone, enrollment, noon):
    """Fault: two things begun under one UUID are an error of ours."""
    begun = DraftFactory(client=enrollment.client, local_on=noon.date())

    leads = phone.post(FIRST, {"uuid": begun.uuid, "answer": "7"})

    moment = Draft.objects.get(kind="MOMENT")
    assert moment.uuid != begun.uuid
    assert leads.url == step("moment_what", moment.uuid)
    assert Draft.objects.get(kind="CHECKIN").answers == begun.answers


def test_each_tap_twice_is_one_moment(phone):
    pk = uuid.uuid4()
    for _ in range(2):
        phone.post(FIRST, {"uuid": pk, "answer": "7"})
    for _ in range(2):
        phone.post(step("moment_what", pk), {"answer": "trg.time.payday"})
    ends = [
        phone.post(step("moment_try", pk), {"answer": "cop.urge.surf"}).url
        for _ in range(2)
    ]
    late = phone.post(FIRST, {"uuid": pk, "answer": "3"}, follow=True)

    assert ends == [step("moment_tool", pk)] * 2
    assert late.redirect_chain[-1][0] == step("moment_tool", pk)
    assert [moment.craving for moment in Moment.objects.all()] == [7]
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    "answer", ["", "11", "-1", "seven", "٣", "9" * 5000], ids=lambda a: a[:6] or "none"
)
def test_a_strength_that_is_none_is_asked_again(phone, answer):
    page = phone.post(FIRST, {"uuid": uuid.uuid4(), "answer": answer})

    assert "How strong?" in page.text
    assert not Draft.objects.exists()


def test_only_offered_answers_are_taken(phone):
    pk = uuid.uuid4()
    phone.post(FIRST, {"uuid": pk, "answer": "5"})

    asked = [
        phone.post(step("moment_what", pk), {"answer": "trg.own.1"}),
        phone.post(step("moment_try", pk), {"answer": "nonsense"}),
    ]

    assert [page.status_code for page in asked] == [200, 200]
    assert not Moment.objects.exists()


def test_the_clients_own_words_come_first(phone, enrollment):
    for kind, code, label in (
        ("TRIGGER", "trg.own.1", "Sunday dinner"),
        ("WARNING", "wrn.own.1", "I stop cooking"),
        ("COPING", "cop.own.1", "Call Dee"),
    ):
        OwnItem.objects.create(
            client=enrollment.client, kind=kind, code=code, label=label, pinned=True
        )
    pk = uuid.uuid4()
    phone.post(FIRST, {"uuid": pk, "answer": "5"})

    what = phone.get(step("moment_what", pk)).context["chips"].first
    tools = phone.get(step("moment_try", pk)).context["skills"]

    assert what[0] == ("trg.own.1", "Sunday dinner")
    assert what[-1] == ("wrn.own.1", "I stop cooking")
    assert (tools[0], len(tools)) == (("cop.own.1", "Call Dee"), 3)


def test_an_own_warning_sign_is_told_as_one(phone, enrollment):
    OwnItem.objects.create(
        client=enrollment.client, kind="WARNING", code="wrn.do.isolate", pinned=True
    )

    log(phone, trigger="wrn.do.isolate")

    assert Moment.objects.get().details["sign"] == "wrn.do.isolate"
    assert rules() == ["R18"]


@pytest.mark.parametrize(
    ("craving", "raised"),
    [pytest.param("7", [], id="seven"), pytest.param("8", ["R05"], id="eight")],
)
def test_a_strong_one_is_told_to_the_team(phone, craving, raised):
    log(phone, craving=craving)

    assert rules() == raised


@pytest.mark.parametrize(
    ("before", "craving", "asked"),
    [
        pytest.param([], "8", False, id="one strong"),
        pytest.param([], "9", True, id="very strong"),
        pytest.param([HOUR], "5", False, id="two in a day"),
        pytest.param([HOUR, 23 * HOUR], "5", True, id="three in a day"),
        pytest.param([HOUR, 25 * HOUR], "5", False, id="three in more than a day"),
    ],
)
def test_a_call_is_offered_when_it_is_much(
    phone, enrollment, noon, before, craving, asked
):
    for ago in before:
        MomentFactory(enrollment=enrollment, occurred_at=noon - ago)

    page = log(phone, craving=craving)

    assert ("Want a call today?" in page.text) == asked


def test_asking_for_a_call_says_who_and_by_when(phone, enrollment):
    moment = MomentFactory(enrollment=enrollment, craving=9)

    for _ in range(2):
        page = phone.post(step("moment_call", moment.uuid), follow=True)

    assert "Ana will call you by 5 pm today" in page.text
    assert "Want a call today?" not in page.text
    assert rules() == ["R03", "R05"]


def test_after_a_while_it_is_asked_once_more(phone, enrollment, noon, frozen_noon):
    moment = MomentFactory(enrollment=enrollment)
    url = step("moment_tool", moment.uuid)
    now = phone.get(url).text
    frozen_noon.shift(15 * MINUTE)

    later = phone.get(url).text
    rated = phone.post(step("moment_after", moment.uuid), {"answer": "3"}, follow=True)

    moment.refresh_from_db()
    asks = "How strong is it now?"
    assert (asks in now, asks in later, asks in rated.text) == (False, True, False)
    assert (moment.craving_after, moment.after_at) == (3, noon + 15 * MINUTE)
    assert "It was 6. Now it is 3." in rated.text


def test_the_question_alone_comes_for_htmx(phone, enrollment):
    moment = MomentFactory(enrollment=enrollment)

    page = phone.get(step("moment_after", moment.uuid), HTTP_HX_REQUEST="true")

    assert page.text.lstrip().startswith('<section class="card" id="after"')


def test_a_strangers_moment_is_not_there(phone):
    moment = MomentFactory()

    answers = [
        phone.get(step("moment_tool", moment.uuid)).url,
        phone.post(step("moment_after", moment.uuid), {"answer": "0"}).status_code,
        phone.post(step("moment_call", moment.uuid)).status_code,
    ]

    moment.refresh_from_db()
    assert answers == [FIRST, 404, 404]
    assert moment.craving_after is None


def test_who_has_left_care_keeps_the_wave(client, noon):
    enrollment = EnrollmentFactory(state="ENDED", ended_on=noon.date())
    client.force_login(enrollment.client.user)

    page = client.get(FIRST, follow=True)

    assert "It rises, it crests, it passes." in page.text
