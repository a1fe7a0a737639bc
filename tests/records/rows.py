"""One row of any model about one client, made from its columns: no kind is left out."""

import datetime as dt
import itertools
import uuid

from django.apps import apps
from django.db import models

from apps.accounts.models import User
from apps.care.models import Client, Enrollment
from apps.common.fields import EncryptedJSONField, EncryptedTextField
from tests.conftest import NOON

NUMBERS = itertools.count(1)
# What a constraint asks for beyond the columns themselves.
SPECIAL = {
    "care.CareAssignment": {"role": "CO"},
    "care.Enrollment": {"state": "ENDED", "ended_on": NOON.date()},
    "care.Placement": {"to_on": dt.date(2099, 1, 1)},
    "disclosures.Letter": {"from_on": NOON.date(), "to_on": NOON.date()},
    "feeds.CalendarFeed": {
        "title_kind": "OWN",
        "expires_at": NOON + dt.timedelta(days=180),
    },
    "outreach.Step": {"skipped_because": "QUIET"},
    "iop_sessions.GroupSession": {"ends_at": NOON + dt.timedelta(hours=1)},
    "disclosures.Disclosure": {"basis": "OWN"},
    "disclosures.RecordRequest": {"state": "ASKED"},
    "disclosures.SharingConsent": {"state": "PROPOSED"},
    "disclosures.DataRequest": {
        "ready_at": NOON + dt.timedelta(minutes=10),
        "expires_at": NOON + dt.timedelta(days=1),
    },
}
# Left empty although they lead to the client: one way is enough, or a rule forbids both.
EMPTY = {"care.Invitation.staff", "notifications.OutboxMessage.staff"}


def leads_to_client(model, seen=()) -> list[str]:
    """Each way along foreign keys from a model to a client, and to the user of one."""
    ways = []
    for field in model._meta.concrete_fields:
        target = field.related_model
        if target is None or target in seen:
            continue
        if target in (Client, User):
            ways.append(field.name)
        elif isinstance(target, type):
            ways += [
                f"{field.name}__{way}"
                for way in leads_to_client(target, (*seen, model))
            ]
    return ways


def to_client(model) -> list[str]:
    """Ways that end at the client's own row."""
    return [way for way in leads_to_client(model) if _ends_at(model, way) is Client]


def _ends_at(model, way):
    for name in way.split("__"):
        model = model._meta.get_field(name).related_model
    return model


class Rows:
    """Rows of one client; what one points at is made too, once."""

    def __init__(self, enrollment: Enrollment, mark: str):
        self.enrollment, self.client, self.mark = enrollment, enrollment.client, mark
        self.made = {
            "care.Client": enrollment.client,
            "care.Enrollment": enrollment,
            "care.Organization": enrollment.organization,
            "care.Program": enrollment.program,
            "care.Site": enrollment.program.site,
            "accounts.User": enrollment.client.user,
            "care.LevelOfCare": enrollment.placements.first().level,
            "care.Status": enrollment.status,
        }

    def one(self, label: str):
        if label not in self.made:
            self.made[label] = self.another(label)
        return self.made[label]

    def another(self, label: str):
        model = apps.get_model(label)
        values = SPECIAL.get(label, {}) | {
            field.name: self._value(label, field)
            for field in model._meta.concrete_fields
            if field.name not in SPECIAL.get(label, {}) and self._is_filled(label, field)
        }  # fmt: skip
        return model._base_manager.create(**values)

    def _is_filled(self, label, field) -> bool:
        if field.primary_key and not field.is_relation:
            return False
        if f"{label}.{field.name}" in EMPTY:
            return False
        if field.is_relation:
            # Back to itself, or to who of the staff did it: empty where it may be.
            own = field.related_model in (Client, Enrollment)
            return own or not field.null
        is_sealed = isinstance(field, EncryptedTextField | EncryptedJSONField)
        return is_sealed or not (field.null or field.has_default() or field.blank)

    def _value(self, label, field):
        if field.is_relation:
            return self.one(field.related_model._meta.label)
        number = next(NUMBERS)
        match field:
            case EncryptedJSONField():
                return {"words": self.mark}
            case EncryptedTextField():
                return self.mark
            case models.UUIDField():
                return uuid.uuid4()
            case models.DateTimeField():
                return NOON
            case models.DateField():
                return NOON.date() + dt.timedelta(days=number)
            case models.TimeField():
                return NOON.time()
            case models.JSONField():
                return []
            case models.BinaryField():
                return b"x"
            case models.BooleanField():
                return False
            case models.IntegerField():
                return 1
            case models.CharField() if field.choices:
                return field.choices[0][0]
            case models.CharField():
                return f"x{number}"[: field.max_length]
        raise AssertionError(f"{label}.{field.name}")
