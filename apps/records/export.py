"""Everything that is a client's, read once for each kind of row: for them and nobody else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db.models import Model, Q, QuerySet
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.care import vocabulary
from apps.care.models import Client, Enrollment
from apps.care.services.vocabulary import spoken_by
from apps.common.fields import EncryptedField
from apps.disclosures.notice import NOTICE, VERSION
from apps.records.kinds import COLUMNS_NOT_GIVEN, KINDS, Kind
from apps.records.labels import LABELS

FORMAT = 1
# What a row says that points at one of these; at others, their number.
SAID = {
    "accounts.User": lambda row: row.name,
    "care.LevelOfCare": lambda row: row.name,
    "care.Program": str,
    "care.Site": str,
    "checkins.WeeklyWording": str,
    "iop_sessions.GroupSession": str,
}


@dataclass(frozen=True)
class Section:
    """All rows of one kind. A row is its columns in order: label and value."""

    model: str
    title: str
    rows: list[list[tuple[str, Any]]]


def everything_of(client: Client) -> list[Section]:
    """One query for each kind, however many rows there are."""
    sections = [_section(kind, client) for kind in KINDS]
    return [*sections, _looked_at(client)]


def rows_of(kind: Kind, client: Client) -> QuerySet:
    model = apps.get_model(kind.model)
    own = Q()
    for way in kind.owned_by:
        own |= Q(**{way: client.pk})
    if kind.used_by:
        # Nobody's rows for somebody who never signed in, not everybody's without a user.
        if client.user_id is None:
            return model._base_manager.none()  # type: ignore[attr-defined]
        for way in kind.used_by:
            own |= Q(**{way: client.user_id})
    rows = model._base_manager.filter(own)  # type: ignore[attr-defined]
    said = [f.name for f in columns(kind) if _label_of(f.related_model) in SAID]
    # A program is called by its place and its name.
    joined = [*said, *(["program__site"] if "program" in said else [])]
    rows = rows.select_related(*joined) if joined else rows
    return rows.order_by(*kind.order)


def columns(kind: Kind) -> list:
    """The columns that are given, in the order of the model."""
    model = apps.get_model(kind.model)
    return [
        field
        for field in model._meta.concrete_fields
        if f"{kind.model}.{field.name}" not in COLUMNS_NOT_GIVEN
        and field.name != "organization"
    ]


def _label_of(model) -> str:
    return model._meta.label if isinstance(model, type) else ""


def _section(kind: Kind, client: Client) -> Section:
    fields = columns(kind)
    rows = [
        [(LABELS[field.name], _value(row, field)) for field in fields]
        for row in rows_of(kind, client)
    ]
    return Section(kind.model, kind.title, rows)


def _value(row: Model, field) -> Any:
    if field.is_relation:
        pk = getattr(row, field.attname)
        say = SAID.get(_label_of(field.related_model))
        return say(getattr(row, field.name)) if pk and say else pk and str(pk)
    value = getattr(row, field.name)
    if field.choices and not isinstance(field, EncryptedField):
        return str(dict(field.flatchoices).get(value, value))
    return value


def _looked_at(client: Client) -> Section:
    """Who of others opened or changed something of theirs, and when.

    What they did themselves stands in the rows above, and would tell whoever reads this
    over their shoulder that a download was taken back once.
    """
    # A list that was read names everybody on it. The id is text in both databases' JSON.
    found = AuditEvent.objects.filter(
        Q(client_id=client.pk) | Q(client_ids__icontains=str(client.pk)),
        # What the program did by itself is of no organization.
        Q(organization_id=client.organization_id) | Q(organization_id=None),
    )
    if client.user_id is not None:
        found = found.exclude(actor_id=client.user_id)
    events = list(
        found.order_by("seq").values_list("at", "action", "actor_id", "actor_role")
    )
    names = dict(
        User.objects.filter(pk__in={actor for _at, _action, actor, _role in events if actor})
        .values_list("pk", "name")
    )  # fmt: skip
    rows = [
        [
            (LABELS["at"], at),
            (LABELS["action"], action),
            (LABELS["by"], names.get(actor)),
            (LABELS["role"], role),
        ]
        for at, action, actor, role in events
    ]
    return Section("audit.AuditEvent", _("Who opened or changed your records"), rows)


def as_data(client: Client, at: datetime) -> dict:
    """For a file: the same in every language, times in UTC."""
    with translation.override("en"):
        return {
            "notice": NOTICE,
            "notice_version": VERSION,
            "format": FORMAT,
            "made_at": at,
            "client": client.pk,
            "kinds": [
                {
                    "kind": section.model,
                    "title": str(section.title),
                    "count": len(section.rows),
                    "rows": [dict(row) for row in section.rows],
                }
                for section in everything_of(client)
            ],
        }


class Reader:
    """Says values as people read them: own words for codes, the client's own clock."""

    def __init__(self, client: Client, language: str):
        self.language = language
        self.own = spoken_by(client.pk, client.organization_id, language)
        enrollment = (
            Enrollment.objects.filter(client=client)
            .select_related("client", "program__site")
            .order_by("-started_on", "-pk")
            .first()
        )
        self.zone = enrollment.zone if enrollment is not None else None

    def pages(self, sections: list[Section]) -> list[tuple[str, list[list[tuple]]]]:
        return [
            (
                section.title,
                [
                    [(_(label), lines) for label, value in row if (lines := self.lines(value))]
                    for row in section.rows
                ],
            )
            for section in sections
        ]  # fmt: skip

    def lines(self, value: Any) -> list[str]:
        """Nothing for what is empty; one line for each part of what has parts."""
        return [line for line in self._lines(value) if line]

    def _lines(self, value: Any) -> Iterator[str]:
        if value is None or value == "":
            return
        match value:
            case bool():
                yield _("Yes") if value else _("No")
            case datetime():
                local = value.astimezone(self.zone) if self.zone else value
                yield date_format(local, _("M j, Y, g:i A"))
            case date():
                yield date_format(value, _("M j, Y"))
            case dict():
                for name, part in value.items():
                    said = "; ".join(self._lines(part))
                    if said:
                        yield f"{self._word(str(name)).replace('_', ' ')}: {said}"
            case list() | tuple():
                for part in value:
                    yield " · ".join(self._lines(part))
            case _:
                yield self._word(str(value))

    def _word(self, text: str) -> str:
        return vocabulary.label(text, self.language, self.own)
