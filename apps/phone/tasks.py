from celery import shared_task
from django.utils import timezone

from apps.audit.actors import SYSTEM
from apps.common.walls import across
from apps.phone.services import forget_retired_keys


@shared_task(name="phone.forget_keys", ignore_result=True)
@across()
def forget_keys(**_future):
    """What was sealed to these waited too long to be opened still."""
    forget_retired_keys(at=timezone.now(), by=SYSTEM)
