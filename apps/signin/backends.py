from allauth.account.auth_backends import AuthenticationBackend

from apps.accounts.models import User


class SignInBackend(AuthenticationBackend):
    """Who is signed in, read together with whose record it is.

    Every page of a client asks whether somebody else may read this phone; that is decided
    from the row as it is now, not from what was so when the sign-in began.
    """

    def get_user(self, user_id):
        user = User.objects.select_related("client").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
