"""The fictional clients: who they are, and the parameters of their simulated weeks."""

import json
import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.care.models import Enrollment
from apps.care.services import enrollments
from apps.demo.seed.program import World
from apps.notifications.models import Consent
from apps.sessions.services import take_seats

DATA = json.loads(
    (Path(__file__).parent.parent / "data" / "archetypes.json").read_text()
)
SEED = DATA["seed"]

# More people of Ana's, each with something the product must get right.
MORE = [
    # name, days a week, language, substance, medication, days, archetype, plan, flags
    ("Omar", 4, "en", "stimulant", "none", 40, "steady_improver", "approved_v1",
     {"court_ordered": True}),
    ("Nell", 3, "en", "alcohol", "none", 47, "steady_improver", "none",
     {"no_phone": True}),
    ("Lin", 4, "en", "opioid", "buprenorphine", 35, "early_climber", "submitted",
     {"interpreter_language": "Mandarin"}),
    ("Sara", 3, "en", "alcohol", "none", 30, "steady_improver", "draft",
     {"monitored_phone": True}),
    ("Beth", 3, "en", "alcohol", "none", 6, "never_started", "none", {}),
    ("Joy", 4, "en", "alcohol", "naltrexone", 52, "steady_improver", "approved_v1", {}),
    ("Ray", 5, "en", "cocaine", "none", 19, "early_climber", "draft", {}),
    ("Kim", 3, "en", "opioid", "buprenorphine", 66, "one_lapse_recovered",
     "approved_v2", {}),
]  # fmt: skip

PRIMARY = {
    ("BOS", "day", "IOP"): "Ana", ("BOS", "eve", "IOP"): "Kofi",
    ("BOS", "day", "PHP"): "Mina", ("BOS", "day", "OP"): "Mina",
    ("BOS", "eve", "OP"): "Mina", ("NDH", "day", "IOP"): "Sam",
    ("NDH", "eve", "IOP"): "Ruth", ("NDH", "day", "PHP"): "Theo",
    ("NDH", "day", "OP"): "Theo",
}  # fmt: skip
SUPERVISOR = {"BOS": "Lourdes", "NDH": "Graham"}
# Two counselors who share a client.
CO_COUNSELOR = {"Ines": "Mina", "Cole": "Theo"}
WEEKDAYS = {
    ("BOS", "day", 5): [0, 1, 2, 3, 4], ("BOS", "day", 4): [0, 1, 3, 4],
    ("BOS", "day", 3): [0, 2, 4], ("BOS", "eve", 4): [0, 1, 2, 3],
    ("BOS", "eve", 3): [0, 2, 3], ("NDH", "day", 5): [0, 1, 2, 3, 4],
    ("NDH", "day", 4): [0, 1, 3, 4], ("NDH", "day", 3): [0, 1, 3],
    ("NDH", "eve", 4): [0, 1, 2, 3], ("NDH", "eve", 3): [0, 2, 3],
}  # fmt: skip
OP_DAY = {("BOS", "day"): [3], ("BOS", "eve"): [1], ("NDH", "day"): [2]}
TRACK = {"day": "Day", "eve": "Evening"}


@dataclass(frozen=True)
class Person:
    """One fictional client; ``params`` as in the archetypes file."""

    name: str
    site: str
    track: str
    level: str
    weekdays: tuple[int, ...]
    language: str
    substance: str
    medication: str
    days_in_care: int
    archetype: str
    plan: str
    flags: dict
    params: tuple[float, ...]

    @property
    def handle(self) -> str:
        return f"demo-{self.name.lower()}"

    @property
    def rng(self) -> random.Random:
        return random.Random(f"{SEED}-{self.name}")

    @property
    def weeks_planned(self) -> int:
        return {"PHP": 3, "IOP": 12, "OP": 16}[self.level]


def _params(archetype: str) -> tuple[float, ...]:
    for prefix in ("drift", "returned"):
        if archetype.startswith(prefix):
            return tuple(DATA["params"][prefix])
    return tuple(DATA["params"].get(archetype) or DATA["params"]["new_quiet"])


def _weekdays(site: str, track: str, level: str, days: int) -> tuple[int, ...]:
    chosen = OP_DAY[site, track] if level == "OP" else WEEKDAYS[site, track, days]
    return tuple(chosen)


def people() -> list[Person]:
    found = []
    for row in DATA["clients"]:
        (
            name,
            site,
            track,
            level,
            days,
            lang,
            substance,
            medication,
            since,
            kind,
            plan,
        ) = row
        found.append(
            Person(name, site, track, level, _weekdays(site, track, level, days), lang,
                   substance, medication, since, kind, plan, {}, _params(kind))
        )  # fmt: skip
    for name, days, lang, substance, medication, since, kind, plan, flags in MORE:
        found.append(
            Person(name, "BOS", "day", "IOP", _weekdays("BOS", "day", "IOP", days), lang,
                   substance, medication, since, kind, plan, flags, _params(kind))
        )  # fmt: skip
    return found


def admit(person: Person, world: World, *, today: date, number: int) -> Enrollment:
    """Register, invite and enroll as the front desk did on the day."""
    site = world.sites[person.site]
    started_on = today - timedelta(days=person.days_in_care)
    at = datetime.combine(started_on, time(8, 15), site.zone)
    by = _actor(world, PRIMARY[person.site, person.track, person.level])
    flags = dict(person.flags)
    profile = {
        "substance": person.substance,
        "opioid_history": person.substance == "opioid",
        "medications": [] if person.medication == "none" else [person.medication],
        "court_ordered": flags.pop("court_ordered", False),
    }
    client = enrollments.register_client(
        organization=world.organization,
        preferred_name=person.name,
        surname=f"Sample-{number:02d}",
        birth_date=date(1960 + number % 40, number % 12 + 1, number % 28 + 1),
        at=at,
        by=by,
        language=person.language,
        profile=profile,
        **flags,
    )
    started = person.archetype != "never_started"
    if started and not person.flags.get("no_phone"):
        client.user = User.objects.create(
            handle=person.handle,
            kind=User.Kind.CLIENT,
            name=person.name,
            language=person.language,
            organization_id=world.organization.pk,
        )
        client.save()
    if not person.flags.get("no_phone"):
        enrollments.add_contact_point(
            client=client,
            kind="PHONE",
            value=f"+1617555{100 + number:04d}",
            at=at,
            by=by,
            verified_at=at,
        )
        if not person.flags.get("monitored_phone"):
            Consent.objects.bulk_create(
                Consent(
                    client=client,
                    channel="SMS",
                    purpose=purpose,
                    wording_version="2026-11",
                    given_at=at,
                )
                for purpose in ("OUTREACH", "REMINDER", "ANSWER")
            )
    enrollment = enrollments.enroll(
        client=client,
        program=world.programs[person.site, TRACK[person.track]],
        level=world.levels[person.level],
        weekdays=list(person.weekdays),
        started_on=started_on,
        primary=world.staff[PRIMARY[person.site, person.track, person.level]],
        supervisor=world.staff[SUPERVISOR[person.site]],
        planned_weeks=person.weeks_planned,
        state=Enrollment.State.ACTIVE if started else Enrollment.State.INVITED,
        at=at,
        by=by,
    )
    take_seats(enrollment=enrollment, since=started_on)
    if person.name in CO_COUNSELOR:
        enrollments.assign(
            enrollment=enrollment,
            staff=world.staff[CO_COUNSELOR[person.name]],
            role="CO",
            at=at,
            by=by,
        )
    if profile["medications"]:
        enrollments.assign(
            enrollment=enrollment,
            staff=world.staff["Jo"],
            role="CARE_TEAM",
            at=at,
            by=by,
        )
    return enrollment


def _actor(world: World, name: str) -> Actor:
    user = world.staff[name]
    return Actor(user.pk, user.kind, world.organization.pk, source="COMMAND")
