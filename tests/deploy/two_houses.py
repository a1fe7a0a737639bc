"""What commands and the tick do for two houses, run as the role of the application.

A process of its own, started by test_postgresql.py with the address of that role: there,
as in production, a connection sees nothing until somebody says whose work it is. It prints
what was done for each house, the first one first.
"""

import base64
import io
import json
import sys
from uuid import uuid4

import django

django.setup()

import time_machine  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

from apps.audit.models import AuditEvent, AuditSeal  # noqa: E402
from apps.care.models import Client  # noqa: E402
from apps.checkins.models import Draft  # noqa: E402
from apps.common import crypto, walls  # noqa: E402
from apps.common.fields import subject_of  # noqa: E402
from apps.notifications.models import OutboxMessage  # noqa: E402
from apps.signin import sending, tasks  # noqa: E402
from apps.signin.models import CodeMessage, LateForm  # noqa: E402
from tests.conftest import NOON  # noqa: E402
from tests.factories.notifications import OutboxMessageFactory  # noqa: E402
from tests.factories.outreach import DAY, Story  # noqa: E402
from tests.keys.test_keys import sealed_values  # noqa: E402

HOUR = DAY / 24
# Before the day's appointments begin: from then on people may be sitting in them.
MORNING = NOON - 4 * HOUR
NEW_KEY = "new:" + base64.b64encode(b"n" * 32).decode()
done: dict[str, list] = {}


class House:
    def __init__(self):
        self.story = Story()
        self.client = self.story.enrollment.client
        self.story.came(NOON.date() - 5 * DAY)
        self.story.missed(NOON.date() - 2 * DAY)
        self.story.missed(NOON.date() - DAY)
        self.stuck = OutboxMessageFactory(
            enrollment=self.story.enrollment,
            state=OutboxMessage.State.SUBMITTING,
            claimed_by="gone",
            lease_until=MORNING - HOUR,
        )
        index = self.story.phone.value_index
        CodeMessage.objects.create(
            user=self.client.user,
            address_index=index,
            code="271828",
            created_at=MORNING,
        )
        LateForm.objects.create(
            user=self.client.user,
            path_index="x",
            content={},
            kept_at=MORNING - 4 * DAY,
        )

    def leave_a_draft(self):
        Draft.objects.create(
            client=self.client,
            kind="CHECKIN",
            uuid=uuid4(),
            local_on=NOON.date(),
            changed_at=MORNING - 8 * DAY,
        )

    def has_no_draft(self) -> bool:
        return not Draft.objects.filter(client=self.client).exists()

    def tokens(self) -> dict:
        return {
            (row._meta.label, str(row.pk), column.name): token.token
            for row, column, token in sealed_values()
            if subject_of(row) == self.client.pk
        }


def each(what: str, asked) -> None:
    """Looked at with everything open: what a command could see is its own matter."""
    with walls.across():
        done[what] = [asked(house) for house in houses]


def said_by(name: str, **options) -> str:
    out = io.StringIO()
    call_command(name, stdout=out, stderr=out, **options)
    return out.getvalue()


# The tests of the suite look at everything; what runs here looks at nothing by itself.
walls.unsaid = walls.NOBODYS
with time_machine.travel(MORNING, tick=False):
    with walls.across():
        houses = [House(), House()]
        for house in houses:
            house.leave_a_draft()
    assert not Client.objects.exists()

    said_by("expire")
    each("expire", House.has_no_draft)

    with walls.across():
        for house in houses:
            house.leave_a_draft()
    said_by("run_due")
    each("tick: expire", House.has_no_draft)
    each(
        "tick: recover",
        lambda h: OutboxMessage.objects.get(pk=h.stuck.pk).state == "UNCONFIRMED",
    )
    each("tick: sessions", lambda h: h.story.series.occurrences.count() > 20)
    each("tick: sweep", lambda h: h.story.enrollment.episodes.count() == 1)
    each(
        "tick: seal",
        lambda h: (
            not AuditEvent.objects.unsealed()
            .filter(organization_id=h.client.organization_id)
            .exists()
        ),
    )

    sent = []
    sending.send_code = lambda *, address, user, code: sent.append(user.pk)
    tasks.send_codes()
    each("codes", lambda h: sent.count(h.client.user_id) == 1)
    tasks.forget_ended()
    each(
        "forgotten", lambda h: not LateForm.objects.filter(user=h.client.user).exists()
    )

    with walls.across():
        seals, events = AuditSeal.objects.count(), AuditEvent.objects.count()
    told = said_by("verify_audit")
    done["verify_audit"] = ["All as written." in told, seals == events > 0]

    with walls.across():
        before = [house.tokens() for house in houses]
    settings.FIELD_KEYS = f"{NEW_KEY},{settings.FIELD_KEYS}"
    crypto.data_keys.forget()
    said_by("rotate_keys", wait=0)
    settings.FIELD_KEYS = NEW_KEY
    crypto.data_keys.forget()
    with walls.across():
        after = [house.tokens() for house in houses]
        names = [Client.objects.get(pk=h.client.pk).preferred_name for h in houses]
    done["rotate_keys"] = [
        len(old) > 3
        and old.keys() == new.keys()
        and not set(old.values()) & set(new.values())
        for old, new in zip(before, after, strict=True)
    ]
    done["still read"] = [name == "Rosa" for name in names]

json.dump(done, sys.stdout)
