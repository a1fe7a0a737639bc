"""A second, small organization in another time zone: nobody here may ever meet it."""

from datetime import date, datetime, timedelta

from apps.accounts.models import User
from apps.audit.actors import command
from apps.care.models import (
    LevelOfCare,
    Organization,
    Program,
    Site,
    SiteLine,
    StaffRole,
)
from apps.care.services import enrollments


def build(*, today: date, now: datetime) -> None:
    organization = Organization.objects.create(
        name="Juniper Row",
        alias="Juniper",
        app_name="Day by Day",
        app_icon=Organization.AppIcon.LEAF,
        created_at=now,
    )
    by = command(organization.pk)
    site = Site.objects.create(
        organization=organization,
        code="PHX",
        name="Phoenix",
        address="9 Pattern Street",
        timezone="America/Phoenix",
        staffed_hours={str(day): ["09:00", "17:00"] for day in range(5)},
    )
    level = LevelOfCare.objects.create(
        organization=organization,
        code="IOP",
        name="Intensive outpatient",
        weekly_hours_min=9,
        weekly_hours_max=15,
        days_min=3,
        days_max=5,
        usual_weeks=8,
    )
    program = Program.objects.create(site=site, name="Day", track=Program.Track.DAY)
    counselor = _user(organization, "Vera", User.Kind.STAFF, "vera@juniper.example")
    SiteLine.objects.create(
        site=site,
        kind=SiteLine.Kind.AFTER_HOURS,
        label="Evenings and weekends",
        number="602-555-0111",
        last_checked_on=now.date(),
    )
    site.on_call, site.checkins_on = counselor, True
    site.after_hours = "Vera is told at once. People call 602-555-0111."
    site.holiday_cover = "Vera reads on days we are closed."
    site.save()
    site.checkin_readers.add(counselor)
    StaffRole.objects.create(
        user=counselor, organization=organization, site=site, role="COUNSELOR"
    )
    for name in ("Quinn", "Sol"):
        client = enrollments.register_client(
            organization=organization,
            preferred_name=name,
            surname="Pattern",
            birth_date=date(1985, 5, 5),
            profile={"substance": "alcohol", "medications": []},
            at=now,
            by=by,
        )
        client.user = _user(organization, name, User.Kind.CLIENT, None)
        client.save()
        enrollments.enroll(
            client=client,
            program=program,
            level=level,
            weekdays=[0, 2, 4],
            started_on=today - timedelta(days=3),
            primary=counselor,
            at=now,
            by=by,
        )


def _user(organization, name, kind, email) -> User:
    return User.objects.create(
        handle=f"demo-{name.lower()}",
        kind=kind,
        name=name,
        email=email,
        organization_id=organization.pk,
    )
