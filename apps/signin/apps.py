from django.apps import AppConfig


class SigninConfig(AppConfig):
    name = "apps.signin"
    verbose_name = "Sign-in"
