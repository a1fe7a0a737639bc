"""How long a check-in takes, for who answers for a program. Medians with what they count."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from apps.accounts.models import User
from apps.care.models import Program
from apps.checkins.models import Pace

# Fewer say something about a person, not about a program.
AT_LEAST = 10
WEEKS = 12


@dataclass(frozen=True)
class Median:
    """Half took up to ``seconds``; None when there are too few to say."""

    count: int
    seconds: int | None

    @classmethod
    def of(cls, counts: dict[int, int]) -> "Median":
        count = sum(counts.values())
        if count < AT_LEAST:
            return cls(count, None)
        so_far = 0
        for up_to in sorted(counts):
            so_far += counts[up_to]
            if 2 * so_far >= count:
                return cls(count, up_to)
        raise AssertionError("a median lies among its counts")


@dataclass(frozen=True)
class ProgramPace:
    program: Program
    whole: Median
    # The newest first; weeks with too few are not there.
    weeks: list[tuple[date, Median]]


def paces_of(user: User, today: date) -> list[ProgramPace]:
    """Every program of the house, over its last twelve weeks; two queries for any number."""
    since = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    programs = Program.objects.filter(site__organization=user.organization_id)
    counts: dict = defaultdict(lambda: defaultdict(dict))
    rows = Pace.objects.filter(organization=user.organization_id, week_on__gte=since)
    for row in rows:
        counts[row.program_id][row.week_on][row.up_to] = row.count
    return [
        _program_pace(program, counts[program.pk])
        for program in programs.select_related("site").order_by(
            "site__name", "name", "pk"
        )
    ]


def _program_pace(program: Program, by_week: dict[date, dict[int, int]]) -> ProgramPace:
    whole: dict[int, int] = defaultdict(int)
    for counts in by_week.values():
        for up_to, count in counts.items():
            whole[up_to] += count
    weeks = [(on, Median.of(by_week[on])) for on in sorted(by_week, reverse=True)]
    return ProgramPace(
        program, Median.of(whole), [w for w in weeks if w[1].seconds is not None]
    )
