"""Occurrences of the weekly template: made ahead, changed, cancelled."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_noop

from apps.accounts.models import User
from apps.audit.actors import SYSTEM, Actor
from apps.audit.services import record
from apps.care.models import Site
from apps.care.services.status import note_attendance, wake_all
from apps.common.days import wall_to_utc
from apps.sessions.models import Attendance, GroupSession, Series
from apps.sessions.recurrence import days_of_rule
from apps.sessions.selectors import AHEAD, seated_people, standings
from apps.sessions.services.conflicts import lock_schedule, refuse_collisions
from apps.sessions.services.rooms import finish_task, lock_room, save_changed
from apps.sessions.services.seats import count_seats

# Kept in English, put into the reader's language when shown.
HOLIDAY = gettext_noop("Closed for the holiday.")
CLOCK_CHANGE = gettext_noop("The clocks change that night.")


def keep_ahead(at: datetime, by: Actor = SYSTEM) -> int:
    """Make the occurrences of every series, twelve weeks ahead. Cheap with nothing to do."""
    lacking = Series.objects.filter(
        Q(valid_until=None) | Q(made_until=None) | Q(valid_until__gt=F("made_until")),
        # No zone is more than a day behind.
        Q(made_until=None) | Q(made_until__lt=(at + AHEAD).date()),
    ).select_related("program__site")
    return sum(
        generate_occurrences(
            series=series,
            until=series.program.site.local_date(at) + AHEAD,
            at=at,
            by=by,
        )
        for series in lacking
    )


@transaction.atomic
def generate_occurrences(
    *, series: Series, until: date, at: datetime, by: Actor
) -> int:
    """Make what the rule gives from now on up to ``until``; what exists is left alone.

    What has begun is not made any more: nobody could know of it. A day the site is closed
    keeps its occurrence, cancelled with a note.
    """
    made = make_occurrences(series=series, until=until, at=at)
    if made:
        record(action="sessions.occurrences_made", at=at, by=by, subject=series)
    return len(made)


def make_occurrences(
    *, series: Series, until: date, at: datetime, refusing: bool = False
) -> list[GroupSession]:
    """As above, for a use case that writes down itself what it did.

    :raises DoubleBooked: when it is ``refusing`` and somebody or a room is taken. The tick
        does not refuse: people come by the template, whatever else was put there.
    """
    lock_schedule(series.program.site.organization_id)
    # Two ticks at once must not make the same day twice.
    series = (
        Series.objects.select_for_update(of=("self",))
        .select_related("program__site")
        .get(pk=series.pk)
    )
    site = series.program.site
    first = max(series.valid_from, site.local_date(at))
    last = min(until, series.valid_until or until)
    known = set(
        series.occurrences.filter(series_on__gte=first).values_list(
            "series_on", flat=True
        )
    )
    service = sum(series.blocks.filter(counts=True).values_list("minutes", flat=True))
    missing = [
        _occurrence(series, site, day, service or series.minutes)
        for day in days_of(series, first, last)
        if day not in known
    ]
    coming = [occurrence for occurrence in missing if occurrence.starts_at > at]
    if refusing:
        refuse_collisions(coming)
    made = GroupSession.objects.bulk_create(coming)
    if series.made_until is None or series.made_until < until:
        series.made_until = until
        series.save(update_fields=["made_until"])
    if made:
        count_seats(
            sessions=GroupSession.objects.filter(pk__in=[room.pk for room in made])
        )
    return made


def days_of(series: Series, first: date, last: date) -> list[date]:
    """The days of the rule between two days, both included."""
    return days_of_rule(series.rrule, series.valid_from, first, last)


def _occurrence(series: Series, site: Site, day: date, service: int) -> GroupSession:
    starts_at = wall_to_utc(day, series.starts_at_time, site.zone)
    is_closed = day.isoformat() in site.holidays
    note = HOLIDAY if is_closed else ""
    if starts_at.astimezone(site.zone).time() != series.starts_at_time:
        note = note or CLOCK_CHANGE
    states = GroupSession.State
    return GroupSession(
        organization_id=site.organization_id,
        site=site,
        series=series,
        series_on=day,
        weekday=day.weekday(),
        title=series.title,
        kind=series.kind,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=series.minutes),
        local_on=day,
        service_minutes=service,
        room=series.room,
        telehealth=series.telehealth,
        join_url=series.join_url,
        facilitator_id=series.facilitator_id,
        state=states.CANCELLED if is_closed else states.SCHEDULED,
        change_note=note,
        capacity=series.capacity,
    )


@transaction.atomic
def change_session(
    *,
    group_session: GroupSession,
    starts_at: datetime,
    room: str,
    facilitator: User,
    at: datetime,
    by: Actor,
) -> None:
    """Hold one occurrence at another time, in another room or led by a substitute.

    Its length stays. What is different is said in words wherever it is shown.

    :raises RosterClosed: when it is over and written down.
    :raises SessionCancelled: when it is not held at all.
    """
    group_session = lock_room(group_session, roster_open=True)
    new = {
        "starts_at": starts_at,
        "ends_at": starts_at + (group_session.ends_at - group_session.starts_at),
        "local_on": group_session.site.local_date(starts_at),
        "room": room,
        "facilitator_id": facilitator.pk,
    }
    changed = [
        key for key, value in new.items() if getattr(group_session, key) != value
    ]
    if not changed:
        return
    for key in changed:
        setattr(group_session, key, new[key])
    save_changed(group_session, changed, at=at)
    _tell(group_session, "sessions.changed", at, by, changed)


@transaction.atomic
def cancel_session(
    *, group_session: GroupSession, note: str, at: datetime, by: Actor
) -> None:
    """Not held after all. Counts for nobody, whatever the roster said so far.

    :raises RosterClosed: when it is over and written down.
    :raises SessionCancelled: when somebody cancelled it before.
    """
    group_session = lock_room(group_session, roster_open=True)
    group_session.state = GroupSession.State.CANCELLED
    group_session.change_note = note
    save_changed(group_session, ["state", "change_note"], at=at)
    marks = group_session.attendance.all()
    marks.update(status=Attendance.Status.CANCELLED, reason="", minutes=0)
    marked = list(marks.values_list("enrollment", flat=True))
    note_attendance(standings=standings(marked), at=at)
    finish_task(group_session, at=at, by=by)
    _tell(group_session, "sessions.cancelled", at, by, ["state", "change_note"])


def _tell(
    group_session: GroupSession,
    action: str,
    at: datetime,
    by: Actor,
    changed: list[str],
) -> None:
    people = list(seated_people(group_session))
    record(
        action=action,
        at=at,
        by=by,
        subject=group_session,
        client_ids=[person.client_id for person in people],
        field_names=changed,
    )
    wake_all(enrollment_ids=[person.pk for person in people], at=at)
