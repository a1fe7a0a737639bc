"""What a hard moment and a check-in end in: a tool, an own step or a person."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse
from django.utils import translation

from apps.audit.models import AuditEvent
from apps.care.models import OwnItem, SiteLine
from apps.care.rules import screens
from apps.checkins.endings import words_in
from apps.checkins.models import Moment
from apps.checkins.services import submit_checkin
from apps.phone import pages
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory
from tests.factories.checkins import MomentFactory
from tests.phone.sealing import CALM, Phone, hand_in, statuses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
USED = CALM | {"use_reported": "yes", "use_what": ["opioids"], "feels_safe": "yes"}


def url(name, moment):
    return reverse(f"checkins:{name}", args=[moment.uuid])


@pytest.fixture
def enrollment():
    enrollment = AssignmentFactory(staff__name="Ana").enrollment
    SiteLine.objects.create(
        site=enrollment.program.site,
        kind="PROGRAM",
        label="Front desk",
        number="617-555-0150",
        last_checked_on=NOON.date(),
    )
    return enrollment


@pytest.fixture
def phone(client, enrollment):
    client.force_login(enrollment.client.user)
    return client


def pin(enrollment, code, kind="COPING", label=None):
    OwnItem.objects.create(
        client=enrollment.client, kind=kind, code=code, label=label, pinned=True
    )


def end_of(phone, enrollment, answers, language, actor):
    """The whole way to the thanks, each screen as text."""
    user = enrollment.client.user
    user.language = language
    user.save()
    submit_checkin(
        enrollment=enrollment,
        uuid=uuid.uuid4(),
        answers=answers,
        occurred_at=NOON,
        local_on=NOON.date(),
        language=language,
        at=NOON,
        by=actor,
    )
    done, seen = reverse("checkins:done"), []
    for step in range(3):
        page = phone.get(done, {"step": str(step)})
        if seen and page.text == seen[-1]:
            break
        seen.append(page.text)
    return " ".join(seen)


# -- The moment -------------------------------------------------------------------------


def test_the_page_says_how_what_they_chose_is_done(phone, enrollment):
    """Fault: somebody chose cold water and is shown a wave, without the caution."""
    moment = MomentFactory(enrollment=enrollment, details={"tool": "cop.dbt.cold"})

    page = phone.get(url("moment_tool", moment)).text

    assert "Not if you have a heart condition." in page
    assert "It rises, it crests, it passes." in page


def test_an_open_page_asks_after_what_is_left_of_the_quarter_hour(
    phone, enrollment, frozen_noon
):
    """Fault: a page loaded again at ten minutes asks only after twenty-five."""
    moment = MomentFactory(enrollment=enrollment, occurred_at=NOON)
    frozen_noon.shift(dt.timedelta(minutes=10))

    assert "delay:300s" in phone.get(url("moment_tool", moment)).text


def test_what_helped_is_asked_with_it_and_once(phone, enrollment):
    pin(enrollment, "cop.own.1", label="Call Dee")
    moment = MomentFactory(enrollment=enrollment, details={"tool": "cop.dbt.cold"})
    before = phone.get(url("moment_tool", moment)).text
    asked = phone.post(url("moment_after", moment), {"answer": "2"}, follow=True)
    offered = [code for code, _ in asked.context["helpers"]]

    for answer in ("nonsense", "cop.own.1", "cop.none_yet"):
        page = phone.post(url("moment_helped", moment), {"answer": answer}, follow=True)

    moment.refresh_from_db()
    assert offered[:2] == ["cop.dbt.cold", "cop.own.1"]
    assert offered[-2:] == ["cop.urge.surf", "cop.none_yet"]
    assert ("What helped?" in before, "What helped?" in page.text) == (False, False)
    assert moment.details == {"tool": "cop.dbt.cold", "helped": "cop.own.1"}
    assert AuditEvent.objects.filter(action="checkins.moment_helped").count() == 1


def test_a_strangers_moment_is_not_said_to_have_been_helped(phone):
    moment = MomentFactory(craving_after=2)

    answer = phone.post(url("moment_helped", moment), {"answer": "cop.none_yet"})

    assert answer.status_code == 404
    assert "helped" not in Moment.objects.get(pk=moment.pk).details


def test_what_helped_and_the_wish_for_a_call_come_from_a_phone_once(enrollment):
    """Fault: they follow under the UUID of a moment that is known, and are dropped."""
    sealed = Phone(enrollment.client)
    said = sealed.said("MOMENT", {"craving": 9, "tool": "cop.move.walk"})
    hand_in(sealed.sealed(said))
    said["answers"] |= {"craving_after": 3, "helped": "cop.move.walk", "call": True}

    answers = [statuses(hand_in(sealed.sealed(said)))]
    said["answers"] |= {"helped": "cop.none_yet"}
    answers += [statuses(hand_in(sealed.sealed(said)))]

    details = Moment.objects.get().details
    assert answers == [["known"], ["known"]]
    assert (details["helped"], "call_asked_at" in details) == ("cop.move.walk", True)
    assert AuditEvent.objects.filter(action="checkins.call_asked").count() == 1


# -- Endings ----------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    ("answers", "said", "leads"),
    [
        pytest.param(CALM, ("GOOD_THING",), (), id="a good day"),
        pytest.param(
            CALM | {"body": ["hungry"]}, ("ONE_THING",), ("/plan/now/",), id="hungry"
        ),
        pytest.param(
            CALM | {"craving_peak": 8},
            ("RIDE",),
            ("/moment/wave/", "/plan/now/", "/plan/people/"),
            id="strong",
        ),
        pytest.param(
            CALM | {"contact_request": "today", "feels_safe": "yes"},
            ("SOMEBODY", "NOT_WATCHED"),
            ("tel:617-555-0150",),
            id="a call",
        ),
        pytest.param(
            CALM | {"mood": 1, "feels_safe": "no"},
            ("SAFE_HEAVY", "NOT_WATCHED"),
            ("tel:988", "sms:988", "tel:911", "/plan/people/"),
            id="not safe",
        ),
        pytest.param(
            USED,
            ("USE_THANKS", "USE_OVERDOSE", "OVERDOSE_NALOXONE"),
            ("tel:911", "tel:1-800-972-0590", "/help/", "/plan/after/"),
            id="use",
        ),
    ],
)
def test_every_ending_ends_in_help(
    phone, enrollment, actor, answers, said, leads, language
):
    """Fault: an ending says thanks, and leaves somebody alone with it."""
    pin(enrollment, "prt.fun.pet", "PROTECTIVE")

    page = end_of(phone, enrollment, answers, language, actor)

    words = words_in(language)
    wanted = [words[name] for name in said]
    texts = [one["rest"] if isinstance(one, dict) else one for one in wanted]
    with translation.override(language):
        plain = page.replace("&#x27;", "'")
        assert [text for text in texts if text not in plain] == []
    assert [href for href in leads if f'href="{href}"' not in page] == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_without_a_network_the_same_help_is_there(client, language):
    """Fault: on the phone a call, use or danger ends without a number."""
    words = words_in(language)
    check_in, moment, help_page = (
        client.get(pages.url_of(name, language)).text.replace("&#x27;", "'")
        for name in ("check-in", "moment", "help")
    )

    for href in ("tel:988", "sms:988", "tel:911", "tel:1-800-972-0590", "/help/"):
        assert f'href="{href}"' in check_in
    assert check_in.count(words["NOT_WATCHED"]) == 3
    assert words["ONE_THING"] in check_in
    assert 'data-thing="cop.con.call"' in check_in
    assert 'data-how="cop.dbt.cold"' in moment
    assert 'data-name="helped"' in moment
    card = [words["OVERDOSE_LAW"], words["OVERDOSE_NALOXONE"]]
    card += [*words["OVERDOSE_SIGNS"], *words["OVERDOSE_STEPS"]]
    for page in (check_in, help_page):
        assert [line for line in card if line not in page] == []
        assert f"tel:{screens.NATIONAL_LINES['poison_control']}" in page
