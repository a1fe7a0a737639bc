import datetime as dt

import factory
from factory.django import DjangoModelFactory

from apps.accounts.models import User
from apps.care.models import (
    CareAssignment,
    Client,
    Enrollment,
    LevelOfCare,
    Organization,
    OutsidePlace,
    Placement,
    Program,
    ProgramItem,
    Site,
    StaffRole,
    Status,
)
from tests.conftest import NOON

WEEKDAYS_9_TO_5 = {str(day): ["09:00", "17:00"] for day in range(5)}


class OrganizationFactory(DjangoModelFactory):
    class Meta:
        model = Organization

    name = factory.Sequence(lambda n: f"Organization {n}")
    alias = "Harbor"
    created_at = NOON


class SiteFactory(DjangoModelFactory):
    class Meta:
        model = Site

    organization = factory.SubFactory(OrganizationFactory)
    code = factory.Sequence(lambda n: f"S{n}")
    name = "Boston"
    timezone = "America/New_York"
    staffed_hours = WEEKDAYS_9_TO_5
    checkins_on = True
    after_hours = "Whoever is on call is told."
    holiday_cover = "As after hours."


class OutsidePlaceFactory(DjangoModelFactory):
    class Meta:
        model = OutsidePlace

    site = factory.SubFactory(SiteFactory)
    organization = factory.SelfAttribute("site.organization")
    kind = "MEETING"
    name = "Elm Street meeting"
    address = "12 Elm St"
    phone = "617-555-0161"
    last_checked_on = NOON.date()


class LevelFactory(DjangoModelFactory):
    class Meta:
        model = LevelOfCare
        django_get_or_create = ("organization", "code")

    organization = factory.SubFactory(OrganizationFactory)
    code = "IOP"
    name = "Intensive outpatient"
    weekly_hours_min = 9
    weekly_hours_max = 19
    days_min = 3
    days_max = 5
    usual_weeks = 10


class ProgramFactory(DjangoModelFactory):
    class Meta:
        model = Program

    site = factory.SubFactory(SiteFactory)
    name = factory.Sequence(lambda n: f"Day {n}")
    track = Program.Track.DAY


class ProgramItemFactory(DjangoModelFactory):
    class Meta:
        model = ProgramItem

    program = factory.SubFactory(ProgramFactory)
    organization = factory.SelfAttribute("program.site.organization")
    kind = "TRIGGER"
    group = "place"
    code = factory.Sequence(lambda n: f"trg.prg.{n + 1}")
    label_en = "The ferry dock"
    label_es = "El muelle del ferry"
    created_at = NOON


class StaffFactory(DjangoModelFactory):
    class Meta:
        model = User

        skip_postgeneration_save = True

    kind = User.Kind.STAFF
    name = factory.Sequence(lambda n: f"Staff {n}")
    email = factory.Sequence(lambda n: f"staff{n}@example.org")

    @factory.post_generation
    def role(self, create, extracted):
        """A colleague of the care team; ``role=""`` for somebody without any."""
        role = "CASE_MANAGER" if extracted is None else extracted
        if self.organization_id and role:
            StaffRole.objects.create(
                user=self, organization_id=self.organization_id, role=role
            )


class ClientUserFactory(DjangoModelFactory):
    class Meta:
        model = User

    kind = User.Kind.CLIENT
    name = factory.Sequence(lambda n: f"Person {n}")


class ClientFactory(DjangoModelFactory):
    class Meta:
        model = Client

    organization = factory.SubFactory(OrganizationFactory)
    user = factory.SubFactory(
        ClientUserFactory,
        name=factory.SelfAttribute("..preferred_name"),
        organization_id=factory.SelfAttribute("..organization.pk"),
    )
    preferred_name = factory.Sequence(lambda n: f"Person {n}")
    surname = "Sample"
    birth_date = "1990-01-01"
    profile = factory.LazyFunction(dict)
    created_at = NOON


class EnrollmentFactory(DjangoModelFactory):
    """An active enrollment with its open IOP placement and its status row."""

    class Meta:
        model = Enrollment
        skip_postgeneration_save = True

    client = factory.SubFactory(ClientFactory)
    organization = factory.SelfAttribute("client.organization")
    program = factory.SubFactory(
        ProgramFactory,
        site=factory.SubFactory(
            SiteFactory, organization=factory.SelfAttribute("...client.organization")
        ),
    )
    started_on = NOON.date() - dt.timedelta(days=30)
    planned_weeks = 10

    @factory.post_generation
    def placement(
        self, create, extracted, weekdays=(0, 1, 3, 4), level="IOP", **kwargs
    ):
        Placement.objects.create(
            enrollment=self,
            level=LevelFactory(organization=self.organization, code=level),
            program=self.program,
            weekdays=list(weekdays),
            from_on=self.started_on,
        )

    @factory.post_generation
    def status(self, create, extracted, **kwargs):
        Status.objects.create(
            enrollment=self, changed_at=kwargs.pop("changed_at", NOON), **kwargs
        )


class AssignmentFactory(DjangoModelFactory):
    class Meta:
        model = CareAssignment

    enrollment = factory.SubFactory(EnrollmentFactory)
    staff = factory.SubFactory(
        StaffFactory,
        organization_id=factory.SelfAttribute("..enrollment.organization_id"),
    )
    role = CareAssignment.Role.PRIMARY
    since = NOON - dt.timedelta(days=30)


class StaffRoleFactory(DjangoModelFactory):
    class Meta:
        model = StaffRole

    organization = factory.SubFactory(OrganizationFactory)
    user = factory.SubFactory(
        StaffFactory,
        organization_id=factory.SelfAttribute("..organization.pk"),
        role="",
    )
    role = StaffRole.Role.COUNSELOR
