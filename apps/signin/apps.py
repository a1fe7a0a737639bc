from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out


class SigninConfig(AppConfig):
    name = "apps.signin"
    verbose_name = "Sign-in"

    def ready(self):
        from apps.keys import rotation
        from apps.signin import factors, receivers
        from apps.signin.middleware import stamp

        user_logged_in.connect(stamp)
        user_logged_in.connect(receivers.wear_the_name)
        user_logged_in.connect(receivers.keep_the_language)
        user_logged_out.connect(receivers.leave_the_list)
        rotation.elsewhere.append(factors.seal_secrets_again)
