"""A hard day on the phone is on the counselor's desk at once, and answered; a calm one is
told whatever the language, the size of the text and the scripts.
"""

import re

import pytest
from playwright.sync_api import expect

from apps.checkins.models import CheckinDay, Pace
from tests.browser.conftest import DESK
from tests.browser.house import DAY
from tests.browser.measures import CUT_OFF, TWICE
from tests.conftest import NOON

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("wednesday_noon"),
]


def title(page):
    return page.get_by_role("heading", level=1)


def answer(page, question: str, button: str, *, chips=()):
    expect(title(page)).to_contain_text(question)
    for chip in chips:
        page.get_by_text(chip, exact=True).click()
    page.get_by_role("button", name=button, exact=True).click()


def test_craving_8_on_payday_reaches_ana_and_her_words_reach_rosa(visit, house, script):
    ines = house.client("Ines")
    house.checked_in(ines, NOON - DAY, contact_request="next")
    phone = visit(house.rosa.client.user, java_script_enabled=script)
    desk = visit(house.ana, width=DESK, java_script_enabled=script)

    phone.goto("/")
    phone.get_by_role("main").get_by_role("link", name="Check in").click()
    phone.get_by_role("main").get_by_role("link", name="Check in").click()
    answer(phone, "how strong was your strongest urge", "8")
    answer(phone, "What set it off?", "Next", chips=["Payday"])
    answer(phone, "What helped?", "Nothing yet")
    answer(phone, "How is your mood", "Low")
    answer(phone, "How are you right now?", "Next", chips=["Tired"])
    answer(phone, "How sure are you", "4")
    answer(phone, "did you drink or use anything", "No")
    answer(phone, "Would you like to hear from us?", "Call me today")
    answer(phone, "Do you feel safe right now?", "Yes")
    expect(phone.get_by_role("main")).to_contain_text(
        "Ana will call you by 5 pm today."
    )

    desk.goto("/desk/")
    first = desk.locator("[data-card]").first
    expect(first).to_contain_text("Rosa")
    expect(first).to_contain_text("Craving 8 of 10; trigger: payday.")
    expect(first).to_contain_text("Asked for a call")
    first.get_by_role("link", name="Write").click()
    desk.get_by_label("Rosa sees this and your name").first.fill("I'll call at four.")
    desk.get_by_role("button", name="Send").first.click()
    expect(desk.locator(".bubble")).to_contain_text("I'll call at four.")

    phone.goto("/")
    said = phone.get_by_role("region", name="From Ana")
    expect(said).to_contain_text("I'll call at four.")
    said.get_by_role("button", name="Got it").click()
    expect(said).to_have_count(0)


# Question and answer of a day on which little happened, in both languages.
CALM_DAY = {
    "en": [
        ("how strong was your strongest urge", "2"),
        ("What set it off?", "Skip"),
        ("What helped?", "Skip"),
        ("How is your mood", "Good"),
        ("How are you right now?", "Fine"),
        ("How sure are you", "8"),
        ("did you drink or use anything", "No"),
        ("Would you like to hear from us?", "No, thanks"),
    ],
    "es": [
        ("qué tan fuerte fue tu impulso", "2"),
        ("¿Qué lo provocó?", "Saltar"),
        ("¿Qué te ayudó?", "Saltar"),
        ("¿Cómo está tu ánimo", "Bueno"),
        ("¿Cómo estás ahora?", "Bien"),
        ("¿Cuánta confianza tienes", "8"),
        ("¿bebiste o consumiste algo", "No"),
        ("¿Quieres que te contactemos?", "No, gracias"),
    ],
}
WAYS_ON = {"en": ("Check in", "Done"), "es": ("Registro", "Listo")}


@pytest.mark.parametrize(
    ("language", "twice"),
    [("en", True), ("es", False), ("es", True)],
    ids=["twice the text", "Spanish", "Spanish, twice the text"],
)
def test_a_calm_day_is_told_at_twice_the_text_and_in_spanish(
    visit, house, script, language, twice
):
    """Fault: a question is cut off, speaks English, or has its answer under a bar."""
    user = house.rosa.client.user
    user.language = language
    user.save()
    page = visit(user, java_script_enabled=script)
    if twice:
        devtools = page.context.new_cdp_session(page)
        devtools.send("Page.setFontSizes", {"fontSizes": TWICE})
    begin, done = WAYS_ON[language]

    page.goto("/check-in/")
    page.get_by_role("main").get_by_role("link", name=begin, exact=True).click()
    for question, button in CALM_DAY[language]:
        expect(title(page)).to_contain_text(question)
        # Not before it has its style.
        page.wait_for_load_state()
        assert page.evaluate(CUT_OFF) == []
        page.get_by_role("button", name=button, exact=True).click()
    page.get_by_role("main").get_by_role("link", name=done).click()

    expect(page).to_have_url(re.compile(r"/$"))
    (day,) = CheckinDay.objects.all()
    assert (day.answers["craving_peak"], day.answers["use_reported"]) == (2, "no")
    # How long it took, where a script measured it; with nothing about who.
    assert [pace.count for pace in Pace.objects.all()] == [1] * script


# The chips and the button of each screen, by a part of its question.
TAPS = {
    "how strong was your strongest urge": ([], "{craving}"),
    "What set it off?": (["Payday"], "Next"),
    "What helped?": (["Take a walk"], "Next"),
    "How is your mood": ([], "Good"),
    "How are you right now?": ([], "Fine"),
    "How sure are you": ([], "8"),
    "did you drink or use anything": ([], "{use}"),
    "What was it?": (["Alcohol"], "Next"),
    "Would you like to hear from us?": ([], "No, thanks"),
    "Do you feel safe right now?": ([], "Yes"),
}
ENDS = re.compile(r"/check-in/done/")


@pytest.mark.once
@pytest.mark.parametrize(
    ("craving", "use", "most_taps", "most_screens"),
    [("0 · none", "No", 6, 6), ("6", "No", 11, 8), ("6", "Yes", 14, 10)],
    ids=["quiet", "craving", "use"],
)
def test_a_check_in_takes_few_taps(visit, house, craving, use, most_taps, most_screens):
    """Fault: a question more for everybody, or a page that asks to be confirmed."""
    page = visit(house.rosa.client.user)
    page.goto("/check-in/first/")
    taps, screens = 0, []

    while not ENDS.search(page.url):
        question = title(page).inner_text()
        assert question not in screens, "asked twice"
        screens.append(question)
        chips, button = next(
            (tap for part, tap in TAPS.items() if part in question), ([], "Skip")
        )
        button = button.format(craving=craving, use=use)
        answer(page, question, button, chips=chips)
        taps += 1 + len(chips)
        expect(title(page)).not_to_have_text(question)

    assert (taps <= most_taps, len(screens) <= most_screens) == (True, True), screens
    assert CheckinDay.objects.filter(client=house.rosa.client).exists()
