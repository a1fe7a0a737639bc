from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "apps.notifications"
    verbose_name = "Messages"

    def ready(self):
        # Web processes ring this task by its name, so they must know it too.
        from apps.notifications import tasks  # noqa: F401
