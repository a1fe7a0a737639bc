"""A phone on a kitchen table: what is kept on it, and what is left after signing out."""

import contextlib
import datetime as dt
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.contrib.sessions.models import Session
from django.core.signals import request_started
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Error, expect

from apps.care.models import OwnItem
from apps.checkins.sitting import SLUGS as QUESTIONS
from apps.common.routes import all_routes
from apps.phone.models import Device
from apps.plans.reading import SLUGS as PARTS
from tests.browser.phone import OwnPhone
from tests.factories.plans import CONTENT, PlanPersonFactory, PlanVersionFactory
from tests.factories.sessions import OneToOneFactory

# The browser's clock is the real one, and so is the server's here.
pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]
PIN = "271828"
DAY = 24 * 60 * 60 * 1000
# Words of Rosa's that stand nowhere else.
NAME, WHY, SKILL, NOTE = "Rosaquill", "Whyquill", "Skillquill", "Notequill"
PERSON, ADVICE, HALF, PLACE = "Deequill", "Sayquill", "Halfquill", "Roomquill"
CANARIES = [NAME, WHY, SKILL, NOTE, PERSON, ADVICE, HALF, PLACE, "6175550177", PIN]
IN_CHARGE = """
  navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller ||
    new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", done)))
  .then(() => true)"""
# Everything scripts may have stored, as text.
STORED = """
  async () => {
    const found = [localStorage, sessionStorage, history.state].map((one) => JSON.stringify(one));
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys())
        found.push(request.url, await (await cache.match(request)).text());
    }
    const ready = (request) => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const latin = new TextDecoder("latin1");
    const bytes = (key, value) => value instanceof Uint8Array ? latin.decode(value) : value;
    for (const { name } of await indexedDB.databases()) {
      const db = await ready(indexedDB.open(name));
      for (const store of db.objectStoreNames) {
        const all = await ready(db.transaction(store).objectStore(store).getAll());
        found.push(store + JSON.stringify(all, bytes));
      }
      db.close();
    }
    return found.join("\\n");
  }"""
RECORD = """
  ([store, key, change]) => new Promise((resolve, reject) => {
    const request = indexedDB.open("companion");
    request.onerror = reject;
    request.onsuccess = () => {
      const db = request.result;
      if (!db.objectStoreNames.length) return db.close(), resolve(null);
      const step = db.transaction(store, "readwrite");
      const rows = step.objectStore(store);
      const asked = rows.get(key);
      asked.onsuccess = () => { if (change !== null) rows.put(change, key); };
      step.oncomplete = () => { db.close(); resolve(asked.result ?? null); };
    };
  })"""


@pytest.fixture
def rosa(house):
    """With a plan, people, a skill of her own and somewhere to go."""
    client = house.rosa.client
    client.preferred_name = NAME
    client.save()
    kit = {"id": "k9", "code": "cop.own.1", "label": SKILL, "pinned": True}
    PlanVersionFactory(
        client=client,
        state="APPROVED",
        decided_by=house.ana,
        content={**CONTENT, "why": {"lines": [WHY]}, "kit": {"items": [kit]}},
    )
    PlanVersionFactory(client=client, number=2, content={"why": {"lines": [WHY]}})
    OwnItem.objects.create(
        client=client, kind="COPING", code="cop.own.1", label=SKILL, pinned=True
    )
    PlanPersonFactory(
        client=client,
        details={
            "name": PERSON,
            "relation": "",
            "phone": "+16175550177",
            "best_time": "",
            "what_to_say": ADVICE,
            "knows": True,
        },
    )
    OneToOneFactory(
        enrollment=house.rosa,
        site=house.program.site,
        facilitator=house.ana,
        on=timezone.localdate() + dt.timedelta(days=2),
        room=PLACE,
    )
    return client


@pytest.fixture
def phone(chromium, site, tmp_path):
    """One phone with a disk of its own, on which the worker is in charge."""
    phones = []

    def take(user):
        server = SimpleNamespace(url=site)
        one = OwnPhone(chromium, server, tmp_path / f"phone{len(phones)}")
        phones.append(one)
        one.sign_in(user)
        one.page.goto("/")
        assert one.page.evaluate(IN_CHARGE)
        wait_until(lambda: record(one.page, "state", "owner"), one.page)
        return one

    yield take
    for one in phones:
        one.switch_off()
    assert [error for one in phones for error in one.errors] == []


@pytest.fixture
def asked():
    """Paths as they come to the server."""
    paths = []

    def note(sender, environ, **kwargs):
        paths.append(environ["PATH_INFO"])

    request_started.connect(note)
    yield paths
    request_started.disconnect(note)


def record(page, store, key, change=None):
    return page.evaluate(RECORD, [store, key, change])


def wait_until(holds, page, times=100):
    for _ in range(times):
        if found := holds():
            return found
        page.wait_for_timeout(50)
    raise AssertionError("It did not come about.")


def keep_plan(page, pin=PIN):
    page.goto("/this-phone/")
    page.get_by_label("Choose a PIN").fill(pin)
    page.get_by_label("The same PIN again").fill(pin)
    page.get_by_role("button", name="Keep my plan on this phone").click()
    expect(page.locator("[data-keep-said]")).to_have_text("It's on this phone now.")


def sign_out(page):
    page.locator(".top .menu > summary").click()
    page.locator(".top .menu").get_by_role("button", name="Sign out").click()


def type_pin(page, pin):
    page.get_by_label("Your PIN for the plan").fill(pin)
    page.get_by_role("button", name="Open my plan").click()


def shows(page, words):
    """To be read, not only there: what a page may have to say waits in it, hidden."""
    expect(page.get_by_role("main")).to_contain_text(words, use_inner_text=True)


def on_disk(folder: Path) -> dict[str, list[str]]:
    """Where a canary stands in the files of a browser that was closed."""
    found = {}
    for path in folder.rglob("*"):
        if not path.is_file() or path.is_symlink():
            continue
        content = path.read_bytes()
        seen = [
            word
            for word in CANARIES
            if word.encode() in content or word.encode("utf-16-le") in content
        ]
        if seen:
            found[str(path.relative_to(folder))] = seen
    return found


def pages_of_clients() -> list[str]:
    """Every page there is for a client, without those of one record."""
    paths = [
        route.pattern
        for route in all_routes()
        if route.audience in ("client", "everyone", "public")
        and "GET" in route.methods
        and "<" not in route.pattern
        and not re.match(r"^/(api|desk|demo)/|^/sw.js|^/away/", route.pattern)
    ]
    paths += [reverse("plans:section", args=[slug]) for slug in PARTS.values()]
    return paths + [reverse("checkins:question", args=[s]) for s in QUESTIONS.values()]


def leave_words_everywhere(page):
    """A note in a check-in, a text that is refused, another that is typed and not sent."""
    page.goto("/check-in/")
    page.get_by_role("button", name="OK", exact=True).click()
    page.get_by_text("Add a note").click()
    page.get_by_role("textbox").fill(NOTE)
    page.get_by_role("button", name="Send note").click()
    page.get_by_text("Your note").click()
    page.goto("/plan/why/")
    page.get_by_role("textbox").first.fill(f"{WHY} {HALF} " + "x" * 400)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("textbox").first).to_have_attribute("aria-invalid", "true")
    page.goto("/plan/people/")
    for field in page.get_by_role("textbox").all():
        field.fill(HALF)


def hold_one(one):
    """A check-in without a network, which the server cannot take yet."""
    Device.objects.update(ended_at=timezone.now())
    before = len(one.waiting)
    one.context.set_offline(True)
    one.page.goto("/check-in/")
    one.page.get_by_role("button", name="OK", exact=True).click()
    wait_until(lambda: len(one.waiting) == before + 1, one.page)
    one.context.set_offline(False)


def readable(page) -> list[str]:
    """Canaries in what scripts stored and in what the page shows."""
    text = page.evaluate(STORED) + page.content() + page.url
    return [word for word in CANARIES if word in text]


def back_shows(page, times=6) -> list[str]:
    """Canaries on the way back through the history."""
    found = []
    for _ in range(times):
        with contextlib.suppress(Error):
            # The page may be on its way to another already.
            page.evaluate("history.back()")
        page.wait_for_timeout(300)
        page.wait_for_load_state()
        shown = page.evaluate(
            "document.body.checkVisibility() ? document.body.innerText : ''"
        )
        found += [word for word in CANARIES if word in shown]
    return found


# -- Keeping ----------------------------------------------------------------------------


def test_a_plan_is_there_without_a_network_behind_its_pin(phone, rosa):
    one = phone(rosa.user)
    page = one.page
    keep_plan(page)
    stored = page.evaluate(STORED)

    one.context.set_offline(True)
    page.goto("/plan/")
    locked = page.content()
    type_pin(page, PIN)
    page.get_by_text("It's getting stronger").click()

    main = page.get_by_role("main")
    expect(main).to_contain_text("This is the plan you agreed on.")
    expect(main.locator(".quote", has_text=WHY)).to_be_visible()
    expect(main).to_contain_text(PLACE)
    expect(main).to_contain_text("Appointment")
    call = page.get_by_role("link", name=f"Call {PERSON}")
    expect(call).to_have_attribute("href", "tel:+16175550177")
    assert [word for word in CANARIES if word in stored + locked] == []
    # Nor while it is open.
    assert [word for word in CANARIES if word in page.evaluate(STORED)] == []
    page.get_by_role("button", name="Close my plan").click()
    expect(page.get_by_label("Your PIN for the plan")).to_be_visible()
    assert readable(page) == []


def test_what_somebody_wrote_is_words_and_never_markup(phone, rosa):
    trap = f"<img src=x onerror='document.title=1'>{WHY}"
    version = PlanVersionFactory.build(client=rosa)
    draft = rosa.plan_versions.get(state="DRAFT")
    draft.content = {"why": {"lines": [trap]}}
    draft.save()
    rosa.plan_versions.filter(state="APPROVED").update(
        state="SUPERSEDED", decided_at=version.created_at
    )
    one = phone(rosa.user)
    keep_plan(one.page)

    one.page.goto("/offline/en/plan/")
    type_pin(one.page, PIN)
    one.page.get_by_text("It's getting stronger").click()

    expect(one.page.locator(".quote:visible")).to_have_text(trap)
    assert one.page.locator("main img").count() == 0


def test_news_need_no_pin(phone, rosa):
    one = phone(rosa.user)
    keep_plan(one.page)
    before = record(one.page, "kept", "kept")["version"]
    PlanPersonFactory(client=rosa)

    one.page.goto("/plan/")
    wait_until(lambda: record(one.page, "kept", "kept")["version"] != before, one.page)
    one.page.goto("/offline/en/plan/")
    type_pin(one.page, PIN)

    expect(one.page.get_by_role("link", name="Call Dee", exact=True)).to_be_visible()


@pytest.mark.parametrize(
    ("pin", "again", "said"),
    [
        ("27182", "27182", "Type six digits or more."),
        ("27182a", "27182a", "Type six digits or more."),
        ("777777", "777777", "That one is easy to guess."),
        ("345678", "345678", "That one is easy to guess."),
        (PIN, "271829", "The two are not the same."),
    ],
)
def test_a_pin_that_will_not_do_is_told_beside_it(phone, rosa, pin, again, said):
    page = phone(rosa.user).page
    page.goto("/this-phone/")

    page.get_by_label("Choose a PIN").fill(pin)
    page.get_by_label("The same PIN again").fill(again)
    page.get_by_role("button", name="Keep my plan on this phone").click()

    expect(page.locator(".errorlist li:visible")).to_contain_text(said)
    expect(page.locator("[aria-invalid=true]")).to_be_focused()
    assert record(page, "kept", "kept") is None


def test_it_can_be_taken_off_again(phone, rosa):
    page = phone(rosa.user).page
    keep_plan(page)

    page.get_by_role("button", name="Take it off this phone").click()

    expect(page.locator("[data-keep-said]")).to_have_text("It's off this phone.")
    assert record(page, "kept", "kept") is None


# -- The PIN ----------------------------------------------------------------------------


def test_five_wrong_tries_leave_nothing_however_they_are_made(phone, rosa):
    """Fault: the counter starts again with the page, or with the browser."""
    one = phone(rosa.user)
    keep_plan(one.page)
    one.context.set_offline(True)

    def tries(*said):
        one.page.goto("/plan/")
        for words in said:
            type_pin(one.page, "314159")
            expect(one.page.locator("[data-wrong]")).to_contain_text(words)

    tries("Four tries are left.", "Three tries are left.")
    tries("Two tries are left.")
    one.kill()
    one.switch_on()
    one.cut_off()
    tries("One try is left.")
    type_pin(one.page, "314159")
    shows(one.page, "That was the fifth try.")

    assert record(one.page, "kept", "kept") is None
    one.page.goto("/plan/")
    shows(one.page, "No plan is kept")


def test_a_try_counts_before_it_is_known_how_it_ends(phone, rosa):
    """Fault: a page that is closed at the right moment tries for nothing."""
    one = phone(rosa.user)
    keep_plan(one.page)
    one.context.set_offline(True)
    one.page.goto("/plan/")
    one.page.get_by_label("Your PIN for the plan").fill("314159")
    # The slow part never ends.
    # An expression that yields a function would be called, and waited for.
    one.page.evaluate(
        "() => { crypto.subtle.deriveKey = () => new Promise(() => {}); }"
    )
    one.page.get_by_role("button", name="Open my plan").click()
    one.page.wait_for_timeout(500)
    one.page.reload()

    assert record(one.page, "kept", "kept")["tries"] == 1


def test_the_right_pin_takes_the_count_back(phone, rosa):
    one = phone(rosa.user)
    keep_plan(one.page)
    one.page.goto("/offline/en/plan/")
    type_pin(one.page, "314159")
    expect(one.page.locator("[data-wrong]")).to_contain_text("Four tries are left.")

    type_pin(one.page, PIN)

    expect(one.page.get_by_role("heading", name="I'm struggling")).to_be_visible()
    assert record(one.page, "kept", "kept")["tries"] == 0


def test_an_opened_plan_closes_out_of_sight(phone, rosa):
    one = phone(rosa.user)
    page = one.page
    keep_plan(page)
    page.clock.install()
    page.goto("/offline/en/plan/")
    type_pin(page, PIN)
    seen = page.get_by_role("heading", name="I'm struggling")

    def turn(hidden):
        page.evaluate(
            """(hidden) => {
              Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
              document.dispatchEvent(new Event("visibilitychange"));
            }""",
            hidden,
        )

    expect(seen).to_be_visible()
    turn(True)
    expect(seen).to_be_hidden()
    page.clock.fast_forward(4 * 60_000)
    turn(False)
    expect(seen).to_be_visible()
    turn(True)
    page.clock.fast_forward(5 * 60_000 + 1000)
    turn(False)
    expect(page.get_by_label("Your PIN for the plan")).to_be_visible()
    assert readable(page) == []


# -- What takes it off ------------------------------------------------------------------


@pytest.mark.parametrize(("days", "stays"), [(6.9, True), (7.1, False), (-7.1, False)])
def test_seven_days_without_contact(phone, rosa, days, stays):
    one = phone(rosa.user)
    keep_plan(one.page)
    one.context.set_offline(True)
    seen_at = record(one.page, "state", "seen_at") - days * DAY
    record(one.page, "state", "seen_at", seen_at)

    one.page.goto("/plan/")

    if stays:
        expect(one.page.get_by_label("Your PIN for the plan")).to_be_visible()
        return
    shows(one.page, "not in touch for seven days")
    assert record(one.page, "kept", "kept") is None


@pytest.mark.parametrize("path", ["/", "/help/", "/offline/en/plan/"])
def test_a_sign_in_that_was_ended_elsewhere(phone, rosa, path):
    one = phone(rosa.user)
    keep_plan(one.page)
    hold_one(one)
    Session.objects.all().delete()

    one.page.goto(path)

    wait_until(lambda: record(one.page, "kept", "kept") is None, one.page)
    assert len(one.waiting) == 1
    one.page.goto("/offline/en/plan/")
    shows(one.page, "No plan is kept")


def test_a_phone_that_came_under_watch(phone, rosa):
    one = phone(rosa.user)
    keep_plan(one.page)
    rosa.monitored_phone = True
    rosa.save()

    one.page.goto("/this-phone/")

    wait_until(lambda: record(one.page, "kept", "kept") is None, one.page)
    wait_until(lambda: record(one.page, "state", "owner") is None, one.page)
    shows(one.page, "Somebody else might see")


def test_a_second_person_finds_nothing_of_the_first(phone, rosa, house):
    """Fault: the plan stays when somebody else signs in without a sign-out before."""
    dev = house.client("Devquill").client
    one = phone(rosa.user)
    keep_plan(one.page)
    hold_one(one)
    [item] = one.waiting

    one.sign_in(dev.user)
    one.page.goto("/")
    owner = wait_until(lambda: record(one.page, "state", "owner"), one.page)

    expect(one.page.get_by_role("heading", level=1)).to_contain_text("Devquill")
    wait_until(lambda: record(one.page, "kept", "kept") is None, one.page)
    wait_until(
        lambda: record(one.page, "state", "owner")["tag"] != item["owner"], one.page
    )
    for path in pages_of_clients():
        one.page.goto(path)
        assert readable(one.page) == [], path
        expect(one.page.locator("[data-waiting]")).to_be_hidden()
    assert [waits["sealed"] for waits in one.waiting] == [item["sealed"]]
    assert dev.checkin_days.count() == 0
    assert owner


def test_a_tab_of_the_first_keeps_nothing_of_the_second(phone, rosa, house):
    """Fault: an old tab asks with the new person's sign-in, and seals their plan."""
    dev = house.client("Devquill").client
    one = phone(rosa.user)
    keep_plan(one.page)
    one.become(dev.user)

    kept = one.page.evaluate(
        """async () => {
          document.querySelector("[data-take-off]").click();
          const [pin, again] = document.querySelectorAll(".pin");
          pin.value = again.value = "271828";
          document.querySelector("[data-keep-form]").requestSubmit();
        }"""
    )

    expect(one.page.locator("[data-keep-said]")).to_contain_text("Nothing is kept yet")
    assert (kept, record(one.page, "kept", "kept")) == (None, None)


# -- Signing out ------------------------------------------------------------------------


@pytest.mark.parametrize("waits", [False, True], ids=["nothing-waits", "one-waits"])
def test_after_signing_out_nothing_of_a_person_can_be_read(phone, rosa, waits):
    one = phone(rosa.user)
    page = one.page
    keep_plan(page)
    page.goto("/offline/en/plan/")
    type_pin(page, PIN)
    expect(page.get_by_role("heading", name="I'm struggling")).to_be_visible()
    for path in pages_of_clients():
        page.goto(path)
    leave_words_everywhere(page)
    if waits:
        hold_one(one)
        page.goto("/")

    sign_out(page)
    if waits:
        page.get_by_role("button", name="Sign out anyway").click()
    page.wait_for_url("**/sign-in/")

    assert readable(page) == []
    assert not Session.objects.exists()
    assert len(one.waiting) == int(waits)
    assert back_shows(page) == []
    page.goto("/help/")
    # What the browser writes late.
    page.wait_for_timeout(3000)
    one.switch_off()
    assert on_disk(one.folder) == {}


def test_what_waits_is_sealed_and_has_nothing_beside_it(phone, rosa):
    """Fault: what was answered is kept in clear as well, to show it again."""
    one = phone(rosa.user)

    hold_one(one)

    (item,) = one.waiting
    assert set(item) == {"uuid", "owner", "made_at", "sealed"}
    # The version, the key's id, a point of the curve: see seal.js.
    assert item["sealed"][0] == 1
    assert item["sealed"][17] == 4
    assert len(item["sealed"]) > 94


def test_with_something_waiting_it_asks_first(phone, rosa):
    one = phone(rosa.user)
    keep_plan(one.page)
    hold_one(one)
    one.page.goto("/")

    sign_out(one.page)
    asked = one.page.get_by_role("dialog")
    expect(asked).to_contain_text("1 is waiting on this phone")
    expect(asked.get_by_role("button", name="Stay")).to_be_focused()
    asked.get_by_role("button", name="Stay").click()

    expect(asked).to_be_hidden()
    assert Session.objects.exists()
    assert record(one.page, "kept", "kept")
    one.page.goto("/")
    expect(one.page.get_by_role("heading", level=1)).to_contain_text(NAME)


def test_signing_out_without_a_network(phone, rosa, asked):
    """Fault: wiped only when the server has answered."""
    one = phone(rosa.user)
    page = one.page
    keep_plan(page)
    page.goto("/plan/")
    one.context.set_offline(True)

    sign_out(page)
    page.wait_for_url("**/offline/en/")

    assert record(page, "kept", "kept") is None
    assert record(page, "state", "owner") is None
    assert readable(page) == []
    assert back_shows(page, 3) == []
    assert Session.objects.exists()

    one.context.set_offline(False)
    asked.clear()
    page.goto("/plan/")

    expect(page).to_have_url(re.compile("/sign-in/"))
    assert not Session.objects.exists()
    told, first = asked.index("/sign-out/"), asked.index("/plan/")
    assert told < first
    assert record(page, "state", "signing_out") is None
    assert readable(page) == []


def test_a_server_that_does_not_answer_keeps_nobody_from_signing_out(phone, rosa):
    one = phone(rosa.user)
    keep_plan(one.page)
    one.context.route("**/api/v1/token/", lambda route: route.fulfill(status=500))

    sign_out(one.page)
    one.page.wait_for_url("**/offline/en/")

    assert record(one.page, "kept", "kept") is None
    assert record(one.page, "state", "owner") is None


def test_signing_out_in_one_tab_empties_the_others(phone, rosa):
    one = phone(rosa.user)
    other = one.context.new_page()
    other.goto("/plan/")
    expect(other.get_by_role("main")).to_contain_text(WHY)

    sign_out(one.page)

    expect(other).to_have_url(re.compile("/sign-in/"))


def test_without_script_signing_out_is_a_form(visit, rosa):
    page = visit(rosa.user, java_script_enabled=False)
    page.goto("/this-phone/")
    shows(page, "This needs JavaScript.")

    page.get_by_role("main").get_by_role("button", name="Sign out").click()

    expect(page).to_have_url(re.compile("/sign-in/"))
    assert not Session.objects.exists()
