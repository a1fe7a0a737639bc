"""What the plan's pages say to the client about times and states."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from apps.common.days import local_day
from apps.plans.models import PlanVersion
from apps.plans.selectors import CurrentPlan

State = PlanVersion.State


@dataclass(frozen=True)
class Speaker:
    """Whose words these are made for, and when: names, zone and now."""

    counselor: str
    zone: ZoneInfo
    at: datetime

    @property
    def today(self) -> date:
        return local_day(self.at, self.zone)


def day_words(moment: datetime, to: Speaker) -> str:
    """ "today", "yesterday", "on Tuesday", "on Oct 3"."""
    day = local_day(moment, to.zone)
    if day == to.today:
        return _("today")
    if day == to.today - timedelta(days=1):
        return _("yesterday")
    if to.today - timedelta(days=7) < day < to.today:
        return _("on %(day)s") % {"day": date_format(day, "l")}
    return _("on %(day)s") % {"day": date_format(day, _("M j"))}


def when_words(moment: datetime, to: Speaker) -> str:
    """ "Tue 2:05 pm", "Oct 3", for the line under a comment.

    A day beside a time is the wall's: 2 am on Saturday belongs to Friday, and is not said so.
    """
    local, today = moment.astimezone(to.zone), to.at.astimezone(to.zone).date()
    if today - timedelta(days=7) < local.date() <= today:
        return f"{date_format(local, 'D')} {time_format(local.time(), 'TIME_FORMAT')}"
    return date_format(local, _("M j"))


def state_line(plan: CurrentPlan, to: Speaker) -> str:
    """Where the plan is, in the words of the person it belongs to."""
    version = plan.newest
    if version is None:
        return _("Nothing is written yet. Start anywhere. A few taps are enough.")
    names = {"name": to.counselor}
    match version.state:
        case State.DRAFT if plan.agreed:
            return _(
                "You are writing a new version. The one you and %(name)s agreed stays "
                "in use until then."
            ) % {"name": plan.agreed.decided_by.name}
        case State.DRAFT:
            return (
                _(
                    "A draft, and it works for you already. Send it to %(name)s any time."
                )
                % names
            )
        case State.SUBMITTED:
            return _("Sent to %(name)s %(when)s. Plans are read on work days.") % {
                **names,
                "when": day_words(version.submitted_at, to),
            }
        case State.IN_REVIEW:
            return _("%(name)s is reading it. Plans are read on work days.") % names
        case State.CHANGES_REQUESTED:
            return _(
                "%(name)s read it %(when)s and left ideas. They stand beside your words."
            ) % {
                "name": version.decided_by.name,
                "when": day_words(version.decided_at, to),
            }
    return _agreed_line(version, to)


def _agreed_line(version: PlanVersion, to: Speaker) -> str:
    agreed = _("You and %(name)s agreed on this %(when)s.") % {
        "name": version.decided_by.name,
        "when": day_words(version.decided_at, to),
    }
    if version.review_due_on <= to.today:
        again = _("It is time for another look together.")
    else:
        again = _("You look at it together again around %(day)s.") % {
            "day": date_format(version.review_due_on, _("M j"))
        }
    return f"{agreed} {again}"
