"""What two people do at the same moment: one gets it, the other is told."""

import datetime as dt
import threading

import pytest
from django.db import connection

from apps.audit.actors import Actor
from apps.audit.models import AuditEvent
from apps.plans import services
from apps.plans.models import PlanVersion
from tests.factories.care import StaffFactory
from tests.factories.plans import PlanVersionFactory

pytestmark = pytest.mark.django_db(transaction=True)

State = PlanVersion.State
DUE = dt.date(2026, 11, 13)


def at_once(*acts):
    """What came of each, in no order: the name of its refusal, or "done"."""
    ready, outcomes = threading.Barrier(len(acts)), []

    def run(act):
        try:
            ready.wait()
            act()
            outcomes.append("done")
        except Exception as refusal:  # noqa: BLE001 - the outcome is what is tested
            outcomes.append(type(refusal).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_of_two_counselors_who_agree_one_does(noon):
    """Fault: both read "in review" and both write "agreed"."""
    before = PlanVersionFactory(state=State.APPROVED)
    version = PlanVersionFactory(client=before.client, number=2, state=State.IN_REVIEW)

    def agree_as(staff):
        own_copy = PlanVersion.objects.get(pk=version.pk)
        by = Actor(user_id=staff.pk, role="STAFF")
        return lambda: services.agree(
            version=own_copy, review_due_on=DUE, at=noon, by=by
        )

    outcomes = at_once(agree_as(StaffFactory()), agree_as(StaffFactory()))

    assert outcomes == ["NotWaiting", "done"]
    states = dict(PlanVersion.objects.values_list("number", "state"))
    assert states == {1: State.SUPERSEDED, 2: State.APPROVED}
    assert AuditEvent.objects.filter(action="plans.agreed").count() == 1


def test_it_is_taken_back_or_read_and_never_both(noon, actor):
    """Fault: the counselor reads a version that its client has taken back."""
    version = PlanVersionFactory(state=State.SUBMITTED)
    hers, his = (PlanVersion.objects.get(pk=version.pk) for _ in range(2))

    outcomes = at_once(
        lambda: services.withdraw(version=hers, at=noon, by=actor),
        lambda: services.open_for_review(version=his, at=noon, by=actor),
    )

    assert outcomes in (["AlreadyBeingRead", "done"], ["NotWaiting", "done"])
    states = list(
        PlanVersion.objects.order_by("number").values_list("state", flat=True)
    )
    assert states in ([State.IN_REVIEW], [State.WITHDRAWN, State.DRAFT])


def test_two_taps_start_one_version(noon, actor):
    """Fault: both find no draft, and the second breaks on the number."""
    agreed = PlanVersionFactory(state=State.APPROVED)

    def start():
        services.start_next_version(client=agreed.client, at=noon, by=actor)

    assert at_once(start, start) == ["done", "done"]
    assert sorted(PlanVersion.objects.values_list("number", flat=True)) == [1, 2]


def test_two_sections_saved_at_once_are_both_kept(noon, actor):
    """Fault: each writes the whole content it read, and the last one wins."""
    version = PlanVersionFactory(content={})

    def save(section, data):
        return lambda: services.save_section(
            version=version, section=section, data=data, at=noon, by=actor
        )

    outcomes = at_once(
        save("why", {"lines": ["To sleep"]}), save("slip", {"lines": ["Call Dee"]})
    )

    assert outcomes == ["done", "done"]
    assert set(PlanVersion.objects.get(pk=version.pk).content) == {"why", "slip"}
