"""What was done, in words: to the person it is about, and to who answers for the house.

Many actions are one thing to whoever reads about them.
"""

from django.utils.translation import gettext_lazy as _

# By the kind of deed: said to the client, and about the client.
YOURS = {
    "record": _("Opened your record"),
    "list": _("Saw your name in a list"),
    "plan": _("Read your plan"),
    "roster": _("Saw your name on a roster"),
    "outbox": _("Saw messages to you"),
    "checked": _("Checked who opened your record"),
    "invitation": _("Made or saw your invitation"),
    "details": _("Wrote or changed your details"),
    "needs": _("Wrote down or did a task about you"),
    "checkin": _("Read or answered your check-in"),
    "plan_work": _("Worked on your plan with you"),
    "attendance": _("Wrote down if you came"),
    "message": _("Planned, sent or took in a message"),
    "sign_in": _("Did something about how you sign in"),
    "phone": _("Did something about what is on your phone"),
    "calendar": _("Did something about calendars that show your times"),
    "sharing": _("Worked on what may be shared"),
    "kept": _("Did something about how long your record is kept"),
    "log": _("Kept this list in order"),
    "other": _("Did something else with your record"),
}
THEIRS = {
    "record": _("Opened the record"),
    "list": _("Saw in a list"),
    "plan": _("Opened the plan"),
    "roster": _("Saw on a roster"),
    "outbox": _("Saw messages"),
    "checked": _("Checked who looked"),
    "invitation": _("Made or saw an invitation"),
    "details": _("Wrote or changed details"),
    "needs": _("Wrote down or did a task"),
    "checkin": _("Made, read or answered a check-in"),
    "plan_work": _("Worked on the plan"),
    "attendance": _("Wrote down who came"),
    "message": _("Planned, sent or took in a message"),
    "sign_in": _("Signed in, or changed a way in"),
    "phone": _("Changed what is on a phone"),
    "calendar": _("Changed calendars that show times"),
    "sharing": _("Worked on what may be shared"),
    "kept": _("Changed how long a record is kept"),
    "log": _("Kept the log in order"),
    "other": _("Something else"),
}
# Of these, the ones in which somebody reads what is written about a client.
LOOKS = ("record", "list", "plan", "outbox")
# One record, and not a list of them.
OPENINGS = ("record", "plan")
_EXACTLY = {
    "desk.client_read": "record",
    "desk.care_read": "record",
    "desk.board_read": "list",
    "desk.people_read": "list",
    "desk.checkins_read": "list",
    "desk.told_read": "record",
    "desk.week_printed": "record",
    "desk.plans_read": "list",
    "desk.plan_read": "plan",
    "desk.roster_read": "roster",
    "desk.arrivals_read": "roster",
    "desk.rides_read": "roster",
    "desk.outbox_read": "outbox",
    "desk.invitation_read": "invitation",
    "desk.holds_read": "kept",
    "records.erasures_read": "kept",
    "desk.looks_read": "checked",
    "desk.unusual_read": "checked",
    "desk.who_saw": "checked",
    "home.looks_read": "checked",
}
# The first that fits.
_BEGINNINGS = {
    "care.invit": "invitation",
    "care.concern_": "needs",
    "care.task_": "needs",
    "care.": "details",
    "setup.": "details",
    "checkins.": "checkin",
    "plans.": "plan_work",
    "sessions.barrier_": "needs",
    "sessions.ride_": "needs",
    "sessions.topic_": "checkin",
    "sessions.": "attendance",
    "feeds.": "calendar",
    "notifications.": "message",
    "outreach.": "message",
    "accounts.": "sign_in",
    "phone.": "phone",
    "records.": "record",
    "disclosures.": "sharing",
    "lifecycle.": "kept",
    "backups.": "kept",
    "audit.": "log",
}


def deed_of(action: str) -> str:
    if action in _EXACTLY:
        return _EXACTLY[action]
    fits = (deed for start, deed in _BEGINNINGS.items() if action.startswith(start))
    return next(fits, "other")


def actions_of(deed: str) -> tuple[list[str], list[str], list[str]]:
    """Whole names, beginnings, and beginnings that are another deed's."""
    whole = [action for action, found in _EXACTLY.items() if found == deed]
    starts = [start for start, found in _BEGINNINGS.items() if found == deed]
    others = [
        other
        for other, found in _BEGINNINGS.items()
        if found != deed and any(other.startswith(start) for start in starts)
    ]
    return whole, starts, others
