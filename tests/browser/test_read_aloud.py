"""A check-in as a screen reader tells it: what is asked, what can be answered, what helps."""

import pytest
from playwright.sync_api import expect

from tests.conftest import NOON

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("wednesday_noon"),
]
SCALE = """
- link "Back"
- paragraph: 1 of 6
- heading /how strong was your strongest urge/ [level=1]
- group /how strong was your strongest urge/:
  - button "0 · none"
  - button "1"
  - button "2"
  - button "3"
  - button "4"
  - button "5"
  - button "6"
  - button "7"
  - button "8"
  - button "9"
  - button "10"
  - paragraph: 10 · as strong as it gets
"""
CHIPS = """
- heading "What set it off?" [level=1]
- paragraph: Up to 3.
- group "What set it off?":
  - checkbox "Stressed or swamped"
  - checkbox "Payday" [checked]
- button "Next"
- button "Skip"
"""
FACES = """
- heading "How is your mood right now?" [level=1]
- group "How is your mood right now?":
  - button "Very low"
  - button "Low"
  - button "In between"
  - button "Good"
  - button "Very good"
- button "Skip"
"""
UNSAFE = """
- heading "It sounds like things are very heavy right now." [level=1]
- link "Call 988":
  - /url: tel:988
- link "Text 988":
  - /url: sms:988
- link "Call 911":
  - /url: tel:911
- link "Call my person"
- link "I'm OK for now"
- button "Yes, call me"
- paragraph: /This app is not watched all the time/
"""
LOOKING_BACK = """
- heading "How it has been" [level=1]
- region "The last 7 days":
  - list:
    - listitem: You checked in on one day.
- region "The strongest urge":
  - img /The numbers are in the table below/
  - group: Numbers
- region "When something set it off":
  - img /The numbers are in the table below/
  - group: Numbers
- region "What helped"
"""


def test_a_check_in_is_told_in_order_and_by_name(visit, house):
    """Fault: answers without the question they belong to, or a picture without words."""
    page = visit(house.rosa.client.user)
    main = page.get_by_role("main")

    page.goto("/check-in/first/")
    expect(main).to_match_aria_snapshot(SCALE)
    page.get_by_role("button", name="8", exact=True).click()
    page.get_by_role("checkbox", name="Payday").check(force=True)
    expect(main).to_match_aria_snapshot(CHIPS)
    page.goto("/check-in/mood/")
    expect(main).to_match_aria_snapshot(FACES)
    house.checked_in(house.rosa, NOON, feels_safe="no")
    page.goto("/check-in/done/")
    expect(main).to_match_aria_snapshot(UNSAFE)
    page.goto("/check-in/lately/")
    expect(main).to_match_aria_snapshot(LOOKING_BACK)
