"""Exclusion constraints, where the database has them.

What stands on another already is told from what comes: it stays, and the week of the staff
asks for another room. On SQLite, where whoever writes is alone, the locked check of
services/conflicts.py is all there is.
"""

from django.db import migrations
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower, Trim

# The name of the holiday note when occurrences had no cause yet.
HOLIDAY_NOTE = "Closed for the holiday."

ADD = (
    """
    ALTER TABLE iop_sessions_groupsession ADD CONSTRAINT sessions_leader_in_one_place
    EXCLUDE USING gist (
        facilitator_id WITH =, tstzrange(starts_at, ends_at) WITH &&
    ) WHERE (state = 'SCHEDULED' AND NOT collides)
    """,
    """
    ALTER TABLE iop_sessions_groupsession ADD CONSTRAINT sessions_one_group_in_a_room
    EXCLUDE USING gist (
        site_id WITH =,
        lower(btrim(room)) WITH =,
        tstzrange(starts_at, ends_at) WITH &&
    ) WHERE (
        state = 'SCHEDULED' AND NOT collides AND NOT telehealth AND btrim(room) <> ''
    )
    """,
)
DROP = (
    "ALTER TABLE iop_sessions_groupsession DROP CONSTRAINT sessions_leader_in_one_place",
    "ALTER TABLE iop_sessions_groupsession DROP CONSTRAINT sessions_one_group_in_a_room",
)


def tell_what_was(apps, schema_editor):
    rooms = apps.get_model("iop_sessions", "GroupSession").objects
    rooms.filter(state="CANCELLED", change_note=HOLIDAY_NOTE).update(
        cancelled_for="HOLIDAY"
    )
    if schema_editor.connection.vendor != "postgresql":
        return
    held = rooms.filter(state="SCHEDULED").annotate(place=Lower(Trim("room")))
    on_it = held.filter(
        starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at")
    ).exclude(pk=OuterRef("pk"))
    same_room = on_it.filter(site=OuterRef("site"), place=OuterRef("place"))
    collides = Q(Exists(on_it.filter(facilitator=OuterRef("facilitator")))) | Q(
        Exists(same_room.filter(telehealth=False)), ~Q(place=""), telehealth=False
    )
    pks = list(held.filter(collides).values_list("pk", flat=True))
    rooms.filter(pk__in=pks).update(collides=True)


def refuse_collisions(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    # Trusted since PostgreSQL 13: who owns the database may do it.
    schema_editor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    # What was told in this transaction is looked at by its deferred checks first.
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for statement in ADD:
        schema_editor.execute(statement)


def allow_collisions(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for statement in DROP:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("iop_sessions", "0005_closures_and_days_against_the_rule"),
    ]

    operations = [
        migrations.RunPython(tell_what_was, migrations.RunPython.noop),
        migrations.RunPython(refuse_collisions, allow_collisions),
    ]
