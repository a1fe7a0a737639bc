from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import (
    DateTimeField,
    OuterRef,
    StringAgg,
    Subquery,
    TextField,
    UUIDField,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.accounts.models import User
from apps.care.models import StaffRole
from apps.common.prepared import prepared
from apps.signin.models import Knock, Notice


@prepared(user=UUIDField(), since=DateTimeField())
def _users(user, since):
    roles = (
        StaffRole.objects.filter(
            user=OuterRef("pk"), organization=OuterRef("organization_id")
        )
        .order_by()
        .values("user")
        .annotate(all=StringAgg("role", Value(" "), output_field=TextField()))
        .values("all")
    )
    newest = Notice.objects.unseen().filter(user=OuterRef("pk")).order_by("-at")
    knocks = Knock.objects.asked_since(since).filter(user=OuterRef("pk"))
    return (
        User.objects.select_related("client", "app_lock")
        .annotate(
            # What their roles open is asked on every page of the desk (apps.accounts.policy).
            said_roles=Coalesce(Subquery(roles), Value(""), output_field=TextField()),
            notice=Subquery(newest.values("id")[:1]),
            notice_from=Subquery(newest.values("sign_in")[:1]),
            knock=Subquery(knocks.values("id")[:1]),
        )
        .filter(pk=user)
    )


class SignInBackend(AuthenticationBackend):
    """Who is signed in, read together with whose record it is.

    Every page of a client asks whether somebody else may read this phone; that is decided
    from the row as it is now, not from what was so when the sign-in began.
    """

    def get_user(self, user_id):
        found = _users(user=user_id, since=timezone.now() - Knock.OPEN_FOR)
        user = found[0] if found else None
        return user if user is not None and self.user_can_authenticate(user) else None
