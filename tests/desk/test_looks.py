"""A supervisor asks who looked: only at home, only by POST, and seen to have asked."""

import csv
import datetime as dt
import io
import random
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from apps.audit.actors import SYSTEM, Actor
from apps.audit.models import AuditEvent
from apps.audit.services import record
from apps.common.crypto import blind_index
from apps.desk.looks import questions
from tests.conftest import BOSTON, NOON
from tests.factories.care import (
    AssignmentFactory,
    EnrollmentFactory,
    SiteFactory,
    StaffFactory,
    StaffRoleFactory,
)
from tests.factories.notifications import OutboxMessageFactory

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = (
    dt.timedelta(minutes=1),
    dt.timedelta(hours=1),
    dt.timedelta(days=1),
)
WAY = dt.timedelta(days=400)


class House:
    """Its supervisor Ruth, and people with caseloads of their own."""

    def __init__(self):
        site = SiteFactory()
        self.organization, self.site = site.organization, site
        self.ruth = self.staff("Ruth", role="SUPERVISOR")

    def staff(self, name, role="COUNSELOR"):
        user = StaffFactory(name=name, organization_id=self.organization.pk)
        StaffRoleFactory(
            user=user, organization=self.organization, site=self.site, role=role
        )
        return user

    def client(self, name="Rosa", staff=None, surname="Sample", **assignment):
        enrollment = EnrollmentFactory(
            client__organization=self.organization,
            client__preferred_name=name,
            client__surname=surname,
            client__surname_index=blind_index(surname.casefold(), purpose="surname"),
        )
        if staff is not None:
            AssignmentFactory(
                enrollment=enrollment, staff=staff, since=NOON - WAY, **assignment
            )
        return enrollment.client


@pytest.fixture
def house(frozen_noon):
    return House()


def by(user, address="198.51.100.0/24"):
    return Actor(user.pk, user.kind, user.organization_id, "WEB", address=address)


def looked(user, *clients, action="desk.client_read", at=NOON, **more):
    alone = {"client_id": clients[0].pk} if len(clients) == 1 else {}
    listed = {} if alone else {"client_ids": [client.pk for client in clients]}
    record(action=action, at=at, by=by(user, **more), **alone, **listed)


def browser(user) -> Client:
    signed_in = Client()
    signed_in.force_login(user)
    return signed_in


def found_by(user, **asked):
    page = browser(user).post(reverse("desk:looks"), asked)
    assert page.status_code == 200
    return [
        (row.who, str(row.what), row.names, row.more)
        for row in page.context["found"].rows
    ]


# --- who may


@pytest.mark.parametrize("page", ["desk:looks", "desk:unusual"])
@pytest.mark.parametrize(
    "role", ["COUNSELOR", "FACILITATOR", "FRONT_DESK", "DIRECTOR", "ADMIN"]
)
def test_other_staff_find_no_such_page(house, page, role):
    other = browser(house.staff("Kofi", role))

    assert other.get(reverse(page)).status_code == 404
    assert other.post(reverse("desk:looks")).status_code == 404
    assert browser(house.ruth).get(reverse(page)).status_code == 200


def test_who_supervises_another_house_supervises_nothing_here(house):
    """Fault: the role is looked for anywhere."""
    guest = house.staff("Kofi")
    StaffRoleFactory(user=guest, role="SUPERVISOR")

    assert browser(guest).get(reverse("desk:looks")).status_code == 404


def test_the_way_there_is_shown_to_supervisors_only(house):
    pages = [
        browser(user).get(reverse("desk:people")).text
        for user in (house.ruth, house.staff("Kofi"))
    ]

    assert [reverse("desk:looks") in page for page in pages] == [True, False]


# --- the search


def test_by_client_also_in_lists_and_what_the_app_did(house):
    ana = house.staff("Ana")
    rosa, dev, tess, lena, walt = (
        house.client(name) for name in ("Rosa", "Dev", "Tess", "Lena", "Walt")
    )
    looked(ana, rosa)
    looked(ana, dev, tess, lena, walt, rosa, action="desk.board_read")
    looked(ana, dev)
    record(action="care.concern_raised", at=NOON, by=SYSTEM, client_id=rosa.pk)

    rows = found_by(house.ruth, name="rosa")

    assert [(who, what, more) for who, what, _, more in rows] == [
        ("The app, by itself", "Wrote down or did a task", 0),
        ("Ana", "Saw in a list", 2),
        ("Ana", "Opened the record", 0),
    ]
    assert all(names[0] == "Rosa" for _, _, names, _ in rows)


def test_by_surname_without_reading_one(house):
    looked(house.staff("Ana"), house.client("Rosa", surname="Ortega"))

    assert len(found_by(house.ruth, name=" ortega ")) == 1
    assert found_by(house.ruth, name="Ort") == []


def test_by_staff_deed_and_days(house):
    ana, kofi = house.staff("Ana"), house.staff("Kofi")
    rosa = house.client()
    for days in range(4):
        looked(ana, rosa, at=NOON - days * DAY)
        looked(kofi, rosa, action="desk.plan_read", at=NOON - days * DAY)
    record(action="care.assigned", at=NOON, by=by(ana), client_id=rosa.pk)
    record(action="care.task_done", at=NOON, by=by(ana), client_id=rosa.pk)

    assert len(found_by(house.ruth, staff=ana.pk)) == 6
    assert len(found_by(house.ruth, deed="plan")) == 4
    # A beginning that is another deed's is not this one's.
    assert [row[1] for row in found_by(house.ruth, deed="details")] == [
        "Wrote or changed details"
    ]
    days = {"since": "2026-10-12", "until": "2026-10-13"}
    assert len(found_by(house.ruth, staff=ana.pk, **days)) == 2


def test_another_house_is_not_searched(house):
    other = House()
    theirs = other.client("Rosa")
    looked(other.ruth, theirs)
    record(action="care.concern_raised", at=NOON, by=SYSTEM, client_id=theirs.pk)

    assert found_by(house.ruth) == []
    assert found_by(house.ruth, name="Rosa") == []
    page = browser(house.ruth).post(
        reverse("desk:looks"), {"staff": str(other.ruth.pk)}
    )
    assert "found" not in page.context


def test_pages_of_fifty_each_written_down_once(house):
    ana, rosa = house.staff("Ana"), house.client()
    for minutes in range(120):
        looked(ana, rosa, at=NOON - minutes * MINUTE)
    ruth = browser(house.ruth)
    before = AuditEvent.objects.count()

    asked = {"name": "Rosa", "staff": str(ana.pk)}
    pages = [
        ruth.post(reverse("desk:looks"), asked | {"page": number})
        for number in ("1", "2", "3", "x")
    ]

    assert [len(p.context["found"].rows) for p in pages] == [50, 50, 20, 50]
    assert [p.context["found"].is_last for p in pages] == [False, False, True, False]
    events = AuditEvent.objects.order_by("seq")[before:]
    assert [(e.action, e.actor_id, e.client_ids) for e in events] == [
        ("desk.looks_read", house.ruth.pk, [str(rosa.pk)])
    ] * 4


def test_a_search_reads_as_much_for_many_rows(house, django_assert_max_num_queries):
    for number in range(30):
        looked(house.staff(f"S{number}"), house.client(f"C{number}"))
    ruth = browser(house.ruth)

    with django_assert_max_num_queries(20):
        page = ruth.post(reverse("desk:looks"), {})

    assert len(page.context["found"].rows) == 30


def test_no_name_gets_into_an_address(house):
    """Fault: a search by GET leaves names in histories and logs."""
    page = browser(house.ruth).get(reverse("desk:looks"), {"name": "Rosa"})

    assert "found" not in page.context
    assert 'method="post"' in page.text
    assert not urlsplit(reverse("desk:looks")).query


def test_days_in_the_wrong_order_are_said(house):
    page = browser(house.ruth).post(
        reverse("desk:looks"), {"since": "2026-10-13", "until": "2026-10-12"}
    )

    assert "found" not in page.context
    assert page.context["form"].errors["until"]


# --- unusual looks


def test_five_snoops_of_five_are_found_among_a_thousand_looks(house):
    """T4: whoever is curious is found, and who works is not bothered."""
    dice = random.Random(504)
    monday = NOON - 2 * DAY
    first_names = ["Ana Reyes", "Kofi Mensah", "Mina Cho", "Sam Porter", "Theo Blake"]
    team = [house.staff(name) for name in first_names]
    surnames = ["Sample", "Ortega", "Nguyen", "Miller", "Silva", "Green"]
    caseloads = {
        user.pk: [
            house.client(f"{user.name[:3]}{n}", user, dice.choice(surnames))
            for n in range(14)
        ]
        for user in team
    }

    def some_time(first=8, last=21):
        start = monday + dice.randrange(5) * DAY
        local = start.astimezone(BOSTON).replace(hour=first, minute=0)
        return local + dt.timedelta(minutes=dice.randrange((last - first) * 60))

    for _ in range(600):
        user = dice.choice(team)
        looked(user, dice.choice(caseloads[user.pk]), at=some_time())
    for _ in range(350):
        user = dice.choice(team)
        looked(user, *caseloads[user.pk], action="desk.board_read", at=some_time())
    for user in team:
        # Before the meeting of the team, everybody of a caseload at once.
        for minutes, client in enumerate(caseloads[user.pk][:8]):
            looked(user, client, at=monday + minutes * MINUTE)
    on_call = team[0]
    for nights in range(5):
        # Called at night about somebody, and something done.
        client, at = caseloads[on_call.pk][0], monday + nights * DAY + 11 * HOUR
        looked(on_call, client, at=at)
        record(
            action="care.concern_claimed",
            at=at + 5 * MINUTE,
            by=by(on_call),
            client_id=client.pk,
        )
    # Looked after until Tuesday, and the colleague who covers since.
    handed = house.client("Handed", team[1], until=NOON - DAY)
    AssignmentFactory(
        enrollment=handed.enrollments.get(),
        staff=team[2],
        role="COVERING",
        since=NOON - DAY,
    )
    looked(team[1], handed, at=NOON - DAY - HOUR)
    for hours in range(4):
        looked(team[2], handed, at=NOON - DAY + hours * HOUR)
    normal = AuditEvent.objects.filter(action__endswith="_read").count()
    assert normal >= 1000

    ida = house.staff("Ida Sole", "FRONT_DESK")
    planted = {
        "MANY": (ida, [house.client(f"Many{n}", ida) for n in range(25)]),
        "OUTSIDE": (team[3], [caseloads[team[4].pk][3]]),
        "FAMILY": (team[0], [house.client("Luis", team[0], "Reyes")]),
        "NIGHT": (team[4], [caseloads[team[4].pk][1]]),
        "ENDED": (team[1], [handed]),
    }
    at = {"NIGHT": NOON + 12 * HOUR, "ENDED": NOON + HOUR}
    for why, (user, clients) in planted.items():
        for seconds, client in enumerate(clients):
            looked(
                user,
                client,
                at=at.get(why, NOON) + dt.timedelta(seconds=20 * seconds),
            )

    told = {
        (each.found.why, each.who, tuple(each.names))
        for each in questions(
            house.organization.pk,
            since=monday - DAY,
            until=monday + 6 * DAY,
            zone=BOSTON,
        )
    }

    expected = {
        (
            why.replace("ENDED", "OUTSIDE"),
            user.name,
            tuple(client.preferred_name for client in clients),
        )
        for why, (user, clients) in planted.items()
    }
    assert len(expected) == 5
    assert expected <= told
    assert len(told - expected) <= 2


@pytest.mark.parametrize(
    ("name", "surname", "is_told"),
    [
        ("Ana Reyes", "REYES", True),
        ("Ana de la Cruz", "de la Cruz", True),
        ("Luz Ruiz Vega", "Ruiz", True),
        ("Mia Lopez-Diaz", "Diaz", True),
        ("Mia Lopez-Diaz", "Lopez-Diaz", True),
        ("Reyes", "Reyes", False),
        ("Reyes Sample", "Reyes", False),
    ],
)
def test_a_surname_is_found_in_a_name(house, name, surname, is_told):
    user = house.staff(name)
    looked(user, house.client("Rosa", user, surname))

    told = questions(
        house.organization.pk, since=NOON - DAY, until=NOON + DAY, zone=BOSTON
    )

    assert [each.found.why for each in told] == ["FAMILY"] * is_told


def test_who_only_leads_the_room_opens_no_record_unasked(house):
    """Fault: any assignment is taken for one that opens records."""
    user = house.staff("Kofi")
    rosa = house.client("Rosa", user, role="FACILITATING")
    looked(user, rosa, rosa, action="desk.roster_read")
    looked(user, rosa)

    told = questions(
        house.organization.pk, since=NOON - DAY, until=NOON + DAY, zone=BOSTON
    )

    assert [(each.found.why, each.found.times) for each in told] == [("OUTSIDE", 1)]


def test_the_page_shows_a_week_of_this_house_and_leaves_one_event(house):
    rosa = house.client("Rosa")
    looked(house.staff("Kofi"), rosa)
    looked(house.staff("Mina"), house.client("Old"), at=NOON - 8 * DAY)
    other = House()
    looked(other.staff("Guest"), other.client("Elsewhere"))
    before = AuditEvent.objects.count()

    page = browser(house.ruth).get(reverse("desk:unusual"))

    assert "Rosa" in page.text
    assert "Old" not in page.text
    assert "Elsewhere" not in page.text
    (event,) = AuditEvent.objects.order_by("seq")[before:]
    assert (event.action, event.client_ids) == ("desk.unusual_read", [str(rosa.pk)])
    earlier = browser(house.ruth).get(reverse("desk:unusual"), {"until": "2026-10-07"})
    assert [question.names for question in earlier.context["questions"]] == [["Old"]]


# --- after a breach


SPAN = {"since": NOON - HOUR, "until": NOON + HOUR}


def printed(name, *args, **options):
    out = io.StringIO()
    call_command(name, *args, stdout=out, **(SPAN | options))
    return list(csv.DictReader(io.StringIO(out.getvalue())))


def test_who_saw_or_received_something_of_a_client(house):
    ana, rosa, dev = house.staff("=Ana()"), house.client(), house.client("Dev")
    looked(ana, rosa)
    looked(ana, rosa, at=NOON + MINUTE)
    looked(ana, dev, rosa, action="desk.board_read")
    looked(ana, dev)
    looked(ana, rosa, at=NOON + HOUR)
    OutboxMessageFactory(
        enrollment=rosa.enrollments.get(),
        state="ACCEPTED",
        submitted_at=NOON,
        accepted_at=NOON,
    )
    OutboxMessageFactory(enrollment=rosa.enrollments.get(), reachable=False)

    rows = printed("who_saw", str(rosa.pk))

    assert [(r["how"], r["what"], r["name"], r["times"]) for r in rows] == [
        ("WEB", "desk.board_read", "'=Ana()", "1"),
        ("WEB", "desk.client_read", "'=Ana()", "2"),
        ("SMS", "OUT-05", "", "1"),
    ]
    event = AuditEvent.objects.order_by("seq").last()
    assert (event.action, event.client_id) == ("desk.who_saw", rosa.pk)


def test_whose_records_were_within_reach(house):
    ana, kofi = house.staff("Ana"), house.staff("Kofi")
    rosa, dev, tess = (house.client(name) for name in ("Rosa", "Dev", "Tess"))
    looked(ana, rosa)
    looked(ana, rosa, dev, action="desk.board_read")
    looked(kofi, tess, address="203.0.113.0/24")
    looked(ana, tess, at=NOON + 2 * HOUR)

    def ids(**who):
        rows = printed("affected_clients", **who)
        return {(UUID(row["client_id"]), row["times"]) for row in rows}

    assert ids(staff=ana.email) == {(rosa.pk, "2"), (dev.pk, "1")}
    assert ids(network="203.0.113.0/24") == {(tess.pk, "1")}
    assert {pk for pk, _ in ids(all=True)} == {rosa.pk, dev.pk, tess.pk}
    rows = printed("affected_clients", staff=ana.email)
    assert "Rosa" not in str(rows)
    with pytest.raises(CommandError, match="--all"):
        printed("affected_clients")
    event = AuditEvent.objects.order_by("seq").last()
    assert set(event.client_ids) == {str(rosa.pk), str(dev.pk)}
