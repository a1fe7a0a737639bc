"""Check-ins of a caseload that nobody has read, each in full, in a fixed number of reads."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing
from django.db.models import Prefetch

from apps.accounts.models import User
from apps.care.models import Enrollment
from apps.care.rules.reading import Alone, why_alone
from apps.checkins.models import CheckinDay, Reply
from apps.checkins.selectors import sent_about
from apps.desk.arrivals import lines_of
from apps.desk.board import own_labels
from apps.desk.selectors import Entry, checkin_entry

REACH = timedelta(days=7)
AT_ONCE = 50
SALT = "desk.reading"


@dataclass(frozen=True)
class Card:
    day: CheckinDay
    entry: Entry
    why: Alone | None

    @property
    def enrollment(self) -> Enrollment:
        return self.day.enrollment


@dataclass(frozen=True)
class Reading:
    """``shown`` is signed: what this person had before them, and as it was then."""

    alone: list[Card]
    together: list[Card]
    shown: str
    is_all: bool

    @property
    def client_ids(self) -> list:
        return [card.day.client_id for card in (*self.alone, *self.together)]


def reading_of(user: User, at: datetime, language: str) -> Reading:
    """What asks for a reader alone comes first, the gravest before all others."""
    unread = (
        CheckinDay.objects.on_caseload_of(user, at)
        .filter(seen_at=None, last_at__gt=at - REACH, client__died_on=None)
        .select_related("enrollment__client", "enrollment__program__site")
        .prefetch_related(Prefetch("replies", Reply.objects.select_related("by")))
        .order_by("-last_at", "pk")
    )
    days = list(unread[: AT_ONCE + 1])
    shown_days = days[:AT_ONCE]
    sent = sent_about(shown_days)
    labels = own_labels({day.client_id for day in shown_days})
    cards = []
    for day in shown_days:
        about, own = sent[day.client_id, day.local_on], labels[day.client_id]
        late = lines_of(day, about, day.enrollment.program.site.zone, language, own)
        said = [day.said | {"note": day.note}, *(each.answers for each in about)]
        cards.append(
            Card(day, checkin_entry(day, language, own, late), why_alone(said))
        )
    alone = [card for card in cards if card.why]
    order = list(Alone)
    alone.sort(key=lambda card: order.index(card.why))
    states = {
        str(card.day.pk): card.day.state_with(
            len(sent[card.day.client_id, card.day.local_on])
        )
        for card in cards
    }
    return Reading(
        alone=alone,
        together=[card for card in cards if not card.why],
        shown=signing.dumps([str(user.pk), states], salt=SALT, compress=True),
        is_all=len(days) <= AT_ONCE,
    )


def shown_to(user: User, said: str) -> dict[UUID, str]:
    """What ``Reading.shown`` said to this person; nothing of what was made up or another's."""
    try:
        whose, states = signing.loads(said, salt=SALT)
    except signing.BadSignature:
        return {}
    if whose != str(user.pk):
        return {}
    return {UUID(pk): state for pk, state in states.items()}
