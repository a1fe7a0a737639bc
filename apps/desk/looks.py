"""Who looked at whose record: what a supervisor searches, and what is unusual in a week."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.wording import LOOKS, OPENINGS, THEIRS, actions_of, deed_of
from apps.care.models import CareAssignment, Client
from apps.care.rules.unusual import Knowledge, Look, Unusual, unusual
from apps.common.crypto import blind_index

PAGE = 50
# So many namesakes are searched at once; and so many names stand in one row.
NAMESAKES = 20
NAMES = 3
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Row:
    event: AuditEvent
    who: str
    what: str
    names: list[str]
    more: int
    where: str


@dataclass(frozen=True)
class Found:
    rows: list[Row]
    client_ids: list[UUID]
    is_last: bool


def search(
    user: User,
    *,
    name: str,
    staff: User | None,
    deed: str,
    since: date | None,
    until: date | None,
    page: int,
    zone: ZoneInfo,
) -> Found:
    """One page of what was done in the searcher's own organization, newest first."""
    house = user.organization_id
    events = AuditEvent.objects.filter(organization_id=house)
    clients: list[UUID] = []
    if name:
        clients = clients_called(house, name)
        # The program acts for no house; what it did for these clients is theirs.
        everywhere = AuditEvent.objects.filter(
            Q(organization_id=house) | Q(organization_id=None)
        )
        events = everywhere.about(*clients)
    if staff is not None:
        events = events.filter(actor_id=staff.pk)
    if deed:
        events = _of_deed(events, deed)
    if since:
        events = events.filter(at__gte=datetime.combine(since, time(), zone))
    if until:
        events = events.filter(at__lt=datetime.combine(until + DAY, time(), zone))
    start = (page - 1) * PAGE
    step = list(events.order_by("-at", "-seq")[start : start + PAGE + 1])
    return _found(house, step[:PAGE], clients, is_last=len(step) <= PAGE)


def clients_called(house: UUID, name: str) -> list[UUID]:
    """By first name, or by surname: the one is readable, the other only found again."""
    surname = blind_index(name.casefold(), purpose="surname")
    called = Client.objects.filter(
        Q(preferred_name__iexact=name) | Q(surname_index=surname), organization=house
    )
    return list(called.order_by("pk").values_list("pk", flat=True)[:NAMESAKES])


def _of_deed(events, deed: str):
    whole, starts, others = actions_of(deed)
    fits = Q(action__in=whole)
    for start in starts:
        fits |= Q(action__startswith=start)
    for other in others:
        fits &= ~Q(action__startswith=other)
    return events.filter(fits)


def _found(house: UUID, events: list[AuditEvent], sought, *, is_last: bool) -> Found:
    shown = {event.seq: _shown(event, sought) for event in events}
    ids = {pk for whom in shown.values() for pk in whom[:NAMES]}
    names = client_names(house, ids)
    staff = staff_names(house, {event.actor_id for event in events})
    rows = [
        Row(
            event=event,
            who=staff.get(event.actor_id) or _stranger(event, names),
            what=THEIRS[deed_of(event.action)],
            names=[names[pk] for pk in shown[event.seq][:NAMES] if pk in names],
            more=max(0, len(shown[event.seq]) - NAMES),
            where=event.address,
        )
        for event in events
    ]
    return Found(rows, sorted(names, key=str), is_last)


def _shown(event: AuditEvent, sought: list[UUID]) -> list[UUID]:
    """Whom an event is about, who was searched for first."""
    whom = [event.client_id] if event.client_id else []
    whom += [UUID(pk) for pk in event.client_ids]
    return sorted(dict.fromkeys(whom), key=lambda pk: pk not in sought)


def client_names(house: UUID, ids) -> dict[UUID, str]:
    own = Client.objects.filter(organization=house, pk__in=ids)
    return dict(own.values_list("pk", "preferred_name"))


def staff_names(house: UUID, ids) -> dict[UUID, str]:
    own = User.objects.filter(
        organization_id=house, pk__in=ids - {None}, kind=User.Kind.STAFF
    )
    return dict(own.values_list("pk", "name"))


def _stranger(event: AuditEvent, names) -> str:
    if event.actor_role == "CLIENT":
        return _("The client")
    if event.actor_id is not None:
        return _("Somebody of another house")
    if event.actor_role == "VISITOR":
        return _("Somebody with a link or code")
    if event.actor_role == "PROVIDER":
        return _("The phone company")
    return _("A command") if event.source == "COMMAND" else _("The app, by itself")


# --- unusual


@dataclass(frozen=True)
class Question:
    """Something to ask somebody about."""

    found: Unusual
    who: str
    names: list[str]


def questions(house: UUID, *, since: datetime, until: datetime, zone) -> list[Question]:
    """What was unusual in a stretch of time, in words and in a fixed number of reads."""
    looks, acts = _week(house, since, until)
    clients = {pk for look in looks for pk in look.clients}
    staff = {look.staff for look in looks}
    team = _team(staff, clients)
    namesakes = _namesakes(house, staff, clients)
    found = unusual(
        looks,
        Knowledge(
            zone=zone,
            is_on_team=lambda who, whom, at, opened: any(
                each.since <= at
                and (each.until is None or at < each.until)
                and (not opened or each.role in CareAssignment.CLINICAL)
                for each in team[who, whom]
            ),
            is_namesake=lambda who, whom: (who, whom) in namesakes,
            acts=lambda who, whom: acts[who, whom],
        ),
    )
    names = client_names(house, {pk for each in found for pk in each.clients})
    people = staff_names(house, {each.staff for each in found})
    return [
        Question(
            each,
            people.get(each.staff, _("Somebody of another house")),
            [names[pk] for pk in each.clients if pk in names],
        )
        for each in found
    ]


def _week(house: UUID, since: datetime, until: datetime):
    """The looks of staff, and when they did something, by person and client."""
    looks, acts = [], defaultdict(list)
    events = AuditEvent.objects.filter(
        organization_id=house, actor_role="STAFF", at__gte=since, at__lt=until
    ).exclude(actor_id=None)
    for at, who, action, whom, listed in events.values_list(
        "at", "actor_id", "action", "client_id", "client_ids"
    ).iterator():
        deed = deed_of(action)
        if deed in LOOKS:
            clients = (whom,) if whom else tuple(UUID(pk) for pk in listed)
            looks.append(Look(at, who, clients, opened=deed in OPENINGS))
        elif whom and deed not in ("roster", "checked"):
            acts[who, whom].append(at)
    return looks, acts


def _team(staff, clients) -> dict:
    team = defaultdict(list)
    for each in CareAssignment.objects.filter(
        staff__in=staff, enrollment__client__in=clients
    ).select_related("enrollment"):
        team[each.staff_id, each.enrollment.client_id].append(each)
    return team


def _namesakes(house: UUID, staff, clients) -> set[tuple[UUID, UUID]]:
    """Who has the surname of whom. A surname of a client is only found again, never read."""
    by_index = defaultdict(list)
    for pk, index in Client.objects.filter(
        organization=house, pk__in=clients
    ).values_list("pk", "surname_index"):
        by_index[index].append(pk)
    return {
        (who, whom)
        for who, name in staff_names(house, staff).items()
        for surname in _surnames(name)
        for whom in by_index[blind_index(surname.casefold(), purpose="surname")]
    }


def _surnames(name: str) -> set[str]:
    """Every way the end of a name may be a surname: "Ana de la Cruz", "Luz Ruiz Vega"."""
    words = name.replace("-", " ").split()
    ends = {" ".join(words[start:]) for start in range(1, len(words))}
    ends |= set(words[1:])
    return ends | {each for each in name.split()[1:] if "-" in each}
