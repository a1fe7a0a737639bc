"""What somebody is, is asked in one way: their roles in their own house."""

import pytest

from apps.accounts import policy
from apps.accounts.models import User
from apps.signin.backends import SignInBackend
from tests.factories.care import StaffRoleFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "found_by",
    [
        pytest.param(lambda pk: User.objects.get(pk=pk), id="asked for"),
        pytest.param(SignInBackend().get_user, id="read by the sign-in"),
    ],
)
def test_a_role_in_another_house_is_no_role_here(found_by):
    """Fault: the role is looked for anywhere, by one of the two ways it is read."""
    here = StaffRoleFactory(role="COUNSELOR")
    StaffRoleFactory(user=here.user, role="SUPERVISOR")
    User.objects.filter(pk=here.user_id).update(organization_id=here.organization_id)

    kofi = found_by(here.user_id)

    assert policy.roles_of(kofi) == ["COUNSELOR"]
    assert not policy.is_one_of(kofi, policy.SUPERVISION)
