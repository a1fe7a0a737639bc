from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "apps.common"
    verbose_name = "Shared ground"

    def ready(self):
        from apps.common import checks  # noqa: F401 - registers them
