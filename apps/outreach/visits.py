"""What is known of the sessions of many people, in a fixed number of reads.

The same rule as ``sessions.marks.attendance_marks``, which reads one person's; a test
holds the two together.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import F, Q, TextField
from django.db.models.functions import Cast

from apps.care.models import Enrollment, Pause, Placement
from apps.care.rules.drift import Visit
from apps.sessions.models import Attendance, GroupSession, Override

OCCURRENCE = "program__series__occurrences"


def visits_of(
    enrollments: Collection[Enrollment], since: date, until: date
) -> dict[UUID, list[Visit]]:
    """Sessions from ``since`` to ``until`` by the calendar of the site, oldest first.

    Who came is known from the tap on; who did not, only when the roster is closed.
    """
    people = {enrollment.pk: enrollment for enrollment in enrollments}
    days = (since, until)
    marks = {
        (person, room): status
        for person, room, status in Attendance.objects.filter(
            enrollment__in=people, group_session__local_on__range=days
        ).values_list("enrollment", "group_session", "status")
    }
    expected = _placed(people, days)
    for person, room, kind in Override.objects.filter(
        enrollment__in=people, group_session__local_on__range=days
    ).values_list("enrollment", "group_session", "kind"):
        if kind == Override.Kind.ADDED:
            expected.add((person, room))
        else:
            expected.discard((person, room))
    own = GroupSession.objects.filter(enrollment__in=people).on_days(*days)
    expected |= set(own.values_list("enrollment", "pk"))
    came = {key for key, mark in marks.items() if mark in Attendance.ATTENDED}
    rooms = GroupSession.objects.in_bulk({room for _, room in expected | came})
    away = _pauses(people)

    visits = defaultdict(list)
    for person, room_id in expected | came:
        room, mark = rooms[room_id], marks.get((person, room_id), "")
        if (person, room_id) not in came and not (
            _in_care(people[person], room.local_on)
            and room.enrollment_id in (None, person)
            and not any(
                first <= room.local_on and (last is None or room.local_on <= last)
                for first, last in away[person]
            )
        ):
            continue
        known = _known(room, mark)
        if known is not None:
            visits[person].append(Visit(room.starts_at, room.ends_at, known))
    for found in visits.values():
        found.sort(key=lambda visit: visit.starts_at)
    return visits


def _placed(people, days) -> set[tuple[UUID, UUID]]:
    """Who a placement brings where: program, level, dates and weekday."""
    series_on = F(f"{OCCURRENCE}__series_on")
    placements = Placement.objects.alias(days=Cast("weekdays", TextField())).filter(
        # A JSON list of digits below 7: its text holds the digit when the list does.
        Q(days__contains=Cast(F(f"{OCCURRENCE}__weekday"), TextField())),
        Q(from_on__lte=series_on),
        Q(to_on=None) | Q(to_on__gte=series_on),
        **{
            "enrollment__in": people,
            "program__series__levels": F("level"),
            f"{OCCURRENCE}__local_on__range": days,
        },
    )
    return set(placements.values_list("enrollment", OCCURRENCE))


def _pauses(people) -> dict[UUID, list[tuple[date, date | None]]]:
    pauses = defaultdict(list)
    for person, first, last in Pause.objects.filter(enrollment__in=people).values_list(
        "enrollment", "from_on", "to_on"
    ):
        pauses[person].append((first, last))
    return pauses


def _in_care(enrollment: Enrollment, day: date) -> bool:
    if enrollment.client.died_on or enrollment.state == Enrollment.State.INVITED:
        return False
    return enrollment.ended_on is None or enrollment.ended_on >= day


def _known(room: GroupSession, mark: str) -> str | None:
    """The status as the rules read it; None when it says nothing about the person."""
    if room.is_cancelled:
        return Attendance.Status.CANCELLED
    if mark in Attendance.ATTENDED:
        return mark
    if room.roster_closed_at is None:
        return ""
    # Nobody expected them when it closed.
    return mark or None
