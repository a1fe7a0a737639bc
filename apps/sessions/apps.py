from django.apps import AppConfig


class SessionsConfig(AppConfig):
    name = "apps.sessions"
    # "sessions" is taken by django.contrib.sessions; labels must be unique.
    label = "iop_sessions"
    verbose_name = "IOP sessions"
