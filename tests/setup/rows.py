"""A house with a week, and tables about it as people paste them."""

import csv
import io

from apps.sessions.services import keep_ahead
from apps.setup import people_table
from tests.conftest import NOON
from tests.factories.care import (
    LevelFactory,
    OrganizationFactory,
    ProgramFactory,
    SiteFactory,
    StaffFactory,
    StaffRoleFactory,
)
from tests.factories.sessions import SeriesFactory

NAMES = [column.name for column in people_table.COLUMNS]


class SetUpHouse:
    def __init__(self, capacity=12, mail="ana@example.org"):
        self.organization = OrganizationFactory()
        self.site = SiteFactory(organization=self.organization, code="BOS")
        self.program = ProgramFactory(site=self.site, name="Day")
        self.level = LevelFactory(organization=self.organization)
        self.alex = self.staff("Alex", "ADMIN")
        self.ana = self.staff("Ana", "COUNSELOR", email=mail)
        self.mornings = SeriesFactory(
            program=self.program, facilitator=self.ana, capacity=capacity
        )
        keep_ahead(NOON)

    def staff(self, name, role, **kwargs):
        user = StaffFactory(
            name=name, organization_id=self.organization.pk, role="", **kwargs
        )
        StaffRoleFactory(user=user, organization=self.organization, role=role)
        return user


def person_row(number=1, **cells) -> dict:
    """Somebody who is right in every cell."""
    return {
        "first_name": f"Rosa{number}",
        "last_name": "Sample",
        "birth_date": "1988-03-21",
        "phone": f"617-555-{1000 + number}",
        "email": f"rosa{number}@example.org",
        "language": "es",
        "site": "Boston",
        "program": "Day",
        "level": "IOP",
        "weekdays": "Mon Tue Thu",
        "start": "10/19/2026",
        "counselor": "ana@example.org",
        "phone_seen_by": "",
    } | cells


def table(*rows, names=NAMES, delimiter=",") -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, names, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()
