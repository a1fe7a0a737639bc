"""Who needs somebody today, in one ordered read: reasons in words, nothing scored."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from django.db.models import Max
from django.utils.translation import get_language

from apps.accounts.models import User
from apps.care import vocabulary
from apps.care.models import (
    Client,
    Concern,
    ContactPoint,
    Enrollment,
    OwnItem,
    Placement,
    Status,
    Task,
)
from apps.care.rules import triage
from apps.care.services.vocabulary import program_labels
from apps.desk import wording

BOARD_LIMIT = 50
# Of rows with many columns, some sealed, what a card says.
ON_A_CARD = (
    "last_checkin_on",
    "last_human_contact_at",
    "open_priority",
    "open_due_at",
    "enrollment__client__preferred_name",
    "enrollment__program__site__timezone",
    "enrollment__planned_weeks",
    "enrollment__started_on",
)
# As urgent as this or more is shown at once, even on a Saturday when its call is due on
# Monday: somebody said it a minute ago.
AT_ONCE = 2


@dataclass(frozen=True)
class Reason:
    """One open concern or task, as a sentence."""

    item: Concern | Task
    sentence: str

    @property
    def kind(self) -> str:
        return "concern" if isinstance(self.item, Concern) else "task"


def sentences_of(reasons: list[Reason]) -> list[str]:
    """Each once: two calls that are due are one thing to read, and both are closed."""
    return list(dict.fromkeys(reason.sentence for reason in reasons))


@dataclass
class Card:
    """One client who needs somebody, with every reason, the most urgent first."""

    enrollment: Enrollment
    status: Status
    level: str
    week: int
    due: str
    later: bool
    last_contact: str
    phone: str
    reasons: list[Reason] = field(default_factory=list)

    @property
    def sentences(self) -> list[str]:
        return sentences_of(self.reasons)

    @property
    def items(self) -> list[str]:
        return [f"{reason.kind}:{reason.item.pk}" for reason in self.reasons]


@dataclass(frozen=True)
class Board:
    today: list[Card]
    later: list[Card]
    own_tasks: list[Reason]
    version: str

    @property
    def client_ids(self) -> list:
        return [card.enrollment.client_id for card in (*self.today, *self.later)]


def version_of(user: User, at: datetime) -> str:
    """Changes whenever the board may look different; costs two index reads."""
    caseload = Enrollment.objects.on_caseload_of(user, at)
    changed = Status.objects.filter(enrollment__in=caseload).aggregate(
        at=Max("changed_at")
    )["at"]
    mine = Task.objects.filter(assignee=user, enrollment=None).aggregate(
        made=Max("created_at"), done=Max("done_at")
    )
    marks = (changed, mine["made"], mine["done"])
    return "-".join(format(mark.timestamp(), ".6f") if mark else "0" for mark in marks)


def board_of(user: User, at: datetime, language: str) -> Board:
    version = version_of(user, at)
    caseload = Enrollment.objects.on_caseload_of(user, at).exclude(
        client__died_on__isnull=False
    )
    cards = _cards(_waiting().filter(enrollment__in=caseload), at, language)
    own = Task.objects.open().filter(assignee=user, enrollment=None).order_by("due_at")
    return Board(
        today=[card for card in cards if not card.later],
        later=[card for card in cards if card.later],
        own_tasks=[Reason(task, wording.task_sentence(task, language)) for task in own],
        version=version,
    )


def card_of(enrollment: Enrollment, at: datetime, language: str) -> Card | None:
    """The card of one client again; None when nothing of theirs is open any more."""
    return next(
        iter(_cards(_waiting().filter(enrollment=enrollment), at, language)), None
    )


def _waiting():
    # The longest without a person's voice breaks ties, so quiet people do not sink.
    return (
        Status.objects.filter(open_priority__isnull=False)
        .select_related("enrollment__client", "enrollment__program__site")
        .only(*ON_A_CARD)
        .order_by("open_priority", "open_due_at", "open_since", "last_human_contact_at")
    )


def _cards(waiting, at: datetime, language: str) -> list[Card]:
    statuses = list(waiting[:BOARD_LIMIT])
    reasons = reasons_for([status.enrollment for status in statuses], at, language)
    levels = _levels([status.enrollment_id for status in statuses], at)
    phones = _phones([status.enrollment.client_id for status in statuses])
    return [
        _card(status, levels, phones, reasons[status.enrollment_id], at)
        for status in statuses
    ]


def _card(status, levels, phones, reasons, at) -> Card:
    enrollment = status.enrollment
    zone = enrollment.program.site.zone
    today = at.astimezone(zone).date()
    due_on = status.open_due_at.astimezone(zone).date()
    return Card(
        enrollment=enrollment,
        status=status,
        level=levels.get(enrollment.pk, ""),
        week=enrollment.week_number(today),
        due=wording.due_words(status.open_due_at, at, zone),
        later=due_on > today and status.open_priority > AT_ONCE,
        last_contact=wording.last_contact_words(status.last_human_contact_at, at, zone),
        phone=phones.get(enrollment.client_id, ""),
        reasons=reasons,
    )


def _levels(enrollment_ids, at) -> dict:
    placements = Placement.objects.on(at.date()).filter(enrollment__in=enrollment_ids)
    return dict(placements.values_list("enrollment_id", "level__code"))


def _phones(client_ids) -> dict:
    points = ContactPoint.objects.filter(
        client__in=client_ids, kind=ContactPoint.Kind.PHONE, stopped_at=None
    )
    return {point.client_id: point.value for point in points}


def reasons_for(enrollments, at: datetime, language: str) -> dict:
    """Open concerns and tasks by enrollment id, in the order of the rules."""
    clients = {row.pk: row.client_id for row in enrollments}
    today = {row.pk: row.program.site.local_date(at) for row in enrollments}
    labels = own_labels(clients.values())
    found = defaultdict(list)
    for concern in Concern.objects.open().filter(enrollment__in=clients):
        finding = concern.finding
        own = labels[clients[concern.enrollment_id]]
        sentence = triage.sentence(
            finding["rule"],
            finding["evidence"],
            language,
            own,
            today[concern.enrollment_id],
        )
        found[concern.enrollment_id].append(Reason(concern, sentence))
    for task in Task.objects.open().filter(enrollment__in=clients):
        sentence = wording.task_sentence(task, language)
        found[task.enrollment_id].append(Reason(task, sentence))
    for reasons in found.values():
        reasons.sort(key=_urgency)
    return found


def own_labels(client_ids) -> dict:
    """What clients of one house call their own triggers and skills, by client and code."""
    client_ids = list(client_ids)
    found: dict = defaultdict(dict)
    for item in OwnItem.objects.filter(client__in=client_ids, label__isnull=False):
        found[item.client_id][item.code] = item.label

    @cache
    def of_programs() -> vocabulary.Own:
        house = Client.objects.filter(pk__in=client_ids).values("organization")
        return program_labels(house, get_language())

    return {pk: vocabulary.Spoken(found[pk], of_programs) for pk in client_ids}


def _urgency(reason: Reason):
    item = reason.item
    since = item.raised_at if isinstance(item, Concern) else item.created_at
    return item.priority, item.due_at, since, item.pk
