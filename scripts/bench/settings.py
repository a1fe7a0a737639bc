"""The product as it runs, with the floor pages mounted beside it."""

from companion.settings import *  # noqa: F403

ROOT_URLCONF = "scripts.bench.urls"
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
LOGGING["root"]["level"] = "WARNING"  # noqa: F405
