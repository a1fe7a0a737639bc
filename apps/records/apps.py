from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "apps.records"
    verbose_name = "A client's own records"

    def ready(self):
        from django.contrib.auth.signals import user_logged_in

        from apps.records import receivers

        user_logged_in.connect(
            receivers.look_for_the_notice, dispatch_uid="records.look_for_the_notice"
        )
