from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import OuterRef, Subquery

from apps.accounts.models import User
from apps.signin.models import Notice


class SignInBackend(AuthenticationBackend):
    """Who is signed in, read together with whose record it is.

    Every page of a client asks whether somebody else may read this phone; that is decided
    from the row as it is now, not from what was so when the sign-in began.
    """

    def get_user(self, user_id):
        newest = Notice.objects.unseen().filter(user=OuterRef("pk")).order_by("-at")
        users = User.objects.select_related("client", "app_lock").annotate(
            notice=Subquery(newest.values("id")[:1]),
            notice_from=Subquery(newest.values("sign_in")[:1]),
        )
        user = users.filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
