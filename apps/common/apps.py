from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class CommonConfig(AppConfig):
    name = "apps.common"
    verbose_name = "Shared ground"

    def ready(self):
        from apps.common import (
            checks,  # noqa: F401 - registers them
            raising,
            walls,
        )

        connection_created.connect(walls.keep_door)
        post_migrate.connect(raising.raise_walls)
