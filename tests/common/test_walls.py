"""The second wall, on PostgreSQL: raw SQL sees one organization, and without a word none."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction
from django.urls import reverse

from apps.accounts import policy
from apps.accounts.policy import Across
from apps.audit.actors import SYSTEM
from apps.audit.models import AuditEvent
from apps.audit.services import record
from apps.care.models import (
    Client,
    Enrollment,
    LimitChange,
    Organization,
    OwnItem,
    Pause,
)
from apps.checkins.models import WeeklyWording
from apps.common import raising, walls
from apps.outreach.models import Step
from apps.phone.models import Device, SetAside
from apps.plans.models import Comment, LivePart
from apps.sessions.models import Wait
from apps.setup.models import Import
from tests.browser.full_house import FullHouse
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory, EnrollmentFactory, StaffFactory
from tests.factories.notifications import InboundFactory
from tests.factories.outreach import EpisodeFactory
from tests.factories.sessions import ClosureFactory, OverrideFactory
from tests.world import SAMPLES, World

ROOT = Path(__file__).resolve().parent.parent.parent
on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has no row security"
)
TABLES = sorted(raising.walls())


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        return cursor.fetchone()[0]


def _said() -> tuple:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('app.org', true), current_setting('app.across', true)"
        )
        org, across = cursor.fetchone()
    return walls.Place(org or "", across == "on")


@pytest.fixture
def houses(frozen_noon, db):
    """Two organizations. Only the first has everything."""
    house = FullHouse()
    enrollment = house.rosa
    client = enrollment.client
    # What the full house does not have.
    OwnItem.objects.create(client=client, kind="TRIGGER", code="trg.time.payday")
    LivePart.objects.create(client=client, kind="REFILL", value={}, since=NOON)
    Pause.objects.create(enrollment=enrollment, kind="TRAVEL", from_on=NOON.date())
    InboundFactory(client=client, organization=client.organization)
    OverrideFactory(enrollment=enrollment, group_session=house.room)
    ClosureFactory(site=house.room.site)
    Import.objects.create(
        organization=client.organization,
        kind="PEOPLE",
        made=1,
        made_at=NOON,
        made_by=StaffFactory(organization_id=client.organization_id),
    )
    Wait.objects.create(
        enrollment=enrollment, group_session=house.room, uuid=uuid4(), asked_at=NOON
    )
    Step.objects.create(
        episode=EpisodeFactory(
            enrollment=EnrollmentFactory(client__organization=client.organization)
        ),
        code="call",
        planned_at=NOON,
        skipped_because="MONITORED_PHONE",
    )
    house.program.site.checkin_readers.add(house.ana)
    LimitChange.objects.create(
        organization=client.organization,
        program=house.program,
        limits={},
        changed_at=NOON,
        changed_by=house.ana,
    )
    WeeklyWording.objects.create(
        organization=client.organization,
        name="BAM-IOP",
        version="1",
        question_set="1",
        texts={},
        loaded_at=NOON,
    )
    owned = {"organization": client.organization, "client": client}
    device = Device.objects.create(
        **owned, key_digest="x", made_at=NOON, last_seen_at=NOON
    )
    SetAside.objects.create(
        **owned,
        device=device,
        uuid=uuid4(),
        item={},
        reason="x",
        occurred_at=NOON,
        received_at=NOON,
    )
    return client, AssignmentFactory().enrollment.organization


def test_every_table_of_ours_is_behind_the_wall_or_says_why_not():
    """Fault: a new table is forgotten, and shows everybody's rows."""
    behind = {m._meta.label for m in raising.ours() if m._meta.db_table in TABLES}

    assert {m._meta.label for m in raising.ours()} - behind == set(raising.OUTSIDE)


# What may be done for everybody, and why, is said in docs/adr/0017.
USES_ACROSS = r"\bacross\(|\bopen_for_request\(|\bEVERYBODYS\b"


def test_only_these_reach_across_organizations():
    """Fault: a view or a service opens the wall because something was not found."""
    used = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "apps").rglob("*.py")
        if re.search(USES_ACROSS, path.read_text())
    }

    assert {p for p in used if "/management/commands/" not in p} == {
        "apps/accounts/middleware.py",
        "apps/audit/services.py",
        "apps/care/migrations/0013_words_of_programs.py",
        "apps/common/raising.py",
        "apps/common/walls.py",
        "apps/lifecycle/erasing.py",
        "apps/notifications/tasks.py",
        "apps/outreach/tasks.py",
        "apps/phone/tasks.py",
        "apps/signin/reaching.py",
        "apps/signin/tasks.py",
    }


def test_these_pages_find_whose_record_it_is():
    opened = {
        action: rule.across for action, rule in policy.RULES.items() if rule.across
    }

    assert opened == {
        "help.read": Across.VISITORS,
        "app.read": Across.VISITORS,
        "phone.deliver": Across.ANYBODY,
        "outreach.answer": Across.ANYBODY,
        "calendar.read": Across.ANYBODY,
        "text.receive": Across.ANYBODY,
        "account.sign_in": Across.ANYBODY,
        "account.accept_invitation": Across.ANYBODY,
        "demo.play": Across.ANYBODY,
    }


@on_postgresql
@pytest.mark.django_db
def test_the_role_is_neither_superuser_nor_exempt():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False,)


@on_postgresql
def test_raw_sql_sees_one_organization_and_without_a_word_none(houses):
    rosa, other = houses
    with walls.across():
        everything = {table: _count(table) for table in TABLES}
        # Of no organization, and about nobody of one.
        unclaimed = AuditEvent.objects.filter(organization_id=None).exclude(
            client_id__in=Client.objects.values("pk")
        )
        of_nobody = {"audit_auditevent": unclaimed.count()}
    seen = []
    for organization in Organization.objects.all():
        with walls.within(organization.pk):
            seen.append({table: _count(table) for table in TABLES})
            assert Organization.objects.get() == organization
    with walls.within(None):
        nobodys = {table: _count(table) for table in TABLES}
    with walls.within(other.pk):
        assert not Client.objects.filter(pk=rosa.pk).exists()

    assert len(seen) > 1
    assert [table for table in TABLES if not everything[table]] == []
    assert {t: n for t, n in nobodys.items() if n} == {}
    for table in TABLES:
        found = sum(rows[table] for rows in seen) + of_nobody.get(table, 0)
        assert found == everything[table], table
        assert any(rows[table] < everything[table] for rows in seen), table


@on_postgresql
@pytest.mark.parametrize("whose", ["another", "nobody"])
def test_nothing_is_written_into_another_organization(houses, whose):
    """Fault: the policy shows no rows of others and still takes them."""
    rosa, other = houses
    taken = []
    for table in TABLES:
        with walls.within(rosa.organization_id), connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}" LIMIT 1')
            row = cursor.fetchone()
            columns = ", ".join(f'"{c.name}"' for c in cursor.description)
        places = ", ".join(["%s"] * len(row))
        row = [_as_json(value) for value in row]
        place = walls.within(other.pk if whose == "another" else None)
        with place, connection.cursor() as cursor:
            try:
                with transaction.atomic():
                    cursor.execute(
                        f'INSERT INTO "{table}" ({columns}) VALUES ({places})', row
                    )
            except (ProgrammingError, InternalError) as refused:
                if "row-level security" in str(refused):
                    continue
            cursor.execute(f'DELETE FROM "{table}"')
            taken.append(table)

    assert taken == []


def _as_json(value):
    from psycopg.types.json import Jsonb

    return Jsonb(value) if isinstance(value, dict | list) else value


@on_postgresql
def test_nothing_of_another_organization_is_changed_or_removed(houses):
    rosa, other = houses
    own = Comment.objects.count()
    with walls.within(other.pk), connection.cursor() as cursor:
        cursor.execute("UPDATE care_client SET preferred_name = 'x'")
        cursor.execute("DELETE FROM plans_comment")

    name = rosa.preferred_name
    rosa.refresh_from_db()
    assert rosa.preferred_name == name
    assert Comment.objects.count() == own > 0


@on_postgresql
@pytest.mark.django_db
def test_a_view_that_forgets_whose_record_it_is_shows_nothing(
    frozen_noon, client, monkeypatch
):
    """Fault: the first wall has a hole. The second one stands behind it."""
    world, neighbor = World(), AssignmentFactory()
    monkeypatch.setattr(
        Enrollment.objects._queryset_class,
        "open_to",
        lambda self, user, at: self.extra(select={"is_assigned": "true"}),
    )
    assert Enrollment.objects.open_to(None, None).count() > 1
    for staff, status in ((neighbor.staff, 404), (world.hers.staff, 200)):
        client.force_login(staff)
        path = reverse("desk:client", kwargs=SAMPLES["desk:client"](world))
        assert client.get(path).status_code == status


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_what_is_said_follows_the_work_through_rollbacks():
    """Fault: a rollback brings back the organization of the request before."""
    first, second = (EnrollmentFactory().organization.pk for _ in range(2))
    one, two = walls.Place(str(first)), walls.Place(str(second))

    with walls.within(first):
        assert _said() == one
    with walls.within(second), transaction.atomic():
        assert _said() == two
        transaction.set_rollback(True)
    with walls.within(second):
        assert _said() == two
        with transaction.atomic():
            assert _said() == two
            with transaction.atomic():
                with walls.within(first):
                    assert _said() == one
                transaction.set_rollback(True)
            assert _said() == two
            with walls.across(), transaction.atomic():
                assert _said() == walls.EVERYBODYS
            assert _said() == two
        assert _said() == two
    with walls.within(None):
        assert _said() == walls.NOBODYS
    with transaction.atomic(), walls.within(first):
        with pytest.raises(ProgrammingError), transaction.atomic():
            connection.cursor().execute("SELECT nothing")
        assert _said() == one
    assert _said() == walls.EVERYBODYS


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_new_connection_sees_nothing_until_something_is_said():
    EnrollmentFactory()
    connection.close()
    with walls.within(None):
        assert _count("care_client") == 0
    connection.close()
    with walls.across():
        assert _count("care_client") == 1


@on_postgresql
@pytest.mark.django_db
def test_what_the_program_did_by_itself_is_seen_in_the_clients_house_alone(houses):
    """Fault: a client and their supervisor read a log without the half of it."""
    rosa, other = houses
    with walls.across(), transaction.atomic():
        record(action="test.by_itself", at=NOON, by=SYSTEM, client_id=rosa.pk)
    events = AuditEvent.objects.filter(organization_id=None, action="test.by_itself")

    with walls.within(rosa.organization_id):
        assert events.count() == 1
    with walls.within(other.pk):
        assert events.count() == 0
    with walls.within(None):
        assert events.count() == 0
