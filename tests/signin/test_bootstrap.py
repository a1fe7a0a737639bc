import re

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import User
from apps.care.models import LevelOfCare, Organization, Site, StaffRole
from apps.care.rules.drift import Thresholds

pytestmark = pytest.mark.django_db
ARGUMENTS = {
    "organization": "North Shore Recovery",
    "alias": "Shore",
    "site": "Salem",
    "timezone": "America/New_York",
    "admin_name": "Alex",
    "admin_email": "Alex@example.org",
}


def test_bootstrap_makes_an_organization_its_admin_can_sign_in_to(client, capsys):
    call_command("bootstrap", **ARGUMENTS)

    told = capsys.readouterr().out
    link = re.search(r"Link: http://localhost:8000(/i/\S+/)\n", told)[1]
    code = re.search(r"Code: ([A-Z]{6})\n", told)[1]
    response = client.post(link, {"code": code})

    organization = Organization.objects.get()
    admin = User.objects.get()
    assert response.url == "/desk/"
    assert (organization.name, organization.alias) == ("North Shore Recovery", "Shore")
    assert (admin.name, admin.email, admin.is_active) == (
        "Alex",
        "alex@example.org",
        True,
    )
    assert admin.organization_id == organization.pk
    assert list(Site.objects.values_list("code", "name", "timezone")) == [
        ("SAL", "Salem", "America/New_York")
    ]
    assert list(StaffRole.objects.values_list("user", "role", "site")) == [
        (admin.pk, "ADMIN", None)
    ]
    levels = LevelOfCare.objects.order_by("position").values_list("code", flat=True)
    assert list(levels) == ["PHP", "IOP", "OP"]


def test_before_the_invitation_is_accepted_the_admin_is_nobody(client):
    call_command("bootstrap", **ARGUMENTS)

    assert not User.objects.filter(is_active=True).exists()


def test_bootstrap_does_nothing_the_second_time(capsys):
    call_command("bootstrap", **ARGUMENTS)

    with pytest.raises(CommandError, match="here already"):
        call_command("bootstrap", **ARGUMENTS | {"admin_email": "b@example.org"})

    assert (Organization.objects.count(), User.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ({"timezone": "Boston"}, "is not a time zone"),
        ({"timezone": "../etc/passwd"}, "is not a time zone"),
        ({"admin_email": "alex"}, "is not an e-mail address"),
        ({"alias": "Shore Recovery"}, "locked screens"),
        ({"alias": "north shore recovery"}, "locked screens"),
        ({"app_name": "Sober Days"}, "stands on the phone"),
        ({"app_name": "Mi Clínica"}, "stands on the phone"),
        ({"app_name": "Salem mornings"}, "stands on the phone"),
        ({"app_name": "<Days>"}, "Letters, digits and spaces only"),
        ({"app_name": "A name of far too many words"}, "at most 20"),
    ],
)
def test_bootstrap_refuses_what_would_not_do(wrong, hint):
    with pytest.raises(CommandError, match=hint):
        call_command("bootstrap", **ARGUMENTS | wrong)

    assert not Organization.objects.exists()


def test_an_email_that_somebody_has_makes_no_organization(capsys):
    call_command("bootstrap", **ARGUMENTS)

    with pytest.raises(CommandError, match="here already"):
        call_command("bootstrap", **ARGUMENTS | {"organization": "South Shore"})

    assert Organization.objects.count() == 1


def test_bootstrap_gives_the_app_its_name_and_picture():
    call_command("bootstrap", **ARGUMENTS, app_name="Day by Day", app_icon="leaf")

    organization = Organization.objects.get()
    assert (organization.app_name, organization.app_icon) == ("Day by Day", "LEAF")


def test_every_level_that_is_made_has_its_clocks():
    call_command("bootstrap", **ARGUMENTS)

    for level in LevelOfCare.objects.all():
        assert Thresholds.for_level(level.code, **level.drift_overrides)
