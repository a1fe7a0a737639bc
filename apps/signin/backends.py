from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import OuterRef, StringAgg, Subquery, TextField, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.accounts.models import User
from apps.care.models import StaffRole
from apps.signin.models import Knock, Notice


class SignInBackend(AuthenticationBackend):
    """Who is signed in, read together with whose record it is.

    Every page of a client asks whether somebody else may read this phone; that is decided
    from the row as it is now, not from what was so when the sign-in began.
    """

    def get_user(self, user_id):
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
        knocks = Knock.objects.waiting(timezone.now()).filter(user=OuterRef("pk"))
        users = User.objects.select_related("client", "app_lock").annotate(
            # What their roles open is asked on every page of the desk (apps.accounts.policy).
            said_roles=Coalesce(Subquery(roles), Value(""), output_field=TextField()),
            notice=Subquery(newest.values("id")[:1]),
            notice_from=Subquery(newest.values("sign_in")[:1]),
            knock=Subquery(knocks.values("id")[:1]),
        )
        user = users.filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
