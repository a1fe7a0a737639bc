"""Words of the page a link opens. They stand outside the unlocked app: nothing tells."""

from datetime import datetime

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from apps.care.message_library import span_word
from apps.care.rules.hours import DAY_BY, TODAY_BY
from apps.care.rules.wording import long_day, said_clock
from apps.outreach.models import Answer
from apps.outreach.services.answers import CALLS, NOT_NOW, STOP, quiet_days

CHOICES = (
    ("intent_next", gettext_lazy("Come back to the same room")),
    ("new_time", gettext_lazy("Another day or time")),
    ("one_to_one", gettext_lazy("Meet one-to-one first")),
    ("call_me", gettext_lazy("A call")),
    ("fewer_days", gettext_lazy("Fewer days")),
    (NOT_NOW, gettext_lazy("Not now")),
)


def what_happens_now(answer: Answer, at: datetime) -> str:
    """Who does what by when, as far as it is staffed."""
    choice = answer.details["choice"]
    if choice == STOP:
        return _("No more notes will come this way.")
    if choice == NOT_NOW:
        days = quiet_days(answer.episode)
        if days is None:
            return _("It will stay quiet for as long as you like.")
        return _("It will stay quiet for %(span)s.") % {
            "span": span_word(days, get_language())
        }
    task = answer.task
    words = {"name": task.assignee.name, "when": _when(task.due_at, answer, at)}
    if task.due_at <= at:
        return _("%(name)s has your answer.") % words
    if choice in CALLS:
        return (
            _("%(name)s will call you %(when)s. It may show as a private number.")
            % words
        )
    return _("%(name)s will read this and get back to you %(when)s.") % words


def _when(due: datetime, answer: Answer, at: datetime) -> str:
    zone = answer.episode.enrollment.program.site.zone
    local, language = due.astimezone(zone), get_language()
    if local.date() == at.astimezone(zone).date():
        return TODAY_BY.filled(language, time=said_clock(local, language))
    return DAY_BY.filled(
        language, day=long_day(local.date(), language), time=said_clock(local, language)
    )
