"""Sentences for the people at the desk, made when they are read."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.care import replies, vocabulary
from apps.care.models import Referral, Task
from apps.care.rules import checkin_flow

TIME_IS_OVER = gettext_lazy("That time is over, or people were there already.")


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """The time of day as the reader's language writes it, such as 9:40 am."""
    return time_format(moment.astimezone(zone).time(), "TIME_FORMAT")


def moment_words(moment: datetime, at: datetime, zone: ZoneInfo) -> str:
    """As said aloud: today 7:12 pm, yesterday …, Tue 7:12 pm, Oct 3."""
    day, today = moment.astimezone(zone).date(), at.astimezone(zone).date()
    time = clock(moment, zone)
    if day == today:
        return _("today %(time)s") % {"time": time}
    if day == today - timedelta(days=1):
        return _("yesterday %(time)s") % {"time": time}
    if today - timedelta(days=7) < day < today:
        return f"{date_format(day, 'D')} {time}"
    return date_format(day, _("M j"))


def late_words(said_at: datetime, came_at: datetime, zone: ZoneInfo) -> str:
    """ "answered Tue 7:12 pm, arrived Wed 8:01 am" """
    lately = came_at - said_at < timedelta(days=6)
    then, now = (
        f"{date_format(each.astimezone(zone).date(), 'D' if lately else _('M j'))} "
        f"{clock(each, zone)}"
        for each in (said_at, came_at)
    )
    return _("answered %(then)s, arrived %(now)s") % {"then": then, "now": now}


def told_words() -> str:
    return _("Told in person, and written down by the team")


def as_sent_words(
    said_at: datetime, craving: int | None, lines: list[str], zone: ZoneInfo
) -> str:
    """One of two check-ins of a day, as it was sent."""
    title = _("Checked in twice. At %(time)s: craving %(craving)s of 10") % {
        "time": clock(said_at, zone),
        "craving": "–" if craving is None else craving,
    }
    return " · ".join([title, *lines])


def due_words(due: datetime, at: datetime, zone: ZoneInfo) -> str:
    day, today = due.astimezone(zone).date(), at.astimezone(zone).date()
    time = clock(due, zone)
    if due <= at:
        return _("Now")
    if day == today:
        return _("Today by %(time)s") % {"time": time}
    if day == today + timedelta(days=1):
        return _("Tomorrow by %(time)s") % {"time": time}
    return _("By %(day)s") % {"day": date_format(day, _("D M j"))}


def last_contact_words(moment: datetime | None, at: datetime, zone: ZoneInfo) -> str:
    """When a person of the team last had them on the line or in the room."""
    if moment is None:
        return ""
    return _("Last in touch %(when)s") % {"when": moment_words(moment, at, zone)}


def task_sentence(task: Task, language: str) -> str:
    details = task.details
    if "handed_in" in details:
        return _handed_in(details["handed_in"], language)
    if details.get("records") in ABOUT_RECORDS:
        return str(ABOUT_RECORDS[details["records"]])
    if "changed" in details:
        return _(
            "Changed their phone number or e-mail. Ask them, face to face, if it was them."
        )
    match task.kind:
        case Task.Kind.ANSWER | Task.Kind.RIDE if details.get("choice"):
            return _answered(details, language)
        case Task.Kind.CALL if details.get("choice"):
            return _answered(details, language)
        case Task.Kind.CALL if details.get("step"):
            return _("Give them a call. A hello is enough.")
        case Task.Kind.CALL:
            return _("Call them now.")
        case Task.Kind.HUDDLE if details.get("waits"):
            return _("Waited a whole work day without a word. Who sees to it?")
        case Task.Kind.HUDDLE:
            return _("Look at this together with the team.")
        case Task.Kind.ROSTER:
            return _("Close the roster: %(title)s, %(day)s.") % {
                "title": details["title"],
                "day": details["day"],
            }
        case Task.Kind.UNCONFIRMED:
            return _("A message may not have arrived. Try another way.")
        case Task.Kind.GLASS:
            return _(
                "%(who)s opened the record of %(name)s. The reason: “%(reason)s”"
            ) % {
                "who": details["who"],
                "name": details["name"],
                "reason": details["reason"],
            }
        case Task.Kind.WELCOME:
            return _("Just back. Say hello.")
        case Task.Kind.LEVEL:
            return _asked_about_level(details)
        case Task.Kind.REFERRAL:
            return _("Ask how it went: %(kind)s, %(place)s.") % {
                "kind": dict(Referral.Kind.choices)[details["kind"]],
                "place": details["place"],
            }
    return task.get_kind_display()


# Raised by apps.disclosures; the words themselves stay there.
ABOUT_RECORDS = {
    "LIMIT": gettext_lazy("Asks to share less. Answer under “Sharing and letters”."),
    "CORRECT": gettext_lazy(
        "Asks to correct something. Answer under “Sharing and letters”."
    ),
    "ERASE": gettext_lazy("Somebody asks to have their record erased. Decide it."),
    "OBJECTED": gettext_lazy(
        "Does not want a letter to go out. Look under “Sharing and letters”."
    ),
}


def _handed_in(said: dict, language: str) -> str:
    """Nobody could make a check-in of it; what can be read of it is said."""
    words = _("Something sent from their phone did not become a check-in. Ask them.")
    lines = answer_lines(said, language, {})
    if said.get("note"):
        lines.append(f"“{said['note']}”")
    return " ".join([words, " · ".join(lines)]).strip()


def _answered(details: dict, language: str) -> str:
    words = replies.answer_sentence(details["choice"], language)
    if details.get("for_on"):
        on = date_format(date.fromisoformat(details["for_on"]), _("D M j"))
        is_week = details.get("about") == "WEEK"
        said = _("For the week of %(day)s.") if is_week else _("For %(day)s.")
        words = f"{words} {said % {'day': on}}"
    text = details.get("text", "")
    return f"{words} “{text}”" if text else words


def _asked_about_level(details: dict) -> str:
    words = str(ASKED_FOR[details["wish"]])
    text = details.get("text", "")
    return f"{words} “{text}”" if text else words


ASKED_FOR = {
    "MORE": gettext_lazy("Asks for more support."),
    "LESS": gettext_lazy("Asks for less, or fewer days."),
    "UNSURE": gettext_lazy("Asks to talk about more or less support."),
}


def checkin_title(day) -> str:
    if day.craving is None:
        return {
            "GOOD": _("One tap: a good day"),
            "OK": _("One tap: an OK day"),
            "HARD": _("One tap: a hard day"),
        }.get(day.one_tap, _("Check-in"))
    return _("Check-in · craving %(craving)s of 10") % {"craving": day.craving}


def moment_title(moment) -> str:
    if moment.craving_after is None:
        return _("Hard moment · %(craving)s of 10") % {"craving": moment.craving}
    return _("Hard moment · %(craving)s of 10, later %(after)s") % {
        "craving": moment.craving,
        "after": moment.craving_after,
    }


def message_title(message) -> str:
    return _("We sent a text") if message.channel == "SMS" else _("We sent a message")


def answer_lines(answers: dict, language: str, own: vocabulary.Own) -> list[str]:
    """The answers of a check-in as a colleague would read them out."""
    asking = checkin_flow.Asking(has_medication=True)
    lines = []
    for key, prefix in LINE_PREFIXES:
        value = answers.get(key)
        if value in (None, "", []):
            continue
        values = value if isinstance(value, list) else [value]
        texts = {
            str(option.value): option.text.in_language(language)
            for option in checkin_flow.QUESTIONS[key].choices(asking)
        }
        words = [
            texts.get(str(item)) or _word(str(item), language, own) for item in values
        ]
        lines.append(f"{prefix}: {', '.join(words)}")
    return lines


def _word(item: str, language: str, own: vocabulary.Own) -> str:
    return item if item.isdigit() else vocabulary.label(item, language, own)


LINE_PREFIXES = (
    ("feels_safe", gettext_lazy("Feels safe")),
    ("unsafe_because", gettext_lazy("Because of")),
    ("use_reported", gettext_lazy("Drank or used")),
    ("use_what", gettext_lazy("What")),
    ("contact_request", gettext_lazy("Hear from us")),
    ("triggers", gettext_lazy("Set it off")),
    ("coping_used", gettext_lazy("Helped")),
    ("mood", gettext_lazy("Mood")),
    ("sleep", gettext_lazy("Slept")),
    ("body", gettext_lazy("Right now")),
    ("confidence", gettext_lazy("Sure of the goal, of 10")),
)
