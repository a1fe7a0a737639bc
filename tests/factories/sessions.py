import datetime as dt
from uuid import uuid4

import factory
from factory.django import DjangoModelFactory

from apps.sessions.models import (
    Attendance,
    Barrier,
    Block,
    Closure,
    GroupSession,
    Kind,
    Override,
    Ride,
    Series,
)
from tests.conftest import NOON
from tests.factories.care import (
    EnrollmentFactory,
    LevelFactory,
    ProgramFactory,
    SiteFactory,
    StaffFactory,
)


class SeriesFactory(DjangoModelFactory):
    """Weekdays at 9:00 for 210 minutes, for the level IOP."""

    class Meta:
        model = Series
        skip_postgeneration_save = True

    program = factory.SubFactory(ProgramFactory)
    title = "Day morning"
    kind = Kind.GROUP
    rrule = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
    starts_at_time = dt.time(9)
    minutes = 210
    valid_from = NOON.date() - dt.timedelta(days=90)
    room = "Room 2"
    facilitator = factory.SubFactory(
        StaffFactory,
        organization_id=factory.SelfAttribute("..program.site.organization_id"),
    )
    capacity = 12

    @factory.post_generation
    def levels(self, create, extracted, **kwargs):
        codes = extracted or ["IOP"]
        organization = self.program.site.organization
        self.levels.set(
            LevelFactory(organization=organization, code=code) for code in codes
        )

    @factory.post_generation
    def with_blocks(self, create, extracted, **kwargs):
        """``extracted`` is a list of (title, offset, minutes, counts)."""
        for title, offset, minutes, counts in extracted or []:
            BlockFactory(
                series=self,
                title=title,
                offset_minutes=offset,
                minutes=minutes,
                counts=counts,
            )


class BlockFactory(DjangoModelFactory):
    class Meta:
        model = Block

    series = factory.SubFactory(SeriesFactory)
    title = "Psycho Ed Group"
    kind = Kind.PSYCHOEDUCATION
    offset_minutes = 0
    minutes = 90


MORNING = [
    ("Little Big Book Group", 0, 100, True),
    ("Psycho Ed Group", 100, 90, True),
    ("Wrap-up and plan check", 190, 20, True),
]


class GroupSessionFactory(DjangoModelFactory):
    """One occurrence of a series, on the day ``on`` (a Monday unless told otherwise)."""

    class Meta:
        model = GroupSession
        exclude = ["on"]

    on = dt.date(2026, 10, 12)
    series = factory.SubFactory(SeriesFactory)
    organization = factory.SelfAttribute("site.organization")
    site = factory.SelfAttribute("series.program.site")
    series_on = factory.SelfAttribute("on")
    weekday = factory.LazyAttribute(lambda o: o.on.weekday())
    local_on = factory.SelfAttribute("on")
    title = factory.SelfAttribute("series.title")
    kind = factory.SelfAttribute("series.kind")
    room = factory.SelfAttribute("series.room")
    starts_at = factory.LazyAttribute(
        lambda o: dt.datetime.combine(
            o.on, o.series.starts_at_time, o.site.zone
        ).astimezone(dt.UTC)
    )
    ends_at = factory.LazyAttribute(
        lambda o: o.starts_at + dt.timedelta(minutes=o.series.minutes)
    )
    service_minutes = factory.LazyAttribute(
        lambda o: (
            sum(block.minutes for block in o.series.blocks.all() if block.counts)
            or o.series.minutes
        )
    )
    facilitator = factory.SelfAttribute("series.facilitator")
    capacity = factory.SelfAttribute("series.capacity")
    # Samples may stand in one room at once; the database would refuse it otherwise.
    collides = True


class OneToOneFactory(GroupSessionFactory):
    """Fifty minutes of one person with their counselor, outside every series."""

    series = None
    series_on = None
    enrollment = factory.SubFactory(EnrollmentFactory)
    site = factory.SelfAttribute("enrollment.program.site")
    title = "One-to-one"
    kind = Kind.INDIVIDUAL
    room = "Room 5"
    service_minutes = 50
    capacity = 1
    facilitator = factory.SubFactory(
        StaffFactory, organization_id=factory.SelfAttribute("..organization.pk")
    )
    starts_at = factory.LazyAttribute(
        lambda o: dt.datetime.combine(o.on, dt.time(14), o.site.zone).astimezone(dt.UTC)
    )
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + dt.timedelta(minutes=50))


class OverrideFactory(DjangoModelFactory):
    class Meta:
        model = Override

    enrollment = factory.SubFactory(EnrollmentFactory)
    group_session = factory.SubFactory(GroupSessionFactory)
    kind = Override.Kind.ADDED


class ClosureFactory(DjangoModelFactory):
    """Tomorrow, from noon to noon."""

    class Meta:
        model = Closure

    site = factory.SubFactory(SiteFactory)
    organization = factory.SelfAttribute("site.organization")
    kind = Closure.Kind.SNOW
    note = "Snow day"
    starts_at = NOON + dt.timedelta(days=1)
    ends_at = NOON + dt.timedelta(days=2)
    made_at = NOON


class AttendanceFactory(DjangoModelFactory):
    class Meta:
        model = Attendance

    group_session = factory.SubFactory(GroupSessionFactory)
    enrollment = factory.SubFactory(EnrollmentFactory)
    status = Attendance.Status.PRESENT
    marked_at = NOON


class BarrierFactory(DjangoModelFactory):
    class Meta:
        model = Barrier

    enrollment = factory.SubFactory(EnrollmentFactory)
    about = Barrier.About.DAY
    on = NOON.date() + dt.timedelta(days=1)
    uuid = factory.LazyFunction(uuid4)
    answer = "FINE"
    answered_at = NOON


class RideFactory(DjangoModelFactory):
    """To tomorrow's, forty minutes before it begins at nine."""

    class Meta:
        model = Ride

    enrollment = factory.SubFactory(EnrollmentFactory)
    on = NOON.date() + dt.timedelta(days=1)
    picks_up_at = NOON + dt.timedelta(hours=20, minutes=20)
    booked_by = factory.SubFactory(
        StaffFactory,
        name="Pat",
        organization_id=factory.SelfAttribute("..enrollment.organization_id"),
    )
    booked_at = NOON


def seated(group_session: GroupSession, count: int = 1, **kwargs) -> list:
    """People whose placement brings them to an occurrence."""
    return EnrollmentFactory.create_batch(
        count,
        program=group_session.series.program,
        client__organization=group_session.organization,
        **kwargs,
    )
