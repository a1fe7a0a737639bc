from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "apps.records"
    verbose_name = "A client's own records"
