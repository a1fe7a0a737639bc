from django.apps import AppConfig


class LifecycleConfig(AppConfig):
    name = "apps.lifecycle"
    verbose_name = "How long things are kept"

    def ready(self):
        # Backups lie below: what must follow a restore is handed in from here.
        from apps.backups.services import after_restore
        from apps.lifecycle import restored

        after_restore += [
            restored.erase_again,
            restored.end_sign_ins,
            restored.hold_back,
        ]
