import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from apps.care.models import OwnItem, SiteLine
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory, EnrollmentFactory
from tests.factories.plans import PlanPersonFactory, PlanVersionFactory
from tests.factories.sessions import (
    MORNING,
    GroupSessionFactory,
    OneToOneFactory,
    SeriesFactory,
    seated,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
URL = reverse("api:kept")
TODAY = NOON.date()
DAY = dt.timedelta(days=1)


@pytest.fixture
def room():
    series = SeriesFactory(with_blocks=MORNING, facilitator__name="Ana")
    return GroupSessionFactory(series=series, on=TODAY)


@pytest.fixture
def enrollment(room):
    return seated(room, placement__weekdays=[0, 1, 2, 3, 4])[0]


@pytest.fixture
def rosa(enrollment):
    return enrollment.client


@pytest.fixture
def phone(client, rosa):
    client.force_login(rosa.user)
    return client


def test_the_plan_is_told_as_it_is_used(phone, rosa):
    PlanVersionFactory(client=rosa, state="APPROVED")
    PlanPersonFactory(client=rosa)

    plan = phone.get(URL).json()

    assert plan["standing"] == "This is the plan you agreed on."
    assert plan["rising"]["steps"] == [
        "If it's payday, then I will call someone safe: call Dee."
    ]
    assert [(p["name"], p["number"], p["shown"]) for p in plan["people"]] == [
        ("Dee", "+16175550142", "(617) 555-0142")
    ]
    assert plan["after"]["next"].startswith("A slip is a moment")


def test_a_plan_nobody_agreed_on_yet_says_so(phone, rosa):
    PlanVersionFactory(client=rosa)

    plan = phone.get(URL).json()

    assert plan["standing"] == "This plan is not agreed yet. It works for you already."
    assert plan["rising"]["steps"]


def test_the_agreed_words_count_while_new_ones_are_written(phone, rosa):
    PlanVersionFactory(client=rosa, state="APPROVED")
    newer = {"why": {"lines": ["Half written"]}}
    PlanVersionFactory(client=rosa, number=2, content=newer)

    plan = phone.get(URL).json()

    assert (plan["standing"], plan["rising"]["why"]) == (
        "This is the plan you agreed on.",
        ["For my girls.", "To sleep again."],
    )


def test_two_weeks_are_told_as_times_and_places_only(phone, room, enrollment):
    OneToOneFactory(enrollment=enrollment, site=room.site, on=TODAY + 13 * DAY)
    OneToOneFactory(enrollment=enrollment, site=room.site, on=TODAY + 14 * DAY)
    room.state = "CANCELLED"
    room.save()

    days = phone.get(URL).json()["days"]

    assert [day["title"] for day in days] == [
        "Wednesday, October 14",
        "Tuesday, October 27",
    ]
    [meeting] = days[0]["meetings"]
    assert meeting == {
        "label": "Appointment",
        "time": "9 am – 12:30 pm",
        "place": f"Room 2 · {room.site.name}",
        "change": "Not held this time.",
        "ends_at": "2026-10-14T16:30:00+00:00",
    }


def test_what_a_room_is_called_stays_with_the_house(phone, room):
    text = phone.get(URL).text

    assert room.title not in text
    assert "Little Big Book" not in text
    assert "Ana" not in text


def test_chips_are_the_persons_own(phone, rosa):
    own = {"client": rosa, "pinned": True}
    OwnItem.objects.create(
        **own, kind="TRIGGER", code="trg.own.1", label="Payday mail", position=0
    )
    OwnItem.objects.create(**own, kind="COPING", code="cop.con.call", position=0)
    OwnItem.objects.create(
        client=rosa, kind="TRIGGER", code="trg.own.2", label="Not any more"
    )

    chips = phone.get(URL).json()["chips"]

    assert chips["triggers"] == [{"code": "trg.own.1", "text": "Payday mail"}]
    assert [chip["code"] for chip in chips["coping"]] == ["cop.con.call"]
    assert chips["signs"] == []


def test_it_says_nothing_when_nothing_is_new(phone, rosa):
    have = phone.get(URL).json()["version"]

    same = phone.get(URL, {"have": have})
    PlanPersonFactory(client=rosa)
    changed = phone.get(URL, {"have": have})

    assert (same.status_code, same.content) == (204, b"")
    assert (changed.status_code, changed.json()["version"] != have) == (200, True)


def test_a_version_of_somebody_else_is_never_current(phone):
    """Fault: the version tells what a plan says, not whose it is; both have none."""
    other = Client()
    other.force_login(EnrollmentFactory().client.user)

    have = other.get(URL).json()["version"]

    assert phone.get(URL, {"have": have}).status_code == 200


def test_it_names_its_owner_as_pages_do(phone):
    tag = phone.get(reverse("api:phone")).json()["tag"]

    assert phone.get(URL).json()["owner"] == tag


def test_nothing_of_it_is_stored_on_the_way(phone):
    assert "no-store" in phone.get(URL)["Cache-Control"]


def test_a_phone_that_somebody_else_reads_gets_nothing(phone, rosa):
    rosa.monitored_phone = True
    rosa.save()

    assert phone.get(URL).status_code == 403


def test_after_the_stay_the_plan_is_still_theirs(phone, rosa, enrollment):
    PlanVersionFactory(client=rosa, state="APPROVED")
    enrollment.state, enrollment.ended_on = "ENDED", TODAY
    enrollment.save()

    plan = phone.get(URL).json()

    assert (plan["rising"]["why"][0], plan["days"]) == ("For my girls.", [])


@pytest.mark.parametrize("many", [1, 4])
def test_it_takes_as_many_queries_whatever_it_says(
    phone, rosa, room, enrollment, many, django_assert_num_queries
):
    PlanVersionFactory(client=rosa, state="APPROVED")
    for n in range(many):
        PlanPersonFactory(client=rosa)
        OneToOneFactory(enrollment=enrollment, site=room.site, on=TODAY + n * DAY)
        OwnItem.objects.create(
            client=rosa, kind="TRIGGER", code=f"trg.own.{n}", label="Mine", pinned=True
        )
        SiteLine.objects.create(
            site=enrollment.program.site,
            kind="PROGRAM",
            label="Front desk",
            number="617-555-0110",
            last_checked_on=TODAY,
        )

    with django_assert_num_queries(9):
        phone.get(URL)


# -- The page ---------------------------------------------------------------------------


def test_this_phone_is_in_the_menu_of_clients(phone):
    page = phone.get("/")

    assert 'href="/this-phone/"' in page.text


def test_staff_have_no_such_page(client):
    staff = AssignmentFactory().staff
    client.force_login(staff)

    assert client.get("/this-phone/").status_code == 404
    assert "/this-phone/" not in client.get("/desk/").text


def test_nothing_is_offered_where_somebody_else_reads(phone, rosa):
    offered = phone.get("/this-phone/").text
    rosa.monitored_phone = True
    rosa.save()

    page = phone.get("/this-phone/").text

    assert ("data-keep-form" in offered, "data-keep-form" in page) == (True, False)
    assert "Somebody else might see this phone." in page


# -- Signing out ------------------------------------------------------------------------


def left(phone, **said):
    return phone.post("/sign-out/", said)


def test_the_browser_clears_what_was_stored_when_nothing_waits(phone):
    answer = left(phone, waiting="0")

    assert answer["Clear-Site-Data"] == '"storage"'


@pytest.mark.parametrize("said", [{}, {"waiting": "2"}, {"waiting": "none"}])
def test_what_waits_or_may_wait_is_not_cleared(phone, said):
    """Fault: sealed items nobody else has are cleared with the rest."""
    answer = left(phone, **said)

    assert (answer.status_code, "Clear-Site-Data" in answer) == (302, False)


def test_who_is_not_signed_in_any_more_loses_nothing_that_waits(client):
    """Fault: an ended sign-in clears the phone, and what was never sent with it."""
    refused = [client.get(reverse(f"api:{name}")) for name in ("kept", "phone")]

    assert [answer.status_code for answer in refused] == [403, 403]
    assert not any("Clear-Site-Data" in answer for answer in refused)


def test_a_sign_in_is_over_on_the_server_too(phone):
    before = phone.session.session_key
    old = phone.cookies["sessionid"].value

    left(phone)
    phone.cookies["sessionid"] = old

    assert before == old
    assert phone.get(URL).status_code == 403


def test_signing_out_later_needs_a_token_made_then(rosa):
    phone = Client(enforce_csrf_checks=True)
    phone.force_login(rosa.user)

    without = left(phone)
    answer = phone.get(reverse("api:token"))
    with_it = left(phone, csrfmiddlewaretoken=answer.json()["token"])

    assert (without.status_code, with_it.status_code) == (403, 302)
    assert "no-store" in answer["Cache-Control"]
    assert "Access-Control-Allow-Origin" not in answer
