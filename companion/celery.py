"""The Celery app. A task is a doorbell: rows in the database are the queue."""

import logging.config
import os

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "companion.settings")

celery_app = Celery("companion")
celery_app.config_from_object("django.conf:settings", namespace="CELERY")
celery_app.autodiscover_tasks()


@setup_logging.connect
def keep_our_log(**options):
    """Celery would put handlers of its own, with whole tracebacks, in place of ours."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)
