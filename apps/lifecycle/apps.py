from django.apps import AppConfig


class LifecycleConfig(AppConfig):
    name = "apps.lifecycle"
    verbose_name = "How long things are kept"

    def ready(self):
        # Backups lie below: what must follow a restore is handed in from here.
        from apps.audit.expiry import held_elsewhere
        from apps.backups.services import after_restore
        from apps.lifecycle import restored, selectors

        after_restore += [
            restored.erase_again,
            restored.end_sign_ins,
            restored.hold_back,
        ]
        held_elsewhere.append(selectors.held_clients)
