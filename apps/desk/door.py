"""Who is expected at the door of a site today, and who comes by a ride: for the front desk.

Name, time, room, here or not, and the ride. Not why somebody is not here, not what a room
is about, and nothing else of a record.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, Value

from apps.accounts.models import User
from apps.care.models import Client, Site, StaffRole
from apps.sessions import wording
from apps.sessions.arriving import ride_words
from apps.sessions.models import Attendance, GroupSession, Ride
from apps.sessions.selectors import expected_people


@dataclass(frozen=True)
class Arrival:
    name: str
    is_here: bool
    let_us_know: bool
    rides: list[str]
    interpreter: str


@dataclass(frozen=True)
class Time:
    """Everybody expected at one time in one place."""

    title: str
    where: str
    people: list[Arrival]


@dataclass(frozen=True)
class Door:
    times: list[Time]
    client_ids: list


def arrivals_of(user: User, at: datetime) -> Door:
    """A fixed number of reads, for however many people and rooms."""
    sites = _sites(user)
    rooms = [
        room
        for room in GroupSession.objects.filter(site__in=sites)
        .held()
        .on_days(at.date(), at.date())
        .select_related("site", "series")
        .order_by("starts_at", "site__name", "room", "pk")
        if room.local_on == room.site.local_date(at)
    ]
    if not rooms:
        return Door([], [])
    expected = _expected(rooms)
    clients = Client.objects.in_bulk({client for _room, _pk, client in expected})
    marks = {
        (mark.group_session_id, mark.enrollment_id): mark
        for mark in Attendance.objects.filter(group_session__in=rooms)
    }
    rides: dict = {}
    booked = Ride.objects.booked().filter(group_session__in=rooms)
    booked = booked.select_related("booked_by", "enrollment__client")
    by_pk = {room.pk: room for room in rooms}
    for ride in booked.order_by("picks_up_at", "pk"):
        site = by_pk[ride.group_session_id].site
        key = ride.group_session_id, ride.enrollment_id
        rides.setdefault(key, []).append(ride_words(ride, site))
    doubles = Counter(client.preferred_name for client in clients.values())
    people: dict = {}
    for room, enrollment, client_id in expected:
        client = clients[client_id]
        mark = marks.get((room, enrollment))
        people.setdefault(room, []).append(
            Arrival(
                name=_name(client, doubles),
                is_here=mark is not None and mark.status in Attendance.ATTENDED,
                let_us_know=mark is not None
                and mark.status == Attendance.Status.EXCUSED,
                rides=rides.get((room, enrollment), []),
                interpreter=client.interpreter_language,
            )
        )
    times = [
        Time(
            title=wording.clock(room.starts_at, room.site.zone),
            where=" · ".join(filter(None, [room.site.name, wording.place(room)])),
            people=sorted(people.get(room.pk, ()), key=lambda one: one.name.casefold()),
        )
        for room in rooms
        if people.get(room.pk)
    ]
    return Door(times, list(clients))


def _sites(user: User):
    """Where somebody is at the door; a role without a site is at every door of the house."""
    roles = StaffRole.objects.filter(
        user=user, role=StaffRole.Role.FRONT_DESK, organization=user.organization_id
    )
    everywhere = Q(organization__staff_roles__in=roles.filter(site=None))
    return Site.objects.filter(
        Q(staff_roles__in=roles) | everywhere, organization=user.organization_id
    )


def _expected(rooms: list[GroupSession]) -> list[tuple]:
    """(room, enrollment, client) of all of them, in one read."""
    first, *others = (
        expected_people(room)
        .select_related(None)
        .order_by()
        .annotate(at_room=Value(room.pk.hex))
        .values_list("at_room", "pk", "client")
        for room in rooms
    )
    by_hex = {room.pk.hex: room.pk for room in rooms}
    rows = first.union(*others, all=True) if others else first
    return [(by_hex[room], pk, client) for room, pk, client in rows]


def _name(client: Client, doubles: Counter) -> str:
    # A surname is opened only where two would be taken for each other.
    if doubles[client.preferred_name] > 1 and client.surname:
        return f"{client.preferred_name} {client.surname[0]}."
    return client.preferred_name
