"""Who is expected where. One rule, read from both sides: a person's sessions, a room's people."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    Count,
    DateField,
    DateTimeField,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    UUIDField,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce

from apps.care.models import Enrollment, Pause, Placement
from apps.common.prepared import prepared
from apps.sessions.models import (
    Absence,
    Attendance,
    GroupSession,
    Override,
    Wait,
    instants_of,
)

LONGEST = timedelta(days=1)
AHEAD = timedelta(weeks=12)
# The invited have a seat and a greeting; not coming is not yet a miss.
HAS_BEGUN = ~Q(state=Enrollment.State.INVITED)


@prepared(user=UUIDField())
def _own_enrollment(user):
    return (
        Enrollment.objects.of_client(user)
        .exclude(state=Enrollment.State.ENDED)
        .select_related("client", "program__site")
    )


def own_enrollment(user) -> Enrollment | None:
    """The open episode of care of a signed-in client, with its site."""
    return next(iter(_own_enrollment(user=user.pk)), None)


@dataclass(frozen=True)
class _Room:
    """An occurrence as values, or as columns of the query around."""

    pk: Any
    own: Any
    organization: Any
    series: Any
    program: Any
    series_on: Any
    weekday: Any
    local_on: Any

    @classmethod
    def of(cls, group_session: GroupSession) -> "_Room":
        series = group_session.series
        return cls(
            pk=group_session.pk,
            own=group_session.enrollment_id,
            organization=group_session.organization_id,
            series=group_session.series_id,
            program=series.program_id if series else None,
            series_on=group_session.series_on,
            weekday=group_session.weekday,
            local_on=group_session.local_on,
        )

    @classmethod
    def around(cls, depth: int = 1) -> "_Room":
        def column(name: str) -> OuterRef:
            reference: Any = name
            for _ in range(depth):
                reference = OuterRef(reference)
            return reference

        return cls(
            pk=column("pk"),
            own=column("enrollment"),
            organization=column("organization"),
            series=column("series"),
            program=column("series__program"),
            series_on=column("series_on"),
            weekday=column("weekday"),
            local_on=column("local_on"),
        )


def _placements(room: _Room) -> QuerySet[Placement]:
    """The placements that bring people to a room: program, level, dates and weekday."""
    if room.series is None:
        return Placement.objects.none()
    # A JSON list of digits below 7, so its text holds the digit when the list does. Both
    # databases can do this; only one of them can look into JSON.
    return (
        Placement.objects.on(room.series_on)
        .filter(program=room.program, level__series=room.series)
        .alias(days=Cast("weekdays", TextField()))
        .filter(days__contains=Cast(room.weekday, TextField()))
    )


def _overrides(room: _Room, kind: str) -> QuerySet[Override]:
    return Override.objects.filter(group_session=room.pk, kind=kind)


def _gave_back(room: Any) -> QuerySet[Absence]:
    """Who said they cannot come: they are expected no less, but hold no seat."""
    return Absence.objects.standing().filter(group_session=room)


def pauses_on(day) -> QuerySet[Pause]:
    return Pause.objects.filter(Q(to_on__gte=day) | Q(to_on=None), from_on__lte=day)


def _in_care(day, prefix: str = "") -> Q:
    """On enrollments, or on rows that lead to one by ``prefix``."""
    ended = Q((f"{prefix}ended_on__gte", day)) | Q((f"{prefix}ended_on", None))
    return ended & Q((f"{prefix}client__died_on", None))


def _people(room: _Room, inner: _Room) -> QuerySet[Enrollment]:
    """Everybody with a seat, in a pause or not. ``inner`` is the room one query deeper."""
    placed = _placements(inner).values("enrollment")
    added = _overrides(inner, Override.Kind.ADDED).values("enrollment")
    dropped = _overrides(inner, Override.Kind.DROPPED).values("enrollment")
    return Enrollment.objects.filter(
        Q(pk__in=placed) & ~Q(pk__in=dropped) | Q(pk__in=added),
        _in_care(room.local_on),
        organization=room.organization,
    )


def seated_people(group_session: GroupSession) -> QuerySet[Enrollment]:
    """Everybody the roster names, with their client; ``paused`` says who is in a pause,
    ``makes_up`` who comes in place of another time."""
    room = _Room.of(group_session)
    if room.own:
        people = Enrollment.objects.filter(_in_care(room.local_on), pk=room.own)
    else:
        people = _people(room, room)
    pauses = pauses_on(room.local_on).filter(enrollment=OuterRef("pk"))
    made_up = _overrides(room, Override.Kind.ADDED).filter(
        enrollment=OuterRef("pk"), makes_up__isnull=False
    )
    return people.select_related("client").annotate(
        paused=Exists(pauses), makes_up=Exists(made_up)
    )


def expected_people(group_session: GroupSession) -> QuerySet[Enrollment]:
    """Who is expected: everybody with a seat who has begun and is not in a pause."""
    return seated_people(group_session).filter(HAS_BEGUN, paused=False)


def _seats() -> tuple[QuerySet[Placement], QuerySet[Override]]:
    """The rows behind the seats of the group around: placements, and what was added."""
    room, inner = _Room.around(), _Room.around(2)
    in_care = _in_care(room.local_on, "enrollment__")
    dropped = _overrides(inner, Override.Kind.DROPPED).values("enrollment")
    away = _gave_back(inner.pk).values("enrollment")
    placed = _placements(room).filter(in_care).exclude(enrollment__in=dropped)
    also = _placements(inner).values("enrollment")
    added = _overrides(room, Override.Kind.ADDED).filter(in_care)
    return (
        placed.exclude(enrollment__in=away),
        added.exclude(enrollment__in=also).exclude(enrollment__in=away),
    )


def count_of_seated() -> Combinable:
    """How many seats are held, as a column of a query of groups: by whoever
    ``seated_people`` names and comes, and for whom one is offered to."""
    offered = Wait.objects.filter(group_session=OuterRef("pk"), state="OFFERED")
    kept = Subquery(
        offered.order_by()
        .values("group_session")
        .annotate(kept=Count("pk"))
        .values("kept")
    )
    placed, added = (
        rows.order_by()
        .values(of_all=Value(1))
        .annotate(seated=Count("enrollment", distinct=True))
        .values("seated")
        for rows in _seats()
    )
    return (
        Coalesce(Subquery(placed), 0) + Coalesce(Subquery(added), 0) + Coalesce(kept, 0)
    )


def rooms_of(people: QuerySet[Enrollment]) -> Q:
    """On group sessions: somebody of ``people`` has a seat there."""
    placed, added = (
        rows.filter(enrollment__in=people.values("pk")) for rows in _seats()
    )
    return Q(Exists(placed) | Exists(added))


@dataclass(frozen=True)
class _Person:
    """Whose sessions, as values or as the places of a prepared query."""

    pk: Any
    organization: Any
    last_day: Any

    @classmethod
    def of(cls, enrollment: Enrollment) -> "_Person":
        """What ``HAS_BEGUN`` and ``_in_care`` say, of a row at hand. Reads ``client``."""
        last_day = enrollment.ended_on or date.max
        if enrollment.state == Enrollment.State.INVITED or enrollment.client.died_on:
            last_day = date.min
        return cls(enrollment.pk, enrollment.organization_id, last_day)


def _with_override(person: _Person) -> QuerySet[GroupSession]:
    """All group sessions of the house, each with what was agreed for it alone."""
    own = FilteredRelation("overrides", condition=Q(overrides__enrollment=person.pk))
    return GroupSession.objects.filter(organization=person.organization).alias(
        override=own
    )


def _is_placed(person: _Person) -> Q:
    """On ``_with_override``: the placement brings them, or it was agreed."""
    placed = Exists(_placements(_Room.around()).filter(enrollment=person.pk))
    return Q(
        Q(override__kind=Override.Kind.ADDED) | Q(placed, override=None),
        enrollment=None,
    )


def _is_expected(person: _Person) -> Q:
    """On ``_with_override``: the other side of ``expected_people``."""
    paused = pauses_on(OuterRef("local_on")).filter(enrollment=person.pk)
    return Q(
        _is_placed(person) | Q(enrollment=person.pk),
        ~Exists(paused),
        local_on__lte=person.last_day,
    )


def _says_no(person: _Person) -> Exists:
    """On group sessions: they said themselves that they cannot come."""
    return Exists(_gave_back(OuterRef("pk")).filter(enrollment=person.pk))


def seats_of(enrollment: Enrollment, since: date) -> QuerySet[GroupSession]:
    """Where somebody has a seat from a day on, in a pause or not."""
    person = _Person.of(enrollment)
    return _with_override(person).filter(
        _is_placed(person), ~_says_no(person), local_on__gte=since
    )


def expected_sessions(
    enrollment: Enrollment, start: datetime, end: datetime
) -> QuerySet[GroupSession]:
    """What somebody is expected at between two instants, cancelled or not, by start."""
    return _expected(_Person.of(enrollment)).between(start, end)


def _expected(person: _Person) -> QuerySet[GroupSession]:
    rows = _with_override(person).filter(_is_expected(person))
    return rows.order_by("starts_at", "pk")


@prepared(
    pk=UUIDField(),
    organization=UUIDField(),
    last_day=DateField(),
    after=DateTimeField(),
    at=DateTimeField(),
    before=DateTimeField(),
)
def _next(pk, organization, last_day, after, at, before):
    person = _Person(pk, organization, last_day)
    return (
        _expected(person)
        .between(after, before)
        .held()
        .filter(~_says_no(person), ends_at__gt=at)
        .select_related("site", "series", "facilitator")[:1]
    )


def next_session(enrollment: Enrollment, at: datetime) -> GroupSession | None:
    """The first one they come to that is not over yet, with its place and who leads it."""
    person = asdict(_Person.of(enrollment))
    found = _next(**person, after=at - LONGEST, at=at, before=at + AHEAD)
    return next(iter(found), None)


def comes_to(enrollment: Enrollment, at: datetime) -> QuerySet[GroupSession]:
    """The groups ahead, or under way, that they are expected at and did not say no to."""
    person = _Person.of(enrollment)
    ahead = _expected(person).between(at - LONGEST, at + AHEAD).held()
    return ahead.filter(~_says_no(person), ends_at__gt=at, enrollment=None)


def people_coming(group_session: GroupSession) -> QuerySet[Enrollment]:
    """Who is expected and did not say no."""
    away = _gave_back(group_session.pk).values("enrollment")
    return expected_people(group_session).exclude(pk__in=away)


def own_sessions(
    enrollment: Enrollment, first: date, last: date
) -> QuerySet[GroupSession]:
    """Of some days, expected or attended all the same, by start.

    ``mark`` and ``minutes`` say what happened; None when nobody said anything.
    """
    return _own(_Person.of(enrollment)).on_days(first, last)


def own_session(enrollment: Enrollment, session_id: UUID) -> GroupSession | None:
    """One of ``own_sessions``, with its place and who leads it."""
    return (
        _own(_Person.of(enrollment))
        .filter(pk=session_id)
        .select_related("site", "series", "facilitator")
        .first()
    )


def own_of(user, session_id: UUID) -> tuple[Enrollment, GroupSession] | None:
    """The open episode of a signed-in client, and one time of theirs; None for strangers."""
    enrollment = own_enrollment(user)
    mine = own_session(enrollment, session_id) if enrollment else None
    return (enrollment, mine) if enrollment and mine else None


def _own(person: _Person) -> QuerySet[GroupSession]:
    own = FilteredRelation("attendance", condition=Q(attendance__enrollment=person.pk))
    return (
        _with_override(person)
        .annotate(own=own, mark=F("own__status"), minutes=F("own__minutes"))
        .filter(_is_expected(person) | Q(mark__in=Attendance.ATTENDED))
        .order_by("starts_at", "pk")
    )


@prepared(
    pk=UUIDField(),
    organization=UUIDField(),
    last_day=DateField(),
    first=DateField(),
    last=DateField(),
    after=DateTimeField(),
    before=DateTimeField(),
)
def _week(pk, organization, last_day, first, last, after, before):
    return (
        _own(_Person(pk, organization, last_day))
        .filter(local_on__gte=first, local_on__lte=last)
        .between(after, before)
        .select_related("site", "series", "facilitator")
    )


def week_sessions(enrollment: Enrollment, monday: date) -> list[GroupSession]:
    """``own_sessions`` of a week, each with its place and who leads it."""
    sunday = monday + timedelta(days=6)
    after, before = instants_of(monday, sunday)
    person = asdict(_Person.of(enrollment))
    return _week(**person, first=monday, last=sunday, after=after, before=before)


def room_in(organization_id: UUID, session_id: UUID) -> GroupSession | None:
    """Of the house; whether they may come to it is decided by what takes the seat."""
    rooms = GroupSession.objects.filter(organization=organization_id)
    return rooms.filter(pk=session_id).first()


def is_coming(row: GroupSession, at: datetime) -> bool:
    """Of rows of ``own_sessions``: ahead or under way, and they did not say no to it."""
    said_no = row.mark == Attendance.Status.EXCUSED
    return row.ends_at > at and not row.is_cancelled and not said_no
