"""Who can be played in a demonstration, in the groups the page shows them in."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils.translation import get_language

from apps.accounts.models import User
from apps.care.models import Enrollment, StaffRole

HANDLE_PREFIX = "demo-"


@dataclass(frozen=True)
class Player:
    id: UUID
    name: str
    story: str


@dataclass(frozen=True)
class Group:
    title: str
    players: list[Player]


def players() -> QuerySet[User]:
    return User.objects.filter(handle__startswith=HANDLE_PREFIX, is_active=True)


def client_groups() -> list[Group]:
    """Clients by site and track of their latest episode."""
    episodes = Enrollment.objects.select_related("program__site").order_by("started_on")
    found = (
        players()
        .filter(kind=User.Kind.CLIENT, client__enrollments__isnull=False)
        .distinct()
        .prefetch_related(Prefetch("client__enrollments", queryset=episodes))
        .order_by("name", "pk")
    )
    groups = _grouped(
        (_site_and_track(list(user.client.enrollments.all())[-1]), user)
        for user in found
    )
    return sorted(groups, key=lambda group: group.title)


def staff_groups() -> list[Group]:
    """Staff by what they do."""
    order = list(StaffRole.Role)
    found = (
        StaffRole.objects.filter(user__in=players())
        .select_related("user")
        .order_by("user__name", "pk")
    )
    by_role = sorted(found, key=lambda role: order.index(role.role))
    return _grouped((role.get_role_display(), role.user) for role in by_role)


def _site_and_track(enrollment: Enrollment) -> str:
    program = enrollment.program
    return f"{program.site.name} · {program.get_track_display()}"


def _grouped(pairs) -> list[Group]:
    groups: dict[str, list[Player]] = {}
    for title, user in pairs:
        groups.setdefault(title, []).append(_player(user))
    return [Group(title, members) for title, members in groups.items()]


def _player(user: User) -> Player:
    told = _stories().get(user.handle, {})
    return Player(user.pk, user.name, told.get(get_language()) or told.get("en", ""))


@cache
def _stories() -> dict[str, dict[str, str]]:
    path = Path(__file__).parent / "data" / "stories.json"
    return json.loads(path.read_text())
