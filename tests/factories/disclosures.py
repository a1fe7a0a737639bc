from apps.audit.actors import Actor
from apps.disclosures.rules import Recipient
from apps.disclosures.services import consents
from tests.conftest import NOON
from tests.factories.care import StaffFactory

DOCTOR = Recipient("Dr. Lee", "CARE")
COURT = Recipient("Suffolk Probation", "COURT")


def proposed(client, **kwargs):
    """As staff propose it, whole but for the signature."""
    said = {
        "kind": "RECORDS",
        "recipient": DOCTOR,
        "categories": ["ATTENDANCE"],
        "description": "The days I came",
        "purpose": "CARE",
        "expires_on": NOON.date().replace(year=2027),
        "at": NOON,
        "by": Actor(StaffFactory().pk, "STAFF", client.organization_id),
    }
    return consents.propose(client=client, **said | kwargs)


def signed(client, *, signed_at=NOON, **kwargs):
    return consents.sign(
        consent=proposed(client, **kwargs),
        signature="Rosa Sample",
        at=signed_at,
        by=Actor(client.user_id, "CLIENT", client.organization_id),
    )
