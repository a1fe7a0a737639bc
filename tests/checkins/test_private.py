"""Just for me: nobody else can read it, or learn that it is there."""

import re
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from apps.accounts import policy
from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.care.models import StaffRole
from apps.checkins.models import PrivateNote
from apps.checkins.services import write_private_note
from apps.lifecycle.erasing import remove_rows
from apps.records.export import as_data
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory, StaffFactory, StaffRoleFactory
from tests.test_access import WALKED, _rows, path_of
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
# A safety word and the strongest number: anywhere else these would call somebody.
WORDS = "Zanzibar: I want to die"
# Made anew for every answer, whatever is on the page.
CHANCE = re.compile(
    r"[A-Za-z0-9]{64}|[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"
    r'|nonce="[^"]+"'
)


@pytest.fixture
def world():
    world = World()
    world.make_everything()
    PrivateNote.objects.all().delete()
    return world


@pytest.fixture
def rosa(world):
    browser = Client()
    browser.force_login(world.rosa.user)
    browser.get(reverse("home:today"))
    return browser


def write(browser, text=WORDS, craving="10"):
    return browser.post(
        reverse("checkins:mine"),
        {"uuid": uuid4(), "text": text, "craving": craving},
        follow=True,
    )


def _staff(world, *roles) -> User:
    staff = StaffFactory(organization_id=world.organization.pk, role="")
    for role in roles:
        StaffRoleFactory(user=staff, organization=world.organization, role=role)
    clinical = not policy.CARE_TEAM.isdisjoint(roles)
    AssignmentFactory(
        enrollment=world.enrollment,
        staff=staff,
        role="CARE_TEAM" if clinical else "FACILITATING",
    )
    return staff


def _everything_staff_see(world, people, capsys) -> dict:
    """Every page and answer of the API that any role opens, and what commands print."""
    seen = {}
    routes = [r for r in WALKED if r.audience in ("staff", "everyone", "api")]
    for who, user in people.items():
        browser = Client(raise_request_exception=False)
        browser.force_login(user)
        for route in routes:
            rule = policy.rule_of(route.name, "GET")
            # A new secret for an app, each time.
            if rule is None or route.name == "signin:set_up_app":
                continue
            if not policy.allows(rule, user, policy.roles_of(user)):
                continue
            answer = browser.get(path_of(route, world))
            seen[who, route.name] = answer.status_code, _plain(answer)
        for search in ({"name": world.rosa.preferred_name}, {"deed": "checkin"}, {}):
            answer = browser.post(reverse("desk:looks"), search)
            seen[who, str(search)] = answer.status_code, _plain(answer)
    capsys.readouterr()
    call_command("expire", dry_run=True)
    seen["expire"] = capsys.readouterr().out
    return seen


def _plain(answer) -> str:
    return CHANCE.sub("", b"".join(answer).decode())


def test_no_page_of_staff_changes_when_a_client_writes_for_themselves(
    world, rosa, capsys, frozen_noon
):
    """Fault: a count, a date, a row in a list or a look tells that something is there."""
    people = {
        "in every role": _staff(world, *StaffRole.Role.values),
        "at the door": _staff(world, "FRONT_DESK"),
        "in the room": _staff(world, "FACILITATOR"),
    }
    before = _walk(world, people, capsys)
    rows = _rows()
    events = AuditEvent.objects.count()

    # A minute later, so that no clock that was moved shows the same.
    frozen_noon.shift(60)
    write(rosa)
    write(rosa, "Zanzibar again", "")
    note = PrivateNote.objects.order_by("pk").first()
    rosa.post(
        reverse("checkins:mine_note", args=[note.pk]), {"text": "Other", "craving": ""}
    )

    frozen_noon.move_to(NOON)

    after = _rows()
    changed = {table for table in after if after[table] != rows[table]}
    # When she was last here is on every page of hers, and only she sees where.
    assert changed - {"signin.SignIn"} == {"checkins.PrivateNote"}
    assert AuditEvent.objects.count() == events + 3
    found = _walk(world, people, capsys)
    assert {what for what in found if found[what] != before[what]} == set()
    assert "Zanzibar" not in str(found)


def _walk(world, people, capsys) -> dict:
    """What is seen, with the looks themselves taken back."""
    with transaction.atomic():
        seen = _everything_staff_see(world, people, capsys)
        transaction.set_rollback(True)
    return seen


def test_the_log_has_each_deed_and_no_way_to_whose_it_was(world, rosa):
    """Fault: a supervisor searches the log for a client, a day or an address."""
    newest = AuditEvent.objects.order_by("-seq").first().seq
    write(rosa)
    note = PrivateNote.objects.get()
    rosa.post(reverse("checkins:mine_erase", args=[note.pk]))

    events = AuditEvent.objects.filter(seq__gt=newest).order_by("seq")
    said = [
        (e.organization_id, e.actor_id, e.client_id, e.object_id, e.request_id)
        for e in events
    ]
    assert said == [(None,) * 5] * 2
    assert {(e.address, e.object_type, e.reason) for e in events} == {("", "", "")}
    assert {(str(e.client_ids), str(e.field_names)) for e in events} == {("[]", "[]")}
    assert len({e.action for e in events}) == 1
    assert not PrivateNote.objects.exists()


def test_a_client_reads_changes_takes_along_and_erases_their_own(world, rosa):
    page = write(rosa, "First thought", "7")
    assert "First thought" in page.content.decode()
    note = PrivateNote.objects.get()
    own = reverse("checkins:mine_note", args=[note.pk])
    rosa.post(own, {"text": "Second thought", "craving": "3"})
    assert "Second thought" in rosa.get(own).content.decode()

    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM checkins_privatenote")
        assert b"thought" not in bytes(cursor.fetchone()[0])
    kinds = {kind["kind"]: kind for kind in as_data(world.rosa, NOON)["kinds"]}
    assert "Second thought" in str(kinds["checkins.PrivateNote"]["rows"])

    remove_rows(world.rosa.pk, at=NOON)
    assert not PrivateNote.objects.exists()


def test_one_sending_is_one_note_and_another_clients_number_takes_nothing(world):
    """Fault: a number that somebody else's phone made opens or blocks their row."""
    uuid = uuid4()
    other = world.other.enrollment.client
    for client in (world.rosa, world.rosa, other):
        write_private_note(
            client=client, uuid=uuid, text="Words", craving=None, at=NOON
        )

    assert PrivateNote.objects.count() == 2
    assert PrivateNote.objects.of_client(world.rosa.user).count() == 1


@pytest.mark.parametrize(
    ("text", "shows"),
    [("I want to die", True), ("Ya no quiero vivir", True), ("A long day", False)],
)
def test_words_of_danger_show_help_without_a_script(rosa, text, shows):
    """Fault: the one page that tells nobody leaves somebody alone with it."""
    # Too long to be kept, and no less meant.
    page = write(rosa, text + " so" * 2000).content.decode()
    assert ("data-danger-help hidden" in page) is not shows
    assert not PrivateNote.objects.exists()

    page = write(rosa, text).content.decode()
    assert ("data-danger-help hidden" in page) is not shows
    assert 'href="tel:988"' in page


def test_many_notes_are_one_query(rosa, world, django_assert_max_num_queries):
    for number in range(30):
        write_private_note(
            client=world.rosa,
            uuid=uuid4(),
            text=f"Note {number}",
            craving=None,
            at=NOON,
        )
    with django_assert_max_num_queries(14):
        first = rosa.get(reverse("checkins:mine"))
    assert first.content.decode().count("Change or erase") == 20
    second = rosa.get(reverse("checkins:mine"), {"page": "2"})
    assert second.content.decode().count("Change or erase") == 10
