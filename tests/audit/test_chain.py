"""The chain, tried the way somebody with the owner's password would."""

import datetime as dt
import json
import uuid

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from apps.audit import door, sealing
from apps.audit.actors import Actor
from apps.audit.models import AuditCut, AuditEvent, AuditSeal
from apps.audit.services import record
from apps.audit.verifying import verify
from tests.conftest import NOON

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = (
    dt.timedelta(minutes=1),
    dt.timedelta(hours=1),
    dt.timedelta(days=1),
)
ANA = Actor(user_id=uuid.UUID(int=1), role="STAFF", source="WEB")
ROSA = uuid.UUID(int=7)


def write(count=1, at=NOON, **more):
    for _ in range(count):
        record(action="care.read", at=at, by=ANA, client_id=ROSA, **more)


def tamper(sql, params=()):
    """As the owner of the tables, past the refusal of the database."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER USER")
            cursor.execute("ALTER TABLE audit_auditseal DISABLE TRIGGER USER")
            cursor.execute("ALTER TABLE audit_auditturn DISABLE TRIGGER USER")
            cursor.execute(sql, params)
            cursor.execute("ALTER TABLE audit_auditevent ENABLE TRIGGER USER")
            cursor.execute("ALTER TABLE audit_auditseal ENABLE TRIGGER USER")
            cursor.execute("ALTER TABLE audit_auditturn ENABLE TRIGGER USER")
        else:
            with door.opened():
                cursor.execute(sql, params)


def found(at=NOON, anchor=None):
    return {finding.seq: finding.what for finding in verify(at=at, anchor=anchor)}


@pytest.fixture
def ten():
    """Ten sealed rows, by number."""
    for reason in "abcdefghij":
        write(reason=reason)
    assert sealing.seal_due(at=NOON) == 10
    return list(AuditEvent.objects.order_by("seq").values_list("seq", flat=True))


def test_what_nobody_touched_is_as_written(ten):
    write(3)
    sealing.seal_due(at=NOON + MINUTE)

    assert found(NOON + HOUR) == {}
    assert AuditSeal.objects.count() == 13


@pytest.mark.parametrize(
    "change",
    [
        "at = '2020-01-01 00:00:00'",
        "organization_id = '00000000000000000000000000000009'",
        "actor_id = NULL",
        "actor_role = 'SYSTEM'",
        "action = 'care.nothing'",
        "object_type = 'care.Client'",
        "object_id = '00000000000000000000000000000009'",
        "client_id = '00000000000000000000000000000009'",
        """client_ids = '["00000000-0000-0000-0000-000000000009"]'""",
        """field_names = '["note"]'""",
        "reason = 'asked'",
        "source = 'TASK'",
        "request_id = '00000000000000000000000000000009'",
        "address = '198.51.100.0/24'",
    ],
)
def test_a_changed_row_is_named_and_no_other(ten, change):
    """Fault: a column that is not part of what is sealed."""
    tamper(f"UPDATE audit_auditevent SET {change} WHERE seq = %s", [ten[4]])

    assert set(found()) == {ten[4]}


def test_a_deleted_row_is_named(ten):
    tamper("DELETE FROM audit_auditevent WHERE seq = %s", [ten[4]])

    assert found() == {ten[4]: "it was deleted"}


def test_a_row_deleted_with_its_seal_leaves_a_hole(ten):
    tamper("DELETE FROM audit_auditevent WHERE seq = %s", [ten[4]])
    tamper("DELETE FROM audit_auditseal WHERE seq = %s", [ten[4]])

    assert found() == {None: f"seals 5 to 5 are gone, before seq {ten[5]}"}


def test_a_hole_that_was_closed_is_named(ten):
    """Fault: rows are sealed each alone, so moving up by one hides a loss."""
    tamper("DELETE FROM audit_auditevent WHERE seq = %s", [ten[8]])
    tamper("DELETE FROM audit_auditseal WHERE seq = %s", [ten[8]])
    tamper("UPDATE audit_auditseal SET position = 9 WHERE position = 10")

    assert set(found()) == {ten[9]}


@pytest.mark.parametrize("table", ["audit_auditevent", "audit_auditseal"])
def test_two_rows_that_changed_places_are_named(ten, table):
    for old, new in ((ten[2], -1), (ten[6], ten[2]), (-1, ten[6])):
        tamper(f"UPDATE {table} SET seq = %s WHERE seq = %s", [new, old])

    assert set(found()) == {ten[2], ten[6]}


def test_a_row_with_a_seal_made_without_the_key_is_named(ten):
    tamper(
        "INSERT INTO audit_auditseal (position, seq, sealed_at, mac)"
        " VALUES (11, %s, %s, %s)",
        [ten[9] + 1, NOON, "0" * 64],
    )
    write()

    assert set(found()) == {ten[9] + 1}


def test_a_row_put_in_where_a_number_was_free_is_named(ten):
    """Fault: a rolled-back number is filled in later, and the sealer makes it good."""
    AuditEvent(seq=ten[9] + 20, at=NOON, action="x").save(force_insert=True)
    sealing.seal_due(at=NOON)
    later = NOON + 3 * HOUR

    AuditEvent(seq=ten[9] + 10, at=NOON, action="made up").save(force_insert=True)
    sealing.seal_due(at=later)
    before = found(later)
    AuditEvent(seq=ten[9] + 21, at=later, action="x").save(force_insert=True)
    sealing.seal_due(at=later)

    assert "not sealed" in before[ten[9] + 10]
    assert found(later) == {
        ten[9] + 10: "it was put in long after rows with a higher number"
    }


def test_a_row_that_nobody_sealed_is_said_after_some_minutes(ten):
    write()
    last = AuditEvent.objects.order_by("seq").last()

    assert found(NOON + 4 * MINUTE) == {}
    assert set(found(NOON + 6 * MINUTE)) == {last.seq}


def test_a_late_commit_is_sealed_behind_what_came_before_it(ten):
    """Fault: the sealer goes on from the highest number and skips who committed late."""
    late = ten[9] + 1
    AuditEvent(seq=late + 1, at=NOON, action="early").save(force_insert=True)
    sealing.seal_due(at=NOON + MINUTE)
    AuditEvent(seq=late, at=NOON, action="late").save(force_insert=True)
    sealing.seal_due(at=NOON + 2 * MINUTE)

    order = AuditSeal.objects.order_by("-position").values_list("seq", flat=True)
    assert list(order[:2]) == [late, late + 1]
    assert found(NOON + HOUR) == {}


def test_what_commits_later_than_anybody_thinks_is_sealed_too(ten):
    very_late = ten[9] + 1
    AuditEvent(seq=very_late + 1, at=NOON, action="early").save(force_insert=True)
    for hours in range(1, 4):
        AuditEvent(seq=very_late + 1 + hours, at=NOON, action="x").save(
            force_insert=True
        )
        sealing.seal_due(at=NOON + hours * HOUR)
    AuditEvent(seq=very_late, at=NOON, action="late").save(force_insert=True)
    AuditEvent(seq=very_late + 9, at=NOON, action="x").save(force_insert=True)
    sealing.seal_due(at=NOON + 4 * HOUR)

    assert AuditSeal.objects.filter(seq=very_late).exists()


def test_more_than_a_batch_is_sealed_in_one_go(monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 3)
    write(10)

    assert sealing.seal_due(at=NOON) == 10
    assert found(NOON + HOUR) == {}


def test_another_key_verifies_nothing(ten, settings):
    settings.AUDIT_KEY = settings.INDEX_KEY

    assert set(found()) == set(ten)


@pytest.fixture
def anchor(tmp_path, settings):
    settings.AUDIT_ANCHOR = str(tmp_path / "anchor.jsonl")
    return tmp_path / "anchor.jsonl"


def lines(anchor):
    return [json.loads(line) for line in anchor.read_text().splitlines()]


def test_the_head_is_anchored_once_an_hour(anchor):
    for minutes in (0, 10, 59, 61, 70):
        write()
        sealing.seal_due(at=NOON + minutes * MINUTE)

    assert [line["position"] for line in lines(anchor)] == [1, 4]
    assert found(NOON + HOUR, anchor) == {}


def test_an_end_that_was_cut_off_is_named_by_the_anchor(anchor, ten):
    sealing.anchor_due(at=NOON)
    tamper("DELETE FROM audit_auditevent WHERE seq > %s", [ten[6]])
    tamper("DELETE FROM audit_auditseal WHERE seq > %s", [ten[6]])

    assert found() == {}
    (gone,) = found(anchor=anchor).items()
    assert gone[0] == ten[9]
    assert "the log ends at position 7" in gone[1]

    # Also when the log went on since, over the place where it was cut.
    write(10, at=NOON + MINUTE)
    sealing.seal_due(at=NOON + MINUTE)
    assert "now another does" in found(anchor=anchor)[ten[9]]


def test_an_anchor_file_that_is_gone_or_broken_is_said(anchor, ten):
    anchor.unlink(missing_ok=True)
    gone = found(anchor=anchor)
    anchor.write_text("nothing\n")

    assert "no anchor file" in gone[None]
    assert "line 1" in found(anchor=anchor)[None]


def test_the_command_prints_the_head_and_ends_with_an_error(ten, anchor, capsys):
    sealing.anchor_due(at=NOON)
    call_command("verify_audit")
    clean = capsys.readouterr().out
    tamper("UPDATE audit_auditevent SET reason = 'x' WHERE seq = %s", [ten[3]])

    with pytest.raises(CommandError, match="1 not as written"):
        call_command("verify_audit")

    assert AuditSeal.objects.get(position=10).mac in clean
    assert f"seq {ten[3]}: " in capsys.readouterr().out


# --- six years


def in_six_years(after):
    return NOON.replace(year=NOON.year + 6) + after


def test_after_six_years_and_a_day_a_row_goes_and_a_day_before_it_stays():
    write(3, at=NOON)
    write(3, at=NOON + 2 * DAY)
    sealing.seal_due(at=NOON + 2 * DAY)

    with time_machine.travel(in_six_years(DAY), tick=False):
        call_command("expire_audit")
        sealing.seal_due(at=in_six_years(DAY))

    left = AuditEvent.objects.order_by("seq").values_list("action", "at")
    assert list(left) == [
        *[("care.read", NOON + 2 * DAY)] * 3,
        ("audit.expired", in_six_years(DAY)),
    ]
    assert AuditSeal.objects.count() == 4
    assert found(in_six_years(2 * DAY)) == {}


def test_nothing_goes_before_its_time():
    write(3, at=NOON)
    sealing.seal_due(at=NOON)

    with time_machine.travel(in_six_years(-DAY), tick=False):
        call_command("expire_audit")

    assert AuditEvent.objects.count() == 3
    assert not AuditCut.objects.exists()


def test_what_is_left_may_be_expired_and_verified_again():
    for days in (0, 10, 20):
        write(2, at=NOON + days * DAY)
        sealing.seal_due(at=NOON + days * DAY)
    for days in (1, 11, 21):
        with time_machine.travel(in_six_years(days * DAY), tick=False):
            call_command("expire_audit")
        sealing.seal_due(at=in_six_years(days * DAY))
        assert found(in_six_years(days * DAY)) == {}

    assert set(AuditEvent.objects.values_list("action", flat=True)) == {"audit.expired"}


@pytest.mark.parametrize("whose", ["client", "listed", "actor"])
def test_a_legal_hold_keeps_what_names_somebody_and_all_behind_it(whose):
    write(2, at=NOON)
    held = uuid.UUID(int=99)
    by = Actor(user_id=held) if whose == "actor" else ANA
    record(
        action="care.read",
        at=NOON,
        by=by,
        client_id=held if whose == "client" else None,
        client_ids=[ROSA, held] if whose == "listed" else [],
    )
    write(2, at=NOON)
    sealing.seal_due(at=NOON)

    with time_machine.travel(in_six_years(DAY), tick=False):
        call_command("expire_audit", hold=[held])

    assert AuditEvent.objects.filter(action="care.read").count() == 3


def test_a_log_that_was_tampered_with_is_not_thrown_away(ten):
    """Fault: a row made to look old is dropped, and with it the proof that it was young."""
    tamper("UPDATE audit_auditevent SET at = '2000-01-01' WHERE seq = %s", [ten[0]])

    with pytest.raises(CommandError, match="not as written"):
        call_command("expire_audit")

    assert AuditEvent.objects.count() == 10


def test_a_beginning_that_somebody_made_up_is_named(ten):
    """Fault: dropping the first rows and writing down that they expired."""
    tamper("DELETE FROM audit_auditevent WHERE seq <= %s", [ten[3]])
    mac = AuditSeal.objects.get(position=4).mac
    tamper("DELETE FROM audit_auditseal WHERE position <= 4")
    AuditCut.objects.create(
        position=4, mac=mac, last_at=NOON, cut_at=NOON, stamp="0" * 64
    )

    assert found() == {None: "the cut at position 4 was not made by expire_audit"}
