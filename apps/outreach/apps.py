from django.apps import AppConfig


class OutreachConfig(AppConfig):
    name = "apps.outreach"
    verbose_name = "Outreach"

    def ready(self):
        from apps.outreach import before_sending

        before_sending.register()
