"""The people of the house: invited, let in, given what they do, and ended, by page."""

import datetime as dt

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.care.models import Invitation, Site, StaffRole
from apps.signin import factors
from apps.signin.models import Knock, KnownBrowser, SignIn
from tests.conftest import NOON
from tests.factories.care import (
    AssignmentFactory,
    OrganizationFactory,
    StaffFactory,
    StaffRoleFactory,
)
from tests.signin.test_second_step import SECRET, code_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
STAFF, NEW = "/desk/staff/", "/desk/staff/new/"
PAT = {"name": "Pat", "email": "Pat@example.org", "role": "NURSE", "site": ""}


@pytest.fixture
def house():
    return OrganizationFactory()


@pytest.fixture
def alex(house):
    """The only admin."""
    return StaffFactory(organization_id=house.pk, role="ADMIN", name="Alex")


@pytest.fixture
def ana(house):
    return StaffFactory(organization_id=house.pk, role="COUNSELOR", name="Ana")


@pytest.fixture
def desk(alex):
    return _browser(alex)


def _browser(user) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def _roles(user) -> set[str]:
    return set(StaffRole.objects.filter(user=user).values_list("role", flat=True))


def test_invited_once_by_two_halves_and_looking_uses_nothing_up(desk, house):
    shown = desk.post(NEW, PAT)
    pat = User.objects.get(email="pat@example.org")
    link, code = shown.context["link"], shown.context["handout"].code
    path = link.removeprefix("http://localhost:8000")

    Client().get(path)
    Client().head(path)
    before = pat.is_active
    browser = Client()
    browser.post(path, {"code": code})
    second = Client()
    second.post(path, {"code": code})

    pat.refresh_from_db()
    assert (before, pat.is_active, _roles(pat)) == (False, True, {"NURSE"})
    assert "_auth_user_id" not in second.session
    # Half of a sign-in: the second step is set up first.
    assert browser.get("/desk/").status_code == 302
    assert code not in desk.get(STAFF).text
    assert Invitation.objects.get().organization_id == house.pk


def test_who_is_here_already_is_not_invited_again(desk, ana):
    other = StaffFactory(organization_id=OrganizationFactory().pk)

    for taken in (ana, other):
        page = desk.post(NEW, PAT | {"email": taken.email.upper()})
        assert "This e-mail is in use already." in page.text
    assert not Invitation.objects.exists()


def test_a_new_paper_ends_the_one_from_before(desk):
    first = desk.post(NEW, PAT).context
    pat = User.objects.get(email="pat@example.org")

    desk.post(f"{STAFF}{pat.pk}/again/")
    late = Client()
    late.post(
        first["link"].removeprefix("http://localhost:8000"),
        {"code": first["handout"].code},
    )

    assert "_auth_user_id" not in late.session
    assert Invitation.objects.open(NOON).count() == 1


@pytest.mark.parametrize("role", ["COUNSELOR", "FRONT_DESK", "SUPERVISOR", "DIRECTOR"])
def test_only_an_admin_changes_who_works_here(house, ana, role):
    """Fault: a supervisor gives themselves the role of an admin."""
    someone = StaffFactory(organization_id=house.pk, role=role)
    browser = _browser(someone)

    for path in (
        NEW,
        *(f"{STAFF}{ana.pk}/{part}/" for part in ("role", "end", "reset")),
    ):
        assert browser.post(path, PAT | {"role": "ADMIN"}).status_code == 404
    ana.refresh_from_db()
    assert (_roles(ana), ana.is_active) == ({"COUNSELOR"}, True)


def test_another_house_finds_nobody(desk, alex):
    """Fault: an id of somebody in another house is enough to end them."""
    theirs = StaffFactory(organization_id=OrganizationFactory().pk)
    site = StaffRoleFactory(
        user=theirs, organization_id=theirs.organization_id
    ).organization.sites.first() or Site.objects.create(
        organization_id=theirs.organization_id, code="X", name="X", timezone="UTC"
    )

    for part in ("", "again/", "role/", "end/", "reset/"):
        assert desk.post(f"{STAFF}{theirs.pk}/{part}", PAT).status_code in (404, 405)
    desk.post(f"{STAFF}{alex.pk}/role/", {"role": "NURSE", "site": site.pk})

    theirs.refresh_from_db()
    assert theirs.is_active
    assert _roles(alex) == {"ADMIN"}
    assert theirs.name not in desk.get(STAFF).text


def test_each_change_asks_for_a_fresh_proof(desk, ana, frozen_noon):
    frozen_noon.shift(dt.timedelta(minutes=10, seconds=1))
    role = ana.staff_roles.get()

    for path in (
        NEW,
        *(
            f"{STAFF}{ana.pk}/{part}/"
            for part in ("again", "role", "end", "reset", f"role/{role.pk}/away")
        ),
    ):
        assert desk.post(path, PAT).url.startswith("/still-you/"), path
    assert desk.get(STAFF).status_code == 200


def test_a_role_counts_at_once_and_the_last_one_stays(desk, ana):
    """Fault: it counts at the next sign-in, and a nurse reads on as a supervisor."""
    hers = _browser(ana)
    before = hers.get("/desk/looks/").status_code
    desk.post(f"{STAFF}{ana.pk}/role/", {"role": "SUPERVISOR", "site": ""})
    given = hers.get("/desk/looks/").status_code

    for role in ana.staff_roles.order_by("-role"):
        desk.post(f"{STAFF}{ana.pk}/role/{role.pk}/away/")

    assert (before, given, hers.get("/desk/looks/").status_code) == (404, 200, 404)
    assert _roles(ana) == {"COUNSELOR"}
    written = AuditEvent.objects.filter(action__startswith="care.role_")
    assert list(written.order_by("seq").values_list("action", "reason")) == [
        ("care.role_given", "SUPERVISOR"),
        ("care.role_taken", "SUPERVISOR"),
    ]


def test_somebody_is_left_who_runs_the_house(desk, alex, house):
    """Fault: two admins take each other's role, and nobody can invite anybody."""
    kim = StaffFactory(organization_id=house.pk, role="ADMIN", is_active=False)
    StaffRoleFactory(user=alex, organization=house, role="NURSE")
    own = alex.staff_roles.get(role="ADMIN")

    desk.post(f"{STAFF}{alex.pk}/role/{own.pk}/away/")
    desk.post(f"{STAFF}{alex.pk}/end/")
    alone = _roles(alex)
    User.objects.filter(pk=kim.pk).update(is_active=True)
    desk.post(f"{STAFF}{alex.pk}/role/{own.pk}/away/")

    assert (alone, _roles(alex)) == ({"ADMIN", "NURSE"}, {"NURSE"})
    alex.refresh_from_db()
    assert alex.is_active


def test_who_leaves_today_is_out_in_the_same_step(desk, ana, actor):
    """Fault: T5, a browser, an app, a known browser or a paper of theirs still opens."""
    hers = _browser(ana)
    factors.add_app(user=ana, secret=SECRET, code=code_at(NOON), at=NOON, by=actor)
    KnownBrowser.objects.create(user=ana, mark="x", known_at=NOON, seen_at=NOON)
    AssignmentFactory(
        staff=ana, enrollment__client__organization_id=ana.organization_id
    )

    asked = desk.get(f"{STAFF}{ana.pk}/end/").text
    still_there = hers.get("/desk/").status_code
    told = desk.post(f"{STAFF}{ana.pk}/end/", follow=True).text

    assert ("Does Ana leave today?" in asked, still_there) == (True, 200)
    assert hers.get("/desk/").url.startswith("/sign-in/")
    assert "still named on 1 record" in told
    assert not factors.factors_of(ana)
    assert not KnownBrowser.objects.exists()
    assert "Works here no more" in desk.get(STAFF).text


def _knock(user) -> Knock:
    elsewhere = SignIn.objects.create(
        user=user, session_key="x", device="COMPUTER", began_at=NOON, seen_at=NOON
    )
    return Knock.objects.create(
        user=user,
        sign_in=elsewhere,
        browser="Chrome",
        system="Linux",
        asked_at=NOON,
    )


@pytest.mark.parametrize(
    ("role", "lets"),
    [("ADMIN", True), ("SUPERVISOR", True), ("DIRECTOR", True), ("COUNSELOR", False)],
)
def test_who_runs_the_house_lets_a_colleague_in(house, ana, role, lets):
    knock = _knock(ana)
    someone = StaffFactory(organization_id=house.pk, role=role)
    browser = _browser(someone)

    shown = "Ana waits to come in" in browser.get(STAFF).text
    browser.post(f"{STAFF}{ana.pk}/in/{knock.pk}/")

    knock.refresh_from_db()
    assert (shown, knock.let_in_by_id == someone.pk) == (lets, lets)


def test_nobody_lets_themselves_in_from_there_nor_another_house(desk, alex, ana):
    """Fault: what asks for a word of one's own, or of a colleague, takes any word."""
    own, elsewhere = _knock(alex), _knock(StaffFactory())

    for user, knock in ((alex, own), (ana, own), (elsewhere.user, elsewhere)):
        desk.post(f"{STAFF}{user.pk}/in/{knock.pk}/")

    assert not Knock.objects.filter(let_in_at__isnull=False).exists()


def test_lost_everything_is_mended_from_there(desk, ana, alex, actor):
    factors.add_app(user=ana, secret=SECRET, code=code_at(NOON), at=NOON, by=actor)
    hers = _browser(ana)

    desk.post(f"{STAFF}{ana.pk}/reset/")
    desk.post(f"{STAFF}{alex.pk}/reset/")

    assert hers.get("/desk/").url.startswith("/sign-in/")
    assert not factors.has_factor(ana)
    assert desk.get("/desk/").status_code == 200


@pytest.mark.parametrize("more", [0, 5])
def test_the_list_costs_the_same_for_any_house(
    desk, house, more, django_assert_max_num_queries
):
    StaffFactory.create_batch(more, organization_id=house.pk)

    with django_assert_max_num_queries(16):
        desk.get(STAFF)
