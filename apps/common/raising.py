"""Raise the wall of apps.common.walls: a policy on every table of ours, after each migrate.

It is made from the models, so that a new table has one by itself: rows are of the
organization in their own column, or of the row that they hang on. What lies outside is
listed here with its reason, and a test fails when a table is neither.
"""

import hashlib
from collections.abc import Iterator

from django.apps import apps
from django.db import connections, models

from apps.common.walls import ACROSS_SETTING, ORGANIZATION, across

POLICY = "app_wall"
# Found before anybody knows of which organization: whoever signs in, and with what. They
# hold no record, and what is personal in them is sealed or of the staff.
OUTSIDE = {
    "audit.AuditCut": "where the chain begins anew: numbers and a keyed digest",
    "audit.AuditTurn": "which key seals from where on: numbers and a keyed digest",
    "audit.AuditSeal": "the place of a row in the chain, and a keyed digest",
    "lifecycle.ExpiryDay": "one a night for the whole installation",
    "signin.Hold": "that codes wait for paper; read before anybody is signed in",
    "signin.Lock": "a hash, read before anybody's pages are open",
    "signin.Notice": "that there was a sign-in; read by its own person only",
    "accounts.User": "names who signs in, by a random handle",
    "signin.Knock": "that somebody waits to come in; read by its own person and the house",
    "signin.KnownBrowser": "a keyed mark of a cookie, read before anybody is wholly in",
    "signin.CodeMessage": "a code on its way to an address, gone in seconds",
    "signin.LateForm": "sealed, and read by its own person only",
    "signin.PageToken": "whose page a form was sent from",
    "signin.SignIn": "sealed, and read by its own person only",
    "keys.Rotation": "one change of all keys, and holds none of them",
    "phone.SealingKey": "one pair for the whole installation",
}
# Scalar subqueries are read once a query, not once a row.
_SEES_ALL = f"(SELECT current_setting('{ACROSS_SETTING}', true)) = 'on'"
_WHOSE = f"(SELECT NULLIF(current_setting('{ORGANIZATION}', true), '')::uuid)"
_OF_THE_HOUSE = (
    'EXISTS (SELECT 1 FROM "care_client" AS up'
    ' WHERE up."id" = "audit_auditevent"."client_id")'
)


def ours() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if apps.get_app_config(model._meta.app_label).name.startswith("apps.")
    ]


def walls() -> dict[str, str]:
    """The condition by table. Tables of ``OUTSIDE`` have none."""
    open_ones = {m for m in ours() if m._meta.label not in OUTSIDE}
    found = {m: condition for m in open_ones if (condition := _own(m))}
    while True:
        # In rounds: the nearest way to an organization wins, and there are no rings.
        further = {
            m: condition
            for m in open_ones - found.keys()
            if (condition := _by_parent(m, found.keys()))
        }
        if not further:
            break
        found |= further
    return {
        m._meta.db_table: f"{_SEES_ALL} OR {condition}"
        for m, condition in sorted(found.items(), key=lambda pair: pair[0]._meta.label)
    }


def _own(model) -> str:
    if model._meta.label == "care.Organization":
        return f"id = {_WHOSE}"
    if model._meta.label == "audit.AuditEvent":
        # What the program did by itself is of no organization, and of the client's house.
        return (
            f"organization_id = {_WHOSE} OR organization_id IS NULL AND {_OF_THE_HOUSE}"
        )
    columns = {field.column for field in model._meta.concrete_fields}
    return f"organization_id = {_WHOSE}" if "organization_id" in columns else ""


def _by_parent(model, found) -> str:
    """By the first row it cannot be without. The parent's own policy holds in there."""
    for field in model._meta.concrete_fields:
        parent = field.remote_field and field.related_model
        if parent in found and not field.null:
            table, key = parent._meta.db_table, parent._meta.pk.column
            own = f'"{model._meta.db_table}"."{field.column}"'
            # Names of our own tables and columns; nothing of anybody's is in it.
            return f'EXISTS (SELECT 1 FROM "{table}" AS up WHERE up."{key}" = {own})'  # noqa: S608  # nosec B608
    return ""


def raise_walls(sender, using, **kwargs) -> None:
    """On ``post_migrate``: what is right already is left alone."""
    connection = connections[using]
    # Sent once for each app, when all tables are there.
    if sender.name != "apps.audit" or connection.vendor != "postgresql":
        return
    with across(), connection.cursor() as cursor:
        standing = dict(_standing(cursor))
        there = set(connection.introspection.table_names(cursor))
        for table, condition in walls().items():
            mark = hashlib.sha256(condition.encode()).hexdigest()
            if table in there and standing.get(table) != mark:
                for statement in _statements(table, condition, mark):
                    cursor.execute(statement)


def _standing(cursor) -> Iterator[tuple[str, str]]:
    cursor.execute(
        "SELECT c.relname, obj_description(p.oid, 'pg_policy') FROM pg_policy p"
        " JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE p.polname = %s AND n.nspname = current_schema()"
        " AND c.relrowsecurity AND c.relforcerowsecurity",
        [POLICY],
    )
    yield from cursor.fetchall()


def _statements(table: str, condition: str, mark: str) -> list[str]:
    return [
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
        f'DROP POLICY IF EXISTS {POLICY} ON "{table}"',
        f'CREATE POLICY {POLICY} ON "{table}" USING ({condition}) WITH CHECK ({condition})',
        f"COMMENT ON POLICY {POLICY} ON \"{table}\" IS '{mark}'",
    ]
