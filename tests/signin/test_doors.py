"""Two browsers of staff at once, and a word for one that nobody knows."""

import datetime as dt

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from apps.audit.models import AuditEvent
from apps.signin import doors, factors, services
from apps.signin.models import Knock, KnownBrowser, Notice, SignIn
from apps.signin.tasks import forget_ended
from tests.conftest import NOON
from tests.factories.care import OrganizationFactory, StaffFactory
from tests.signin.test_second_step import SECRET, code_at
from tests.signin.test_sign_ins import IPAD, IPHONE, MAC, PIXEL, WINDOWS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
MINUTE = dt.timedelta(minutes=1)
LINUX = "Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0 Safari/537.36"
WAIT, PLACES = "/second-step/wait/", "/signed-in/"


@pytest.fixture
def ana(actor):
    """Staff with an app and a paper, who never came in."""
    organization = OrganizationFactory()
    ana = StaffFactory(email="ana@example.org", organization_id=organization.pk)
    at = NOON - dt.timedelta(hours=1)
    factors.add_app(user=ana, secret=SECRET, code=code_at(at), at=at, by=actor)
    return ana


@pytest.fixture
def come(ana, half_signed_in, frozen_noon):
    """Ana gives her mail code and a code of her app at this browser, or at a new one."""

    def come(browser=None):
        browser = browser or Client(headers={"User-Agent": LINUX})
        half_signed_in(ana, browser)
        # A code works once.
        frozen_noon.shift(MINUTE)
        browser.post("/second-step/", {"code": code_at(_now())})
        return browser

    return come


def _now():
    return dt.datetime.now(dt.UTC)


def _is_in(browser) -> bool:
    return browser.get("/desk/").status_code == 200


def _waits(browser) -> bool:
    return browser.get(WAIT).status_code == 200


@pytest.mark.parametrize(
    ("user_agent", "said"),
    [
        (LINUX, ("Chrome", "Linux")),
        (f"{LINUX} Edg/156.0", ("Edge", "Linux")),
        (IPHONE, ("Safari", "iPhone")),
        (IPAD, ("Safari", "iPad")),
        (PIXEL, ("Chrome", "Android")),
        (WINDOWS, ("Chrome", "Windows")),
        (MAC, ("Safari", "Mac")),
        ("curl/8.1", ("", "")),
    ],
)
def test_the_browser_is_named_so_that_somebody_knows_it_as_theirs(user_agent, said):
    assert doors.browser_of(user_agent) == said


def test_the_first_browser_is_known_and_the_next_waits(come):
    """Fault: whoever talked a counselor into a code of the app is in beside them."""
    first, second = come(), come()

    assert (_is_in(first), _is_in(second)) == (True, False)
    assert _waits(second)
    assert "Chrome on Linux, 4:02 PM." in first.get(PLACES).text
    assert "Somebody wants to sign in as you." in first.get("/desk/").text


def test_who_waits_opens_nothing_whatever_they_send(come):
    come()
    second = come()

    for _ in range(2):
        second.post(WAIT)
    second.post(f"/signed-in/asks/{Knock.objects.get().pk}/in/")

    assert not _is_in(second)
    assert Knock.objects.filter(let_in_at=None).count() == 1


def test_a_yes_from_the_other_browser_lets_it_in_for_good(come):
    first, second = come(), come()

    first.post(f"/signed-in/asks/{Knock.objects.get().pk}/in/")
    told = second.get(WAIT).text
    second.post(WAIT)
    second.post("/sign-out/")

    assert "You can come in." in told
    assert _is_in(come(second))
    assert set(
        AuditEvent.objects.filter(action="accounts.came_in").values_list(
            "reason", flat=True
        )
    ) == {"first", "word", "known"}


def test_a_no_ends_it_at_once(come, actor):
    first, second = come(), come()
    services.queue_code(
        user=Knock.objects.get().user, address_index="x", code="1", at=NOON
    )

    answer = first.post(
        f"/signed-in/asks/{Knock.objects.get().pk}/no/", follow=True
    ).text

    assert "The door is closed." in answer
    assert second.get(WAIT).status_code == 302
    assert SignIn.objects.count() == Session.objects.count() == 1
    assert not services.CodeMessage.objects.exists()
    assert AuditEvent.objects.filter(action="accounts.door_closed").count() == 1


def test_a_stale_page_says_no_but_not_yes(come, frozen_noon):
    """Fault: a desk that stands open lets a stranger in with one tap."""
    first, second = come(), come()
    knock = Knock.objects.get()
    frozen_noon.shift(10 * MINUTE)

    asked = first.post(f"/signed-in/asks/{knock.pk}/in/")

    assert asked.url.startswith("/still-you/")
    first.post(f"/signed-in/asks/{knock.pk}/no/")
    assert not _waits(second)


@pytest.mark.parametrize("answer", ["in", "no"])
def test_a_colleague_answers_for_nobody_by_their_own_page(come, answer):
    come()
    second = come()
    kofi = Client()
    kofi.force_login(
        StaffFactory(organization_id=Knock.objects.get().user.organization_id)
    )

    response = kofi.post(f"/signed-in/asks/{Knock.objects.get().pk}/{answer}/")

    assert response.status_code == 404
    assert _waits(second)


def test_after_a_quarter_of_an_hour_a_yes_is_too_late(come, frozen_noon):
    first, second = come(), come()
    knock = Knock.objects.get()
    first.post(f"/signed-in/asks/{knock.pk}/in/")
    frozen_noon.shift(10 * MINUTE)
    second.get(WAIT)
    frozen_noon.shift(5 * MINUTE)

    second.post(WAIT)
    second.post("/second-step/", {"code": code_at(_now())})

    assert not _is_in(second)
    assert Knock.objects.get().pk != knock.pk


def test_a_paper_opens_the_door_and_an_app_code_does_not(come, ana, actor, frozen_noon):
    """Fault: where the only phone is new, nobody could come in on a Monday morning."""
    come()
    second = come()
    paper, *_ = factors.make_spare_codes(user=ana, at=NOON, by=actor)
    frozen_noon.shift(MINUTE)

    second.post(WAIT, {"code": code_at(_now())})
    after_app = _is_in(second)
    second.post(WAIT, {"code": paper})

    assert (after_app, _is_in(second)) == (False, True)
    # Told where they were already.
    assert Notice.objects.get().user == ana


def test_a_third_waits_even_where_it_is_known_and_then_the_oldest_makes_room(
    come, frozen_noon, ana, actor
):
    """Fault: five desks stand open under one name."""
    browsers = [come()]
    for _ in range(2):
        browsers.append(come())
        doors.let_in(knock=Knock.objects.get(), user=ana, at=_now(), by=actor)
        browsers[-1].post(WAIT)
        if len(browsers) == 2:
            two_are_in = [_is_in(browser) for browser in browsers]
            frozen_noon.shift(2 * MINUTE)
            browsers[1].get("/desk/")

    assert two_are_in == [True, True]
    assert [_is_in(browser) for browser in browsers] == [False, True, True]
    # Known by now, and there is no room.
    assert not _is_in(come(browsers[0]))
    browsers[1].post("/sign-out/")
    browsers[0].post(WAIT)
    assert _is_in(browsers[0])


@pytest.mark.parametrize(
    ("days", "is_in"), [(179, True), (180, False)], ids=["179 days", "180 days"]
)
def test_a_browser_is_forgotten_after_half_a_year(come, frozen_noon, days, is_in, ana):
    old, newer = come(), come()
    KnownBrowser.objects.create(
        user=ana,
        mark="elsewhere",
        known_at=NOON,
        seen_at=NOON + dt.timedelta(days=days),
    )
    old.post("/sign-out/")
    newer.post("/sign-out/")
    frozen_noon.shift(dt.timedelta(days=days))

    forget_ended()

    assert _is_in(come(old)) == is_in


def test_who_lost_everything_has_a_first_browser_again(
    come, ana, actor, half_signed_in
):
    """Fault: the way back leads to a door that nobody can open."""
    come()

    services.reset_ways_in(user=ana, at=NOON, by=actor)

    browser = half_signed_in(ana, Client())
    secret = browser.get("/second-step/set-up/app/").context["secret"].replace(" ", "")
    browser.post("/second-step/set-up/app/", {"code": code_at(_now(), secret=secret)})
    assert _is_in(browser)


def test_the_cookie_says_nothing_and_no_script_reads_it(come):
    cookie = come().cookies[settings.BROWSER_COOKIE_NAME]

    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert cookie.value not in KnownBrowser.objects.get().mark


def test_the_cookie_of_a_colleague_opens_no_door(come, ana, half_signed_in, actor):
    """Fault: at a shared desk the browser is known, whoever signs in."""
    shared = come()
    come(shared)
    kofi = StaffFactory(organization_id=ana.organization_id)
    factors.add_app(user=kofi, secret=SECRET, code=code_at(NOON), at=NOON, by=actor)
    KnownBrowser.objects.create(user=kofi, mark="x", known_at=NOON, seen_at=NOON)

    half_signed_in(kofi, shared)
    shared.post("/second-step/", {"code": code_at(_now() + MINUTE / 2)})

    assert not _is_in(shared)
