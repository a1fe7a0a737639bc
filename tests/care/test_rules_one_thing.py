"""The one thing at the end of a check-in, here and on a phone without a network."""

from pathlib import Path

import pytest

from apps.care.rules.one_thing import CODES, is_good_day, one_thing

ROOT = Path(__file__).resolve().parents[2]
OWN = ["cop.own.1", "cop.move.walk"]
CASES = [
    ({"body": ["tired", "hungry"]}, "cop.care.eat"),
    ({"body": ["angry"], "feels_safe": "no"}, "cop.con.call"),
    ({"body": ["fine"], "mood": 1}, "cop.con.text"),
    ({"body": None, "confidence": 0}, "cop.cbt.next_hour"),
    ({"confidence": 9, "mood": None}, "cop.dbt.breath"),
    ({"one_tap": "HARD", "feels_safe": "yes"}, "cop.dbt.breath"),
]


@pytest.mark.parametrize(("answers", "code"), CASES)
def test_it_fits_what_was_said(answers, code):
    assert one_thing(answers, []) == code
    assert code in CODES


def test_their_own_comes_before_what_is_usual_and_behind_what_the_body_needs():
    assert one_thing({"mood": 1}, OWN) == "cop.own.1"
    assert one_thing({"body": ["lonely"]}, OWN) == "cop.con.call"


def test_only_a_day_without_a_need_is_a_good_one():
    good = {"craving_peak": 0, "mood": 4, "body": ["fine"]}

    assert is_good_day(good)
    assert is_good_day({"one_tap": "GOOD"})
    assert not is_good_day(good | {"craving_peak": 1})
    assert not is_good_day(good | {"mood": None})
    assert not is_good_day(good | {"body": ["hungry"]})


def test_the_table_on_the_phone_is_this_one():
    """Fault: one of the two is changed, and offline the help is another."""
    source = (ROOT / "frontend/phone/one_thing.js").read_text("utf-8")

    assert {code for code in CODES if f'"{code}"' in source} == set(CODES)
