"""Nobody leads two rooms at once, and no room holds two groups."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q

from apps.care.models import Organization
from apps.sessions.models import GroupSession

Taken = Literal["ROOM", "LEADER"]
NEAR = timedelta(days=1)


class DoubleBooked(Exception):
    """``room`` cannot be held: the room or its leader is taken by ``other``.

    ``wording.taken`` says it to people.
    """

    def __init__(self, what: Taken, room: GroupSession, other: GroupSession):
        self.what, self.room, self.other = what, room, other
        super().__init__(what)


@dataclass(frozen=True)
class Collision:
    what: Taken
    room: GroupSession
    other: GroupSession


def lock_schedule(organization_id: UUID) -> None:
    """Whoever changes what is held when takes this first, until the transaction ends.

    Two changes at once then see each other, and name what collides instead of failing. A
    change of the schedule is rare; taking a seat or marking somebody does not ask for it.
    """
    house = Organization.objects.select_for_update(no_key=True, of=("self",))
    house.filter(pk=organization_id).values_list("pk").get()


def refuse_collisions(rooms: Iterable[GroupSession]) -> None:
    """:raises DoubleBooked: with the first of ``collisions_of``."""
    for found in collisions_of(rooms):
        raise DoubleBooked(found.what, found.room, found.other)


def collisions_of(rooms: Iterable[GroupSession]) -> list[Collision]:
    """Where these would stand on each other or on what is held, by start.

    They may be saved or not; they count as they are here.
    """
    held = [room for room in rooms if not room.is_cancelled]
    if not held:
        return []
    others = (
        GroupSession.objects.held()
        .filter(
            Q(facilitator__in={room.facilitator_id for room in held})
            | Q(site__in={room.site_id for room in held}),
            organization=held[0].organization_id,
            ends_at__gt=min(room.starts_at for room in held),
            starts_at__lt=max(room.ends_at for room in held),
        )
        # For the index; nothing lasts longer.
        .filter(starts_at__gt=min(room.starts_at for room in held) - NEAR)
        .exclude(pk__in=[room.pk for room in held])
        .select_related("site", "facilitator")
    )
    ours = {room.pk for room in held}
    places: dict[Any, list[GroupSession]] = defaultdict(list)
    for room in [*others, *held]:
        places["LEADER", room.facilitator_id].append(room)
        if room.room.strip() and not room.telehealth:
            name = room.room.strip().lower()
            places["ROOM", room.site_id, name].append(room)
    found = []
    for (what, *_where), there in places.items():
        there.sort(key=lambda room: room.starts_at)
        for number, room in enumerate(there):
            for after in there[number + 1 :]:
                if after.starts_at >= room.ends_at:
                    break
                if after.pk in ours:
                    found.append(Collision(what, after, room))
                elif room.pk in ours:
                    found.append(Collision(what, room, after))
    return sorted(found, key=lambda collision: collision.room.starts_at)
