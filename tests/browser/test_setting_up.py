"""A program admin opens a site with a day and an evening, from nothing, in the browser."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from apps.accounts.models import User
from apps.audit.actors import SYSTEM
from apps.care.models import Organization, Site
from apps.care.services.organizations import found_organization, register_staff
from apps.sessions.models import GroupSession
from tests.browser.conftest import DESK
from tests.conftest import NOON

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("wednesday_noon"),
]
MOST_PAGES, MOST_FIELDS = 20, 40


class Walk:
    """One person at one screen, who counts what it takes."""

    def __init__(self, page):
        self.page, self.pages, self.fields = page, 0, 0
        page.on("framenavigated", self._seen)

    def _seen(self, frame):
        self.pages += frame == self.page.main_frame

    def fill(self, label: str, text: str) -> None:
        self.fields += 1
        self.page.get_by_label(label, exact=True).fill(text)

    def choose(self, label: str, option: str) -> None:
        self.fields += 1
        self.page.get_by_label(label, exact=True).select_option(label=option)

    def tick(self, label: str) -> None:
        self.fields += 1
        self.page.get_by_label(label, exact=True).check()

    def press(self, button: str) -> None:
        self.page.get_by_role("button", name=button, exact=True).click()

    def follow(self, link: str) -> None:
        self.page.get_by_role("link", name=link, exact=True).click()


@pytest.fixture
def admin():
    """What ``bootstrap`` leaves, and two who took their invitations."""
    found_organization(
        name="Example House",
        alias="Maple",
        site="Boston",
        timezone="America/New_York",
        admin_name="Alex",
        admin_email="alex@example.org",
        at=NOON,
        by=SYSTEM,
    )
    for name in ("Ana", "Kofi"):
        register_staff(
            organization=Organization.objects.get(),
            name=name,
            email=f"{name.lower()}@example.org",
            role="COUNSELOR",
            at=NOON,
            by=SYSTEM,
        )
    User.objects.update(is_active=True)
    return User.objects.get(name="Alex")


def test_a_new_site_with_a_day_and_an_evening_needs_no_shell(visit, script, admin):
    """Fault: a page asks for what nobody has at hand, or a week has no occurrences."""
    walk = Walk(visit(admin, width=DESK, java_script_enabled=script))
    walk.page.goto("/desk/")
    walk.follow("Set up")
    walk.follow("Add a site")
    walk.fill("Name", "Needham")
    walk.fill("Address", "3 Sample Green")
    walk.fill("Phone number people call", "781-555-0110")
    walk.fill("Phone number for evenings and weekends", "781-555-0111")
    walk.choose("Who is on call", "Ana")
    walk.press("Make this site")
    walk.press("Go on to its week")
    walk.choose("Who leads it", "Ana")
    walk.fill("Room", "Harbor room")
    walk.press("Put it into the week")
    expect(walk.page.get_by_text("Little Big Book Group (100)")).to_be_visible()
    walk.follow("Add a program")
    walk.tick("Evening")
    walk.press("Go on to its week")
    walk.choose("Who leads it", "Kofi")
    walk.fill("Room", "Harbor room")
    walk.press("Put it into the week")

    expect(walk.page.get_by_text("Everything it needs is there.")).to_be_visible()
    assert walk.pages <= MOST_PAGES
    assert walk.fields <= MOST_FIELDS
    rooms = GroupSession.objects.filter(site=Site.objects.get(name="Needham"))
    first = rooms.order_by("starts_at").filter(title="Evening")[0]
    assert rooms.filter(title="Day morning").count() > 50
    assert first.starts_at == dt.datetime(2026, 10, 14, 21, 30, tzinfo=dt.UTC)

    _enroll_rosa(visit, script)


def _enroll_rosa(visit, script):
    """Ana enrolls her, and Rosa opens the app with the paper and sees her week."""
    ana = Walk(visit(User.objects.get(name="Ana"), java_script_enabled=script))
    ana.page.goto("/desk/people/")
    ana.follow("Enroll somebody")
    ana.fill("First name", "Rosa")
    ana.fill("Last name", "Sample")
    ana.fill("Date of birth", "1988-03-21")
    ana.tick("Only they do")
    ana.choose("Where", "Needham Evening")
    ana.choose("Level of care", "IOP · Intensive outpatient, 3–5 days a week")
    for day in ("Monday", "Wednesday", "Thursday"):
        ana.tick(day)
    ana.press("Enroll, and go on to their way in")
    ana.press("Make an invitation")
    link = ana.page.locator(".paper__link").inner_text()
    code = ana.page.locator(".paper__code").inner_text()

    rosa = visit(java_script_enabled=script)
    rosa.goto("/i/" + link.partition("/i/")[2])
    rosa.get_by_role("textbox").fill(code)
    rosa.get_by_role("button", name="Come in").click()
    rosa.wait_for_url(lambda url: "/i/" not in url)
    rosa.goto("/schedule/")
    expect(rosa.get_by_text("Harbor room").first).to_be_visible()
