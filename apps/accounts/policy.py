"""Who may do what: each path and method is one action on one resource, said here once.

The middleware refuses what this page does not allow, the checks name a path it does not
know, ``manage.py access_matrix`` writes it down for people (docs/security/access.md), and
tests/test_matrix.py tries all of it. Which *record* somebody may open is decided in the
query of the view, by the ``scope`` named here; the role alone never opens one.
"""

from collections.abc import Collection
from dataclasses import dataclass

from apps.accounts.help_routes import ROUTES as HELP
from apps.accounts.record_routes import ROUTES as RECORDS
from apps.accounts.roles import (
    ADMIN,
    AT_THE_DOOR,
    CARE_TEAM,
    CHOOSE_REASONS,
    CLIENT,
    ENROLLING,
    EVERYBODY,
    IN_THE_ROOM,
    KNOWS_AROUND,
    RUN_THE_HOUSE,
    SIGNED_IN,
    STAFF,
    SUPERVISION,
    SUPERVISOR,
    TIMETABLE,
    Across,
    Role,
    Scope,
)
from apps.accounts.sign_in_routes import ROUTES as SIGN_IN
from apps.accounts.sign_in_routes import form as _form
from apps.accounts.sign_in_routes import post as _post
from apps.accounts.sign_in_routes import read as _read


@dataclass(frozen=True)
class Rule:
    """``any_staff`` is open without a role too: somebody has to get as far as the door.

    ``across``: the record is found before anybody knows whose it is, so the wall between
    organizations (apps.common.walls) is open for the length of that request: of a visitor,
    or of anybody who asks.
    """

    roles: frozenset[Role]
    scope: Scope
    any_staff: bool = False
    half: bool = False
    across: Across = Across.NOBODY


def _public(scope: Scope = Scope.PUBLIC, across: Across = Across.NOBODY) -> Rule:
    return Rule(EVERYBODY, scope, any_staff=True, half=True, across=across)


_OWN_CLIENT = Rule(CLIENT, Scope.OWN)
_OWN = Rule(SIGNED_IN, Scope.OWN, any_staff=True)
_OWN_STAFF = Rule(STAFF, Scope.OWN, any_staff=True)
_DOOR = Rule(STAFF | {Role.HALF}, Scope.OWN, any_staff=True, half=True)
_CASELOAD = Rule(CARE_TEAM, Scope.CASELOAD)
_GLASS = Rule(CARE_TEAM, Scope.GLASS)
_ROSTER = Rule(IN_THE_ROOM, Scope.ROSTER)

RULES: dict[str, Rule] = {
    # For everybody.
    "service.ask": _public(),
    "help.read": _public(across=Across.VISITORS),
    "app.read": _public(across=Across.VISITORS),
    "phone.deliver": _public(Scope.LINK, Across.ANYBODY),
    "outreach.answer": _public(Scope.LINK, Across.ANYBODY),
    "calendar.read": _public(Scope.LINK, Across.ANYBODY),
    "text.receive": _public(Scope.SIGNED, Across.ANYBODY),
    "account.sign_in": _public(Scope.LINK, Across.ANYBODY),
    "account.accept_invitation": _public(Scope.LINK, Across.ANYBODY),
    "account.sign_out": _public(Scope.OWN),
    # A request at a closed lock has nobody signed in.
    "lock.open": _public(Scope.OWN),
    "account.language": _public(Scope.OWN),
    "demo.play": _public(across=Across.ANYBODY),
    # For whoever is signed in.
    "home.read": _OWN,
    "schema.read": _OWN,
    "place.list": _OWN,
    "place.end": _OWN,
    "place.seen": _OWN,
    "form.let_go": _OWN,
    "proof.give": _OWN,
    # For clients.
    "schedule.read": _OWN_CLIENT,
    "seat.change": _OWN_CLIENT,
    "schedule.answer": _OWN_CLIENT,
    "calendar.list": _OWN_CLIENT,
    "calendar.change": _OWN_CLIENT,
    "level.read": _OWN_CLIENT,
    "level.ask": _OWN_CLIENT,
    "checkin.read": _OWN_CLIENT,
    "checkin.write": _OWN_CLIENT,
    "reply.read": _OWN_CLIENT,
    "moment.read": _OWN_CLIENT,
    "moment.write": _OWN_CLIENT,
    "plan.read": _OWN_CLIENT,
    "plan.write": _OWN_CLIENT,
    "nearby.look": _OWN_CLIENT,
    "data.read": _OWN_CLIENT,
    "data.take": _OWN_CLIENT,
    "consent.read": _OWN_CLIENT,
    "consent.decide": _OWN_CLIENT,
    "letter.read": _OWN_CLIENT,
    "letter.decide": _OWN_CLIENT,
    "request.write": _OWN_CLIENT,
    "erasure.ask": _OWN_CLIENT,
    "notice.read": _OWN_CLIENT,
    "look.read": _OWN_CLIENT,
    "phone.read": _OWN_CLIENT,
    "phone.register": _OWN_CLIENT,
    "lock.read": _OWN_CLIENT,
    "lock.change": _OWN_CLIENT,
    "lock.close": _OWN_CLIENT,
    "address.read": _OWN_CLIENT,
    "address.change": _OWN_CLIENT,
    "key.list": _OWN_CLIENT,
    "key.change": _OWN_CLIENT,
    # For staff.
    "factor.give": _DOOR,
    "factor.set_up": _DOOR,
    "factor.list": _OWN_STAFF,
    "door.open": _OWN_STAFF,
    "door.close": _OWN_STAFF,
    "factor.remove": _OWN_STAFF,
    "work.read": Rule(STAFF, Scope.WORK, any_staff=True),
    "caseload.list": _CASELOAD,
    "work.note": _OWN_STAFF,
    "record.read": Rule(IN_THE_ROOM, Scope.READ),
    "record.open_with_reason": Rule(CARE_TEAM, Scope.FOUND),
    "concern.close": _CASELOAD,
    "client_checkin.seen": _CASELOAD,
    "client_checkin.reply": _CASELOAD,
    "client_checkin.write": _CASELOAD,
    "client_week.print": _CASELOAD,
    "client_review.write": _CASELOAD,
    "client_plan.list": _CASELOAD,
    "client_plan.read": _GLASS,
    "client_plan.review": _CASELOAD,
    "client_care.read": _GLASS,
    "client_care.change": _CASELOAD,
    "client_sharing.read": _CASELOAD,
    "client_sharing.propose": _CASELOAD,
    "client_sharing.write": _CASELOAD,
    "client_letter.write": _CASELOAD,
    "client_request.answer": _CASELOAD,
    "client_phone.end": _CASELOAD,
    "client_look.search": Rule(SUPERVISOR, Scope.HOUSE),
    "hold.read": Rule(SUPERVISION, Scope.HOUSE),
    "hold.change": Rule(SUPERVISION, Scope.HOUSE),
    "staff.list": Rule(RUN_THE_HOUSE, Scope.COLLEAGUES),
    "staff.let_in": Rule(RUN_THE_HOUSE, Scope.COLLEAGUES),
    "staff.invite": Rule(ADMIN, Scope.COLLEAGUES),
    "staff.change": Rule(ADMIN, Scope.COLLEAGUES),
    "erasure.read": Rule(SUPERVISION, Scope.HOUSE),
    "erasure.decide": Rule(SUPERVISION, Scope.HOUSE),
    "invitation.read": _CASELOAD,
    "invitation.make": _CASELOAD,
    "roster.list": _ROSTER,
    "roster.read": _ROSTER,
    "roster.mark": _ROSTER,
    "roster.close": _ROSTER,
    "roster.change": _ROSTER,
    "arrival.list": Rule(AT_THE_DOOR, Scope.DOOR),
    "ride.list": _CASELOAD,
    "ride.change": _CASELOAD,
    "week.read": Rule(STAFF, Scope.TIMETABLE),
    "week.change": Rule(TIMETABLE, Scope.TIMETABLE),
    "message.read": _CASELOAD,
    "message.answer": _CASELOAD,
    # For who sets up, and who enrolls.
    "house.read": Rule(ADMIN, Scope.SETUP),
    "house.change": Rule(ADMIN, Scope.SETUP),
    "table.take": Rule(ADMIN, Scope.SETUP),
    "reasons.read": Rule(CHOOSE_REASONS, Scope.SETUP),
    "reasons.change": Rule(CHOOSE_REASONS, Scope.SETUP),
    "nearby.read": Rule(KNOWS_AROUND, Scope.NEARBY),
    "nearby.change": Rule(KNOWS_AROUND, Scope.NEARBY),
    "pace.read": Rule(SUPERVISION, Scope.FIGURES),
    "person.enroll": Rule(ENROLLING, Scope.NEW),
}

_FORMS = "new_site change_site new_program change_program new_series new_level level"
_CHECKIN_FORMS = "checkins questions words new_word word"
SET_UP = [f"setup:{name}" for name in f"{_FORMS} {_CHECKIN_FORMS}".split()]
MINE = ("checkins:mine", "checkins:mine_note", "home:bring")
# By the name of the route. HEAD is GET without the body; what is not here is refused.
ROUTES: dict[str, dict[str, str]] = {
    "healthz": _read("service.ask"),
    "readyz": _read("service.ask"),
    "favicon": _read("service.ask"),
    "home:today": _read("home.read"),
    "home:help": _read("help.read"),
    "home:away": _read("service.ask"),
    "home:looks": _read("look.read"),
    "sessions:schedule": _read("schedule.read"),
    "sessions:in_the_way": _post("schedule.answer"),
    "sessions:instead": _read("schedule.read"),
    "sessions:not_coming": _post("seat.change"),
    "sessions:coming": _post("seat.change"),
    "sessions:take": _post("seat.change"),
    "sessions:wait": _post("seat.change"),
    "sessions:ask": _post("seat.change"),
    "sessions:kept": _post("seat.change"),
    "feeds:feed": _read("calendar.read"),
    "feeds:one": _read("schedule.read"),
    "feeds:mine": _read("calendar.list"),
    "feeds:new": _form("calendar.change", "calendar.list"),
    "feeds:renew": _post("calendar.change"),
    "feeds:stop": _post("calendar.change"),
    "sessions:support": _form("level.ask", "level.read"),
    "checkins:start": _read("checkin.read"),
    "checkins:done": _read("checkin.read"),
    "checkins:one_tap": _post("checkin.write"),
    "checkins:note": _post("checkin.write"),
    "checkins:call": _post("checkin.write"),
    "checkins:twice": _post("checkin.write"),
    "checkins:read_reply": _post("reply.read"),
    "checkins:insights": _read("checkin.read"),
    "checkins:history": _read("checkin.read"),
    "checkins:question": _form("checkin.write", "checkin.read"),
    "checkins:weekly": _read("checkin.read"),
    "checkins:weekly_question": _form("checkin.write", "checkin.read"),
    "checkins:weekly_check": _form("checkin.write", "checkin.read"),
    "checkins:weekly_done": _read("checkin.read"),
    "checkins:weekly_past": _read("checkin.read"),
    "checkins:moment": _form("moment.write", "moment.read"),
    "checkins:wave": _read("moment.read"),
    "checkins:moment_what": _form("moment.write", "moment.read"),
    "checkins:moment_try": _form("moment.write", "moment.read"),
    "checkins:moment_tool": _read("moment.read"),
    "checkins:moment_after": _form("moment.write", "moment.read"),
    "checkins:moment_call": _post("moment.write"),
    **dict.fromkeys(MINE, _form("checkin.write", "checkin.read")),
    **dict.fromkeys(("checkins:mine_erase", "home:bring_back"), _post("checkin.write")),
    "plans:plan": _read("plan.read"),
    "plans:now": _read("plan.read"),
    "plans:after": _form("plan.write", "plan.read"),
    "plans:changes": _read("plan.read"),
    "plans:send": _post("plan.write"),
    "plans:take_back": _post("plan.write"),
    "plans:start": _post("plan.write"),
    "plans:steps": _form("plan.write", "plan.read"),
    "plans:week": _form("plan.write", "plan.read"),
    "plans:emergency": _form("plan.write", "plan.read"),
    "plans:reorder": _post("plan.write"),
    "plans:refill": _post("plan.write"),
    "plans:people": _form("plan.write", "plan.read"),
    "plans:nobody_yet": _post("plan.write"),
    "plans:person": _form("plan.write", "plan.read"),
    "plans:section": _form("plan.write", "plan.read"),
    "plans:take_out": _post("plan.write"),
    **RECORDS,
    "outreach:answer": _form("outreach.answer"),
    "outreach:sms_inbound": _post("text.receive"),
    "outreach:sms_status": _post("text.receive"),
    **SIGN_IN,
    "phone:worker": _read("app.read"),
    "phone:manifest": _read("app.read"),
    "phone:install": _read("app.read"),
    "phone:offline": _read("app.read"),
    "phone:offline_page": _read("app.read"),
    "phone:this_phone": _read("phone.read"),
    "phone:lost": _form("client_phone.end"),
    "desk:board": _read("work.read"),
    "desk:people": _read("caseload.list"),
    "desk:client": _read("record.read"),
    "desk:open": _form("record.open_with_reason"),
    "desk:looks": _form("client_look.search"),
    "desk:unusual": _read("client_look.search"),
    "desk:holds": _form("hold.change", "hold.read"),
    "desk:hold": _form("hold.change", "hold.read"),
    "desk:hold_lift": _post("hold.change"),
    "desk:noted": _post("work.note"),
    "desk:invite": _form("invitation.make", "invitation.read"),
    "desk:invite_back": _post("invitation.make"),
    "desk:close": _form("concern.close"),
    "desk:undo": _post("concern.close"),
    "desk:weekly": _form("client_review.write"),
    "desk:seen": _post("client_checkin.seen"),
    "desk:reply": _post("client_checkin.reply"),
    "desk:reading": _form("client_checkin.seen"),
    "desk:told": _form("client_checkin.write"),
    "desk:paper": _read("client_week.print"),
    "desk:plans": _read("client_plan.list"),
    "desk:plan": _read("client_plan.read"),
    "desk:plan_read": _post("client_plan.review"),
    "desk:plan_comment": _post("client_plan.review"),
    "desk:plan_ideas": _post("client_plan.review"),
    "desk:plan_agree": _post("client_plan.review"),
    "desk:plan_keep": _post("client_plan.review"),
    "desk:care": _read("client_care.read"),
    "desk:care_level": _form("client_care.change"),
    "desk:care_level_back": _post("client_care.change"),
    "desk:care_end": _form("client_care.change"),
    "desk:care_again": _form("client_care.change"),
    "desk:care_away": _form("client_care.change"),
    "desk:care_away_change": _form("client_care.change"),
    "desk:care_home": _form("client_care.change"),
    "desk:care_place": _form("client_care.change"),
    "desk:care_place_change": _form("client_care.change"),
    "desk:care_day": _form("client_care.change"),
    "desk:care_instead": _form("client_care.change"),
    "desk:care_day_back": _post("client_care.change"),
    "desk:rosters": _read("roster.list"),
    "desk:roster": _read("roster.read"),
    "desk:roster_mark": _post("roster.mark"),
    "desk:roster_close": _form("roster.close"),
    "desk:roster_change": _form("roster.change"),
    "desk:roster_cancel": _post("roster.change"),
    "desk:roster_everybody": _post("roster.mark"),
    "desk:roster_undo": _post("roster.mark"),
    "desk:arrivals": _read("arrival.list"),
    "desk:rides": _form("ride.change", "ride.list"),
    "desk:ride_off": _post("ride.change"),
    "desk:week": _read("week.read"),
    "desk:week_add": _form("week.change"),
    "desk:week_close": _form("week.change"),
    "desk:week_reopen": _post("week.change"),
    "desk:week_holidays": _form("week.change"),
    "desk:week_change": _form("week.change"),
    "desk:week_end": _post("week.change"),
    "desk:week_single_day": _post("week.change"),
    "desk:outbox": _read("message.read"),
    "desk:outbox_answer": _post("message.answer"),
    **dict.fromkeys(("setup:start", "setup:site"), _read("house.read")),
    **dict.fromkeys(SET_UP, _form("house.change", "house.read")),
    **dict.fromkeys(("setup:import_people", "setup:import_week"), _form("table.take")),
    **dict.fromkeys(("setup:people_file", "setup:week_file"), _read("table.take")),
    "setup:reasons": _read("reasons.read"),
    "setup:reasons_of": _form("reasons.change", "reasons.read"),
    "setup:new_person": _form("person.enroll"),
    **HELP,
    "api:schedule": _read("schedule.read"),
    "api:in_the_way": _post("schedule.answer"),
    "api:not_coming": _post("seat.change"),
    "api:instead": _form("seat.change", "schedule.read"),
    "api:steps": _read("level.read"),
    "api:support": _form("level.ask", "level.read"),
    "api:checkins": _form("checkin.write", "checkin.read"),
    "api:insights": _read("checkin.read"),
    "api:questions": _read("checkin.read"),
    "api:weekly": _form("checkin.write", "checkin.read"),
    "api:weekly_due": _read("checkin.read"),
    "api:plan": _read("plan.read"),
    "api:phone": _form("phone.register", "phone.read"),
    "api:here": _post("lock.close"),
    "api:drop": _post("phone.deliver"),
    "api:kept": _read("plan.read"),
    "api:token": _read("service.ask"),
    "api:schema": _read("schema.read"),
    "demo:people": _read("demo.play"),
    "demo:sign_in": _post("demo.play"),
    "demo:gallery": _read("demo.play"),
}


def action_of(route: str, method: str) -> str | None:
    return ROUTES.get(route, {}).get("GET" if method == "HEAD" else method)


def rule_of(route: str, method: str) -> Rule | None:
    action = action_of(route, method)
    return RULES[action] if action else None


def allows(rule: Rule, user, roles: Collection[str]) -> bool:
    """Whether the kind and the roles of somebody allow this. ``roles`` are of staff."""
    if not user.is_authenticated:
        return Role.VISITOR in rule.roles
    if user.is_client:
        return Role.CLIENT in rule.roles
    return rule.any_staff or not rule.roles.isdisjoint(roles)


def roles_of(user) -> list[str]:
    """The roles of somebody in their own house, read once: by the sign-in, or when first asked."""
    if getattr(user, "said_roles", None) is None:
        here = user.staff_roles.filter(organization=user.organization_id)
        user.said_roles = " ".join(here.values_list("role", flat=True))
    return user.said_roles.split()


def is_one_of(user, team: frozenset[Role]) -> bool:
    """The one way to ask what somebody is here, whatever for."""
    return not team.isdisjoint(roles_of(user))
