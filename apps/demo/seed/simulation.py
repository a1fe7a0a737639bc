"""Run Harbor Lane's past through the product's own services, event by event.

Nothing here writes a clinical row by itself: check-ins, rosters, plans, concerns, drift
episodes and messages are what the services make of what people did.
"""

import heapq
import itertools
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from django.db import transaction

from apps.audit import actors
from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care import vocabulary
from apps.care.models import Concern, Enrollment, Site, Task
from apps.care.models.work import Outcome
from apps.care.services import concerns, tasks
from apps.checkins import services as checkins
from apps.checkins.models import CheckinDay
from apps.demo.seed import (
    afterwards,
    arriving,
    beside,
    instead,
    levels,
    plans,
    story,
    weeks,
)
from apps.demo.seed.people import PRIMARY, Person, admit
from apps.demo.seed.program import World, weekday_from
from apps.notifications import delivery
from apps.notifications.channels import Accepted
from apps.notifications.models import OutboxMessage
from apps.outreach import services as outreach
from apps.sessions import selectors as session_selectors
from apps.sessions import services as sessions
from apps.sessions.models import Attendance, GroupSession

TICKS = (time(9, 40), time(15, 30), time(19, 10))
STAFF_ROUND = time(16, 45)
# What is this fresh stays open, so that the board has something to show.
LEFT_OPEN = timedelta(days=3)
# Whom nobody has called yet: the calls of these days are still to be made. Not one of
# Ana's, whose board is there to see what comes in while somebody looks.
STILL_OPEN, STILL_OPEN_FOR = ("Shay",), timedelta(days=12)


def accepted(message: OutboxMessage, to: str) -> Accepted:
    """In the simulated past every text was taken; nothing leaves this process."""
    return Accepted(f"SM{message.pk.hex}")


class Simulation:
    """A queue of moments between the first admission and now."""

    def __init__(self, world: World, people: list[Person], today: date, now: datetime):
        self.world = world
        self.people = {person.name: person for person in people}
        self.today, self.now = today, now
        self.zone = world.sites["BOS"].zone
        self.scripts = {p.name: story.write_script(p, today) for p in people}
        self.enrollments: dict[str, Enrollment] = {}
        self.names: dict[uuid.UUID, str] = {}
        self.answered: set[uuid.UUID] = set()
        self._queue: list[tuple[datetime, int, Callable, tuple]] = []
        self._order = itertools.count()

    def at(self, on: date, moment: time) -> datetime:
        return datetime.combine(on, moment, self.zone)

    def plan(self, moment: datetime, act: Callable, *args) -> None:
        if moment <= self.now:
            heapq.heappush(self._queue, (moment, next(self._order), act, args))

    def run(self) -> None:
        first = min(
            self.today - timedelta(days=p.days_in_care) for p in self.people.values()
        )
        for number, person in enumerate(self.people.values(), start=1):
            start = self.today - timedelta(days=person.days_in_care)
            self.plan(self.at(start, time(8, 15)), self.admit, person, number)
        for offset in range((self.today - first).days + 1):
            on = first + timedelta(days=offset)
            if on.weekday() == 0 or offset == 0:
                self.plan(self.at(on, time(3)), self.keep_ahead)
            self.plan(self.at(on, time(8)), self.open_day, on)
            for moment in TICKS:
                self.plan(self.at(on, moment), self.tick)
            if on.weekday() < 5:
                self.plan(self.at(on, STAFF_ROUND), self.staff_round)
        while self._queue:
            moment, _, act, args = heapq.heappop(self._queue)
            act(moment, *args)
        self.keep_ahead(self.now)
        arriving.arrange(self, self.now)
        instead.arrange(self, self.now)
        beside.arrange(self, self.now)
        self.close(
            self.world.sites["NDH"],
            weekday_from(self.today + timedelta(days=4)),
            "BUILDING",
            "A water pipe is being mended.",
            self.now,
        )
        self.tick(self.now)

    # People come in

    def admit(self, at: datetime, person: Person, number: int) -> None:
        enrollment = admit(person, self.world, today=self.today, number=number)
        self.enrollments[person.name] = enrollment
        self.names[enrollment.pk] = person.name
        plans.schedule(self, person, enrollment)
        script = self.scripts[person.name]
        values = story.cravings(person, self.today)
        for number_of_day, craving in enumerate(values):
            on = enrollment.started_on + timedelta(days=number_of_day)
            if story.checks_in(person, number_of_day, on, script, self.today):
                self.plan_checkin(person, number_of_day, on, craving)
        weeks.schedule(self, person, values)
        if script.ended_on:
            self.plan(self.at(script.ended_on, time(15)), self.end, person)
        if script.back_on:
            self.plan(self.at(script.back_on, time(8, 15)), self.come_back, person)
        if "stepup" in person.archetype:
            back = self.at(self.today - timedelta(days=12), time(14))
            self.plan(back, self.step_up, person)

    def end(self, at: datetime, person: Person) -> None:
        reasons = Enrollment.EndReason
        sessions.end_care(
            enrollment=self.enrollments[person.name],
            on=at.date(),
            reason=reasons.MOVED
            if self.scripts[person.name].back_on
            else reasons.LOST_TOUCH,
            at=at,
            by=self.counselor(person),
        )

    def come_back(self, at: datetime, person: Person) -> None:
        before, by = self.enrollments[person.name], self.counselor(person)
        enrollment = levels.come_back(before, at, by)
        self.enrollments[person.name] = enrollment
        self.names[enrollment.pk] = person.name

    def step_up(self, at: datetime, person: Person) -> None:
        sessions.change_level(
            enrollment=self.enrollments[person.name],
            level=self.world.levels["IOP"],
            program=self.world.programs[person.site, "Evening"],
            weekdays=[0, 1, 2, 3],
            from_on=at.date() + timedelta(days=1),
            note="Asked for a fourth evening while getting back into it.",
            at=at,
            by=self.counselor(person),
        )

    # Days

    def keep_ahead(self, at: datetime) -> None:
        sessions.keep_ahead(at, self.program_actor)

    def open_day(self, at: datetime, on: date) -> None:
        snow = on == self.today - timedelta(days=story.SNOW_DAY)
        if snow:
            for site in self.world.sites.values():
                self.close(site, on, "SNOW", "Snow day", at)
        for group_session in GroupSession.objects.filter(
            local_on=on, organization=self.world.organization
        ).held():
            over = group_session.ends_at + timedelta(minutes=10)
            self.plan(over, self.take_roster, group_session)

    def close(self, site: Site, on: date, kind: str, note: str, at: datetime) -> None:
        sessions.close_site(
            site=site,
            starts_at=self.at(on, time(0)),
            ends_at=self.at(on + timedelta(days=1), time(0)),
            kind=kind,
            note=note,
            at=at,
            by=self.program_actor,
        )

    def take_roster(self, at: datetime, group_session: GroupSession) -> None:
        by = self.staff_actor(group_session.facilitator)
        starts, ends = group_session.starts_at, group_session.ends_at
        on = group_session.local_on
        for enrollment in session_selectors.expected_people(group_session):
            name = self.names.get(enrollment.pk)
            if name is None:
                continue
            script = self.scripts[name]
            if on in script.no_show:
                continue
            mark = {"arrived_at": starts}
            if reason := script.excused.get(on):
                mark = {"status": Attendance.Status.EXCUSED, "reason": reason}
            elif on in script.late:
                mark["arrived_at"] = starts + timedelta(minutes=18)
            elif on in script.left_early:
                mark |= {
                    "status": Attendance.Status.LEFT_EARLY,
                    "left_at": ends - timedelta(minutes=40),
                }
            sessions.mark_attendance(
                **({"status": Attendance.Status.PRESENT} | mark),
                group_session=group_session,
                enrollment=enrollment,
                at=at,
                by=by,
            )
        sessions.close_roster(group_session=group_session, at=at, by=by)

    def plan_checkin(self, person: Person, number: int, on: date, craving: int) -> None:
        rng = story.rng_for(person, "evening", number)
        hour = 21 if person.track == "eve" else 19
        occurred = self.at(on, time(hour, rng.randint(0, 59)))
        received = occurred
        if rng.random() < 0.05:
            received += timedelta(hours=rng.randint(1, 14))
        self.plan(received, self.check_in, person, number, craving, occurred)
        afterwards.plan_a_correction(self, person, on, craving, received)
        if craving >= 6 and rng.random() < 0.3:
            moment = occurred - timedelta(hours=rng.choice((2, 2, 3, 6, 9)))
            self.plan(moment, self.hard_moment, person, number, craving)

    def check_in(
        self,
        at: datetime,
        person: Person,
        number: int,
        craving: int,
        occurred: datetime,
    ) -> None:
        enrollment = self.enrollments[person.name]
        # Counted from the first day of all, also in a later episode.
        first = self.today - timedelta(days=person.days_in_care)
        on = first + timedelta(days=number)
        answers = story.answers_on(person, number, craving, (self.today - on).days)
        rng = story.rng_for(person, "note", number)
        checkins.submit_checkin(
            enrollment=enrollment,
            uuid=uuid.UUID(int=rng.getrandbits(128), version=4),
            answers=answers,
            note=rng.choice(story.NOTES) if rng.random() < 0.15 else "",
            kind="ONE_TAP" if "one_tap" in answers else "DAILY",
            language=person.language,
            local_on=on,
            occurred_at=occurred,
            at=at,
            by=self.client_actor(enrollment),
        )
        afterwards.read_replies(at, enrollment, by=self.client_actor(enrollment))

    def hard_moment(
        self, at: datetime, person: Person, number: int, craving: int
    ) -> None:
        enrollment = self.enrollments[person.name]
        rng = story.rng_for(person, "moment", number)
        triggers = story.PERSONAL_TRIGGERS.get(person.archetype, story.COMMON_TRIGGERS)
        by = self.client_actor(enrollment)
        moment, _ = checkins.log_moment(
            enrollment=enrollment,
            uuid=uuid.UUID(int=rng.getrandbits(128), version=4),
            craving=craving,
            details={"trigger": rng.choice(triggers), "tool": rng.choice(story.SKILLS)},
            occurred_at=at,
            at=at,
            by=by,
        )
        if rng.random() < 0.8:
            after = at + timedelta(minutes=17)
            lower = max(0, craving - rng.randint(1, 4))
            tool = moment.details["tool"]
            helped = tool if lower < craving - 1 else vocabulary.NOTHING_YET
            self.plan(after, self.rate_after, moment, lower, helped, by)

    def rate_after(
        self, at: datetime, moment, craving: int, helped: str, by: Actor
    ) -> None:
        checkins.rate_moment_after(
            moment=moment, craving=craving, helped=helped, at=at, by=by
        )

    # The program acts

    def tick(self, at: datetime) -> None:
        sessions.roster_tasks(at, actors.SYSTEM)
        outreach.sweep(at=at, by=actors.SYSTEM)
        outreach.escalate(at=at, by=actors.SYSTEM)
        delivery.deliver_due(clock=lambda: at, transmit=accepted)
        for message in OutboxMessage.objects.filter(
            client__organization=self.world.organization,
            channel="SMS",
            purpose="OUTREACH",
            accepted_at__isnull=False,
        ).exclude(pk__in=self.answered):
            self.answered.add(message.pk)
            name = self.names[message.enrollment_id]
            answer = story.TEXT_ANSWERS.get(name)
            if answer:
                digit, hours = answer
                later = at + timedelta(hours=hours)
                self.plan(later, self.text_back, message, digit)

    def text_back(self, at: datetime, message: OutboxMessage, digit: str) -> None:
        phone = message.client.contact_points.get(kind="PHONE")
        outreach.receive_sms(
            from_number=phone.value,
            text=digit,
            provider_id=f"demo-{message.pk}",
            at=at,
            by=actors.SYSTEM,
        )

    def staff_round(self, at: datetime) -> None:
        """Late afternoon: calls are made, check-ins read, some answered, work is closed."""
        org = {"organization": self.world.organization}
        evening = at + timedelta(hours=2)
        self.do_tasks(at, kind=Task.Kind.CALL, due_at__lte=evening, **org)
        if self.now - at < LEFT_OPEN:
            return
        fresh = at - timedelta(hours=18)
        self.do_tasks(at, due_at__lte=at, **org)
        for concern in Concern.objects.open().filter(raised_at__lte=fresh, **org):
            if self.is_left_open(concern, at):
                continue
            concerns.resolve_concern(
                concern=concern,
                outcome=self.outcome_for(concern),
                # Of a long silence: known, and looked at again in a week.
                decided_until=concern.enrollment.client_day(at) + timedelta(days=7),
                at=at,
                by=self.owner(concern),
            )
        self.read_checkins(at, org)

    def do_tasks(self, at: datetime, **which) -> None:
        for task in Task.objects.open().filter(enrollment__isnull=False, **which):
            if not self.is_left_open(task, at):
                outcome, by = self.outcome_for(task), self.owner(task)
                tasks.complete_task(task=task, outcome=outcome, at=at, by=by)

    def read_checkins(self, at: datetime, org: dict) -> None:
        unread = CheckinDay.objects.filter(seen_at=None, last_at__lte=at, **org)
        for day in unread.select_related("enrollment"):
            person = self.people[self.names[day.enrollment_id]]
            rng = story.rng_for(person, "reply", day.local_on)
            by = self.counselor(person)
            # Staff read a record on its page, and that is written down.
            with transaction.atomic():
                record(
                    action="desk.client_read",
                    at=at,
                    by=replace(by, source="WEB"),
                    client_id=day.client_id,
                )
            if rng.random() < 0.12:
                checkins.reply_to_checkin(
                    day=day, text=rng.choice(story.REPLIES), at=at, by=by
                )
            else:
                checkins.mark_seen(days=[day], at=at, by=by)

    def is_left_open(self, item: Concern | Task, at: datetime) -> bool:
        name = self.names[item.enrollment_id]
        return name in STILL_OPEN and self.now - at < STILL_OPEN_FOR

    def outcome_for(self, item: Concern | Task) -> str:
        script = self.scripts[self.names[item.enrollment_id]]
        return Outcome.LEFT_MESSAGE if script.no_show else Outcome.REACHED

    # Who acts

    @property
    def program_actor(self) -> Actor:
        return actors.command(self.world.organization.pk)

    def owner(self, item: Concern | Task) -> Actor:
        return self.counselor(self.people[self.names[item.enrollment_id]])

    def counselor(self, person: Person) -> Actor:
        name = PRIMARY[person.site, person.track, person.level]
        return self.staff_actor(self.world.staff[name])

    def staff_actor(self, user) -> Actor:
        return Actor(user.pk, user.kind, user.organization_id, source="COMMAND")

    def client_actor(self, enrollment: Enrollment) -> Actor:
        user = enrollment.client.user
        return Actor(user.pk, user.kind, user.organization_id, source="COMMAND")
