import uuid

from django.db import models
from django.db.models import Q

from apps.care.models import Organization, Program

# Seconds that are counted together, and the most that counts: longer was an interruption.
STEP, MOST = 5, 600


class Pace(models.Model):
    """How many check-ins of a program and week took up to so many seconds.

    A count, and nothing of anybody: no client, no time of day, no row for a check-in.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="+")
    # The Monday of the week.
    week_on = models.DateField()
    up_to = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program", "week_on", "up_to"], name="checkins_pace_once"
            ),
            models.CheckConstraint(
                condition=Q(up_to__gte=STEP) & Q(up_to__lte=MOST),
                name="checkins_pace_in_bounds",
            ),
        ]

    def __str__(self):
        return f"Pace of {self.program_id}, {self.week_on}"
