"""Just for me, on a phone: words of danger are seen by the phone alone."""

import pytest
from django.urls import reverse

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("wednesday_noon"),
    pytest.mark.once,
]


def test_help_shows_while_it_is_written_and_nothing_leaves_the_phone(visit, house):
    """Fault: help waits for the server, or what is typed is sent to find out."""
    page = visit(user=house.rosa.client.user)
    page.goto(reverse("checkins:mine"))
    help_card = page.get_by_role("link", name="Call 988")
    page.get_by_role("textbox").fill("A long day, and I am tired.")
    assert not help_card.is_visible()

    sent = []
    page.on("request", lambda asked: sent.append(f"{asked.url} {asked.post_data}"))
    page.get_by_role("textbox").fill("A long day. I don’t want to live.")
    help_card.wait_for()
    page.get_by_role("textbox").fill("No.")
    assert help_card.is_visible()
    # A page that has just opened may still ask who is here; of the words it says nothing.
    assert [told for told in sent if "live" in told] == []
