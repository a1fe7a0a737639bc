import datetime as dt

import pytest
from django.utils.crypto import constant_time_compare

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.care.models import DueMoment, Enrollment, Invitation, Status
from apps.care.services import invitations
from apps.care.services.invitations import (
    CODE_LETTERS,
    DoesNotOpen,
    accept_invitation,
    invite_client,
    invite_staff,
    revoke_invitation,
)
from tests.factories.care import (
    ClientFactory,
    EnrollmentFactory,
    OrganizationFactory,
    StaffFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def beth():
    """Enrolled, and not yet here."""
    return EnrollmentFactory(
        client__preferred_name="Beth",
        client__user=None,
        client__language="es",
        state=Enrollment.State.INVITED,
    ).client


def test_the_link_and_the_code_are_kept_as_hashes_only(beth, noon, actor):
    handout = invite_client(client=beth, at=noon, by=actor)

    kept = Invitation.objects.values().get()
    assert len(handout.token) == 43
    assert len(handout.code) == 6
    assert set(handout.code) <= set(CODE_LETTERS)
    assert handout.token not in str(kept)
    assert handout.code not in str(kept)
    assert kept["expires_at"] == noon + dt.timedelta(hours=72)


def test_accepting_makes_the_user_and_begins_the_episode(beth, noon, actor):
    handout = invite_client(client=beth, at=noon, by=actor)

    user = accept_invitation(token=handout.token, code=handout.code, at=noon, by=actor)

    beth.refresh_from_db()
    enrollment = beth.enrollments.get()
    assert beth.user == user
    assert (user.kind, user.name, user.language, user.email) == (
        User.Kind.CLIENT,
        "Beth",
        "es",
        None,
    )
    assert enrollment.state == Enrollment.State.ACTIVE
    assert Status.objects.get(enrollment=enrollment).last_contact_at == noon
    assert DueMoment.objects.get(enrollment=enrollment).at == noon


def test_an_invitation_leaves_a_trail(beth, noon, actor):
    handout = invite_client(client=beth, at=noon, by=actor)
    accept_invitation(token=handout.token, code=handout.code, at=noon, by=actor)

    events = AuditEvent.objects.order_by("seq").values_list("action", "client_id")
    assert list(events) == [
        ("care.invited", beth.pk),
        ("care.invitation_accepted", beth.pk),
    ]


@pytest.mark.parametrize("typed", ["bcd fgh", "BCD-FGH", " bcdfgh "])
def test_the_code_may_be_typed_in_any_way(beth, noon, actor, typed):
    handout = invite_client(client=beth, at=noon, by=actor)
    spelled = typed.translate(
        str.maketrans("bcdfghBCDFGH", handout.code.lower() + handout.code)
    )

    user = accept_invitation(token=handout.token, code=spelled, at=noon, by=actor)

    assert user.name == "Beth"


def test_an_invitation_opens_once(beth, noon, actor):
    handout = invite_client(client=beth, at=noon, by=actor)
    accept_invitation(token=handout.token, code=handout.code, at=noon, by=actor)

    with pytest.raises(DoesNotOpen):
        accept_invitation(token=handout.token, code=handout.code, at=noon, by=actor)

    assert User.objects.filter(name="Beth").count() == 1


def test_of_two_phones_at_once_one_comes_in(beth, noon, actor, monkeypatch):
    handout = invite_client(client=beth, at=noon, by=actor)
    said = {"token": handout.token, "code": handout.code, "at": noon, "by": actor}
    first_in = []

    def compare(one, other):
        """Between looking at the code and using it up, the other phone does both."""
        monkeypatch.undo()
        first_in.append(accept_invitation(**said))
        return constant_time_compare(one, other)

    monkeypatch.setattr(invitations, "constant_time_compare", compare)
    with pytest.raises(DoesNotOpen):
        accept_invitation(**said)

    assert first_in == [User.objects.get(name="Beth")]


def test_after_five_wrong_codes_the_right_one_opens_nothing(beth, noon, actor):
    handout = invite_client(client=beth, at=noon, by=actor)
    for _ in range(5):
        with pytest.raises(DoesNotOpen):
            accept_invitation(token=handout.token, code="BBBBBB", at=noon, by=actor)

    with pytest.raises(DoesNotOpen):
        accept_invitation(token=handout.token, code=handout.code, at=noon, by=actor)

    assert Invitation.objects.get().tries == 5


def test_the_fifth_try_may_be_the_right_one(beth, noon, actor):
    handout = invite_client(client=beth, at=noon, by=actor)
    for _ in range(4):
        with pytest.raises(DoesNotOpen):
            accept_invitation(token=handout.token, code="BBBBBB", at=noon, by=actor)

    user = accept_invitation(token=handout.token, code=handout.code, at=noon, by=actor)

    assert user.name == "Beth"


@pytest.mark.parametrize(("hours", "opens"), [(71.99, True), (72, False)])
def test_an_invitation_is_good_for_three_days(beth, noon, actor, hours, opens):
    handout = invite_client(client=beth, at=noon, by=actor)
    at = noon + dt.timedelta(hours=hours)

    try:
        accept_invitation(token=handout.token, code=handout.code, at=at, by=actor)
    except DoesNotOpen:
        opened = False
    else:
        opened = True

    assert opened is opens


def test_what_was_taken_back_opens_nothing(beth, noon, actor):
    handout = invite_client(client=beth, at=noon, by=actor)
    revoke_invitation(invitation=handout.invitation, at=noon, by=actor)

    with pytest.raises(DoesNotOpen):
        accept_invitation(token=handout.token, code=handout.code, at=noon, by=actor)


def test_a_new_invitation_takes_the_earlier_one_back(beth, noon, actor):
    other = invite_client(client=ClientFactory(), at=noon, by=actor)
    first = invite_client(client=beth, at=noon, by=actor)
    second = invite_client(client=beth, at=noon, by=actor)

    first.invitation.refresh_from_db()
    other.invitation.refresh_from_db()
    assert first.invitation.revoked_at == noon
    assert other.invitation.revoked_at is None
    with pytest.raises(DoesNotOpen):
        accept_invitation(token=first.token, code=first.code, at=noon, by=actor)
    assert accept_invitation(token=second.token, code=second.code, at=noon, by=actor)


def test_the_code_of_one_paper_does_not_open_the_link_of_another(beth, noon, actor):
    hers = invite_client(client=beth, at=noon, by=actor)
    his = invite_client(client=ClientFactory(), at=noon, by=actor)

    with pytest.raises(DoesNotOpen):
        accept_invitation(token=his.token, code=hers.code, at=noon, by=actor)


def test_a_link_nobody_made_opens_nothing(noon, actor):
    with pytest.raises(DoesNotOpen):
        accept_invitation(token="a" * 43, code="BCDFGH", at=noon, by=actor)


def test_a_client_who_lost_the_phone_comes_back_in_on_paper(noon, actor):
    rosa = EnrollmentFactory().client
    handout = invite_client(client=rosa, at=noon, by=actor)

    user = accept_invitation(token=handout.token, code=handout.code, at=noon, by=actor)

    assert user == rosa.user
    assert rosa.enrollments.get().state == Enrollment.State.ACTIVE


def test_new_staff_are_switched_on_by_accepting(noon, actor):
    ana = StaffFactory(is_active=False, organization_id=OrganizationFactory().pk)
    handout = invite_staff(staff=ana, at=noon, by=actor)

    user = accept_invitation(token=handout.token, code=handout.code, at=noon, by=actor)

    assert user == ana
    assert user.is_active


def test_somebody_who_left_does_not_come_back_by_old_paper(noon, actor):
    client_gone = EnrollmentFactory(client__user__is_active=False).client
    gone = StaffFactory(
        is_active=False,
        last_login=noon,
        organization_id=client_gone.organization_id,
    )
    for handout in (
        invite_staff(staff=gone, at=noon, by=actor),
        invite_client(client=client_gone, at=noon, by=actor),
    ):
        with pytest.raises(DoesNotOpen):
            accept_invitation(token=handout.token, code=handout.code, at=noon, by=actor)

    assert not User.objects.filter(is_active=True).exists()
