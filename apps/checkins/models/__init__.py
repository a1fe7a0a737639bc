"""What clients say, and what is said back."""

from apps.checkins.models.days import CheckinDay, Draft, Submission
from apps.checkins.models.moments import Moment
from apps.checkins.models.pace import Pace
from apps.checkins.models.private import PrivateNote
from apps.checkins.models.replies import Reply
from apps.checkins.models.weekly import WeeklyReview, WeeklyWording

__all__ = [
    "CheckinDay",
    "Draft",
    "Moment",
    "Pace",
    "PrivateNote",
    "Reply",
    "Submission",
    "WeeklyReview",
    "WeeklyWording",
]
