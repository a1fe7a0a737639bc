from celery import shared_task
from django.utils import timezone

from apps.common.walls import across
from apps.notifications import delivery


@shared_task(name="notifications.deliver_due", ignore_result=True)
@across()
def deliver_due(**_future):
    """A doorbell: it carries nothing, and ringing twice sends nothing twice."""
    delivery.deliver_due(clock=timezone.now)
