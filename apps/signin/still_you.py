"""Somebody who is signed in shows once more that it is them."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.audit.middleware import actor_of
from apps.audit.services import record
from apps.care.models import ContactPoint
from apps.signin import codes, doors, proof, sign_ins


@dataclass(frozen=True)
class Way:
    """One address of the person, told so that a stranger learns little of it."""

    id: str
    index: str
    is_phone: bool
    # The last two numbers, or what stands behind the @.
    end: str


def let_in(
    request,
    at: datetime,
    *,
    opens_by_itself: bool = False,
    shown_at: datetime | None = None,
) -> bool:
    """Whoever is signed in proved it, now or at ``shown_at``. False: the door is shut yet."""
    user, session = request.user, request.session
    is_in = proof.is_whole(session, user) or _comes_in(request, at, opens_by_itself)
    if is_in:
        proof.give(session, user=user, at=shown_at or at)
    else:
        proof.wait(session, at=at)
    sign_ins.follow(session)
    return is_in


def _comes_in(request, at: datetime, opens_by_itself: bool) -> bool:
    """For staff. The cookie goes out with the answer."""
    said = request.COOKIES.get(settings.BROWSER_COOKIE_NAME, "")
    token = said or doors.new_token()
    is_in = doors.come_in(
        request.session,
        user=request.user,
        token=token,
        user_agent=request.headers.get("User-Agent", ""),
        opens_by_itself=opens_by_itself,
        at=at,
        by=actor_of(request),
    )
    if is_in:
        request.known_browser = token
    return is_in


def ways_of(user: User) -> list[Way]:
    """Nothing is sent where somebody else reads along."""
    points = ContactPoint.objects.filter(
        client__user=user, client__monitored_phone=False, stopped_at=None
    )
    return [_way(point) for point in points.order_by("-kind", "pk")]


def _way(point: ContactPoint) -> Way:
    is_phone = point.kind == ContactPoint.Kind.PHONE
    end = point.value[-2:] if is_phone else point.value.rpartition("@")[2]
    return Way(str(point.pk), point.value_index, is_phone, end)


def pending(request):
    """The code on its way to this person, and to nobody else."""
    process = codes.pending(request)
    return process if process is not None and process.user == request.user else None


def send(request, way_id: str) -> None:
    """:raises TooOften: to this address. To one that is not theirs nothing goes."""
    for way in ways_of(request.user):
        if way.id == way_id:
            codes.ask(request, index=way.index, user=request.user)


def give_code(request, process, *, code: str, at: datetime, by: Actor) -> None:
    """:raises NotTheCode: or CodeIsOver."""
    codes.give_back(request, process, code=code)
    process.abort()
    note(user=request.user, at=at, by=by)
    let_in(request, at)


@transaction.atomic
def note(*, user: User, at: datetime, by: Actor) -> None:
    record(action="accounts.shown_again", at=at, by=by, subject=user, reason="code")
