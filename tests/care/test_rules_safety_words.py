import pytest

from apps.care.rules.safety_words import mentions_danger


@pytest.mark.parametrize(
    "text",
    [
        "I want to die",
        "thinking about killing myself",
        "I don't want to live",
        "I don\N{RIGHT SINGLE QUOTATION MARK}t want to be here anymore",
        "Suicidal again",
        "might hurt myself tonight",
        "ready to END IT ALL",
        "everyone is better off without me",
        "self-harm",
        "my friend overdosed",
        "He keeps hitting me",
        "she's going to hurt me; he will kill me",
        "Quiero morirme",
        "ya no quiero vivir",
        "Pensé en quitarme la vida",
        "tengo miedo de hacerme daño",
        "mi pareja me golpea",
        "fue una sobredosis",
    ],
)
def test_words_that_may_mean_danger_reach_a_person(text):
    assert mentions_danger(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Slept badly, work was killing time",
        "I want to diet",
        "My phone died",
        "cut my hours at work",
        "Ended my shift early",
        "Quiero dormir",
        "Me corté el pelo",
    ],
)
def test_ordinary_words_do_not(text):
    assert not mentions_danger(text)
