"""The phone asks, skips and ends as the server does: both read the same answers."""

import base64
import dataclasses
import random

import pytest
from django.conf import settings

from apps.care import vocabulary
from apps.care.rules import checkin_flow, safety_words
from apps.care.rules.checkin_flow import Asking, Kind
from apps.checkins.sitting import Sitting

pytestmark = pytest.mark.once

SOURCE = settings.BASE_DIR / "frontend" / "phone" / "flow.js"
HOW_MANY = 6000
READ_ALL = """
  async ([source, phrases, sets, notes]) => {
    const flow = await import(source);
    return {
      read: sets.map(({ said, given, past }) => {
        const all = { ...said, ...given };
        const path = flow.visible(all, past);
        return {
          visible: path,
          next: flow.next(all, past) ?? null,
          previous: path.map((key) => flow.previous(all, key, past) ?? null),
          progress: path.map((key) => flow.progress(all, key, past)),
          ready: flow.isReady(said, given, past),
          ending: flow.ending(all, past),
        };
      }),
      danger: notes.map((note) => flow.mentionsDanger(note, phrases)),
    };
  }"""
HARMLESS = ["", "A good day.", "Killed it at work", "suicide-prevention walk", "ñandú"]
WRAPPED = ["{}", "I {} now", "{}!", "…{}", "NO. {}", "x{}", "{}x", "¿{}?"]


@pytest.fixture(scope="module")
def chance():
    return random.Random(20261014)


def answer_to(key: str, chance):
    question = checkin_flow.QUESTIONS[key]
    values = [option.value for option in question.options]
    match question.kind:
        case Kind.SCALE:
            return chance.choice([0, 1, 2, 3, 6, 7, 8, 10])
        case Kind.FACES:
            return chance.choice([1, 1, 2, 3, 5])
        case Kind.CHOICE:
            return chance.choice(values)
    codes = values or [item.code for item in vocabulary.chips(question.vocabulary)]
    return chance.sample(codes, chance.randint(1, min(3, len(codes))))


def answers_of(chance) -> dict:
    """In any state: whole, half, skipped, or left behind by an answer that changed."""
    keys = chance.choice([checkin_flow.PATH, checkin_flow.ONE_TAP_PATH])
    reached = chance.sample(keys, chance.randint(0, len(keys)))
    if chance.random() < 0.5:
        reached = keys[: chance.randint(0, len(keys))]
    return {
        key: None if chance.random() < 0.15 else answer_to(key, chance)
        for key in reached
    }


def read_here(said: dict, given: dict, past: bool) -> dict:
    answers, asking = said | given, Asking(past_day=past)
    path = checkin_flow.visible_questions(answers, asking)
    sitting = Sitting(
        enrollment=None, on=None, asking=asking, uuid=None,
        said=said, given=given, day=None,
    )  # fmt: skip
    end = dataclasses.asdict(checkin_flow.ending(answers, asking))
    return {
        "visible": path,
        "next": checkin_flow.next_question(answers, asking),
        "previous": [
            checkin_flow.previous_question(answers, key, asking) for key in path
        ],
        "progress": [list(checkin_flow.progress(answers, key, asking)) for key in path],
        "ready": sitting.is_ready,
        "ending": end | {"screens": list(end["screens"])},
    }


def notes(chance) -> list[str]:
    said = [
        "kill myself", "Kill me", "suicidal", "end it all", "taking my own life",
        "want to die", "I wish I were dead", "better off without me",
        "don't want to wake up", "don’t want to live", "no reason to live",
        "cutting myself", "self-harm", "overdosed", "OD'ed", "he's hitting me",
        "they keep beating me", "matarme", "me quiero matar", "QUITARME LA VIDA",
        "ya no quiero vivir", "sin ganas de vivir", "hacerme daño", "sobredosis",
        "me quiere matar", "no tengo ganas de vivír",
    ]  # fmt: skip
    letters = "abeimnostu' ’-.áéñ"
    noise = [
        "".join(chance.choices(letters, k=chance.randint(0, 40))) for _ in range(500)
    ]
    wrapped = [form.format(words) for words in said for form in WRAPPED]
    return HARMLESS + wrapped + noise


def test_phone_and_server_ask_and_end_alike(chromium, chance):
    sets = []
    for _ in range(HOW_MANY):
        answers = answers_of(chance)
        cut = chance.randint(0, len(answers))
        pairs = list(answers.items())
        said, given = dict(pairs[:cut]), dict(pairs[cut:])
        sets.append({"said": said, "given": given, "past": chance.random() < 0.2})
    texts = notes(chance)
    encoded = base64.b64encode(SOURCE.read_bytes()).decode()
    source = f"data:text/javascript;base64,{encoded}"

    page = chromium.new_page()
    there = page.evaluate(READ_ALL, [source, safety_words.PATTERN.pattern, sets, texts])
    page.close()

    for one, read in zip(sets, there["read"], strict=True):
        assert read == read_here(**one), one
    for text, found in zip(texts, there["danger"], strict=True):
        assert found == safety_words.mentions_danger(text), text
    screens = [read["ending"]["screens"] for read in there["read"]]
    assert {screen for path in screens for screen in path} == {
        "safe",
        "use",
        "ride",
        "thanks",
    }
    assert {True, False} == set(there["danger"])
