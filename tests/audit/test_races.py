"""Two sealers at the same moment, and an event that commits behind a later one."""

import threading

import pytest
from django.db import connection, transaction

from apps.audit import sealing
from apps.audit.actors import Actor
from apps.audit.models import AuditEvent, AuditSeal
from apps.audit.services import record
from apps.audit.verifying import verify
from tests.conftest import NOON

pytestmark = pytest.mark.django_db(transaction=True)


def write(count):
    with transaction.atomic():
        for _ in range(count):
            record(action="care.read", at=NOON, by=Actor())


def test_two_sealers_make_one_chain(monkeypatch):
    """Fault: both read the same head, and the chain forks."""
    monkeypatch.setattr(sealing, "BATCH", 7)
    write(100)
    ready, failed = threading.Barrier(3), []

    def run():
        try:
            ready.wait()
            sealing.seal_due(at=NOON)
        except Exception as problem:  # noqa: BLE001 - the outcome is what is tested
            failed.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert AuditSeal.objects.count() == 100
    assert list(verify(at=NOON, anchor=None)) == []


def test_what_commits_behind_a_later_number_is_sealed_after_it():
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite one transaction writes at a time")
    numbered, sealed = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            record(action="care.slow", at=NOON, by=Actor())
            numbered.set()
            sealed.wait(30)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    numbered.wait(30)
    write(3)
    first = sealing.seal_due(at=NOON)
    sealed.set()
    thread.join()
    second = sealing.seal_due(at=NOON)

    assert (first, second) == (3, 1)
    last = AuditSeal.objects.order_by("-position").first()
    assert AuditEvent.objects.get(action="care.slow").seq == last.seq
    assert last.seq < max(AuditSeal.objects.values_list("seq", flat=True))
    assert list(verify(at=NOON, anchor=None)) == []
