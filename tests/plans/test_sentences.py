import pytest
from django.utils.translation import override

from apps.plans.changes import Line
from apps.plans.sentences import in_order, lines_of, own_labels

IF_THEN = {
    "items": [
        {
            "id": "i1",
            "when_code": "trg.time.payday",
            "then_code": "cop.own.1",
            "then_label": "Sit with the dog",
            "where": "at home",
            "words": "",
        }
    ]
}


@pytest.mark.parametrize(
    ("section", "said", "lines"),
    [
        ("why", {"lines": ["My girls"]}, [Line("My girls")]),
        (
            "goal",
            {"choice": "not_some", "which": "alcohol", "words": "Weekends first."},
            [Line("Not use some things: alcohol"), Line("Weekends first.")],
        ),
        ("goal", {"choice": "deciding", "which": ""}, [Line("Still deciding")]),
        (
            "triggers",
            {
                "items": [
                    {
                        "id": "t1",
                        "code": "trg.time.payday",
                        "strength": 3,
                        "plan": "face",
                    },
                    {"id": "t2", "code": "trg.own.1", "label": "The old bridge"},
                ]
            },
            [
                Line("Payday · very strong · Face it with help", "t1"),
                Line("The old bridge", "t2"),
            ],
        ),
        (
            "signs",
            {"items": [{"id": "s1", "code": "wrn.body.sleep"}], "who": "My sister"},
            [Line("Sleep is off", "s1"), Line("Who else may notice: My sister")],
        ),
        (
            "kit",
            {"items": [{"id": "k1", "code": "cop.con.call", "pinned": True}]},
            [Line("Call someone safe · pinned", "k1")],
        ),
        (
            "if_then",
            IF_THEN,
            [Line("If it's payday, then I will sit with the dog (at home).", "i1")],
        ),
        (
            "week",
            {"items": [{"id": "w1", "moment": "Friday", "if_then_id": "i1"}]},
            [
                Line(
                    "Friday: If it's payday, then I will sit with the dog (at home).",
                    "w1",
                )
            ],
        ),
        (
            "week",
            {"items": [{"id": "w1", "moment": "Friday", "if_then_id": "gone"}]},
            [Line("Friday", "w1")],
        ),
        (
            "space",
            {"lines": ["Lock up the pills"], "naloxone": "have", "naloxone_where": ""},
            [Line("Lock up the pills"), Line("Naloxone: I have it")],
        ),
        ("people", {"none_yet": True}, [Line("I don't have one yet")]),
        ("people", {"none_yet": False}, []),
        ("emergency", {"opened": True}, []),
        ("medicine", {}, []),
    ],
)
def test_a_section_is_read_as_sentences(section, said, lines):
    content = {"if_then": IF_THEN, section: said}

    with override("en"):
        assert lines_of(section, content, "en", own_labels(content)) == lines


def test_codes_are_read_in_the_readers_language():
    content = {"signs": {"items": [{"id": "s1", "code": "wrn.body.sleep"}]}}

    assert lines_of("signs", content, "es", {}) == [Line("Duermo mal", "s1")]


def test_own_labels_come_from_every_section():
    content = {
        "if_then": IF_THEN,
        "triggers": {"items": [{"id": "t", "code": "trg.own.2", "label": "Rain"}]},
    }

    assert own_labels(content) == {"cop.own.1": "Sit with the dog", "trg.own.2": "Rain"}


def test_what_has_no_place_yet_comes_last():
    items = [{"code": "new"}, {"code": "second"}, {"code": "first"}]

    ordered = in_order(items, ["first", "second"])

    assert [item["code"] for item in ordered] == ["first", "second", "new"]
