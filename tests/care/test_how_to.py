"""What the tools say: complete, short, plain, and nothing that could hurt."""

import re

import pytest

from apps.care import vocabulary
from apps.care.how_to import MOST_WORDS, every_how_to, how_to
from tests.reading import ease, school_year

LANGUAGES = ("en", "es")


def said(code, language):
    return " ".join(how_to(code, language).steps)


def test_every_skill_of_the_vocabulary_has_one():
    """Fault: a skill is added, and the page of whoever chose it stays empty."""
    skills = [item.code for item in vocabulary.skills()]

    assert [each.code for each in every_how_to("en")] == skills
    assert how_to(vocabulary.NOTHING_YET, "en") is None
    assert how_to("cop.own.1", "en") is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_fits_one_screen_and_reads_at_the_sixth_grade(language):
    words = {h.code: len(" ".join(h.steps).split()) for h in every_how_to(language)}
    hard = {
        each.code
        for each in every_how_to(language)
        if (
            school_year(*each.steps) > 6 if language == "en" else ease(*each.steps) < 70
        )
    }

    assert {code: n for code, n in words.items() if n > MOST_WORDS} == {}
    assert hard == set()


def test_what_could_hurt_says_so_first():
    assert "heart condition" in how_to("cop.dbt.cold", "en").steps[0]
    assert "corazón" in how_to("cop.dbt.cold", "es").steps[0]
    assert "hurts" in how_to("cop.dbt.muscle", "en").steps[0]
    assert "duela" in how_to("cop.dbt.muscle", "es").steps[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_medicine_is_as_prescribed_and_never_a_dose(language):
    """Fault: a line that says how much to take, or to take what was missed."""
    text = said("cop.care.meds", language).replace("911", "")

    dose = r"\d|\bmg\b|\bdose|\bdosis|\bdouble|\bdoble|\bextra\b|\bhalf\b|\bmitad\b"
    assert re.findall(dose, text, re.IGNORECASE) == []
