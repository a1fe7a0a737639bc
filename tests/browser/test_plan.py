"""A plan goes back and forth until both agree, and then stays as it is."""

import pytest
from playwright.sync_api import expect

from apps.plans.models import PlanVersion
from tests.browser.conftest import DESK
from tests.factories.plans import CommentFactory, PlanVersionFactory

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("wednesday_noon"),
]


def test_ideas_an_answer_more_ideas_and_an_agreement(visit, house, script):
    client = house.rosa.client
    version = PlanVersionFactory(
        client=client, state="CHANGES_REQUESTED", decided_by=house.ana
    )
    CommentFactory(
        version=version, by=house.ana, section="", text="You know your week."
    )
    CommentFactory(version=version, by=house.ana, text="Who else, at night?")
    phone = visit(client.user, java_script_enabled=script)
    desk = visit(house.ana, width=DESK, java_script_enabled=script)

    def reads_plan():
        desk.goto("/desk/plans/")
        desk.get_by_role("link", name="Read", exact=True).click()

    # Rosa reads the ideas, writes, and sends it.
    phone.goto("/")
    expect(phone.get_by_role("main")).to_contain_text("Ana left you ideas.")
    phone.get_by_role("link", name="Open my plan").click()
    why = phone.get_by_role("region", name="Why this matters to me")
    expect(why.get_by_role("article")).to_contain_text("Who else, at night?")
    expect(why.get_by_role("article")).to_contain_text("Ana")
    why.get_by_role("link", name="Change").click()
    phone.get_by_role("textbox").first.fill("For my girls, and for the nights.")
    phone.get_by_role("button", name="Save").click()
    phone.goto("/plan/")
    phone.get_by_role("button", name="Send to my counselor").click()
    sent = phone.get_by_role("status").filter(has_text="Sent to Ana.")
    expect(sent).to_be_visible()

    # Ana says something about one part and sends it back.
    reads_plan()
    part = desk.get_by_role("region", name="Why this matters to me")
    expect(part).to_contain_text("For my girls, and for the nights.")
    part.get_by_text("Say something").click()
    part.get_by_label("Rosa sees this and your name").fill("Who could sit with you?")
    part.get_by_role("button", name="Say it").click()
    expect(part.get_by_role("article").last).to_contain_text("Who could sit with you?")
    desk.get_by_label("One thing you like").fill("It sounds like you.")
    desk.get_by_role("button", name="Send ideas back").click()
    expect(desk.get_by_role("status")).to_contain_text("Sent to Rosa.")

    # Rosa sees it and sends it again.
    phone.goto("/plan/")
    expect(why).to_contain_text("Who could sit with you?")
    expect(phone.get_by_role("main")).to_contain_text("It sounds like you.")
    phone.get_by_role("button", name="Send to my counselor").click()

    # Ana agrees. The version stays as it is, and a new one is the next.
    reads_plan()
    desk.get_by_role("button", name="Agree to this plan").click()
    expect(desk.get_by_role("status")).to_contain_text("Agreed with Rosa.")
    phone.goto("/plan/why/")
    expect(phone.get_by_role("textbox")).to_have_count(0)
    phone.get_by_role("button", name="Start a new version").click()
    phone.goto("/plan/why/")
    phone.get_by_role("textbox").first.fill("For all of us.")
    phone.get_by_role("button", name="Save").click()
    phone.goto("/plan/")
    expect(why).to_contain_text("For all of us.")
    assert [
        (version.number, version.state, version.content["why"]["lines"][0])
        for version in PlanVersion.objects.order_by("number")
    ] == [
        (1, "APPROVED", "For my girls, and for the nights."),
        (2, "DRAFT", "For all of us."),
    ]
