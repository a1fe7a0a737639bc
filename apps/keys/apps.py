from django.apps import AppConfig


class KeysConfig(AppConfig):
    name = "apps.keys"
    verbose_name = "Keys"

    def ready(self):
        # `common` imports no app, so what opens its columns is handed in from above it.
        from apps.common import crypto
        from apps.keys.ring import KeyRing

        crypto.use_data_keys(KeyRing())
