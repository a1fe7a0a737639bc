"""What other numbers would have brought to the list in a program's own last month.

Counts and no names. Who sets up opens no records: where few people answered, a count could
be read as somebody, and nothing is said.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, OuterRef, Subquery, UUIDField
from django.db.models.functions import Coalesce

from apps.care.models import Enrollment, Placement, Program
from apps.care.rules.triage_facts import DayAnswers, MomentLog, Profile
from apps.care.rules.triage_limits import TUNED, Limits
from apps.care.rules.triage_replay import Person, findings, noon
from apps.checkins.models import CheckinDay, Moment
from apps.checkins.selectors import FACTS_REACH

DAYS = 30
# As many as a large program has; of more, those who answered last.
MOST_PEOPLE = 300
# Below it a count says something about somebody.
FEWEST_PEOPLE = 5


@dataclass(frozen=True)
class RuleCount:
    rule: str
    now: int
    then: int


@dataclass(frozen=True)
class Preview:
    """How often each rule spoke up in the last days, and would have with other numbers."""

    people: int
    rules: list[RuleCount]

    @property
    def now(self) -> int:
        return sum(each.now for each in self.rules)

    @property
    def then(self) -> int:
        return sum(each.then for each in self.rules)

    @property
    def a_day(self) -> float:
        return self.then / DAYS

    @property
    def is_told(self) -> bool:
        return self.people >= FEWEST_PEOPLE


def preview_of(program: Program, chosen: Limits, at: datetime) -> Preview:
    """Four queries, whoever and however many they are."""
    last = program.site.local_date(at)
    first = last - timedelta(days=DAYS - 1)
    people = _people(program, first, last)
    answered = [
        person for person in people if any(day.day >= first for day in person.days)
    ]
    now = Limits.of(program.rule_limits)
    counts = [_counted(answered, limits, first, last) for limits in (now, chosen)]
    return Preview(
        people=len(answered),
        rules=[RuleCount(rule, *(count[rule] for count in counts)) for rule in TUNED],
    )


def _counted(people: list[Person], limits: Limits, first: date, last: date) -> Counter:
    return Counter(
        rule
        for person in people
        for _day, rule in findings(person, limits, first, last)
    )


def _people(program: Program, first: date, last: date) -> list[Person]:
    enrollments = _enrollments(program, last)
    since = first - FACTS_REACH
    medicines = {
        enrollment.pk: frozenset(enrollment.client.profile.get("medications", ()))
        for enrollment in enrollments
    }
    bodies = _bodies([pk for pk, names in medicines.items() if names], first)
    days = defaultdict(list)
    rows = CheckinDay.objects.filter(enrollment__in=medicines, local_on__gte=since)
    for pk, enrollment, day, craving, mood, confidence in rows.values_list(
        "pk", "enrollment", "local_on", "craving", "mood", "confidence"
    ):
        # Only what the numbers are about: nothing else is opened.
        said = {
            "craving_peak": craving,
            "mood": mood,
            "confidence": confidence,
            "body": bodies.get(pk),
        }
        days[enrollment].append(DayAnswers.of(day, noon(day), said))
    moments = defaultdict(list)
    logs = Moment.objects.filter(enrollment__in=medicines, local_on__gte=first)
    for pk, enrollment, moment, craving in logs.values_list(
        "pk", "enrollment", "occurred_at", "craving"
    ):
        moments[enrollment].append(MomentLog(moment, str(pk), craving=craving))
    return [
        Person(
            days=days[enrollment.pk],
            moments=moments[enrollment.pk],
            profile=Profile(
                medications=medicines[enrollment.pk],
                in_person=enrollment.client.no_phone,
            ),
            tz=program.site.zone,
        )
        for enrollment in enrollments
    ]


def _enrollments(program: Program, last: date) -> list[Enrollment]:
    """Whose rules these are: by where they are placed, as it is when an answer comes in."""
    placed = Placement.objects.filter(enrollment=OuterRef("pk"), from_on__lte=last)
    newest = Subquery(placed.order_by("-from_on").values("program_id")[:1])
    placed_in = Coalesce(newest, F("program_id"), output_field=UUIDField())
    return list(
        Enrollment.objects.annotate(placed_in=placed_in)
        .filter(
            placed_in=program.pk,
            status__last_checkin_on__gte=last - timedelta(days=DAYS),
        )
        .select_related("client")
        .order_by(F("status__last_checkin_on").desc(), "pk")[:MOST_PEOPLE]
    )


def _bodies(enrollment_ids: list, first: date) -> dict:
    """What was said about the body, of people with medicine: sealed, so asked for no others."""
    since = first - timedelta(days=2)
    rows = CheckinDay.objects.filter(
        enrollment__in=enrollment_ids, local_on__gte=since
    ).only("pk", "client", "answers")
    return {day.pk: day.answers.get("body") for day in rows}
