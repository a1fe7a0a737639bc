"""Whatever is sent by form or API: no error of ours, nothing valid lost, nobody else touched."""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from random import Random

import pytest
from django.db.models import Q
from django.test import Client as Browser
from django.urls import reverse

from apps.audit.actors import SYSTEM
from apps.care.models import Concern, OwnItem, Status, Task
from apps.checkins import services
from apps.checkins.models import CheckinDay, Draft, Moment, Submission
from apps.checkins.sitting import SLUGS
from apps.notifications.models import OutboxMessage
from scripts.scan.nasty import WORDS
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory
from tests.factories.checkins import CheckinDayFactory, DraftFactory, MomentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
API = reverse("api:checkins")
DAY = dt.timedelta(days=1)
# A day is told anew from all that was sent about it, so one person sends only so much.
EACH = 40
BATCH = 60
ODD = [
    *WORDS,
    *(
        None,
        True,
        False,
        -1,
        11,
        3.5,
        1e308,
        10**30,
        [],
        {},
        [[]],
        ["x" * 999],
        {"a": 1},
    ),
    *(["fine", 7], [None], {"answer": [1]}, "8 ", "٨", "cop.own.1", "trg.own.9999"),
    *("2019-01-01", "2099-01-01", "2026-10-14T99:00", "1970-01-01T00:00:00Z"),
]
# What stands for any answer a phone of ours could send.
GOOD = {
    "craving_peak": [*range(11)],
    "triggers": [["trg.time.payday"], ["trg.feel.stress", "trg.body.tired"], [], None],
    "coping_used": [["cop.none_yet"], ["cop.move.walk", "cop.con.call"], None],
    "mood": [1, 2, 3, 4, 5, None],
    "body": [["fine"], ["tired", "lonely"], ["sick"], None],
    "confidence": [*range(11), None],
    "use_reported": ["no", "yes", "rather_not"],
    "use_what": [["alcohol"], ["opioids", "other"], ["rather_not"], None],
    "contact_request": ["no", "today", "next", None],
    "feels_safe": ["yes", "no", "not_sure", None],
    "unsafe_because": ["thoughts", "someone", "place", "rather_not", None],
    "note": ["Long day.", "día difícil 🙂", "<b>", "a" * 500, "مرحبا", None],
}
ALWAYS_ASKED = ("craving_peak", "mood", "body", "use_reported", "contact_request")


@dataclass
class Somebody:
    """A person with a phone, and what was accepted from it."""

    chance: Random
    taken: dict = field(default_factory=dict)

    def __post_init__(self):
        self.enrollment = AssignmentFactory().enrollment
        self.browser = Browser()
        self.browser.force_login(self.enrollment.client.user)

    @property
    def client(self):
        return self.enrollment.client

    # -- By the API ----------------------------------------------------------------------

    def an_item(self, foreign: uuid.UUID) -> tuple[dict, bool]:
        """A check-in, and whether everything in it is as a phone would send it."""
        chance, whole = self.chance, True
        answers = {key: chance.choice(values) for key, values in GOOD.items()}
        for key in list(answers):
            if key not in ("craving_peak", "use_reported") and chance.random() < 0.2:
                del answers[key]
        on = NOON.date() - chance.randint(0, 2) * DAY
        item = {
            "uuid": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
            "occurred_at": (NOON - chance.randint(0, 4) * DAY / 48).isoformat(),
            "local_on": on.isoformat(),
            "language": chance.choice(["en", "es"]),
            "answers": answers,
        }
        if chance.random() < 0.1 and self.taken:
            item["uuid"] = chance.choice([*self.taken])
        elif chance.random() < 0.1:
            item["uuid"] = str(foreign)
        if chance.random() < 0.4:
            whole = False
            where = chance.choice([item, answers])
            where[chance.choice([*where, "extra", "client", "enrollment"])] = (
                chance.choice(ODD)
            )
        return item, whole

    def send(self, foreign: uuid.UUID) -> int:
        """One item, a batch of them, or no item at all; how many it was."""
        if self.chance.random() < 0.1:
            body = self.chance.choice(
                ["", "{", "[[[[", '"x"', "7", "[1, null, {}]", "\x00", "[" * 5000]
            )
            answer = self.browser.post(API, body, content_type="application/json")
            assert answer.status_code in (200, 400)
            return 1
        items = [
            self.an_item(foreign)
            for _ in range(self.chance.choice([1, 1, 1, 3, 10, BATCH]))
        ]
        body = [item for item, _ in items]
        answer = self.browser.post(
            API, body if len(body) > 1 else body[0], content_type="application/json"
        )
        if len(body) > 50 or answer.status_code == 413:
            # Nothing of it is taken: the phone keeps all of it, and sends less at once.
            assert answer.status_code in (400, 413)
            assert answer.json()["detail"]
            self.assert_nothing_new_came()
            return 1
        said = answer.json() if len(body) > 1 else [answer.json()]
        for (item, whole), outcome in zip(items, said, strict=True):
            self.compare(item, whole, outcome)
            if len(items) == 1:
                self.assert_the_day_says_so(item, outcome)
        return len(items)

    def assert_nothing_new_came(self) -> None:
        kept = Submission.objects.filter(client=self.client)
        assert {str(uuid) for uuid in kept.values_list("uuid", flat=True)} == {
            *self.taken
        }

    def compare(self, item: dict, whole: bool, outcome: dict) -> None:
        status, key = outcome["status"], item.get("uuid")
        assert status in (200, 201, 400), outcome
        if status == 400:
            assert not whole, (item, outcome)
            assert outcome["errors"]
            return
        row = Submission.objects.get(client=self.client, uuid=key)
        if status == 200:
            assert row.answers == self.taken[str(row.uuid)]
            return
        assert str(row.uuid) not in self.taken
        self.taken[str(row.uuid)] = row.answers
        if whole:
            self.assert_nothing_lost(item, row)

    def assert_nothing_lost(self, item: dict, row: Submission) -> None:
        sent = item["answers"]
        asked = {*ALWAYS_ASKED, "note", "feels_safe"}
        if sent["craving_peak"]:
            asked |= {"triggers", "coping_used"}
        if sent["use_reported"] == "yes":
            asked.add("use_what")
        for key in asked & sent.keys():
            # A list of nothing is a question that was skipped.
            assert row.answers[key] == (
                sent[key] or (sent[key] if sent[key] == 0 else None)
            )

    def assert_the_day_says_so(self, item: dict, outcome: dict) -> None:
        if outcome["status"] != 201:
            return
        row = Submission.objects.get(client=self.client, uuid=item["uuid"])
        day = CheckinDay.objects.get(client=self.client, local_on=row.local_on)
        if day.last_at == row.occurred_at:
            assert day.craving == row.answers.get("craving_peak", day.craving)

    # -- By forms ------------------------------------------------------------------------

    def fill_in(self, foreign: uuid.UUID) -> int:
        chance = self.chance
        on = (NOON.date() - chance.randint(0, 2) * DAY).isoformat()
        data = {"on": on, "uuid": chance.choice([str(uuid.uuid4()), str(foreign)])}
        page = chance.choice(
            ["question", "question", "question", "one_tap", "note", "call", "moment"]
        )
        if page == "moment":
            self.log_a_moment(foreign)
            return 1
        key, args = "", []
        if page == "question":
            key = chance.choice([*SLUGS])
            args = [SLUGS[key]]
            data["answer"] = chance.choice(GOOD.get(key, ["GOOD"])) or ""
            if chance.random() < 0.3:
                data["skip"] = "1"
        elif page == "one_tap":
            data["answer"] = chance.choice(["GOOD", "OK", "HARD"])
        elif page == "note":
            data["text"] = chance.choice(GOOD["note"]) or ""
        if chance.random() < 0.4:
            data[chance.choice([*data, "answer", "only", "client"])] = str(
                chance.choice(ODD)
            )
        before = self.drafts()
        answer = self.browser.post(reverse(f"checkins:{page}", args=args), data)
        assert answer.status_code in (200, 302, 404), (page, data)
        self.assert_drafts_are_kept(before, key)
        self.note_what_came()
        return 1

    def drafts(self) -> dict:
        return {
            draft.uuid: draft.answers
            for draft in Draft.objects.filter(client=self.client, kind="CHECKIN")
        }

    def assert_drafts_are_kept(self, before: dict, answered: str) -> None:
        """What was answered stands in the draft, or in what the draft became."""
        now = self.drafts()
        for key, said in before.items():
            became = now.get(key)
            if became is None:
                sent = Submission.objects.filter(client=self.client, uuid=key).first()
                # A day that was checked in elsewhere meanwhile has no draft any more.
                became = sent.answers if sent else said
            for name, value in said.items():
                if name != answered and name in became:
                    assert became[name] == value
            lost = said.keys() - became.keys() - {answered}
            assert not lost & {"craving_peak", "mood", "body", "use_reported"}, lost

    def log_a_moment(self, foreign: uuid.UUID) -> None:
        chance = self.chance
        key = chance.choice([uuid.uuid4(), foreign])
        steps = [
            ("moment", [], {"answer": chance.choice([*range(11), *ODD]), "uuid": key}),
            ("moment_what", [key], {"answer": chance.choice(["trg.none", *WORDS])}),
            ("moment_try", [key], {"answer": chance.choice(["cop.move.walk", *WORDS])}),
            ("moment_after", [key], {"answer": chance.choice([3, *WORDS])}),
            ("moment_call", [key], {}),
        ]
        for name, args, data in steps:
            answer = self.browser.post(
                reverse(f"checkins:{name}", args=args),
                {name: str(value) for name, value in data.items()},
            )
            assert answer.status_code in (200, 302, 404), (name, data)

    def note_what_came(self) -> None:
        for row in Submission.objects.filter(client=self.client):
            self.taken.setdefault(str(row.uuid), row.answers)


def everything_of(enrollment) -> list:
    """All rows of one person that a check-in may touch."""
    of_client, of_episode = Q(client=enrollment.client), Q(enrollment=enrollment)
    return [
        sorted(map(str, model.objects.filter(whose).values()))
        for model, whose in (
            *(
                (model, of_client)
                for model in (Submission, CheckinDay, Draft, Moment, OwnItem)
            ),
            *((model, of_episode) for model in (Concern, Task, Status, OutboxMessage)),
        )
    ]


def anything(number: int, seed: int) -> None:
    chance = Random(seed)
    other = AssignmentFactory().enrollment
    CheckinDayFactory(enrollment=other, local_on=NOON.date() - DAY)
    foreign = [
        DraftFactory(client=other.client, local_on=NOON.date()).uuid,
        MomentFactory(enrollment=other).uuid,
        uuid.uuid4(),
    ]
    services.submit_checkin(
        enrollment=other,
        uuid=foreign[-1],
        answers={"craving_peak": 9, "use_reported": "no", "feels_safe": "no"},
        occurred_at=NOON,
        at=NOON,
        by=SYSTEM,
    )
    before = everything_of(other)
    somebody, done = Somebody(chance), 0
    while done < number:
        if len(somebody.taken) >= EACH:
            somebody = Somebody(chance)
        send = chance.choice([somebody.send, somebody.fill_in])
        done += send(chance.choice(foreign))

    assert everything_of(other) == before


def test_whatever_is_sent_nothing_is_lost_and_nobody_else_is_touched():
    """Fault: an odd value is an error of ours, or takes the rest of a check-in with it."""
    anything(150, seed=1)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_ten_thousand_things_sent():
    anything(10_000, seed=2)
