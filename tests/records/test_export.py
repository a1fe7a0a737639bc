import json

import pytest
from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from apps.audit.actors import Actor
from apps.audit.models import AuditEvent
from apps.records import export
from apps.records.kinds import COLUMNS_NOT_GIVEN, KINDS, NOT_GIVEN
from apps.records.labels import LABELS
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory
from tests.records.rows import Rows, leads_to_client, to_client

pytestmark = pytest.mark.django_db
GIVEN = {kind.model for kind in KINDS}
BY_MODEL = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.model)


@pytest.fixture
def hers():
    return Rows(
        AssignmentFactory(enrollment__organization__name="One").enrollment, "Rosamark"
    )


@pytest.fixture
def others(hers):
    """Somebody in the same house and the same rooms."""
    return Rows(
        AssignmentFactory(
            enrollment__client__organization=hers.client.organization,
            enrollment__program=hers.enrollment.program,
        ).enrollment,
        "Devmark",
    )


def _as_text(client) -> str:
    data = export.as_data(client, NOON)
    return json.dumps(data, cls=DjangoJSONEncoder)


def test_every_model_that_leads_to_a_client_is_given_or_has_a_reason():
    """Fault: a new kind of row is written about clients and is not in their download."""
    leading = {
        model._meta.label
        for model in apps.get_models()
        if leads_to_client(model) and model._meta.label not in ("care.Client", "accounts.User")
    }  # fmt: skip

    assert leading - GIVEN - NOT_GIVEN.keys() == set()
    assert GIVEN & NOT_GIVEN.keys() == set()
    assert all(NOT_GIVEN.values())


def test_every_column_of_what_is_given_is_given_or_has_a_reason():
    columns = {
        f"{kind.model}.{field.name}": field.name
        for kind in KINDS
        for field in apps.get_model(kind.model)._meta.concrete_fields
        if field.name != "organization"
    }

    assert COLUMNS_NOT_GIVEN.keys() - columns.keys() == set()
    given = {name for path, name in columns.items() if path not in COLUMNS_NOT_GIVEN}
    assert given - LABELS.keys() == set()


def test_no_two_columns_of_a_kind_have_one_name():
    """Fault: a file keeps only the last of two columns that are called the same."""
    twice = {}
    for kind in KINDS:
        names = [LABELS[field.name] for field in export.columns(kind)]
        if len(names) != len(set(names)):
            twice[kind.model] = names

    assert twice == {}


@BY_MODEL
def test_all_own_rows_are_given_and_nobody_elses(kind, hers, others):
    """The rows are counted by every way there is to the client, not by the list's own."""
    model = apps.get_model(kind.model)
    for rows in (hers, others):
        rows.one(kind.model)
    own = Q(pk__in=[])
    for way in to_client(model):
        own |= Q(**{way: hers.client.pk})
    for way in kind.used_by:
        own |= Q(**{way: hers.client.user_id})
    if kind.model == "care.Client":
        own = Q(pk=hers.client.pk)
    expected = set(model._base_manager.filter(own).values_list("pk", flat=True))

    given = {row.pk for row in export.rows_of(kind, hers.client)}

    assert given == expected
    assert given
    text = _as_text(hers.client)
    assert "Devmark" not in text


def test_what_was_sealed_is_given_in_plain_words(hers, others):
    for rows in (hers, others):
        for kind in KINDS:
            rows.one(kind.model)

    sections = export.everything_of(hers.client)

    silent = {
        section.model
        for section, kind in zip(sections, KINDS, strict=False)
        if kind.model not in ("care.Client",)
        and _has_given_sealed(kind)
        and "Rosamark" not in str(section.rows)
    }
    assert silent == set()
    assert "Devmark" not in str(sections)


def _has_given_sealed(kind) -> bool:
    return any(
        isinstance(field, export.EncryptedField) for field in export.columns(kind)
    )


@BY_MODEL
def test_a_kind_costs_one_query_however_many_rows(kind, hers):
    hers.one(kind.model)
    list(export.rows_of(kind, hers.client))

    with CaptureQueriesContext(
        connection,
    ) as found:
        export._section(kind, hers.client)

    assert len(found) <= 1


def test_the_whole_costs_the_same_for_any_length(hers):
    for kind in KINDS:
        hers.one(kind.model)
    export.everything_of(hers.client)
    with CaptureQueriesContext(connection) as once:
        export.everything_of(hers.client)

    for label in ("checkins.CheckinDay", "checkins.Reply", "care.Task"):
        for _ in range(3):
            hers.another(label)
    with CaptureQueriesContext(connection) as again:
        export.everything_of(hers.client)

    assert len(again) == len(once) <= len(KINDS) + 2


def test_who_opened_their_records_is_given_lists_too(hers, others):
    staff = AssignmentFactory(
        enrollment=hers.enrollment, role="CO", staff__name="Kofi"
    ).staff
    by = Actor(staff.pk, "STAFF", hers.client.organization_id)
    itself = Actor(hers.client.user_id, "CLIENT", hers.client.organization_id)
    for action, actor, who in (
        ("desk.client_read", by, {"client_id": hers.client.pk}),
        ("desk.board_read", by, {"client_ids": [str(hers.client.pk), str(others.client.pk)]}),
        ("care.task_created", Actor(), {"client_id": hers.client.pk}),
        ("desk.client_read", by, {"client_id": others.client.pk}),
        ("disclosures.data_cancelled", itself, {"client_id": hers.client.pk}),
    ):  # fmt: skip
        AuditEvent.objects.create(
            at=NOON,
            organization_id=actor.organization_id,
            actor_id=actor.user_id,
            actor_role=actor.role,
            action=action,
            source="WEB",
            **who,
        )

    [looked] = [
        s for s in export.everything_of(hers.client) if s.model == "audit.AuditEvent"
    ]

    assert [(dict(row)["What happened"], dict(row)["By"]) for row in looked.rows] == [
        ("desk.client_read", "Kofi"),
        ("desk.board_read", "Kofi"),
        ("care.task_created", None),
    ]


def test_the_file_is_the_same_in_every_language(hers):
    for kind in KINDS:
        hers.one(kind.model)
    english = _as_text(hers.client)

    with translation.override("es"):
        assert _as_text(hers.client) == english
