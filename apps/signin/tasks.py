from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from apps.signin import services


@shared_task(name="signin.send_codes", ignore_result=True)
def send_codes(**_future):
    """Rung when a code was written, and by the beat in case the bell was not heard."""
    services.send_waiting_codes(at=timezone.now())


@shared_task(name="signin.forget_ended", ignore_result=True)
def forget_ended(**_future):
    """Remove the sign-ins that ran out and that nobody came back to."""
    SessionStore.clear_expired()
