"""A new key for the log: each part verifies with its own, and an old one makes nothing new."""

import base64

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from apps.audit import chain, sealing, turning
from apps.audit.models import AuditEvent, AuditSeal, AuditTurn
from tests.audit.test_chain import HOUR, MINUTE, found, tamper, write
from tests.conftest import NOON

pytestmark = pytest.mark.django_db
OLD, NEW, NEWEST = (base64.b64encode(bytes([n]) * 32).decode() for n in (7, 8, 9))
NAMES = {key: chain.name_of(base64.b64decode(key)) for key in (OLD, NEW, NEWEST)}


@pytest.fixture
def turned(settings):
    """Five rows of the old key, the turn, and five of the new one and its own."""
    settings.AUDIT_KEY = OLD
    write(5)
    sealing.seal_due(at=NOON)
    settings.AUDIT_KEY = f"{NEW}, {OLD}"
    call_command("rotate_audit_key")
    write(4)
    sealing.seal_due(at=NOON + MINUTE)
    return list(AuditEvent.objects.order_by("seq").values_list("seq", flat=True))


def _under(key) -> set[int]:
    rows = AuditSeal.objects.filter(key=NAMES[key])
    return set(rows.values_list("seq", flat=True))


def test_each_part_verifies_with_its_own_key(turned, settings):
    assert (_under(OLD), _under(NEW)) == (set(turned[:5]), set(turned[5:]))
    assert found(NOON + HOUR) == {}

    # Once more, and run twice by whoever lost the connection.
    settings.AUDIT_KEY = f"{NEWEST},{NEW},{OLD}"
    for _ in range(2):
        call_command("rotate_audit_key")
    sealing.seal_due(at=NOON + 2 * MINUTE)

    assert AuditTurn.objects.count() == 2
    assert _under(NEWEST) == {AuditEvent.objects.latest("seq").seq}
    assert found(NOON + HOUR) == {}


def test_links_from_before_keys_had_names_verify(turned):
    tamper("UPDATE audit_auditseal SET key = NULL WHERE position <= 5")

    assert found(NOON + HOUR) == {}


def test_until_it_is_run_the_old_one_seals_and_the_check_says_so(settings):
    settings.AUDIT_KEY = OLD
    write(2)
    sealing.seal_due(at=NOON)
    settings.AUDIT_KEY = f"{NEW},{OLD}"
    write(1)
    sealing.seal_due(at=NOON + MINUTE)

    assert len(_under(OLD)) == 3
    assert "run rotate_audit_key" in found(NOON + HOUR)[None]


@pytest.mark.parametrize("lies", [False, True], ids=["named", "under the new name"])
def test_a_part_sealed_with_the_wrong_key_is_named(turned, monkeypatch, lies):
    """Fault: who knows the old key goes on making links with it."""
    monkeypatch.setattr(turning, "current_key", lambda: base64.b64decode(OLD))
    if lies:
        monkeypatch.setattr(chain, "name_of", lambda key: NAMES[NEW])
    write(3)
    sealing.seal_due(at=NOON + 2 * MINUTE)
    monkeypatch.undo()

    last = list(AuditEvent.objects.order_by("-seq").values_list("seq", flat=True)[:3])
    said = found(NOON + HOUR)
    assert set(said) == set(last)
    assert lies or f"key {NAMES[OLD]}, where key {NAMES[NEW]}" in said[last[0]]


def test_a_history_made_anew_with_the_old_key_is_named(turned):
    """Fault: the old part is only as safe as a key that somebody knows."""
    tamper("UPDATE audit_auditevent SET reason = 'x' WHERE seq = %s", [turned[1]])
    _make_anew(OLD, upto=5)

    assert turned[4] in found(NOON + HOUR)


def _make_anew(key, upto):
    rows = {row[0]: row for row in AuditEvent.objects.values_list(*chain.FIELDS)}
    mac = chain.BEGINNING
    for seal in AuditSeal.objects.filter(position__lte=upto).order_by("position"):
        mac = chain.mac_of(
            base64.b64decode(key),
            mac,
            position=seal.position,
            sealed_at=seal.sealed_at,
            row=rows[seal.seq],
        )
        tamper(
            "UPDATE audit_auditseal SET mac = %s, key = %s WHERE position = %s",
            [mac, NAMES[key], seal.position],
        )


def test_a_turn_that_was_taken_out_is_named(turned):
    """Fault: without the turn the old key makes the whole log anew."""
    tamper("DELETE FROM audit_auditturn")
    _make_anew(OLD, upto=10)

    assert "the turn to it was taken out" in found(NOON + HOUR)[None]


def test_a_turn_moved_or_made_by_somebody_else_is_named(turned):
    tamper("UPDATE audit_auditturn SET position = 6, mac = 'x'")

    said = found(NOON + HOUR)
    assert "was not made by rotate_audit_key" in said[None]
    assert turned[5] in said


def test_a_cut_dated_back_to_the_old_key_is_named(turned):
    """Fault: who knows the old key drops the beginning and calls it expiry."""
    last = AuditSeal.objects.get(position=3)
    stamp = chain.stamp_of(base64.b64decode(OLD), 3, last.mac, NOON, NOON)
    tamper("DELETE FROM audit_auditevent WHERE seq <= %s", [turned[2]])
    tamper("DELETE FROM audit_auditseal WHERE position <= 3")
    tamper(
        "INSERT INTO audit_auditcut VALUES (3, %s, %s, %s, %s)",
        [last.mac, NOON, NOON, stamp],
    )

    assert "was not made by expire_audit" in found(NOON + HOUR)[None]


def test_a_process_with_the_old_key_alone_seals_nothing(turned, settings):
    """Fault: a worker that was not restarted breaks the chain."""
    settings.AUDIT_KEY = OLD
    write(1)

    with pytest.raises(turning.NoKey):
        sealing.seal_due(at=NOON + 2 * MINUTE)

    settings.AUDIT_KEY = f"{NEW},{OLD}"
    sealing.seal_due(at=NOON + 3 * MINUTE)
    assert found(NOON + HOUR) == {}


def test_without_the_old_key_its_part_is_not_passed_over(turned, settings):
    settings.AUDIT_KEY = NEW

    assert set(turned[:5]) <= set(found(NOON + HOUR))


def test_no_turn_over_a_log_that_is_not_as_written(turned, settings):
    """Fault: the new key vouches for what somebody changed."""
    tamper("UPDATE audit_auditevent SET reason = 'x' WHERE seq = %s", [turned[1]])
    settings.AUDIT_KEY = f"{NEWEST},{NEW},{OLD}"

    with pytest.raises(CommandError, match="not as written"):
        call_command("rotate_audit_key")
    assert AuditTurn.objects.count() == 1


def test_a_key_that_sealed_before_does_not_come_back(turned, settings):
    settings.AUDIT_KEY = f"{NEWEST},{NEW},{OLD}"
    call_command("rotate_audit_key")
    settings.AUDIT_KEY = f"{NEW},{NEWEST},{OLD}"

    with pytest.raises(CommandError, match="earlier part"):
        call_command("rotate_audit_key")


def test_it_breaks_half_way_and_is_run_again(turned, settings, monkeypatch):
    settings.AUDIT_KEY = f"{NEWEST},{NEW},{OLD}"

    def broken(**kwargs):
        raise DatabaseError("gone")

    monkeypatch.setattr(turning, "record", broken)
    with pytest.raises(CommandError, match="gone"):
        call_command("rotate_audit_key")
    monkeypatch.undo()
    before = AuditTurn.objects.count()
    call_command("rotate_audit_key")
    sealing.seal_due(at=NOON + HOUR)

    assert (before, AuditTurn.objects.count()) == (1, 2)
    assert found(NOON + HOUR) == {}
