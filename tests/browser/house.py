"""One house with Ana, who leads the mornings, and Rosa, who comes four days a week."""

import datetime as dt
from uuid import uuid4

from apps.audit.actors import Actor
from apps.care.models import Enrollment
from apps.checkins import services as checkins
from apps.sessions.models import GroupSession
from tests.conftest import NOON
from tests.factories.care import (
    AssignmentFactory,
    EnrollmentFactory,
    OrganizationFactory,
    ProgramFactory,
    SiteFactory,
    StaffFactory,
    StaffRoleFactory,
)
from tests.factories.notifications import make_reachable
from tests.factories.sessions import (
    MORNING,
    AttendanceFactory,
    GroupSessionFactory,
    SeriesFactory,
)

TODAY = NOON.date()
DAY = dt.timedelta(days=1)
CALM = {
    "craving_peak": 2,
    "triggers": ["trg.time.payday"],
    "coping_used": ["cop.con.call"],
    "mood": 4,
    "body": ["fine"],
    "confidence": 8,
    "use_reported": "no",
    "contact_request": "no",
}


class House:
    def __init__(self):
        self.organization = OrganizationFactory()
        site = SiteFactory(organization=self.organization, address="12 Example Wharf")
        self.program = ProgramFactory(site=site, name="Day")
        self.ana = self.counselor("Ana")
        self.mornings = SeriesFactory(
            program=self.program, facilitator=self.ana, with_blocks=MORNING
        )
        self.rosa = self.client("Rosa")
        make_reachable(self.rosa)

    def counselor(self, name: str, role="COUNSELOR"):
        user = StaffFactory(name=name, organization_id=self.organization.pk)
        StaffRoleFactory(user=user, organization=self.organization, role=role)
        return user

    def client(self, name: str, *, counselor=None, **kwargs) -> Enrollment:
        enrollment = EnrollmentFactory(
            client__preferred_name=name,
            client__organization=self.organization,
            program=self.program,
            **kwargs,
        )
        AssignmentFactory(enrollment=enrollment, staff=counselor or self.ana)
        return enrollment

    def morning(self, on: dt.date) -> GroupSession:
        return GroupSessionFactory(series=self.mornings, on=on)

    def came(self, enrollment, on: dt.date) -> None:
        """A morning long ago, with its roster closed."""
        room = self.morning(on)
        AttendanceFactory(
            group_session=room, enrollment=enrollment, marked_at=room.ends_at
        )
        room.roster_closed_at = room.ends_at
        room.save()

    def checked_in(self, enrollment, at: dt.datetime, *, note="", **answers):
        """As the phone sends it."""
        user = enrollment.client.user
        return checkins.submit_checkin(
            enrollment=enrollment,
            uuid=uuid4(),
            answers=CALM | answers,
            note=note,
            occurred_at=at,
            at=at,
            by=Actor(user.pk, user.kind, user.organization_id, source="WEB"),
        ).day
