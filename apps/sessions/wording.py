"""Times, places and changes as people say them, on the wall clock of the site."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, number_format, time_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from apps.sessions.models import Attendance, GroupSession

# As long before the beginning the doors are open.
STARTING = timedelta(minutes=5)


def clock(moment: datetime, zone: ZoneInfo) -> str:
    return time_format(moment.astimezone(zone).time(), "TIME_FORMAT")


def span(group_session: GroupSession) -> str:
    """ "9 am – 12:30 pm". Reads ``site``."""
    zone = group_session.site.zone
    return (
        f"{clock(group_session.starts_at, zone)} – {clock(group_session.ends_at, zone)}"
    )


def own_clock(group_session: GroupSession, zone: ZoneInfo) -> str:
    """What the person's own clock shows at the start, when it shows something else."""
    there = group_session.starts_at.astimezone(group_session.site.zone)
    here = group_session.starts_at.astimezone(zone)
    if here.utcoffset() == there.utcoffset():
        return ""
    return _("%(time)s your time") % {"time": clock(group_session.starts_at, zone)}


def day_words(group_session: GroupSession, at: datetime) -> str:
    """ "Today", "Tomorrow", the day of the week, and further away with its date."""
    ahead = (group_session.local_on - group_session.site.local_date(at)).days
    if ahead == 0:
        return _("Today")
    if ahead == 1:
        return _("Tomorrow")
    weekday = capfirst(date_format(group_session.local_on, "l"))
    if 1 < ahead < 7:
        return weekday
    return f"{weekday}, {_month_day(group_session)}"


def _month_day(group_session: GroupSession) -> str:
    return date_format(group_session.local_on, "MONTH_DAY_FORMAT")


def until_words(group_session: GroupSession, at: datetime) -> str:
    """How long until it begins: "in 13 h"; until when while it lasts. Reads ``site``."""
    if group_session.starts_at <= at:
        ends = clock(group_session.ends_at, group_session.site.zone)
        return _("now, until %(time)s") % {"time": ends}
    if at >= group_session.starts_at - STARTING:
        return _("starting now")
    minutes = -(-(group_session.starts_at - at) // timedelta(minutes=1))
    if minutes < 60:
        return _("in %(minutes)s min") % {"minutes": minutes}
    if minutes < 24 * 60:
        return _("in %(hours)s h") % {"hours": round(minutes / 60)}
    days = (group_session.local_on - group_session.site.local_date(at)).days
    if days == 1:
        return _("in 1 day")
    return _("in %(days)s days") % {"days": days}


def place(group_session: GroupSession) -> str:
    return _("By video") if group_session.telehealth else group_session.room


def leader(group_session: GroupSession) -> str:
    """Reads ``facilitator``."""
    return _("with %(name)s") % {"name": group_session.facilitator.name}


def parts(group_session: GroupSession) -> list[tuple[str, str]]:
    """The blocks with the time each begins. Reads ``site`` and ``series.blocks``."""
    if group_session.series is None:
        return []
    zone = group_session.site.zone
    blocks = sorted(group_session.series.blocks.all(), key=lambda b: b.offset_minutes)
    return [
        (
            clock(group_session.starts_at + timedelta(minutes=b.offset_minutes), zone),
            b.title,
        )
        for b in blocks
    ]


def changes(group_session: GroupSession) -> list[str]:
    """What is not as usual, in words. Reads ``site``, ``series`` and ``facilitator``."""
    series = group_session.series
    note = _(group_session.change_note) if group_session.change_note else ""
    if group_session.is_cancelled:
        return [_("Not held this time."), *filter(None, [note])]
    if series is None:
        return [note] if note else []
    said = []
    if group_session.local_on != group_session.series_on:
        usual = date_format(group_session.series_on, "l")
        said.append(_("Held on this day instead of %(day)s.") % {"day": usual})
    begins = group_session.starts_at.astimezone(group_session.site.zone).time()
    if begins != series.starts_at_time:
        old = time_format(series.starts_at_time, "TIME_FORMAT")
        said.append(_("New time (usually %(time)s).") % {"time": old})
    if group_session.telehealth != series.telehealth:
        by_video = _("By video this time.")
        said.append(by_video if group_session.telehealth else _("In person this time."))
    if (
        group_session.room != series.room
        and group_session.room
        and not group_session.telehealth
    ):
        said.append(_("Moved to %(room)s.") % {"room": group_session.room})
    if group_session.facilitator_id != series.facilitator_id:
        name = group_session.facilitator.name
        said.append(_("%(name)s leads it this time.") % {"name": name})
    return [*said, note] if note else said


def taken(collision) -> str:
    """What stands in the way: "Room 2 is taken by Skills group, Monday, November 30, …".

    Of a ``Collision`` or a ``DoubleBooked``. Somebody's one-to-one is not named.
    """
    other = collision.other
    is_room = collision.what == "ROOM"
    return _("%(name)s is taken by %(title)s, %(day)s, %(time)s.") % {
        "name": other.room if is_room else other.facilitator.name,
        "title": _("a one-to-one") if other.enrollment_id else other.title,
        "day": f"{date_format(other.local_on, 'l')}, {_month_day(other)}",
        "time": span(other),
    }


def closed_when(closure, site) -> str:
    """From when to when, on the clock of the site: "Monday, January 4", with its hours."""
    ends = [m.astimezone(site.zone) for m in (closure.starts_at, closure.ends_at)]
    whole = [moment.hour == moment.minute == 0 for moment in ends]
    # The midnight it ends at belongs to the day before.
    days = [ends[0].date(), ends[1].date() - timedelta(days=int(whole[1]))]
    said = [
        date_format(day, "MONTH_DAY_FORMAT")
        + ("" if is_whole else f" {clock(moment, site.zone)}")
        for day, is_whole, moment in zip(days, whole, ends, strict=True)
    ]
    return said[0] if said[0] == said[1] else " – ".join(said)


def duration(minutes: int) -> str:
    """ "3 h 30 min"."""
    hours, rest = divmod(minutes, 60)
    words = []
    if hours:
        words.append(_("%(hours)s h") % {"hours": hours})
    if rest or not hours:
        words.append(_("%(minutes)s min") % {"minutes": rest})
    return " ".join(words)


def hours(minutes: int) -> str:
    """To the half hour, as people say it: "3.5"."""
    halves = round(minutes / 30)
    return number_format(halves / 2, decimal_pos=halves % 2)


def came(mark: str | None, minutes: int | None) -> str:
    """What happened, without a word about what did not."""
    if mark in Attendance.ATTENDED:
        return _("You were here, %(time)s") % {"time": duration(minutes or 0)}
    if mark == Attendance.Status.EXCUSED:
        return _("You let us know")
    return ""
