"""The use cases of check-ins, as other apps call them."""

from apps.care.services.checkin_gate import CheckinsOff
from apps.checkins.services.drafts import save_draft
from apps.checkins.services.flags import read_unfiled
from apps.checkins.services.moments import (
    ask_for_call,
    log_moment,
    note_what_helped,
    rate_moment_after,
)
from apps.checkins.services.own_words import (
    add_own_word,
    has_own_words,
    hear_danger,
    put_in_own_words,
)
from apps.checkins.services.pace import count_pace
from apps.checkins.services.private import (
    change_private_note,
    erase_private_note,
    write_private_note,
)
from apps.checkins.services.replies import (
    Together,
    mark_reply_read,
    mark_seen,
    mark_seen_together,
    reply_to_checkin,
)
from apps.checkins.services.submissions import (
    DayClosed,
    NotInCare,
    Result,
    mark_twice_read,
    submit_checkin,
)
from apps.checkins.services.weekly import NotDue, submit_review
from apps.checkins.services.weekly_wording import (
    BadWording,
    end_wording,
    load_wording,
)

__all__ = [
    "BadWording",
    "CheckinsOff",
    "DayClosed",
    "NotDue",
    "NotInCare",
    "Result",
    "Together",
    "add_own_word",
    "ask_for_call",
    "change_private_note",
    "count_pace",
    "end_wording",
    "erase_private_note",
    "has_own_words",
    "hear_danger",
    "load_wording",
    "log_moment",
    "mark_reply_read",
    "mark_seen",
    "mark_seen_together",
    "mark_twice_read",
    "note_what_helped",
    "put_in_own_words",
    "rate_moment_after",
    "read_unfiled",
    "reply_to_checkin",
    "save_draft",
    "submit_checkin",
    "submit_review",
    "write_private_note",
]
