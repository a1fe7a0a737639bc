from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from apps.common.walls import across
from apps.signin import doors, late_forms, notices, reaching, services, sign_ins


@shared_task(name="signin.send_codes", ignore_result=True)
@across()
def send_codes(**_future):
    """Rung when a code was written, and by the beat in case the bell was not heard."""
    services.send_waiting_codes(at=timezone.now())
    reaching.tell_old_addresses(at=timezone.now())


@shared_task(name="signin.forget_ended", ignore_result=True)
@across()
def forget_ended(**_future):
    """Remove the sign-ins that ran out, and forms nobody came back for."""
    SessionStore.clear_expired()
    late_forms.forget_old(timezone.now())
    sign_ins.forget_old(timezone.now())
    notices.forget_old(timezone.now())
    doors.forget_old(timezone.now())
    reaching.forget_old(timezone.now())
