"""One phone with a lock, so that the lock can be seen. Her story says the PIN."""

from datetime import datetime

from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.signin import locks

HER, PIN = "demo-joy", "271828"


def build(*, at: datetime) -> None:
    """Nobody, where so little of the past is made that she is not there."""
    for user in User.objects.filter(handle=HER):
        by = Actor(user.pk, user.kind, user.organization_id, source="COMMAND")
        locks.switch_on(user=user, pin=PIN, at=at, by=by)
