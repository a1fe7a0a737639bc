"""Who looked: what was done with one client's record, day by day, in a fixed number of reads."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.wording import LOOKS, YOURS, deed_of
from apps.care.models import CareAssignment, Client, Enrollment, StaffRole

DAY = timedelta(days=1)
DAYS = 7
EARLIEST = date(2000, 1, 1)


@dataclass
class Line:
    """One person and one kind of deed on one day."""

    who: str
    role: str
    what: str
    times: list[datetime] = field(default_factory=list)
    # They read it and were not on the client's team then.
    is_foreign: bool = False

    @property
    def minutes(self) -> list[datetime]:
        """As a clock shows them: twice within a minute is one time of day."""
        return list(
            dict.fromkeys(at.replace(second=0, microsecond=0) for at in self.times)
        )

    @property
    def last(self) -> datetime:
        return max(self.times)


@dataclass(frozen=True)
class Looks:
    zone: tzinfo
    first_day: date
    last_day: date
    days: list[tuple[date, list[Line]]]
    older: date | None
    newer: date | None


def looks_at(client: Client, *, until: date | None, at: datetime) -> Looks:
    zone = _zone_of(client)
    today = at.astimezone(zone).date()
    last_day = min(max(until or today, EARLIEST), today)
    first_day = last_day - (DAYS - 1) * DAY
    start, end = _midnight(first_day, zone), _midnight(last_day + DAY, zone)
    by_others = (
        AuditEvent.objects.about(client.pk)
        .exclude(actor_id=client.user_id)
        .exclude(actor_role="CLIENT")
    )
    events = by_others.filter(at__gte=start, at__lt=end).order_by("at", "seq")
    before = by_others.filter(at__lt=start).order_by("-at").first()
    return Looks(
        zone=zone,
        first_day=first_day,
        last_day=last_day,
        days=_by_day(client, list(events), zone),
        older=before and before.at.astimezone(zone).date(),
        newer=min(last_day + DAYS * DAY, today) if last_day < today else None,
    )


def _zone_of(client: Client) -> tzinfo:
    own = Enrollment.objects.filter(client=client).order_by("-started_on", "-pk")
    enrollment = own.select_related("client", "program__site").first()
    return enrollment.zone if enrollment else UTC


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _by_day(client, events, zone) -> list[tuple[date, list[Line]]]:
    people = _People(client, {event.actor_id for event in events})
    days: dict[date, dict] = defaultdict(dict)
    for event in events:
        deed = deed_of(event.action)
        who, role, is_foreign = people.said(event, deed)
        lines = days[event.at.astimezone(zone).date()]
        key = (event.actor_id, who, role, deed, is_foreign)
        line = lines.setdefault(key, Line(who, role, YOURS[deed], [], is_foreign))
        line.times.append(event.at)
    return [
        (day, sorted(lines.values(), key=lambda line: line.last, reverse=True))
        for day, lines in sorted(days.items(), reverse=True)
    ]


class _People:
    """Who they are to this client, at any moment."""

    def __init__(self, client: Client, ids: set):
        self.names = dict(
            User.objects.filter(
                pk__in=ids, organization_id=client.organization_id
            ).values_list("pk", "name")
        )
        self.roles = {
            role.user_id: role.get_role_display()
            for role in StaffRole.objects.filter(
                user__in=ids, organization=client.organization_id
            ).order_by("-role")
        }
        self.assigned: dict = defaultdict(list)
        for assignment in CareAssignment.objects.filter(
            enrollment__client=client, staff__in=ids
        ).order_by("since", "pk"):
            self.assigned[assignment.staff_id].append(assignment)

    def said(self, event: AuditEvent, deed: str) -> tuple[str, str, bool]:
        if event.actor_id is None:
            return _nobody(event), "", False
        then = [
            each
            for each in self.assigned[event.actor_id]
            if each.since <= event.at and (each.until is None or event.at < each.until)
        ]
        role = then[0].get_role_display() if then else self.roles.get(event.actor_id)
        return (
            self.names.get(event.actor_id, _("Somebody who works here")),
            role or "",
            deed in LOOKS and not then,
        )


def _nobody(event: AuditEvent) -> str:
    if event.actor_role == "VISITOR":
        return _("Somebody with your link or code")
    if event.actor_role == "PROVIDER":
        return _("The phone company")
    if event.source == "COMMAND":
        return _("Someone who runs the app")
    return _("The app, by itself")
