"""Only what must differ in tests."""

import base64
import os

os.environ.setdefault("COMPANION_SECRET_KEY", "only-for-tests-" + "x" * 50)
os.environ.setdefault(
    "COMPANION_FIELD_KEYS", "test:" + base64.b64encode(b"f" * 32).decode()
)
os.environ.setdefault("COMPANION_INDEX_KEY", base64.b64encode(b"i" * 32).decode())
os.environ.setdefault("COMPANION_AUDIT_KEY", base64.b64encode(b"a" * 32).decode())
os.environ.setdefault("COMPANION_DEMO", "1")

from companion.settings import *  # noqa: F403
from companion.settings import DATABASES, VAR_DIR

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# How many queries a page makes must not depend on how long a test has been running.
DATA_KEYS_REMEMBERED_FOR = 3600
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# No collected files in tests: they are served from where they are written.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, because tests with processes and browsers open their own connections.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
