"""Beside the check-in: a topic for a group, one told in person, and one just for oneself."""

import uuid
from datetime import datetime, timedelta

from apps.checkins import services as checkins
from apps.sessions import services as sessions
from apps.sessions.topics import next_group

# In Ana's mornings.
BRINGS = {"Rosa": "trg.time.payday", "Joy": "trg.feel.lonely"}
IN_PERSON, FOR_ONESELF = "Nell", "Rosa"
TOLD = {
    "craving_peak": 3,
    "triggers": ["trg.feel.stress"],
    "coping_used": ["cop.move.walk"],
    "mood": 4,
    "body": ["tired"],
    "use_reported": "no",
    "contact_request": "next",
}


def arrange(simulation, at: datetime) -> None:
    """Of people who are there; a smaller cast has less to show."""
    known = simulation.enrollments
    for name, code in BRINGS.items():
        if name in known and next_group(known[name], at) is not None:
            sessions.bring_topic(
                enrollment=known[name],
                content={"code": code},
                at=at,
                by=simulation.client_actor(known[name]),
            )
    if IN_PERSON in known:
        _told(simulation, known[IN_PERSON], at)
    if FOR_ONESELF in known:
        checkins.write_private_note(
            client=known[FOR_ONESELF].client,
            uuid=uuid.UUID(int=31, version=4),
            text="Una carta para mi hermana. Todavía no.",
            craving=None,
            at=at,
        )


def _told(simulation, enrollment, at: datetime) -> None:
    checkins.submit_checkin(
        enrollment=enrollment,
        uuid=uuid.UUID(int=30, version=4),
        answers=TOLD,
        kind="STAFF",
        occurred_at=at,
        local_on=enrollment.client_day(at) - timedelta(days=1),
        at=at,
        by=simulation.counselor(simulation.people[IN_PERSON]),
    )
