"""What a client is told about times and people: only what is really staffed."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from apps.care.models import Enrollment
from apps.checkins.models import CheckinDay
from apps.checkins.selectors import call_asked_at, counselor_of, hours_of, site_of

# Further ahead than this, the name of a weekday needs its date.
A_WEEK_AHEAD = 6


def received_words(day: CheckinDay, zone: ZoneInfo) -> str:
    """ "Checked in at 7:12 p.m. Ana saw it." Reads ``seen_by``."""
    time = time_format(day.last_at.astimezone(zone).time(), "TIME_FORMAT")
    # One full stop is enough after "p.m.".
    said = [_("Checked in at %(time)s.") % {"time": time.rstrip(".")}]
    if day.seen_by:
        said.append(_("%(name)s saw it.") % {"name": day.seen_by.name})
    return " ".join(said)


def twice_words(on: date | None, today: date) -> str:
    """ "You checked in twice on Tuesday. Both are kept." Nothing where it was once."""
    if on is None:
        return ""
    if on == today:
        return _("You checked in twice today. Both are kept.")
    lately = (today - on).days <= A_WEEK_AHEAD
    day = date_format(on, "l" if lately else "MONTH_DAY_FORMAT")
    return _("You checked in twice on %(day)s. Both are kept.") % {"day": day}


def call_promise(enrollment: Enrollment, asked_at: datetime) -> str:
    """Who calls and by when, by the hours of the site; nothing when it named none."""
    site = site_of(enrollment, asked_at)
    try:
        by = hours_of(site).call_by(asked_at).astimezone(site.zone)
    except ValueError:
        return ""
    counselor = counselor_of(enrollment, asked_at)
    words = {
        "name": counselor.name if counselor else _("Your team"),
        "time": time_format(by.time(), "TIME_FORMAT"),
        "day": date_format(by.date(), "l"),
    }
    ahead = (by.date() - site.local_date(asked_at)).days
    if ahead == 0:
        return _("%(name)s will call you by %(time)s today.") % words
    if ahead == 1:
        return _("%(name)s will call you by %(time)s tomorrow.") % words
    if ahead > A_WEEK_AHEAD:
        words["day"] += ", " + date_format(by.date(), "MONTH_DAY_FORMAT")
    return _("%(name)s will call you by %(time)s on %(day)s.") % words


def promise_of(day: CheckinDay | None) -> str:
    """The call this day asked for, as it was promised then."""
    asked_at = call_asked_at(day) if day is not None else None
    return call_promise(day.enrollment, asked_at) if asked_at else ""


def reading_of(enrollment: Enrollment, at: datetime) -> str:
    """When the team looks at what was just said. Nothing is promised that is not staffed."""
    site = site_of(enrollment, at)
    hours = hours_of(site)
    if hours.is_open(at):
        return _("Your team is here now and will see this today.")
    told = [_("Whoever is on call has been told.")] if site.on_call_id else []
    today = site.local_date(at)
    bounds = (hours.bounds(today + timedelta(days=n)) for n in range(A_WEEK_AHEAD + 1))
    opens = next((b[0] for b in bounds if b and b[0] > at), None)
    if opens is None:
        told.append(_("Your team will see this on their next work day."))
    else:
        local = opens.astimezone(site.zone)
        told.append(
            _("Your team reads this from %(time)s on %(day)s.")
            % {
                "day": date_format(local.date(), "l"),
                "time": time_format(local.time(), "TIME_FORMAT"),
            }
        )
    return " ".join(told)
