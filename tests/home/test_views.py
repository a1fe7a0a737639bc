import datetime as dt

import pytest
from django.urls import reverse

from apps.care.models import SiteLine
from tests.conftest import BOSTON, NOON
from tests.factories.care import (
    AssignmentFactory,
    EnrollmentFactory,
    OrganizationFactory,
    SiteFactory,
    StaffFactory,
)
from tests.factories.checkins import CheckinDayFactory, MomentFactory, ReplyFactory
from tests.factories.plans import PlanVersionFactory
from tests.factories.sessions import OneToOneFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
TODAY, HELP = (reverse(f"home:{name}") for name in ("today", "help"))
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def enrollment():
    return AssignmentFactory(
        staff__name="Ana", enrollment__client__preferred_name="Rosa"
    ).enrollment


@pytest.fixture
def phone(client, enrollment):
    client.force_login(enrollment.client.user)
    return client


# -- The front door ---------------------------------------------------------------------


def test_a_visitor_is_led_to_the_way_in(client):
    assert client.get(TODAY).url == reverse("signin:sign_in")


def test_staff_are_led_to_their_board(client):
    client.force_login(StaffFactory())

    assert client.get(TODAY).url == reverse("desk:board")


@pytest.mark.parametrize(
    ("hour", "greeting"),
    [
        pytest.param(3, "Good evening, Rosa", id="late night"),
        pytest.param(4, "Good morning, Rosa", id="early"),
        pytest.param(12, "Good afternoon, Rosa", id="noon"),
        pytest.param(17, "Good evening, Rosa", id="evening"),
    ],
)
def test_the_greeting_knows_the_name_and_the_part_of_day(
    phone, frozen_noon, hour, greeting
):
    frozen_noon.move_to(dt.datetime(2026, 10, 14, hour, 0, tzinfo=BOSTON))

    assert greeting in phone.get(TODAY).text


def test_the_next_session_shows_first_and_its_name_a_tap_away(phone, enrollment):
    OneToOneFactory(
        enrollment=enrollment,
        on=NOON.date() + dt.timedelta(days=1),
        starts_at=NOON + dt.timedelta(hours=21),
        title="Little Big Book",
        room="Room 2",
        facilitator__name="Ana",
    )

    page = phone.get(TODAY)

    said = ("Tomorrow 9 am", "Room 2 · with Ana", "in 21 h")
    assert [words for words in said if words not in page.text] == []
    before, _, folded = page.text.partition("<summary>What and where</summary>")
    assert ("Little Big Book" in before, "Little Big Book" in folded) == (False, True)


# -- The check-in -----------------------------------------------------------------------


def test_before_the_check_in_it_is_the_thing_to_do(phone):
    page = phone.get(TODAY).text

    assert "How was today?" in page
    assert "Checked in at" not in page


def test_after_it_the_page_says_when_and_who_saw_it(phone, enrollment):
    CheckinDayFactory(
        enrollment=enrollment,
        seen_by=StaffFactory(name="Ana"),
        seen_at=NOON,
        answers={"craving_peak": 8, "contact_request": "no"},
    )

    page = phone.get(TODAY).text

    assert "Checked in at noon. Ana saw it." in page
    assert (
        "8" not in page.partition("Today&#x27;s check-in")[2].partition("</section>")[0]
    )


def test_yesterdays_check_in_is_not_todays(phone, enrollment, frozen_noon):
    CheckinDayFactory(enrollment=enrollment)
    frozen_noon.move_to(dt.datetime(2026, 10, 15, 4, 0, tzinfo=BOSTON))

    assert "How was today?" in phone.get(TODAY).text


def test_a_promised_call_stays_in_sight(phone, enrollment):
    CheckinDayFactory(enrollment=enrollment)
    phone.post(reverse("checkins:call"))

    assert "Ana will call you by 5 pm today" in phone.get(TODAY).text


# -- Words from the counselor -----------------------------------------------------------


def test_a_reply_shows_its_author_and_time_until_it_is_put_away(phone, enrollment):
    reply = ReplyFactory(
        day=CheckinDayFactory(enrollment=enrollment),
        by__name="Ana",
        text="I will call you.",
    )
    first, second = phone.get(TODAY).text, phone.get(TODAY).text

    phone.post(reverse("checkins:read_reply", args=[reply.pk]))

    assert first.count("I will call you.") == second.count("I will call you.") == 1
    assert "Ana · Wed, October 14, noon" in first
    assert "I will call you." not in phone.get(TODAY).text


def test_only_the_newest_words_stand_open_and_go_away_together(phone, enrollment):
    day = CheckinDayFactory(enrollment=enrollment)
    newest, *_ = [
        ReplyFactory(day=day, text=text, at=NOON - dt.timedelta(days=ago))
        for ago, text in ((0, "Newest"), (10, "Before"), (20, "Long ago"))
    ]
    page = phone.get(TODAY).text
    before, _, folded = page.partition("<summary>Earlier words</summary>")

    phone.post(reverse("checkins:read_reply", args=[newest.pk]))

    assert ("Newest" in before, "Before" in before, "Before" in folded) == (
        True,
        False,
        True,
    )
    assert "Long ago" not in page
    assert "Before" not in phone.get(TODAY).text


def test_nobody_elses_words_show(phone):
    ReplyFactory(text="For somebody else")

    assert "For somebody else" not in phone.get(TODAY).text


# -- A while after a hard moment --------------------------------------------------------


@pytest.mark.parametrize(
    ("ago", "rated", "asked"),
    [
        pytest.param(5 * MINUTE, None, False, id="just now"),
        pytest.param(20 * MINUTE, None, True, id="a while ago"),
        pytest.param(20 * MINUTE, 3, False, id="answered"),
        pytest.param(dt.timedelta(hours=13), None, False, id="long past"),
    ],
)
def test_one_quiet_question_waits_a_while(phone, enrollment, ago, rated, asked):
    MomentFactory(enrollment=enrollment, occurred_at=NOON - ago, craving_after=rated)

    assert ("One quiet question" in phone.get(TODAY).text) == asked


# -- The plan ---------------------------------------------------------------------------


@pytest.fixture
def plan(enrollment):
    return PlanVersionFactory(client=enrollment.client)


def test_the_step_is_a_tap_away_with_and_without_javascript(phone, plan):
    closed = phone.get(TODAY).text
    opened = phone.get(TODAY, {"step": "open"}).text
    swapped = phone.get(TODAY, {"step": "open"}, HTTP_HX_REQUEST="true").text

    sentence = "If it&#x27;s payday, then I will call someone safe: call Dee."
    assert [sentence in page for page in (closed, opened, swapped)] == [
        False,
        True,
        True,
    ]
    assert "payday" not in closed
    assert "Good afternoon" not in swapped


# -- Without care -----------------------------------------------------------------------


def test_who_has_left_is_welcome_and_keeps_plan_and_help(client):
    enrollment = EnrollmentFactory(state="ENDED", ended_on=NOON.date())
    client.force_login(enrollment.client.user)

    page = client.get(TODAY).text

    assert "Would you like to come back?" in page
    assert (reverse("plans:plan") in page, HELP in page) == (True, True)


def test_who_is_about_to_begin_is_not_asked_to_check_in_yet(client):
    enrollment = EnrollmentFactory(state="INVITED")
    client.force_login(enrollment.client.user)

    page = client.get(TODAY).text

    assert "Good afternoon" in page
    assert "How was today?" not in page


# -- Cost -------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_today_costs_the_same_for_any_history(
    phone, enrollment, count, django_assert_num_queries
):
    for back in range(count):
        day = CheckinDayFactory(
            enrollment=enrollment, local_on=NOON.date() - dt.timedelta(days=back)
        )
        ReplyFactory(day=day)
        MomentFactory(enrollment=enrollment, occurred_at=NOON - 20 * MINUTE)
        OneToOneFactory(
            enrollment=enrollment, on=NOON.date() + dt.timedelta(days=back + 1)
        )

    # Session and user; enrollment with what is newest beside it, week, replies, rides, barriers.
    with django_assert_num_queries(7):
        phone.get(TODAY)


# -- Help -------------------------------------------------------------------------------


def lines(site, *labels):
    return [
        SiteLine.objects.create(
            site=site,
            kind="PROGRAM",
            label=label,
            number=f"617-555-010{position}",
            hours="Mon-Fri 9-5",
            last_checked_on=NOON.date(),
            position=position,
        )
        for position, label in enumerate(labels)
    ]


def test_help_is_there_signed_out(client, enrollment):
    lines(enrollment.program.site, "Front desk")

    page = client.get(HELP).text

    wanted = ("tel:911", "tel:988", "sms:988", "tel:617-555-0100", "Give naloxone.")
    assert [each for each in wanted if each not in page] == []
    assert "checked October 14" in page
    assert "This app is not watched all the time." in page


def test_a_line_is_said_as_the_site_says_it_in_the_reader_s_language(
    client, enrollment
):
    (line,) = lines(enrollment.program.site, "Front desk")
    line.in_languages = {"es": {"label": "Recepción", "hours": "lun a vie, 9 a 17"}}
    line.save()

    spanish = client.get(HELP, headers={"Accept-Language": "es"}).text
    english = client.get(HELP).text

    assert "Recepción" in spanish
    assert "lun a vie, 9 a 17" in spanish
    assert "Front desk" in english
    assert "Mon-Fri 9-5" in english


def test_the_own_site_comes_first(phone, enrollment):
    own = enrollment.program.site
    own.name = "Needham"
    own.save()
    lines(own, "Needham desk")
    lines(SiteFactory(organization=own.organization, name="Boston"), "Boston desk")

    page = phone.get(HELP).text

    assert page.index("Needham desk") < page.index("Boston desk")


def test_lines_of_another_organization_stay_there(client, phone, enrollment):
    lines(SiteFactory(organization=OrganizationFactory()), "Neighbor desk")
    signed_in = phone.get(HELP).text
    phone.logout()

    assert "Neighbor desk" not in signed_in + client.get(HELP).text


@pytest.mark.parametrize("count", [1, 3])
def test_help_costs_the_same_for_any_number_of_lines(
    client, enrollment, count, django_assert_num_queries
):
    for number in range(count):
        site = SiteFactory(organization=enrollment.organization, name=f"Site {number}")
        lines(site, "One", "Two")

    with django_assert_num_queries(2):
        client.get(HELP)
