import pytest

from apps.care import vocabulary
from apps.care.rules.plan_rules import (
    FIRST_HOUR,
    SECTION,
    SECTIONS,
    FieldKind,
    PlanGapFacts,
    PlanProblem,
    changed_sections,
    clean_section,
    gaps,
    if_then_sentence,
)

NEVER = ("must", "reject", "fail", "invalid", "miss", "wrong", "relapse", "!")


def items(*codes, **more):
    return {
        "items": [{"id": str(n), "code": code, **more} for n, code in enumerate(codes)]
    }


def step(when="trg.time.payday", then="cop.con.call", **more):
    return {"id": "s", "when_code": when, "then_code": then, **more}


WHOLE = {
    "why": {"lines": ["For my girls."]},
    "goal": {"choice": "deciding"},
    "triggers": items("trg.time.payday", "trg.people.family", "trg.own.1"),
    "signs": items("wrn.do.hide", "wrn.body.sleep"),
    "if_then": {"items": [step(), step(when="wrn.do.hide")]},
    "kit": items("cop.con.call", "cop.dbt.cold", "cop.move.walk", pinned=False),
    "people": {"none_yet": False},
    "good_things": items("prt.fun.pet", "prt.fun.outside"),
    "medicine": {"prescriber": "Dr. Lee"},
    "space": {"naloxone": "have"},
    "slip": {"lines": ["Get to a safe place.", "Tell one person."]},
    "emergency": {"opened": True},
}
EVERYTHING_APPLIES = PlanGapFacts(people=1, has_medication=True, opioids_near=True)


def missing(content, facts=EVERYTHING_APPLIES):
    return [gap.section for gap in gaps(content, facts)]


def test_the_thirteen_sections_stand_in_their_order():
    assert list(SECTION) == [
        "why",
        "goal",
        "triggers",
        "signs",
        "if_then",
        "kit",
        "people",
        "good_things",
        "medicine",
        "space",
        "slip",
        "emergency",
        "week",
    ]
    assert [section.key for section in SECTIONS if section.optional] == ["week"]


def test_sections_know_the_lists_their_chips_come_from():
    lists = {section.key: section.vocabulary for section in SECTIONS}

    assert lists["triggers"] == ("triggers",)
    assert lists["if_then"] == ("triggers", "warning_signs", "skills")
    assert lists["why"] == ()
    assert all(vocabulary.chips(name) for names in lists.values() for name in names)


def test_a_whole_plan_leaves_nothing_to_do():
    assert missing(WHOLE) == []


def test_an_empty_plan_has_everything_to_do_together_except_what_is_optional():
    nothing = PlanGapFacts(has_medication=True, opioids_near=True)

    assert missing({}, nothing) == [key for key in SECTION if key != "week"]


@pytest.mark.parametrize(
    ("section", "content"),
    [
        pytest.param("why", {"lines": []}, id="no reason"),
        pytest.param("goal", {"choice": ""}, id="no goal"),
        pytest.param(
            "triggers", items("trg.time.payday", "trg.own.1"), id="2 triggers"
        ),
        pytest.param("signs", items("wrn.do.hide"), id="1 sign"),
        pytest.param("if_then", {"items": [step()]}, id="1 step"),
        pytest.param("kit", items("cop.con.call", "cop.dbt.cold"), id="2 skills"),
        pytest.param(
            "kit",
            items("cop.con.call", "cop.move.walk", "cop.con.meeting"),
            id="nothing quick",
        ),
        pytest.param(
            "kit",
            items("cop.dbt.cold", "cop.move.walk", "cop.dbt.breath"),
            id="nobody in it",
        ),
        pytest.param("good_things", items("prt.fun.pet"), id="1 good thing"),
        pytest.param("medicine", {"prescriber": ""}, id="no prescriber"),
        pytest.param("space", {"naloxone": ""}, id="naloxone not answered"),
        pytest.param("slip", {"lines": ["Tell one person."]}, id="1 step of the hour"),
        pytest.param("emergency", {"opened": False}, id="card not opened"),
    ],
)
def test_one_below_each_minimum_is_still_to_do(section, content):
    assert missing(WHOLE | {section: content}) == [section]


def test_a_quick_skill_takes_two_minutes_at_the_most():
    two_minutes = items("cop.con.call", "cop.dbt.breath", "cop.move.walk")
    three_minutes = items("cop.con.call", "cop.urge.surf", "cop.move.walk")

    assert vocabulary.get("cop.dbt.breath").seconds == 120
    assert missing(WHOLE | {"kit": two_minutes}) == []
    assert missing(WHOLE | {"kit": three_minutes}) == ["kit"]


def test_an_own_skill_may_be_quick_and_with_a_person():
    own = items("cop.own.1", "cop.move.walk", "cop.move.exercise")

    assert missing(WHOLE | {"kit": own}) == []


def test_nobody_yet_is_something_to_do_together_in_other_words():
    alone = PlanGapFacts(people=0, has_medication=True, opioids_near=True)
    nobody = WHOLE | {"people": {"none_yet": True}}

    [asked] = gaps(WHOLE, alone)
    [together] = gaps(nobody, alone)

    assert asked.section == together.section == "people"
    assert "with you" in str(together.words)
    assert "with you" not in str(asked.words)


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param(PlanGapFacts(people=1), id="no medicine and no opioids near"),
    ],
)
def test_what_does_not_apply_is_not_asked(facts):
    content = WHOLE | {"medicine": {}, "space": {}}

    assert missing(content, facts) == []


def test_what_is_to_do_is_said_kindly():
    for gap in gaps({}, PlanGapFacts(has_medication=True, opioids_near=True)):
        words = str(gap.words).casefold()
        assert not any(never in words for never in NEVER), words


# Sentences


@pytest.mark.parametrize(
    ("item", "language", "sentence"),
    [
        pytest.param(
            step(), "en", "If it's payday, then I will call someone safe.", id="English"
        ),
        pytest.param(
            step(),
            "es",
            "Si es día de pago, entonces voy a llamar a alguien de confianza.",
            id="Spanish",
        ),
        pytest.param(
            step(then="cop.dbt.cold"),
            "en",
            "If it's payday, then I will put cold water on my face.",
            id="a skill that is no verb",
        ),
        pytest.param(
            step(when="wrn.think.just_one"),
            "en",
            "If I think 'I can handle just one', then I will call someone safe.",
            id="a sign",
        ),
        pytest.param(
            step(where="on the bus home.", words="Dee first."),
            "en",
            "If it's payday, then I will call someone safe (on the bus home): Dee first.",
            id="with when and where, and own words",
        ),
        pytest.param(
            step(when="trg.own.1", then="cop.own.1"),
            "en",
            "If Dee's birthday comes up, then I will go see Marta.",
            id="own words",
        ),
        pytest.param(
            step(when="trg.own.1", then="cop.own.1"),
            "es",
            "Si llega «Dee's birthday», entonces voy a go see Marta.",
            id="own words in a Spanish sentence",
        ),
    ],
)
def test_if_then_sentence(item, language, sentence):
    own = {"trg.own.1": "Dee's birthday", "cop.own.1": "Go see Marta."}

    assert if_then_sentence(item, language, own) == sentence


def test_every_trigger_and_skill_makes_a_sentence():
    for language, words in (("en", ("If ", "then I will ")), ("es", ("Si ", "voy a "))):
        for when in (*vocabulary.triggers(), *vocabulary.warning_signs()):
            for then in vocabulary.skills():
                item = step(when=when.code, then=then.code)
                sentence = if_then_sentence(item, language)
                assert all(word in sentence for word in words)
                assert ".." not in sentence


# Changes


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        pytest.param({}, {}, [], id="both empty"),
        pytest.param(WHOLE, WHOLE, [], id="the same"),
        pytest.param({}, {"why": {"lines": []}}, [], id="a blank says nothing"),
        pytest.param(
            {"goal": {"choice": "less"}},
            {"goal": {"choice": "less", "words": ""}},
            [],
            id="a blank field says nothing",
        ),
        pytest.param(
            {"kit": {"items": [{"code": "a", "pinned": False}]}},
            {"kit": {"items": [{"code": "a", "pinned": True}]}},
            ["kit"],
            id="one pin",
        ),
        pytest.param(
            WHOLE,
            WHOLE | {"slip": {"lines": ["Go home."]}, "why": {"lines": ["Me."]}},
            ["why", "slip"],
            id="two, in the order of the plan",
        ),
        pytest.param(WHOLE, {}, list(WHOLE)[:6] + list(WHOLE)[7:], id="all gone"),
        pytest.param(
            {"why": {"lines": ["a", "b"]}},
            {"why": {"lines": ["b", "a"]}},
            ["why"],
            id="another order",
        ),
    ],
)
def test_changed_sections(old, new, changed):
    assert changed_sections(old, new) == changed


# Clean content


@pytest.mark.parametrize(
    ("key", "raw", "clean"),
    [
        pytest.param(
            "why",
            {"lines": ["  For   my girls. ", "", "  "], "other": "x"},
            {"lines": ["For my girls."]},
            id="lines are trimmed, blanks and strangers go",
        ),
        pytest.param(
            "goal",
            {"choice": "not_some", "which": "Alcohol"},
            {"choice": "not_some", "which": "Alcohol", "words": ""},
            id="a goal",
        ),
        pytest.param(
            "triggers",
            {
                "items": [
                    {"id": "a", "code": "trg.time.payday", "strength": "3"},
                    {"id": "b", "code": "trg.time.payday", "strength": "1"},
                    {"id": "c", "code": "trg.own.1", "label": "Dee", "plan": "face"},
                ]
            },
            {
                "items": [
                    {"id": "a", "code": "trg.time.payday", "strength": 3, "plan": ""},
                    {
                        "id": "c",
                        "code": "trg.own.1",
                        "label": "Dee",
                        "strength": None,
                        "plan": "face",
                    },
                ]
            },
            id="a chip once, own words with their label",
        ),
        pytest.param(
            "if_then",
            {"items": [step(words=" Dee "), step(), step(when="wrn.own.2", id="t")]},
            {
                "items": [
                    step(where="", words="Dee"),
                    step(when="wrn.own.2", id="t", when_label="", where="", words=""),
                ]
            },
            id="steps by their id",
        ),
        pytest.param(
            "kit",
            {"items": [{"id": "a", "code": "cop.con.call", "pinned": "on"}]},
            {"items": [{"id": "a", "code": "cop.con.call", "pinned": True}]},
            id="a pin",
        ),
        pytest.param("people", {}, {"none_yet": False}, id="nothing said"),
        pytest.param("emergency", {"opened": True}, {"opened": True}, id="card"),
        pytest.param("why", {"lines": "not a list"}, {"lines": []}, id="not a list"),
    ],
)
def test_what_is_kept(key, raw, clean):
    assert clean_section(key, raw) == clean


@pytest.mark.parametrize(
    ("key", "raw", "words"),
    [
        pytest.param("why", {"lines": ["x" * 141]}, "140", id="a line too long"),
        pytest.param("why", {"lines": ["a"] * 6}, "Up to 5", id="six reasons"),
        pytest.param("goal", {"choice": "win"}, "Choose one", id="no such goal"),
        pytest.param(
            "triggers", items("trg.no.such"), "from the list", id="no such trigger"
        ),
        pytest.param(
            "triggers", items("cop.con.call"), "from the list", id="a skill as trigger"
        ),
        pytest.param("triggers", items(None), "from the list", id="no code"),
        pytest.param(
            "triggers",
            {"items": [{"code": "trg.time.payday"}]},
            "from the list",
            id="an item without id",
        ),
        pytest.param("triggers", {"items": ["x"]}, "from the list", id="no item"),
        pytest.param(
            "triggers",
            items("trg.time.payday", strength=4),
            "from 1 to 3",
            id="stronger than strong",
        ),
        pytest.param(
            "triggers",
            items("trg.time.payday", strength=0),
            "from 1 to 3",
            id="weaker than weak",
        ),
        pytest.param(
            "kit", items("cop.none_yet"), "from the list", id="nothing yet is no skill"
        ),
        pytest.param(
            "kit",
            items(*(f"cop.own.{n}" for n in range(4)), pinned=True),
            "Pin up to three",
            id="four pins",
        ),
        pytest.param(
            "kit", items(*(f"cop.own.{n}" for n in range(9))), "Up to 8", id="9 skills"
        ),
        pytest.param(
            "signs", items(*(f"wrn.own.{n}" for n in range(6))), "Up to 5", id="6 signs"
        ),
        pytest.param(
            "if_then",
            {"items": [step(then="trg.time.payday")]},
            "from the list",
            id="a trigger as skill",
        ),
    ],
)
def test_what_does_not_fit_says_what_would(key, raw, words):
    with pytest.raises(PlanProblem) as problem:
        clean_section(key, raw)

    assert problem.value.section == key
    assert words in str(problem.value.words)


def test_a_clean_section_stays_as_it_is():
    for key, content in WHOLE.items():
        clean = clean_section(key, content)

        assert clean_section(key, clean) == clean


def test_own_words_keep_their_label_only_with_their_code():
    content = clean_section(
        "kit", {"items": [{"id": "a", "code": "cop.con.call", "label": "Call Dee"}]}
    )

    assert "label" not in content["items"][0]


def test_the_first_hour_is_offered_in_both_languages():
    assert len(FIRST_HOUR) == 3
    assert all(line.en and line.es for line in FIRST_HOUR)


def test_every_field_says_what_it_is_for():
    for section in SECTIONS:
        assert str(section.label)
        assert str(section.hint)
        for field in section.fields:
            if field.kind == FieldKind.CHOICE:
                assert len(field.choices) >= 3
            if field.kind in (FieldKind.LINES, FieldKind.ITEMS):
                assert field.max_items
