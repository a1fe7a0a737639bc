"""Every page in each of its states: what the tests of pages walk through, and the pictures.

A page that is not here fails a test; so does an unusual state nobody draws here.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext

from apps.checkins.sitting import SLUGS as QUESTIONS
from apps.phone import pages
from apps.plans.reading import SLUGS as PARTS
from tests.conftest import NOON

OPEN_ALL = (
    "document.querySelectorAll('details:not(.menu)').forEach((d) => d.open = true)"
)


@dataclass(frozen=True)
class State:
    """One page in one state. ``who`` is a name in the house; nobody is a visitor."""

    name: str
    route: str
    who: str = ""
    args: Callable = lambda house: []
    query: str = ""
    act: Callable = lambda page: None
    # It leads to another page, as it should; it is not this person's.
    moves_on: bool = False
    is_missing: bool = False


def press(button: str) -> Callable:
    """``button`` is what it says in English; the page may speak another language."""
    return lambda page: page.get_by_role(
        "button", name=gettext(button), exact=True
    ).click()


def unfold(menu: str) -> Callable:
    return lambda page: page.locator(f"{menu} > summary").first.click()


def ask_what_happened(page) -> None:
    page.locator(".case [data-key='.']").first.click()
    page.locator(".case .menu[open]").wait_for()


VISITORS = [
    State("help", "home:help"),
    State("things to try", "home:tools", act=unfold("main .disclosure")),
    State("sign in", "signin:sign_in"),
    State("sign in, nothing typed", "signin:sign_in", act=press("Send me a code")),
    State(
        "code",
        "signin:confirm",
        act=lambda page: (
            page.goto("/sign-in/"),
            page.get_by_role("textbox").fill("617-555-0199"),
            press("Send me a code")(page),
            press("Sign in")(page),
        ),
        moves_on=True,
    ),
    State("invitation", "signin:invitation", args=lambda h: [h.handout.token]),
    State(
        "invitation, wrong letters",
        "signin:invitation",
        args=lambda h: [h.handout.token],
        act=lambda page: (
            page.get_by_role("textbox").fill("BBBBBB"),
            press("Come in")(page),
        ),
    ),
    State("answer", "outreach:answer", args=lambda h: [h.link.split("/")[2]]),
    State(
        "answer, given",
        "outreach:answer",
        args=lambda h: [h.answered_link.split("/")[2]],
    ),
    State(
        "answer, unknown", "outreach:answer", args=lambda h: ["x" * 22], is_missing=True
    ),
    State("install", "phone:install"),
    *(
        State(
            f"offline {page}",
            "phone:offline_page",
            args=lambda h, page=page: [h.language, page],
        )
        for page in pages.TEMPLATES
        if page not in (pages.HOME, pages.AWAY)
    ),
    State("offline", "phone:offline", args=lambda h: [h.language]),
    State(
        "offline away", "phone:offline_page", args=lambda h: [h.language, pages.AWAY]
    ),
    State("demo", "demo:people"),
    State("gallery", "demo:gallery"),
    # The last: a phone that was left shows the neutral page wherever it goes.
    State("away", "home:away"),
]
CLIENTS = [
    State("today, much", "home:today", "rosa"),
    State("today, menu", "home:today", "rosa", act=unfold(".top .menu")),
    State("today, step", "home:today", "rosa", query="step=open"),
    State("today, new", "home:today", "walt"),
    State("today, closed", "home:today", "gone"),
    State("help, signed in", "home:help", "rosa"),
    State("nearby", "home:nearby", "rosa"),
    State("nearby, nothing", "home:nearby", "rosa", query="kind=WORK"),
    State("schedule", "sessions:schedule", "rosa"),
    State("today, in the way", "home:today", "andre"),
    State("schedule, in the way", "sessions:schedule", "andre"),
    State("schedule, closed", "sessions:schedule", "gone"),
    State("can't come", "sessions:instead", "rosa", lambda h: [h.moved.pk]),
    State("told", "sessions:instead", "tess", lambda h: [h.moved.pk]),
    State("not held", "sessions:instead", "rosa", lambda h: [h.cancelled.pk]),
    State("schedule, going on", "sessions:schedule", "lin"),
    State("more or less", "sessions:support", "rosa"),
    State("more or less, asked", "sessions:support", "lin"),
    State("check-in, done", "checkins:start", "rosa"),
    State("check-in, new", "checkins:start", "walt"),
    State("check-in, half", "checkins:start", "dev"),
    State("check-in, past", "checkins:start", "walt", query="on=2026-10-13"),
    State("check-in, closed", "checkins:start", "gone"),
    *(
        State(
            f"question {slug}", "checkins:question", "dev", lambda h, slug=slug: [slug]
        )
        for slug in QUESTIONS.values()
    ),
    *(
        State(f"end {step}", "checkins:done", "tess", query=f"step={step}")
        for step in (0, 1, 2, "last")
    ),
    State(
        "question before, own words",
        "checkins:question",
        "dev",
        lambda h: ["before"],
        query="told=1",
        act=lambda page: page.locator("summary", has=page.locator("~ .field")).click(),
    ),
    State("check-in, off", "checkins:start", "nowhere"),
    State("end, ride", "checkins:done", "andre"),
    State("end, thanks", "checkins:done", "noor"),
    State("lately", "checkins:insights", "rosa"),
    State("lately, 90 days", "checkins:insights", "rosa", query="days=90"),
    State("lately, nearly nothing", "checkins:insights", "andre"),
    State("lately, nothing", "checkins:insights", "walt"),
    State("days", "checkins:history", "rosa"),
    State("days, none", "checkins:history", "walt"),
    State("week, new", "checkins:weekly", "walt"),
    State("week, half", "checkins:weekly", "andre"),
    State("week, answered", "checkins:weekly", "rosa"),
    State("week, closed", "checkins:weekly", "gone"),
    State("week, days", "checkins:weekly_question", "walt", lambda h: ["2"]),
    State("week, steps", "checkins:weekly_question", "andre", lambda h: ["8"]),
    State("week, right?", "checkins:weekly_check", "dev"),
    State("week, done", "checkins:weekly_done", "rosa"),
    State("week, past", "checkins:weekly_past", "rosa", lambda h: [h.looked_back.pk]),
    State("moment", "checkins:moment", "rosa"),
    State("wave", "checkins:wave", "rosa"),
    State("what", "checkins:moment_what", "rosa", lambda h: [h.draft_moment.uuid]),
    State("try", "checkins:moment_try", "rosa", lambda h: [h.draft_moment.uuid]),
    State("tool", "checkins:moment_tool", "rosa", lambda h: [h.moment.uuid]),
    State(
        "what helped", "checkins:moment_tool", "rosa", lambda h: [h.rated_moment.uuid]
    ),
    State("after", "checkins:moment_after", "rosa", lambda h: [h.moment.uuid]),
    State("just for me", "checkins:mine", "rosa"),
    State("just for me, none", "checkins:mine", "walt"),
    State("just for me, heavy", "checkins:mine", "tess"),
    State(
        "just for me, nothing typed",
        "checkins:mine",
        "walt",
        act=press("Keep it for me"),
    ),
    State("just for me, one", "checkins:mine_note", "rosa", lambda h: [h.note.pk]),
    State("bring", "home:bring", "rosa"),
    State("bring, nothing", "home:bring", "walt"),
    State(
        "bring, own words",
        "home:bring",
        "rosa",
        act=lambda page: (
            page.locator("main details > summary").last.click(),
            page.get_by_role("textbox").fill("My sister's wedding"),
            page.get_by_role(
                "button", name=gettext("Look first"), exact=True
            ).last.click(),
        ),
    ),
    State("plan, ideas", "plans:plan", "rosa"),
    State("plan, sent", "plans:plan", "dev"),
    State("plan, being read", "plans:plan", "tess"),
    State("plan, agreed", "plans:plan", "andre"),
    State("plan, draft", "plans:plan", "noor"),
    State("plan, none", "plans:plan", "walt"),
    State("plan now", "plans:now", "rosa"),
    State("plan now, none", "plans:now", "walt"),
    State("plan after", "plans:after", "rosa"),
    State("plan changes", "plans:changes", "rosa"),
    State("plan steps", "plans:steps", "rosa"),
    State("plan steps, nothing chosen", "plans:steps", "rosa", act=press("Save")),
    State("plan step, changing", "plans:steps", "rosa", query="step=i1"),
    State("plan steps, closed", "plans:steps", "dev"),
    State("plan week", "plans:week", "rosa"),
    State("plan emergency", "plans:emergency", "rosa"),
    State("plan people", "plans:people", "rosa"),
    State("plan people, none", "plans:people", "walt"),
    State("plan person", "plans:person", "rosa", lambda h: [h.dee.pk]),
    *(
        State(f"part {part}", "plans:section", "rosa", lambda h, part=part: [part])
        for part in PARTS.values()
    ),
    State("part why, closed", "plans:section", "andre", lambda h: ["why"]),
    State("still you", "signin:still_you", "gone"),
    State(
        "still you, code sent",
        "signin:still_you",
        "gone",
        act=lambda page: page.locator("button[name=to]").click(),
    ),
    State("lock, off", "signin:lock", "rosa"),
    State("lock, nothing typed", "signin:lock", "rosa", act=press("Save")),
    State("lock, on", "signin:lock", "otto"),
    State("locked", "signin:locked", "lola"),
    State(
        "locked, wrong PIN",
        "signin:locked",
        "lola",
        act=lambda page: (
            page.get_by_role("textbox").fill("314159"),
            press("Open")(page),
        ),
    ),
    State(
        "locked, PIN forgotten",
        "signin:locked",
        "lola",
        act=unfold("details.disclosure"),
    ),
    State("keys", "signin:keys", "otto"),
    State("keys, none", "signin:keys", "rosa"),
    State("keys, watched", "signin:keys", "sara"),
    State("calendars", "feeds:mine", "rosa"),
    State("calendars, three", "feeds:mine", "otto"),
    State("calendars, none", "feeds:mine", "walt"),
    State("calendars, watched", "feeds:mine", "sara"),
    State("calendar, new", "feeds:new", "walt"),
    State(
        "calendar, nothing typed",
        "feeds:new",
        "walt",
        act=lambda page: (
            page.get_by_label(gettext("My own words")).check(),
            press("Make the address")(page),
        ),
    ),
    State("calendar, made", "feeds:new", "dev", act=press("Make the address")),
    State("reach me", "signin:reach", "rosa"),
    State("reach me, changed", "signin:reach", "otto"),
    State(
        "reach me, nothing typed",
        "signin:reach",
        "rosa",
        act=press("Send a code there"),
    ),
    State("reach me, watched", "signin:reach", "sara"),
    State("reach me, no phone", "signin:reach", "nell"),
    State("reach me, code", "signin:reach_code", "tess"),
    State(
        "reach me, wrong code",
        "signin:reach_code",
        "tess",
        act=press("Use it from now on"),
    ),
    State("erase", "records:ask_erase", "rosa"),
    State("erase, asked", "records:ask_erase", "dev"),
    State("erase, agreed", "records:ask_erase", "noor"),
    State("erase, not agreed", "records:ask_erase", "andre"),
    State("places, news", "signin:places", "otto"),
    State("plan, news of sign-ins", "plans:plan", "otto"),
    State("places", "signin:places", "rosa"),
    State("places, one", "signin:places", "walt"),
    State("looks", "home:looks", "rosa"),
    State("looks, nobody", "home:looks", "rosa", query="until=2020-01-01"),
    State("this phone", "phone:this_phone", "rosa"),
    State("this phone, watched", "phone:this_phone", "sara"),
    State("install, signed in", "phone:install", "rosa"),
    State("my data", "records:my_data", "walt"),
    State("my data, waiting", "records:my_data", "rosa"),
    State("my data, ready", "records:my_data", "dev"),
    State("my records", "records:my_records", "rosa"),
    State("my records, none", "records:my_records", "walt"),
    State("consent, to sign", "records:consent", "rosa", lambda h: [h.to_sign.pk]),
    State(
        "consent, no name",
        "records:consent",
        "rosa",
        lambda h: [h.to_sign.pk],
        act=press("Sign"),
    ),
    State("consent, signed", "records:consent", "rosa", lambda h: [h.signed.pk]),
    State("consent, stays", "records:consent", "rosa", lambda h: [h.stays.pk]),
    State("consent, taken back", "records:consent", "rosa", lambda h: [h.revoked.pk]),
    State("letter, new", "records:letter", "rosa", lambda h: [h.letters[0].pk]),
    State("letter, read", "records:letter", "rosa", lambda h: [h.letters[1].pk]),
    State("letter, no", "records:letter", "rosa", lambda h: [h.letters[2].pk]),
    State("letter, out", "records:letter", "rosa", lambda h: [h.letters[3].pk]),
    State("notice", "records:notice", "walt"),
    State("notice, read", "records:notice", "rosa"),
    State("asked", "records:my_requests", "rosa"),
    State("asked, nothing typed", "records:my_requests", "walt", act=press("Send")),
    State("shared", "records:shared", "rosa"),
    State("shared, nothing", "records:shared", "walt"),
    State("my data, read", "records:my_data", "dev", act=press("Read and print")),
]


def paste(text: str) -> Callable:
    return lambda page: (
        page.get_by_role("textbox").fill(text),
        press("Check the rows")(page),
    )


PEOPLE_ROWS = (
    "first_name,last_name,birth_date,site,program,level,weekdays,start,counselor\n"
    "Rosa,Sample,1988-03-21,Boston,Day,IOP,Mon Tue Thu,2026-10-19,Ana\n"
)
SETTING_UP = [
    State("sites", "setup:start", "alex"),
    State("site", "setup:site", "alex", lambda h: [h.program.site_id]),
    State("site, new", "setup:new_site", "alex"),
    State(
        "site, nothing typed",
        "setup:new_site",
        "alex",
        act=press("Make this site"),
    ),
    State("site, change", "setup:change_site", "alex", lambda h: [h.program.site_id]),
    State("day or evening", "setup:new_program", "alex", lambda h: [h.program.site_id]),
    State("day, change", "setup:change_program", "alex", lambda h: [h.program.pk]),
    State(
        "week, put in",
        "setup:new_series",
        "alex",
        lambda h: [h.program.pk],
        query="like=whole-day",
    ),
    State(
        "week, nothing typed",
        "setup:new_series",
        "alex",
        lambda h: [h.program.pk],
        act=press("Put it into the week"),
    ),
    State("who reads", "setup:checkins", "alex", lambda h: [h.program.site_id]),
    State("what is asked", "setup:questions", "alex", lambda h: [h.program.pk]),
    *(
        State(
            f"words {which}",
            "setup:words",
            "alex",
            lambda h, w=which: [h.program.pk, w],
        )
        for which in ("sets-off", "helps")
    ),
    State("word, new", "setup:new_word", "alex", lambda h: [h.program.pk, "sets-off"]),
    State(
        "word, nothing typed",
        "setup:new_word",
        "alex",
        lambda h: [h.program.pk, "sets-off"],
        act=press("Save"),
    ),
    State("word", "setup:word", "alex", lambda h: [h.added_word.pk]),
    State("level, new", "setup:new_level", "alex"),
    State("level", "setup:level", "alex", lambda h: [h.level.pk]),
    State("people table", "setup:import_people", "alex"),
    State(
        "people table, wrong",
        "setup:import_people",
        "alex",
        act=paste(PEOPLE_ROWS.replace("Mon Tue Thu", "Mon").replace("Ana", "Zoe")),
    ),
    State("people table, right", "setup:import_people", "alex", act=paste(PEOPLE_ROWS)),
    State("nearby list", "setup:nearby", "alex"),
    State("nearby new", "setup:nearby_new", "alex", lambda h: [h.program.site_id]),
    State(
        "nearby, nothing typed",
        "setup:nearby_new",
        "alex",
        lambda h: [h.program.site_id],
        act=press("Save"),
    ),
    State("nearby change", "setup:nearby_change", "alex", lambda h: [h.near.pk]),
    State("week table", "setup:import_week", "alex"),
    State("week table, nothing", "setup:import_week", "alex", act=paste("")),
    State("what comes to the list", "setup:reasons", "alex"),
    State("its numbers", "setup:reasons_of", "alex", lambda h: [h.program.pk]),
    State(
        "its numbers, tried",
        "setup:reasons_of",
        "alex",
        lambda h: [h.program.pk],
        act=press("See what would change"),
    ),
    State("somebody new", "setup:new_person", "ana"),
    State(
        "somebody new, nothing typed",
        "setup:new_person",
        "ana",
        act=press("Enroll, and go on to their way in"),
    ),
]
STAFF = [
    State("board", "desk:board", "ana"),
    State("board, what happened", "desk:board", "ana", act=ask_what_happened),
    State("board, nobody", "desk:board", "kofi"),
    State("people", "desk:people", "ana"),
    State("people, nobody", "desk:people", "kofi"),
    State("people, supervisor", "desk:people", "lourdes"),
    State("desk looks", "desk:looks", "lourdes"),
    State("desk looks, found", "desk:looks", "lourdes", act=press("Search")),
    State(
        "desk looks, nobody",
        "desk:looks",
        "lourdes",
        act=lambda page: (
            page.get_by_role("textbox").first.fill("Nobody"),
            press("Search")(page),
        ),
    ),
    State("unusual", "desk:unusual", "lourdes"),
    State("how long it takes", "desk:pace", "lourdes"),
    State("unusual, nothing", "desk:unusual", "lourdes", query="until=2020-01-01"),
    State("open a record", "desk:open", "ana"),
    State(
        "open a record, nothing said", "desk:open", "ana", act=press("Open it to read")
    ),
    State("client, much", "desk:client", "ana", lambda h: [h.rosa.client_id]),
    State("client, new", "desk:client", "ana", lambda h: [h.walt.client_id]),
    State("client, drifted", "desk:client", "ana", lambda h: [h.lena.client_id]),
    State("client, no phone", "desk:client", "ana", lambda h: [h.nell.client_id]),
    State("client, watched", "desk:client", "ana", lambda h: [h.sara.client_id]),
    State("client, interpreter", "desk:client", "ana", lambda h: [h.lin.client_id]),
    State("client, invited", "desk:client", "ana", lambda h: [h.beth.client_id]),
    State("reading", "desk:reading", "ana"),
    State("reading, nothing", "desk:reading", "kofi"),
    State("told in person", "desk:told", "ana", lambda h: [h.nell.client_id]),
    State(
        "told in person, nothing said",
        "desk:told",
        "ana",
        lambda h: [h.nell.client_id],
        act=press("Write it down"),
    ),
    State("paper", "desk:paper", "ana", lambda h: [h.rosa.client_id]),
    State("desk week, with them", "desk:weekly", "ana", lambda h: [h.walt.client_id]),
    State(
        "desk week, nothing said",
        "desk:weekly",
        "ana",
        lambda h: [h.walt.client_id],
        act=press("Save"),
    ),
    State("care, much", "desk:care", "ana", lambda h: [h.lin.client_id]),
    State("care, new", "desk:care", "ana", lambda h: [h.walt.client_id]),
    State("care, over", "desk:care", "ana", lambda h: [h.gone.client_id]),
    *(
        State(f"care {name}", f"desk:care_{name}", "ana", lambda h: [h.lin.client_id])
        for name in ("level", "end", "away", "home", "place", "day", "instead")
    ),
    State(
        "care level, planned before",
        "desk:care_level",
        "ana",
        lambda h: [h.lin.client_id],
        act=press("Plan it"),
    ),
    State("care again", "desk:care_again", "ana", lambda h: [h.gone.client_id]),
    State(
        "care away, change",
        "desk:care_away_change",
        "ana",
        lambda h: [h.lin.client_id, h.pause.pk],
    ),
    State(
        "care place, change",
        "desk:care_place_change",
        "ana",
        lambda h: [h.lin.client_id, h.referral.pk],
    ),
    State("lost", "phone:lost", "ana", lambda h: [h.rosa.client_id]),
    State("invite", "desk:invite", "ana", lambda h: [h.beth.client_id]),
    State(
        "invite, shown",
        "desk:invite",
        "ana",
        lambda h: [h.walt.client_id],
        act=press("Make an invitation"),
    ),
    State("held records", "desk:holds", "lourdes"),
    State("held records, nobody typed", "desk:holds", "lourdes", act=press("Find")),
    State("hold", "desk:hold", "lourdes", lambda h: [h.rosa.client_id]),
    State("hold, held", "desk:hold", "lourdes", lambda h: [h.lin.client_id]),
    State(
        "hold, no reason",
        "desk:hold",
        "lourdes",
        lambda h: [h.rosa.client_id],
        act=press("Hold this record"),
    ),
    State("plans", "desk:plans", "ana"),
    State("plans, none", "desk:plans", "kofi"),
    State("desk plan, sent", "desk:plan", "ana", lambda h: [h.sent.pk]),
    State("desk plan, being read", "desk:plan", "ana", lambda h: [h.read.pk]),
    State("desk plan, ideas sent", "desk:plan", "ana", lambda h: [h.ideas.pk]),
    State("desk plan, agreed", "desk:plan", "ana", lambda h: [h.agreed.pk]),
    State("desk plan, draft", "desk:plan", "ana", lambda h: [h.written.pk]),
    State(
        "desk plan, nothing liked",
        "desk:plan",
        "ana",
        lambda h: [h.sent.pk],
        act=press("Send ideas back"),
    ),
    State("week, read", "desk:week", "ana"),
    State("week", "desk:week", "lourdes"),
    State("week to come, closed", "desk:week", "lourdes", query="week=2026-10-21"),
    State("week change", "desk:week_change", "lourdes", lambda h: [h.coming.pk]),
    State(
        "week change, nothing said",
        "desk:week_change",
        "lourdes",
        lambda h: [h.coming.pk],
        act=lambda page: (
            page.get_by_label(gettext("Begins at")).fill(""),
            press("Save")(page),
        ),
    ),
    State(
        "week change, cancelled",
        "desk:week_change",
        "lourdes",
        lambda h: [h.cancelled.pk],
    ),
    State("week add", "desk:week_add", "lourdes"),
    State("week add, nothing typed", "desk:week_add", "lourdes", act=press("Add it")),
    State("week close", "desk:week_close", "lourdes"),
    State(
        "week close, nothing typed", "desk:week_close", "lourdes", act=press("Close it")
    ),
    State("holidays", "desk:week_holidays", "lourdes"),
    State(
        "holidays, nothing typed",
        "desk:week_holidays",
        "lourdes",
        act=press("Add this day"),
    ),
    State("rosters", "desk:rosters", "ana"),
    State("rosters, none", "desk:rosters", "kofi"),
    State("roster, open", "desk:roster", "ana", lambda h: [h.room.pk]),
    State("roster, closed", "desk:roster", "ana", lambda h: [h.closed.pk]),
    State("roster, cancelled", "desk:roster", "ana", lambda h: [h.cancelled.pk]),
    State("roster, moved", "desk:roster", "ana", lambda h: [h.moved.pk]),
    State("roster close", "desk:roster_close", "ana", lambda h: [h.room.pk]),
    State(
        "roster, everybody here",
        "desk:roster",
        "ana",
        lambda h: [h.forgotten.pk],
        query=f"all={NOON:%Y-%m-%dT%H:%M:%SZ}",
    ),
    State("rides", "desk:rides", "ana", lambda h: [h.rosa.client_id]),
    State(
        "rides, nothing typed",
        "desk:rides",
        "ana",
        lambda h: [h.rosa.client_id],
        act=press("Book it"),
    ),
    State("arrivals", "desk:arrivals", "robin"),
    State("roster change", "desk:roster_change", "ana", lambda h: [h.moved.pk]),
    State("second step", "signin:second_step", "mina"),
    State(
        "second step, wrong code",
        "signin:second_step",
        "mina",
        act=lambda page: (
            page.get_by_role("textbox").fill("000000"),
            press("Go on")(page),
        ),
    ),
    State("still you, desk", "signin:still_you", "kofi"),
    State("wait", "signin:wait", "vera"),
    State("wait, nothing typed", "signin:wait", "vera", act=press("Come in with it")),
    State("places, desk, somebody knocks", "signin:places", "noa"),
    State("people, somebody knocks", "desk:people", "noa"),
    State("staff", "signin:staff", "alex"),
    State("staff, supervisor", "signin:staff", "lourdes"),
    State("staff member", "signin:staff_member", "alex", lambda h: [h.ana.pk]),
    State("staff member, knocks", "signin:staff_member", "alex", lambda h: [h.noa.pk]),
    State("staff member, invited", "signin:staff_member", "alex", lambda h: [h.pat.pk]),
    State("staff member, left", "signin:staff_member", "alex", lambda h: [h.left.pk]),
    State(
        "staff member, no role chosen",
        "signin:staff_member",
        "alex",
        lambda h: [h.ana.pk],
        act=press("Add this"),
    ),
    State("staff, new", "signin:staff_new", "alex"),
    State(
        "staff, new, nothing typed",
        "signin:staff_new",
        "alex",
        act=press("Make an invitation"),
    ),
    State(
        "staff, a new paper",
        "signin:staff_member",
        "alex",
        lambda h: [h.pat.pk],
        act=press("Make a new invitation"),
    ),
    State("staff, ends", "signin:staff_end", "alex", lambda h: [h.ana.pk]),
    State("erasures", "records:erasures", "lourdes"),
    *(
        State(
            f"erasure, {who}",
            "records:erasure",
            "lourdes",
            lambda h, who=who: [h.erase[who].pk],
        )
        for who in ("Dev", "Lin", "Noor", "Hank")
    ),
    State(
        "erasure, not sure",
        "records:erasure",
        "lourdes",
        lambda h: [h.erase["Hank"].pk],
        act=press("Erase the record"),
    ),
    State("set up", "signin:set_up", "ruth"),
    State("set up app", "signin:set_up_app", "ruth"),
    State("set up app, nothing typed", "signin:set_up_app", "ruth", act=press("Go on")),
    State("set up passkey", "signin:set_up_passkey", "ruth"),
    State("ways in", "signin:ways_in", "ana"),
    State("ways in, one", "signin:ways_in", "kofi"),
    State("places, desk", "signin:places", "ana"),
    State("spare codes", "signin:ways_in", "ana", act=press("Make new ones")),
    State(
        "desk records",
        "records:client_records",
        "ana",
        lambda h: [h.rosa.client_id],
    ),
    State(
        "desk records, none",
        "records:client_records",
        "ana",
        lambda h: [h.walt.client_id],
    ),
    *(
        State(
            f"desk letter {n}",
            "records:client_letter",
            "ana",
            lambda h, n=n: [h.rosa.client_id, h.letters[n].pk],
        )
        for n in range(4)
    ),
    State(
        "new letter",
        "records:new_letter",
        "ana",
        lambda h: [h.rosa.client_id, h.stays.pk],
    ),
    State(
        "new letter, nothing chosen",
        "records:new_letter",
        "ana",
        lambda h: [h.rosa.client_id, h.stays.pk],
        act=press("Put it before them"),
    ),
    State(
        "desk asked",
        "records:client_request",
        "ana",
        lambda h: [h.rosa.client_id, h.asked[0].pk],
    ),
    State(
        "desk asked, answered",
        "records:client_request",
        "ana",
        lambda h: [h.rosa.client_id, h.asked[1].pk],
    ),
    State("propose", "records:propose", "ana", lambda h: [h.rosa.client_id, "some"]),
    State(
        "propose, nothing chosen",
        "records:propose",
        "ana",
        lambda h: [h.rosa.client_id, "legal"],
        act=press("Put it before them"),
    ),
    State(
        "desk consent, to sign",
        "records:client_consent",
        "ana",
        lambda h: [h.rosa.client_id, h.to_sign.pk],
    ),
    State(
        "desk consent, signed",
        "records:client_consent",
        "ana",
        lambda h: [h.rosa.client_id, h.stays.pk],
    ),
    *SETTING_UP,
    State("outbox", "desk:outbox", "ana"),
    State("outbox, nothing", "desk:outbox", "kofi"),
    State(
        "not there",
        "desk:client",
        "kofi",
        lambda h: [h.rosa.client_id],
        is_missing=True,
    ),
]
GROUPS = {"visitors": VISITORS, "clients": CLIENTS, "staff": STAFF}


def open_state(page, state: State, house):
    """Go there as the state says; the answer to the first request."""
    path = reverse(state.route, args=state.args(house))
    response = page.goto(f"{path}?{state.query}" if state.query else path)
    state.act(page)
    page.wait_for_load_state()
    return response
