"""A client can't come, takes another seat, and the room of that evening knows."""

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from apps.sessions.models import Override
from tests.conftest import NOON
from tests.factories.care import ProgramFactory
from tests.factories.sessions import GroupSessionFactory, SeriesFactory

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("wednesday_noon"),
]
TOMORROW = NOON.date() + dt.timedelta(days=1)


def test_from_i_cannot_make_it_to_the_roster_of_the_evening(visit, script, house):
    room = house.morning(TOMORROW)
    program = ProgramFactory(site=room.site, name="Evening", track="EVENING")
    evening = GroupSessionFactory(
        series=SeriesFactory(
            program=program,
            title="Evening group",
            starts_at_time=dt.time(17, 30),
            minutes=180,
            room="Room 4",
            facilitator=house.ana,
        ),
        on=TOMORROW,
    )
    page = visit(house.rosa.client.user, java_script_enabled=script)

    page.goto("/")
    page.get_by_role("button", name="I can't make it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Thank you for telling us"
    )
    page.get_by_text("Say why, if you like").click()
    page.get_by_role("button", name="Work", exact=True).click()
    expect(page.get_by_text("You told us why.")).to_be_visible()
    page.get_by_role("button", name=re.compile("I'll come then")).click()
    expect(page.get_by_role("main")).to_contain_text("Tomorrow, 5:30")
    page.goto("/")
    expect(page.get_by_role("heading", name="Tomorrow 5:30")).to_be_visible()

    desk = visit(house.ana, java_script_enabled=script)
    desk.goto(f"/desk/rosters/{evening.pk}/")
    expect(desk.get_by_role("listitem").filter(has_text="Rosa")).to_contain_text(
        "Comes in place of another time."
    )
    desk.goto(f"/desk/rosters/{room.pk}/")
    expect(desk.get_by_role("listitem").filter(has_text="Rosa")).to_contain_text(
        "Told us before"
    )
    assert Override.objects.get().makes_up == room
