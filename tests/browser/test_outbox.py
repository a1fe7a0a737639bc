"""What somebody says while the network or the server is away arrives, and arrives once."""

import base64
import datetime as dt

import httpx
import pytest
from playwright.sync_api import expect

from apps.checkins.models import CheckinDay, Draft, Moment, Submission
from tests.browser.phone import DROP, OwnPhone, Server, StandIn
from tests.notifications.outside import wait_for

pytestmark = pytest.mark.django_db(transaction=True)
CALM = ("0", "Good", "Fine", "8", "No", "No, thanks")


@pytest.fixture
def server(house, tmp_path):
    server = Server(tmp_path)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def phone(chromium, server, house, tmp_path):
    """Rosa's, signed in and ready to be without a network."""
    phone = OwnPhone(chromium, server, tmp_path / "phone")
    phone.sign_in(house.rosa.client.user)
    yield phone
    phone.switch_off()
    assert phone.errors == []


class Away:
    def __init__(self, phone: OwnPhone, server: Server, how: str):
        self.phone, self.server = phone, server
        self.is_cut = how == "network cut"

    def begins(self) -> None:
        if self.is_cut:
            self.phone.context.set_offline(True)
        else:
            self.server.kill()

    def battery_out(self) -> None:
        self.phone.kill()
        # A browser begins with a network, and would send at once.
        self.server.kill()
        self.phone.switch_on()
        if self.is_cut:
            self.phone.context.set_offline(True)
            self.server.start()

    def ends(self) -> None:
        if self.is_cut:
            self.phone.context.set_offline(False)
        else:
            self.server.start()


@pytest.fixture(params=["network cut", "server killed"])
def away(request, phone, server):
    return Away(phone, server, request.param)


def heading(page):
    return page.get_by_role("heading", level=1)


def strip(page):
    return page.locator("[data-waiting]")


def line(page):
    return strip(page).locator("strong")


def tap(page, name):
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def check_in(page, *, taps=CALM):
    page.goto("/check-in/")
    tap(page, "Check in")
    for name in taps:
        tap(page, "0 · none" if name == "0" else name)
    expect(heading(page)).to_be_focused()


def log_moment(page, strength="7"):
    page.goto("/moment/")
    tap(page, strength)
    tap(page, "Payday")
    tap(page, "Just ride it out")
    expect(page.get_by_text("It rises, it crests, it passes.")).to_be_visible()


def test_a_strong_moment_without_a_network_has_a_tool_a_call_and_one_question(phone):
    """Fault: offline there is the wave alone, or it asks again before its time."""
    page = phone.page
    page.clock.install()
    phone.context.set_offline(True)
    page.goto("/moment/")
    tap(page, "9")
    tap(page, "Payday")
    tap(page, "Take a walk")
    expect(page.get_by_text("Walk a way that feels safe.")).to_be_visible()
    expect(page.get_by_text("Not if you have a heart condition.")).to_be_hidden()
    tap(page, "Yes, call me")
    expect(page.get_by_text("Your wish for a call is saved")).to_be_visible()

    question = page.get_by_role("heading", name="How strong is it now?")
    page.clock.fast_forward(14 * 60_000)
    expect(question).to_be_hidden()
    page.clock.fast_forward(2 * 60_000)
    expect(question).to_be_visible()
    tap(page, "2")
    expect(page.get_by_text("It was 9. Now it is 2.")).to_be_visible()
    tap(page, "Take a walk")
    expect(question).to_be_hidden()

    phone.context.set_offline(False)
    phone.try_to_send()
    wait_for(lambda: phone.waiting == [])
    moment = Moment.objects.get()
    assert (moment.craving, moment.craving_after) == (9, 2)
    assert moment.details["helped"] == moment.details["tool"] == "cop.move.walk"
    assert "call_asked_at" in moment.details


def write(page, asked, words):
    expect(heading(page).locator("visible=true")).to_have_text(asked)
    page.locator("summary:visible", has_text="Add your own").click()
    page.get_by_label("In your own words").locator("visible=true").fill(words)


def test_words_of_their_own_are_taken_without_a_network(phone, house):
    """Fault: what set it off is not in the list, and offline there is nowhere to say it."""
    page = phone.page
    page.clock.install()
    phone.context.set_offline(True)
    page.goto("/check-in/")
    for name in ("Check in", "4"):
        tap(page, name)
    write(page, "What set it off?", "The ferry dock")
    tap(page, "Next")
    write(page, "What helped?", "Called Dee")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("How is your mood right now?")
    tap(page, "Back")
    expect(
        page.get_by_label("In your own words").locator("visible=true")
    ).to_have_value("Called Dee")
    tap(page, "Next")
    for name in CALM[1:]:
        tap(page, name)
    expect(strip(page)).to_contain_text("1 waiting on this phone")

    page.goto("/moment/")
    tap(page, "6")
    write(page, "What set it off?", "")
    tap(page, "Add")
    own = page.get_by_label("In your own words").locator("visible=true")
    expect(own).to_be_focused()
    own.fill("My old street")
    tap(page, "Add")
    write(page, "What will you try?", "Sit on my hands so I don't want to live")
    tap(page, "Add")
    expect(page.get_by_text("It rises, it crests, it passes.")).to_be_visible()
    expect(page.get_by_role("link", name="Call 988").first).to_be_visible()
    page.clock.fast_forward(16 * 60_000)
    tap(page, "2")
    tap(page, "Sit on my hands so I don't want to live")

    phone.context.set_offline(False)
    phone.try_to_send()
    wait_for(lambda: phone.waiting == [])
    day, moment = CheckinDay.objects.get(), Moment.objects.get()
    words = {item.code: item.label for item in house.rosa.client.own_items.all()}
    assert [words[code] for code in day.answers["triggers"]] == ["The ferry dock"]
    assert [words[code] for code in day.answers["coping_used"]] == ["Called Dee"]
    assert words[moment.details["trigger"]] == "My old street"
    assert words[moment.details["tool"]].startswith("Sit on my hands")
    assert moment.details["helped"] == moment.details["tool"]


def test_words_typed_when_the_network_went_are_there_on_the_way_back(phone):
    """Fault: back at the question the words are gone, and going on takes them away."""
    page = phone.page
    page.goto("/check-in/first/")
    tap(page, "4")
    expect(heading(page)).to_have_text("What set it off?")
    phone.context.set_offline(True)
    write(page, "What set it off?", "The ferry dock")
    tap(page, "Next")

    expect(heading(page).locator("visible=true")).to_have_text("What helped?")
    tap(page, "Back")
    own = page.get_by_label("In your own words").locator("visible=true")
    expect(own).to_have_value("The ferry dock")


def arrived() -> tuple[int, int]:
    return Submission.objects.count(), Moment.objects.count()


def test_without_a_network_everything_is_kept_and_arrives_once(phone, house, away):
    away.begins()
    page = phone.page
    page.goto("/")
    expect(heading(page)).to_have_text("No network right now")
    page.goto("/help/")
    expect(page.get_by_role("link", name="Call 988").first).to_be_visible()

    log_moment(page)
    expect(strip(page)).to_contain_text("1 waiting on this phone")
    log_moment(page, "9")
    check_in(page)
    expect(heading(page)).to_have_text("Thanks, that's enough for today.")
    expect(strip(page)).to_contain_text("3 waiting on this phone")
    expect(strip(page)).to_contain_text("Saved just now.")

    away.battery_out()
    page = phone.page
    page.goto("/")
    expect(strip(page)).to_contain_text("3 waiting on this phone")
    held = phone.waiting
    assert arrived() == (0, 0)

    away.ends()
    phone.try_to_send()
    expect(line(page)).to_have_text("Sent.")
    assert phone.waiting == []
    assert arrived() == (1, 2)
    sent = {item["uuid"] for item in held}
    rows = [*Submission.objects.all(), *Moment.objects.all()]
    assert {str(row.uuid) for row in rows} == sent
    assert {row.client_id for row in rows} == {house.rosa.client_id}
    day = CheckinDay.objects.get()
    assert (day.craving, day.mood, day.confidence) == (0, 4, 8)
    assert sorted(moment.craving for moment in Moment.objects.all()) == [7, 9]

    again = {
        "clock": dt.datetime.now(dt.UTC).isoformat(),
        "items": [
            {
                "uuid": item["uuid"],
                "sealed": base64.b64encode(bytes(item["sealed"])).decode(),
            }
            for item in held
        ],
    }
    answers = [httpx.post(away.server.url + DROP, json=again).json() for _ in "12"]
    assert answers[0] == answers[1]
    assert {item["status"] for item in answers[0]["items"]} == {"known"}
    assert arrived() == (1, 2)


@pytest.mark.parametrize(
    "trouble",
    [{"status": 500}, {"status": 200, "body": b"<html>"}, {"names": "later"}],
    ids=["500", "a page of the cafe", "later"],
)
def test_ten_answers_that_do_not_name_it_lose_nothing(phone, server, trouble):
    server.kill()
    check_in(phone.page)
    stand_in = StandIn(server, **trouble)

    for count in range(10):
        wait_for(lambda: not phone.page.evaluate(SENDING))
        phone.try_to_send()
        wait_for(lambda count=count: phone.page and stand_in.calls > count)
    wait_for(lambda: not phone.page.evaluate(SENDING))
    stand_in.stop()

    assert len(phone.waiting) == 1
    server.start()
    phone.try_to_send()
    expect(line(phone.page)).to_have_text("Sent.")
    assert arrived() == (1, 0)


SENDING = """async () => (await navigator.locks.query()).held
  .some(({ name }) => name === "outbox")"""


@pytest.mark.parametrize("what", ["session", "form token"])
def test_an_ended_session_and_a_new_token_lose_nothing(phone, server, house, what):
    server.kill()
    check_in(phone.page)
    if what == "session":
        phone.context.clear_cookies()
    else:
        phone.context.clear_cookies(name="csrftoken")

    server.start()
    phone.page.goto("/")

    wait_for(lambda: phone.waiting == [])
    assert Submission.objects.get().client_id == house.rosa.client_id


def test_page_and_worker_never_send_together(phone, server):
    server.kill()
    check_in(phone.page)
    stand_in = StandIn(server, status=500)
    stand_in.hang()
    other = phone.context.new_page()
    other.goto("/offline/en/")

    devtools = phone.context.new_cdp_session(phone.page)
    registrations = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(event["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    wait_for(lambda: phone.page.evaluate("1") and registrations)
    phone.try_to_send()
    other.evaluate("dispatchEvent(new Event('online'))")
    devtools.send(
        "ServiceWorker.dispatchSyncEvent",
        {
            "origin": server.url,
            "registrationId": registrations[-1]["registrationId"],
            "tag": "outbox",
            "lastChance": False,
        },
    )
    phone.page.wait_for_timeout(1500)
    stand_in.released.set()
    wait_for(lambda: phone.page.evaluate("1") and stand_in.calls >= 3)
    stand_in.stop()

    assert stand_in.most_at_once == 1


def test_it_is_on_the_disk_before_anybody_is_thanked(phone, server):
    """The server takes the request and never answers; then the battery is out."""
    server.kill()
    stand_in = StandIn(server, status=503)
    stand_in.hang()
    check_in(phone.page)
    expect(heading(phone.page)).to_have_text("Thanks, that's enough for today.")

    phone.kill()
    stand_in.stop()
    server.start()
    phone.switch_on()
    phone.page.goto("/")

    wait_for(lambda: phone.waiting == [])
    assert arrived() == (1, 0)


def test_what_was_replaced_on_its_way_still_waits(phone, server):
    """The half was taken while the whole was being said: the whole is sent too."""
    server.kill()
    stand_in = StandIn(server, names="taken")
    stand_in.hang()
    page = phone.page
    page.goto("/offline/en/check-in/")
    tap(page, "Check in")
    tap(page, "0 · none")
    phone.try_to_send()
    wait_for(lambda: page.evaluate("1") and stand_in.calls)
    for name in CALM[1:]:
        tap(page, name)
    expect(heading(page)).to_have_text("Thanks, that's enough for today.")

    stand_in.released.set()
    stand_in.stop()
    wait_for(lambda: not page.evaluate(SENDING))

    assert len(phone.waiting) == 1
    server.start()
    phone.try_to_send()
    wait_for(lambda: phone.waiting == [])
    assert arrived() == (1, 0)


def test_the_next_person_neither_sends_nor_sees_it_as_theirs(phone, server, house):
    bob = house.client("Bob")
    server.kill()
    check_in(phone.page)
    stand_in = StandIn(server)
    stand_in.stop()
    server.start()
    phone.context.route(f"**{DROP}", lambda route: route.abort())
    phone.context.clear_cookies()
    phone.sign_in(bob.client.user)
    expect(strip(phone.page)).to_be_hidden()
    assert len(phone.waiting) == 1

    phone.context.unroute(f"**{DROP}")
    phone.try_to_send()
    wait_for(lambda: phone.waiting == [])

    expect(strip(phone.page)).to_be_hidden()
    assert Submission.objects.get().client_id == house.rosa.client_id


def test_half_a_check_in_goes_on_where_the_network_is(phone, server):
    server.kill()
    page = phone.page
    page.goto("/check-in/")
    tap(page, "Check in")
    tap(page, "7")
    page.get_by_text("Payday", exact=True).click()
    tap(page, "Next")
    expect(heading(page)).to_have_text("What helped?")
    expect(strip(page)).to_be_hidden()

    page.goto("/help/")
    expect(strip(page)).to_contain_text("1 waiting on this phone")
    server.start()
    phone.try_to_send()
    expect(line(page)).to_have_text("Sent.")

    draft = Draft.objects.get()
    assert draft.answers == {"craving_peak": 7, "triggers": ["trg.time.payday"]}
    page.goto("/check-in/")
    page.get_by_role("link", name="Go on").click()
    expect(heading(page)).to_have_text("What helped?")
