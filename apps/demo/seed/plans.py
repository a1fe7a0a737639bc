"""Plans of the fictional clients, brought to their state by the real workflow."""

from datetime import datetime, time, timedelta

from apps.demo.seed import story
from apps.plans.models import PlanVersion
from apps.plans.services import people as plan_people
from apps.plans.services import versions

PARTNERS = ["Dee", "Marta", "Luis", "Jen", "Coach Will", "Aunt Bo"]
COMMENTS = [
    ("if_then", "i1", "I like how clear this is. Could we add one person for nights?"),
    ("signs", "", "What would make these easier to notice at 11 pm?"),
]
AFFIRMATION = "You know your week well, and it shows here."


def schedule(simulation, person, enrollment) -> None:
    """Queue what happened to this person's plan, from the first draft to today."""
    state, _, version = person.plan.partition("_v")
    if state == "none":
        return
    admitted = enrollment.started_on
    days = person.days_in_care
    first = min(6, max(2, days // 4))

    def queue(day, moment, act, *args):
        on = admitted + timedelta(days=day)
        # Clients write on any evening; counselors read on work days.
        while act in STAFF_ACTS and on.weekday() > 4:
            on += timedelta(days=1)
        when = max(simulation.at(on, moment), simulation.at(admitted, time(9)))
        simulation.plan(when, act, simulation, person, *args)

    rounds = int(version) if state == "approved" else 0
    for number in range(rounds):
        start = first + number * max(10, (days - first) // (rounds + 1))
        queue(start, time(20), write)
        queue(start + 1, time(20), send)
        queue(start + 3, time(11), agree, None)
    if person.plan == "review_due":
        queue(first, time(20), write)
        queue(first + 1, time(20), send)
        queue(first + 3, time(11), agree, max(10, days - first - 8))
    elif state == "draft":
        queue(first, time(20), write)
    elif state == "submitted":
        queue(first, time(20), write)
        queue(days - 6, time(18), send)
    elif state == "changes_requested":
        queue(first, time(20), write)
        queue(days - 5, time(18), send)
        queue(days - 2, time(11), send_ideas)


def _open(simulation, person) -> PlanVersion | None:
    client = simulation.enrollments[person.name].client
    return client.plan_versions.filter(
        state__in=("DRAFT", "SUBMITTED", "IN_REVIEW", "CHANGES_REQUESTED")
    ).first()


def write(at: datetime, simulation, person) -> None:
    enrollment = simulation.enrollments[person.name]
    client, by = enrollment.client, writer(simulation, person, enrollment)
    if client.plan_versions.filter(state="APPROVED").exists():
        version = versions.start_next_version(client=client, at=at, by=by)
        lines = [*version.content["why"]["lines"], "Being rested on Mondays"]
        versions.save_section(
            version=version, section="why", data={"lines": lines[-5:]}, at=at, by=by
        )
        return
    version = versions.start_draft(client=client, at=at, by=by)
    rng = story.rng_for(person, "partner")
    plan_people.add_person(
        client=client,
        details={
            "name": rng.choice(PARTNERS),
            "relation": "friend",
            "phone": f"+1617555{150 + rng.randint(0, 49):04d}",
            "best_time": "evenings",
            "what_to_say": "Come over, or stay on the line.",
            "knows": True,
        },
        at=at,
        by=by,
    )
    for section, data in story.plan_content(person).items():
        versions.save_section(version=version, section=section, data=data, at=at, by=by)


def writer(simulation, person, enrollment):
    """The client; with no phone, the counselor writes it down beside them."""
    if enrollment.client.user is None:
        return simulation.counselor(person)
    return simulation.client_actor(enrollment)


def send(at: datetime, simulation, person) -> None:
    version = _open(simulation, person)
    by = writer(simulation, person, simulation.enrollments[person.name])
    versions.send_plan(version=version, at=at, by=by)


def agree(at: datetime, simulation, person, review_days: int | None) -> None:
    version, by = _open(simulation, person), simulation.counselor(person)
    today = at.date()
    due = (
        today + timedelta(days=review_days)
        if review_days
        else versions.review_date(person.level, today)
    )
    versions.open_for_review(version=version, at=at, by=by)
    versions.agree(version=version, review_due_on=due, at=at, by=by)


def send_ideas(at: datetime, simulation, person) -> None:
    version, by = _open(simulation, person), simulation.counselor(person)
    versions.open_for_review(version=version, at=at, by=by)
    for section, step, text in COMMENTS:
        versions.comment(
            version=version, section=section, step=step, text=text, at=at, by=by
        )
    versions.ask_for_changes(version=version, affirmation=AFFIRMATION, at=at, by=by)


STAFF_ACTS = (agree, send_ideas)
