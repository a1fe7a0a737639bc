"""What clients said, as rules and other pages need it, in a fixed number of reads."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import DateField, DateTimeField, F, Q, UUIDField

from apps.accounts.models import User
from apps.care import vocabulary
from apps.care.models import (
    Client,
    Enrollment,
    OwnItem,
    Program,
    Site,
    SiteLine,
    StaffRole,
)
from apps.care.rules import checkin_flow, triage
from apps.care.rules.hours import StaffedHours
from apps.care.services.tasks import primary_counselor
from apps.care.services.vocabulary import codes_of_programs, offer_of, program_of
from apps.checkins.models import CheckinDay, Moment, Reply, Submission
from apps.common.prepared import prepared

CHIP_ANSWERS = ("triggers", "coping_used")
# "After 19 days without" needs to look back that long.
FACTS_REACH = timedelta(days=40)
WORDS_ARE_NEWS = timedelta(days=14)
VERY_STRONG = 9
OFTEN, A_DAY = 3, timedelta(hours=24)
# When it is asked again how strong it is. Nobody is told that it will have passed by then.
LOOK_AGAIN, ASK_UNTIL = timedelta(minutes=15), timedelta(hours=12)


def asking_of(
    client: Client, *, past_day: bool = False, program: Program | None = None
) -> checkin_flow.Asking:
    """Without a ``program``: whatever may come in from anywhere."""
    return checkin_flow.Asking(
        has_medication=bool(client.profile.get("medications")),
        past_day=past_day,
        optional=frozenset(program.optional_questions)
        if program
        else checkin_flow.ANYTHING,
    )


@prepared(user=UUIDField())
def _running(user):
    own = Enrollment.objects.of_client(user).active()
    return own.select_related("client", "program__site")[:1]


def running_enrollment(user: User) -> Enrollment | None:
    """The episode of care that a signed-in client may check in for."""
    return next(iter(_running(user=user.pk)), None)


def site_of(enrollment: Enrollment, at: datetime) -> Site:
    """Where the client is placed now; a placement may have moved them."""
    return program_of(enrollment, at).site


def hours_of(site: Site) -> StaffedHours:
    return StaffedHours.of(site.zone, site.staffed_hours, site.holidays)


def moment_log(moment: Moment) -> triage.MomentLog:
    details = moment.details
    return triage.MomentLog(
        at=moment.occurred_at,
        source=str(moment.pk),
        craving=moment.craving,
        trigger=details.get("trigger", ""),
        wants_call="call_asked_at" in details,
        sign=details.get("sign", ""),
        received_at=moment.received_at,
        called_at=_moment_of(details.get("call_asked_at")),
    )


def _moment_of(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said) if said else None


def day_answers(day: CheckinDay) -> triage.DayAnswers:
    return triage.DayAnswers.of(
        day.local_on,
        day.last_at,
        day.said,
        source=str(day.pk),
        first_at=day.first_at,
    )


@prepared(client=UUIDField(), since=DateField())
def _days(client, since):
    return CheckinDay.objects.filter(client=client, local_on__gte=since).order_by(
        "local_on"
    )


def days_around(enrollment: Enrollment, local_on: date) -> list[CheckinDay]:
    """That day, what came before it as far as rules look back, and what came after."""
    return _days(client=enrollment.client_id, since=local_on - FACTS_REACH)


def sent_about(days: Iterable[CheckinDay]) -> dict[tuple[UUID, date], list[Submission]]:
    """Everything sent about these days, of any clients, in the order it happened."""
    wanted = {(day.client_id, day.local_on) for day in days}
    found: dict = defaultdict(list)
    if wanted:
        rows = Submission.objects.filter(
            client__in={client for client, _ in wanted},
            local_on__in={on for _, on in wanted},
        )
        for each in rows.order_by("occurred_at", "received_at", "pk"):
            if (each.client_id, each.local_on) in wanted:
                found[each.client_id, each.local_on].append(each)
    return found


def moment_facts(
    enrollment: Enrollment, since: datetime, until: datetime
) -> list[triage.MomentLog]:
    """Each hard moment, oldest first."""
    moments = enrollment.moments.filter(occurred_at__gte=since, occurred_at__lte=until)
    return [moment_log(moment) for moment in moments.order_by("occurred_at", "pk")]


def client_facts(
    enrollment: Enrollment, program: Program, at: datetime
) -> triage.ClientFacts:
    """Who it is and where, for the rules about what was just said."""
    profile = enrollment.client.profile
    return triage.ClientFacts(
        now=at,
        tz=enrollment.zone,
        hours=hours_of(program.site),
        limits=triage.Limits.of(program.rule_limits),
        profile=triage.Profile(
            substance=profile.get("substance", ""),
            opioid_history=profile.get("opioid_history", False),
            medications=frozenset(profile.get("medications", ())),
            in_person=enrollment.client.no_phone,
        ),
    )


def own_codes(client: Client, answers: dict) -> Collection[str]:
    """Triggers and tools beside the common list, read only when an answer names one.

    The client's own, and what a program of their house ever added: phones and drafts name
    what is offered no more.
    """
    return added_codes(client, _added_in(answers))


def own_words_among(client: Client, answers: dict) -> Collection[str]:
    """Of these, the client's own alone."""
    return added_codes(client, {c for c in _added_in(answers) if ".own." in c})


def _added_in(answers: dict) -> set[str]:
    lists = (answers.get(key) for key in CHIP_ANSWERS)
    return {
        code
        for codes in lists
        if isinstance(codes, list)
        for code in codes
        if isinstance(code, str) and vocabulary.is_added(code)
    }


def lines_of(site: Site) -> list[SiteLine]:
    """Whom to call there."""
    return list(site.lines.order_by("position", "pk"))


def added_codes(client: Client, codes: Collection[str]) -> set[str]:
    """Those among the codes that this client or a program of their house added."""
    own = [code for code in codes if vocabulary.OWN_CODE.fullmatch(code)]
    found = codes_of_programs(client.organization_id, codes)
    if own:
        mine = OwnItem.objects.filter(client=client, code__in=own)
        found |= set(mine.values_list("code", flat=True))
    return found


def offered_codes(program: Program, key: str) -> set[str]:
    """What can be chosen for a question now, beside the client's own words."""
    return offer_of(program).codes(checkin_flow.QUESTIONS[key].vocabulary)


def check_offered(enrollment: Enrollment, answers: dict, at: datetime) -> None:
    """What the program added is read only when something is named beside the common list.

    :raises AnswerProblem: for a trigger or a tool that the program does not offer.
    """
    program = None
    for key in CHIP_ANSWERS:
        said = answers.get(key)
        codes = said if isinstance(said, list) else [said]
        named = {
            code for code in codes if isinstance(code, str) and ".own." not in code
        }
        if not named:
            continue
        program = program or program_of(enrollment, at)
        common = vocabulary.Offer(hidden=frozenset(program.hidden_codes))
        kind = checkin_flow.QUESTIONS[key].vocabulary
        if named - common.codes(kind) and named - offered_codes(program, key):
            raise checkin_flow.AnswerProblem(key, checkin_flow.CHOOSE_FROM_LIST)


def counselor_of(enrollment: Enrollment, at: datetime) -> User | None:
    try:
        return primary_counselor(enrollment, at)
    except ValueError:
        return None


def on_call_of(site: Site) -> User | None:
    staff = site.on_call
    return staff if staff is not None and staff.is_active else None


def nurse_of(site: Site) -> User | None:
    """Of several the one who is of this site alone, and then the first."""
    nurses = StaffRole.objects.filter(
        Q(site=site) | Q(site=None),
        organization_id=site.organization_id,
        role=StaffRole.Role.NURSE,
        user__is_active=True,
    )
    first = nurses.select_related("user").order_by(F("site").asc(nulls_last=True), "pk")
    return role.user if (role := first.first()) else None


@prepared(user=UUIDField(), since=DateTimeField())
def _unread(user, since):
    return (
        Reply.objects.of_client(user)
        .filter(at__gt=since, read_at=None)
        .select_related("by")
        .order_by("-at", "-pk")
    )


def unread_replies(user: User, at: datetime) -> list[Reply]:
    """What was written back lately and not yet put away, newest first."""
    return _unread(user=user.pk, since=at - WORDS_ARE_NEWS)


def call_asked_at(day: CheckinDay) -> datetime | None:
    """When the call that this day asks for was first asked for."""
    if day.answers.get("contact_request") != "today":
        return None
    sent = Submission.objects.filter(client=day.client_id, local_on=day.local_on)
    return min(
        submission.received_at
        for submission in sent
        if submission.answers.get("contact_request") == "today"
    )


def twice_on(enrollment: Enrollment) -> date | None:
    """The last day with two check-ins that the client was not told about yet."""
    days = CheckinDay.objects.twice_unread().filter(client=enrollment.client_id)
    return days.newest_first().values_list("local_on", flat=True).first()


def was_sent(enrollment: Enrollment, uuid: UUID) -> bool:
    return Submission.objects.filter(client=enrollment.client_id, uuid=uuid).exists()


def calls_for_somebody(moment: Moment) -> bool:
    """Very strong, or the third within a day."""
    if moment.craving >= VERY_STRONG:
        return True
    lately = Moment.objects.filter(
        client=moment.client_id,
        occurred_at__gt=moment.occurred_at - A_DAY,
        occurred_at__lte=moment.occurred_at,
    )
    return lately.count() >= OFTEN


def ask_in(moment: Moment, at: datetime) -> int:
    """In how many seconds an open page asks how strong it is now."""
    return max(0, int((moment.occurred_at + LOOK_AGAIN - at).total_seconds()))


def is_asked_again(moment: Moment, at: datetime) -> bool:
    """The last hard moment: a while ago, not long past, and not rated again."""
    ago = at - moment.occurred_at
    return moment.craving_after is None and LOOK_AGAIN <= ago < ASK_UNTIL
